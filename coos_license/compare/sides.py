# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""One side of a comparison: what a source, a bundle, an SBOM or a page tells.

Not every kind tells everything. What only one side tells is not compared, so that the
difference of two kinds is a difference of the images and not of the formats.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from enum import StrEnum

from coos_license.model import LicenseCategory, Obligation, Shipped


class Fact(StrEnum):
    """One thing that a side may tell of its packages, besides name and version."""

    SHIPPED = "shipped"
    DECLARED = "declared"
    CONCLUDED = "concluded"
    EFFECTIVE = "effective"
    NAMES = "license names"
    OWED = "obligations"
    TEXTS = "texts"
    NOTICES = "notices"
    COMPONENTS = "components"
    REACH = "copyleft reach"


class Kind(StrEnum):
    """What a side was read from."""

    SOURCE = "source"
    BUNDLE = "bundle"
    NOTICE_BUNDLE = "notice-bundle"
    INVENTORY = "inventory"
    SPDX = "spdx"
    SPDX3 = "spdx3"
    CYCLONEDX = "cyclonedx"
    CREDITS = "credits-page"
    CHROMITE = "chromite-credits"


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """A package of a side, or a component of one where ``ecosystem`` is not empty.

    ``name`` is ``category/name`` where the category is known. What a side does not
    tell is empty. Texts and notices are digests, of what ``Side.digest`` says.
    ``reached`` is what licences of others ask of it over links, each in words.
    """

    name: str
    version: str
    ecosystem: str = ""
    slot: str = ""
    shipped: Shipped | None = None
    declared: str = ""
    concluded: str = ""
    effective: str = ""
    names: frozenset[str] = frozenset()
    category: LicenseCategory | None = None
    owed: frozenset[Obligation] = frozenset()
    texts: frozenset[str] = frozenset()
    notices: frozenset[str] = frozenset()
    reached: frozenset[str] = frozenset()


@dataclass(frozen=True, kw_only=True, slots=True)
class Side:
    """What one description of an image says.

    ``tells`` are the facts that are told of the packages; ``digest`` says what digests
    of texts are made of: those of different kinds are not compared. ``revisions``:
    versions have their ``-rN``. ``only_credited``: build-time packages are left out.
    """

    kind: Kind
    title: str
    entries: tuple[Entry, ...]
    tells: frozenset[Fact]
    digest: str = ""
    revisions: bool = True
    only_credited: bool = False


def comparable(old: Side, new: Side) -> Iterator[Fact]:
    """Yield the facts that both sides tell in a way that can be compared.

    Names are what expressions are made of: they count where nothing better is told.
    """
    both = old.tells & new.tells
    expressions = {Fact.DECLARED, Fact.CONCLUDED, Fact.EFFECTIVE}
    for fact in Fact:
        if fact not in both:
            continue
        if fact is Fact.NAMES and both & expressions:
            continue
        if fact in {Fact.TEXTS, Fact.NOTICES} and old.digest != new.digest:
            continue
        yield fact


def left_out(
    old: Side, new: Side, compared: Collection[Fact]
) -> Iterator[tuple[Fact, str]]:
    """Yield the facts that are not compared, and why.

    Names are no loss where expressions are compared, or where neither has them.
    """
    expressions = {Fact.DECLARED, Fact.CONCLUDED, Fact.EFFECTIVE} & set(compared)
    for fact in Fact:
        if fact in compared:
            continue
        told = (fact in old.tells, fact in new.tells)
        if fact is Fact.NAMES and (expressions or not any(told)):
            continue
        reasons = {
            (True, True): "their digests are of different things",
            (True, False): "new does not tell it",
            (False, True): "old does not tell it",
            (False, False): "neither tells it",
        }
        yield fact, reasons[told]

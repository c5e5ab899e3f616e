# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""One side of a comparison: what a source, a bundle, an SBOM or a page tells.

Not every kind tells everything. What only one side tells is not compared, so that the
difference of two kinds is a difference of the images and not of the formats.
"""

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


class Kind(StrEnum):
    """What a side was read from."""

    SOURCE = "source"
    BUNDLE = "bundle"
    NOTICE_BUNDLE = "notice-bundle"
    INVENTORY = "inventory"
    SPDX = "spdx"
    CREDITS = "credits-page"
    CHROMITE = "chromite-credits"


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """A package of a side, or a component of one where ``ecosystem`` is not empty.

    ``name`` is ``category/name`` where the category is known. What a side does not
    tell is empty. Texts and notices are digests, of what ``Side.digest`` says.
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

# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""A difference in words: the rows that the text, Markdown and HTML reports share."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from coos_license.compare.difference import (
    CATEGORY,
    VERSION,
    Change,
    Difference,
    PackageChange,
)
from coos_license.compare.policy_headline import TOLD, headline
from coos_license.compare.sides import Entry, Fact, Kind, Side
from coos_license.model import Obligation
from coos_license.render.words import printable

#: What a side is called.
KINDS: Final = {
    Kind.SOURCE: "source",
    Kind.BUNDLE: "outputs of generate",
    Kind.NOTICE_BUNDLE: "notice bundle",
    Kind.INVENTORY: "inventory.json",
    Kind.SPDX: "SPDX 2 document",
    Kind.SPDX3: "SPDX 3 document",
    Kind.CYCLONEDX: "CycloneDX document",
    Kind.CREDITS: "credits page",
    Kind.CHROMITE: "credits page of chromite",
}
_NOTHING: Final = "none"
_UNKNOWN: Final = "NOASSERTION"


@dataclass(frozen=True, slots=True)
class Line:
    """One field of a package that changed."""

    label: str
    old: str
    new: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    """One package that differs; ``heavy``: its category takes work."""

    name: str
    old_version: str
    new_version: str
    category: str
    heavy: bool
    shipped: str
    license: str
    lines: tuple[Line, ...] = ()


@dataclass(frozen=True, slots=True)
class Group:
    """The packages that were added, removed or changed."""

    change: Change
    title: str
    rows: tuple[Row, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class View:
    """The whole report."""

    old: str
    new: str
    counts: tuple[tuple[str, int], ...]
    headline: tuple[str, ...]
    groups: tuple[Group, ...]
    compared: tuple[str, ...]
    left_out: tuple[str, ...]
    notices: tuple[str, ...]


def view_of(difference: Difference) -> View:
    """Return the report of a difference."""
    groups = tuple(_groups(difference))
    notes = []
    if difference.notices is not None:
        for word, found in zip(("removed", "added"), difference.notices, strict=True):
            notes += [f"NOTICE file {word}: {one}" for one in sorted(found)]
    return View(
        old=_side(difference.old),
        new=_side(difference.new),
        counts=tuple((group.title, len(group.rows)) for group in groups),
        headline=headline(difference),
        groups=groups,
        compared=(VERSION, *difference.compared),
        left_out=tuple(f"{fact} ({why})" for fact, why in difference.left_out),
        notices=tuple(notes),
    )


def _side(side: Side) -> str:
    """Return what a side is, and of which image."""
    count = sum(not entry.ecosystem for entry in side.entries)
    noun = "package" if count == 1 else "packages"
    words = f"{KINDS[side.kind]}, {count} {noun}"
    return f"{printable(side.title)} ({words})" if side.title else words


def _groups(difference: Difference) -> Iterator[Group]:
    """Yield the groups, packages before components, also where nothing is in them."""
    for component, noun in ((False, "packages"), (True, "components")):
        found = [
            one for one in difference.changes if bool(one.entry.ecosystem) is component
        ]
        for change in Change:
            rows = tuple(_row(one) for one in found if one.change is change)
            if rows or not component:
                yield Group(change, f"{noun} {change}", rows)


def _row(one: PackageChange) -> Row:
    """Return one package."""
    entry = one.entry
    weight = one.new_weight or one.old_weight
    name = f"{entry.ecosystem}: {entry.name}" if entry.ecosystem else entry.name
    return Row(
        name=printable(name),
        old_version=printable(one.old.version) if one.old else "",
        new_version=printable(one.new.version) if one.new else "",
        category=weight.category if weight else "",
        heavy=bool(weight and weight.category in TOLD),
        shipped=entry.shipped or "",
        license=printable(_license(entry)),
        lines=tuple(_line(one, field) for field in one.fields if field != VERSION),
    )


def _license(entry: Entry) -> str:
    """Return the expression that says most, else the names."""
    text = entry.effective or entry.concluded or entry.declared
    return text or ", ".join(sorted(entry.names)) or "NOASSERTION"


def _line(one: PackageChange, field: str) -> Line:
    """Return one field before and after; of sets what came and went."""
    old, new = (_values(one, entry, field) for entry in (one.old, one.new))
    if field in {Fact.TEXTS, Fact.NOTICES}:
        gone, come = len(set(old) - set(new)), len(set(new) - set(old))
        return Line(field, f"{gone} removed", f"{come} added")
    if field in {Fact.OWED, Fact.NAMES, Fact.REACH}:
        gone_words, come_words = (
            [word for word in these if word not in those]
            for these, those in ((old, new), (new, old))
        )
        return Line(field, _listed(gone_words, "-"), _listed(come_words, "+"))
    return Line(field, printable(old[0]), printable(new[0]))


def _listed(words: Iterable[str], sign: str) -> str:
    """Return words of a set that one side has."""
    return ", ".join(f"{sign}{printable(word)}" for word in words) or _NOTHING


def _values(one: PackageChange, entry: Entry | None, field: str) -> list[str]:
    """Return the words of a field on one side, of a set in order."""
    weight = one.old_weight if entry is one.old else one.new_weight
    if entry is None or weight is None:
        return [_NOTHING]
    values: dict[str, str | Iterable[str]] = {
        CATEGORY: weight.category,
        Fact.SHIPPED: entry.shipped or "not told",
        Fact.DECLARED: entry.declared or _UNKNOWN,
        Fact.CONCLUDED: entry.concluded or _UNKNOWN,
        Fact.EFFECTIVE: entry.effective or _UNKNOWN,
        Fact.NAMES: sorted(entry.names),
        Fact.TEXTS: sorted(entry.texts),
        Fact.NOTICES: sorted(entry.notices),
        Fact.REACH: sorted(entry.reached),
        Fact.OWED: [item for item in Obligation if item in weight.owed],
    }
    value = values[field]
    return [value] if isinstance(value, str) else [str(item) for item in value]

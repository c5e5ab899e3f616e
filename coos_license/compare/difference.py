# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""What differs between two sides, as values: pure, and the same in every format."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import Final

from coos_license.compare.pairing import pairs, version_of
from coos_license.compare.sides import Entry, Fact, Side, comparable, left_out
from coos_license.errors import ParseError
from coos_license.expression import And, Declared, License, Or, all_of, leaves
from coos_license.licenses.expressions import (
    category_of,
    obligations_of,
    parse_expression,
)
from coos_license.licenses.names import license_ref, name_rows
from coos_license.model import Claim, LicenseCategory, Obligation

VERSION: Final = "version"
CATEGORY: Final = "category"


class Change(StrEnum):
    """What happened to a package."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True)
class Weight:
    """What a package asks for, by what both sides tell."""

    category: LicenseCategory
    owed: frozenset[Obligation]


@dataclass(frozen=True, kw_only=True, slots=True)
class PackageChange:
    """One package that differs; ``fields`` names what, in the order of the report.

    ``old_weight`` and ``new_weight`` are ``None`` where the side has no such package.
    """

    change: Change
    old: Entry | None
    new: Entry | None
    fields: tuple[str, ...]
    old_weight: Weight | None
    new_weight: Weight | None

    @property
    def entry(self) -> Entry:
        """Return the package as the new side has it, else as the old one had it."""
        entry = self.new or self.old
        if entry is None:
            raise ValueError("a change is of a package")
        return entry


@dataclass(frozen=True, kw_only=True, slots=True)
class Difference:
    """All that differs: ``compared`` are the facts that both sides tell, in order.

    ``left_out`` are those that are not compared, each with the reason in words.
    ``notices`` are the digests of NOTICE files that one side alone has: (old, new);
    ``None`` where that is not told.
    """

    old: Side
    new: Side
    compared: tuple[Fact, ...]
    left_out: tuple[tuple[Fact, str], ...]
    changes: tuple[PackageChange, ...]
    notices: tuple[frozenset[str], frozenset[str]] | None

    @property
    def is_empty(self) -> bool:
        """Return whether nothing differs."""
        return not self.changes and not (self.notices and any(self.notices))


def difference(old: Side, new: Side) -> Difference:
    """Return what differs between two sides."""
    compared = tuple(comparable(old, new))
    bare = not (old.revisions and new.revisions)
    weigh = _Scale(_basis(old, new))
    changes = []
    for left, right in pairs(old, new):
        weights = (
            weigh(left) if left is not None else None,
            weigh(right) if right is not None else None,
        )
        fields = tuple(_fields(left, right, compared, weights, bare=bare))
        if left is None or right is None or fields:
            change = Change.CHANGED
            if left is None or right is None:
                change = Change.ADDED if left is None else Change.REMOVED
            changes.append(
                PackageChange(
                    change=change,
                    old=left,
                    new=right,
                    fields=fields,
                    old_weight=weights[0],
                    new_weight=weights[1],
                )
            )
    return Difference(
        old=old,
        new=new,
        compared=compared,
        left_out=tuple(left_out(old, new, compared)),
        changes=tuple(changes),
        notices=_notices(old, new) if Fact.NOTICES in compared else None,
    )


def _basis(old: Side, new: Side) -> Fact | None:
    """Return the fact that obligations are weighed by, on both sides alike."""
    both = old.tells & new.tells
    order = (Fact.OWED, Fact.CONCLUDED, Fact.EFFECTIVE, Fact.DECLARED, Fact.NAMES)
    return next((fact for fact in order if fact in both), None)


@dataclass(frozen=True, slots=True)
class _Scale:
    """Weighs packages by one fact."""

    basis: Fact | None

    def __call__(self, entry: Entry) -> Weight:
        """Return what a package asks for."""
        text = entry.concluded or entry.effective or entry.declared
        match self.basis:
            case Fact.OWED if not entry.ecosystem:
                category = entry.category
                if category is None:
                    category = weight_of(entry.effective or entry.declared).category
                return Weight(category, entry.owed)
            case Fact.EFFECTIVE:
                text = entry.effective or entry.declared
            case Fact.DECLARED:
                text = entry.declared
            case Fact.NAMES:
                return _weight_of_names(entry.names)
            case _:
                pass
        return weight_of(text)


@lru_cache(maxsize=1 << 14)
def weight_of(text: str) -> Weight:
    """Return what an expression asks for; one that cannot be read needs a review.

    >>> weight_of("GPL-2.0-only AND MIT").category.value
    'restricted'
    """
    return _weight(_read(text))


@lru_cache(maxsize=1 << 10)
def _weight_of_names(names: frozenset[str]) -> Weight:
    """Return what licence names of an ebuild ask for together."""
    known = name_rows()
    parts = [
        _read(row.expression if (row := known.get(name)) and row.expression else ref)
        for name in sorted(names)
        for ref in (license_ref(name),)
    ]
    expressions = [one for one in parts if isinstance(one, License | And | Or)]
    return _weight(all_of(expressions) if expressions else Claim.NOASSERTION)


def _weight(expression: Declared) -> Weight:
    """Return what an expression asks for."""
    owed = frozenset(obligations_of(leaves(expression)))
    if expression is Claim.NOASSERTION:
        owed = frozenset({Obligation.REVIEW})
    return Weight(category_of(expression), owed)


@lru_cache(maxsize=1 << 14)
def _read(text: str) -> Declared:
    """Return an expression of any document; NOASSERTION where it cannot be read."""
    if text in set(Claim):
        return Claim(text)
    try:
        return parse_expression(text)
    except ParseError:
        return Claim.NOASSERTION


@lru_cache(maxsize=1 << 14)
def canonical(text: str) -> str:
    """Return an expression with its operands in order, to be compared by.

    What cannot be read stays as it is; nothing said is NOASSERTION.

    >>> canonical("MIT AND ISC") == canonical("isc AND MIT")
    True
    """
    read = _read(text)
    if read is Claim.NOASSERTION:
        return text or Claim.NOASSERTION
    return _sorted(read)


def _sorted(expression: Declared) -> str:
    """Return an expression, operands sorted."""
    match expression:
        case And(operands):
            return f"({' AND '.join(sorted(map(_sorted, operands)))})"
        case Or(operands):
            return f"({' OR '.join(sorted(map(_sorted, operands)))})"
        case _:
            return str(expression)


def _fields(
    old: Entry | None,
    new: Entry | None,
    compared: Iterable[Fact],
    weights: tuple[Weight | None, ...],
    *,
    bare: bool,
) -> Iterator[str]:
    """Yield the names of what differs in a package that both sides have."""
    if old is None or new is None:
        return
    if version_of(old, bare=bare) != version_of(new, bare=bare):
        yield VERSION
    for fact in compared:
        if fact is not Fact.OWED and _value(old, fact) != _value(new, fact):
            yield fact
    before, after = weights
    if before and after and before.category != after.category:
        yield CATEGORY
    if before and after and before.owed != after.owed:
        yield Fact.OWED


def _value(entry: Entry, fact: Fact) -> object:
    """Return a fact of a package, to be compared."""
    if fact is Fact.EFFECTIVE and entry.ecosystem:
        return None
    value = _VALUES[fact](entry) if fact in _VALUES else None
    return canonical(value) if isinstance(value, str) else value


#: How a package tells a fact; expressions are strings.
_VALUES: Final[dict[Fact, Callable[[Entry], str | frozenset[str] | None]]] = {
    Fact.SHIPPED: lambda entry: entry.shipped,
    Fact.DECLARED: lambda entry: entry.declared,
    Fact.CONCLUDED: lambda entry: entry.concluded,
    Fact.EFFECTIVE: lambda entry: entry.effective,
    Fact.NAMES: lambda entry: entry.names,
    Fact.TEXTS: lambda entry: entry.texts,
    Fact.NOTICES: lambda entry: entry.notices,
    Fact.REACH: lambda entry: entry.reached,
}


def _notices(old: Side, new: Side) -> tuple[frozenset[str], frozenset[str]]:
    """Return the NOTICE files that the old side alone has, and the new one alone."""
    before, after = (
        frozenset(one for entry in side.entries for one in entry.notices)
        for side in (old, new)
    )
    return before - after, after - before

# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""Which package of one side is which of the other."""

import re
from collections.abc import Iterable, Iterator
from functools import cmp_to_key

from coos_license.compare.sides import Entry, Fact, Side
from coos_license.model import Shipped
from coos_license.portage.names import compare_versions

_REVISION = re.compile(r"-r[0-9]+\Z")
Pair = tuple[Entry | None, Entry | None]
_Key = tuple[str, str]


def pairs(old: Side, new: Side) -> Iterator[Pair]:
    """Yield the packages of both sides in order of name, each with its other.

    Packages of one name are paired where version and slot are equal, then where the
    slot is, then in order of version; what is left was added or removed.
    """
    short = not (_has_categories(old) and _has_categories(new))
    groups: dict[_Key, tuple[list[Entry], list[Entry]]] = {}
    for which, side in enumerate((old, new)):
        for entry in _compared(side, old, new):
            name = entry.name.rpartition("/")[2] if short else entry.name
            key = (entry.ecosystem, entry.name if entry.ecosystem else name)
            groups.setdefault(key, ([], []))[which].append(entry)
    bare = not (old.revisions and new.revisions)
    for key in sorted(groups):
        yield from _paired(*groups[key], bare=bare)


def version_of(entry: Entry, *, bare: bool) -> str:
    """Return the version, ``bare`` without its revision."""
    return _REVISION.sub("", entry.version) if bare else entry.version


def _has_categories(side: Side) -> bool:
    """Return whether the side names its packages with their categories."""
    names = [entry.name for entry in side.entries if not entry.ecosystem]
    return all("/" in name for name in names)


def _compared(side: Side, old: Side, new: Side) -> Iterator[Entry]:
    """Yield the entries of a side that the other one would have too."""
    components = Fact.COMPONENTS in old.tells & new.tells
    credited = old.only_credited or new.only_credited
    for entry in side.entries:
        if entry.ecosystem and not components:
            continue
        if credited and entry.shipped is Shipped.BUILD_TIME:
            continue
        yield entry


def _paired(old: list[Entry], new: list[Entry], *, bare: bool) -> Iterator[Pair]:
    """Yield the pairs of one name."""
    left, right = _ordered(old), _ordered(new)
    found: list[tuple[Entry, Entry]] = []
    for same in (
        lambda one: (version_of(one, bare=bare), one.slot),
        lambda one: (version_of(one, bare=bare),),
        lambda one: (one.slot,) if one.slot else (one.name, one.version),
    ):
        for entry in tuple(left):
            other = next((one for one in right if same(one) == same(entry)), None)
            if other is not None:
                found.append((entry, other))
                left.remove(entry)
                right.remove(other)
    while left and right:
        found.append((left.pop(), right.pop()))
    yield from sorted(found, key=lambda pair: _order(pair[0]))
    yield from ((entry, None) for entry in left)
    yield from ((None, entry) for entry in right)


def _ordered(entries: Iterable[Entry]) -> list[Entry]:
    """Return the entries of one name, lowest version first."""
    return sorted(entries, key=_order)


def _order(entry: Entry) -> tuple[object, str, str]:
    """Return the sort key: by PMS, where it is such a version."""
    return _by_version(entry.version), entry.version, entry.slot


def _compare(left: str, right: str) -> int:
    """Compare versions by PMS; what is none comes first, by its letters."""
    try:
        return compare_versions(left, right)
    except ValueError:
        return (left > right) - (left < right)


_by_version = cmp_to_key(_compare)

# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""A difference in a few lines, in obligations: what somebody has to act on.

Counted are packages that ship or may be linked; what a side does not tell to be
build-time is taken to ship. Categories that only ask for what credits and NOTICE give
anyway are counted together.
"""

from collections import Counter
from collections.abc import Iterator
from typing import Final

from coos_license.compare.difference import (
    Change,
    Difference,
    PackageChange,
    Weight,
)
from coos_license.compare.sides import Entry, Fact
from coos_license.model import LicenseCategory, Obligation, Shipped

#: From what asks most on; the rest is met by passing the bundle on.
TOLD: Final = (
    LicenseCategory.NOT_ALLOWED,
    LicenseCategory.PROPRIETARY,
    LicenseCategory.BY_EXCEPTION_ONLY,
    LicenseCategory.NETWORK_RESTRICTED,
    LicenseCategory.RESTRICTED,
    LicenseCategory.RESTRICTED_IF_STATIC,
    LicenseCategory.RECIPROCAL,
    LicenseCategory.UNKNOWN,
)
_OTHER: Final = "other"
_GROUPS: Final[tuple[str, ...]] = (*TOLD, _OTHER)
#: What takes work of its own, beyond passing texts on.
WORK: Final = (
    Obligation.SOURCE,
    Obligation.SOURCE_OFFER,
    Obligation.RELINKING,
    Obligation.INSTALLATION_INFORMATION,
    Obligation.REVIEW,
)


def headline(difference: Difference) -> tuple[str, ...]:
    """Return the lines, the heaviest first; none where nothing differs."""
    return tuple(_lines(difference))


def _lines(difference: Difference) -> Iterator[str]:
    """Yield the lines."""
    packages = [one for one in difference.changes if not one.entry.ecosystem]
    for verb, change in (("adds", Change.ADDED), ("removes", Change.REMOVED)):
        counts = Counter(
            _group(weight)
            for one in packages
            for entry, weight in _sides(one)
            if _is(one, entry, change) and ships(entry)
        )
        for word in _GROUPS:
            if counts[word]:
                noun = "package" if counts[word] == 1 else "packages"
                yield f"{verb} {counts[word]} {word} shipped {noun}"
    yield from _shifts(packages)
    if difference.notices is not None:
        removed, added = difference.notices
        for verb, found in (("adds", added), ("removes", removed)):
            if found:
                files = "file" if len(found) == 1 else "files"
                yield f"{verb} {len(found)} NOTICE {files}"
    yield from _owed(packages)
    if Fact.REACH in difference.compared:
        yield from _reached(packages)
    yield from _rest(difference)


def _sides(one: PackageChange) -> Iterator[tuple[Entry, Weight]]:
    """Yield the package as each side has it."""
    if one.old is not None and one.old_weight is not None:
        yield one.old, one.old_weight
    if one.new is not None and one.new_weight is not None:
        yield one.new, one.new_weight


def ships(entry: Entry) -> bool:
    """Return whether a package ships, as far as that is told."""
    return entry.shipped is not Shipped.BUILD_TIME


def _is(one: PackageChange, entry: Entry, change: Change) -> bool:
    """Return whether what ships of a package came or went.

    A package that both sides have came where only the new one ships it.
    """
    if one.change is change:
        return True
    if one.old is None or one.new is None or ships(one.old) is ships(one.new):
        return False
    came = entry is one.new
    return came if change is Change.ADDED else not came


def _group(weight: Weight) -> str:
    """Return the word that a package is counted under."""
    return weight.category if weight.category in TOLD else _OTHER


def _shifts(packages: list[PackageChange]) -> Iterator[str]:
    """Yield how many packages that shipped before and after changed their category."""
    counts: Counter[tuple[str, str]] = Counter()
    for one in packages:
        if one.old is None or one.new is None:
            continue
        if not (ships(one.old) and ships(one.new)):
            continue
        if one.old_weight is None or one.new_weight is None:
            continue
        before, after = one.old_weight.category, one.new_weight.category
        if before != after:
            counts[before, after] += 1
    for (was, now), count in sorted(counts.items()):
        noun = "package goes" if count == 1 else "packages go"
        yield f"{count} {noun} from {was} to {now}"


def _owed(packages: list[PackageChange]) -> Iterator[str]:
    """Yield for how many packages work is owed that was not owed, or the reverse."""
    for obligation in WORK:
        more = fewer = 0
        for one in packages:
            old, new = (_owes(one, obligation, side) for side in (one.old, one.new))
            more += new and not old
            fewer += old and not new
        for count, word in ((more, "newly"), (fewer, "no longer")):
            if count:
                noun = "package" if count == 1 else "packages"
                owe = "owes" if count == 1 else "owe"
                yield f"{count} {noun} {word} {owe} {obligation}"


def _reached(packages: list[PackageChange]) -> Iterator[str]:
    """Yield how many packages the copyleft of others reaches that it did not reach."""
    more = fewer = 0
    for one in packages:
        old, new = (
            bool(side and ships(side) and side.reached) for side in (one.old, one.new)
        )
        more += new and not old
        fewer += old and not new
    for count, word in ((more, "newly"), (fewer, "no longer")):
        if count:
            noun = "package" if count == 1 else "packages"
            yield f"copyleft of others {word} reaches {count} {noun}"


def _owes(one: PackageChange, obligation: Obligation, side: Entry | None) -> bool:
    """Return whether a side of a package ships it and owes something for it."""
    weight = one.new_weight if side is one.new else one.old_weight
    if side is None or weight is None:
        return False
    return ships(side) and obligation in weight.owed


def _rest(difference: Difference) -> Iterator[str]:
    """Yield how many packages and components differ in other ways."""
    updated = sum("version" in one.fields for one in difference.changes)
    if updated:
        yield f"changes {updated} version{'s' if updated > 1 else ''}"
    components = Counter(
        one.change for one in difference.changes if one.entry.ecosystem
    )
    for verb, change in (("adds", Change.ADDED), ("removes", Change.REMOVED)):
        if components[change]:
            noun = "component" if components[change] == 1 else "components"
            yield f"{verb} {components[change]} {noun}"

# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""Copyleft in plain text: what is owed for it, and what it reaches by which path."""

from collections.abc import Iterator
from itertools import groupby

from coos_license.audit.owed import Owed, Reached, owed, reached
from coos_license.expression import License
from coos_license.model import Inventory, Obligation, Package, PackageId
from coos_license.obligations.graph import of_package
from coos_license.obligations.paths import hop_lines, named, told_path
from coos_license.obligations.resolutions import Propagation, Resolution
from coos_license.trees.text import show


def copyleft_text(inventory: Inventory, made: Propagation) -> Iterator[str]:
    """Yield the packages with a copyleft licence, then those that one reaches."""
    every = owed(inventory)
    packages = {one.package.id for one in every}
    yield f"copyleft: {len(packages)} credited packages"
    for _, same in groupby(every, key=lambda one: (one.category, one.license)):
        yield from _one_license(tuple(same))
    yield ""
    if inventory.links.is_recorded:
        ways = reached(inventory, made)
        count = len({one.package.id for one in ways})
        yield f"copyleft of others reaches {count} credited packages"
        for one in ways:
            yield from _one_way(one, made)
    else:
        yield "what copyleft reaches is not known: no package records its links"
    yield ""


def _one_license(same: tuple[Owed, ...]) -> Iterator[str]:
    """Yield what is owed for one licence, and the packages that have it."""
    first = same[0]
    yield f"  {first.category}: {first.license}  ({first.reason})"
    yield f"    owes: {', '.join(first.obligations)}"
    for one in same:
        part = f"  {show(one.of)}" if one.of else ""
        choice = "  (if it is taken: another option asks for less)"
        yield f"    {one.package.id.cpv}{part}{choice if one.is_optional else ''}"


def _one_way(one: Reached, made: Propagation) -> Iterator[str]:
    """Yield that a licence reaches a package, and by which path."""
    first = one.first
    more = f", and {one.count - 1} more ways" if one.count > 1 else ""
    sure = "" if first.is_sure else ", perhaps"
    yield f"  {one.package.id.cpv}: {first.obligation} for {first.license}{sure}{more}"
    yield f"    {told_path(made.graph, first.acts_on, first.path)}"


def reach_lines(package: Package, made: Propagation) -> Iterator[str]:
    """Yield for ``explain`` what reaches a package over links, and what it reaches.

    Of equal obligations for one licence one way is shown, the surest and shortest.
    """
    numbers = of_package(made.graph, package.id)
    used = made.graph.used()
    ways: dict[tuple[Obligation, License], list[Resolution]] = {}
    for number in numbers:
        for one in made.at(number, used[number]):
            if one.path and made.graph.nodes[one.origin].package != package.id:
                ways.setdefault((one.obligation, one.license), []).append(one)
    for every in ways.values():
        first = min(every, key=lambda one: (not one.is_sure, len(one.path)))
        yield from _resolution(first, len(every), made)
    for number in numbers:
        for name in made.graph.nodes[number].excepted:
            yield f"  exception   {name}: {named(made.graph, number)}"
    for other in _reached_by(frozenset(numbers), made):
        if other != package.id:
            yield f"  reaches     {other.cpv}"


def _reached_by(own: frozenset[int], made: Propagation) -> list[PackageId]:
    """Return the packages that licences of some nodes reach, sorted."""
    found = {
        made.graph.nodes[one.acts_on].package
        for one in made.resolutions()
        if one.path
        and one.origin in own
        and one.acts_on not in own
        and one.obligation is not Obligation.REVERSE_ENGINEERING_PERMITTED
    }
    return sorted(one for one in found if one is not None)


def _resolution(one: Resolution, count: int, made: Propagation) -> Iterator[str]:
    """Yield one resolution: attaches to, acts on, obligation; then its path."""
    sure = "" if one.is_sure else ", perhaps"
    more = f" ({count - 1} more alike)" if count > 1 else ""
    yield f"  owed        {one.obligation} for {one.license}{sure}{more}"
    yield f"              attaches to {named(made.graph, one.attaches_to)}"
    yield f"              acts on {named(made.graph, one.acts_on)}"
    for line in hop_lines(made.graph, one.path):
        yield f"              {line}"

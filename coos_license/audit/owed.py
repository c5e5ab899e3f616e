# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""Which packages owe more than a notice, why, and what reaches others."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from coos_license.expression import Declared, License, leaves
from coos_license.licenses.expressions import license_row
from coos_license.model import Inventory, LicenseCategory, Obligation, Package
from coos_license.obligations.resolutions import Propagation, Resolution
from coos_license.obligations.terms import options_of

#: Categories whose packages are listed one by one.
COPYLEFT: Final = (
    LicenseCategory.RECIPROCAL,
    LicenseCategory.RESTRICTED_IF_STATIC,
    LicenseCategory.RESTRICTED,
    LicenseCategory.NETWORK_RESTRICTED,
)


@dataclass(frozen=True, slots=True)
class Owed:
    """What is owed for a package that has a copyleft licence.

    ``of`` is a component of it whose licence it is, ``""`` for the package itself.
    ``is_optional``: an open choice offers another licence that asks for less.
    """

    package: Package
    license: License
    category: LicenseCategory
    obligations: tuple[Obligation, ...]
    reason: str
    of: str = ""
    is_optional: bool = False


@dataclass(frozen=True, slots=True)
class Reached:
    """That a licence reaches a package: ``first`` is one of ``count`` such ways."""

    package: Package
    first: Resolution
    count: int


def owed(inventory: Inventory) -> tuple[Owed, ...]:
    """Return the credited packages with a copyleft licence, heaviest category first.

    Each licence of a package counts, also one that an open choice may leave out.
    """
    found: list[Owed] = []
    for package in inventory.credited:
        found += _of(package, package.effective, "")
        for part in package.components:
            found += _of(package, part.declared, part.purl)
    return tuple(sorted(found, key=_order))


def _of(package: Package, expression: Declared, name: str) -> Iterator[Owed]:
    """Yield what is owed for the copyleft licences of a package or a part of it."""
    taken = {leaf for option in options_of(expression)[:1] for leaf in option}
    for leaf in dict.fromkeys(leaves(expression)):
        row = license_row(leaf)
        if row.category in COPYLEFT:
            yield Owed(
                package,
                leaf,
                row.category,
                row.obligations,
                row.reason,
                name,
                is_optional=leaf not in taken,
            )


def _order(one: Owed) -> tuple[int, str, str]:
    """Return the sort key: heaviest category, then licence; packages stay in order."""
    return -COPYLEFT.index(one.category), str(one.license), one.of


def reached(inventory: Inventory, made: Propagation) -> tuple[Reached, ...]:
    """Return which credited packages licences of others reach, in their order.

    One of each package, licence and obligation, the surest and shortest way of all.
    """
    ways: dict[tuple[str, str, str], list[Resolution]] = {}
    by_id = {package.id: package for package in inventory.credited}
    nodes = made.graph.nodes
    permitted = Obligation.REVERSE_ENGINEERING_PERMITTED
    for one in made.resolutions():
        package = nodes[one.acts_on].package
        if not one.path or one.obligation is permitted or package not in by_id:
            continue
        if nodes[one.origin].package != package:
            key = package.cpv, str(one.license), one.obligation.value
            ways.setdefault(key, []).append(one)
    found = []
    for every in ways.values():
        first = min(every, key=lambda one: (not one.is_sure, len(one.path)))
        package = nodes[first.acts_on].package
        if package is not None:
            found.append(Reached(by_id[package], first, len(every)))
    return tuple(found)

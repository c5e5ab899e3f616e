# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""``--shipped``: which packages ship, and by what."""

from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

from coos_license.chromiumos.package_info import with_ebuilds
from coos_license.cli.opened import Inside
from coos_license.cli.sources import Source, read_source
from coos_license.model import RawPackage, Shipped
from coos_license.portage.installed import Installed
from coos_license.portage.repository import Repository
from coos_license.resolve.shipping import (
    Shipping,
    merged,
    ship_all,
    ship_closure,
    ship_default,
    ship_listed,
    ship_set,
)


def decide(
    rule: str | None,
    source: Source,
    repositories: Sequence[Repository],
    trees: ExitStack,
    *,
    links: bool,
) -> tuple[tuple[RawPackage, ...], Shipping, Source]:
    """Return all packages, which of them ship, and the source that says so.

    ``rule`` is what ``--shipped`` names. Raises: InputError.
    """
    installed = Installed(source.packages)
    if rule is None and source.is_listed:
        return source.packages, ship_listed(source.packages), source
    if rule is None and not source.all_ships:
        return source.packages, ship_default(source.packages, installed), source
    if rule is None or rule == "all":
        return source.packages, ship_all(source.packages), source
    if rule.startswith("closure:"):
        atom = rule.removeprefix("closure:")
        return source.packages, ship_closure(source.packages, installed, atom), source
    cure = "--shipped takes all, closure:ATOM or a PATH, which is any SOURCE"
    inside = Inside(links=links)
    image = read_source(Path(rule or " "), trees, "shipped", cure, inside)
    shipped = image.packages
    if image.is_listed:
        shipped = tuple(one for one in shipped if one.stated is Shipped.YES)
        packages = _with_listed(source.packages, shipped, repositories)
    else:
        packages = merged(source.packages, shipped)
    decided = ship_set(packages, Installed(packages), shipped)
    return packages, decided, image


def _with_listed(
    packages: tuple[RawPackage, ...],
    shipped: tuple[RawPackage, ...],
    repositories: Sequence[Repository],
) -> tuple[RawPackage, ...]:
    """Return the packages and those that only the list of an image names."""
    known = {package.id for package in packages}
    others = [package for package in shipped if package.id not in known]
    return (*packages, *with_ebuilds(others, repositories))

# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""``--shipped``: which packages reach the image, and which source says so."""

from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path

from coos_license.chromiumos.package_info import with_ebuilds
from coos_license.cli.opened import Inside
from coos_license.cli.sources import Source, read_source
from coos_license.model import PackageId, RawPackage, Shipped
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


def find_shipped(
    rule: str | None, source: Source, trees: ExitStack, *, links: bool
) -> Source:
    """Return the source that says what ships: the PATH of --shipped, or SOURCE.

    Raises: InputError.
    """
    if rule is None or rule == "all" or rule.startswith("closure:"):
        return source
    cure = "--shipped takes all, closure:ATOM or a PATH, which is any SOURCE"
    inside = Inside(links=links)
    return read_source(Path(rule or " "), trees, "shipped", cure, inside)


def what_ships(
    rule: str | None,
    source: Source,
    image: Source,
    repositories: Sequence[Repository],
    found: Mapping[PackageId, str],
) -> tuple[tuple[RawPackage, ...], Shipping]:
    """Return all packages, and which of them ship.

    ``found`` are those that files of the image belong to, and why they ship. Raises:
    InputError.
    """
    if image is source:
        return source.packages, _by_rule(rule, source)
    shipped = image.packages
    if image.is_listed:
        shipped = tuple(one for one in shipped if one.stated is Shipped.YES)
        packages = _with_listed(source.packages, shipped, repositories)
    else:
        packages = merged(source.packages, shipped)
    return packages, ship_set(packages, Installed(packages), shipped, found)


def _by_rule(rule: str | None, source: Source) -> Shipping:
    """Return which packages ship by a rule, or by what SOURCE is."""
    if rule is not None and rule != "all":
        atom = rule.removeprefix("closure:")
        return ship_closure(source.packages, Installed(source.packages), atom)
    if rule is None and source.is_listed:
        return ship_listed(source.packages)
    if rule is None and not source.all_ships:
        return ship_default(source.packages, Installed(source.packages))
    return ship_all(source.packages)


def _with_listed(
    packages: tuple[RawPackage, ...],
    shipped: tuple[RawPackage, ...],
    repositories: Sequence[Repository],
) -> tuple[RawPackage, ...]:
    """Return the packages and those that only the list of an image names."""
    known = {package.id for package in packages}
    others = [package for package in shipped if package.id not in known]
    return (*packages, *with_ebuilds(others, repositories))

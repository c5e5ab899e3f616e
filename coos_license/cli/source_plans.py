# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""From SOURCE and repositories to what a source bundle is to hold."""

import tomllib
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from coos_license.chromiumos.databases import DatabaseKind
from coos_license.cli.package_sources import saved_environment
from coos_license.cli.reading import Loaded
from coos_license.cli.request import Request
from coos_license.cli.sources import (
    Source,
    find_repositories,
    open_directory,
    read_source,
)
from coos_license.corresponding.components import component_plans, with_components
from coos_license.corresponding.environment import ToldVariables
from coos_license.corresponding.kernel import kernel_configs
from coos_license.corresponding.overrides import user_patches
from coos_license.corresponding.plan import RECORDS, AtHand, plan
from coos_license.corresponding.policy_owing import owing
from coos_license.corresponding.values import ComponentSource, Plan
from coos_license.errors import ReadError
from coos_license.model import Package, PackageId, RawPackage, Shipped
from coos_license.portage.config_root import ConfigRoot, read_config_root
from coos_license.portage.manifest import distfiles_of
from coos_license.portage.repository import (
    CACHE,
    CACHE_LIMIT,
    EBUILD,
    EBUILD_LIMIT,
    Repository,
)
from coos_license.resolve.texts import TextFinder
from coos_license.resources import told_variables
from coos_license.sources.checkouts import InCheckout, find_in_checkouts
from coos_license.trees.directory import DirectoryTree

_DISTDIR_CURE: Final = "give a directory of distfiles with --distdir"
#: Where a checkout keeps distfiles (chromite, ``lib/path_util.py``).
_CHECKOUT_DISTFILES: Final = ".cache/distfiles"


@dataclass(frozen=True, slots=True, eq=False)
class Surroundings:
    """What a bundle is made from; all trees stay open."""

    source: Source
    repositories: tuple[Repository, ...]
    distdirs: tuple[DirectoryTree, ...]
    checkouts: tuple[str, ...]
    config: ConfigRoot


def surroundings(
    request: Request, distdirs: Sequence[Path], trees: ExitStack
) -> Surroundings:
    """Return what a request names, open. Raises: InputError.

    What --sources names is a checkout, or holds distfiles.
    """
    source = read_source(request.source, trees, "root", inside=request.inside)
    repositories = find_repositories(source, request.source, request.overlays, trees)
    paths = list(distdirs)
    checkouts = [path for path in request.sources if _is_checkout(path)]
    paths += [path for path in request.sources if path not in checkouts]
    checkout = source.opened.checkout
    if checkout is not None:
        checkouts.append(checkout.path)
        own = checkout.path / _CHECKOUT_DISTFILES
        paths += [own] if not paths and own.is_dir() else []
    opened = [open_directory(path, trees, _DISTDIR_CURE) for path in paths]
    bases = tuple(map(str, checkouts))
    config = read_config_root(source.opened.tree)
    return Surroundings(source, repositories, tuple(opened), bases, config)


def _is_checkout(path: Path) -> bool:
    """Return whether a --sources directory is a checkout. Raises: InputError."""
    # Only where sources are given.
    from coos_license.chromiumos.checkout import is_checkout  # noqa: PLC0415 (only of a checkout)

    with ExitStack() as trees:
        cure = "give a checkout or a directory of distfiles"
        return is_checkout(open_directory(path, trees, cure))


def plans(
    loaded: Loaded,
    around: Surroundings,
    components: Sequence[ComponentSource],
    *,
    take_all: bool,
) -> Iterator[Plan]:
    """Yield what the bundle is to hold: of packages in their order, of components."""
    owed = owing(loaded.inventory, loaded.propagation)
    reasons = with_components(owed, components)
    raws = {raw.id: raw for raw in around.source.packages}
    finder = TextFinder(around.repositories)
    told = ToldVariables(**tomllib.loads(told_variables()))
    for package in loaded.inventory.packages:
        wanted = package.id in reasons
        if wanted or (take_all and package.shipped is Shipped.YES):
            at_hand = _at_hand(package, raws.get(package.id), around, finder)
            yield plan(
                package,
                reasons.get(package.id, ()),
                around.repositories,
                at_hand,
                told,
            )
    yield from component_plans(components)


def _at_hand(
    package: Package,
    raw: RawPackage | None,
    around: Surroundings,
    finder: TextFinder,
) -> AtHand:
    """Return what is known of the build of a package."""
    source = around.source
    tree = source.opened.release or source.opened.tree
    saved: bytes | None = None
    in_checkout = InCheckout()
    unread = ""
    if raw is not None:
        try:
            saved = saved_environment(source, raw)
        except ReadError as error:
            unread = str(error)
        if around.checkouts:
            in_checkout = find_in_checkouts(
                raw,
                around.checkouts,
                around.repositories,
                lambda _: saved,
                as_built=True,
            )
    repository = package.repository
    return AtHand(
        recorded=_recorded(source, package.id),
        saved=saved,
        in_checkout=in_checkout,
        configs=kernel_configs(package.id, tree),
        src_uri=_source_uri(raw, finder, around.repositories),
        manifest=distfiles_of(package.id, repository, around.repositories),
        unread=unread,
        user_patches=user_patches(package.id, package.slot, tree),
    )


def _source_uri(
    raw: RawPackage | None, finder: TextFinder, repositories: Sequence[Repository]
) -> str | None:
    """Return SRC_URI of a package, ``None`` where nothing says it."""
    if raw is None:
        return None
    found, _ = finder.source_uri(raw)
    if found:
        return found
    path = f"{CACHE}/{raw.id.category}/{raw.id.pf}"
    for one in repositories:
        if one.name == raw.repository:
            try:
                one.tree.read(path, CACHE_LIMIT)
            except ReadError:
                return None
            return ""
    return None


def _recorded(source: Source, package: PackageId) -> dict[str, bytes]:
    """Return what the database entry of an installed package says of its build."""
    if source.database.kind is not DatabaseKind.INSTALLED:
        return {}
    names = frozenset((*RECORDS, f"{package.pf}{EBUILD}"))
    entry = f"{source.database.place}/{package.cpv}"
    try:
        found, _ = source.opened.tree.read_files(entry, names, {"": EBUILD_LIMIT})
    except ReadError:
        return {}
    return found


def without_sources(request: Request) -> Request:
    """Return the request for an inventory: what sources say changes no debt."""
    return replace(request, sources=(), private_overlays=())

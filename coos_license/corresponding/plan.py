# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""What the bundle is to hold for each package, out of what is at hand."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from coos_license import findings
from coos_license.corresponding.ebuilds import (
    EBUILD_LIMIT,
    eclass_order,
    inherited,
    pieces_below,
    read_beside,
)
from coos_license.corresponding.environment import (
    ToldVariables,
    build_file,
    build_variables,
)
from coos_license.corresponding.fetching import Fetching
from coos_license.corresponding.overrides import UserPatches, fragments
from coos_license.corresponding.patches import patches_of
from coos_license.corresponding.values import (
    Gap,
    Patch,
    Piece,
    Plan,
    Reason,
    Role,
    WorkTree,
)
from coos_license.model import Package, PackageId
from coos_license.portage.manifest import Distfile
from coos_license.portage.repository import EBUILD, MANIFEST, METADATA, Repository
from coos_license.sources.checkouts import InCheckout

_WORKON: Final = "cros-workon"
_UNSAFE: Final = re.compile(r"[^A-Za-z0-9._+-]")
#: What of a database entry is told; the ebuild is kept under the name of the package.
RECORDS: Final = (
    *("BUILD_TIME", "CBUILD", "CFLAGS", "CHOST", "CXXFLAGS", "DEFINED_PHASES", "EAPI"),
    *("FEATURES", "INHERITED", "IUSE", "KEYWORDS", "LDFLAGS", "LICENSE", "PROPERTIES"),
    *("QA_PREBUILT", "RESTRICT", "SLOT", "USE", "repository"),
)


@dataclass(frozen=True, kw_only=True, slots=True)
class AtHand:
    """What is known of the build of one package.

    ``recorded`` are files of its database entry, ``saved`` is its environment;
    ``in_checkout`` is where a checkout has its source; ``configs`` are kernel
    configurations, ``None`` where it is no kernel. ``src_uri`` is ``None`` where it is
    not known; ``manifest`` is what the Manifest lists; ``unread`` is why the saved
    environment cannot be had though it is there; ``user_patches`` are of whoever built.
    """

    recorded: Mapping[str, bytes]
    saved: bytes | None
    in_checkout: InCheckout
    configs: tuple[Piece, ...] | None
    src_uri: str | None
    manifest: Mapping[str, Distfile]
    unread: str
    user_patches: UserPatches


def home(package: PackageId) -> str:
    """Return where in a bundle lies what belongs to one package alone."""
    return f"packages/{package.category}/{package.pf}"


def plan(
    package: Package,
    reasons: tuple[Reason, ...],
    repositories: Sequence[Repository],
    at_hand: AtHand,
    told: ToldVariables,
) -> Plan:
    """Return what the bundle is to hold for a package."""
    order = eclass_order(repositories, package.repository)
    scripts = _Scripts(package, order, at_hand)
    scripts.add()
    variables = build_variables(told, at_hand.recorded, at_hand.saved)
    where = home(package.id)
    if variables:
        content = build_file(variables)
        record = Piece(f"{where}/build.env", Role.RECORD, content)
        scripts.pieces.append(record)
    trees, tree_gaps = _trees(at_hand.in_checkout, variables, scripts.eclasses)
    records = (at_hand.recorded, at_hand.saved)
    fetching = Fetching(package.id, package.fetched, *records)
    fetched, unknown = fetching.files(at_hand.src_uri, at_hand.manifest, scripts.ebuild)
    gaps = [*scripts.gaps, *tree_gaps, *unknown]
    if not trees:
        gaps += fetching.not_kept(scripts.eclasses)
    if reasons:
        gaps += fetching.prebuilt(scripts.eclasses, scripts.ebuild)
    if at_hand.unread:
        name, reason = "environment.bz2", at_hand.unread
        gaps.append(Gap(findings.SOURCE_MISSING, Role.RECORD, name, reason))
    if at_hand.configs is not None:
        scripts.pieces += at_hand.configs
        if not at_hand.configs:
            reason = "SOURCE has no boot/config-*, and no kernel with its own"
            gaps.append(Gap(findings.SOURCE_MISSING, Role.CONFIG, ".config", reason))
    own = patches_of(
        package.id,
        at_hand.saved,
        scripts.ebuild,
        [one for one in scripts.pieces if one.role is Role.FILE],
    )
    users = at_hand.user_patches
    scripts.pieces += users.pieces
    gaps += [Gap(findings.SOURCE_MISSING, Role.PATCH, *fault) for fault in users.faults]
    return Plan(
        package=package,
        reasons=reasons,
        fetched=fetched,
        pieces=tuple({one.path: one for one in scripts.pieces}.values()),
        patches=_with_users(own, users.pieces),
        trees=trees,
        commits=variables.get("CROS_WORKON_COMMIT", ()),
        gaps=tuple(gaps),
        is_restricted=bool(fetched) and not reasons and fetching.is_restricted,
    )


class _Scripts:
    """Collects the ebuild of a package and what it takes in."""

    def __init__(
        self, package: Package, order: Sequence[Repository], at_hand: AtHand
    ) -> None:
        """Prepare for a package; the first of the repositories is its own."""
        self._package = package
        self._order = order
        self._at_hand = at_hand
        self.pieces: list[Piece] = []
        self.gaps: list[Gap] = []
        self.ebuild: bytes | None = None
        self.eclasses: frozenset[str] = frozenset()

    def add(self) -> None:
        """Collect all of it."""
        name = f"{self._package.id.pf}{EBUILD}"
        path = f"{self._package.id.key}/{name}"
        repository, there = self._find(path)
        self.ebuild = self._at_hand.recorded.get(name, there)
        if self.ebuild is None:
            reason = "is in no repository, and the package database has no copy"
            self._miss(Role.EBUILD, name, reason)
        else:
            own = repository.name if repository else self._package.repository
            goal = f"repos/{own}/{path}" if own else f"{home(self._package.id)}/{name}"
            self.pieces.append(Piece(goal, Role.EBUILD, self.ebuild))
        if there is not None and there != self.ebuild:
            reason = "is another one in the repository than the one that was built"
            self.gaps.append(Gap(findings.SOURCE_DIFFERS, Role.EBUILD, name, reason))
        self._add_eclasses()
        # What is of the ebuild comes last, for a name that both have.
        pieces, faults = fragments(self._package.id, self._order)
        self.pieces += pieces
        for fault in faults:
            self._miss(Role.FILE, *fault)
        if repository is not None:
            self._add_beside(repository)

    def _find(self, path: str) -> tuple[Repository | None, bytes | None]:
        """Return the first repository that has an ebuild, and the ebuild.

        Without one, the repository that has the package at all.
        """
        for repository in self._order:
            content = read_beside(repository, path, EBUILD_LIMIT)
            if content is not None:
                return repository, content
        own = [one for one in self._order if one.name == self._package.repository]
        return (own[0] if own else None), None

    def _add_eclasses(self) -> None:
        """Add the eclasses, each from the repository that it counts from."""
        recorded = self._at_hand.recorded.get("INHERITED")
        found = inherited(recorded, self._package.id, self.ebuild, self._order)
        for name, repository in found.found.items():
            path = f"eclass/{name}.eclass"
            goal = f"repos/{repository.name}/{path}"
            tree = repository.tree
            self.pieces.append(Piece(goal, Role.ECLASS, tree=tree, source=path))
        for name in found.missing:
            self._miss(Role.ECLASS, f"{name}.eclass", "is in no repository given")
        self.eclasses = frozenset((*found.found, *found.missing))

    def _add_beside(self, repository: Repository) -> None:
        """Add the Manifest, the metadata and the files beside an ebuild."""
        key = self._package.id.key
        for name in (MANIFEST, METADATA):
            path = f"{key}/{name}"
            if read_beside(repository, path, 1 << 22) is not None:
                goal = f"repos/{repository.name}/{path}"
                tree = repository.tree
                self.pieces.append(Piece(goal, Role.FILE, tree=tree, source=path))
        pieces, faults = pieces_below(repository, f"{key}/files", Role.FILE)
        self.pieces += pieces
        for path, reason in faults:
            self._miss(Role.FILE, path, reason)

    def _miss(self, role: Role, name: str, reason: str) -> None:
        """Note that something is not there."""
        self.gaps.append(Gap(findings.SOURCE_MISSING, role, name, reason))


def _with_users(own: Sequence[Patch], users: Sequence[Piece]) -> tuple[Patch, ...]:
    """Return all patches: those of whoever builds are applied after the package's."""
    ordered = [one for one in own if one.number is not None]
    first = len(ordered) + 1
    more = (Patch(one.path, number) for number, one in enumerate(users, first))
    return (*ordered, *more, *(one for one in own if one.number is None))


def _trees(
    found: InCheckout,
    variables: Mapping[str, tuple[str, ...]],
    eclasses: frozenset[str],
) -> tuple[tuple[WorkTree, ...], list[Gap]]:
    """Return what of a checkout a package was built from, and what is not there."""
    ids = _ids(variables.get("CROS_WORKON_TREE", ()))
    commits = _ids(variables.get("CROS_WORKON_COMMIT", ()))
    trees = []
    for number, place in enumerate(found.places):
        last = _UNSAFE.sub("-", place.name or "source")
        name = f"{number:02}-{last}{'' if place.is_file else '.tar'}"
        own = () if place.is_file else ids
        trees.append(WorkTree(place, name, own, commits))
    if trees or _WORKON not in eclasses:
        return tuple(trees), []
    named = ", ".join(variables.get("CROS_WORKON_COMMIT", ())) or "not recorded"
    reason = found.reason or "no checkout was given with --sources"
    told = f"{reason}; commit: {named}"
    return (), [Gap(findings.SOURCE_MISSING, Role.TREE, "checkout", told)]


def _ids(values: Sequence[str]) -> tuple[str, ...]:
    """Return the words of a variable that holds ids of Git."""
    return tuple(one for value in values for one in value.split())

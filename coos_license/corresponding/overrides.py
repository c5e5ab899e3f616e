# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""What changes the build of a package from outside of its ebuild.

* Fragments of ``profile.bashrc`` for one package, with the patches beside them. In
  Chromium OS they lie in chromiumos-overlay wherever the ebuild lies (its guide "CrOS
  bashrc Override Framework"); before, and in Flatcar, below ``config/env``.
* Patches of whoever builds, which ``eapply_user`` applies (PMS 12.3.11.3; portage,
  ``bin/phase-helpers.sh``).
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from coos_license.corresponding.ebuilds import pieces_below, read_beside
from coos_license.corresponding.values import Piece, Role
from coos_license.errors import ReadError
from coos_license.model import PackageId
from coos_license.portage.repository import Repository
from coos_license.trees.base import FileTree, Kind
from coos_license.trees.text import in_full

_FRAGMENT_LIMIT: Final = 1 << 20
_ENV: Final = ("chromeos/config/env", "coreos/config/env")
_USER_PATCHES: Final = "etc/portage/patches"
_ENDS: Final = (".patch", ".diff")
_MOST_PATCHES: Final = 2_000

#: Path and reason of what cannot be kept.
Fault = tuple[str, str]


@dataclass(frozen=True, slots=True)
class UserPatches:
    """Patches in the order in which they are applied, and what cannot be kept."""

    pieces: tuple[Piece, ...] = ()
    faults: tuple[Fault, ...] = ()


def fragments(
    package: PackageId, repositories: Iterable[Repository]
) -> tuple[list[Piece], list[Fault]]:
    """Return the fragments of a package and the files beside them."""
    pieces: list[Piece] = []
    faults: list[Fault] = []
    for repository in repositories:
        beside = list(_there(repository, _beside(package)))
        pieces += [*beside, *_there(repository, _env(package))]
        if beside:
            files = f"{package.key}/files"
            more, wrong = pieces_below(repository, files, Role.FILE)
            pieces += more
            faults += wrong
    return pieces, faults


def _there(repository: Repository, paths: Iterable[str]) -> Iterator[Piece]:
    """Yield the files that a repository has."""
    for path in paths:
        if read_beside(repository, path, _FRAGMENT_LIMIT) is not None:
            goal = f"repos/{repository.name}/{path}"
            yield Piece(goal, Role.FILE, tree=repository.tree, source=path)


def _beside(package: PackageId) -> Iterator[str]:
    """Yield where fragments lie beside ebuilds: of PN, P and PF."""
    version = package.version.partition("-r")[0]
    for name in dict.fromkeys((package.name, f"{package.name}-{version}", package.pf)):
        yield f"{package.key}/{name}.bashrc"


def _env(package: PackageId) -> Iterator[str]:
    """Yield where fragments lay: of PN, PN-PV and PN-PV-PR."""
    version = package.version.partition("-r")[0]
    for top in _ENV:
        for name in (
            package.name,
            f"{package.name}-{version}",
            _with_revision(package),
        ):
            yield f"{top}/{package.category}/{name}"


def _with_revision(package: PackageId) -> str:
    """Return PN-PV-PR, in which a revision is always told (PMS 11.1)."""
    has_one = "-r" in package.version
    return package.pf if has_one else f"{package.pf}-r0"


def user_patches(package: PackageId, slot: str, tree: FileTree) -> UserPatches:
    """Return the patches of whoever built a package, of those that SOURCE has.

    Of two of one name the one for fewer packages counts, and an empty one takes the
    other away; all are applied by name.
    """
    found: dict[str, str] = {}
    for directory in _directories(package, slot):
        for name in _patches_in(tree, directory):
            found.setdefault(name, f"{directory}/{name}")
    pieces: list[Piece] = []
    faults: list[Fault] = []
    for name in sorted(found)[:_MOST_PATCHES]:
        path = found[name]
        try:
            with tree.open_file(path) as content:
                is_empty = content.size_bytes == 0
        except ReadError as error:
            faults.append((in_full(path), str(error)))
            continue
        if not is_empty:
            goal = f"packages/{package.category}/{package.pf}/user-patches/{name}"
            pieces.append(Piece(goal, Role.PATCH, tree=tree, source=path))
    if len(found) > _MOST_PATCHES:
        faults.append((_USER_PATCHES, f"has more than {_MOST_PATCHES} patches"))
    return UserPatches(tuple(pieces), tuple(faults))


def _directories(package: PackageId, slot: str) -> Iterator[str]:
    """Yield where patches of a package may be, for the fewest packages first."""
    version = package.version.partition("-r")[0]
    names = (_with_revision(package), f"{package.name}-{version}", package.name)
    for name in names:
        for end in (f":{slot}", ""):
            yield f"{_USER_PATCHES}/{package.category}/{name}{end}"


def _patches_in(tree: FileTree, directory: str) -> Sequence[str]:
    """Return the names of the patches in a directory."""
    try:
        with tree.at(directory) as below:
            entries = below.entries()
    except ReadError:
        return ()
    return [
        entry.name
        for entry in entries
        if entry.name.endswith(_ENDS)
        and entry.kind in (Kind.FILE, Kind.SYMLINK)
        and entry.name.isprintable()
    ]

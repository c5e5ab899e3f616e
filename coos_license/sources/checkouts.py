# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""Sources of cros-workon packages in a checkout of Chromium OS.

What a package is built from, its saved environment says, else its ebuild.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from coos_license.chromiumos.workon import Project, projects_of
from coos_license.errors import ReadError
from coos_license.model import PackageId, RawPackage
from coos_license.portage.repository import Repository
from coos_license.sources.names import role_of
from coos_license.sources.places import Place
from coos_license.trees.base import AbsentError, Entry, FileTree, Kind
from coos_license.trees.directory import DirectoryTree
from coos_license.trees.text import clean_bytes, show

_EBUILD_LIMIT: Final = 1 << 20


@dataclass(frozen=True, slots=True)
class InCheckout:
    """The places of a package's sources in checkouts, or why they are not known."""

    places: tuple[Place, ...] = ()
    reason: str = ""


def nothing_saved(_: RawPackage) -> None:
    """Say of every package that no environment was saved with it."""


def find_in_checkouts(
    raw: RawPackage,
    bases: Sequence[str],
    repositories: Sequence[Repository],
    environment: Callable[[RawPackage], bytes | None],
    *,
    as_built: bool = False,
) -> InCheckout:
    """Return where a package's sources lie in the checkouts ``bases``.

    Nothing is said of a package that is not built from one. ``environment`` returns
    its saved environment, ``None`` where there is none. ``as_built``: parts of a
    project are named that are not there any more, for Git may have them.
    """
    try:
        projects = _projects(raw, repositories, environment)
        places: list[Place] = []
        for project in projects:
            places += _located(project, bases, as_built=as_built)
    except ReadError as error:
        return InCheckout(reason=str(error))
    except OSError as error:
        return InCheckout(reason=f"a checkout cannot be read ({error.strerror})")
    return InCheckout(tuple(places))


def _projects(
    raw: RawPackage,
    repositories: Sequence[Repository],
    environment: Callable[[RawPackage], bytes | None],
) -> tuple[Project, ...]:
    """Return what a package is built from. Raises: ReadError."""
    saved = environment(raw)
    if saved is not None:
        return projects_of(clean_bytes(saved)[0], raw.id)
    for name in _ebuilds(raw.id):
        for repository in repositories:
            if repository.name != raw.repository:
                continue
            try:
                content = repository.tree.read(name, _EBUILD_LIMIT)
            except AbsentError:
                continue
            return projects_of(clean_bytes(content)[0], raw.id)
    return ()


def _ebuilds(package: PackageId) -> Iterator[str]:
    """Yield the ebuild of a package, and the one that all its versions are made of."""
    for version in (package.version, "9999"):
        yield f"{package.category}/{package.name}/{package.name}-{version}.ebuild"


def _located(
    project: Project, bases: Iterable[str], *, as_built: bool
) -> Iterator[Place]:
    """Yield the places of a project. Raises: ReadError where it is in no checkout."""
    for base in bases:
        with DirectoryTree.open(base) as tree:
            for place in project.places:
                try:
                    with tree.at(place) as directory:
                        entries = directory.entries()
                except AbsentError:
                    continue
                found = Project((place,), project.subtree, project.name)
                yield from _places(tree, base, found, entries, as_built=as_built)
                return
    tried = " and ".join(show(place) for place in project.places)
    message = f"no checkout holds {tried}"
    raise ReadError(message)


def _places(
    tree: FileTree,
    base: str,
    project: Project,
    entries: Iterable[Entry],
    *,
    as_built: bool,
) -> Iterator[Place]:
    """Yield what of a project's directory is read. Raises: ReadError.

    Where a package uses a part of it, the licence files at its top hold all the same.
    """
    (place,) = project.places
    if not project.subtree or "." in project.subtree:
        yield Place(base, place, project.name)
        return
    below = f"{project.name}/" if project.name else ""
    for entry in entries:
        if entry.kind is not Kind.DIRECTORY and role_of((entry.name,)) is not None:
            name = f"{below}{entry.name}"
            yield Place(base, f"{place}/{entry.name}", name, is_file=True)
    for part in project.subtree:
        path, name = f"{place}/{part}", f"{below}{part}"
        try:
            with tree.at(path):
                yield Place(base, path, name)
        except AbsentError as error:
            if as_built:
                yield Place(base, path, name)
                continue
            message = f"{show(place)} has no {show(part)}"
            raise ReadError(message) from error
        except ReadError:
            if role_of((part,)) is None:
                yield Place(base, path, name, is_file=True)

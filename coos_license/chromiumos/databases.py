# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""Which list of packages a tree holds, and reading it.

In this order: the database of installed packages, an ebuild cache, a directory of
binary packages, a ``cos-package-info.json``. The first one that is there counts.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from coos_license.chromiumos.package_info import LIMIT, find_list, read_list
from coos_license.errors import ReadError
from coos_license.model import Finding, RawPackage
from coos_license.portage.repository import CACHE, read_repository
from coos_license.portage.sysroot import VDB_PLACES, find_vdb
from coos_license.portage.vdb import read_vdb
from coos_license.trees.base import FileTree

#: Where binary packages are called to lie in evidence, wherever PKGDIR is.
BINARIES: Final = "packages"
_HERE: Final = "."


class DatabaseKind(StrEnum):
    """What the packages of a database are."""

    INSTALLED = "package database"
    BINARY = "binary packages"
    INDEX = "index of binary packages"
    EBUILDS = "ebuild cache"
    LISTED = "list of packages"

    @property
    def holder(self) -> str:
        """Return what a tree with such a database is called."""
        match self:
            case DatabaseKind.INSTALLED:
                return "sysroot"
            case DatabaseKind.BINARY:
                return "directory of binary packages"
            case DatabaseKind.INDEX:
                return "directory with an index of binary packages"
            case DatabaseKind.EBUILDS:
                return "repository of ebuilds"
            case DatabaseKind.LISTED:
                return "root file system with a list of packages"


@dataclass(frozen=True, slots=True)
class Database:
    """A list of packages: where it lies below its tree, and how evidence names that.

    ``repository`` is the name of the repository that an ebuild cache is of, ``""``
    where it is not known. ``passed`` is a second one that is there and not read.
    """

    kind: DatabaseKind
    place: str
    evidence: str
    repository: str = ""
    passed: str = ""

    def told(self, count: int) -> str:
        """Return how many packages are where, and what else is there."""
        passed = f"; those in {self.passed} are not read" if self.passed else ""
        return f"{count} packages in {self.evidence}{passed}"


def find_database(
    tree: FileTree, places: tuple[str, ...] = VDB_PLACES
) -> Database | None:
    """Return the list of packages that counts, ``None`` where there is none.

    ``places`` are those of a database of installed packages. Raises: ReadError.
    """
    vdb = find_vdb(tree, places)
    if vdb is not None:
        also = (BINARIES if _is(tree, BINARIES, _has_packages) else "", find_list(tree))
        passed = " and ".join(filter(None, also))
        return Database(DatabaseKind.INSTALLED, vdb, vdb, passed=passed)
    if places != VDB_PLACES:
        return None
    return _find_ebuilds(tree) or _find_binaries(tree) or _find_listed(tree)


def _find_ebuilds(tree: FileTree) -> Database | None:
    """Return the ebuild cache of a repository, or that the tree is. Raises: ReadError.

    Without its repository around it, a cache does not say which one it is of.
    """
    if _is(tree, CACHE, _has_names):
        repository = read_repository(tree)
        name = repository.name if repository else ""
        return Database(DatabaseKind.EBUILDS, CACHE, CACHE, name)
    for place in (CACHE.rpartition("/")[2], _HERE):
        if _is(tree, place, _is_cache):
            return Database(DatabaseKind.EBUILDS, place, CACHE)
    return None


def _find_binaries(tree: FileTree) -> Database | None:
    """Return the binary packages, or their index alone, ``None`` where neither is."""
    for place in (BINARIES, _HERE):
        if _is(tree, place, _has_packages):
            return Database(DatabaseKind.BINARY, place, BINARIES)
        if _is(tree, place, _has_index):
            return Database(DatabaseKind.INDEX, place, BINARIES)
    return None


def _find_listed(tree: FileTree) -> Database | None:
    """Return the list of packages of an image, ``None`` where there is none."""
    place = find_list(tree)
    return Database(DatabaseKind.LISTED, place, place) if place else None


def _is(tree: FileTree, place: str, looks_like: Callable[[FileTree], bool]) -> bool:
    """Return whether a directory is there and looks like what is looked for."""
    try:
        with tree.at(place) as below:
            return looks_like(below)
    except ReadError:
        return False


def _has_packages(tree: FileTree) -> bool:
    """Return whether a directory has a binary package anywhere. Raises: ReadError."""
    from coos_license.portage.binhost import has_packages  # noqa: PLC0415 (where it may be)

    return has_packages(tree)


def _has_index(tree: FileTree) -> bool:
    """Return whether a directory has an index. Raises: ReadError."""
    from coos_license.portage.binhost import has_index  # noqa: PLC0415 (where it may be)

    return has_index(tree)


def _is_cache(tree: FileTree) -> bool:
    """Return whether a directory is an ebuild cache."""
    from coos_license.portage.ebuild_cache import looks_like_cache  # noqa: PLC0415 (where it may be)

    return looks_like_cache(tree)


def _has_names(tree: FileTree) -> bool:
    """Return whether a directory has anything in it. Raises: ReadError."""
    return bool(tree.entries())


def read_database(
    tree: FileTree, database: Database, name: str, *, links: bool = False
) -> tuple[tuple[RawPackage, ...], tuple[Finding, ...]]:
    """Return the packages of a database and what is odd about it.

    ``name`` is how evidence names the root of the tree. With ``links`` it is read what
    links what, where that takes time. Raises: ReadError.
    """
    if database.kind is DatabaseKind.LISTED:
        content = tree.read(database.place, LIMIT)
        return read_list(content, f"{name}/{database.evidence}")
    with tree.at(database.place) as below:
        match database.kind:
            case DatabaseKind.INSTALLED:
                return read_vdb(below, f"{name}/{database.evidence}", links=links)
            case DatabaseKind.BINARY | DatabaseKind.INDEX:
                from coos_license.portage.binhost import read_binhost  # noqa: PLC0415 (read by few)

                return read_binhost(below, f"{name}/{database.evidence}")
            case DatabaseKind.EBUILDS:
                from coos_license.portage.ebuild_cache import read_cache  # noqa: PLC0415 (read by few)

                place = f"{database.repository or name}/{database.evidence}"
                return read_cache(below, place, database.repository)

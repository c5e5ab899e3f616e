# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""Where a tree keeps its package database."""

from typing import Final

from coos_license.errors import ReadError
from coos_license.trees.base import AbsentError, FileTree, Kind

#: A sysroot or root file system; the stateful partition of a Chromium OS image.
VDB_PLACES: Final = ("var/db/pkg", "var_overlay/db/pkg")
_TOPS: Final = ("usr", "opt", "bin", "sbin", "lib")


def find_vdb(tree: FileTree, places: tuple[str, ...] = VDB_PLACES) -> str | None:
    """Return where the vdb lies below the tree, ``None`` where there is none.

    Raises: ReadError where one is there and cannot be read.
    """
    for place in places:
        try:
            with tree.at(place) as vdb:
                vdb.entries()
        except AbsentError:
            continue
        except ReadError as error:
            message = f"{place} {error}"
            raise ReadError(message) from error
        return place
    return None


def holds_files(root: FileTree) -> bool:
    """Return whether installed files may be there, and not a database alone.

    Raises: ReadError where the root directory is damaged.
    """
    try:
        return any(entry.name.startswith(_TOPS) for entry in root.entries())
    except ReadError as error:
        raise ReadError(f"its root directory {error}") from error


def looks_like_vdb(tree: FileTree) -> bool:
    """Return whether the tree itself is a vdb: categories with package entries."""
    for entry in tree.entries()[:20]:
        if "-" in entry.name and entry.kind == "directory":
            try:
                with tree.at(entry.name) as below:
                    names = [inner.name for inner in below.entries()[:5]]
                if any(name[-1:].isdigit() for name in names):
                    return True
            except ReadError:
                continue
    return False


def find_roots(tree: FileTree) -> tuple[str, ...]:
    """Return the directories that hold a package database, sorted, ``""`` for the top.

    No symlink is followed, and a database without anything in it counts only where
    there is no other.
    """
    full: set[str] = set()
    empty: set[str] = set()
    todo = [("", tree)]
    while todo:
        path, directory = todo.pop()
        for entry in directory.entries():
            if entry.kind is not Kind.DIRECTORY:
                continue
            below = f"{path}/{entry.name}" if path else entry.name
            root = _root_of(below)
            try:
                inner = directory.at(entry.name)
                if root is None:
                    todo.append((below, inner))
                else:
                    (full if inner.entries() else empty).add(root)
            except ReadError:
                continue
    return tuple(sorted(full or empty))


def _root_of(path: str) -> str | None:
    """Return the directory whose database lies at ``path``, ``None`` where none does.

    >>> _root_of("some/dir/var/db/pkg"), _root_of("var/db/pkg"), _root_of("var/db")
    ('some/dir', '', None)
    """
    for place in VDB_PLACES:
        if f"/{path}".endswith(f"/{place}"):
            return path.removesuffix(place).rstrip("/")
    return None

# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""The items of a snapshot that are its list of packages: what reading it looks at.

What cannot be read becomes an item with the reason, so that a snapshot's findings are
the live tree's. Names that are odd are kept as names.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from coos_license.chromiumos.databases import Database, DatabaseKind
from coos_license.chromiumos.package_info import LIMIT
from coos_license.errors import ReadError
from coos_license.portage import binhost, ebuild_cache
from coos_license.portage.binary_package import OUTER, write_outer
from coos_license.portage.entry import ALL_FILES, LIMITS
from coos_license.portage.names import is_category, package_id
from coos_license.portage.package_index import INDEX, INDEX_LIMIT
from coos_license.portage.repository import CACHE_LIMIT, SMALL_FILES, SMALL_LIMIT
from coos_license.portage.vdb import is_ignored
from coos_license.snapshot.layout import ROOT
from coos_license.trees.base import AbsentError, FileTree, Kind


@dataclass(frozen=True, slots=True)
class Item:
    """One name of a snapshot; ``fault`` says why a file or directory was not read."""

    name: str
    kind: Kind = Kind.FILE
    content: bytes = b""
    fault: str = ""


def database_items(root: FileTree, database: Database) -> Iterator[Item]:
    """Yield all that reading a database looks at, with names that are none.

    Raises: ReadError where the database itself cannot be read.
    """
    match database.kind:
        case DatabaseKind.INSTALLED:
            yield from _installed(root, database.place)
        case DatabaseKind.BINARY | DatabaseKind.INDEX:
            with root.at(database.place) as tree:
                yield from _binaries(tree, f"{ROOT}/{database.evidence}")
        case DatabaseKind.LISTED:
            yield from file_items(root, (database.place,), LIMIT, ROOT)
        case DatabaseKind.EBUILDS:
            yield from file_items(root, SMALL_FILES, SMALL_LIMIT, ROOT)
            with root.at(database.place) as cache:
                yield from _ebuilds(cache, f"{ROOT}/{database.evidence}")


def _installed(root: FileTree, place: str) -> Iterator[Item]:
    """Yield what ``read_vdb`` looks at."""
    where = f"{ROOT}/{place}"
    yield Item(where, Kind.DIRECTORY)
    with root.at(place) as vdb:
        for category in vdb.entries():
            name = f"{where}/{category.name}"
            if is_ignored(category.name):
                continue
            if category.kind is not Kind.DIRECTORY or not is_category(category.name):
                yield Item(name, category.kind)
                continue
            try:
                with vdb.at(category.name) as entries:
                    found = list(_entries(entries, category.name, name))
            except ReadError as error:
                yield Item(name, Kind.DIRECTORY, fault=str(error))
                continue
            yield Item(name, Kind.DIRECTORY)
            yield from found


def _entries(entries: FileTree, category: str, where: str) -> Iterator[Item]:
    """Yield the entries of a category and the files that are read of them."""
    for entry in entries.entries():
        name = f"{where}/{entry.name}"
        if is_ignored(entry.name):
            continue
        if entry.kind is not Kind.DIRECTORY or not package_id(category, entry.name):
            yield Item(name, entry.kind)
            continue
        try:
            files, failed = entries.read_files(entry.name, ALL_FILES, LIMITS)
        except ReadError as error:
            yield Item(name, Kind.DIRECTORY, fault=str(error))
            continue
        yield Item(name, Kind.DIRECTORY)
        for file, content in files.items():
            yield Item(f"{name}/{file}", content=content)
        for file, reason in failed.items():
            yield Item(f"{name}/{file}", fault=str(reason))


def _binaries(tree: FileTree, where: str) -> Iterator[Item]:
    """Yield what ``read_binhost`` looks at: of packages their values, no files."""
    yield Item(where, Kind.DIRECTORY)
    yield from file_items(tree, (INDEX,), INDEX_LIMIT, where)
    for name in binhost.names(tree):
        path = f"{where}/{name.path}"
        if name.reason:
            yield Item(path, name.kind, fault=name.reason * name.is_unreadable)
            continue
        try:
            package = binhost.read_named(tree, name)
        except ReadError as error:
            yield Item(path, Kind.DIRECTORY, fault=str(error))
            continue
        yield Item(path, Kind.DIRECTORY)
        yield Item(f"{path}/{OUTER}", content=write_outer(package))
        for key, content in package.files.items():
            yield Item(f"{path}/{key}", content=content)
        for key, reason in package.failed.items():
            yield Item(f"{path}/{key}", fault=str(reason))


def _ebuilds(cache: FileTree, where: str) -> Iterator[Item]:
    """Yield what ``read_cache`` looks at."""
    yield Item(where, Kind.DIRECTORY)
    for name in ebuild_cache.names(cache):
        if name.reason:
            unread = name.reason if name.is_unreadable else ""
            yield Item(f"{where}/{name.path}", name.kind, fault=unread)
        else:
            yield from file_items(cache, (name.path,), CACHE_LIMIT, where)


def file_items(
    tree: FileTree, paths: Iterable[str], limit: int, place: str
) -> Iterator[Item]:
    """Yield the files at ``paths``, and those that are there and cannot be read."""
    for path in paths:
        try:
            content = tree.read(path, limit)
        except AbsentError:
            continue
        except ReadError as error:
            yield Item(f"{place}/{path}", fault=str(error))
        else:
            yield Item(f"{place}/{path}", content=content)

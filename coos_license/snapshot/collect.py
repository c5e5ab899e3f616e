# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""From the trees of the live input to the items of a snapshot.

Symbolic links outside the vdb are followed: what is read through them is what counts.
In the vdb they are not, and neither are they when it is read. What cannot be read
becomes an item with the reason, so that a snapshot's findings are the live tree's.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from coos_license.chromiumos.release import RELEASE_FILES, RELEASE_LIMIT
from coos_license.errors import ReadError
from coos_license.model import PackageId
from coos_license.portage.names import is_category, is_license_name, package_id
from coos_license.portage.repository import (
    ATTRIBUTION,
    CACHE,
    CACHE_LIMIT,
    NOT_LICENSES,
    SMALL_FILES,
    SMALL_LIMIT,
    TEXT_LIMIT,
    Repository,
)
from coos_license.portage.vdb import FILES, LIMITS, is_ignored
from coos_license.snapshot.layout import (
    MANIFEST,
    REPOSITORIES,
    ROOT,
    Manifest,
    write_manifest,
)
from coos_license.trees.base import AbsentError, FileTree, Kind


@dataclass(frozen=True, slots=True)
class Item:
    """One name of a snapshot; ``fault`` says why a file or directory was not read."""

    name: str
    kind: Kind = Kind.FILE
    content: bytes = b""
    fault: str = ""


_NOT_TEXTS: Final = NOT_LICENSES | {ATTRIBUTION}


@dataclass(frozen=True, slots=True)
class Root:
    """What a snapshot is of: the tree, and where its package database lies.

    ``release`` holds os-release, on a disk another partition; ``ships_all``: it is an
    image, which the place of the database does not tell.
    """

    tree: FileTree
    release: FileTree
    vdb: str
    ships_all: bool = False


def collect(
    root: Root, repositories: Sequence[Repository], extra: Sequence[Repository]
) -> tuple[Item, ...]:
    """Return the items of a snapshot, sorted by path.

    Raises: ReadError where the database itself cannot be read.
    """
    items = [*_database(root.tree, root.vdb), *_release(root.release)]
    packages = tuple(_packages(items, root.vdb))
    for repository in repositories:
        place = f"{REPOSITORIES}/{repository.name}"
        items += [Item(place, Kind.DIRECTORY)]
        items += _files(repository.tree, SMALL_FILES, SMALL_LIMIT, place)
        items += _cache(repository.tree, packages, place)
        items += _texts(repository, f"{place}/")
    for directory in extra:
        items += [Item(directory.place, Kind.DIRECTORY)]
        items += _texts(directory, f"{directory.place}/")
    names = tuple(one.name for one in repositories)
    manifest = Manifest(names, len(extra), root.ships_all)
    items.append(Item(MANIFEST, content=write_manifest(manifest)))
    return in_order(items)


def in_order(items: Iterable[Item]) -> tuple[Item, ...]:
    """Return the items sorted by path, what lies in a directory after it."""
    return tuple(sorted(items, key=lambda item: item.name.split("/")))


def _packages(items: Iterable[Item], vdb: str) -> Iterator[PackageId]:
    """Yield the packages whose entries are among the items."""
    depth = vdb.count("/") + 4
    for item in items:
        parts = item.name.split("/")
        if item.kind is Kind.DIRECTORY and len(parts) == depth:
            package = package_id(parts[-2], parts[-1])
            if package is not None:
                yield package


def _database(root: FileTree, place: str) -> Iterator[Item]:
    """Yield what ``read_vdb`` looks at, with names that are none."""
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
            files, failed = entries.read_files(entry.name, FILES, LIMITS)
        except ReadError as error:
            yield Item(name, Kind.DIRECTORY, fault=str(error))
            continue
        yield Item(name, Kind.DIRECTORY)
        for file, content in files.items():
            yield Item(f"{name}/{file}", content=content)
        for file, reason in failed.items():
            yield Item(f"{name}/{file}", fault=str(reason))


def _release(root: FileTree) -> Iterator[Item]:
    """Yield the files that say who the image is; one that cannot be read is passed."""
    for path in RELEASE_FILES:
        try:
            content = root.read(path, RELEASE_LIMIT)
        except ReadError:
            continue
        yield Item(f"{ROOT}/{path}", content=content)


def _files(
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


def _cache(tree: FileTree, packages: Iterable[PackageId], place: str) -> Iterator[Item]:
    """Yield the md5-cache entries of the packages; one that cannot be read is none."""
    paths = (f"{CACHE}/{package.category}/{package.pf}" for package in packages)
    return (item for item in _files(tree, paths, CACHE_LIMIT, place) if not item.fault)


def _texts(repository: Repository, place: str) -> Iterator[Item]:
    """Yield the licence texts and the copyright-attribution files of a repository."""
    try:
        with repository.tree.at(repository.prefix or ".") as licenses:
            names = [entry.name for entry in licenses.entries()]
            where = f"{place}{repository.prefix}".rstrip("/")
            yield Item(where, Kind.DIRECTORY)
            texts = (
                name
                for name in names
                if is_license_name(name) and name not in _NOT_TEXTS
            )
            yield from _files(licenses, texts, TEXT_LIMIT, where)
            yield from _attribution(licenses, where)
    except AbsentError:
        return


def _attribution(licenses: FileTree, where: str) -> Iterator[Item]:
    """Yield ``copyright-attribution/<category>/<name>``; any name may be asked for."""
    try:
        with licenses.at(ATTRIBUTION) as attribution:
            names = [entry.name for entry in attribution.entries()]
    except ReadError:
        return
    for category in names:
        path = f"{ATTRIBUTION}/{category}"
        try:
            with licenses.at(path) as directory:
                files = [f"{path}/{entry.name}" for entry in directory.entries()]
        except AbsentError:
            continue
        except ReadError as error:
            yield Item(f"{where}/{path}", Kind.DIRECTORY, fault=str(error))
            continue
        yield Item(f"{where}/{path}", Kind.DIRECTORY)
        yield from _files(licenses, files, TEXT_LIMIT, where)

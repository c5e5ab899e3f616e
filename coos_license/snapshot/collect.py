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

from coos_license.chromiumos.databases import Database, DatabaseKind
from coos_license.chromiumos.release import RELEASE_FILES, RELEASE_LIMIT
from coos_license.components.reading import BUILT_KINDS
from coos_license.errors import ReadError
from coos_license.model import EmbeddedFile, PackageId
from coos_license.portage.names import is_license_name
from coos_license.portage.patches import applied_patches
from coos_license.portage.repository import (
    ATTRIBUTION,
    BESIDE_EBUILDS,
    CACHE,
    CACHE_LIMIT,
    EBUILD,
    EBUILD_LIMIT,
    FILES,
    NOT_LICENSES,
    PATCH_LIMIT,
    SMALL_FILES,
    SMALL_LIMIT,
    TEXT_LIMIT,
    Repository,
)
from coos_license.portage.search_path import (
    CONF,
    CONF_DIRECTORY,
    CONF_LIMIT,
    conf_files,
)
from coos_license.snapshot.databases import Item, database_items, file_items
from coos_license.snapshot.layout import (
    COMPONENTS,
    MANIFEST,
    REPOSITORIES,
    ROOT,
    Manifest,
    write_manifest,
)
from coos_license.trees.base import AbsentError, FileTree, Kind
from coos_license.trees.text import decode

_NOT_TEXTS: Final = NOT_LICENSES | {ATTRIBUTION}


@dataclass(frozen=True, slots=True)
class Places:
    """The repositories and the text directories, in order."""

    repositories: Sequence[Repository]
    texts: Sequence[Repository]


@dataclass(frozen=True, slots=True)
class Root:
    """What a snapshot is of: the tree, and where its package database lies.

    ``release`` holds os-release, on a disk another partition; ``ships_all``: it is an
    image, which the place of the database does not tell. ``embedded`` is what the
    installed files say of components.
    """

    tree: FileTree
    release: FileTree
    database: Database
    ships_all: bool = False
    embedded: tuple[EmbeddedFile, ...] = ()


def collect(
    root: Root, packages: Sequence[PackageId], places: Places
) -> tuple[Item, ...]:
    """Return the items of a snapshot, sorted by path.

    ``packages`` are those of the database. Raises: ReadError where the database
    itself cannot be read.
    """
    database = root.database
    items = [*database_items(root.tree, database), *_release(root.release)]
    items += _search_path(root.release)
    items += _embedded(root.embedded)
    for repository in places.repositories:
        place = f"{REPOSITORIES}/{repository.name}"
        items += [Item(place, Kind.DIRECTORY)]
        items += file_items(repository.tree, SMALL_FILES, SMALL_LIMIT, place)
        items += _beside_ebuilds(repository.tree, packages, place)
        if database.kind is not DatabaseKind.EBUILDS:  # there it is the database
            items += _cache(repository.tree, packages, place)
        items += _texts(repository, f"{place}/")
    for directory in places.texts:
        items += [Item(directory.place, Kind.DIRECTORY)]
        items += _texts(directory, f"{directory.place}/")
    names = tuple(one.name for one in places.repositories)
    manifest = Manifest(names, len(places.texts), root.ships_all)
    items.append(Item(MANIFEST, content=write_manifest(manifest)))
    return in_order(items)


def in_order(items: Iterable[Item]) -> tuple[Item, ...]:
    """Return the items sorted by path, what lies in a directory after it."""
    return tuple(sorted(items, key=lambda item: item.name.split("/")))


def _release(root: FileTree) -> Iterator[Item]:
    """Yield the files that say who the image is; one that cannot be read is passed."""
    for path in RELEASE_FILES:
        try:
            content = root.read(path, RELEASE_LIMIT)
        except ReadError:
            continue
        yield Item(f"{ROOT}/{path}", content=content)


def _search_path(root: FileTree) -> Iterator[Item]:
    """Yield the files that say where libraries are looked for."""
    try:
        paths = conf_files(root)
    except ReadError as error:
        yield Item(f"{ROOT}/{CONF_DIRECTORY}", Kind.DIRECTORY, fault=str(error))
        paths = (CONF,)
    yield from file_items(root, paths, CONF_LIMIT, ROOT)


def _embedded(files: Iterable[EmbeddedFile]) -> Iterator[Item]:
    """Yield what installed files say, each once; several packages may own one."""
    for file in dict.fromkeys(files):
        place = f"{ROOT}/{file.path}"
        if file.kind in BUILT_KINDS.values():
            place = f"{COMPONENTS}/{file.path}/{file.kind}"
        yield Item(place, content=file.content, fault=file.fault)


def _cache(tree: FileTree, packages: Iterable[PackageId], place: str) -> Iterator[Item]:
    """Yield the md5-cache entries of the packages; one that cannot be read is none."""
    paths = (f"{CACHE}/{package.category}/{package.pf}" for package in packages)
    return (
        item for item in file_items(tree, paths, CACHE_LIMIT, place) if not item.fault
    )


def _beside_ebuilds(
    tree: FileTree, packages: Sequence[PackageId], place: str
) -> tuple[Item, ...]:
    """Return Manifest and metadata.xml of the packages; what cannot be read is none.

    The ebuilds too, and the patches that they apply.
    """
    keys = sorted({package.key for package in packages})
    kept: list[Item] = []
    for name, limit in BESIDE_EBUILDS.items():
        paths = (f"{key}/{name}" for key in keys)
        kept += _readable(file_items(tree, paths, limit, place))
    for package in packages:
        path = f"{package.key}/{package.pf}{EBUILD}"
        for item in _readable(file_items(tree, (path,), EBUILD_LIMIT, place)):
            kept.append(item)
            applied = applied_patches(decode(item.content)[0], package)
            patches = (f"{package.key}/{FILES}/{name}" for name in applied)
            kept += _readable(file_items(tree, patches, PATCH_LIMIT, place))
    return tuple(kept)


def _readable(items: Iterable[Item]) -> Iterator[Item]:
    """Yield the items without those that could not be read."""
    return (item for item in items if not item.fault)


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
            yield from file_items(licenses, texts, TEXT_LIMIT, where)
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
        yield from file_items(licenses, files, TEXT_LIMIT, where)

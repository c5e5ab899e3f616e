# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""From the paths that a person named to trees, packages and repositories.

:func:`open_source` is the one place that tells kinds of SOURCE apart.
"""

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from coos_license.chromiumos.databases import (
    Database,
    DatabaseKind,
    find_database,
    read_database,
)
from coos_license.chromiumos.release import read_release
from coos_license.cli.opened import Inside, Opened
from coos_license.errors import InputError, ReadError
from coos_license.model import Finding, Image, RawPackage
from coos_license.portage.repository import Repository, read_repository, readable
from coos_license.portage.sysroot import holds_files, looks_like_vdb
from coos_license.trees.base import AbsentError, FileTree
from coos_license.trees.directory import DirectoryTree
from coos_license.trees.text import show
from coos_license.trees.unpack import Form, sniff

SOURCE_CURE: Final = (
    "give a sysroot (a directory that holds var/db/pkg), a tar or image of one, a"
    " directory of binary packages, an ebuild repository with metadata/md5-cache, or a"
    " cos-package-info.json"
)


_TOP: Final = Inside()


@dataclass(frozen=True, slots=True)
class Source:
    """The packages of one SOURCE, which was ``opened``, and where they lie."""

    opened: Opened
    packages: tuple[RawPackage, ...]
    odd: tuple[Finding, ...]
    release: Image
    database: Database

    @property
    def is_image(self) -> bool:
        """Return whether it is an image: a disk, or its stateful partition."""
        return self.opened.ships_all or self.is_stateful

    @property
    def is_stateful(self) -> bool:
        """Return whether the database is that of a stateful partition."""
        return self.database.place.startswith("var_overlay")

    @property
    def is_listed(self) -> bool:
        """Return whether a list names the packages, and says which of them ship."""
        return self.database.kind is DatabaseKind.LISTED

    @property
    def all_ships(self) -> bool:
        """Return whether all ships by default: nothing in it tells more."""
        return self.is_image or self.database.kind is DatabaseKind.EBUILDS

    @property
    def remark(self) -> str:
        """Return what SOURCE was taken for."""
        what = "root file system" if self.is_image else self.database.kind.holder
        what = "stateful partition" if self.is_stateful else what
        if self.opened.disk or self.opened.checkout:
            what = self.opened.form
        elif self.opened.form:
            what = f"{self.opened.form} of a {what}"
        return f"{what}, {self.database.told(len(self.packages))}"


def open_source(
    path: Path, trees: ExitStack, cure: str, inside: Inside = _TOP
) -> Opened:
    """Return the tree of what a person named as SOURCE, from the root ``inside``.

    Raises: InputError.
    """
    sysroot = inside.sysroot
    if inside.board:
        from coos_license.cli.checkout import open_checkout  # noqa: PLC0415 (only with --board)

        checkout = open_checkout(path, trees, inside.board)
        if checkout is not None:
            found = checkout.sysroot(sysroot, trees)
            form = f"checkout, sysroot {found.place}"
            return Opened(found.tree, form, checkout=checkout)
    opened = _opened(path, trees, cure, inside)
    return _below(opened, sysroot, trees, path) if sysroot else opened


def _below(opened: Opened, sysroot: str, trees: ExitStack, path: Path) -> Opened:
    """Return a source, whose path is ``path``, from ``--sysroot`` down.

    Raises: InputError where that is no directory of it, or the source a whole disk.
    """
    cure = "--sysroot takes a path inside of a directory, archive or file system image"
    if opened.disk:
        raise InputError("is a whole disk", where=str(path), cure=cure)
    try:
        tree: FileTree = trees.enter_context(opened.tree.rooted(sysroot))
    except ReadError as error:
        where = f"{path}: {show(sysroot)}"
        raise InputError(str(error), where=where, cure=cure) from error
    return Opened(tree, opened.form)


def _opened(path: Path, trees: ExitStack, cure: str, inside: Inside) -> Opened:
    """Return the tree of what a path holds.

    Raises: InputError.
    """
    try:
        form = sniff(path)
        if form is Form.DIRECTORY:
            return Opened(trees.enter_context(DirectoryTree.open(path)), "")
        # Directories are read more often, and need none of this.
        from coos_license.cli.single_files import open_listing, refuse_package  # noqa: PLC0415 (only of a file)

        refuse_package(path)
        match form:
            case Form.TAR | Form.TAR_GZ | Form.TAR_XZ | Form.TAR_ZST | Form.TAR_LZ4:
                from coos_license.cli.archives import open_archive  # noqa: PLC0415 (only of an archive)

                return open_archive(path, form, inside, trees)
            case _:
                listing = open_listing(path)
                return Opened(listing, "") if listing else _open_image(path, trees)
    except OSError as error:
        what = error.strerror or str(error)
        raise InputError(what, where=str(path), cure=cure) from error
    except ReadError as error:
        raise InputError(str(error), where=str(path), cure=cure) from error


def _open_image(path: Path, trees: ExitStack) -> Opened:
    """Return what is read of a disk or file system image.

    Raises: OSError, ReadError.
    """
    # Directories are read more often, and need none of this.
    from coos_license.chromiumos.disk import open_image  # noqa: PLC0415 (only of an image)
    from coos_license.trees.window import Window  # noqa: PLC0415 (only of an image)

    image = open_image(trees.enter_context(Window.open(path)))
    return Opened(
        image.tree,
        image.form,
        places=image.places,
        release=image.release,
        disk=image.disk,
        ships_all=image.disk is not None,
    )


def open_directory(
    path: Path, trees: ExitStack, cure: str, where: Path | None = None
) -> DirectoryTree:
    """Return the tree over a directory that a person named. Raises: InputError."""
    try:
        return trees.enter_context(DirectoryTree.open(path))
    except OSError as error:
        what = "is no directory" if path.is_file() else error.strerror or str(error)
        raise InputError(what, where=str(where or path), cure=cure) from error


def read_source(
    path: Path,
    trees: ExitStack,
    name: str,
    cure: str = SOURCE_CURE,
    inside: Inside = _TOP,
) -> Source:
    """Return the packages of a SOURCE. Raises: InputError."""
    opened = open_source(path, trees, cure, inside)
    tree = opened.tree
    try:
        database = find_database(tree, opened.places)
        if database is None:
            if looks_like_vdb(tree):
                cure = "this is the package database itself: give the directory that"
                cure += " holds var/db/pkg"
            from coos_license.cli.checkout import board_wanted  # noqa: PLC0415 (an error)

            cure = board_wanted(tree) or cure
            raise InputError("holds no package database", where=str(path), cure=cure)
        packages, odd = _read_whole(opened, database, name, path, links=inside.links)
    except ReadError as error:
        raise InputError(str(error), where=str(path), cure=cure) from error
    if not packages and not odd:
        raise InputError(
            f"the {database.kind} {database.evidence} is empty",
            where=str(path),
            cure=cure,
        )
    release = read_release(opened.release or tree)
    return Source(opened, packages, odd, release, database)


def _read_whole(
    opened: Opened, database: Database, name: str, path: Path, *, links: bool
) -> tuple[tuple[RawPackage, ...], tuple[Finding, ...]]:
    """Return what a database holds, which was still there at the end.

    Raises: InputError, ReadError.
    """
    gone = "was removed while it was read"
    cure = "build it again, then retry"
    try:
        packages, odd = read_database(opened.tree, database, name, links=links)
        packages = _with_embedded(packages, opened, database, name)
        if links:
            packages = _with_search_path(packages, opened, database)
    except AbsentError as error:
        raise InputError(gone, where=str(path), cure=cure) from error
    if find_database(opened.tree, opened.places) is None:
        raise InputError(gone, where=str(path), cure=cure)
    return packages, odd


def _with_embedded(
    packages: tuple[RawPackage, ...], opened: Opened, database: Database, name: str
) -> tuple[RawPackage, ...]:
    """Return the packages with what their files say, where they are installed ones.

    On a disk the files are where os-release is, on another partition. Raises:
    AbsentError, ReadError.
    """
    if database.kind is not DatabaseKind.INSTALLED:
        return packages
    root = opened.release or opened.tree
    if opened.built is None and not holds_files(root):
        return packages
    # A database alone, of which no file is at hand, needs none of this.
    from coos_license.components.embed import embed  # noqa: PLC0415 (with files only)
    from coos_license.components.reading import InstalledFiles  # noqa: PLC0415 (with files only)

    files = InstalledFiles(root, opened.built)
    with opened.tree.at(database.place) as vdb:
        return embed(packages, vdb, files, name)


def _with_search_path(
    packages: tuple[RawPackage, ...], opened: Opened, database: Database
) -> tuple[RawPackage, ...]:
    """Return the packages with where the linker of their image looks for libraries."""
    if database.kind is not DatabaseKind.INSTALLED:
        return packages
    from coos_license.portage.search_path import read_search_path  # noqa: PLC0415 (with links only)

    found = read_search_path(opened.release or opened.tree)
    if not found:
        return packages
    return tuple(
        replace(one, search_path=found) if one.objects else one for one in packages
    )


def find_repositories(
    source: Source, path: Path, overlays: Sequence[Path], trees: ExitStack
) -> tuple[Repository, ...]:
    """Return the repositories of the ``--overlay`` options, in order.

    Without any, those that SOURCE, at ``path``, brings along: a snapshot, or a
    checkout. A SOURCE that is a repository comes first, unless an option names another
    of its name. Raises: InputError.
    """
    cure = "give an ebuild repository: profiles/repo_name, metadata/layout.conf"
    named: list[tuple[str, FileTree]]
    named = [(str(one), open_directory(one, trees, cure)) for one in overlays]
    if not named and source.opened.checkout:
        named = source.opened.checkout.repositories(trees)
    elif not named:
        brought = source.opened.repositories
        named = [(f"{path}: {place}", tree) for place, tree in brought]
    found: dict[str, Repository] = {}
    for where, tree in named:
        repository = _repository(tree, where, cure)
        if repository.name in found:
            what = f"is a second repository called {repository.name!r}"
            raise InputError(what, where=where, cure="give each repository once")
        found[repository.name] = repository
    own = source.database.repository
    if own and own not in found:
        itself = _repository(source.opened.tree, str(path), cure)
        found = {own: itself, **found}
    return tuple(found.values())


def _repository(tree: FileTree, where: str, cure: str) -> Repository:
    """Return the repository that a tree is. Raises: InputError."""
    try:
        repository = read_repository(tree)
    except ReadError as error:
        raise InputError(str(error), where=where, cure=cure) from error
    if repository is None:
        raise InputError("has no repository name", where=where, cure=cure)
    if fault := readable(repository):
        raise InputError(f"licenses/ {fault}", where=where, cure="repair it")
    return repository


def find_texts(
    source: Source, paths: Sequence[Path], trees: ExitStack
) -> tuple[Repository, ...]:
    """Return the ``--licenses`` directories as places to search, in order.

    Without any, those that SOURCE brings along. Raises: InputError.
    """
    if not paths and not source.opened.texts:
        return ()
    from coos_license.snapshot.layout import license_place  # noqa: PLC0415 (with texts only)

    cure = "give a directory of licence texts"
    given: tuple[FileTree, ...]
    given = tuple(open_directory(path, trees, cure) for path in paths)
    return tuple(
        Repository(f"--licenses {number}", (), tree, "", license_place(number))
        for number, tree in enumerate(given or source.opened.texts, start=1)
    )

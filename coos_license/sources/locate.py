# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""Which of the ``--sources`` directories hold what, and which package it is of.

Told apart by content: ``<category>/<PF>/`` directories are of the package of that
name; files at the top are distfiles, found by the names in SRC_URI.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from coos_license.chromiumos.checkout import is_checkout
from coos_license.errors import ReadError
from coos_license.model import PackageId, RawPackage
from coos_license.portage.manifest import Distfile, distfiles_of
from coos_license.portage.names import is_category, package_id
from coos_license.portage.repository import Repository
from coos_license.portage.source_uri import distfiles
from coos_license.sources.checkouts import (
    InCheckout,
    find_in_checkouts,
    nothing_saved,
)
from coos_license.sources.packages import Located
from coos_license.sources.places import Place
from coos_license.sources.values import ARCHIVES
from coos_license.trees.base import FileTree, Kind


@dataclass(frozen=True, slots=True, eq=False)
class Survey:
    """What one directory holds.

    ``entries`` maps category and directory name to the archives at its top; ``files``
    are distfiles. A checkout has neither: what packages are built from tells what is
    whose.
    """

    base: str
    entries: Mapping[tuple[str, str], tuple[str, ...]]
    files: frozenset[str]
    is_checkout: bool = False

    @property
    def remark(self) -> str:
        """Return what the directory was taken for."""
        if self.is_checkout:
            return "checkout of Chromium OS"
        parts = []
        if self.entries:
            parts.append(f"sources of {len(self.entries)} packages")
        if self.files:
            parts.append(f"{len(self.files)} distfiles")
        return " and ".join(parts) or "no sources"


def survey(tree: FileTree, base: str) -> Survey:
    """Return what a directory holds. Raises: ReadError."""
    if is_checkout(tree):
        return Survey(base, {}, frozenset(), is_checkout=True)
    entries: dict[tuple[str, str], tuple[str, ...]] = {}
    files = set()
    for entry in tree.entries():
        if entry.name.startswith("."):
            continue
        if entry.kind is Kind.SYMLINK:
            # Of a category, or of a distfile: only the file behind it tells.
            try:
                entries.update(_entries(tree, entry.name))
            except ReadError:
                files.add(entry.name)
        elif entry.kind is Kind.FILE:
            files.add(entry.name)
        elif entry.kind is Kind.DIRECTORY and is_category(entry.name):
            entries.update(_entries(tree, entry.name))
    return Survey(base, entries, frozenset(files))


def _entries(
    tree: FileTree, category: str
) -> Iterator[tuple[tuple[str, str], tuple[str, ...]]]:
    """Yield the package directories of a category, with the archives at their tops.

    Raises: ReadError where the category cannot be read.
    """
    with tree.at(category) as directory:
        for entry in directory.entries():
            if entry.kind is Kind.FILE or not package_id(category, entry.name):
                continue
            yield (category, entry.name), tuple(_archives(directory, entry.name))


def _archives(directory: FileTree, name: str) -> Iterator[str]:
    """Yield the archives at the top of a package's directory.

    One that cannot be read has none; reading it tells why.
    """
    try:
        with directory.at(name) as below:
            for one in below.entries():
                if one.kind is Kind.FILE and one.name.lower().endswith(ARCHIVES):
                    yield one.name
    except ReadError:
        return


def locate(
    packages: Iterable[RawPackage],
    surveys: Sequence[Survey],
    repositories: Sequence[Repository],
    source_uri: Callable[[RawPackage], str],
    environment: Callable[[RawPackage], bytes | None] = nothing_saved,
) -> dict[PackageId, Located]:
    """Return where the sources of packages lie.

    ``source_uri`` gives their SRC_URI, ``environment`` their saved environment.
    """
    bases = [one.base for one in surveys if one.is_checkout]
    with_files = any(one.files for one in surveys)
    found = {}
    for raw in packages:
        manifest = distfiles_of(raw.id, raw.repository, repositories)
        places = [
            place for one in surveys for place in _directory(one, raw.id, manifest)
        ]
        built = InCheckout()
        if bases and not places:
            built = find_in_checkouts(raw, bases, repositories, environment)
            places += built.places
        missing: tuple[str, ...] = ()
        if with_files or not places:
            names = distfiles(source_uri(raw), raw.use)
            files = {name: _file(name, surveys, manifest) for name in names}
            if not places:
                missing = tuple(name for name, place in files.items() if place is None)
            places += [place for place in files.values() if place is not None]
        found[raw.id] = Located(tuple(places), missing, built.reason)
    return found


def _directory(
    one: Survey, package: PackageId, manifest: Mapping[str, Distfile]
) -> Iterator[Place]:
    """Yield the directory of a package, and the archives at its top.

    It is named like the package with revision or without.
    """
    bare = f"{package.name}-{package.version.partition('-r')[0]}"
    for name in dict.fromkeys((package.pf, bare)):
        archives = one.entries.get((package.category, name))
        if archives is None:
            continue
        path = f"{package.category}/{name}"
        yield Place(one.base, path)
        for archive in archives:
            expected = manifest.get(archive)
            yield Place(
                one.base, f"{path}/{archive}", archive, is_file=True, expected=expected
            )
        return


def _file(
    name: str, surveys: Sequence[Survey], manifest: Mapping[str, Distfile]
) -> Place | None:
    """Return where a distfile lies, ``None`` where it does not."""
    for one in surveys:
        if name in one.files:
            return Place(
                one.base, name, name, is_file=True, expected=manifest.get(name)
            )
    return None

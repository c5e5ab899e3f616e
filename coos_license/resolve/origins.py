# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""What packages were made from, and what they are called elsewhere.

Both by what their repositories hold beside the ebuilds: ``Manifest``, ``metadata.xml``
and the list of mirrors. A package's own repository counts, else the first that has it.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from coos_license.errors import ReadError
from coos_license.model import FetchedFile, RawPackage
from coos_license.portage.cpe import cpe_names
from coos_license.portage.manifest import Distfile, distfiles_of
from coos_license.portage.patches import applied_patches
from coos_license.portage.repository import (
    EBUILD,
    EBUILD_LIMIT,
    FILES,
    METADATA,
    METADATA_LIMIT,
    PATCH_LIMIT,
    Repository,
    search_order,
)
from coos_license.portage.source_uri import download_location, fetched_files
from coos_license.trees.text import decode

_NO_FILE: Final = b""


@dataclass(frozen=True, slots=True)
class Origins:
    """What a package was made from: ``location`` is its one source, where it has one.

    ``cpes`` are the CPE names of the package.
    """

    location: str = ""
    fetched: tuple[FetchedFile, ...] = ()
    ebuild: FetchedFile | None = None
    patches: tuple[FetchedFile, ...] = ()
    cpes: tuple[str, ...] = ()


class OriginFinder:
    """Looks things up once per package name and repository."""

    def __init__(self, repositories: Sequence[Repository]) -> None:
        """Search the repositories, those of a package's masters first."""
        self._repositories = repositories
        self._orders: dict[str, tuple[Repository, ...]] = {}
        self._names: dict[tuple[Repository, str], frozenset[str]] = {}
        self._holders: dict[tuple[str, str], list[Repository]] = {}
        self._mirrors: dict[str, dict[str, tuple[str, ...]]] = {}
        self._manifests: dict[tuple[str, str], dict[str, Distfile]] = {}
        self._metadata: dict[tuple[str, str], bytes] = {}

    def of(self, package: RawPackage, src_uri: str) -> Origins:
        """Return what a package with that SRC_URI was made from.

        Of most packages that are not Gentoo's own no repository is at hand.
        """
        location = download_location(src_uri, package.use) if src_uri else ""
        fetched = self._fetched(package, src_uri) if src_uri else ()
        if not self._holding(package):
            return Origins(location, fetched)
        return Origins(
            location,
            fetched,
            self._ebuild(package),
            self._patches(package),
            self._cpes(package),
        )

    def _fetched(self, package: RawPackage, src_uri: str) -> tuple[FetchedFile, ...]:
        """Return the files that SRC_URI fetches, with what Manifests say of them."""
        mirrors = self._mirrors_of(package.repository) if "mirror:" in src_uri else {}
        named = fetched_files(src_uri, package.use, mirrors)
        if not named:
            return ()
        listed = self._manifest(package)
        return tuple(_fetched(name, where, listed.get(name)) for name, where in named)

    def _ebuild(self, package: RawPackage) -> FetchedFile | None:
        """Return the ebuild of a package that has no Manifest: all that it is made of.

        A Manifest is there where anything is fetched; other ebuilds are not read.
        """
        if self._manifest(package):
            return None
        name = f"{package.id.pf}{EBUILD}"
        content = self._read(package, name, EBUILD_LIMIT)
        if not content:
            return None
        digests = (("SHA512", hashlib.sha512(content).hexdigest()),)
        return FetchedFile(name, "", len(content), digests)

    def _patches(self, package: RawPackage) -> tuple[FetchedFile, ...]:
        """Return the patches beside the ebuild that it surely applies."""
        name = f"{package.id.key}/{package.id.pf}{EBUILD}"
        for repository in self._holding(package):
            try:
                content = repository.tree.read(name, EBUILD_LIMIT)
            except ReadError:
                continue
            applied = applied_patches(decode(content)[0], package.id)
            return tuple(_patch(repository, package, one) for one in applied)
        return ()

    def _cpes(self, package: RawPackage) -> tuple[str, ...]:
        """Return the CPE names of the package."""
        key = (package.id.key, package.repository)
        if key not in self._metadata:
            self._metadata[key] = self._read(package, METADATA, METADATA_LIMIT)
        content = self._metadata[key]
        return cpe_names(content, package.id.version) if content else ()

    def _manifest(self, package: RawPackage) -> dict[str, Distfile]:
        """Return what the Manifest of the package lists."""
        key = (package.id.key, package.repository)
        if key not in self._manifests:
            order = self._holding(package)
            found = distfiles_of(package.id, package.repository, order)
            self._manifests[key] = found
        return self._manifests[key]

    def _read(self, package: RawPackage, name: str, limit: int) -> bytes:
        """Return a file beside the ebuilds, empty where no repository has one."""
        for repository in self._holding(package):
            try:
                return repository.tree.read(f"{package.id.key}/{name}", limit)
            except ReadError:
                continue
        return _NO_FILE

    def _holding(self, package: RawPackage) -> list[Repository]:
        """Return the repositories that have a directory of the package, in order.

        Looking for files where there are none took a fifth of the time of ``list``.
        """
        key = (package.id.key, package.repository)
        if key not in self._holders:
            self._holders[key] = [
                repository
                for repository in self._order(package.repository)
                if package.id.name in self._in_category(repository, package.id.category)
            ]
        return self._holders[key]

    def _in_category(self, repository: Repository, category: str) -> frozenset[str]:
        """Return what a repository has in a category."""
        key = (repository, category)
        if key not in self._names:
            self._names[key] = repository.ebuild_names(category)
        return self._names[key]

    def _mirrors_of(self, repository: str) -> dict[str, tuple[str, ...]]:
        """Return the mirrors that a repository knows, its own before others'."""
        if repository not in self._mirrors:
            found: dict[str, tuple[str, ...]] = {}
            for one in self._order(repository):
                for name, addresses in one.mirrors().items():
                    found.setdefault(name, addresses)
            self._mirrors[repository] = found
        return self._mirrors[repository]

    def _order(self, repository: str) -> tuple[Repository, ...]:
        """Return the repositories, that of the package and its masters first."""
        if repository not in self._orders:
            order, _ = search_order(self._repositories, repository)
            self._orders[repository] = order
        return self._orders[repository]


def _patch(repository: Repository, package: RawPackage, name: str) -> FetchedFile:
    """Return a patch with its digest, where it can be read."""
    path = f"{package.id.key}/{FILES}/{name}"
    try:
        content = repository.tree.read(path, PATCH_LIMIT)
    except ReadError:
        return FetchedFile(name, "", None, ())
    digests = (("SHA512", hashlib.sha512(content).hexdigest()),)
    return FetchedFile(name, "", len(content), digests)


def _fetched(name: str, location: str, listed: Distfile | None) -> FetchedFile:
    """Return a file with its size and digests, where a Manifest has it."""
    if listed is None:
        return FetchedFile(name, location, None, ())
    return FetchedFile(name, location, listed.size, listed.digests)

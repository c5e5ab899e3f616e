# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""Ebuild repositories: their name, their masters and their ``licenses/``."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from coos_license.errors import ReadError
from coos_license.model import Evidence, PackageId
from coos_license.portage.names import is_license_name, is_repository_name
from coos_license.trees.base import AbsentError, FileTree
from coos_license.trees.text import clean_line, clean_value, decode

#: Files of a ``licenses/`` directory that are about the directory, not licences.
NOT_LICENSES: Final = frozenset({"OWNERS", "DIR_METADATA", "README", "README.md"})
#: ``<name> <address>...`` a line (PMS 4.4.2).
MIRRORS: Final = "profiles/thirdpartymirrors"
#: Short files of a repository that are read, or will be (license_groups).
SMALL_FILES: Final = (
    "metadata/layout.conf",
    "profiles/license_groups",
    "profiles/repo_name",
    MIRRORS,
)
SMALL_LIMIT: Final = 1 << 16
ATTRIBUTION: Final = "copyright-attribution"
CACHE: Final = "metadata/md5-cache"
CACHE_LIMIT: Final = 1 << 20
#: Files beside the ebuilds of a package: ``<category>/<name>/``.
MANIFEST: Final = "Manifest"
MANIFEST_LIMIT: Final = 1 << 22
METADATA: Final = "metadata.xml"
#: That of a package with many maintainers has 20 KB.
METADATA_LIMIT: Final = 1 << 20
BESIDE_EBUILDS: Final = {MANIFEST: MANIFEST_LIMIT, METADATA: METADATA_LIMIT}
EBUILD: Final = ".ebuild"
EBUILD_LIMIT: Final = 1 << 20
#: Where the patches of ebuilds are, below their package.
FILES: Final = "files"
PATCH_LIMIT: Final = 1 << 22
#: AOSP-SDK, the longest text met, has 768 KB.
TEXT_LIMIT: Final = 1 << 24


@dataclass(frozen=True, slots=True)
class Repository:
    """One repository (or extra text directory) and the tree it lies in.

    ``prefix`` is where texts lie below the tree; ``place`` the evidence path of it.
    """

    name: str
    masters: tuple[str, ...]
    tree: FileTree
    prefix: str
    place: str

    def license_text(self, name: str) -> bytes | None:
        """Return the text of a licence, ``None`` where there is none.

        Symlinks are followed inside the repository. Raises: ReadError.
        """
        if name in NOT_LICENSES or not is_license_name(name):
            return None
        try:
            return self.tree.read(f"{self.prefix}{name}", TEXT_LIMIT)
        except AbsentError:
            return None

    def ebuild_names(self, category: str) -> frozenset[str]:
        """Return the package names that the repository has in a category (PMS 4.1)."""
        return self._names(category)

    def cached_categories(self) -> frozenset[str]:
        """Return the categories that the md5-cache of the repository has."""
        return self._names(CACHE)

    def attributed_categories(self) -> frozenset[str]:
        """Return the categories that copyright-attribution files are for."""
        return self._names(f"{self.prefix}{ATTRIBUTION}")

    def attribution(self, package: PackageId) -> tuple[str, bytes] | None:
        """Return name and bytes of the package's copyright-attribution file.

        Looked for by name with revision, with version, and alone, in this order.
        Symlinks are followed inside the repository. Raises: ReadError.
        """
        bare = package.version.partition("-r")[0]
        for name in dict.fromkeys((package.pf, f"{package.name}-{bare}", package.name)):
            path = f"{ATTRIBUTION}/{package.category}/{name}"
            try:
                return path, self.tree.read(f"{self.prefix}{path}", TEXT_LIMIT)
            except AbsentError:
                continue
        return None

    def mirrors(self) -> dict[str, tuple[str, ...]]:
        """Return the addresses of mirrors by name, none where the list is none."""
        try:
            content = self.tree.read(MIRRORS, SMALL_LIMIT)
        except ReadError:
            return {}
        lines = (line.split() for line in decode(content)[0].splitlines())
        return {
            name: tuple(addresses)
            for name, *addresses in filter(None, lines)
            if not name.startswith("#")
        }

    def _names(self, path: str) -> frozenset[str]:
        """Return the names in a directory of the repository; none where it is not."""
        try:
            with self.tree.at(path) as directory:
                return frozenset(entry.name for entry in directory.entries())
        except ReadError:
            return frozenset()

    def cached_source_uri(self, package: PackageId) -> tuple[str, Evidence]:
        """Return SRC_URI of an ebuild by the md5-cache, ``""`` where it has none.

        Conditions are as in the ebuild. Source: PMS 14.2 (metadata cache, md5-dict).
        """
        path = f"{CACHE}/{package.category}/{package.pf}"
        place = f"{self.name}/{path}"
        try:
            content = self.tree.read(path, CACHE_LIMIT)
        except ReadError:
            return "", Evidence(place)
        for number, line in enumerate(content.splitlines(), start=1):
            if line.startswith(b"SRC_URI="):
                uri = clean_line(line.removeprefix(b"SRC_URI="))
                return uri, Evidence(place, number)
        return "", Evidence(place)


def read_repository(tree: FileTree) -> Repository | None:
    """Return the repository that the tree is, ``None`` where it is none.

    The name is ``repo-name`` of ``metadata/layout.conf``, else ``profiles/repo_name``
    (PMS 4.4.1: its first line; the former is portage's and Chromium OS's, and wins
    there too).
    """
    layout = _layout(_small(tree, "metadata/layout.conf"))
    stated = _small(tree, "profiles/repo_name")
    # What was cleaned could be told from no other name any more.
    first, was_cleaned = clean_value((stated or b"").partition(b"\n")[0])
    name = layout.get("repo-name") or ("" if was_cleaned else first)
    if not is_repository_name(name):
        return None
    masters = tuple(layout.get("masters", "").split())
    return Repository(name, masters, tree, "licenses/", f"{name}/licenses")


def _small(tree: FileTree, path: str) -> bytes | None:
    """Return a small file of the repository, ``None`` where it is absent."""
    try:
        return tree.read(path, SMALL_LIMIT)
    except AbsentError:
        return None


def _layout(content: bytes | None) -> dict[str, str]:
    """Return the keys of a ``layout.conf``: ``key = value``, ``#`` comments."""
    pairs = {}
    for line in decode(content or b"")[0].splitlines():
        key, equals, value = line.partition("#")[0].partition("=")
        if equals:
            pairs[key.strip()] = " ".join(value.split())
    return pairs


def search_order(
    repositories: Sequence[Repository], own: str
) -> tuple[tuple[Repository, ...], tuple[tuple[str, str], ...]]:
    """Return where a package of repository ``own`` finds its texts, in order.

    Its own repository, its masters in order (and theirs, each once), then the
    remaining ones as given. The second answer is (repository, master) for each
    master that was not given.
    """
    by_name = {repository.name: repository for repository in repositories}
    order: dict[str, Repository] = {}
    missing: dict[tuple[str, str], None] = {}
    # A stack of its own, as a chain of masters may be longer than Python's.
    todo = [own] if own in by_name else []
    while todo:
        name = todo.pop()
        if name in order:
            continue
        repository = order[name] = by_name[name]
        for master in repository.masters:
            if master not in by_name:
                missing[name, master] = None
        todo += [one for one in reversed(repository.masters) if one in by_name]
    for repository in repositories:
        order.setdefault(repository.name, repository)
    return tuple(order.values()), tuple(missing)


def readable(repository: Repository) -> str | None:
    """Return why the ``licenses/`` of a repository cannot be read, else ``None``."""
    try:
        with repository.tree.at(repository.prefix or ".") as licenses:
            licenses.entries()
    except AbsentError:
        return None
    except ReadError as error:
        return str(error)
    return None

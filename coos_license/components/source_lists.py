# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""What the lists in a package's sources name, and which directory is whose source."""

import posixpath
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from coos_license.components.cargo import (
    Manifest,
    Stated,
    crates_of,
    expression_words,
    inherit,
    parse_cargo_lock,
    parse_cargo_toml,
)
from coos_license.components.go_modules import (
    escaped,
    parse_go_mod,
    parse_go_sum,
    parse_modules_txt,
)
from coos_license.errors import ReadError
from coos_license.model import Ecosystem, Evidence, PackageId
from coos_license.sources.values import Role, SourceFile
from coos_license.trees.text import in_full

Key = tuple[Ecosystem, str, str]
#: ``sources/CATEGORY/PF/``, an archive, and the directory that archives begin with.
_PLACE_DEPTH: Final = 3
_TOP_DEPTH: Final = 2


@dataclass(frozen=True, slots=True)
class Root:
    """That a directory of the sources is the source of a component.

    ``key`` has no version where a go.mod alone names it. ``license`` and
    ``license_file`` are what its manifest states; ``workspace`` is the directory whose
    texts are its own too, empty where there is none.
    """

    directory: str
    key: Key
    license: str = ""
    license_file: str = ""
    workspace: str = ""


@dataclass(frozen=True, slots=True)
class Named:
    """That a line of a list names a component, with its checksum where it has one.

    ``wanted``: the list is of what the build of the package uses.
    """

    key: Key
    digest: str
    place: Evidence
    wanted: bool


@dataclass(frozen=True, slots=True)
class SourceLists:
    """All that the lists say; ``faults`` are (path, reason) of what is not read."""

    roots: tuple[Root, ...] = ()
    named: tuple[Named, ...] = ()
    faults: tuple[tuple[str, str], ...] = ()


def read_lists(
    package: PackageId,
    files: Iterable[SourceFile],
    content: Callable[[str], bytes],
) -> SourceLists:
    """Return what the lists among the files say; ``content`` gives bytes by SHA-256."""
    found = _Found(package)
    for file in files:
        if file.role is Role.LIST:
            try:
                found.add(file.path, content(file.sha256))
            except ReadError as error:
                found.faults.append((file.path, str(error)))
    return SourceLists(
        (*found.roots, *_crates(found.manifests)),
        tuple(found.named),
        tuple(found.faults),
    )


def crates_named(distfiles: Iterable[str], place: Evidence) -> tuple[Named, ...]:
    """Return the crates among the files that SRC_URI, at ``place``, fetches."""
    return tuple(
        Named((Ecosystem.RUST, name, version), "", place, wanted=True)
        for name, version in crates_of(distfiles)
    )


class _Found:
    """What was read so far of the lists of one package."""

    def __init__(self, package: PackageId) -> None:
        """Start with nothing."""
        self._package = package
        self.roots: list[Root] = []
        self.named: list[Named] = []
        self.manifests: dict[str, Manifest] = {}
        self.faults: list[tuple[str, str]] = []

    def add(self, path: str, content: bytes) -> None:
        """Read one list. Raises: ReadError."""
        directory, _, name = path.rpartition("/")
        match name:
            case "go.sum":
                self._go_sum(path, content)
            case "modules.txt":
                self._vendor(path, directory, content)
            case "go.mod":
                self._go_mod(directory, content)
            case "Cargo.lock":
                self._cargo_lock(path, content)
            case _:
                self.manifests[directory] = parse_cargo_toml(content)

    def _go_sum(self, path: str, content: bytes) -> None:
        """Note checksums: a go.sum lists what may be asked for, not what is used."""
        for one in parse_go_sum(content):
            key = (Ecosystem.GO, one.path, one.version)
            place = Evidence(path, one.line)
            self.named.append(Named(key, one.checksum, place, wanted=False))

    def _vendor(self, path: str, directory: str, content: bytes) -> None:
        """Note what is vendored, and where."""
        wanted = self._is_top(posixpath.dirname(directory))
        for one in parse_modules_txt(content):
            key = (Ecosystem.GO, one.module.path, one.module.version)
            self.named.append(Named(key, "", Evidence(path, one.line), wanted))
            self.roots.append(Root(f"{directory}/{in_full(one.directory)}", key))

    def _go_mod(self, directory: str, content: bytes) -> None:
        """Note which module a directory is, and which it replaces others by."""
        found = parse_go_mod(content)
        self.roots.append(Root(directory, (Ecosystem.GO, found.path, "")))
        for path, other in found.local:
            place = posixpath.normpath(posixpath.join(directory, other))
            self.roots.append(Root(in_full(place), (Ecosystem.GO, path, "")))

    def _cargo_lock(self, path: str, content: bytes) -> None:
        """Note crates; those of the package itself are not asked for by its build."""
        top = self._is_top(posixpath.dirname(path))
        for one in parse_cargo_lock(content):
            key = (Ecosystem.RUST, one.name, one.version)
            digest = f"sha256:{one.checksum}" if one.checksum else ""
            place = Evidence(path, one.line)
            self.named.append(Named(key, digest, place, top and not one.local))

    def _is_top(self, directory: str) -> bool:
        """Return whether a list in this directory is the package's, not of a part."""
        below = directory.split("/")[_PLACE_DEPTH:]
        own = f"{self._package.name}-{self._package.version.partition('-r')[0]}.crate"
        return len(below) <= _TOP_DEPTH and not any(
            part.endswith(".crate") and part != own for part in below
        )


def _crates(manifests: Mapping[str, Manifest]) -> Iterator[Root]:
    """Yield the directories that are sources of crates."""
    for directory, manifest in manifests.items():
        if not manifest.name:
            continue
        where, workspace = _workspace(directory, manifests)
        stated = inherit(manifest, workspace)
        shared = {"license", "license-file"} & manifest.inherited
        file = stated.license_file
        base = where if "license-file" in manifest.inherited else directory
        yield Root(
            directory,
            (Ecosystem.RUST, manifest.name, stated.version),
            expression_words(stated.license),
            in_full(posixpath.normpath(posixpath.join(base, file))) if file else "",
            where if shared else "",
        )


def _workspace(
    directory: str, manifests: Mapping[str, Manifest]
) -> tuple[str, Stated | None]:
    """Return the workspace that a crate is in, and what that states for it."""
    place = directory
    while place:
        found = manifests.get(place)
        if found is not None and found.workspace is not None:
            return place, found.workspace
        place = place.rpartition("/")[0]
    return "", None


def cached_modules(paths: Iterable[str], wanted: Iterable[Key]) -> Iterator[Root]:
    """Yield the directories that are modules as Go's module cache has them.

    Such a directory is ``<path>@<version>``, escaped but in a module's zip; where the
    path begins, only the ``wanted`` modules tell.
    """
    known: dict[str, Key] = {}
    for ecosystem, path, version in wanted:
        if ecosystem is Ecosystem.GO and version:
            for form in (f"{path}@{version}", escaped(f"{path}@{version}")):
                known[form] = (ecosystem, path, version)
    seen: set[str] = set()
    for path in paths:
        parts = path.split("/")
        for end in range(len(parts) - 1, _PLACE_DEPTH, -1):
            directory = "/".join(parts[:end])
            if "@" not in parts[end - 1] or directory in seen:
                continue
            seen.add(directory)
            for start in range(_PLACE_DEPTH, end):
                key = known.get("/".join(parts[start:end]))
                if key is not None:
                    yield Root(directory, key)
                    break

# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""Reads what installed files say of components, from a tree or from a snapshot.

A snapshot has no programs: of each it keeps what was read of it, as
``components/<path of the program>/<kind>``. Other files are where they always are.
"""

from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Final

from coos_license.components import go_build, module_info, rust_audit
from coos_license.components.elf import open_elf
from coos_license.components.places import (
    METADATA_LIMIT,
    candidates,
    plain_limit,
)
from coos_license.errors import ReadError
from coos_license.model import EmbeddedFile, EvidenceKind
from coos_license.portage.sysroot import holds_files
from coos_license.trees.base import AbsentError, Content, FileTree, Kind
from coos_license.trees.content import Memory

#: What a snapshot keeps of a program is no longer than the longest build information.
BUILT_LIMIT: Final = 1 << 23
#: The kinds that are read of a program, by the name that they have in a snapshot.
BUILT_KINDS: Final = {
    kind.value: kind
    for kind in (
        EvidenceKind.ELF,
        EvidenceKind.GO_BUILD_INFO,
        EvidenceKind.RUST_AUDIT,
        EvidenceKind.MODULE_INFO,
    )
}
#: A whole image has 300,000 files; its metadata of components some megabytes.
_MOST_FILES: Final = 500_000
_MOST_BYTES: Final = 1 << 28
#: gzip, xz and Zstandard: how kernel modules are packed (``kmod``).
_PACKED: Final = (b"\x1f\x8b", b"\xfd7zXZ\x00", b"\x28\xb5\x2f\xfd")
_MAGIC_BYTES: Final = 6
#: The largest module met, of a graphics driver, has 60 MB.
_MOST_PACKED: Final = 1 << 25
_MOST_UNPACKED: Final = 1 << 27
_TOO_MUCH: Final = "is not read: there is more to read than any image has"


class InstalledFiles:
    """The files below the root of an image, as far as they tell about components."""

    def __init__(self, root: FileTree, built: FileTree | None = None) -> None:
        """Look into ``root``; at programs in ``built``, where it is a snapshot's."""
        self._root = root
        self._built = built
        self._files_left = _MOST_FILES
        self._bytes_left = _MOST_BYTES
        self._there: dict[str, bool] = {}

    def is_empty(self) -> bool:
        """Return whether nothing can be there: a package database alone."""
        return self._built is None and not holds_files(self._root)

    def read(
        self, contents: bytes, *, modules: bool = False
    ) -> tuple[EmbeddedFile, ...]:
        """Return what the files say that CONTENTS names, sorted by path.

        With ``modules`` kernel modules are among them.
        """
        wanted = dict(candidates(contents, modules=modules))
        found: list[EmbeddedFile] = []
        for directory, paths in groupby(sorted(wanted, key=_place), key=_directory):
            found += self._in_directory(directory, {one: wanted[one] for one in paths})
        return tuple(sorted(found, key=lambda one: (one.path, one.kind)))

    def _in_directory(
        self, directory: str, wanted: dict[str, EvidenceKind]
    ) -> Iterator[EmbeddedFile]:
        """Yield what the wanted files of one directory say."""
        programs = {path for path, kind in wanted.items() if kind is EvidenceKind.ELF}
        if self._built is not None:
            for path in sorted(programs):
                yield from self._kept(self._built, path)
            wanted = {path: wanted[path] for path in wanted.keys() - programs}
        if not wanted or not self._may_be_there(directory):
            return
        try:
            with self._root.at(directory) as tree:
                kinds = {entry.name: entry.kind for entry in tree.entries()}
                for path, kind in sorted(wanted.items()):
                    name = path.rpartition("/")[2]
                    if name in kinds and not _is_directory(tree, name, kinds[name]):
                        yield from self._one(tree, path, kind)
        except AbsentError:
            return
        except ReadError as error:
            for path, kind in sorted(wanted.items()):
                yield EmbeddedFile(kind, path, fault=str(error))

    def _may_be_there(self, directory: str) -> bool:
        """Return whether the upper two directories of a path are there.

        Most of what a database without files names is answered by a few of them.
        """
        top = "/".join(directory.split("/")[:2])
        if top not in self._there:
            self._there[top] = self._is_there(top)
        return self._there[top]

    def _is_there(self, path: str) -> bool:
        """Return whether there is a directory, be it one that cannot be read."""
        try:
            with self._root.at(path):
                return True
        except AbsentError:
            return False
        except ReadError:
            return True

    def _one(
        self, tree: FileTree, path: str, kind: EvidenceKind
    ) -> Iterator[EmbeddedFile]:
        """Yield what a file says, or why it cannot be read."""
        try:
            for what, said in self._read(tree, path, kind):
                self._bytes_left -= len(said)
                yield EmbeddedFile(what, path, said)
        except AbsentError:
            return
        except ReadError as error:
            yield EmbeddedFile(kind, path, fault=str(error))

    def _read(
        self, tree: FileTree, path: str, kind: EvidenceKind
    ) -> list[tuple[EvidenceKind, bytes]]:
        """Return what a file says. Raises: AbsentError, ReadError."""
        name = path.rpartition("/")[2]
        self._files_left -= 1
        if self._files_left < 0 or self._bytes_left < 0:
            raise ReadError(_TOO_MUCH)
        if kind is EvidenceKind.ELF:
            with tree.open_file(name) as content:
                return read_program(content)
        limit = plain_limit(path.split("/")) or METADATA_LIMIT
        return [(kind, tree.read(name, limit))]

    @staticmethod
    def _kept(built: FileTree, path: str) -> Iterator[EmbeddedFile]:
        """Yield what a snapshot keeps of a program."""
        try:
            with built.at(path) as tree:
                for name in sorted(entry.name for entry in tree.entries()):
                    if name not in BUILT_KINDS:
                        continue
                    kind = BUILT_KINDS[name]
                    try:
                        yield EmbeddedFile(kind, path, tree.read(name, BUILT_LIMIT))
                    except ReadError as error:
                        yield EmbeddedFile(kind, path, fault=str(error))
        except ReadError:
            return


def read_program(content: Content) -> list[tuple[EvidenceKind, bytes]]:
    """Return what a program says of its parts; nothing where it is no ELF file.

    A packed one is unpacked, as kernel modules are. Raises: ReadError.
    """
    head = content.read(0, min(_MAGIC_BYTES, content.size_bytes))
    if head.startswith(_PACKED):
        content = _unpacked(content)
    elf = open_elf(content)
    if elf is None:
        return []
    wanted = (go_build.SECTION, rust_audit.SECTION, module_info.SECTION)
    sections = elf.sections(wanted)
    found = []
    build = go_build.read_build(elf, sections.get(go_build.SECTION))
    if build is not None:
        found.append((EvidenceKind.GO_BUILD_INFO, build))
    if rust_audit.SECTION in sections:
        audit = rust_audit.read_audit(elf, sections[rust_audit.SECTION])
        found.append((EvidenceKind.RUST_AUDIT, audit))
    if module_info.SECTION in sections:
        stated = module_info.read_licenses(elf, sections[module_info.SECTION])
        found.append((EvidenceKind.MODULE_INFO, stated))
    return found


def _unpacked(content: Content) -> Content:
    """Return what a packed program unpacks to. Raises: ReadError."""
    from coos_license.trees.packed import unpacked  # noqa: PLC0415 (few files are packed)

    if content.size_bytes > _MOST_PACKED:
        raise ReadError(f"is packed, and longer than the {_MOST_PACKED} bytes allowed")
    found = unpacked(content.read(0, content.size_bytes), _MOST_UNPACKED + 1)
    if len(found) > _MOST_UNPACKED:
        raise ReadError(f"unpacks to more than the {_MOST_UNPACKED} bytes allowed")
    return Memory(found)


def tells_something(content: Content) -> bool:
    """Return whether a file is a program that says what is in it. Raises: ReadError."""
    return bool(read_program(content))


def built_limit(parts: Iterable[str]) -> int | None:
    """Return how many bytes are kept of a name below a snapshot's ``components/``."""
    return BUILT_LIMIT if tuple(parts)[-1] in BUILT_KINDS else None


def _is_directory(tree: FileTree, name: str, kind: Kind) -> bool:
    """Return whether a name is a directory, be it through a symbolic link."""
    if kind is not Kind.SYMLINK:
        return kind is Kind.DIRECTORY
    try:
        with tree.at(name):
            return True
    except ReadError:
        return False


def _directory(path: str) -> str:
    """Return the directory of a path."""
    return path.rpartition("/")[0]


def _place(path: str) -> tuple[str, str]:
    """Return the key that keeps the files of one directory together."""
    directory, _, name = path.rpartition("/")
    return directory, name

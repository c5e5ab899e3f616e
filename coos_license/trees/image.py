# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""A tree over one file system of an image; no root, no mount, nothing written."""

from collections import deque
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import ClassVar, Final, Generic, Protocol, Self, TypeVar

from coos_license.errors import ReadError
from coos_license.trees.base import Entry, Kind
from coos_license.trees.digests import FileDigests, Known, check_length, digests_of
from coos_license.trees.ext4 import FileSystem
from coos_license.trees.ext4_blocks import Inode
from coos_license.trees.window import Window

_MAX_SYMLINKS: Final = 40
_NOT_REGULAR: Final = "is not a regular file"


class Node(Protocol):
    """What a file system knows of one file.

    ``number`` is the same for all names of a file that has several ``links``.
    """

    @property
    def number(self) -> int:
        """Return what tells the file from others."""
        ...

    @property
    def kind(self) -> Kind:
        """Return what the file is."""
        ...

    @property
    def size_bytes(self) -> int:
        """Return how long the file is."""
        ...

    @property
    def links(self) -> int:
        """Return how many names the file has."""
        ...


N = TypeVar("N", bound=Node)


class Files(Protocol[N]):
    """An open file system: nodes in, contents and names out. All raise ReadError."""

    def root(self) -> N:
        """Return the root directory."""
        ...

    def listing(self, directory: N) -> Iterable[tuple[str, Kind]]:
        """Return the names in a directory, each with what it names, in any order."""
        ...

    def lookup(self, directory: N, name: str) -> N:
        """Return what a directory has under a name. Raises: AbsentError, too."""
        ...

    def link(self, node: N) -> str:
        """Return the target of a symbolic link."""
        ...

    def content(self, node: N, limit: int) -> bytes:
        """Return the content of a file, which is not longer than ``limit``."""
        ...

    def part(self, node: N, offset: int, length: int) -> bytes:
        """Return exactly ``length`` bytes of a file from ``offset`` on."""
        ...

    def whole(self, node: N) -> Iterator[bytes]:
        """Yield the content of a file of any length piece by piece."""
        ...


@dataclass(frozen=True, slots=True)
class FileContent(Generic[N]):
    """A file of the image as a :class:`coos_license.trees.base.Content`."""

    files: Files[N]
    inode: N

    @property
    def size_bytes(self) -> int:
        """Return how long the file is."""
        return self.inode.size_bytes

    def read(self, offset: int, length: int) -> bytes:
        """Return exactly ``length`` bytes. Raises: ReadError."""
        return self.files.part(self.inode, offset, length)

    def close(self) -> None:
        """Leave the image open: it belongs to who opened the window."""

    def __enter__(self) -> Self:
        """Return the file."""
        return self

    def __exit__(self, *exc: object) -> None:
        """Do nothing."""


class ImageTree(Generic[N]):
    """A file system as a :class:`coos_license.trees.base.FileTree`."""

    has_one_bound: ClassVar[bool] = True

    def __init__(self, files: Files[N], chain: tuple[N, ...]) -> None:
        """Take the directories from the root down to this one."""
        self._files = files
        self._chain = chain

    @classmethod
    def over(cls, files: Files[N]) -> Self:
        """Return the tree over a file system. Raises: ReadError."""
        return cls(files, (files.root(),))

    @staticmethod
    def open(window: Window) -> "ImageTree[Inode]":
        """Return the tree over the ext4 in a window. Raises: ReadError."""
        return ImageTree.over(FileSystem(window))

    def close(self) -> None:
        """Leave the image open: it belongs to who opened the window."""

    def __enter__(self) -> Self:
        """Return the tree."""
        return self

    def __exit__(self, *exc: object) -> None:
        """Close the tree."""

    def entries(self) -> tuple[Entry, ...]:
        """Return the entries of this directory, sorted by name."""
        listing = self._files.listing(self._chain[-1])
        return tuple(Entry(name, kind) for name, kind in sorted(listing))

    def at(self, path: str) -> Self:
        """Return the tree below ``path``; symlinks resolve inside the root."""
        return type(self)(self._files, self._directories(path))

    def link(self, name: str) -> str:
        """Return the target of a symbolic link of this directory."""
        inode = self._files.lookup(self._chain[-1], name)
        if inode.kind is not Kind.SYMLINK:
            raise ReadError("is not a symbolic link")
        return self._files.link(inode)

    def rooted(self, path: str) -> Self:
        """Return the tree whose root is ``path``."""
        return type(self)(self._files, self._directories(path)[-1:])

    def read(self, path: str, limit: int) -> bytes:
        """Return a file's bytes; symlinks resolve inside the root."""
        return self._content(self._walk(path)[-1], limit)

    def open_file(self, path: str) -> FileContent[N]:
        """Return a file of any length; symlinks resolve inside the root."""
        inode = self._walk(path)[-1]
        if inode.kind is not Kind.FILE:
            raise ReadError(_NOT_REGULAR)
        return FileContent(self._files, inode)

    def digests(self, name: str, known: Known) -> FileDigests:
        """Return the digests of a regular file of this directory."""
        inode = self._files.lookup(self._chain[-1], name)
        if inode.kind is not Kind.FILE:
            raise ReadError(_NOT_REGULAR)
        check_length(inode.size_bytes)
        if inode.number in known:
            return known[inode.number]
        found = digests_of(self._files.whole(inode))
        if inode.links > 1:
            known[inode.number] = found
        return found

    def read_files(
        self, directory: str, names: Collection[str], limits: Mapping[str, int]
    ) -> tuple[dict[str, bytes], dict[str, ReadError]]:
        """Return the wanted regular files of a subdirectory, and what failed."""
        files = self._files
        base = files.lookup(self._chain[-1], directory)
        found: dict[str, bytes] = {}
        failed: dict[str, ReadError] = {}
        for name, _ in files.listing(base):
            if name not in names:
                continue
            try:
                inode = files.lookup(base, name)
                found[name] = self._content(inode, limits.get(name, limits[""]))
            except ReadError as error:
                failed[name] = error
        return found, failed

    def _content(self, inode: N, limit: int) -> bytes:
        """Return the content of a regular file. Raises: ReadError for any other."""
        if inode.kind is not Kind.FILE:
            raise ReadError(_NOT_REGULAR)
        return self._files.content(inode, limit)

    def _directories(self, path: str) -> tuple[N, ...]:
        """Return the directory at ``path`` and those above it. Raises: ReadError."""
        chain = self._walk(path)
        if chain[-1].kind is not Kind.DIRECTORY:
            raise ReadError("is not a directory")
        return chain

    def _walk(self, path: str) -> tuple[N, ...]:
        """Return what is at ``path`` and the directories above it.

        A target of a symlink may climb up to the root, a path only to where it began;
        absolute targets begin at the root, as in a chroot. Raises: ReadError.
        """
        chain, lowest = list(self._chain), len(self._chain)
        todo, symlinks = deque(_parts(path)), 0
        while todo:
            name = todo.popleft()
            if name == "..":
                del chain[max(lowest, len(chain) - 1) :]
                continue
            inode = self._files.lookup(chain[-1], name)
            if inode.kind is not Kind.SYMLINK:
                chain.append(inode)
                continue
            symlinks += 1
            if symlinks > _MAX_SYMLINKS:
                raise ReadError("is behind a loop of symbolic links")
            target = self._files.link(inode)
            if target.startswith("/"):
                del chain[1:]
            lowest = 1
            todo.extendleft(reversed(_parts(target)))
        return tuple(chain)


def _parts(path: str) -> list[str]:
    """Return the names of a path, without empty ones and dots."""
    return [part for part in path.split("/") if part not in ("", ".")]

# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""A reader of squashfs 4.0 in files nobody vouches for.

Each number is checked before it is followed, a block unpacks to no more than it may,
and what is read of one file system is bounded by its length. A fault is a
:class:`ReadError`, never a shorter list.

Source: Linux, ``Documentation/filesystems/squashfs.rst`` and ``fs/squashfs/file.c``.
Owners, dates and extended attributes are not read.
"""

from collections.abc import Iterator
from functools import lru_cache
from itertools import accumulate
from typing import Final, NamedTuple

from coos_license.errors import ReadError
from coos_license.trees.allowance import Allowance
from coos_license.trees.base import AbsentError, Content, Kind
from coos_license.trees.squashfs_superblock import read_superblock
from coos_license.trees.squashfs_tables import (
    NO_FRAGMENT,
    Named,
    Place,
    SquashNode,
    Tables,
)

#: Bytes of content, holes included, that one file system hands out: as of an archive.
_MOST_UNPACKED: Final = 1 << 33
_MOST_RATIO: Final = 300
#: Unpacked bytes that count for no ratio.
_FREE: Final = 1 << 26
#: What a block counts for at least, however little it unpacks to.
_LEAST: Final = 1 << 12
_NAMES_BUDGET: Final = 1_000_000
_PIECE: Final = 1 << 18
_PLAIN: Final = 1 << 24
_SIZE_BITS: Final = _PLAIN - 1
_SPENT: Final = "is past the bound of what is read of one file system"


class _Block(NamedTuple):
    """A block of data: where, how long, as stated, and what it unpacks to."""

    at: int
    stated: int
    length: int


class SquashFileSystem:
    """An open squashfs as :class:`coos_license.trees.image.Files`."""

    def __init__(self, content: Content, allowance: Allowance | None = None) -> None:
        """Read the superblock and the root; ``allowance`` is shared with others.

        Raises: ReadError.
        """
        self._content = content
        self._super = read_superblock(content)
        self._allowance = allowance or Allowance()
        self._tables = Tables(content, self._super, self._allowance)
        most = _FREE + _MOST_RATIO * self._super.size_bytes
        self._left = min(most, _MOST_UNPACKED)
        self._names_left = _NAMES_BUDGET
        self._above: dict[Place, Place] = {}
        self._names = lru_cache(maxsize=32)(self._read_names)
        self._block = lru_cache(maxsize=4)(self._read_block)
        self._fragment = lru_cache(maxsize=4)(self._read_fragment)
        self._blocks = lru_cache(maxsize=2)(self._read_blocks)
        self._root = self._tables.inode(Place(*divmod(self._super.root, 1 << 16)))
        if self._root.kind is not Kind.DIRECTORY:
            raise ReadError("is a damaged squashfs (root)")

    def root(self) -> SquashNode:
        """Return the root directory."""
        return self._root

    def listing(self, directory: SquashNode) -> Iterator[tuple[str, Kind]]:
        """Yield the names in a directory, each with what it is. Raises: ReadError."""
        for name, named in self._names(directory).items():
            yield name, named.kind

    def lookup(self, directory: SquashNode, name: str) -> SquashNode:
        """Return what a directory has under a name.

        A directory is in one directory only: a second place could make a loop, or a
        small image endless. Raises: AbsentError, ReadError.
        """
        named = self._names(directory).get(name)
        if named is None:
            raise AbsentError("is not there")
        node = self._tables.inode(named.at)
        if node.kind is not named.kind:
            raise ReadError(f"is a {node.kind} that is listed as a {named.kind}")
        if node.kind is Kind.DIRECTORY:
            above = self._above.setdefault(node.at, directory.at)
            if above != directory.at or node.at == self._root.at:
                raise ReadError("is a directory in more than one place")
        return node

    def link(self, node: SquashNode) -> str:
        """Return the target of a symbolic link. Raises: ReadError."""
        if node.kind is not Kind.SYMLINK:
            raise ReadError("is not a symbolic link")
        target = self._tables.target(node)
        if b"\0" in target:
            raise ReadError("is a damaged symbolic link")
        return target.decode("utf-8", "surrogateescape")

    def content(self, node: SquashNode, limit: int) -> bytes:
        """Return the content of a file. Raises: ReadError, also where it is longer."""
        size = node.size_bytes
        if size > limit:
            raise ReadError(f"is {size} bytes long, more than the {limit} allowed")
        return self.part(node, 0, size)

    def part(self, node: SquashNode, offset: int, length: int) -> bytes:
        """Return ``length`` bytes of a file from ``offset`` on. Raises: ReadError."""
        if offset < 0 or length < 0 or offset + length > node.size_bytes:
            raise ReadError("points outside of the file")
        size = self._super.block_bytes
        parts = []
        end = offset + length
        while offset < end:
            index, start = divmod(offset, size)
            count = min(size - start, end - offset)
            parts.append(self._piece(node, index, start, count))
            offset += count
        return b"".join(parts)

    def whole(self, node: SquashNode) -> Iterator[bytes]:
        """Yield the content of a file piece by piece. Raises: ReadError."""
        for at in range(0, node.size_bytes, _PIECE):
            yield self.part(node, at, min(_PIECE, node.size_bytes - at))

    def _piece(self, node: SquashNode, index: int, start: int, count: int) -> bytes:
        """Return a range of one block of a file. Raises: ReadError."""
        blocks = self._blocks(node)
        if index == len(blocks):
            whole = self._fragment(node.fragment)
            tail = node.size_bytes % self._super.block_bytes
            if node.offset + tail > len(whole):
                raise ReadError("has a place in a fragment that is none")
            return whole[node.offset + start : node.offset + start + count]
        block = blocks[index]
        if not block.stated:
            self._charge(count)
            return bytes(count)
        return self._block(block)[start : start + count]

    def _read_blocks(self, node: SquashNode) -> tuple[_Block, ...]:
        """Return the blocks of a file that are its own. Raises: ReadError."""
        size = self._super.block_bytes
        stated = self._tables.block_sizes(node)
        starts = accumulate((one & _SIZE_BITS for one in stated), initial=node.start)
        return tuple(
            _Block(at, one, min(size, node.size_bytes - index * size))
            for index, (at, one) in enumerate(zip(starts, stated, strict=False))
        )

    def _read_block(self, block: _Block) -> bytes:
        """Return a block of a file. Raises: ReadError."""
        found = self._unpacked(block.at, block.stated, block.length)
        if len(found) != block.length:
            raise ReadError("has a damaged block (it unpacks to too little)")
        return found

    def _read_fragment(self, number: int) -> bytes:
        """Return the ends of files that share a block. Raises: ReadError."""
        if number == NO_FRAGMENT:
            raise ReadError("has fewer blocks than its length needs")
        at, stated = self._tables.fragment(number)
        return self._unpacked(at, stated, self._super.block_bytes)

    def _unpacked(self, at: int, stated: int, most: int) -> bytes:
        """Return a block of data, which is ``most`` bytes long at most."""
        size = stated & _SIZE_BITS
        if size > self._super.block_bytes or at + size > self._super.size_bytes:
            raise ReadError("has a damaged block (place)")
        raw = self._content.read(at, size)
        if not stated & _PLAIN:
            raw = self._super.unpack(raw, most)
        self._charge(max(len(raw), size, _LEAST))
        return raw

    def _charge(self, count: int) -> None:
        """Take bytes off what is handed out. Raises: ReadError."""
        self._left -= count
        self._allowance.take(count)
        if self._left < 0:
            raise ReadError(_SPENT)

    def _read_names(self, directory: SquashNode) -> dict[str, Named]:
        """Return the names in a directory. Raises: ReadError."""
        names: dict[str, Named] = {}
        for raw, named in self._tables.names(directory):
            name = raw.decode("utf-8", "surrogateescape")
            if name in ("", ".", "..") or "/" in name or "\0" in name or name in names:
                raise ReadError("is a damaged directory (name)")
            names[name] = named
        self._names_left -= len(names)
        if self._names_left < 0:
            raise ReadError(_SPENT)
        return names

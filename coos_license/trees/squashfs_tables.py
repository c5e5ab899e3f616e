# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""Inodes and directories of a squashfs, out of its packed metadata.

Source: Linux, ``fs/squashfs/squashfs_fs.h``, ``inode.c``, ``dir.c`` and ``cache.c``.
Metadata are a stream in packed blocks of 8 KiB; a place in it is that of a block in the
table, and the byte in what the block unpacks to.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, NamedTuple

from coos_license.errors import ReadError
from coos_license.trees.allowance import Allowance
from coos_license.trees.base import Content, Kind
from coos_license.trees.squashfs_superblock import Superblock

#: What a block of metadata unpacks to at most.
_METADATA_BYTES: Final = 1 << 13
_PLAIN: Final = 1 << 15
#: Blocks of metadata that one file system hands out, those that are read again
#: included: 1 GiB, ten times what a million files have.
_BLOCKS_BUDGET: Final = 1 << 17
NO_FRAGMENT: Final = 0xFFFFFFFF
#: A longer target of a link is none (PATH_MAX).
_LINK_LIMIT: Final = 4096
#: A list of blocks of a file that is longer than any of an image.
_MOST_BLOCKS: Final = 1 << 20
#: 300,000 names.
_DIRECTORY_LIMIT: Final = 1 << 24
#: ``.`` and ``..`` count as three bytes.
_DOTS: Final = 3
_SPENT: Final = "is past the bound of what is read of one file system"
#: Kind, permissions, owner, group, date, number.
_INODE: Final = struct.Struct("<4HII")
_KINDS: Final = {
    1: Kind.DIRECTORY,
    2: Kind.FILE,
    3: Kind.SYMLINK,
    4: Kind.OTHER,
    5: Kind.OTHER,
    6: Kind.OTHER,
    7: Kind.OTHER,
}
#: Added to the number of a kind where the inode is a longer one.
_LONG: Final = 7
#: Block, links, length, byte in the block.
_DIRECTORY: Final = struct.Struct("<IIHH4x")
#: Links, length, block, the directory above, indexes, byte in the block, attributes.
_LONG_DIRECTORY: Final = struct.Struct("<III4xHH4x")
#: Place of the blocks, fragment, byte in it, length.
_FILE: Final = struct.Struct("<IIII")
#: Place of the blocks, length, holes, links, fragment, byte in it, attributes.
_LONG_FILE: Final = struct.Struct("<QQ8xIII4x")
_LINK: Final = struct.Struct("<II")
#: Entries less one, block of their inodes, number that theirs differ from.
_HEADER: Final = struct.Struct("<III")
#: Byte of the inode in its block, difference of its number, kind, length less one.
_ENTRY: Final = struct.Struct("<HhHH")
_MOST_ENTRIES: Final = 256


class Place(NamedTuple):
    """A place in a table: of a block, from the start of the table, and in it."""

    block: int
    byte: int


_NOWHERE: Final = Place(0, 0)


@dataclass(frozen=True, slots=True)
class SquashNode:
    """One inode.

    ``at`` is where it is, ``list_at`` where the list of a file's blocks or the target
    of a link begins, ``start`` where the blocks or, of a directory, its names are.
    """

    kind: Kind
    number: int
    size_bytes: int
    at: Place
    links: int = 1
    start: int = 0
    offset: int = 0
    fragment: int = NO_FRAGMENT
    list_at: Place = _NOWHERE


class Named(NamedTuple):
    """What a directory says of a name."""

    at: Place
    kind: Kind


class Tables:
    """The metadata of one file system."""

    def __init__(
        self, content: Content, superblock: Superblock, allowance: Allowance
    ) -> None:
        """Read blocks of ``content`` when they are asked for."""
        self._content = content
        self._super = superblock
        self._left = _BLOCKS_BUDGET
        self._allowance = allowance
        self.block = lru_cache(maxsize=256)(self._read_block)

    def inode(self, at: Place) -> SquashNode:
        """Return the inode at a place. Raises: ReadError where there is none."""
        raw, body = self._inodes(at, _INODE.size)
        kind, _, _, _, _, number = _INODE.unpack(raw)
        is_long = kind > _LONG
        found = _KINDS.get(kind - _LONG if is_long else kind)
        match found:
            case Kind.DIRECTORY:
                return self._directory(number, at, body, is_long=is_long)
            case Kind.FILE:
                return self._file(number, at, body, is_long=is_long)
            case Kind.SYMLINK:
                raw, after = self._inodes(body, _LINK.size)
                links, size = _LINK.unpack(raw)
                return SquashNode(found, number, size, at, links, list_at=after)
            case Kind.OTHER:
                return SquashNode(found, number, 0, at)
            case None:
                raise ReadError(f"has an inode of a kind that is none ({kind})")

    def _directory(
        self, number: int, at: Place, body: Place, *, is_long: bool
    ) -> SquashNode:
        """Return the inode of a directory. Raises: ReadError."""
        shape = _LONG_DIRECTORY if is_long else _DIRECTORY
        raw, _ = self._inodes(body, shape.size)
        if is_long:
            links, size, start, _, offset = shape.unpack(raw)
        else:
            start, links, size, offset = shape.unpack(raw)
        size = max(size - _DOTS, 0)
        return SquashNode(Kind.DIRECTORY, number, size, at, links, start, offset)

    def _file(
        self, number: int, at: Place, body: Place, *, is_long: bool
    ) -> SquashNode:
        """Return the inode of a regular file. Raises: ReadError."""
        shape = _LONG_FILE if is_long else _FILE
        raw, after = self._inodes(body, shape.size)
        links = 1
        if is_long:
            start, size, links, fragment, offset = shape.unpack(raw)
        else:
            start, fragment, offset, size = shape.unpack(raw)
        return SquashNode(
            Kind.FILE, number, size, at, links, start, offset, fragment, after
        )

    def block_sizes(self, node: SquashNode) -> tuple[int, ...]:
        """Return how long each block of a file is, as stated. Raises: ReadError."""
        count = node.size_bytes // self._super.block_bytes
        if node.fragment == NO_FRAGMENT:
            count = -(-node.size_bytes // self._super.block_bytes)
        if count > _MOST_BLOCKS:
            raise ReadError(f"is in more than {_MOST_BLOCKS} blocks")
        raw, _ = self._inodes(node.list_at, count * 4)
        return struct.unpack(f"<{count}I", raw)

    def target(self, node: SquashNode) -> bytes:
        """Return the target of a symbolic link. Raises: ReadError."""
        if not 0 < node.size_bytes <= _LINK_LIMIT:
            raise ReadError("is a damaged symbolic link")
        return self._inodes(node.list_at, node.size_bytes)[0]

    def names(self, node: SquashNode) -> Iterator[tuple[bytes, Named]]:
        """Yield the names in a directory. Raises: ReadError."""
        if node.size_bytes > _DIRECTORY_LIMIT:
            raise ReadError(f"is a directory of more than {_DIRECTORY_LIMIT} bytes")
        at = Place(node.start, node.offset)
        raw, _ = self._read(self._super.directories_at, at, node.size_bytes)
        return _parsed(raw)

    def fragment(self, number: int) -> tuple[int, int]:
        """Return where a fragment is, and how long. Raises: ReadError."""
        if number >= self._super.fragments:
            raise ReadError(f"has a number of a fragment that is none ({number})")
        index, place = divmod(number * 16, _METADATA_BYTES)
        at = self._super.fragments_at + index * 8
        block = int.from_bytes(self._content.read(at, 8), "little")
        raw, _ = self._read(block, Place(0, place), 12)
        start, size = struct.unpack("<QI", raw)
        return start, size

    def _inodes(self, at: Place, length: int) -> tuple[bytes, Place]:
        """Return bytes of the table of inodes, and the place behind them."""
        return self._read(self._super.inodes_at, at, length)

    def _read(self, table: int, at: Place, length: int) -> tuple[bytes, Place]:
        """Return bytes of a table, and the place behind them. Raises: ReadError."""
        if not length:  # an empty directory is nowhere
            return b"", at
        place, byte = at
        parts = []
        missing = length
        while True:
            block, after = self.block(table + place)
            if byte > len(block) or not block:
                raise ReadError("has a place in its tables that is none")
            part = block[byte : byte + missing]
            parts.append(part)
            missing -= len(part)
            byte += len(part)
            if not missing:
                return b"".join(parts), Place(place, byte)
            place, byte = after - table, 0

    def _read_block(self, at: int) -> tuple[bytes, int]:
        """Return a block of metadata, and where the next one begins.

        Raises: ReadError.
        """
        self._left -= 1
        if self._left < 0:
            raise ReadError(_SPENT)
        self._allowance.take(_METADATA_BYTES)
        head = int.from_bytes(self._part(at, 2), "little")
        size = head & (_PLAIN - 1) or _PLAIN
        if size > _METADATA_BYTES:
            raise ReadError("has a damaged block (length)")
        raw = self._part(at + 2, size)
        if not head & _PLAIN:
            raw = self._super.unpack(raw, _METADATA_BYTES)
        return raw, at + 2 + size

    def _part(self, at: int, length: int) -> bytes:
        """Return bytes of the file system. Raises: ReadError."""
        if at + length > self._super.size_bytes:
            raise ReadError("points outside of the file system")
        return self._content.read(at, length)


def _parsed(raw: bytes) -> Iterator[tuple[bytes, Named]]:
    """Yield the names in the bytes of a directory. Raises: ReadError."""
    at = 0
    while at < len(raw):
        if at + _HEADER.size > len(raw):
            raise ReadError("is a damaged directory (length)")
        fewer, block, _ = _HEADER.unpack_from(raw, at)
        at += _HEADER.size
        if fewer >= _MOST_ENTRIES:
            raise ReadError("is a damaged directory (count)")
        for _ in range(fewer + 1):
            if at + _ENTRY.size > len(raw):
                raise ReadError("is a damaged directory (length)")
            byte, _, kind, less = _ENTRY.unpack_from(raw, at)
            at += _ENTRY.size
            name = raw[at : at + less + 1]
            at += less + 1
            if at > len(raw) or kind not in _KINDS:
                raise ReadError("is a damaged directory (entry)")
            yield name, Named(Place(block, byte), _KINDS[kind])

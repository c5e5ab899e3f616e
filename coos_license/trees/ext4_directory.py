# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""The blocks of an ext4 directory: names, and the checksum of each block.

A hashed directory is read like a linear one: to a reader that goes from entry to
entry its index blocks are empty. Source: kernel.org/doc/html/latest/filesystems/ext4/
(Directory Entries, Checksums).
"""

import struct
from collections.abc import Iterator
from typing import Final, NamedTuple

from coos_license.errors import ReadError
from coos_license.trees.base import Kind
from coos_license.trees.ext4_superblock import crc32c

#: Inode, length of the entry, length of the name, type of the file.
_ENTRY: Final = struct.Struct("<IHBB")
#: The last entry of a leaf with a checksum: inode 0, its length, no name, type 0xDE.
_TAIL: Final = struct.Struct("<IHBBI")
_LEAF: Final = (0, _TAIL.size, 0, 0xDE)
_INDEX_ROOT_AT: Final = 0x20
_INDEX_NODE_AT: Final = 8
_KINDS: Final = {1: Kind.FILE, 2: Kind.DIRECTORY, 7: Kind.SYMLINK}
_LARGEST: Final = 1 << 16
_DAMAGED: Final = "is a damaged directory"


class Named(NamedTuple):
    """What a name stands for; no kind where the file system does not tell."""

    inode: int
    kind: Kind | None


def parse_block(block: bytes, *, typed: bool) -> Iterator[tuple[str, Named]]:
    """Yield the names of a block, without the directory itself and the one above.

    Names that are no UTF-8 are surrogate-escaped. Raises: ReadError where an entry
    reaches out of its block, or a name is none.
    """
    at = 0
    while at < len(block):
        if at + _ENTRY.size > len(block):
            raise ReadError(_DAMAGED)
        inode, length, name_length, kind = _ENTRY.unpack_from(block, at)
        if len(block) == _LARGEST and length in (0, _LARGEST - 1):
            length = _LARGEST
        name_end = _ENTRY.size + name_length
        if length % 4 or at + length > len(block) or name_end > max(length, 1):
            raise ReadError(_DAMAGED)
        if inode and name_length:
            name = block[at + _ENTRY.size : at + name_end]
            if b"/" in name or b"\0" in name:
                raise ReadError(_DAMAGED)
            if name not in (b".", b".."):
                known = _KINDS.get(kind, Kind.OTHER)
                named = Named(inode, known if typed and kind else None)
                yield name.decode("utf-8", "surrogateescape"), named
        at += length


def check_block(block: bytes, seed: int) -> None:
    """Compare a block with its checksum. Raises: ReadError."""
    *tail, stated = _TAIL.unpack_from(block, len(block) - _TAIL.size)
    if tuple(tail) == _LEAF:
        covered = block[: -_TAIL.size]
    else:
        covered, stated = _index_part(block)
    if crc32c(seed, covered) != stated:
        raise ReadError("is a damaged directory (checksum)")


def _index_part(block: bytes) -> tuple[bytes, int]:
    """Return what the checksum of an index block covers, and the checksum.

    The root of an index begins with two entries and eight bytes about the hash, every
    other node with one empty entry; then come limit and count of pairs of four bytes.
    """
    _, length, _, _ = _ENTRY.unpack_from(block)
    is_node = length in (len(block), 0, _LARGEST - 1)
    at = _INDEX_NODE_AT if is_node else _INDEX_ROOT_AT
    limit, count = struct.unpack_from("<HH", block, at)
    tail = at + limit * 8
    if count > limit or tail + 8 > len(block):
        raise ReadError(_DAMAGED)
    (stated,) = struct.unpack_from("<I", block, tail + 4)
    return block[: at + count * 8] + block[tail : tail + 4] + bytes(4), stated

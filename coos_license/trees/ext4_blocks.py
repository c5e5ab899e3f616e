# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""An ext4 inode, and where the content of its file is: extents, block map, inline.

Source: kernel.org/doc/html/latest/filesystems/ext4/ (Index Nodes, Contents of
inode.i_block, Inline Data, Extended Attributes).
"""

import stat
import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Final, NamedTuple

from coos_license.errors import ReadError
from coos_license.trees.base import Kind
from coos_license.trees.ext4_superblock import crc32c

EXTENTS: Final = 0x80000
INLINE: Final = 0x10000000
_MAP: Final = slice(0x28, 0x64)
_SMALL_INODE: Final = 128
#: Magic, entries, most entries, levels below; then entries of the same length.
_NODE: Final = struct.Struct("<HHHHI")
_LEAF: Final = struct.Struct("<IHHI")
_BRANCH: Final = struct.Struct("<IIHH")
_NODE_MAGIC: Final = 0xF30A
_MAX_DEPTH: Final = 5
#: An extent that is longer by this is allocated but not written: zeros.
_WRITTEN: Final = 1 << 15
_MAX_BLOCKS: Final = 1 << 32
_DIRECT: Final = 12
#: Lengths of name, index of the name, place, inode and size of the value, hash.
_ATTRIBUTE: Final = struct.Struct("<BBHIII")
_ATTRIBUTES_MAGIC: Final = 0xEA020000
_SYSTEM_DATA: Final = (len("data"), 7)
_DAMAGED: Final = "has a damaged block list"


@dataclass(frozen=True, slots=True)
class Inode:
    """One file; ``seed`` begins the checksums of its blocks, ``None`` without them."""

    number: int
    mode: int
    size_bytes: int
    flags: int
    raw: bytes
    seed: int | None
    links: int = 1

    @property
    def kind(self) -> Kind:
        """What the file is."""
        match stat.S_IFMT(self.mode):
            case stat.S_IFREG:
                return Kind.FILE
            case stat.S_IFDIR:
                return Kind.DIRECTORY
            case stat.S_IFLNK:
                return Kind.SYMLINK
            case _:
                return Kind.OTHER

    @property
    def map(self) -> bytes:
        """The sixty bytes with the block list, the link target or the content."""
        return self.raw[_MAP]


class Run(NamedTuple):
    """Blocks of a file that follow each other on disk; at block 0 they are zeros."""

    logical: int
    physical: int
    length: int


@dataclass(frozen=True, slots=True)
class BlockList:
    """What a walk through the block list of one file needs.

    ``count`` is the number of blocks of the file: what the list says about later ones
    does not count, so that no walk is longer than the file.
    """

    inode: Inode
    count: int
    block_bytes: int
    read_block: Callable[[int], bytes]

    def runs(self) -> Iterator[Run]:
        """Yield the runs of the file in order. Raises: ReadError."""
        if not self.inode.flags & EXTENTS:
            yield from _mapped(self)
            return
        depth = _NODE.unpack_from(self.inode.map)[3]
        if depth > _MAX_DEPTH:
            raise ReadError(_DAMAGED)
        yield from _extents(self, self.inode.map, depth, range(_MAX_BLOCKS))


def _extents(blocks: BlockList, node: bytes, depth: int, span: range) -> Iterator[Run]:
    """Yield the runs below a node of the extent tree.

    Its entries must be in order and within ``span``; so no block of the file is met
    twice, whatever the tree points at. Raises: ReadError.
    """
    magic, entries, most, level, _ = _NODE.unpack_from(node)
    end = _NODE.size + most * _LEAF.size
    if (magic, level) != (_NODE_MAGIC, depth) or entries > most or end > len(node):
        raise ReadError(_DAMAGED)
    firsts = [one[0] for one in struct.iter_unpack("<I8x", node[_NODE.size : end])]
    firsts = [*firsts[:entries], span.stop]
    after = span.start
    for index, (logical, stop) in enumerate(pairwise(firsts)):
        if not after <= logical < stop <= span.stop:
            raise ReadError(_DAMAGED)
        if logical >= blocks.count:
            return
        at = _NODE.size + index * _LEAF.size
        if depth:
            _, low, high, _ = _BRANCH.unpack_from(node, at)
            below = blocks.read_block(low | high << 32)
            _check_node(blocks.inode, below)
            yield from _extents(blocks, below, depth - 1, range(logical, stop))
        else:
            run = _run(node, at)
            after = logical + run.length
            if after > stop:
                raise ReadError(_DAMAGED)
            yield run


def _run(node: bytes, at: int) -> Run:
    """Return the run that an entry of a leaf is. Raises: ReadError."""
    logical, length, high, low = _LEAF.unpack_from(node, at)
    physical = low | high << 32
    if not length or not physical:
        raise ReadError(_DAMAGED)
    if length > _WRITTEN:
        return Run(logical, 0, length - _WRITTEN)
    return Run(logical, physical, length)


def _check_node(inode: Inode, node: bytes) -> None:
    """Compare a node with its checksum, if there is one. Raises: ReadError."""
    if inode.seed is None:
        return
    end = _NODE.size + _NODE.unpack_from(node)[2] * _LEAF.size
    stated = node[end : end + 4]
    if stated != struct.pack("<I", crc32c(inode.seed, node[:end])):
        raise ReadError("has a damaged block list (checksum)")


def _mapped(blocks: BlockList) -> Iterator[Run]:
    """Yield the runs of a block map: 12 blocks, then one, two and three levels."""
    pointers = struct.unpack("<15I", blocks.inode.map)
    yield from _pointed(blocks, pointers[:_DIRECT], 0, 0)
    logical = _DIRECT
    for level, pointer in enumerate(pointers[_DIRECT:], start=1):
        yield from _pointed(blocks, (pointer,), level, logical)
        logical += (blocks.block_bytes // 4) ** level


def _pointed(
    blocks: BlockList, pointers: tuple[int, ...], level: int, logical: int
) -> Iterator[Run]:
    """Yield the runs of pointers with ``level`` tables between them and the blocks.

    A pointer of 0 is a hole of all that it could reach. Raises: ReadError.
    """
    reach = (blocks.block_bytes // 4) ** level
    for pointer in pointers:
        if logical >= blocks.count:
            return
        if pointer and level:
            table = blocks.read_block(pointer)
            below = struct.unpack(f"<{len(table) // 4}I", table)
            yield from _pointed(blocks, below, level - 1, logical)
        elif pointer:
            yield Run(logical, pointer, 1)
        logical += reach


def inline_parts(inode: Inode) -> tuple[bytes, bytes]:
    """Return the content of an inline file: in the block list, and behind the inode.

    Raises: ReadError where the second part does not lie in the inode.
    """
    raw = inode.raw
    if len(raw) <= _SMALL_INODE:
        return inode.map, b""
    start = _SMALL_INODE + int.from_bytes(raw[0x80:0x82], "little")
    if raw[start : start + 4] != struct.pack("<I", _ATTRIBUTES_MAGIC):
        return inode.map, b""
    at = first = start + 4
    while at + _ATTRIBUTE.size <= len(raw) and raw[at : at + 4] != bytes(4):
        length, index, place, _, size, _ = _ATTRIBUTE.unpack_from(raw, at)
        name = raw[at + _ATTRIBUTE.size : at + _ATTRIBUTE.size + length]
        if (length, index) == _SYSTEM_DATA and name == b"data":
            if first + place + size > len(raw):
                raise ReadError(_DAMAGED)
            return inode.map, raw[first + place : first + place + size]
        at += (_ATTRIBUTE.size + length + 3) // 4 * 4
    return inode.map, b""

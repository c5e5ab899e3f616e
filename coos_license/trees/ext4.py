# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""A reader of ext2, ext3 and ext4 file systems in images nobody vouches for.

Checksums are compared where the file system has them, every number is checked before
it is followed, and what is read of one file system is bounded. A fault is a
:class:`ReadError`, never a shorter list. Nothing is written, and the journal is not
replayed: a file system that needs that is refused.

Source: kernel.org/doc/html/latest/filesystems/ext4/ (Index Nodes, Directory Entries,
Checksums). Numbers are little-endian; offsets are those of these pages.
"""

import struct
from collections.abc import Callable, Iterator
from functools import lru_cache
from itertools import islice
from typing import Final

from coos_license.errors import ReadError
from coos_license.trees.base import AbsentError, Kind
from coos_license.trees.ext4_blocks import (
    EXTENTS,
    INLINE,
    BlockList,
    Inode,
    Run,
    inline_parts,
)
from coos_license.trees.ext4_directory import Named, check_block, parse_block
from coos_license.trees.ext4_superblock import crc32c, inode_table, read_superblock
from coos_license.trees.window import Window

_ROOT: Final = 2
_ENCRYPTED: Final = 0x800
#: A longer target of a link is none (PATH_MAX).
_LINK_LIMIT: Final = 4096
#: Some 300,000 names.
_DIRECTORY_LIMIT: Final = 1 << 24
#: Bytes of content, holes included, that one file system hands out: ten times what a
#: database of a thousand packages holds. It stops files of many names or of holes.
_BUDGET: Final = 1 << 30
#: The same for files that are read as a whole and not kept: ten times what the largest
#: image holds.
_WHOLE_BUDGET: Final = 1 << 36
_PIECE: Final = 1 << 18
#: The same for directories, whose blocks may lie on each other: bytes, and names. A
#: database of 7,500 packages has 30 MB and 300,000.
_DIRECTORY_BUDGET: Final = 1 << 28
_NAMES_BUDGET: Final = 1_000_000
#: For files that are read in parts, whatever their length: nodes of block lists for
#: all of them, and pieces of one, which 4 GB may have in a block map of 4 KiB blocks.
_NODES_BUDGET: Final = 1 << 17
_MOST_RUNS: Final = 1 << 20
_SPENT: Final = "is past the bound of what is read of one file system"
_SMALL_INODE: Final = 128
#: An inode that is larger by this much has both halves of its checksum.
_WIDE_EXTRA: Final = 4
_SECTOR: Final = 512


class FileSystem:
    """An open file system; inodes in, contents and names out."""

    def __init__(self, window: Window) -> None:
        """Read the superblock. Raises: ReadError."""
        self._window = window
        self._super = read_superblock(window)
        self._left = _BUDGET
        self._whole_left = _WHOLE_BUDGET
        self._directories_left = _DIRECTORY_BUDGET
        self._names_left = _NAMES_BUDGET
        self._nodes_left = _NODES_BUDGET
        self._above: dict[int, int] = {}
        self._block = lru_cache(maxsize=64)(self._read_block)
        self._table = lru_cache(maxsize=1 << 12)(self._read_table)
        self._names = lru_cache(maxsize=32)(self._read_names)
        self._runs = lru_cache(maxsize=2)(self._read_runs)

    def root(self) -> Inode:
        """Return the root directory. Raises: ReadError."""
        return self.inode(_ROOT)

    def inode(self, number: int) -> Inode:
        """Return an inode. Raises: ReadError where it is damaged or not in use."""
        superblock = self._super
        if not 0 < number <= superblock.inodes:
            raise ReadError(f"has an inode number that is none ({number})")
        group, index = divmod(number - 1, superblock.inodes_per_group)
        size = superblock.inode_bytes
        block, place = divmod(index * size, superblock.block_bytes)
        raw = self._block(self._table(group) + block)[place : place + size]
        seed = self._seed(number, raw) if superblock.has_checksums else None
        mode, low, links, flags = struct.unpack_from("<H2xI18xH4xI", raw)
        if not mode or not links:
            raise ReadError(f"has an inode that is not in use ({number})")
        (high,) = struct.unpack_from("<I", raw, 0x6C)
        return Inode(number, mode, low | high << 32, flags, raw, seed, links)

    def names(self, directory: Inode) -> dict[str, Named]:
        """Return what is in a directory. Raises: ReadError."""
        return self._names(directory.number)

    def listing(self, directory: Inode) -> Iterator[tuple[str, Kind]]:
        """Yield the names in a directory, each with what it is. Raises: ReadError."""
        for name, (number, kind) in self.names(directory).items():
            yield name, kind or self.inode(number).kind

    def lookup(self, directory: Inode, name: str) -> Inode:
        """Return what a directory has under a name.

        A directory is in one directory only: a second place could make a loop, or a
        small image endless. Raises: AbsentError, ReadError.
        """
        found = self.names(directory).get(name)
        if found is None:
            raise AbsentError("is not there")
        inode = self.inode(found.inode)
        if found.kind not in (None, inode.kind):
            raise ReadError(f"is a {inode.kind} that is listed as a {found.kind}")
        if inode.kind is Kind.DIRECTORY:
            above = self._above.setdefault(inode.number, directory.number)
            if above != directory.number or inode.number == _ROOT:
                raise ReadError("is a directory in more than one place")
        return inode

    def content(self, inode: Inode, limit: int) -> bytes:
        """Return the content of a file. Raises: ReadError, also where it is longer."""
        size = inode.size_bytes
        if size > limit:
            raise ReadError(f"is {size} bytes long, more than the {limit} allowed")
        self._charge(inode, size)
        if inode.flags & INLINE:
            return _inline(inode)
        return b"".join(self._pieces(inode))

    def part(self, inode: Inode, offset: int, length: int) -> bytes:
        """Return ``length`` bytes of a file from ``offset`` on. Raises: ReadError."""
        end = offset + length
        if offset < 0 or length < 0 or end > inode.size_bytes:
            raise ReadError("points outside of the file")
        self._charge(inode, length)
        return self._part(inode, offset, length)

    def _part(self, inode: Inode, offset: int, length: int) -> bytes:
        """Return a range that is inside of a file. Raises: ReadError."""
        end = offset + length
        if inode.flags & INLINE:
            return _inline(inode)[offset:end]
        size = self._super.block_bytes
        found = bytearray(length)
        for run in self._runs(inode):
            start = run.logical * size
            first, last = max(start, offset), min(start + run.length * size, end)
            if first < last and run.physical:
                at = run.physical * size + first - start
                found[first - offset : last - offset] = self._window.read(
                    at, last - first
                )
        return bytes(found)

    def whole(self, inode: Inode) -> Iterator[bytes]:
        """Yield the content of a file of any length piece by piece. Raises: ReadError.

        For digests, which keep none of it: it has a bound of its own.
        """
        self._check(inode)
        size = inode.size_bytes
        self._whole_left -= size
        if self._whole_left < 0:
            raise ReadError(_SPENT)
        for at in range(0, size, _PIECE):
            yield self._part(inode, at, min(_PIECE, size - at))

    @staticmethod
    def _check(inode: Inode) -> None:
        """Refuse what has no content that can be read. Raises: ReadError."""
        if inode.flags & _ENCRYPTED:
            raise ReadError("is encrypted")

    def _charge(self, inode: Inode, count: int) -> None:
        """Take bytes of a file off what is handed out. Raises: ReadError."""
        self._check(inode)
        self._left -= count
        if self._left < 0:
            raise ReadError(_SPENT)

    def link(self, inode: Inode) -> str:
        """Return the target of a symbolic link. Raises: ReadError."""
        (sectors,) = struct.unpack_from("<I", inode.raw, 0x1C)
        (attributes,) = struct.unpack_from("<I", inode.raw, 0x68)
        if attributes:
            sectors -= self._super.block_bytes // _SECTOR
        is_fast = inode.size_bytes < len(inode.map) and sectors <= 0
        if is_fast and not inode.flags & (EXTENTS | INLINE | _ENCRYPTED):
            target = inode.map[: inode.size_bytes]
        else:
            target = self.content(inode, _LINK_LIMIT)
        if not target or b"\0" in target:
            raise ReadError("is a damaged symbolic link")
        return target.decode("utf-8", "surrogateescape")

    def _read_block(self, block: int) -> bytes:
        """Return one block. Raises: ReadError."""
        size = self._super.block_bytes
        if not 0 < block < self._super.blocks:
            raise ReadError(f"has a block number that is none ({block})")
        return self._window.read(block * size, size)

    def _read_table(self, group: int) -> int:
        """Return the first block of the inode table of a group. Raises: ReadError."""
        return inode_table(self._window, self._super, group)

    def _seed(self, number: int, raw: bytes) -> int:
        """Return what the checksums of an inode's blocks begin with.

        Raises: ReadError where the checksum of the inode itself is wrong.
        """
        seed = crc32c(self._super.seed, struct.pack("<I", number) + raw[0x64:0x68])
        covered = bytearray(raw)
        covered[0x7C:0x7E] = bytes(2)
        stated, bits = raw[0x7C:0x7E], 0xFFFF
        if (
            len(raw) > _SMALL_INODE
            and int.from_bytes(raw[0x80:0x82], "little") >= _WIDE_EXTRA
        ):
            covered[0x82:0x84] = bytes(2)
            stated, bits = stated + raw[0x82:0x84], 0xFFFFFFFF
        if crc32c(seed, bytes(covered)) & bits != int.from_bytes(stated, "little"):
            raise ReadError(f"has a damaged inode ({number}, checksum)")
        return seed

    def _read_names(self, number: int) -> dict[str, Named]:
        """Return the names in a directory. Raises: ReadError."""
        inode = self.inode(number)
        if inode.kind is not Kind.DIRECTORY:
            raise ReadError("is not a directory")
        names: dict[str, Named] = {}
        for block in self._directory_blocks(inode):
            for name, named in parse_block(block, typed=self._super.has_file_types):
                if name in names:
                    raise ReadError("is a damaged directory (a name twice)")
                names[name] = named
        self._names_left -= len(names)
        if self._names_left < 0:
            raise ReadError(_SPENT)
        return names

    def _directory_blocks(self, inode: Inode) -> Iterator[bytes]:
        """Yield the blocks of a directory, or its inline parts. Raises: ReadError."""
        content = self.content(inode, _DIRECTORY_LIMIT)
        self._directories_left -= len(content)
        if self._directories_left < 0:
            raise ReadError(_SPENT)
        if inode.flags & INLINE:
            first, second = inline_parts(inode)
            yield first[4:]  # behind the inode of the directory above
            yield second
            return
        size = self._super.block_bytes
        if not content or len(content) % size:
            raise ReadError("is a damaged directory (size)")
        for at in range(0, len(content), size):
            block = content[at : at + size]
            if inode.seed is not None:
                check_block(block, inode.seed)
            yield block

    def _pieces(self, inode: Inode) -> Iterator[bytes]:
        """Yield the content of a file from its blocks. Raises: ReadError."""
        size = self._super.block_bytes
        done = 0
        for run in self._checked_runs(inode, self._block):
            start = run.logical * size
            length = min(run.length * size, inode.size_bytes - start)
            yield bytes(start - done)
            if not run.physical:
                yield bytes(length)
            else:
                yield self._window.read(run.physical * size, length)
            done = start + length
        yield bytes(inode.size_bytes - done)

    def _checked_runs(
        self, inode: Inode, read_block: Callable[[int], bytes]
    ) -> Iterator[Run]:
        """Yield the runs of a file, which lie in the file system. Raises: ReadError."""
        size = self._super.block_bytes
        count = -(-inode.size_bytes // size)
        for run in BlockList(inode, count, size, read_block).runs():
            if run.physical and run.physical + run.length > self._super.blocks:
                raise ReadError(f"has a block number that is none ({run.physical})")
            yield run

    def _read_runs(self, inode: Inode) -> tuple[Run, ...]:
        """Return the runs of a file that is read in parts. Raises: ReadError."""
        runs = tuple(islice(self._checked_runs(inode, self._node), _MOST_RUNS + 1))
        if len(runs) > _MOST_RUNS:
            raise ReadError(f"is in more than {_MOST_RUNS} pieces")
        return runs

    def _node(self, block: int) -> bytes:
        """Return a block of a block list, of which all may not be many.

        Raises: ReadError.
        """
        self._nodes_left -= 1
        if self._nodes_left < 0:
            raise ReadError(_SPENT)
        return self._block(block)


def _inline(inode: Inode) -> bytes:
    """Return the content of a file that lies in its inode. Raises: ReadError."""
    size = inode.size_bytes
    if size > len(inode.raw):
        raise ReadError("is a damaged inline file (size)")
    return b"".join(inline_parts(inode))[:size].ljust(size, b"\0")

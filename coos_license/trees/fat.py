# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""A reader of FAT12, FAT16 and FAT32, as EFI system partitions are.

Every cluster is checked before it is followed, no chain comes back to itself, and what
is read of one file system is bounded. A fault is a :class:`ReadError`, never a shorter
list. Nothing is written.

Source: Microsoft, "FAT: General Overview of On-Disk Format" (``fatgen103``).
"""

import struct
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, NamedTuple

from coos_license.errors import ReadError
from coos_license.trees.base import AbsentError, Kind
from coos_license.trees.fat_boot import FIRST, Layout, read_layout
from coos_license.trees.fat_directory import Named, parse_directory
from coos_license.trees.window import Window

#: 65,536 entries (``fatgen103``).
_DIRECTORY_LIMIT: Final = 1 << 21
#: As of ext4: bytes of content that one file system hands out, the same for files that
#: are read as a whole and not kept, for directories, and names.
_BUDGET: Final = 1 << 30
_WHOLE_BUDGET: Final = 1 << 36
_DIRECTORY_BUDGET: Final = 1 << 28
_NAMES_BUDGET: Final = 1_000_000
#: Steps along chains: 8 GB of the smallest clusters.
_STEPS_BUDGET: Final = 1 << 24
#: As of ext4.
_MOST_RUNS: Final = 1 << 20
_PIECE: Final = 1 << 18
#: Entries of the table that are read at once; they fill whole bytes.
_PAGE: Final = 1 << 12
_MASK: Final = 0x0FFFFFFF
#: What says that a chain ends is this or more, in as many bits as there are.
_END: Final = 0x0FFFFFF8
_SPENT: Final = "is past the bound of what is read of one file system"


@dataclass(frozen=True, slots=True)
class FatNode:
    """A file or directory; FAT knows no inodes, the first cluster is its number."""

    kind: Kind
    number: int
    size_bytes: int
    links: int = 1


class _Run(NamedTuple):
    """Clusters that follow each other: which of the file's, and which of the disk's."""

    logical: int
    first: int


class FatFileSystem:
    """An open FAT file system as :class:`coos_license.trees.image.Files`."""

    def __init__(self, window: Window) -> None:
        """Read the boot sector. Raises: ReadError."""
        self._window = window
        self._layout: Layout = read_layout(window)
        self._left = _BUDGET
        self._whole_left = _WHOLE_BUDGET
        self._directories_left = _DIRECTORY_BUDGET
        self._names_left = _NAMES_BUDGET
        self._steps_left = _STEPS_BUDGET
        self._above: dict[int, int] = {}
        self._page = lru_cache(maxsize=64)(self._read_page)
        self._names = lru_cache(maxsize=32)(self._read_names)
        self._runs = lru_cache(maxsize=2)(self._read_runs)

    def root(self) -> FatNode:
        """Return the root directory."""
        return FatNode(Kind.DIRECTORY, self._layout.root, 0)

    def listing(self, directory: FatNode) -> Iterator[tuple[str, Kind]]:
        """Yield the names in a directory, each with what it is. Raises: ReadError."""
        for name, named in self._names(directory).items():
            yield name, named.kind

    def lookup(self, directory: FatNode, name: str) -> FatNode:
        """Return what a directory has under a name.

        A directory is in one directory only: a second place could make a loop. Raises:
        AbsentError, ReadError.
        """
        named = self._names(directory).get(name)
        if named is None:
            raise AbsentError("is not there")
        if named.kind is Kind.DIRECTORY:
            above = self._above.setdefault(named.first, directory.number)
            if above != directory.number or named.first in (0, self._layout.root):
                raise ReadError("is a directory in more than one place")
        return FatNode(named.kind, named.first, named.size_bytes)

    def link(self, node: FatNode) -> str:
        """Raise ReadError: FAT knows no symbolic links."""
        raise ReadError(f"is a {node.kind}, and no symbolic link")

    def content(self, node: FatNode, limit: int) -> bytes:
        """Return the content of a file. Raises: ReadError, also where it is longer."""
        if node.size_bytes > limit:
            message = f"is {node.size_bytes} bytes long, more than the {limit} allowed"
            raise ReadError(message)
        return self.part(node, 0, node.size_bytes)

    def part(self, node: FatNode, offset: int, length: int) -> bytes:
        """Return ``length`` bytes of a file from ``offset`` on. Raises: ReadError."""
        if offset < 0 or length < 0 or offset + length > node.size_bytes:
            raise ReadError("points outside of the file")
        self._left -= length
        if self._left < 0:
            raise ReadError(_SPENT)
        return self._part(node, offset, length)

    def whole(self, node: FatNode) -> Iterator[bytes]:
        """Yield the content of a file piece by piece. Raises: ReadError."""
        size = node.size_bytes
        self._whole_left -= size
        if self._whole_left < 0:
            raise ReadError(_SPENT)
        for at in range(0, size, _PIECE):
            yield self._part(node, at, min(_PIECE, size - at))

    def _part(self, node: FatNode, offset: int, length: int) -> bytes:
        """Return a range that is inside of a file. Raises: ReadError."""
        size = self._layout.cluster_bytes
        clusters = -(-node.size_bytes // size)
        runs = self._runs(node.number, clusters) if length else ()
        parts, done = [], 0
        at = bisect_right(runs, (offset // size, self._layout.clusters + FIRST)) - 1
        while done < length:
            run = runs[at]
            stop = runs[at + 1].logical if at + 1 < len(runs) else clusters
            start = offset + done - run.logical * size
            count = min((stop - run.logical) * size - start, length - done)
            parts.append(self._window.read(self._place(run.first) + start, count))
            done += count
            at += 1
        return b"".join(parts)

    def _read_names(self, directory: FatNode) -> dict[str, Named]:
        """Return the names in a directory. Raises: ReadError."""
        content = self._directory(directory)
        self._directories_left -= len(content)
        names: dict[str, Named] = {}
        for name, named in parse_directory(content):
            if name in names:
                raise ReadError("is a damaged directory (a name twice)")
            names[name] = named
        self._names_left -= len(names)
        if min(self._names_left, self._directories_left) < 0:
            raise ReadError(_SPENT)
        return names

    def _directory(self, directory: FatNode) -> bytes:
        """Return the bytes of a directory. Raises: ReadError."""
        layout = self._layout
        if not directory.number:
            return self._window.read(layout.root_at, layout.root_bytes)
        size = layout.cluster_bytes
        found = bytearray()
        for cluster in self._chain(directory.number):
            if len(found) >= _DIRECTORY_LIMIT:
                raise ReadError(f"is a directory of more than {_DIRECTORY_LIMIT} bytes")
            found += self._window.read(self._place(cluster), size)
        return bytes(found)

    def _read_runs(self, first: int, count: int) -> tuple[_Run, ...]:
        """Return where the clusters of a file are. Raises: ReadError."""
        runs: list[_Run] = []
        expected = found = 0
        # To its end: a chain that comes back to itself has none.
        for found, cluster in enumerate(self._chain(first), start=1):
            if found <= count and cluster != expected:
                runs.append(_Run(found - 1, cluster))
                if len(runs) > _MOST_RUNS:
                    raise ReadError(f"is in more than {_MOST_RUNS} pieces")
            expected = cluster + 1
        if found < count:
            raise ReadError("has fewer clusters than its length needs")
        return tuple(runs)

    def _chain(self, cluster: int) -> Iterator[int]:
        """Yield the clusters of a chain. Raises: ReadError where it is none.

        Loops are found as R. P. Brent does (BIT 20, 1980): by a mark that is moved on
        after 1, 2, 4 steps and so on.
        """
        end = _END & (1 << self._layout.bits) - 1
        mark, steps, limit = 0, 0, 1
        while cluster < end:
            if not FIRST <= cluster < self._layout.clusters + FIRST:
                raise ReadError(f"has a cluster number that is none ({cluster})")
            if cluster == mark:
                raise ReadError("has a chain of clusters that comes back to itself")
            yield cluster
            steps += 1
            if steps == limit:
                mark, steps, limit = cluster, 0, limit * 2
            self._steps_left -= 1
            if self._steps_left < 0:
                raise ReadError(_SPENT)
            page, place = divmod(cluster, _PAGE)
            cluster = self._page(page)[place]

    def _place(self, cluster: int) -> int:
        """Return where a cluster is in the window."""
        layout = self._layout
        return layout.clusters_at + (cluster - FIRST) * layout.cluster_bytes

    def _read_page(self, page: int) -> tuple[int, ...]:
        """Return entries of the table, as many as there are. Raises: ReadError."""
        layout = self._layout
        length = _PAGE * layout.bits // 8
        at = page * length
        raw = self._window.read(
            layout.table_at + at, min(length, layout.table_bytes - at)
        )
        match layout.bits:
            case 12:
                return tuple(_twelve(raw))
            case 16:
                return tuple(one for (one,) in struct.iter_unpack("<H", raw))
            case _:
                return tuple(one & _MASK for (one,) in struct.iter_unpack("<I", raw))


def _twelve(raw: bytes) -> Iterator[int]:
    """Yield entries of 12 bits, two in three bytes.

    >>> [hex(one) for one in _twelve(bytes.fromhex("f0ffff03f0ff"))]
    ['0xff0', '0xfff', '0x3', '0xfff']
    """
    for at in range(0, len(raw), 3):
        both = int.from_bytes(raw[at : at + 3], "little")
        yield both & 0xFFF
        yield both >> 12

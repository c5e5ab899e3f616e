# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""The boot sector of a FAT file system: where its table and its clusters are.

Source: Microsoft, "FAT: General Overview of On-Disk Format" (``fatgen103``), "Boot
Sector and BPB Structure"; and ``fs/fat/inode.c`` of Linux, which takes for FAT32 what
has no length of a smaller table, however few clusters there are: ``mkfs.vfat -F 32``
makes such of small partitions.
"""

import struct
from dataclasses import dataclass
from typing import Final

from coos_license.errors import ReadError
from coos_license.trees.window import Window

_BOOT_BYTES: Final = 512
_SIGNATURE: Final = b"\x55\xaa"
_JUMPS: Final = (b"\xeb", b"\xe9")
#: Bytes of a sector, sectors of a cluster, reserved sectors, tables, entries of the
#: root directory, sectors, media, sectors of a table; long sectors, of a FAT32 table.
_FIELDS: Final = struct.Struct("<HBHBHHBH8xII")
_FIELDS_AT: Final = 11
_ROOT_AT: Final = 44
_SECTORS: Final = (512, 1024, 2048, 4096)
_MOST_CLUSTER: Final = 1 << 16
_LEAST_MEDIA: Final = 0xF8
_FLOPPY: Final = 0xF0
#: More clusters than this have entries of 16 bits (``MAX_FAT12``).
_MOST_FAT12: Final = 4084
_MOST_CLUSTERS: Final = {12: 0xFF4, 16: 0xFFF4, 32: 0x0FFFFFF6}
#: Clusters are counted from here.
FIRST: Final = 2
ENTRY_BYTES: Final = 32


@dataclass(frozen=True, slots=True)
class Layout:
    """Where everything is, in bytes of the window.

    ``bits`` is the length of an entry of the table, ``root`` the first cluster of the
    root directory, 0 where that lies before the clusters.
    """

    bits: int
    table_at: int
    table_bytes: int
    root_at: int
    root_bytes: int
    root: int
    clusters_at: int
    clusters: int
    cluster_bytes: int


def has_fat(window: Window) -> bool:
    """Return whether a window begins as FAT12, FAT16 or FAT32 does.

    There is no magic number: the fields have to be possible. Raises: ReadError.
    """
    if window.size_bytes < _BOOT_BYTES:
        return False
    boot = window.read(0, _BOOT_BYTES)
    if not (boot.startswith(_JUMPS) and boot.endswith(_SIGNATURE)):
        return False
    sector, per_cluster, reserved, tables, _, _, media, *_ = _fields(boot)
    return (
        sector in _SECTORS
        and per_cluster.bit_count() == 1
        and reserved > 0
        and tables > 0
        and (media >= _LEAST_MEDIA or media == _FLOPPY)
    )


def read_layout(window: Window) -> Layout:
    """Return where everything is. Raises: ReadError where that cannot be."""
    if not has_fat(window):
        raise ReadError("is no FAT file system")
    boot = window.read(0, _BOOT_BYTES)
    sector, per_cluster, reserved, tables, entries, few, _, short, many, long = _fields(
        boot
    )
    table_sectors = short or long
    root_at = reserved + tables * table_sectors
    root_sectors = -(-entries * ENTRY_BYTES // sector)
    clusters_at = root_at + root_sectors
    total = few or many
    clusters = (total - clusters_at) // per_cluster
    bits = _bits(clusters, is_fat32=not short)
    (root,) = struct.unpack_from("<I", boot, _ROOT_AT)
    layout = Layout(
        bits=bits,
        table_at=reserved * sector,
        table_bytes=table_sectors * sector,
        root_at=root_at * sector,
        root_bytes=entries * ENTRY_BYTES,
        root=root if bits == 32 else 0,  # noqa: PLR2004 (FAT32)
        clusters_at=clusters_at * sector,
        clusters=clusters,
        cluster_bytes=per_cluster * sector,
    )
    if not _is_possible(layout):
        raise ReadError("is a damaged FAT file system (boot sector)")
    if total * sector > window.size_bytes:
        raise ReadError("was cut off: the FAT in it is larger than what is there")
    return layout


def _fields(boot: bytes) -> tuple[int, ...]:
    """Return the numbers of a boot sector."""
    return _FIELDS.unpack_from(boot, _FIELDS_AT)


def _bits(clusters: int, *, is_fat32: bool) -> int:
    """Return how long an entry of the table is."""
    if is_fat32:
        return 32
    return 16 if clusters > _MOST_FAT12 else 12


def _is_possible(layout: Layout) -> bool:
    """Return whether the table has an entry for each cluster, and a root is there."""
    has_root = bool(layout.root_bytes)
    return (
        0 < layout.clusters <= _MOST_CLUSTERS[layout.bits]
        and layout.cluster_bytes <= _MOST_CLUSTER
        and (layout.clusters + FIRST) * layout.bits <= layout.table_bytes * 8
        and has_root != (FIRST <= layout.root < layout.clusters + FIRST)
    )

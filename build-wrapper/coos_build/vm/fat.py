# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""Names of files in a FAT file system, as an EFI system partition is one.

Only what the choice of the firmware needs: directories by their short names, no file
content. Source: Microsoft's FAT specification 1.03, sections "Boot Sector and BPB" and
"FAT Directory Structure".
"""

import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass

# Reads so many bytes at an offset of the file system; fewer at its end.
ReadAt = Callable[[int, int], bytes]

ENTRY_BYTES = 32
MAX_DIRECTORY_CLUSTERS = 1024
BOOT_SECTOR_BYTES = 512
MAX_CLUSTER_BYTES = 64 * 1024
ATTRIBUTE_LABEL = 0x08
ATTRIBUTE_DIRECTORY = 0x10
DELETED = 0xE5
FIRST_CLUSTER = 2
MAX_FAT12_CLUSTERS = 4085
MAX_FAT16_CLUSTERS = 65525


@dataclass(frozen=True, slots=True)
class Volume:
    """Where the parts of a file system are; all but ``width`` and ``root`` in bytes."""

    width: int
    fat_start: int
    data_start: int
    cluster_bytes: int
    root_start: int
    root_bytes: int
    root_cluster: int


def read_names(read_at: ReadAt, *path: str) -> frozenset[str]:
    r"""Return the upper-case names in a directory, ``EFI`` and ``BOOT`` say.

    The empty set stands for a file system without that directory, and for bytes that
    are no FAT file system.
    """
    volume = parse_volume(read_at(0, BOOT_SECTOR_BYTES))
    if volume is None:
        return frozenset()
    listing = _root(read_at, volume)
    for part in path:
        found = {name: first for name, first in _entries(listing) if first}
        if part not in found:
            return frozenset()
        listing = b"".join(_clusters(read_at, volume, found[part]))
    return frozenset(name for name, _ in _entries(listing))


def parse_volume(sector: bytes) -> Volume | None:
    """Return the layout that a boot sector states; None if it states none."""
    if len(sector) < BOOT_SECTOR_BYTES or sector[510:512] != b"\x55\xaa":
        return None
    sector_bytes, per_cluster, reserved, fats, roots, total16, _, fat16 = (
        struct.unpack_from("<HBHBHHBH", sector, 11)
    )
    (total32, fat32) = struct.unpack_from("<II", sector, 32)
    fat_sectors, total = fat16 or fat32, total16 or total32
    cluster_bytes = sector_bytes * per_cluster
    if not 0 < cluster_bytes <= MAX_CLUSTER_BYTES or not fats or not fat_sectors:
        return None
    root_start = (reserved + fats * fat_sectors) * sector_bytes
    root_bytes = roots * ENTRY_BYTES
    data_start = root_start + root_bytes
    clusters = (total * sector_bytes - data_start) // cluster_bytes
    return Volume(
        width=_width(clusters),
        fat_start=reserved * sector_bytes,
        data_start=data_start,
        cluster_bytes=cluster_bytes,
        root_start=root_start,
        root_bytes=root_bytes,
        root_cluster=struct.unpack_from("<I", sector, 44)[0],
    )


def _width(clusters: int) -> int:
    """Return the bits of a table entry; the number of clusters alone decides."""
    if clusters < MAX_FAT12_CLUSTERS:
        return 12
    return 16 if clusters < MAX_FAT16_CLUSTERS else 32


def _root(read_at: ReadAt, volume: Volume) -> bytes:
    if volume.width == 32:  # noqa: PLR2004 - the name of the format
        return b"".join(_clusters(read_at, volume, volume.root_cluster))
    return read_at(volume.root_start, volume.root_bytes)


def _clusters(read_at: ReadAt, volume: Volume, first: int) -> Iterator[bytes]:
    """Yield the clusters of a chain, bounded, so that a loop in it ends."""
    cluster, end = first, (1 << min(volume.width, 28)) - 8
    for _ in range(MAX_DIRECTORY_CLUSTERS):
        if not FIRST_CLUSTER <= cluster < end:
            return
        start = volume.data_start + (cluster - FIRST_CLUSTER) * volume.cluster_bytes
        yield read_at(start, volume.cluster_bytes)
        cluster = _next_cluster(read_at, volume, cluster)


def _next_cluster(read_at: ReadAt, volume: Volume, cluster: int) -> int:
    raw = read_at(volume.fat_start + cluster * volume.width // 8, 4).ljust(4, b"\0")
    value = int.from_bytes(raw, "little")
    match volume.width:
        case 12:
            return (value >> (4 * (cluster & 1))) & 0xFFF
        case 16:
            return value & 0xFFFF
        case _:
            return value & 0x0FFF_FFFF


def _entries(listing: bytes) -> Iterator[tuple[str, int]]:
    """Yield each name with the first cluster, or 0 for what is no directory."""
    for at in range(0, len(listing) - ENTRY_BYTES + 1, ENTRY_BYTES):
        entry = listing[at : at + ENTRY_BYTES]
        if entry[0] == 0:
            return
        attributes = entry[11]
        # Long names are label entries too; the short name follows them.
        if entry[0] == DELETED or attributes & ATTRIBUTE_LABEL:
            continue
        base = entry[:8].decode("ascii", "replace").rstrip()
        extension = entry[8:11].decode("ascii", "replace").rstrip()
        high, low = struct.unpack_from("<H", entry, 20)[0], entry[26:28]
        first = high << 16 | int.from_bytes(low, "little")
        name = f"{base}.{extension}" if extension else base
        yield name, first if attributes & ATTRIBUTE_DIRECTORY else 0

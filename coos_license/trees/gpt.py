# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""The GUID partition table of a disk image.

Source: UEFI specification 2.10, section 5.3 (GUID Partition Table Disk Layout).
Header and entries are checked by their CRC32; where the first copy is damaged the
backup in the last sector counts.
"""

import struct
import zlib
from dataclasses import dataclass
from itertools import pairwise
from typing import Final
from uuid import UUID

from coos_license.errors import ReadError
from coos_license.trees.text import clean, show
from coos_license.trees.window import Window

_SIGNATURE: Final = b"EFI PART"
_SECTORS: Final = (512, 4096)
#: Signature, revision, header size, CRC, reserved; own, other, first and last usable
#: LBA; disk GUID; LBA, count, size and CRC of the entries.
_HEADER: Final = struct.Struct("<8s4sIIIQQQQ16sQIII")
#: Type, GUID, first and last LBA (inclusive), attributes, name in UTF-16.
_ENTRY: Final = struct.Struct("<16s16sQQQ72s")
_CRC_PLACE: Final = slice(16, 20)
#: The usual table has 128 entries of 128 bytes.
_MAX_ENTRIES: Final = 1024
_MAX_ENTRY_BYTES: Final = 4096
_UNUSED: Final = bytes(16)


@dataclass(frozen=True, slots=True)
class Partition:
    """One partition; ``start`` and ``size_bytes`` are bytes of the disk."""

    number: int
    name: str
    type: UUID
    start: int
    size_bytes: int


@dataclass(frozen=True, slots=True)
class _Header:
    """What counts of a header whose checksum is right; places are sectors."""

    sector: int
    first_usable: int
    last_usable: int
    entries_at: int
    entries: int
    entry_bytes: int
    entries_crc: int


def is_gpt(disk: Window) -> bool:
    """Return whether a disk has the signature of a GPT, first or backup."""
    return any(
        _signed(disk, place * sector)
        for sector in _SECTORS
        for place in (1, disk.size_bytes // sector - 1)
    )


def _signed(disk: Window, offset: int) -> bool:
    """Return whether the signature of a header is there."""
    if not 0 <= offset <= disk.size_bytes - _HEADER.size:
        return False
    return disk.read(offset, len(_SIGNATURE)) == _SIGNATURE


def read_partitions(disk: Window) -> tuple[Partition, ...]:
    """Return the partitions in order of their numbers.

    Raises: ReadError where both copies are damaged, a partition does not lie on the
    disk, or two of them overlap.
    """
    faults = []
    for backup in (False, True):
        for sector in _SECTORS:
            place = disk.size_bytes // sector - 1 if backup else 1
            if not _signed(disk, place * sector):
                continue
            try:
                header = _read_header(disk, sector, place)
                table = _read_table(disk, header)
            except ReadError as error:
                faults.append(str(error))
                continue
            return _checked(_parse(header, table), header, disk)
    raise ReadError(faults[0] if faults else "has no partition table")


def _read_header(disk: Window, sector: int, place: int) -> _Header:
    """Return the header in a sector. Raises: ReadError where it is damaged."""
    block = disk.read(place * sector, sector)
    _, _, size, crc, _, own, _, first, last, _, at, count, entry, entries_crc = (
        _HEADER.unpack_from(block)
    )
    if not _HEADER.size <= size <= sector:
        raise ReadError("has a damaged partition table (header size)")
    covered = bytearray(block[:size])
    covered[_CRC_PLACE] = bytes(4)
    if zlib.crc32(covered) != crc or own != place:
        raise ReadError("has a damaged partition table (header checksum)")
    if not (0 < count <= _MAX_ENTRIES and _ENTRY.size <= entry <= _MAX_ENTRY_BYTES):
        raise ReadError("has a partition table of an impossible size")
    return _Header(sector, first, last, at, count, entry, entries_crc)


def _read_table(disk: Window, header: _Header) -> bytes:
    """Return the bytes of all entries. Raises: ReadError where they are damaged."""
    length = header.entries * header.entry_bytes
    table = disk.read(header.entries_at * header.sector, length)
    if zlib.crc32(table) != header.entries_crc:
        raise ReadError("has a damaged partition table (checksum of the entries)")
    return table


def _parse(header: _Header, table: bytes) -> list[tuple[Partition, int, int]]:
    """Return the entries in use, each with its first and last sector."""
    found = []
    for index in range(header.entries):
        kind, _, first, last, _, name = _ENTRY.unpack_from(
            table, index * header.entry_bytes
        )
        if kind == _UNUSED:
            continue
        text = clean(name.decode("utf-16-le", "replace").partition("\0")[0])
        start = first * header.sector
        size = (last + 1 - first) * header.sector
        partition = Partition(index + 1, text, UUID(bytes_le=kind), start, size)
        found.append((partition, first, last))
    return found


def _checked(
    found: list[tuple[Partition, int, int]], header: _Header, disk: Window
) -> tuple[Partition, ...]:
    """Return the partitions. Raises: ReadError where one cannot be as it says."""
    for one, first, last in found:
        if not header.first_usable <= first <= last <= header.last_usable:
            raise ReadError(f"has {_named(one)} outside of the usable sectors")
        if one.start + one.size_bytes > disk.size_bytes:
            raise ReadError(f"was cut off: {_named(one)} ends behind its end")
    by_place = sorted((one for one, _, _ in found), key=lambda one: one.start)
    for one, other in pairwise(by_place):
        if one.start + one.size_bytes > other.start:
            raise ReadError(f"has {_named(one)} overlapping {_named(other)}")
    return tuple(one for one, _, _ in found)


def _named(partition: Partition) -> str:
    """Return how a message names a partition."""
    return f"partition {partition.number} ({show(partition.name)!r})"

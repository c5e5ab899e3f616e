# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""The names in a directory of a FAT file system, long ones and short ones.

Source: Microsoft, ``fatgen103``, "FAT Directory Structure" and "Long Directory
Entries"; and ``fs/fat/dir.c`` of Linux, for how a short name is shown.
"""

import struct
from collections.abc import Iterator
from typing import Final, NamedTuple

from coos_license.errors import ReadError
from coos_license.trees.base import Kind
from coos_license.trees.fat_boot import ENTRY_BYTES

#: Name, attributes, letters that are small, time of creation, high half of the first
#: cluster, times, low half, length.
_ENTRY: Final = struct.Struct("<11sBB7xH4xHI")
#: Order, five characters, attributes, type, checksum, six, zero, two.
_LONG: Final = struct.Struct("<B10sBBB12sH4s")
_END: Final = 0x00
_DELETED: Final = 0xE5
#: Stands for 0xE5, which begins names in Japanese.
_NOT_DELETED: Final = 0x05
_VOLUME: Final = 0x08
_DIRECTORY: Final = 0x10
_IS_LONG: Final = 0x0F
_ATTRIBUTES: Final = 0x3F
_LAST: Final = 0x40
_SMALL_NAME: Final = 0x08
_SMALL_END: Final = 0x10
#: 255 characters, 13 in each entry.
_MOST_LONG: Final = 20


class Named(NamedTuple):
    """What a directory says of a name; ``first`` is its first cluster, or 0."""

    kind: Kind
    first: int
    size_bytes: int


def parse_directory(content: bytes) -> Iterator[tuple[str, Named]]:
    """Yield the names of a directory. Raises: ReadError where a name cannot be one."""
    long: dict[int, tuple[int, bytes]] = {}
    for at in range(0, len(content) - ENTRY_BYTES + 1, ENTRY_BYTES):
        raw, attributes, small, high, low, size = _ENTRY.unpack_from(content, at)
        if raw[0] == _END:
            return
        if raw[0] == _DELETED:
            long = {}
        elif attributes & _ATTRIBUTES == _IS_LONG:
            _add_part(long, _LONG.unpack_from(content, at))
        else:
            name = _joined(long, _checksum(raw)) or _short(raw, small)
            long = {}
            if attributes & _VOLUME or raw.rstrip() in (b".", b".."):
                continue
            is_directory = bool(attributes & _DIRECTORY)
            kind = Kind.DIRECTORY if is_directory else Kind.FILE
            yield _safe(name), Named(kind, high << 16 | low, size)


def _add_part(
    long: dict[int, tuple[int, bytes]],
    entry: tuple[int, bytes, int, int, int, bytes, int, bytes],
) -> None:
    """Keep a part of a long name by its place; the last part comes first."""
    order, first, _, _, checksum, second, _, third = entry
    place = order & ~_LAST
    if order & _LAST:
        long.clear()
    if 0 < place <= _MOST_LONG:
        long[place] = (checksum, first + second + third)


def _joined(long: dict[int, tuple[int, bytes]], checksum: int) -> str:
    """Return the long name that belongs to a short one, ``""`` where there is none."""
    parts = [long.get(place) for place in range(1, len(long) + 1)]
    if any(part is None or part[0] != checksum for part in parts):
        return ""
    raw = b"".join(part[1] for part in parts if part is not None)
    name = raw.decode("utf-16-le", "surrogatepass")
    return name.partition("\0")[0]


def _checksum(short: bytes) -> int:
    """Return the checksum of a short name that its long one carries."""
    total = 0
    for byte in short:
        total = ((total >> 1) + ((total & 1) << 7) + byte) & 0xFF
    return total


def _short(raw: bytes, small: int) -> str:
    """Return a short name as Linux shows it: with the letters that it says are small.

    >>> _short(b"BOOTX64 EFI", 0x10), _short(b"README     ", 0)
    ('BOOTX64.efi', 'README')
    """
    if raw[0] == _NOT_DELETED:
        raw = bytes([_DELETED]) + raw[1:]
    name = raw[:8].rstrip(b" ").decode("cp437")
    end = raw[8:].rstrip(b" ").decode("cp437")
    name = name.lower() if small & _SMALL_NAME else name
    end = end.lower() if small & _SMALL_END else end
    return f"{name}.{end}" if end else name


def _safe(name: str) -> str:
    """Return a name that is one. Raises: ReadError where it would lead elsewhere."""
    if not name or name in (".", "..") or "/" in name or "\0" in name:
        raise ReadError("is a damaged directory (name)")
    return name

# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""xpak: the metadata behind the archive of a ``.tbz2`` or ``.xpak``.

::

    [archive] XPAKPACK index-length data-length [index] [data] XPAKSTOP length STOP

Each entry of the index is the length of a name, the name, and offset and length of its
value in the data. Numbers are 32 bits, big-endian. Only what is asked for is read, by
position from the end; every number is checked before it is followed.
Source: xpak(5) of portage.
"""

import struct
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from coos_license.errors import ReadError
from coos_license.trees.base import Content
from coos_license.trees.text import show

_TRAILER: Final = struct.Struct(">8sI4s")
_HEADER: Final = struct.Struct(">8sII")
_NUMBER: Final = struct.Struct(">I")
_PLACE: Final = struct.Struct(">II")
_END: Final = 8
#: Entries of 40 names take 1 KB.
_MOST_INDEX_BYTES: Final = 1 << 20


@dataclass(frozen=True, slots=True)
class Metadata:
    """What a binary package says of itself.

    ``failed`` are keys that are there and cannot be read; ``faults`` is what else is
    wrong, as (subject, message). The archive with the files is at ``archive``, in
    bytes from the start, ``None`` where there is none.
    """

    files: Mapping[str, bytes]
    failed: Mapping[str, ReadError]
    faults: tuple[tuple[str, str], ...]
    archive: range | None


@dataclass(frozen=True, slots=True)
class _Value:
    """One entry of the index; offsets count from the start of the data."""

    name: str
    offset: int
    length: int


def has_xpak(content: Content) -> bool:
    """Return whether a file ends as an xpak does. Raises: ReadError."""
    if content.size_bytes < _TRAILER.size:
        return False
    trailer = content.read(content.size_bytes - _TRAILER.size, _TRAILER.size)
    mark, _, stop = _TRAILER.unpack(trailer)
    return bool((mark, stop) == (b"XPAKSTOP", b"STOP"))


def read_xpak(
    content: Content, names: Collection[str], limits: Mapping[str, int]
) -> Metadata:
    """Return the wanted values of an xpak.

    ``limits`` gives the bound of a name, ``""`` that of all others.
    Raises: ReadError where the xpak contradicts itself or the file.
    """
    start, index_bytes, data_bytes = _extent(content)
    index_at = start + _HEADER.size
    data_at = index_at + index_bytes
    values = tuple(_index(content.read(index_at, index_bytes)))
    files: dict[str, bytes] = {}
    failed: dict[str, ReadError] = {}
    for value in values:
        if value.name not in names:
            continue
        files.pop(value.name, None)
        failed.pop(value.name, None)
        limit = limits.get(value.name, limits[""])
        if value.offset + value.length > data_bytes:
            failed[value.name] = ReadError("lies outside of the metadata")
        elif value.length > limit:
            message = f"is {value.length} bytes long, more than the {limit} allowed"
            failed[value.name] = ReadError(message)
        else:
            files[value.name] = content.read(data_at + value.offset, value.length)
    return Metadata(files, failed, tuple(_faults(values)), range(start))


def _extent(content: Content) -> tuple[int, int, int]:
    """Return where the xpak begins, and the lengths of its index and its data.

    Raises: ReadError.
    """
    trailer_at = content.size_bytes - _TRAILER.size
    _, length, _ = _TRAILER.unpack(content.read(trailer_at, _TRAILER.size))
    start = content.size_bytes - _END - length
    if start < 0 or length < _HEADER.size + _END:
        raise ReadError("has an xpak whose length cannot be")
    mark, index_bytes, data_bytes = _HEADER.unpack(content.read(start, _HEADER.size))
    if mark != b"XPAKPACK" or _HEADER.size + index_bytes + data_bytes + _END != length:
        raise ReadError("has a damaged xpak")
    if index_bytes > _MOST_INDEX_BYTES:
        raise ReadError(f"has an xpak with an index of {index_bytes} bytes")
    return start, index_bytes, data_bytes


def _index(index: bytes) -> Iterator[_Value]:
    """Yield the entries of an index. Raises: ReadError where one is cut off."""
    at = 0
    while at < len(index):
        name_at = at + _NUMBER.size
        if name_at > len(index):
            raise ReadError("has an xpak whose index is cut off")
        (length,) = _NUMBER.unpack_from(index, at)
        place_at = name_at + length
        if place_at + _PLACE.size > len(index):
            raise ReadError("has an xpak whose index is cut off")
        name = index[name_at:place_at].decode("utf-8", "surrogateescape")
        yield _Value(name, *_PLACE.unpack_from(index, place_at))
        at = place_at + _PLACE.size


def _faults(values: Collection[_Value]) -> Iterator[tuple[str, str]]:
    """Yield what no writer of an xpak writes: a name twice, values on each other."""
    seen: set[str] = set()
    for value in values:
        if value.name in seen:
            shown = show(value.name)
            yield shown, f"{shown} is twice in the xpak; the last one counts"
        seen.add(value.name)
    end = 0
    for value in sorted(values, key=lambda value: (value.offset, value.length)):
        if value.length and value.offset < end:
            yield "xpak", f"{show(value.name)} lies on another value of the xpak"
            return
        end = max(end, value.offset + value.length)

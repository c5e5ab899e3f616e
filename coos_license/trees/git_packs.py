# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""A pack of Git with its index, read by position: which object is where, and how kept.

Source: gitformat-pack. Indexes of version 2; those of version 1 are of before 2008.
"""

import io
import struct
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from coos_license.errors import ReadError
from coos_license.trees.base import Content

ID_BYTES: Final = 20
#: Types of entries: a delta counts from a place in the pack, or from an object's id.
KINDS: Final = {1: "commit", 2: "tree", 3: "blob", 4: "tag"}
OFFSET_DELTA: Final = 6
_ID_DELTA: Final = 7
_INDEX: Final = b"\xfftOc\0\0\0\2"
_FANOUT: Final = len(_INDEX)
_IDS: Final = _FANOUT + 256 * 4
_PACK: Final = b"PACK\0\0\0\2"
_LARGE: Final = 1 << 31
#: A header of an entry has ten bytes of length at most, and a base.
_HEADER: Final = 64
_CHUNK: Final = 1 << 16


@dataclass(frozen=True, slots=True)
class Entry:
    """An object in a pack: what it is kept as, and where its packed bytes begin.

    ``size`` is that of what is packed, in bytes; ``base`` is the place or the id of
    what a delta counts from, ``None`` for an object that is whole.
    """

    kind: int
    size: int
    at: int
    base: int | bytes | None


class Pack:
    """A pack and its index, both open."""

    def __init__(self, index: Content, pack: Content) -> None:
        """Take over both files. Raises: ReadError where they are none such."""
        self.content = pack
        self._index = index
        if index.read(0, len(_INDEX)) != _INDEX:
            raise ReadError("is no index of a Git pack of version 2")
        if pack.read(0, len(_PACK)) != _PACK:
            raise ReadError("is no Git pack of version 2")
        self._fanout = struct.unpack(">256I", index.read(_FANOUT, 256 * 4))

    def close(self) -> None:
        """Close both files."""
        self._index.close()
        self.content.close()

    def find(self, oid: bytes) -> int | None:
        """Return where in the pack an object begins. Raises: ReadError."""
        low = self._fanout[oid[0] - 1] if oid[0] else 0
        high = self._fanout[oid[0]]
        while low < high:
            middle = (low + high) // 2
            there = self._index.read(_IDS + middle * ID_BYTES, ID_BYTES)
            if there == oid:
                return self._place(middle)
            if there < oid:
                low = middle + 1
            else:
                high = middle
        return None

    def _place(self, number: int) -> int:
        """Return where an object begins by its number. Raises: ReadError."""
        count = self._fanout[-1]
        offsets = _IDS + count * (ID_BYTES + 4)  # after ids and checksums
        (place,) = struct.unpack(">I", self._index.read(offsets + number * 4, 4))
        if place < _LARGE:
            return int(place)
        at = offsets + count * 4 + (place - _LARGE) * 8
        (place,) = struct.unpack(">Q", self._index.read(at, 8))
        return int(place)

    def entry(self, place: int) -> Entry:
        """Return what begins at a place. Raises: ReadError."""
        length = min(_HEADER, self.content.size_bytes - place)
        header = self.content.read(place, length)
        try:
            return _entry(header, place)
        except IndexError as error:
            raise ReadError("has an object whose header is cut off") from error


def _entry(header: bytes, place: int) -> Entry:
    """Return the entry of a header. Raises: IndexError, ReadError."""
    kind, size = (header[0] >> 4) & 7, header[0] & 15
    at = 1
    while header[at - 1] & 128:
        size |= (header[at] & 127) << (7 * at - 3)
        at += 1
    if kind in KINDS:
        return Entry(kind, size, place + at, None)
    if kind == _ID_DELTA:
        base = header[at : at + ID_BYTES]
        return Entry(kind, size, place + at + ID_BYTES, base)
    if kind != OFFSET_DELTA:
        raise ReadError(f"has an object of the unknown type {kind}")
    back = header[at] & 127
    while header[at] & 128:
        at += 1
        back = ((back + 1) << 7) | (header[at] & 127)
    if not 0 < back < place:
        raise ReadError("has a delta that counts from outside of the pack")
    return Entry(kind, size, place + at + 1, place - back)


def inflated(content: Content, at: int) -> Iterator[bytes]:
    """Yield a zlib stream in short pieces, however much it holds. Raises: ReadError."""
    engine = zlib.decompressobj()
    packed = b""
    try:
        while not engine.eof:
            if not packed:
                packed = content.read(at, min(_CHUNK, content.size_bytes - at))
                at += len(packed)
                if not packed:
                    raise ReadError("ends in the middle of an object")
            yield engine.decompress(packed, _CHUNK)
            packed = engine.unconsumed_tail
    except zlib.error as error:
        raise ReadError("has an object that cannot be unpacked") from error


def exactly(pieces: Iterable[bytes], size: int) -> Iterator[bytes]:
    """Yield what has ``size`` bytes. Raises: ReadError where there are more or less."""
    left = size
    for piece in pieces:
        left -= len(piece)
        if left < 0:
            break
        yield piece
    if left:
        raise ReadError(f"has an object that is not the {size} bytes long that it says")


def patched(base: bytes, delta: bytes, limit: int) -> bytes:
    """Return what a delta makes of its base, ``limit`` bytes at most.

    Raises: ReadError.
    """
    # A join would keep all pieces to the end; they may be of one byte each.
    made = io.BytesIO()
    try:
        made.writelines(_patched(base, delta, limit))
    except IndexError as error:
        raise ReadError("has a delta that is cut off") from error
    return made.getvalue()


def _patched(base: bytes, delta: bytes, limit: int) -> Iterator[bytes]:
    """Yield the pieces that a delta names. Raises: IndexError, ReadError."""
    known, at = _length(delta, 0)
    size, at = _length(delta, at)
    if known != len(base) or size > limit:
        raise ReadError("has a delta for another object, or one that is too long")
    while at < len(delta):
        command = delta[at]
        at += 1
        if command & 128:
            numbers = [0] * 7
            for bit in range(7):
                if command >> bit & 1:
                    numbers[bit] = delta[at]
                    at += 1
            start = int.from_bytes(numbers[:4], "little")
            length = int.from_bytes(numbers[4:], "little") or 1 << 16
            piece = base[start : start + length]
        else:
            length = command
            piece = delta[at : at + length]
            at += length
        size -= length
        if len(piece) != length or not length or size < 0:
            raise ReadError("has a delta that leads outside of what it is made of")
        yield piece
    if size:
        raise ReadError("has a delta that is too short")


def _length(content: bytes, at: int) -> tuple[int, int]:
    """Return a number of seven bits a byte, and where it ends. Raises: IndexError."""
    found = shift = 0
    while True:
        found |= (content[at] & 127) << shift
        at, shift = at + 1, shift + 7
        if not content[at - 1] & 128:
            return found, at

# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""The members of a zip: stored or deflated, each unpacked only where it is asked for.

Not ``zipfile``: that reads a directory of any claimed size into memory, and keeps a
value for each member. Here sizes are bounded before anything is read.
Source: PKWARE APPNOTE 6.3.9, sections 4.3.7, 4.3.12, 4.3.14 to 4.3.16 and 4.5.3.
"""

import io
import struct
import zlib
from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from functools import partial
from typing import Final

from coos_license.errors import ReadError
from coos_license.trees.base import Content, Kind
from coos_license.trees.content import Part
from coos_license.trees.found import Found, Passing

MAGICS: Final = (b"PK\x03\x04", b"PK\x05\x06")
_END: Final = b"PK\x05\x06"
_END_SIZE: Final = 22
_LONGEST_COMMENT: Final = 0xFFFF
_LOCATOR: Final = b"PK\x06\x07"
_LOCATOR_SIZE: Final = 20
_END_64: Final = b"PK\x06\x06"
_END_64_SIZE: Final = 56
_ENTRY: Final = struct.Struct("<4s4xHH8xLLHHH4xLL")
_LOCAL: Final = struct.Struct("<4s22xHH")
#: 600,000 names of usual length.
_MOST_DIRECTORY: Final = 1 << 26
_SEVERAL: Final = 0xFFFFFFFF
_STORED, _DEFLATED = 0, 8
_ENCRYPTED: Final = 1
_UTF_8: Final = 1 << 11
_FORMATS: Final = {0o12: Kind.SYMLINK, 0o10: Kind.FILE, 0o04: Kind.DIRECTORY, 0: None}
_CHUNK: Final = 1 << 16
_LONGEST_TARGET: Final = 4096


@dataclass(frozen=True, slots=True)
class _Member:
    """What the directory says of one member."""

    name: str
    kind: Kind
    method: int
    flags: int
    packed: int
    size: int
    offset: int


def walk_zip(content: Content) -> Iterator[Found]:
    """Yield the members in order of the directory. Raises: ReadError."""
    start, size = _directory(content)
    # The bound of the whole is that of its parts: a member is unpacked on demand.
    directory = content.read(start, size)
    at = 0
    while at < size:
        member, length = _member(directory, at)
        at += length
        opener = partial(_opened, content, member)
        fault = _fault(member)
        target = ""
        if member.kind is Kind.SYMLINK and not fault:
            with opener() as stream:
                target = stream.read(_LONGEST_TARGET).decode("utf-8", "surrogateescape")
        yield Found(member.name, member.kind, target, fault, member.size, opener)


def _directory(content: Content) -> tuple[int, int]:
    """Return where the central directory lies, and its bytes. Raises: ReadError."""
    length = min(content.size_bytes, _END_SIZE + _LONGEST_COMMENT)
    tail = content.read(content.size_bytes - length, length)
    at = tail.rfind(_END)
    if at < 0 or at + _END_SIZE > length:
        raise ReadError("is truncated: it has no directory")
    size, start = struct.unpack_from("<LL", tail, at + 12)
    if _SEVERAL in (size, start):
        size, start = _directory_64(content, content.size_bytes - length + at)
    if size > _MOST_DIRECTORY:
        raise ReadError(f"has a directory of {size} bytes")
    if start + size > content.size_bytes:
        raise ReadError("is damaged: its directory lies outside of it")
    return start, size


def _directory_64(content: Content, end: int) -> tuple[int, int]:
    """Return bytes and place of the directory of a large zip. Raises: ReadError."""
    try:
        locator = content.read(end - _LOCATOR_SIZE, _LOCATOR_SIZE)
        at = int.from_bytes(locator[8:16], "little")
        record = content.read(at, _END_64_SIZE)
    except ReadError as error:
        raise ReadError("is damaged: its directory is not where it says") from error
    if locator[:4] != _LOCATOR or record[:4] != _END_64:
        raise ReadError("is damaged: its directory is not where it says")
    size, start = struct.unpack_from("<QQ", record, 40)
    return size, start


def _member(directory: bytes, at: int) -> tuple[_Member, int]:
    """Return the member at ``at`` of the directory, and the bytes that it takes there.

    Raises: ReadError.
    """
    if at + _ENTRY.size > len(directory):
        raise ReadError("is damaged: its directory ends in the middle")
    fields = _ENTRY.unpack_from(directory, at)
    magic, flags, method, packed, size, name_, extra_, comment_, outer, offset = fields
    length = _ENTRY.size + name_ + extra_ + comment_
    if magic != b"PK\x01\x02" or at + length > len(directory):
        raise ReadError(f"is damaged: its directory at byte {at}")
    raw = directory[at + _ENTRY.size : at + _ENTRY.size + name_]
    extra = directory[at + _ENTRY.size + name_ : at + length - comment_]
    # No flag means code page 437 by the standard, and UTF-8 by most of those who wrote
    # it; a name that is neither is kept as bytes.
    name = raw.decode("utf-8", "surrogateescape")
    size, packed, offset = _long(extra, [size, packed, offset])
    kind = _FORMATS.get(outer >> 28, Kind.OTHER)
    if kind is None:
        kind = Kind.DIRECTORY if name.endswith("/") else Kind.FILE
    return _Member(name, kind, method, flags, packed, size, offset), length


def _long(extra: bytes, values: list[int]) -> list[int]:
    """Return the values, those that need 64 bits from the extra field (4.5.3)."""
    at = 0
    while at + 4 <= len(extra):
        tag, length = struct.unpack_from("<HH", extra, at)
        if tag == 1:
            left = extra[at + 4 : at + 4 + length]
            for index, value in enumerate(values):
                if value == _SEVERAL and left:
                    values[index] = int.from_bytes(left[:8], "little")
                    left = left[8:]
        at += 4 + length
    return values


def _fault(member: _Member) -> str:
    """Return why the content of a member cannot be had, ``""`` where it can."""
    if member.flags & _ENCRYPTED:
        return "is encrypted"
    if member.method not in (_STORED, _DEFLATED):
        return f"is packed by method {member.method}, which is not read"
    return ""


def _opened(
    content: Content, member: _Member
) -> AbstractContextManager[io.BufferedReader]:
    """Return the unpacked member as a stream. Raises: ReadError."""
    if member.offset + _LOCAL.size > content.size_bytes:
        raise ReadError("lies outside of the zip")
    header = content.read(member.offset, _LOCAL.size)
    magic, name_, extra_ = _LOCAL.unpack(header)
    if magic != MAGICS[0]:
        raise ReadError("is not where the directory of the zip says")
    start = member.offset + _LOCAL.size + name_ + extra_
    if start + member.packed > content.size_bytes:
        raise ReadError("is truncated")
    part = Part(content, start, member.packed).buffered()
    if member.method == _STORED:
        return nullcontext(part)
    taken = _Inflated(part).take
    return nullcontext(io.BufferedReader(Passing(taken, member.size), _CHUNK))


class _Inflated:
    """A deflated member, unpacked as far as it is read."""

    def __init__(self, part: io.BufferedReader) -> None:
        """Start at the beginning of the packed bytes."""
        self._part = part
        self._decoder = zlib.decompressobj(-zlib.MAX_WBITS)

    def take(self, count: int) -> bytes:
        """Return the next ``count`` bytes, fewer at the end. Raises: ReadError."""
        unpacked = bytearray()
        while len(unpacked) < count and not self._decoder.eof:
            packed = self._decoder.unconsumed_tail or self._part.read(_CHUNK)
            try:
                more = self._decoder.decompress(packed, count - len(unpacked))
            except zlib.error as error:
                raise ReadError(f"cannot be unpacked ({error})") from error
            if not packed and not more:
                break
            unpacked += more
        return bytes(unpacked)

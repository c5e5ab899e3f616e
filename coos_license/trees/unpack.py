# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""What a path holds by its first bytes, and an archive's bytes as one bounded stream.

A stream goes forward only, and its bounds hold for whatever the bytes say of
themselves: how much is unpacked, how much of it each packed byte may make, and how
much memory a decoder may take.
"""

import os
import stat
from collections.abc import Iterator
from enum import StrEnum
from typing import BinaryIO, Final, Self

from coos_license.errors import ReadError
from coos_license.trees.allowance import Allowance
from coos_license.trees.base import Content
from coos_license.trees.content import Part

#: The longest archive of a root file system met unpacks to 20 GB.
_MOST_UNPACKED: Final = 1 << 36
#: A packed vdb is one 60th of its tar, which is mostly padding; gzip can reach 1,030.
_MOST_RATIO: Final = 300
#: Unpacked bytes that count for no ratio: a short archive may well be all zeros.
_FREE: Final = 1 << 26
_CHUNK: Final = 1 << 18
_BLOCK: Final = 512


class Form(StrEnum):
    """What a path holds."""

    DIRECTORY = "directory"
    TAR = "tar"
    TAR_GZ = "tar.gz"
    TAR_XZ = "tar.xz"
    TAR_ZST = "tar.zst"
    TAR_LZ4 = "tar.lz4"
    #: Inside of binary packages only: as a file of its own it is one of them.
    TAR_BZ2 = "tar.bz2"
    OTHER = "other"


_MAGIC: Final = (
    (b"\x1f\x8b", Form.TAR_GZ),
    (b"\xfd7zXZ\x00", Form.TAR_XZ),
    (b"\x28\xb5\x2f\xfd", Form.TAR_ZST),
    (b"\x04\x22\x4d\x18", Form.TAR_LZ4),
)
#: ``O_NONBLOCK``: a FIFO that nobody writes to must not be waited for.
_OPEN: Final = os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC


def sniff(path: str | os.PathLike[str]) -> Form:
    """Return what a path holds, by its content and never by its name.

    A packed file is taken for a packed tar; reading it tells. Raises: OSError as the
    system gives it.
    """
    descriptor = os.open(path, _OPEN)
    try:
        mode = os.fstat(descriptor).st_mode
        if stat.S_ISDIR(mode):
            return Form.DIRECTORY
        block = os.read(descriptor, _BLOCK) if stat.S_ISREG(mode) else b""
    finally:
        os.close(descriptor)
    return form_of(block)


def form_of(block: bytes) -> Form:
    """Return what begins with a block of 512 bytes, or with less where that is all."""
    for magic, form in _MAGIC:
        if block.startswith(magic):
            return form
    return Form.TAR if is_header(block) else Form.OTHER


def is_header(block: bytes) -> bool:
    """Return whether a block is a tar header: its checksum says so.

    Source: POSIX pax, ustar interchange format; every older tar has the same field.
    """
    stated = octal(block[148:156])
    if len(block) != _BLOCK or stated is None:
        return False
    total = sum(block) - sum(block[148:156]) + 8 * 0x20
    if total == stated:
        return True
    # Some old tars summed signed characters.
    high = sum(byte > 0x7F for byte in block[:148] + block[156:])  # noqa: PLR2004 (signed)
    return total - 256 * high == stated


def octal(field: bytes) -> int | None:
    r"""Return a header's number, ``None`` where it is none; an empty one is nought.

    Octal digits, or base 256 where the first bit is set, as GNU tar writes what is too
    long for the digits.

    >>> octal(b"0000644\0"), octal(b"\x80\0\0\x01"), octal(b"-1"), octal(b"\xff")
    (420, 1, None, None)
    """
    if field[:1] == b"\x80":
        return int.from_bytes(field[1:], "big")
    digits = field.partition(b"\0")[0].strip(b" ")
    if digits.strip(b"01234567"):
        return None
    return int(digits or b"0", 8)


class Stream:
    """The unpacked bytes of an archive, forward only and bounded."""

    def __init__(
        self,
        raw: BinaryIO,
        form: Form,
        size: int,
        most: int | None = None,
        allowance: Allowance | None = None,
    ) -> None:
        """Take over ``raw``, of that form and of ``size`` bytes.

        It may unpack to ``most`` bytes, and to what ``allowance`` has left.
        """
        self._raw = raw
        self._size = size
        self._most = most or _MOST_UNPACKED
        self._allowance = allowance or Allowance()
        self._packed = form is not Form.TAR
        self._chunks = _chunks(raw, form) if self._packed else iter(())
        self._ready = b""
        self._used = 0
        self._unpacked = 0
        self.position = 0

    @classmethod
    def open(cls, path: str | os.PathLike[str], form: Form) -> Self:
        """Return the stream of the archive at ``path``. Raises: OSError."""
        raw = os.fdopen(os.open(path, _OPEN), "rb", _CHUNK)
        return cls(raw, form, os.fstat(raw.fileno()).st_size)

    @classmethod
    def part(
        cls,
        content: Content,
        start: int,
        size_bytes: int,
        most: int | None = None,
        allowance: Allowance | None = None,
    ) -> Self:
        """Return the stream of an archive inside of a file, told by how it begins.

        Raises: ReadError where it is none that is read.
        """
        head = content.read(start, min(_BLOCK, size_bytes))
        form = Form.TAR_BZ2 if head.startswith(b"BZh") else form_of(head)
        if head and not head.strip(b"\0"):
            form = Form.TAR  # the end mark is all that is in it
        if form is Form.OTHER:
            raise ReadError("is no tar, or packed in a way that is not read")
        raw = Part(content, start, size_bytes).buffered()
        return cls(raw, form, size_bytes, most, allowance)

    def close(self) -> None:
        """Close the file."""
        self._raw.close()

    def read(self, count: int) -> bytes:
        """Return the next ``count`` bytes, fewer at the end only. Raises: ReadError."""
        if not self._packed:
            content = self._raw.read(count)
            self.position += len(content)
            return content
        parts = []
        missing = count
        while missing and (part := self._take(missing)):
            parts.append(part)
            missing -= len(part)
        self.position += count - missing
        return b"".join(parts)

    def skip(self, count: int) -> None:
        """Go ``count`` bytes on. Raises: ReadError where there are not that many."""
        end = self.position + count
        if end > (self._most if self._packed else self._size):
            raise ReadError(
                "is truncated"
                if not self._packed
                else f"is larger than {self._most} bytes unpacked"
            )
        if not self._packed:
            self._raw.seek(count, os.SEEK_CUR)
            self.position = end
        while self.position < end:
            if not self.read(min(end - self.position, _CHUNK)):
                message = "is truncated"
                raise ReadError(message)

    def drain(self) -> None:
        """Read a packed archive to its end, for its checksum. Raises: ReadError."""
        while self._packed and self._take(_CHUNK):
            pass

    def _take(self, most: int) -> bytes:
        """Return up to ``most`` unpacked bytes, none at the end. Raises: ReadError."""
        if self._used == len(self._ready):
            self._ready, self._used = self._next(), 0
        part = self._ready[self._used : self._used + most]
        self._used += len(part)
        return part

    def _next(self) -> bytes:
        """Return the next chunk within the bounds. Raises: ReadError."""
        # A decoder may have nothing yet, which is not the end.
        chunk = next(filter(None, self._chunks), b"")
        self._unpacked += len(chunk)
        self._allowance.take(len(chunk))
        if self._unpacked > self._most:
            message = f"is larger than {self._most} bytes unpacked"
            raise ReadError(message)
        if self._unpacked > _FREE + _MOST_RATIO * self._raw.tell():
            message = f"unpacks to more than {_MOST_RATIO} times its size, as bombs do"
            raise ReadError(message)
        return chunk


def _chunks(raw: BinaryIO, form: Form) -> Iterator[bytes]:
    """Return what a packed file unpacks to; the decoders are loaded here."""
    from coos_license.trees import decoders  # noqa: PLC0415 (directories need none)

    match form:
        case Form.TAR_GZ:
            return decoders.chunks(decoders.gunzip, raw)
        case Form.TAR_XZ:
            return decoders.chunks(decoders.unxz, raw)
        case Form.TAR_BZ2:
            return decoders.chunks(decoders.bunzip2, raw)
        case Form.TAR_LZ4:
            return decoders.chunks(decoders.unlz4, raw)
        case _:
            return decoders.chunks(decoders.unzstd, raw)

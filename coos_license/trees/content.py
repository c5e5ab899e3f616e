# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""Files read by position: in memory, a part of another, and as a stream."""

import io
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Self

from coos_license.errors import ReadError
from coos_license.trees.base import Content

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

_BUFFER_BYTES: Final = 1 << 14


@dataclass(frozen=True, slots=True)
class Memory:
    """Bytes as a :class:`coos_license.trees.base.Content`."""

    content: bytes

    @property
    def size_bytes(self) -> int:
        """Return how many bytes there are."""
        return len(self.content)

    def read(self, offset: int, length: int) -> bytes:
        """Return exactly ``length`` bytes. Raises: ReadError."""
        _check(offset, length, self.size_bytes)
        return self.content[offset : offset + length]

    def close(self) -> None:
        """Do nothing."""

    def __enter__(self) -> Self:
        """Return the bytes."""
        return self

    def __exit__(self, *exc: object) -> None:
        """Do nothing."""


class Part(io.RawIOBase):
    """A range of a file as a raw stream; the file stays open when it is closed."""

    def __init__(self, content: Content, start: int, size_bytes: int) -> None:
        """Look at ``size_bytes`` from ``start`` on. Raises: ReadError."""
        _check(start, size_bytes, content.size_bytes)
        self._content = content
        self._start = start
        self.size_bytes = size_bytes
        self._at = 0

    def buffered(self) -> io.BufferedReader:
        """Return a stream over the range that reads a little ahead."""
        return io.BufferedReader(self, _BUFFER_BYTES)

    def readable(self) -> bool:
        """Return that it can be read."""
        return True

    def seekable(self) -> bool:
        """Return that it has positions."""
        return True

    def readinto(self, buffer: "WriteableBuffer", /) -> int:
        """Fill the buffer as far as the range goes. Raises: ReadError."""
        target = memoryview(buffer).cast("B")
        count = min(len(target), max(self.size_bytes - self._at, 0))
        target[:count] = self._content.read(self._start + self._at, count)
        self._at += count
        return count

    def seek(self, offset: int, whence: int = io.SEEK_SET, /) -> int:
        """Go to a position, which may lie behind the end."""
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self.size_bytes}
        self._at = max(base[whence] + offset, 0)
        return self._at

    def tell(self) -> int:
        """Return the position."""
        return self._at


def _check(offset: int, length: int, size_bytes: int) -> None:
    """Refuse what is not inside. Raises: ReadError."""
    if offset < 0 or length < 0 or offset + length > size_bytes:
        raise ReadError("points outside of the file")

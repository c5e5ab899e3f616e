# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""Bytes of an initramfs that only go forward, and how much they may unpack to."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from coos_license.errors import ReadError
from coos_license.trees.allowance import Allowance

CHUNK: Final = 1 << 16
_MOST_UNPACKED: Final = 1 << 33
_MOST_RATIO: Final = 300
#: Unpacked bytes that count for no ratio.
_FREE: Final = 1 << 26
#: What an archive counts for at least: an empty one takes its time, too.
_LEAST: Final = 1 << 16


@dataclass(slots=True)
class Budget:
    """How much was read, and what it unpacked to; ``allowance`` is that of all."""

    packed: int = 0
    unpacked: int = 0
    members: int = 0
    archives: int = 0
    allowance: Allowance = field(default_factory=Allowance)

    def begin(self, most: int) -> None:
        """Count an archive. Raises: ReadError where there are more than ``most``."""
        self.archives += 1
        self.allowance.take(_LEAST)
        if self.archives > most:
            raise ReadError(f"has more than {most} archives")

    def charge(self, unpacked: int) -> None:
        """Count what was unpacked. Raises: ReadError."""
        self.unpacked += unpacked
        self.allowance.take(unpacked)
        if self.unpacked > _MOST_UNPACKED:
            raise ReadError(f"is larger than {_MOST_UNPACKED} bytes unpacked")
        if self.unpacked > _FREE + _MOST_RATIO * self.packed:
            raise ReadError(f"unpacks to more than {_MOST_RATIO} times its size")


class Source:
    """Bytes that only go forward, with a look at the next ones."""

    def __init__(self, chunks: Iterator[bytes]) -> None:
        """Take the bytes as they come."""
        self._chunks = chunks
        self._ready = b""
        self._used = 0
        self.position = 0

    def peek(self, count: int) -> bytes:
        """Return the next bytes, fewer at the end only, and stay before them."""
        if len(self._ready) < self._used + count:
            parts = [self._ready[self._used :]]
            missing = count - len(parts[0])
            while missing > 0 and (chunk := next(self._chunks, None)) is not None:
                parts.append(chunk)
                missing -= len(chunk)
            self._ready, self._used = b"".join(parts), 0
        return self._ready[self._used : self._used + count]

    def read(self, count: int) -> bytes:
        """Return the next bytes, fewer at the end only."""
        parts, missing = [], count
        while missing and self.peek(1):
            part = self._ready[self._used : self._used + missing]
            self._used += len(part)
            parts.append(part)
            missing -= len(part)
        self.position += count - missing
        return b"".join(parts)

    def unread(self, content: bytes) -> None:
        """Go back before bytes that were read last."""
        self._ready, self._used = content + self._ready[self._used :], 0
        self.position -= len(content)

    def skip(self, count: int) -> None:
        """Go on. Raises: ReadError where there are not that many bytes."""
        while count:
            part = self.read(min(count, CHUNK))
            if not part:
                raise ReadError("is truncated")
            count -= len(part)

    def skip_zeros(self) -> None:
        """Go to the next byte that is not nought."""
        while chunk := self.peek(CHUNK):
            zeros = len(chunk) - len(chunk.lstrip(b"\0"))
            self.read(zeros)
            if zeros < len(chunk):
                return

# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""A member of an archive of which only those parts are kept that somebody looked at.

An archive is read forward, once; who reads a program wants a few tables of it. So it
is looked at when it passes by, and what was read then can be read again.
"""

from typing import Final, Self

from coos_license.errors import ReadError
from coos_license.trees.digests import Passed
from coos_license.trees.unpack import Stream

#: Read before anything is known: enough to tell what a file is.
_HEAD_BYTES: Final = 1 << 10
_CHUNK_BYTES: Final = 1 << 20
#: The longest program met has 130 MB.
_MOST_BYTES: Final = 1 << 29


class Excerpt:
    """A :class:`coos_license.trees.base.Content` that answers as it first did."""

    def __init__(self, stream: Stream | Passed, size_bytes: int) -> None:
        """Look at the next ``size_bytes`` of a stream, until it is closed."""
        self._stream: Stream | Passed | None = stream
        self._passed = bytearray()
        self._parts: dict[tuple[int, int], bytes] = {}
        self.size_bytes = size_bytes

    @property
    def kept_bytes(self) -> int:
        """Return how many bytes are kept."""
        return sum(map(len, self._parts.values()))

    def read(self, offset: int, length: int) -> bytes:
        """Return exactly ``length`` bytes. Raises: ReadError."""
        end = offset + length
        if offset < 0 or length < 0 or end > self.size_bytes:
            raise ReadError("points outside of the file")
        part = self._parts.get((offset, length))
        if part is None:
            part = self._first_read(offset, end)
            self._parts[offset, length] = part
        return part

    def _first_read(self, offset: int, end: int) -> bytes:
        """Return a part that passes by, or has passed. Raises: ReadError."""
        if self._stream is None or self.size_bytes > _MOST_BYTES:
            raise ReadError(
                f"is {self.size_bytes} bytes long; of an archive, {_MOST_BYTES} are"
                " looked at"
            )
        if end > len(self._passed):
            wanted = _HEAD_BYTES if end <= _HEAD_BYTES else self.size_bytes
            wanted = min(wanted, self.size_bytes)
            while missing := wanted - len(self._passed):
                chunk = self._stream.read(min(missing, _CHUNK_BYTES))
                if not chunk:
                    raise ReadError("is truncated")
                self._passed += chunk
        return bytes(self._passed[offset:end])

    def close(self) -> None:
        """Forget what nobody looked at."""
        self._stream = None
        self._passed = bytearray()

    def __enter__(self) -> Self:
        """Return the file."""
        return self

    def __exit__(self, *exc: object) -> None:
        """Forget what nobody looked at."""
        self.close()

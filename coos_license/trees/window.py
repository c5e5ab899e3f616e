# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""A range of an open file, read by position and never past its end.

``os.pread`` and not ``mmap``: a file that shrinks while it is read is then a short
read, not a signal that ends the process.
"""

import os
import stat
from dataclasses import dataclass
from typing import Self

from coos_license.errors import ReadError

_OPEN = os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC
#: The label of an LVM physical volume is in one of its first four sectors of 512 bytes
#: (lvm2, ``lib/label/label.h``).
_LVM_LABEL = b"LABELONE"
_LVM_SECTORS = 4
_SECTOR = 512


@dataclass(frozen=True, slots=True)
class Window:
    """``size_bytes`` of an open file from ``start`` on; offsets count from there."""

    descriptor: int
    start: int
    size_bytes: int

    @classmethod
    def open(cls, path: str | os.PathLike[str]) -> Self:
        """Return the window on a whole file or block device.

        Raises: ReadError for anything else; OSError as the system gives it.
        """
        return cls.of(os.open(path, _OPEN))

    @classmethod
    def of(cls, descriptor: int) -> Self:
        """Return the window on an open file or block device, which it takes over.

        Raises: ReadError for anything else.
        """
        mode = os.fstat(descriptor).st_mode
        if stat.S_ISREG(mode) or stat.S_ISBLK(mode):
            return cls(descriptor, 0, os.lseek(descriptor, 0, os.SEEK_END))
        os.close(descriptor)
        raise ReadError("is no directory and no regular file")

    @classmethod
    def over(cls, descriptor: int) -> Self:
        """Return the window on an open regular file, which it takes over.

        Raises: ReadError for anything else.
        """
        status = os.fstat(descriptor)
        if stat.S_ISREG(status.st_mode):
            return cls(descriptor, 0, status.st_size)
        os.close(descriptor)
        raise ReadError("is not a regular file")

    def part(self, start: int, size_bytes: int) -> "Window":
        """Return a range of this one. Raises: ReadError where it is not inside."""
        if start < 0 or size_bytes < 0 or start + size_bytes > self.size_bytes:
            raise ReadError("names a range outside of the file")
        return Window(self.descriptor, self.start + start, size_bytes)

    def read(self, offset: int, length: int) -> bytes:
        """Return exactly ``length`` bytes. Raises: ReadError."""
        if offset < 0 or length < 0 or offset + length > self.size_bytes:
            raise ReadError("points outside of the file")
        try:
            content = os.pread(self.descriptor, length, self.start + offset)
            while len(content) < length:
                at = self.start + offset + len(content)
                more = os.pread(self.descriptor, length - len(content), at)
                if not more:
                    raise ReadError("ends in the middle: it was cut off")
                content += more
        except OSError as error:
            reason = error.strerror or "unknown error"
            raise ReadError(f"cannot be read ({reason})") from error
        return content

    def close(self) -> None:
        """Close the file; the windows that are parts of this one end with it."""
        os.close(self.descriptor)

    def __enter__(self) -> Self:
        """Return the window."""
        return self

    def __exit__(self, *exc: object) -> None:
        """Close the file."""
        self.close()


def is_lvm(window: Window) -> bool:
    """Return whether a file is an LVM physical volume: file systems lie inside of it.

    Raises: ReadError.
    """
    start = window.read(0, min(_LVM_SECTORS * _SECTOR, window.size_bytes))
    sectors = range(0, len(start), _SECTOR)
    return any(start.startswith(_LVM_LABEL, sector) for sector in sectors)

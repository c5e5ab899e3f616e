# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""Copies a file within the kernel and sums up what was written.

Digests are of the copy, read back through the descriptor that it was written by: what
is in the bundle is what was checked, whatever happens to the source meanwhile. The
pages are still in the cache of the processor, so that costs little.
"""

import contextlib
import errno
import os
from collections.abc import Iterator
from concurrent.futures import CancelledError
from threading import Event
from typing import Final

from coos_license.errors import ReadError
from coos_license.store.expected import Sums
from coos_license.trees.window import Window

#: Bytes copied at a time, then summed up in pieces that fit a cache of level 2.
_STEP: Final = 1 << 20
_PIECE: Final = 1 << 18
#: Bytes after which the disk is to begin.
_BEGUN: Final = 1 << 23
_BLOCK: Final = 512  # the unit of st_blocks, whatever the file system


def copy_file(source: Window, goal: int, sums: Sums, stopped: Event) -> None:
    """Copy a whole file to the open and empty ``goal``; what is not there stays a hole.

    Raises: ReadError for the source, OSError for the goal; CancelledError once
    ``stopped`` is set.
    """
    summed = begun = 0
    for start, end in _steps(source):
        _copy(source, goal, start, end)
        feed(goal, range(summed, end), sums, stopped)
        summed = end
        if end - begun >= _BEGUN:
            _begin_writing(goal, begun, end)
            begun = end
    if os.fstat(source.descriptor).st_size < source.start + source.size_bytes:
        raise ReadError("became shorter while it was copied: it was cut off")
    os.ftruncate(goal, source.size_bytes)
    feed(goal, range(summed, source.size_bytes), sums, stopped)
    _begin_writing(goal, begun, source.size_bytes)


def _begin_writing(descriptor: int, start: int, end: int) -> None:
    """Have the disk begin with a range that nobody needs here any more.

    Else it would idle while digests are computed, and have all to do at the end.
    """
    with contextlib.suppress(OSError):  # of file systems that take no advice
        os.posix_fadvise(descriptor, start, end - start, os.POSIX_FADV_DONTNEED)


def feed(descriptor: int, place: range, sums: Sums, stopped: Event) -> None:
    """Sum up a range of an open file.

    Raises: OSError, also where the file ends before; CancelledError.
    """
    buffer = memoryview(bytearray(min(_PIECE, len(place))))
    at = place.start
    while at < place.stop:
        if stopped.is_set():
            raise CancelledError
        count = os.preadv(descriptor, [buffer[: place.stop - at]], at)
        if not count:
            raise OSError(errno.EIO, "a file became shorter while it was read")
        sums.feed(buffer[:count])
        at += count


def _steps(source: Window) -> Iterator[tuple[int, int]]:
    """Yield where the file has data, in steps."""
    for start, end in _extents(source.descriptor, source.size_bytes):
        for at in range(start, end, _STEP):
            yield at, min(at + _STEP, end)


def _extents(descriptor: int, size: int) -> Iterator[tuple[int, int]]:
    """Yield where a file has data; all of it, where the system does not say."""
    at = 0 if os.fstat(descriptor).st_blocks * _BLOCK < size else size
    if at == size:
        yield 0, size
    while at < size:
        try:
            start = os.lseek(descriptor, at, os.SEEK_DATA)
            end = min(os.lseek(descriptor, start, os.SEEK_HOLE), size)
        except OSError as error:
            if error.errno != errno.ENXIO:  # which says: a hole to the end
                yield at, size
            return
        yield start, end
        at = end


def _copy(source: Window, goal: int, start: int, end: int) -> None:
    """Copy a range to the same place. Raises: ReadError, OSError."""
    at = start
    while at < end:
        at += _in_kernel(source, goal, at, end - at) or _by_hand(source, goal, at, end)


def _in_kernel(source: Window, goal: int, at: int, count: int) -> int:
    """Return how much the kernel copied, or shares where the file system can.

    Nothing where it fails: whether that is for the source or the goal, it does not say.
    """
    try:
        return os.copy_file_range(source.descriptor, goal, count, at, at)
    except OSError:
        return 0


def _by_hand(source: Window, goal: int, at: int, end: int) -> int:
    """Return how much was copied by way of memory. Raises: ReadError, OSError."""
    content = source.read(at, min(_PIECE, end - at))
    return os.pwrite(goal, content, at)

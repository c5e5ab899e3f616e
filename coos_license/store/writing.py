# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""Files of the directory by path: opened, read, and written where they differ."""

import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from coos_license.trees.base import Content

CHUNK: Final = 1 << 20
NEW: Final = os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
_OLD: Final = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC


class Writing:
    """A file on its way: compared with what is there as long as that is the same."""

    def __init__(self, target: Path, part: Path) -> None:
        """Write ``target`` by way of ``part``."""
        self._target = target
        self._part = part
        self._old = opened(target)
        self._new = -1
        self._same = 0

    def through(self, chunks: Iterable[bytes]) -> Iterator[bytes]:
        """Yield the chunks on, each written or found to be there."""
        for chunk in chunks:
            if self._new < 0 and not self._is_there(chunk):
                self._begin()
            if self._new < 0:
                self._same += len(chunk)
            else:
                _write(self._new, chunk)
            yield chunk

    def finish(self) -> bool:
        """Give the file its name; return whether it was written."""
        if self._new < 0:
            if self._old >= 0 and os.fstat(self._old).st_size == self._same:
                return False
            self._begin()
        os.close(self._new)
        self._new = -1
        self._part.replace(self._target)
        return True

    def close(self) -> None:
        """Close all, and remove what is not whole."""
        for descriptor in (self._old, self._new):
            if descriptor >= 0:
                os.close(descriptor)
        self._old = -1
        self._part.unlink(missing_ok=True)

    def _is_there(self, chunk: bytes) -> bool:
        """Return whether the old file goes on like this."""
        return self._old >= 0 and (os.pread(self._old, len(chunk), self._same) == chunk)

    def _begin(self) -> None:
        """Begin the new file with what was the same."""
        self._part.unlink(missing_ok=True)
        self._new = os.open(self._part, NEW, 0o644)
        for at in range(0, self._same, CHUNK):
            _write(self._new, os.pread(self._old, min(CHUNK, self._same - at), at))


def opened(path: Path) -> int:
    """Return a descriptor of a file, -1 where there is no regular one."""
    try:
        return os.open(path, _OLD) if path.is_file() else -1
    except OSError:
        return -1


def chunks_of(path: Path) -> Iterator[bytes]:
    """Yield a file of the directory. Raises: OSError."""
    with os.fdopen(os.open(path, _OLD), "rb", buffering=0) as file:
        while chunk := file.read(CHUNK):
            yield chunk


def gathered(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Yield the same in longer pieces: a call of the system for each is too many."""
    waiting = bytearray()
    for chunk in chunks:
        waiting += chunk
        if len(waiting) >= CHUNK:
            yield bytes(waiting)
            waiting.clear()
    if waiting:
        yield bytes(waiting)


def chunks_in(content: Content) -> Iterator[bytes]:
    """Yield a file that is read by position. Raises: ReadError."""
    for at in range(0, content.size_bytes, CHUNK):
        yield content.read(at, min(CHUNK, content.size_bytes - at))


def _write(descriptor: int, content: bytes) -> None:
    """Write all of it."""
    view = memoryview(content)
    while view:
        view = view[os.write(descriptor, view) :]


def make_below(root: Path, directory: Path) -> None:
    """Make a directory below the root. Raises: OSError, also at a symbolic link."""
    directory.mkdir(parents=True, exist_ok=True)
    check_below(root, directory)


def check_below(root: Path, directory: Path) -> None:
    """Raise NotADirectoryError where a directory is reached by a symbolic link."""
    while directory != root:
        if directory.is_symlink():
            raise NotADirectoryError(20, f"{directory.name} is a symbolic link")
        directory = directory.parent

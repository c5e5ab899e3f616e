# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""A tree over a directory, read through descriptors.

Every open is relative to a descriptor with ``O_NOFOLLOW``, so no symlink and no
rename can lead outside the root; it is also faster than opening by full path, as
the kernel walks one component only. ``O_NONBLOCK`` keeps a FIFO from blocking.
"""

import contextlib
import errno
import os
import stat
from collections.abc import Collection, Iterator, Mapping
from typing import ClassVar, Final, Self

from coos_license.errors import ReadError
from coos_license.trees.base import AbsentError, Entry, Kind
from coos_license.trees.digests import (
    CHUNK,
    FileDigests,
    Known,
    check_length,
    digests_of,
)
from coos_license.trees.window import Window

_FILE: Final = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
_DIRECTORY: Final = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
_MAX_SYMLINKS: Final = 40
#: The first read; a larger buffer costs more than it saves.
_CHUNK: Final = 1 << 12
_NOT_REGULAR: Final = "is not a regular file"


def _kind(entry: os.DirEntry[str]) -> Kind:
    """Return what the entry is, without following it."""
    if entry.is_symlink():
        return Kind.SYMLINK
    if entry.is_dir(follow_symlinks=False):
        return Kind.DIRECTORY
    return Kind.FILE if entry.is_file(follow_symlinks=False) else Kind.OTHER


def _read_error(error: OSError) -> ReadError:
    """Return the error of the tree for one of the system."""
    if error.errno == errno.ENOENT:
        return AbsentError("is not there")
    if error.errno == errno.ELOOP:
        return ReadError("is a symbolic link, which is not followed here")
    reason = error.strerror or "unknown error"
    return ReadError(f"cannot be read ({reason})")


def _read_open(descriptor: int, limit: int) -> bytes:
    """Return all bytes of an open file of at most ``limit`` bytes.

    Nearly every metadata file is one short read; only a long one is asked its size.
    Raises: ReadError for anything but a regular file, and for a larger one.
    """
    chunk = os.read(descriptor, _CHUNK)
    if len(chunk) < _CHUNK and len(chunk) <= limit:
        return chunk
    return _read_long(descriptor, chunk, limit)


def _read_long(descriptor: int, chunk: bytes, limit: int) -> bytes:
    """Return all bytes of an open file that began with ``chunk``. Raises: ReadError."""
    status = os.fstat(descriptor)
    if not stat.S_ISREG(status.st_mode):
        raise ReadError(_NOT_REGULAR)
    if status.st_size > limit:
        message = f"is {status.st_size} bytes long, more than the {limit} allowed"
        raise ReadError(message)
    chunks = [chunk]
    total = len(chunk)
    while total <= limit and (chunk := os.read(descriptor, 1 << 20)):
        total += len(chunk)
        chunks.append(chunk)
    if total > limit:
        message = f"grew past {limit} bytes while it was read"
        raise ReadError(message)
    return b"".join(chunks)


def _chunks(descriptor: int) -> Iterator[bytes]:
    """Yield an open file chunk by chunk. Raises: OSError, ReadError."""
    total = 0
    while chunk := os.read(descriptor, CHUNK):
        total += len(chunk)
        check_length(total)
        yield chunk


def _descend(
    start: int, parts: list[str], flags: int
) -> tuple[int, list[str], list[str]]:
    """Open ``parts`` one below the other from ``start``.

    Returns the descriptor, the names walked, and nothing; or, at a symlink, -1,
    nothing, and the parts to walk with the link's target in place: from ``start``
    again, or from the root of the tree where the first part is ``/``.
    """
    stack = [os.dup(start)]
    done: list[str] = []
    try:
        for index, part in enumerate(parts):
            rest = parts[index + 1 :]
            if part == "..":
                if done:
                    os.close(stack.pop())
                    done.pop()
                continue
            try:
                if not rest and flags == _FILE:
                    mode = os.lstat(part, dir_fd=stack[-1]).st_mode
                    if not (stat.S_ISREG(mode) or stat.S_ISLNK(mode)):
                        raise ReadError(_NOT_REGULAR)
                below = os.open(part, _DIRECTORY if rest else flags, dir_fd=stack[-1])
            except OSError as error:
                try:
                    target = os.readlink(part, dir_fd=stack[-1])
                except OSError:
                    raise _read_error(error) from error
                before = ["/"] if target.startswith("/") else done
                return -1, [], [*before, *_parts(target), *rest]
            stack.append(below)
            done.append(part)
        return stack.pop(), done, []
    finally:
        for descriptor in stack:
            os.close(descriptor)


def _parts(path: str) -> list[str]:
    """Return the names of a path, without empty ones and dots."""
    return [part for part in path.split("/") if part not in ("", ".")]


class _Near:
    """The directory that was read last, open until nobody needs it any more."""

    __slots__ = ("descriptor", "path")

    def __init__(self, path: str, descriptor: int) -> None:
        """Take over the descriptor of what ``path`` led to."""
        self.path = path
        self.descriptor = descriptor

    def __del__(self) -> None:
        """Close the descriptor."""
        os.close(self.descriptor)


class DirectoryTree:
    """A directory as a :class:`coos_license.trees.base.FileTree`."""

    has_one_bound: ClassVar[bool] = False

    def __init__(self, root: int, directory: int, parts: tuple[str, ...]) -> None:
        """Take over ``directory``, a descriptor ``parts`` below ``root``."""
        self._root = root
        self._directory = directory
        self._parts = parts
        self._near: _Near | None = None

    @classmethod
    def open(cls, path: str | os.PathLike[str]) -> Self:
        """Return the tree over the directory at ``path``.

        Raises: OSError as the system gives it; the caller knows the user's words.
        """
        descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        return cls(descriptor, descriptor, ())

    @contextlib.contextmanager
    def descriptor(self) -> Iterator[int]:
        """Give a descriptor of this directory for as long as it is needed."""
        descriptor = os.dup(self._directory)
        try:
            yield descriptor
        finally:
            os.close(descriptor)

    def close(self) -> None:
        """Close the descriptor; safe to call twice."""
        self._near = None
        if self._directory >= 0:
            os.close(self._directory)
            self._directory = -1

    def __enter__(self) -> Self:
        """Return the tree."""
        return self

    def __exit__(self, *exc: object) -> None:
        """Close the tree."""
        self.close()

    def entries(self) -> tuple[Entry, ...]:
        """Return the entries of this directory, sorted by name."""
        try:
            with os.scandir(self._directory) as found:
                return tuple(
                    Entry(entry.name, _kind(entry))
                    for entry in sorted(found, key=lambda entry: entry.name)
                )
        except OSError as error:
            raise _read_error(error) from error

    def at(self, path: str) -> Self:
        """Return the tree below ``path``; symlinks resolve inside the root."""
        descriptor, parts = self._walk(path, _DIRECTORY)
        return type(self)(self._root, descriptor, parts)

    def link(self, name: str) -> str:
        """Return the target of a symbolic link of this directory."""
        try:
            return os.readlink(name, dir_fd=self._directory)
        except OSError as error:
            raise _read_error(error) from error

    def rooted(self, path: str) -> Self:
        """Return the tree whose root is ``path``; closed on its own."""
        descriptor, _ = self._walk(path, _DIRECTORY)
        return type(self)(descriptor, descriptor, ())

    def read(self, path: str, limit: int) -> bytes:
        """Return a file's bytes; symlinks resolve inside the root."""
        descriptor = self._open_near(path)
        try:
            return _read_open(descriptor, limit)
        except OSError as error:
            raise _read_error(error) from error
        finally:
            os.close(descriptor)

    def _open_near(self, path: str) -> int:
        """Open a file; most lie in the directory of the one before. Raises: ReadError.

        A name that is none of a regular file is left to the walk, which knows links.
        """
        parent, slash, name = path.rpartition("/")
        if not slash or name in ("", ".", ".."):
            return self._walk(path, _FILE)[0]
        near = self._near
        if near is None or near.path != parent:
            near = self._near = _Near(parent, self._walk(parent, _DIRECTORY)[0])
        try:
            if stat.S_ISREG(os.lstat(name, dir_fd=near.descriptor).st_mode):
                return os.open(name, _FILE, dir_fd=near.descriptor)
        except OSError as error:
            raise _read_error(error) from error
        return self._walk(path, _FILE)[0]

    def open_file(self, path: str) -> Window:
        """Return a file of any length; symlinks resolve inside the root."""
        return Window.over(self._walk(path, _FILE)[0])

    def digests(self, name: str, known: Known) -> FileDigests:
        """Return the digests of a regular file of this directory."""
        try:
            status = os.lstat(name, dir_fd=self._directory)
            if not stat.S_ISREG(status.st_mode):
                raise ReadError(_NOT_REGULAR)
            check_length(status.st_size)
            key = (status.st_dev, status.st_ino)
            if status.st_nlink > 1 and key in known:
                return known[key]
            descriptor = os.open(name, _FILE, dir_fd=self._directory)
            try:
                found = digests_of(_chunks(descriptor))
            finally:
                os.close(descriptor)
        except OSError as error:
            raise _read_error(error) from error
        if status.st_nlink > 1:
            known[key] = found
        return found

    def read_files(
        self, directory: str, names: Collection[str], limits: Mapping[str, int]
    ) -> tuple[dict[str, bytes], dict[str, ReadError]]:
        """Return the wanted regular files of a subdirectory, and what failed."""
        try:
            base = os.open(directory, _DIRECTORY, dir_fd=self._directory)
        except OSError as error:
            raise _read_error(error) from error
        usual = limits[""]
        found: dict[str, bytes] = {}
        failed: dict[str, ReadError] = {}
        try:
            with os.scandir(base) as entries:
                for entry in entries:
                    name = entry.name
                    if name not in names:
                        continue
                    if not entry.is_file(follow_symlinks=False):
                        failed[name] = ReadError(_NOT_REGULAR)  # and never opened
                        continue
                    try:
                        descriptor = os.open(name, _FILE, dir_fd=base)
                        try:
                            # As _read_open does: the call is a tenth of the read.
                            content = os.read(descriptor, _CHUNK)
                            limit = limits.get(name, usual)
                            if len(content) == _CHUNK or len(content) > limit:
                                content = _read_long(descriptor, content, limit)
                            found[name] = content
                        finally:
                            os.close(descriptor)
                    except OSError as error:
                        failed[name] = _read_error(error)
                    except ReadError as error:
                        failed[name] = error
        except OSError as error:
            raise _read_error(error) from error
        finally:
            os.close(base)
        return found, failed

    def _walk(self, path: str, flags: int) -> tuple[int, tuple[str, ...]]:
        """Open ``path``; return its descriptor and its real place below the root.

        A symlink starts the walk again at the root with its target in place; there
        ``..`` and absolute targets stop at the root, as in a chroot.
        """
        start, above, todo = self._directory, self._parts, _parts(path)
        for _ in range(_MAX_SYMLINKS):
            descriptor, done, todo = _descend(start, todo, flags)
            if descriptor >= 0:
                return descriptor, (*above, *done)
            todo = todo[1:] if todo[:1] == ["/"] else [*above, *todo]
            start, above = self._root, ()
        message = "is behind a loop of symbolic links"
        raise ReadError(message)

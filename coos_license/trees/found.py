# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""Names of a directory or an archive, one after the other, each with its content.

A walk goes forward once: what a name holds can be had while the walk stands at it,
and once. Nothing is unpacked to disk, and nothing is kept.
"""

import io
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Final

from coos_license.errors import ReadError
from coos_license.trees.base import FileTree, Kind
from coos_license.trees.content import Memory, Part
from coos_license.trees.tar_members import members
from coos_license.trees.unpack import Stream

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

_BUFFER_BYTES: Final = 1 << 14
#: As of a tar; a source tree of a kernel has 90,000 names.
_MOST_NAMES: Final = 2_000_000
#: Each level of a directory holds a descriptor open.
_DEEPEST: Final = 200


@dataclass(frozen=True, slots=True)
class Found:
    """One name of a walk.

    ``path`` is as stated, unsafe and surrogate-escaped. ``kind`` is ``None`` for a
    hard link; ``target`` is of both kinds of link, and ``None`` where reading the
    name follows it. ``fault`` says why the content cannot be had. ``open`` gives the
    content as a stream, of ``size`` bytes where that is known; it raises ReadError.
    """

    path: str
    kind: Kind | None
    target: str | None
    fault: str
    size: int | None
    open: Callable[[], AbstractContextManager[io.BufferedReader]]

    def read(self, most: int) -> bytes:
        """Return the first ``most`` bytes, fewer where there are fewer.

        Raises: ReadError.
        """
        with self.open() as stream:
            return stream.read(most)


class Passing(io.RawIOBase):
    """The next ``size`` bytes of something that only goes forward."""

    def __init__(self, take: Callable[[int], bytes], size: int) -> None:
        """Read by ``take``, which returns as many bytes as wanted, or it has ended."""
        self._take = take
        self._size = size
        self._at = 0

    def readable(self) -> bool:
        """Return that it can be read."""
        return True

    def seekable(self) -> bool:
        """Return that it has positions; they only grow."""
        return True

    def readinto(self, buffer: "WriteableBuffer", /) -> int:
        """Fill the buffer. Raises: ReadError where the bytes end too soon."""
        target = memoryview(buffer).cast("B")
        count = min(len(target), self._size - self._at)
        content = self._take(count) if count else b""
        if len(content) < count:
            raise ReadError("is truncated")
        target[:count] = content
        self._at += count
        return count

    def seek(self, offset: int, whence: int = io.SEEK_SET, /) -> int:
        """Go forward to a position, as far as there is one. Raises: ReadError."""
        goal = offset + (self._at if whence == io.SEEK_CUR else 0)
        while self._at < min(goal, self._size):
            self.read(min(goal - self._at, _BUFFER_BYTES))
        return self._at

    def tell(self) -> int:
        """Return the position."""
        return self._at


def walk_directory(tree: FileTree, prefix: str = "") -> Iterator[Found]:
    """Yield what lies below a directory, in order of its names.

    A symbolic link is yielded and not gone into. Raises: ReadError.
    """
    for count, found in enumerate(_below(tree, prefix, 0), start=1):
        if count > _MOST_NAMES:
            raise ReadError(f"has more than {_MOST_NAMES} names")
        yield found


def _below(tree: FileTree, prefix: str, depth: int) -> Iterator[Found]:
    """Yield what lies below a directory that is ``depth`` deep."""
    if depth > _DEEPEST:
        raise ReadError(f"has directories more than {_DEEPEST} deep")
    for entry in tree.entries():
        path = f"{prefix}{entry.name}"
        if entry.kind is not Kind.DIRECTORY:
            target = None if entry.kind is Kind.SYMLINK else ""
            opener = partial(_opened, tree, entry.name)
            yield Found(path, entry.kind, target, "", None, opener)
            continue
        try:
            below = tree.at(entry.name)
        except ReadError as error:
            yield Found(path, entry.kind, "", str(error), None, _nothing)
            continue
        with below:
            yield from _below(below, f"{path}/", depth + 1)


def _opened(tree: FileTree, name: str) -> AbstractContextManager[io.BufferedReader]:
    """Return a file of a directory as a stream, to be closed with it."""
    content = tree.open_file(name)
    stream = Part(content, 0, content.size_bytes).buffered()
    return _Closing(stream, content.close)


class _Closing(AbstractContextManager[io.BufferedReader]):
    """A stream, and what has to be closed after it."""

    def __init__(self, stream: io.BufferedReader, close: Callable[[], None]) -> None:
        """Take both over."""
        self._stream = stream
        self._close = close

    def __enter__(self) -> io.BufferedReader:
        """Return the stream."""
        return self._stream

    def __exit__(self, *exc: object) -> None:
        """Close what is below the stream."""
        self._close()


def _nothing() -> AbstractContextManager[io.BufferedReader]:
    """Return the content of what has none."""
    return nullcontext(Part(Memory(b""), 0, 0).buffered())


def walk_tar(stream: Stream) -> Iterator[Found]:
    """Yield the members of a tar. Raises: ReadError."""
    for member in members(stream):
        opener = partial(_passed, stream.read, member.size)
        yield Found(
            member.name, member.kind, member.target, member.fault, member.size, opener
        )


def _passed(
    take: Callable[[int], bytes], size: int
) -> AbstractContextManager[io.BufferedReader]:
    """Return the bytes that a stream stands at."""
    return nullcontext(io.BufferedReader(Passing(take, size), _BUFFER_BYTES))

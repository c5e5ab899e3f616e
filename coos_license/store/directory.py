# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""Writes a directory of many large files: streamed, checked, and only what is new.

A file goes to a temporary name and takes its own when it is whole and has the digests
that it must have. One that is there already with the same content stays: a run that was
stopped goes on where it was. The second of two writers; the other is ``output``.

Nothing is synced to the disk: after a loss of power the next run finds by its digests
what is not whole.
"""

import contextlib
import errno
import fcntl
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from threading import Event
from typing import Final, Self, TypeVar

from coos_license.errors import OutputError
from coos_license.processes import cores
from coos_license.store.copies import copy_file, feed
from coos_license.store.expected import DigestError, Expected, Sums
from coos_license.store.writing import (
    NEW,
    Writing,
    check_below,
    chunks_in,
    chunks_of,
    gathered,
    make_below,
    opened,
)
from coos_license.trees.window import Window

#: More threads than this copy faster than any disk writes.
_MOST_THREADS: Final = 4
_ROOT: Final = os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC
#: No file of a bundle lies at its top under a name that begins so.
PART: Final = ".coos-license.part"
_CURE: Final = "make room, or give another directory with -o"
_Item = TypeVar("_Item")
_Answer = TypeVar("_Answer")


@dataclass(frozen=True, slots=True)
class Stored:
    """A file of the directory; ``is_new``: it was written by this run."""

    path: str
    sha256: str
    size_bytes: int
    is_new: bool


class Store:
    """A directory that is filled file by file, by one run at a time."""

    def __init__(self, root: Path) -> None:
        """Fill the directory ``root``, which is made where it is not there."""
        self._root = root
        self._numbers = count()
        self._stopped = Event()
        self._lock = -1

    def __enter__(self) -> Self:
        """Return the store."""
        return self

    def __exit__(self, *exc: object) -> None:
        """Let another run have the directory."""
        if self._lock >= 0:
            os.close(self._lock)
            self._lock = -1

    def held(self, path: str, expected: Expected) -> Stored | None:
        """Return the file that is there already, ``None`` where it is none such.

        Only what has digests can be told from another. Raises: OutputError.
        """
        if not expected.known:
            return None
        with self._errors(), contextlib.ExitStack() as stack:
            target = self._target(path)
            check_below(self._root, target.parent)
            descriptor = opened(target)
            if descriptor < 0:
                return None
            stack.callback(os.close, descriptor)
            size = os.fstat(descriptor).st_size
            sums = Sums(expected)
            try:
                expected.check_size(size)
                feed(descriptor, range(size), sums, self._stopped)
                sums.check()
            except DigestError:
                return None
        return Stored(path, sums.sha256, size, is_new=False)

    def copy(self, path: str, source: Window, expected: Expected) -> Stored:
        """Copy a file to where none such is; return what it is.

        Raises: DigestError where it is not the one expected, and ReadError where it
        cannot be read: nothing changes then. OutputError.
        """
        expected.check_size(source.size_bytes)
        if not expected.known:
            return self.put(path, chunks_in(source))
        sums = Sums(expected)
        with self._errors():
            self._claim()
            target = self._target(path)
            make_below(self._root, target.parent)
            with self._part() as (part, goal):
                copy_file(source, goal, sums, self._stopped)
                sums.check()
                part.replace(target)
        return Stored(path, sums.sha256, source.size_bytes, is_new=True)

    def put(self, path: str, chunks: Iterable[bytes]) -> Stored:
        """Write a file, unless the same is there; return what it is.

        Raises: ReadError as the chunks do: nothing changes then. OutputError.
        """
        sums = Sums(Expected())
        size = 0
        with self._errors():
            target = self._target(path)
            self._claim()
            make_below(self._root, target.parent)
            writing = Writing(target, self._new_part())
            try:
                for chunk in writing.through(gathered(chunks)):
                    sums.feed(chunk)
                    size += len(chunk)
                is_new = writing.finish()
            finally:
                writing.close()
        return Stored(path, sums.sha256, size, is_new)

    def side_by_side(
        self, work: Callable[[_Item], _Answer], items: Sequence[_Item]
    ) -> list[_Answer]:
        """Return what ``work`` answers to each item, by threads; ends at an error.

        Digests and copies let go of Python's lock. Raises: as the work does.
        """
        with self._errors():
            self._claim()
        pool = ThreadPoolExecutor(min(cores(), _MOST_THREADS))
        try:
            futures = [pool.submit(work, item) for item in items]
            for one in wait(futures, return_when=FIRST_EXCEPTION).done:
                one.result()
            return [one.result() for one in futures]
        except BaseException:
            self._stopped.set()
            raise
        finally:
            pool.shutdown(cancel_futures=True)

    def others(self, kept: frozenset[str]) -> Iterator[str]:
        """Yield the files of the directory that are not among ``kept``, sorted."""
        for folder, folders, names in os.walk(self._root):
            folders.sort()
            below = os.path.relpath(folder, self._root)
            for name in sorted(names):
                path = name if below == "." else f"{below}/{name}"
                if path not in kept and not path.startswith(PART):
                    yield path

    def read(self, path: str) -> Iterator[bytes]:
        """Yield a file of the directory. Raises: OutputError."""
        with self._errors():
            yield from chunks_of(self._target(path))

    def remove(self, path: str) -> None:
        """Remove a file that an earlier run wrote, if it is there."""
        with self._errors():
            self._target(path).unlink(missing_ok=True)

    def _claim(self) -> None:
        """Make the directory, keep other runs out, and clear what a dead one left.

        Raises: OSError, OutputError where another run is at work.
        """
        if self._lock >= 0:
            return
        self._root.mkdir(parents=True, exist_ok=True)
        self._lock = os.open(self._root, _ROOT)
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            what = "another run is filling it"
            cure = "wait for that one, or give another directory with -o"
            raise OutputError(what, where=str(self._root), cure=cure) from error
        except OSError as error:
            # Some file systems of other machines have no locks.
            if error.errno not in (errno.ENOLCK, errno.EOPNOTSUPP, errno.EBADF):
                raise
        for stray in self._root.glob(f"{PART}*"):
            stray.unlink()

    def _new_part(self) -> Path:
        """Return a name for a file that is not whole, never the same one twice."""
        return self._root / f"{PART}-{next(self._numbers)}"

    @contextlib.contextmanager
    def _part(self) -> Iterator[tuple[Path, int]]:
        """Give a new file and its descriptor; what is left under its name goes."""
        part = self._new_part()
        descriptor = os.open(part, NEW, 0o644)
        try:
            yield part, descriptor
        finally:
            os.close(descriptor)
            part.unlink(missing_ok=True)

    def _target(self, path: str) -> Path:
        """Return where a file lies. Raises: OutputError for a path that leads up."""
        parts = path.split("/")
        if any(part in ("", ".", "..") for part in parts) or "\0" in path:
            raise OutputError(f"is no name below it: {path!r}", **self._where())
        return self._root.joinpath(*parts)

    @contextlib.contextmanager
    def _errors(self) -> Iterator[None]:
        """Turn errors of the system into one line. Raises: OutputError."""
        try:
            yield
        except OSError as error:
            what = f"cannot be written: {error.strerror or error}"
            raise OutputError(what, **self._where()) from error

    def _where(self) -> dict[str, str]:
        """Return place and cure of an error."""
        return {"where": str(self._root), "cure": _CURE}

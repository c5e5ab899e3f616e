# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""Writes a directory of many large files: streamed, checked, and only what is new.

A file goes to a temporary name and takes its own when it is whole and has the digests
that it must have. One that is there already with the same content stays: a run that was
stopped goes on where it was. The second of two writers; the other is ``output``.
"""

import contextlib
import hashlib
import os
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from pathlib import Path
from queue import Queue
from typing import Final, Self

from coos_license.errors import CoosLicenseError, OutputError

#: The digests of a Manifest (GLEP 74) that are compared.
DIGESTS: Final = {"BLAKE2B": "blake2b", "SHA512": "sha512", "SHA256": "sha256"}
CHUNK: Final = 1 << 20
#: Chunks that a digest may be behind: what a file takes of memory.
_AHEAD: Final = 4
_NEW: Final = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
_OLD: Final = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
#: No file of a bundle lies at its top under this name.
PART: Final = ".coos-license.part"
_CURE: Final = "make room, or give another directory with -o"


class DigestError(CoosLicenseError):
    """A file that is not the one that was expected: the message says in what."""


@dataclass(frozen=True, slots=True)
class Stored:
    """A file of the directory; ``is_new``: it was written by this run."""

    path: str
    sha256: str
    size_bytes: int
    is_new: bool


@dataclass(frozen=True, slots=True)
class Expected:
    """What a file must be; digests as a Manifest names them, ``size`` in bytes."""

    size: int | None = None
    digests: tuple[tuple[str, str], ...] = ()

    @property
    def known(self) -> tuple[tuple[str, str], ...]:
        """Return the digests that can be compared."""
        return tuple(one for one in self.digests if one[0] in DIGESTS)


_ANY: Final = Expected()


class Store:
    """A directory that is filled file by file."""

    def __init__(self, root: Path) -> None:
        """Fill the directory ``root``, which is made where it is not there."""
        self._root = root
        self._pool = ThreadPoolExecutor(len(DIGESTS) + 1)

    def __enter__(self) -> Self:
        """Return the store."""
        return self

    def __exit__(self, *exc: object) -> None:
        """End its threads."""
        self._pool.shutdown()

    def held(self, path: str, expected: Expected) -> Stored | None:
        """Return the file that is there already, ``None`` where it is none such.

        Only what has digests can be told from another. Raises: OutputError.
        """
        if not expected.known:
            return None
        with self._errors():
            target = self._target(path)
            try:
                chunks = _chunks(target)
                summed = self._summed(chunks, expected)
            except (FileNotFoundError, DigestError):
                return None
        return Stored(path, summed[0], summed[1], is_new=False)

    def put(
        self, path: str, chunks: Iterable[bytes], expected: Expected = _ANY
    ) -> Stored:
        """Write a file, unless the same is there; return what it is.

        Raises: DigestError where it is not the one expected, and ReadError as the
        chunks do: nothing changes then. OutputError.
        """
        with self._errors():
            target = self._target(path)
            _make(self._root, target.parent)
            part = self._root / PART
            writing = _Writing(target, part)
            try:
                sha256, size = self._summed(writing.through(chunks), expected)
                is_new = writing.finish()
            finally:
                writing.close()
        return Stored(path, sha256, size, is_new)

    def others(self, kept: frozenset[str]) -> Iterator[str]:
        """Yield the files of the directory that are not among ``kept``, sorted."""
        for folder, folders, names in os.walk(self._root):
            folders.sort()
            below = os.path.relpath(folder, self._root)
            for name in sorted(names):
                path = name if below == "." else f"{below}/{name}"
                if path not in kept and path != PART:
                    yield path

    def read(self, path: str) -> Iterator[bytes]:
        """Yield a file of the directory. Raises: OutputError."""
        with self._errors():
            yield from _chunks(self._target(path))

    def remove(self, path: str) -> None:
        """Remove a file that an earlier run wrote, if it is there."""
        with self._errors():
            self._target(path).unlink(missing_ok=True)

    def _target(self, path: str) -> Path:
        """Return where a file lies. Raises: OutputError for a path that leads up."""
        parts = path.split("/")
        if any(part in ("", ".", "..") for part in parts) or "\0" in path:
            raise OutputError(f"is no name below it: {path!r}", **self._where())
        return self._root.joinpath(*parts)

    def _summed(self, chunks: Iterable[bytes], expected: Expected) -> tuple[str, int]:
        """Return SHA-256 and size of what comes. Raises: DigestError."""
        own = hashlib.sha256()
        wanted = [
            (name, digits, hashlib.new(DIGESTS[name]))
            for name, digits in expected.known
        ]
        size = 0
        with _Sums(self._pool, (own, *(one[2] for one in wanted))) as sums:
            for chunk in chunks:
                size += len(chunk)
                if expected.size is not None and size > expected.size:
                    break
                sums.add(chunk)
        if expected.size is not None and size != expected.size:
            more = "more than " if size > expected.size else f"{size} bytes long, not "
            raise DigestError(f"is {more}the {expected.size} bytes of the Manifest")
        for name, digits, digest in wanted:
            if digest.hexdigest() != digits.lower():
                raise DigestError(f"has another {name} than its Manifest says")
        return own.hexdigest(), size

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


class _Sums:
    """Digests of one file, each by a thread of its own once the file is long."""

    def __init__(
        self, pool: ThreadPoolExecutor, digests: Sequence["hashlib._Hash"]
    ) -> None:
        """Feed the digests."""
        self._pool = pool
        self._digests = digests
        self._queues: list[Queue[bytes]] = []
        self._running: list[Future[None]] = []

    def __enter__(self) -> Self:
        """Return the digests."""
        return self

    def __exit__(self, *exc: object) -> None:
        """Wait until all is fed."""
        for queue in self._queues:
            queue.put(b"")
        wait(self._running)

    def add(self, chunk: bytes) -> None:
        """Feed a chunk to all; it may still be read when this returns."""
        if len(chunk) == CHUNK and not self._queues:
            self._queues = [Queue(_AHEAD) for _ in self._digests]
            self._running = [
                self._pool.submit(_feed, queue, digest)
                for queue, digest in zip(self._queues, self._digests, strict=True)
            ]
        for queue in self._queues if chunk else ():
            queue.put(chunk)
        for digest in self._digests if not self._queues else ():
            digest.update(chunk)


def _feed(queue: "Queue[bytes]", digest: "hashlib._Hash") -> None:
    """Feed a digest until the queue says that there is no more."""
    while chunk := queue.get():
        digest.update(chunk)


class _Writing:
    """A file on its way: compared with what is there as long as that is the same."""

    def __init__(self, target: Path, part: Path) -> None:
        """Write ``target`` by way of ``part``."""
        self._target = target
        self._part = part
        self._old = _opened(target)
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
        self._new = os.open(self._part, _NEW, 0o644)
        for at in range(0, self._same, CHUNK):
            _write(self._new, os.pread(self._old, min(CHUNK, self._same - at), at))


def _opened(path: Path) -> int:
    """Return a descriptor of a file, -1 where there is no regular one."""
    try:
        return os.open(path, _OLD) if path.is_file() else -1
    except OSError:
        return -1


def _chunks(path: Path) -> Iterator[bytes]:
    """Yield a file of the directory. Raises: OSError."""
    with os.fdopen(os.open(path, _OLD), "rb", buffering=0) as file:
        while chunk := file.read(CHUNK):
            yield chunk


def _write(descriptor: int, content: bytes) -> None:
    """Write all of it."""
    view = memoryview(content)
    while view:
        view = view[os.write(descriptor, view) :]


def _make(root: Path, directory: Path) -> None:
    """Make a directory below the root. Raises: OSError, also at a symbolic link."""
    directory.mkdir(parents=True, exist_ok=True)
    while directory != root:
        if directory.is_symlink():
            raise NotADirectoryError(20, f"{directory.name} is a symbolic link")
        directory = directory.parent

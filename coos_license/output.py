# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""The only writer: every file goes to a temporary name first, then takes its own.

Nothing of an earlier run changes before all new files are complete on disk.
"""

import contextlib
import errno
import fcntl
import hashlib
import os
import stat
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Final

from coos_license.errors import OutputError
from coos_license.processes import beside

#: Name of each file, and what renders its content; again each time it is called.
Artifacts = Mapping[str, Callable[[], Iterable[bytes]]]
CHECKSUMS: Final = "SHA256SUMS"
#: Five seconds: a fork that was left behind has ended by then.
_LOCK_TRIES: Final = 50
_LOCK_PAUSE_S: Final = 0.1
_CURE: Final = "make room, or give another directory with -o"


def write_all(directory: Path, artifacts: Artifacts, others: Artifacts) -> None:
    """Write the artifacts and their ``SHA256SUMS`` into the directory, all or none.

    The ``others`` are rendered by a second process, where a core is free for it.
    Raises: OutputError; what was there before is then untouched.
    """
    if directory.exists() and not directory.is_dir():
        message = "cannot be written: it is no directory"
        raise OutputError(message, where=str(directory), cure=_CURE)
    parts = {
        directory / name: directory / f".{name}.part"
        for name in (*artifacts, *others, CHECKSUMS)
    }
    lock = _claimed(directory)
    try:
        digests = _stream_all(directory, artifacts, others)
        _stream(directory / f".{CHECKSUMS}.part", [checksums(digests)])
        for target in parts:
            if target.is_dir():
                message = f"{target.name} is a directory"
                raise OutputError(message, where=str(directory), cure=_CURE)
        for target, source in parts.items():
            source.replace(target)
    except OSError as error:
        reason = error.strerror or str(error)
        message = f"cannot be written: {reason}"
        raise OutputError(message, where=str(directory), cure=_CURE) from error
    finally:
        for leftover in parts.values():
            with contextlib.suppress(OSError):
                leftover.unlink(missing_ok=True)
        os.close(lock)


def _claimed(directory: Path) -> int:
    """Make the directory and keep other runs out, until the descriptor is closed.

    Two at once would give each other's files their names before they are whole. The
    fork shares the lock, and outlives a run that was killed by a moment: that is
    waited for. Raises: OutputError.
    """
    lock = -1
    try:
        directory.mkdir(parents=True, exist_ok=True)
        lock = os.open(directory, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        _lock(lock)
    except BlockingIOError as error:
        os.close(lock)
        what = "another run is writing it"
        cure = "wait for that one, or give another directory with -o"
        raise OutputError(what, where=str(directory), cure=cure) from error
    except OSError as error:
        # Some file systems of other machines have no locks.
        if lock >= 0 and error.errno in (errno.ENOLCK, errno.EOPNOTSUPP, errno.EBADF):
            return lock
        if lock >= 0:
            os.close(lock)
        message = f"cannot be written: {error.strerror or error}"
        raise OutputError(message, where=str(directory), cure=_CURE) from error
    return lock


def _lock(descriptor: int) -> None:
    """Lock a directory. Raises: OSError; BlockingIOError where another run has it."""
    for _ in range(_LOCK_TRIES - 1):
        with contextlib.suppress(BlockingIOError):
            return fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        time.sleep(_LOCK_PAUSE_S)
    return fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)


def _stream_all(
    directory: Path, artifacts: Artifacts, others: Artifacts
) -> dict[str, str]:
    """Write every artifact under its temporary name; return their sha256 by name."""

    def stream(some: Artifacts) -> dict[str, str]:
        return {
            name: _stream(directory / f".{name}.part", render())
            for name, render in some.items()
        }

    # An error in the other process is met again here, and told as any other.
    with beside(partial(stream, others), worth=bool(others)) as answer:
        digests = stream(artifacts)
        return {**digests, **answer()}


def write_file(target: Path, chunks: Iterable[bytes]) -> int:
    """Write one file, or leave what was there; return its size in bytes.

    A link is not followed. Of two runs that write it at once the last one wins, whole.
    Raises: OutputError.
    """
    cure = "give another file"
    with contextlib.suppress(OSError):
        mode = target.lstat().st_mode
        if not stat.S_ISREG(mode):
            # A rename would put a file in the place of a device such as /dev/null.
            what = "it is a directory"
            if not stat.S_ISDIR(mode):
                what = "something else than a file is there"
            message = f"cannot be written: {what}"
            raise OutputError(message, where=str(target), cure=cure)
    temporary = target.with_name(f".{target.name}.{os.urandom(4).hex()}.part")
    try:
        _stream(temporary, chunks)
        size = temporary.stat().st_size
        temporary.replace(target)
    except FileNotFoundError as error:
        message = f"cannot be written: {error.strerror}"
        cure = f"make its directory, or {cure}"
        raise OutputError(message, where=str(target), cure=cure) from error
    except OSError as error:
        message = f"cannot be written: {error.strerror or error}"
        cure = f"make room, or {cure}"
        raise OutputError(message, where=str(target), cure=cure) from error
    finally:
        with contextlib.suppress(OSError):
            temporary.unlink(missing_ok=True)
    return size


def _stream(path: Path, chunks: Iterable[bytes]) -> str:
    """Write the chunks to a new file; return their sha256."""
    digest = hashlib.sha256()
    with contextlib.suppress(FileNotFoundError):
        path.unlink()
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
    with os.fdopen(os.open(path, flags, 0o644), "wb") as file:
        for chunk in chunks:
            digest.update(chunk)
            file.write(chunk)
    return digest.hexdigest()


def checksums(digests: Mapping[str, str]) -> bytes:
    """Return ``SHA256SUMS`` as sha256sum(1) reads it, sorted by name."""
    return "".join(
        f"{digest}  {name}\n" for name, digest in sorted(digests.items())
    ).encode()


def differences(directory: Path, artifacts: Artifacts) -> Iterator[str]:
    """Yield the names that :func:`write_all` would change, sorted. Writes nothing.

    Raises: OutputError where a file cannot be read.
    """
    digests = {}
    for name, render in sorted(artifacts.items()):
        digest = hashlib.sha256()
        for chunk in render():
            digest.update(chunk)
        digests[name] = digest.hexdigest()
        if _digest(directory / name) != digests[name]:
            yield name
    expected = hashlib.sha256(checksums(digests)).hexdigest()
    if _digest(directory / CHECKSUMS) != expected:
        yield CHECKSUMS


def _digest(path: Path) -> str | None:
    """Return the sha256 of a file, ``None`` where it is absent."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except FileNotFoundError:
        return None
    except OSError as error:
        message = f"cannot be read: {error.strerror or error}"
        raise OutputError(message, where=str(path), cure=_CURE) from error

# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""The journal: one JSON object a line, appended and synced, never rewritten.

A line is written before a step starts and after it ended, so that a run which dies
at any point leaves ``running`` without an end, which means: run again. A line that
was torn by the death of the writer is skipped and reported.
"""

import contextlib
import fcntl
import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from coos_build.errors import BuildError

VERSION: Final = 1
JOURNAL_NAME: Final = "journal.jsonl"
KINDS: Final = frozenset({"run", "start", "spawn", "end", "skip", "finish"})
_LIMIT: Final = 256 << 20

#: One line; what it holds is checked where it is read.
Record = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Journal:
    """The records in order, and one sentence for each line that is none."""

    records: tuple[Record, ...]
    faults: tuple[str, ...]


def read_journal(state: Path) -> Journal:
    """Return what was written so far; nothing where there is no journal.

    Raises: BuildError where it cannot be read, or is of a later version.
    """
    path = state / JOURNAL_NAME
    try:
        with path.open("rb") as file:
            content = file.read(_LIMIT + 1)
    except FileNotFoundError:
        return Journal((), ())
    except OSError as error:
        message = f"cannot be read: {error.strerror or error}"
        raise BuildError(
            message, where=str(path), cure="mend its permissions"
        ) from error
    if len(content) > _LIMIT:
        cure = "move it away; all steps then run again"
        raise BuildError(f"is larger than {_LIMIT} bytes", where=str(path), cure=cure)
    return parse_journal(content, str(path))


def parse_journal(content: bytes, where: str) -> Journal:
    """Return the records of a journal's bytes. Raises: BuildError."""
    records: list[Record] = []
    faults: list[str] = []
    lines = content.split(b"\n")
    for number, line in enumerate(lines, 1):
        if not line:
            continue
        record = _record(line)
        if record is None:
            torn = "was torn" if number == len(lines) else "is no record"
            faults.append(f"line {number} of the journal {torn} and is ignored")
        elif record["v"] != VERSION:
            message = f"line {number} is of version {record['v']}"
            cure = f"use a coos-build that knows it (this one knows {VERSION})"
            raise BuildError(message, where=where, cure=cure)
        else:
            records.append(record)
    return Journal(tuple(records), tuple(faults))


def _record(line: bytes) -> Record | None:
    """Return the object of a line, or None."""
    try:
        record = json.loads(line)
    except (ValueError, RecursionError):
        return None
    if not isinstance(record, dict) or not isinstance(record.get("v"), int):
        return None
    return record if record.get("kind") in KINDS else None


class JournalWriter:
    """Appends records; each is on disk when ``write`` returns."""

    def __init__(self, descriptor: int, path: Path) -> None:
        """Take an open descriptor; use :func:`open_journal`."""
        self._descriptor = descriptor
        self._path = path

    def write(self, kind: str, record: Record) -> None:
        """Append one record. Raises: BuildError on a full disk."""
        line = json.dumps({"v": VERSION, "kind": kind, **record}, sort_keys=True)
        try:
            _write_all(self._descriptor, f"{line}\n".encode())
            os.fsync(self._descriptor)
        except OSError as error:
            message = f"cannot be written: {error.strerror or error}"
            cure = "make room; the step is run again"
            raise BuildError(message, where=str(self._path), cure=cure) from error


@contextlib.contextmanager
def open_journal(state: Path) -> Iterator[JournalWriter]:
    """Open the journal for appending; a torn last line is closed first."""
    path = state / JOURNAL_NAME
    flags = os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW | os.O_CLOEXEC
    descriptor = os.open(path, flags, 0o644)
    try:
        size = os.fstat(descriptor).st_size
        if size and os.pread(descriptor, 1, size - 1) != b"\n":
            _write_all(descriptor, b"\n")
        _sync_directory(state)
        yield JournalWriter(descriptor, path)
    finally:
        os.close(descriptor)


def _write_all(descriptor: int, content: bytes) -> None:
    """Write every byte, or raise."""
    view = memoryview(content)
    while view:
        view = view[os.write(descriptor, view) :]


def _sync_directory(path: Path) -> None:
    """Make a new name in the directory last."""
    descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def is_locked(descriptor: int) -> bool:
    """Take the lock of an open file; return whether another process has it."""
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    return False

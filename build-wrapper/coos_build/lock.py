# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""One run at a time: a lock that the kernel gives back, with a note of its holder."""

import contextlib
import json
import os
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

from coos_build.errors import BuildError
from coos_build.journal import is_locked
from coos_build.text import clean_line

LOCK_NAME: Final = "lock"
_LIMIT: Final = 4096


@dataclass(frozen=True, slots=True)
class Holder:
    """Who holds a checkout, or held it last."""

    pid: int
    host: str
    started: str

    def __str__(self) -> str:
        """Return the words for a person."""
        return f"process {self.pid} on {self.host}, since {self.started}"


@contextlib.contextmanager
def hold(state: Path, holder: Holder) -> Iterator[Holder | None]:
    """Hold the lock; yield who left it behind without an end, if somebody did.

    Raises: BuildError naming the holder when another run has it.
    """
    path = state / LOCK_NAME
    flags = os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC
    descriptor = os.open(path, flags, 0o644)
    try:
        taken = is_locked(descriptor)
        earlier = parse_holder(os.pread(descriptor, _LIMIT, 0))
        if taken:
            who = str(earlier) if earlier else "a process that has not said its name"
            cure = "wait for it, or end it"
            raise BuildError(f"is held by {who}", where=str(path), cure=cure)
        _note(descriptor, json.dumps(asdict(holder)).encode())
        yield earlier
        _note(descriptor, b"")
    finally:
        os.close(descriptor)


def parse_holder(content: bytes) -> Holder | None:
    """Return the holder that a lock file names; None for an empty or strange one."""
    try:
        told = json.loads(content)
        holder = Holder(int(told["pid"]), str(told["host"]), str(told["started"]))
    except (ValueError, KeyError, TypeError, RecursionError):
        return None
    return Holder(holder.pid, clean_line(holder.host), clean_line(holder.started))


def _note(descriptor: int, content: bytes) -> None:
    """Replace the content of the lock file."""
    os.ftruncate(descriptor, 0)
    os.pwrite(descriptor, content, 0)

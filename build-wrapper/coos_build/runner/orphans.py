# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""Programs of an earlier run that still live: found, named, ended.

A run that was killed takes its programs along (see ``supervise.py``). If the
supervisor was killed too, they may live on, and a second ``emerge`` beside the first
would spoil the sysroot. They carry the run's mark in their environment; those of root,
whose environment cannot be read, are known by their process group.
"""

import contextlib
import os
import signal
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from coos_build.text import clean_line

MARK: Final = "COOS_BUILD_RUN"
_GRACE_S: Final = 10.0
_LIMIT: Final = 1 << 20


@dataclass(frozen=True, slots=True)
class Orphan:
    """A process that nobody waits for."""

    pid: int
    name: str


def boot_id() -> str:
    """Return what tells one boot of this machine from another; empty if unknown."""
    with contextlib.suppress(OSError):
        return Path("/proc/sys/kernel/random/boot_id").read_text("ascii").strip()
    return ""


def find_orphans(runs: Iterable[str], groups: Iterable[int]) -> tuple[Orphan, ...]:
    """Return the processes of these runs, or of these groups where it cannot be read.

    ``groups`` must come from this boot of the machine.
    """
    marks = {f"{MARK}={run}".encode() for run in runs}
    wanted = set(groups)
    found = []
    for entry in sorted(Path("/proc").iterdir()):
        if entry.name.isdigit() and int(entry.name) != os.getpid():
            orphan = _orphan(entry, marks, wanted)
            if orphan is not None:
                found.append(orphan)
    return tuple(found)


def _orphan(entry: Path, marks: set[bytes], groups: set[int]) -> Orphan | None:
    """Return the process behind an entry of /proc if it is one of them."""
    try:
        head, _, rest = (entry / "stat").read_bytes().rpartition(b")")
        fields = rest.split()
        if fields[0] == b"Z":
            return None
        try:
            with (entry / "environ").open("rb") as file:
                is_ours = not marks.isdisjoint(file.read(_LIMIT).split(b"\0"))
        except PermissionError:
            is_ours = int(fields[2]) in groups
    except (OSError, IndexError, ValueError):
        return None
    if not is_ours:
        return None
    name = head.partition(b"(")[2].decode("utf-8", "replace")
    return Orphan(int(entry.name), clean_line(name))


def end_orphans(orphans: Iterable[Orphan]) -> tuple[Orphan, ...]:
    """End the processes, gently first; return those that could not be ended."""
    left = tuple(orphans)
    deadline = time.monotonic() + _GRACE_S
    number = signal.SIGTERM
    while left:
        for one in left:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.kill(one.pid, number)
        time.sleep(0.1)
        left = tuple(one for one in left if _lives(one.pid))
        if number is signal.SIGKILL and time.monotonic() > deadline + _GRACE_S / 5:
            break
        late = time.monotonic() > deadline
        number = signal.SIGKILL if late else signal.SIGTERM
    return left


def _lives(pid: int) -> bool:
    """Return whether a process runs still; a zombie does not."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_bytes().rpartition(b")")[2].split()
    except OSError:
        return False
    return bool(fields) and fields[0] != b"Z"

# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""Stands between coos-build and a program, so that no program outlives its run.

Run as a script of its own (``python -I supervise.py PARENT -- COMMAND...``), it imports
nothing of this package and starts fast. The kernel tells it when coos-build dies,
however it dies, and gives it every descendant that loses its parent; then, and when it
is asked to end, it ends all of them: SIGTERM, ten seconds, SIGKILL.

What a command leaves running on purpose after a success is left alone: ``cros_sdk``
runs fstrim in the background.
"""

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterable
from pathlib import Path

_SET_PDEATHSIG = 1  # linux/prctl.h
_SET_CHILD_SUBREAPER = 36
_GRACE_S = 10.0
_TICK_S = 0.05
_NOT_FOUND = 127
_NOT_RUNNABLE = 126
_SIGNALLED = 128


class _Asked(BaseException):
    """A signal that asks for the end of everything."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.number = number


def _ask(number: int, _frame: object) -> None:
    """Turn a signal into the end of the wait; a second one changes nothing."""
    for one in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(one, signal.SIG_IGN)
    raise _Asked(number)


def children_of(table: dict[int, int], root: int) -> set[int]:
    """Return all descendants of a process; ``table`` maps process to parent."""
    found: set[int] = set()
    border = {root}
    while border:
        border = {pid for pid, parent in table.items() if parent in border} - found
        found |= border
    return found


def parents() -> dict[int, int]:
    """Return process -> parent of all that live and are no zombies."""
    table = {}
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            # The name may hold spaces and brackets: fields count from the last one.
            fields = (entry / "stat").read_bytes().rsplit(b")", 1)[1].split()
        except (OSError, IndexError):
            continue
        if fields[0] != b"Z":
            table[int(entry.name)] = int(fields[1])
    return table


def send(pids: Iterable[int], number: int) -> None:
    """Signal processes; those of root through sudo, if its time stamp still holds."""
    refused = []
    for pid in pids:
        try:
            os.kill(pid, number)
        except ProcessLookupError:
            continue
        except PermissionError:
            refused.append(str(pid))
    if refused:
        words = ["sudo", "-n", "kill", f"-{int(number)}", *refused]
        try:
            subprocess.run(words, check=False, timeout=5, capture_output=True)
        except (OSError, subprocess.TimeoutExpired):
            return


def _reap() -> None:
    """Bury the children that have ended."""
    try:
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass
    except ChildProcessError:
        return


def end_all() -> None:
    """End every descendant, gently first."""
    started = time.monotonic()
    told = False
    while True:
        _reap()
        left = children_of(parents(), os.getpid())
        waited = time.monotonic() - started
        if not left or waited > 2 * _GRACE_S:
            return
        if waited > _GRACE_S:
            send(left, signal.SIGKILL)
        elif not told:
            send(left, signal.SIGTERM)
            told = True
        time.sleep(_TICK_S)


def _status(code: int) -> int:
    """Return the exit status for a wait status of the command."""
    return code if code >= 0 else _SIGNALLED - code


def _watch(command: list[str]) -> int:
    """Run the command; return its exit status. Raises: _Asked."""
    try:
        child = subprocess.Popen(command, start_new_session=False)
    except FileNotFoundError:
        sys.stderr.write(f"{command[0]}: not found on PATH\n")
        return _NOT_FOUND
    except OSError as error:
        sys.stderr.write(f"{command[0]}: {error.strerror}\n")
        return _NOT_RUNNABLE
    while True:
        pid, code = os.waitpid(-1, 0)
        if pid == child.pid:
            child.returncode = os.waitstatus_to_exitcode(code)
            return _status(child.returncode)


def main(arguments: list[str]) -> int:
    """Supervise; ``arguments`` are the parent's process, ``--`` and the command."""
    parent = int(arguments[0])
    library = ctypes.CDLL(None, use_errno=True)
    library.prctl(_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    for one in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(one, _ask)
    library.prctl(_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)
    if os.getppid() != parent:  # it died before the line above
        return _SIGNALLED + signal.SIGTERM
    try:
        status = _watch(arguments[2:])
    except _Asked as asked:
        end_all()
        return _SIGNALLED + asked.number
    if status:
        end_all()
    return status


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

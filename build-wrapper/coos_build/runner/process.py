# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""One program, watched from start to end: log, deadline, free disk, interruption.

The program writes straight into its log, so that the log is whole even when this
process dies; progress is read from the log as it grows.
"""

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import time
from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Final, Protocol

from coos_build.errors import StepError
from coos_build.model import DiskUse
from coos_build.runner.capture import SUPERVISE
from coos_build.runner.log import LogReader, open_log
from coos_build.secret import Secret

TAIL_LINES: Final = 400
_TICK_S: Final = 0.1
_DISK_EVERY_S: Final = 2.0
#: The supervisor waits ten seconds twice; then nothing but SIGKILL is left.
_LAST_WAIT_S: Final = 25.0
_INTERRUPTED: Final = 130


class Why(StrEnum):
    """Why a program ended."""

    EXITED = "exited"
    DEADLINE = "deadline"
    DISK = "disk"
    INTERRUPTED = "interrupted"


@dataclass(frozen=True, kw_only=True, slots=True)
class Job:
    """One program to run. ``stdin`` is all that it can read."""

    argv: tuple[str, ...]
    cwd: Path
    env: Mapping[str, str]
    log: Path
    deadline_s: float
    min_free_bytes: int
    stdin: Secret | None = None
    #: Where its standard output goes; None: into the log.
    stdout: Path | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Ended:
    """How a program ended; ``tail`` are the last lines of its log, cleaned."""

    why: Why
    exit_status: int
    seconds: float
    disk: DiskUse
    tail: tuple[str, ...]


class Observer(Protocol):
    """Who is told while a program runs."""

    def spawned(self, pid: int) -> None:
        """Called once, before anything else."""

    def line(self, text: str) -> None:
        """Called for each line of the log, cleaned."""

    def tick(self, elapsed_s: float) -> None:
        """Called several times a second."""


@dataclass(slots=True)
class _Watch:
    """What is known of the running program."""

    job: Job
    started: float
    free_before: int
    free_least: int
    disk_looked: float
    tail: deque[str]

    def due(self) -> Why | None:
        """Return why the program must end now, if it must."""
        now = time.monotonic()
        if now - self.started > self.job.deadline_s:
            return Why.DEADLINE
        if now - self.disk_looked > _DISK_EVERY_S:
            self.disk_looked = now
            self.free_least = min(self.free_least, free_bytes(self.job.cwd))
            if self.free_least < self.job.min_free_bytes:
                return Why.DISK
        return None


def free_bytes(path: Path) -> int:
    """Return the bytes that are free where a path lies."""
    return shutil.disk_usage(path).free


def run(job: Job, observer: Observer) -> Ended:
    """Run a program to its end, whichever that is.

    An interruption ends the program first. Raises: StepError when it cannot start.
    """
    free = free_bytes(job.cwd)
    now = time.monotonic()
    watch = _Watch(job, now, free, free, now, deque(maxlen=TAIL_LINES))
    with open_log(job.log) as (log, reader):
        process = _start(job, log)
        try:
            observer.spawned(process.pid)
            why = _follow(process, watch, reader, observer)
        finally:
            _end(process)
        for text in reader.last_lines():
            _tell(watch, observer, text)
    after = free_bytes(job.cwd)
    return Ended(
        why=why,
        exit_status=process.returncode,
        seconds=time.monotonic() - watch.started,
        disk=DiskUse(free, after, min(after, watch.free_least)),
        tail=tuple(watch.tail),
    )


def _start(job: Job, log: int) -> "subprocess.Popen[bytes]":
    """Start the supervisor with the program, in a group of its own."""
    words = [sys.executable, "-I", str(SUPERVISE), str(os.getpid()), "--", *job.argv]
    with contextlib.ExitStack() as files:
        stdout = files.enter_context(job.stdout.open("wb")) if job.stdout else log
        try:
            process = subprocess.Popen(
                words,
                cwd=job.cwd,
                env=dict(job.env),
                stdin=subprocess.PIPE if job.stdin else subprocess.DEVNULL,
                stdout=stdout,
                stderr=log,
                process_group=0,
            )
        except OSError as error:
            message = f"{job.argv[0]} cannot be started: {error.strerror or error}"
            raise StepError(message) from error
    if job.stdin and process.stdin:
        with contextlib.suppress(BrokenPipeError), process.stdin as pipe:
            pipe.write(job.stdin.line())
    return process


def _follow(
    process: "subprocess.Popen[bytes]",
    watch: _Watch,
    reader: LogReader,
    observer: Observer,
) -> Why:
    """Return why the program ended, or must end."""
    with _foreground(process.pid):
        try:
            while process.poll() is None:
                for text in reader.new_lines():
                    _tell(watch, observer, text)
                observer.tick(time.monotonic() - watch.started)
                why = watch.due()
                if why is not None:
                    return why
                with contextlib.suppress(subprocess.TimeoutExpired):
                    process.wait(_TICK_S)
        except KeyboardInterrupt:
            return Why.INTERRUPTED
    return Why.INTERRUPTED if process.returncode == _INTERRUPTED else Why.EXITED


def _tell(watch: _Watch, observer: Observer, text: str) -> None:
    """Keep one line and pass it on."""
    watch.tail.append(text)
    observer.line(text)


@contextlib.contextmanager
def _foreground(group: int) -> Iterator[None]:
    """Give the terminal to the program: sudo may ask, and Ctrl-C reaches it."""
    if not sys.stdin.isatty():
        yield
        return
    terminal = sys.stdin.fileno()
    earlier = signal.signal(signal.SIGTTOU, signal.SIG_IGN)
    try:
        with contextlib.suppress(OSError):
            os.tcsetpgrp(terminal, group)
            os.killpg(group, signal.SIGCONT)
        yield
    finally:
        with contextlib.suppress(OSError):
            os.tcsetpgrp(terminal, os.getpgrp())
        signal.signal(signal.SIGTTOU, earlier)


def _end(process: "subprocess.Popen[bytes]") -> None:
    """See to it that nothing of the program is left, even when interrupted again."""
    waited = time.monotonic() + _LAST_WAIT_S
    asked = False
    while process.poll() is None:
        try:
            if not asked:
                process.terminate()
                asked = True
            process.wait(max(0.0, waited - time.monotonic()))
        except KeyboardInterrupt:
            continue
        except subprocess.TimeoutExpired:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(process.pid, signal.SIGKILL)
            process.kill()
            process.wait()

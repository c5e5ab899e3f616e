# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""The bench of one attempt: where a step's programs run, one after the other.

All write into one log, share one deadline, and are journalled as they start.
"""

import shlex
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from coos_build.config import Config
from coos_build.errors import InterruptedRunError, StepError
from coos_build.failures import recognise
from coos_build.journal import JournalWriter
from coos_build.layout import Layout
from coos_build.model import DiskUse, Step
from coos_build.monitor import Monitor
from coos_build.progress import NO_SPACE, Progress, read_progress, sentence
from coos_build.runner import process
from coos_build.runner.capture import ask
from coos_build.runner.orphans import boot_id
from coos_build.runner.process import Ended, Job, Why
from coos_build.secret import Secret
from coos_build.text import duration, size

_KEEP_ALIVE_S: Final = 60.0
_GIB: Final = 1 << 30


@dataclass(frozen=True, kw_only=True, slots=True)
class Session:
    """What does not change during a run."""

    run: str
    layout: Layout
    config: Config
    journal: JournalWriter
    monitor: Monitor
    env: Mapping[str, str]
    secret: Secret | None = None
    keeps_sudo: bool = False


@dataclass(slots=True)
class Bench:
    """One attempt in the making."""

    session: Session
    step: Step
    number: int
    log: Path
    earlier_s: float
    started: float = field(default_factory=time.monotonic)
    tail: tuple[str, ...] = ()
    disk: DiskUse | None = None
    #: Called while a program runs; the step that serves one sets it.
    service: Callable[[], None] | None = None

    def run(
        self,
        argv: tuple[str, ...],
        *,
        stdin: Secret | None = None,
        stdout: Path | None = None,
        allowed: tuple[int, ...] = (0,),
    ) -> int:
        """Run one program to its end; return its exit status, one of ``allowed``.

        Raises: StepError, with the cause where it is known; InterruptedRunError.
        """
        self.note(f"$ {shlex.join(argv)}")
        watcher = _Watcher(self)
        ended = process.run(self._job(argv, stdin, stdout), watcher)
        self._keep(ended)
        self._judge(ended, watcher, allowed)
        return ended.exit_status

    def note(self, text: str) -> None:
        """Write one line of ours into the log."""
        with self.log.open("a", encoding="utf-8", errors="backslashreplace") as file:
            file.write(f"coos-build: {text}\n")

    def left_s(self) -> float:
        """Return the seconds until the deadline."""
        limit = self.session.config.deadline_s(self.step.name)
        return max(0.1, limit - (time.monotonic() - self.started))

    def _job(
        self, argv: tuple[str, ...], stdin: Secret | None, stdout: Path | None
    ) -> Job:
        return Job(
            argv=argv,
            cwd=self.session.layout.checkout,
            env=self.session.env,
            log=self.log,
            deadline_s=self.left_s(),
            min_free_bytes=self.session.config.number("min_free_gib") * _GIB,
            stdin=stdin,
            stdout=stdout,
        )

    def _keep(self, ended: Ended) -> None:
        """Add what a program took to what the attempt took."""
        self.tail = (*self.tail, *ended.tail)[-process.TAIL_LINES :]
        first = self.disk or ended.disk
        least = min(first.free_least, ended.disk.free_least)
        self.disk = DiskUse(first.free_before, ended.disk.free_after, least)

    def _judge(
        self, ended: Ended, watcher: "_Watcher", allowed: tuple[int, ...]
    ) -> None:
        """Turn every end but a good one into an error."""
        name = self.step.name
        match ended.why:
            case Why.INTERRUPTED:
                raise InterruptedRunError
            case Why.DEADLINE:
                limit = self.session.config.deadline_s(name)
                message = f"did not end within {duration(limit)} and was ended"
                cure = f"see where its log stops; --deadlines {name}=SECONDS gives more"
                raise StepError(message, cure)
            case Why.DISK:
                left = size(ended.disk.free_least)
                message = f"was ended before it filled the disk: {left} were free"
                raise StepError(message, "make room, or lower --min-free-gib")
            case Why.EXITED if ended.exit_status in allowed:
                return
            case _:
                self._fail(ended, watcher)

    def _fail(self, ended: Ended, watcher: "_Watcher") -> None:
        """Raise the error of a program that failed, with what is known of it."""
        lines = (*self.tail, watcher.no_space)
        known = recognise(self.step.name, lines)
        told = f"exit status {ended.exit_status}"
        if known is None:
            raise StepError(told, exit_status=ended.exit_status)
        message = f"{told}: {known.cause}"
        raise StepError(message, known.cure, ended.exit_status)


@dataclass(slots=True)
class _Watcher:
    """Listens to a program for its bench."""

    bench: Bench
    seen: Progress = field(default_factory=Progress)
    no_space: str = ""
    kept_alive: float = field(default_factory=time.monotonic)

    def spawned(self, pid: int) -> None:
        """Journal the group, so that a later run finds what is left of it."""
        bench = self.bench
        record = {
            "run": bench.session.run,
            "step": bench.step.name,
            "attempt": bench.number,
            "pid": pid,
            "boot": boot_id(),
        }
        bench.session.journal.write("spawn", record)

    def line(self, text: str) -> None:
        """Read the progress, and remember a full disk however much follows."""
        self.seen = read_progress(text) or self.seen
        if NO_SPACE.search(text):
            self.no_space = text

    def tick(self, elapsed_s: float) -> None:
        """Show the progress, serve, and keep sudo's time stamp fresh."""
        bench = self.bench
        told = sentence(self.seen, elapsed_s, bench.earlier_s)
        bench.session.monitor.progress(bench.step.name, told)
        if bench.service is not None:
            bench.service()
        now = time.monotonic()
        if bench.session.keeps_sudo and now - self.kept_alive > _KEEP_ALIVE_S:
            self.kept_alive = now
            ask(("sudo", "-n", "-v"), timeout_s=5)

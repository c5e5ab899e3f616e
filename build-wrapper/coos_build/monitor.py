# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""What a person sees of a run: a live line on a terminal, plain lines elsewhere."""

import os
import sys
import time
from dataclasses import dataclass
from typing import Final, Protocol, TextIO

from coos_build.model import Attempt, Decision, State, Verdict
from coos_build.text import clean_line, duration, size

_LIVE_S: Final = 0.5
_PLAIN_S: Final = 60.0
_TAIL: Final = 20


class Monitor(Protocol):
    """Who is told how the run goes."""

    def say(self, text: str) -> None:
        """Called with one line that matters."""

    def decided(self, decision: Decision) -> None:
        """Called once for each step, before it runs or is passed over."""

    def progress(self, step: str, text: str) -> None:
        """Called often while a step runs."""

    def ended(self, attempt: Attempt, tail: tuple[str, ...]) -> None:
        """Called when a step has ended, with the last lines of its log."""


@dataclass(slots=True)
class TextMonitor:
    """Writes to a stream, by the custom of terminals or of logs."""

    stream: TextIO
    is_terminal: bool
    is_quiet: bool = False
    _shown: float = 0.0
    _open: bool = False

    def say(self, text: str) -> None:
        """Print one line, whatever it holds."""
        self._close()
        self.stream.write(f"coos-build: {clean_line(text)}\n")
        self.stream.flush()

    def decided(self, decision: Decision) -> None:
        """Say what is done with a step."""
        name = decision.step.name
        match decision.verdict:
            case Verdict.RUN:
                self.say(f"{name}: {decision.step.summary} ({decision.reason})")
            case Verdict.SKIP if not self.is_quiet:
                self.say(f"{name}: skipped, {decision.reason}")
            case Verdict.NOT_NEEDED if not self.is_quiet:
                self.say(f"{name}: not needed, {decision.reason}")
            case _:
                return
        self._shown = time.monotonic()

    def progress(self, step: str, text: str) -> None:
        """Draw the live line, or print a line once a minute."""
        now = time.monotonic()
        if self.is_quiet or now - self._shown < self._pause():
            return
        self._shown = now
        line = clean_line(f"{step}: {text}")
        if self.is_terminal:
            self.stream.write(f"\r\x1b[K{line[: _columns(self.stream)]}")
            self.stream.flush()
            self._open = True
        else:
            self.say(line)

    def ended(self, attempt: Attempt, tail: tuple[str, ...]) -> None:
        """Say how a step ended; of a failure the last lines of the log."""
        told = f"{attempt.step}: {attempt.state} in {duration(attempt.seconds)}"
        if attempt.disk:
            told += f", {size(attempt.disk.used)} of disk"
        if attempt.state is State.DONE:
            self.say(told)
            return
        for line in tail[-_TAIL:]:
            self._close()
            self.stream.write(f"  | {clean_line(line)}\n")
        self.say(told)
        self.say(f"{attempt.step}: {attempt.what}")
        if attempt.cure:
            self.say(f"{attempt.step}: to cure it: {attempt.cure}")
        self.say(f"{attempt.step}: the whole log is {attempt.log}")

    def _pause(self) -> float:
        return _LIVE_S if self.is_terminal else _PLAIN_S

    def _close(self) -> None:
        """Leave the live line."""
        if self._open:
            self.stream.write("\r\x1b[K")
            self._open = False


def _columns(stream: TextIO) -> int:
    """Return how wide a line may be without wrapping."""
    try:
        return max(20, os.get_terminal_size(stream.fileno()).columns - 1)
    except OSError:
        return 79


def stderr_monitor(*, quiet: bool) -> TextMonitor:
    """Return the monitor of a command: reports go to stdout, this to stderr."""
    return TextMonitor(sys.stderr, sys.stderr.isatty(), is_quiet=quiet)

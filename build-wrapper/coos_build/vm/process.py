# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""The one QEMU process: its serial port, its logs, and its end."""

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self

from coos_build.vm.accel import printable
from coos_build.vm.model import VmError

MAX_LOG_BYTES = 64 * 1024 * 1024
TAIL_BYTES = 64 * 1024
END_DEADLINE_S = 10.0


class Guest:
    """A running guest, ended when the ``with`` block is left, however that is."""

    def __init__(self, command: Sequence[str], log_dir: Path, name: str) -> None:
        """Start it; logs go to ``serial-NAME.log`` and ``qemu-NAME.log``."""
        self.serial_log = log_dir / f"serial-{name}.log"
        self.qemu_log = log_dir / f"qemu-{name}.log"
        self._started = time.monotonic()
        with self.serial_log.open("wb") as serial, self.qemu_log.open("wb") as errors:
            self._process = subprocess.Popen(  # noqa: S603 - QEMU, our own options
                (*_dies_with_us(), *command),
                stdin=subprocess.PIPE,
                stdout=serial,
                stderr=errors,
                env={**os.environ, "TMPDIR": str(log_dir.absolute())},
                start_new_session=True,
            )

    def __enter__(self) -> Self:
        """Return itself."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """End the process if it still runs."""
        self.end()

    @property
    def elapsed_s(self) -> float:
        """Seconds since the start."""
        return time.monotonic() - self._started

    @property
    def exit_status(self) -> int | None:
        """The exit status of QEMU, None while it runs."""
        return self._process.poll()

    def serial_tail(self) -> bytes:
        """Return the end of what the guest printed.

        Raises:
            VmError: the guest prints without end.
        """
        with self.serial_log.open("rb") as log:
            size = log.seek(0, os.SEEK_END)
            if size > MAX_LOG_BYTES:
                raise VmError(
                    f"the guest printed more than {MAX_LOG_BYTES} bytes",
                    f"see the end of {self.serial_log}",
                )
            log.seek(max(0, size - TAIL_BYTES))
            return log.read(TAIL_BYTES)

    def complaints(self) -> tuple[str, ...]:
        """Return the last lines that QEMU itself wrote, as they can be shown."""
        with self.qemu_log.open("rb") as log:
            log.seek(max(0, log.seek(0, os.SEEK_END) - TAIL_BYTES))
            lines = log.read(TAIL_BYTES).decode("utf-8", "replace").split("\n")
        return tuple(printable(line) for line in lines if line)

    def type(self, text: bytes) -> None:
        """Send bytes to the serial port; a guest that is gone takes none."""
        with suppress(BrokenPipeError):
            if self._process.stdin is not None:
                self._process.stdin.write(text)
                self._process.stdin.flush()

    def wait(self, deadline_s: float) -> bool:
        """Return whether QEMU ended by itself within so many seconds."""
        try:
            self._process.wait(deadline_s)
        except subprocess.TimeoutExpired:
            return False
        return True

    def end(self) -> int:
        """End QEMU if it runs, gently first, and return its exit status."""
        for number in (signal.SIGTERM, signal.SIGKILL):
            if self.exit_status is not None:
                break
            # Its own group: whatever it started goes with it, and nothing else.
            with suppress(ProcessLookupError):
                os.killpg(self._process.pid, number)
            self.wait(END_DEADLINE_S)
        if self._process.stdin is not None:
            with suppress(BrokenPipeError):
                self._process.stdin.close()
        return self._process.wait()


def _dies_with_us() -> tuple[str, ...]:
    """Return the prefix that ends QEMU when we are killed without a chance to."""
    setpriv = shutil.which("setpriv")
    return (setpriv, "--pdeathsig", "KILL", "--") if setpriv else ()

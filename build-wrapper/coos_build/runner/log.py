# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""A log that a program writes while it is read."""

import contextlib
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from coos_build.text import clean_line

_CHUNK: Final = 1 << 16
_LINE_LIMIT: Final = 1 << 14
#: Chunks that are read before the clock is looked at again.
_TURN: Final = 64
#: Of what a program leaves behind when it ends, the last that is read.
_END: Final = 1 << 20


@dataclass(slots=True)
class LogReader:
    r"""Reads the growth of a log as cleaned lines that are not empty.

    ``\r`` ends a line too: progress that is drawn over never gets another end. Of a
    line without any end the last 16 KiB are kept.
    """

    descriptor: int
    rest: bytes = b""

    def new_lines(self) -> Iterator[str]:
        """Yield what has become whole since the last call."""
        for _ in range(_TURN):
            chunk = os.read(self.descriptor, _CHUNK)
            if not chunk:
                return
            parts = (self.rest + chunk).replace(b"\r", b"\n").split(b"\n")
            self.rest = parts.pop()[-_LINE_LIMIT:]
            yield from _cleaned(parts)

    def last_lines(self) -> Iterator[str]:
        """Yield what is left when nobody writes any more; of a flood the end."""
        here = os.lseek(self.descriptor, 0, os.SEEK_CUR)
        end = os.fstat(self.descriptor).st_size
        if end - here > _END:
            os.lseek(self.descriptor, end - _END, os.SEEK_SET)
            self.rest = b""
        yield from self.new_lines()
        yield from _cleaned([self.rest])
        self.rest = b""


def _cleaned(parts: list[bytes]) -> Iterator[str]:
    for part in parts:
        text = clean_line(part[:_LINE_LIMIT].decode("utf-8", "replace"))
        if text.strip():
            yield text


@contextlib.contextmanager
def open_log(path: Path) -> Iterator[tuple[int, LogReader]]:
    """Open a log for appending, and a second time for reading its growth."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW | os.O_CLOEXEC
    log = os.open(path, flags, 0o644)
    try:
        reader = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
        try:
            os.lseek(reader, 0, os.SEEK_END)
            yield log, LogReader(reader)
        finally:
            os.close(reader)
    finally:
        os.close(log)

# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""Reports go to stdout as UTF-8 with LF, whatever the locale says."""

import os
import sys
from collections.abc import Iterable


def print_bytes(chunks: Iterable[bytes]) -> None:
    """Write the chunks to stdout.

    A reader that has gone (`| head`) is no error: the exit code still says what was
    found.
    """
    try:
        for chunk in chunks:
            sys.stdout.buffer.write(chunk)
        sys.stdout.buffer.flush()
    except BrokenPipeError:
        drop_stdout()


def drop_stdout() -> None:
    """Keep the interpreter from flushing to a reader that has gone, or a full disk."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def print_lines(lines: Iterable[str]) -> None:
    """Write the lines to stdout."""
    print_bytes(f"{line}\n".encode("utf-8", "backslashreplace") for line in lines)

# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""Reports go to stdout as UTF-8 with LF, whatever the locale says."""

import sys
from collections.abc import Iterable


def print_bytes(chunks: Iterable[bytes]) -> None:
    """Write the chunks to stdout."""
    for chunk in chunks:
        sys.stdout.buffer.write(chunk)
    sys.stdout.buffer.flush()


def print_lines(lines: Iterable[str]) -> None:
    """Write the lines to stdout."""
    print_bytes(f"{line}\n".encode("utf-8", "backslashreplace") for line in lines)

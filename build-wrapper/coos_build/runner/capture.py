# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""A small program whose answer is wanted, not its log."""

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

SUPERVISE: Final = Path(__file__).with_name("supervise.py")
_LIMIT: Final = 16 << 20
_HUNG: Final = 124
_NOT_STARTED: Final = 127


def ask(
    argv: Sequence[str],
    *,
    cwd: Path | None = None,
    env: Mapping[str, str] | None = None,
    timeout_s: float = 10.0,
    supervised: bool = False,
) -> str | None:
    """Return what a program prints, or None when it fails, hangs or is not there.

    One that takes its time is ``supervised``: it ends with this process.
    """
    words = list(argv)
    if supervised:
        start = [sys.executable, "-I", str(SUPERVISE), str(os.getpid()), "--"]
        words = [*start, *words]
    try:
        answer = subprocess.run(
            words,
            cwd=cwd,
            env=dict(env) if env is not None else None,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
            timeout=timeout_s,
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    if answer.returncode:
        return None
    return answer.stdout[:_LIMIT].decode("utf-8", "replace").strip()


def run_logged(
    argv: Sequence[str],
    log: Path,
    *,
    cwd: Path,
    env: Mapping[str, str],
    timeout_s: float,
) -> int:
    """Run a program that adds to a log; return its exit status, 124 when it hangs.

    For work beside a running program; it is ended with this process's interruption.
    """
    with log.open("ab") as file:
        try:
            answer = subprocess.run(
                argv,
                cwd=cwd,
                env=dict(env),
                stdin=subprocess.DEVNULL,
                stdout=file,
                stderr=file,
                check=False,
                timeout=timeout_s,
            )
        except subprocess.TimeoutExpired:
            return _HUNG
        except OSError:
            return _NOT_STARTED
    return answer.returncode

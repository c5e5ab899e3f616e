# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""Run the steps that are not done yet, each with its time."""

import shlex
import subprocess
from collections.abc import Callable, Mapping, Sequence
from typing import IO

from mini.errors import MiniatureError
from mini.keys import key_of, locked
from mini.steps import Step
from mini.timing import stopwatch
from mini.work import Work


def step_keys(steps: Sequence[Step], made: Mapping[str, str]) -> dict[str, str]:
    """The key of each step: its commands, and the keys of all that it needs.

    Args:
        steps: In an order in which each comes after the steps that it needs.
        made: Key of each prepared thing.
    """
    keys = dict(made)
    for step in steps:
        commands = [shlex.join(command) for command in step.commands]
        keys[step.name] = key_of([*commands, *(keys[name] for name in step.needs)])
    return {step.name: keys[step.name] for step in steps}


def run_steps(
    work: Work,
    steps: Sequence[Step],
    keys: Mapping[str, str],
    environment: Mapping[str, str],
    say: Callable[[str], None],
) -> None:
    """Run what is not done under its present key.

    Raises:
        MiniatureError: A step failed; its log is named.
    """
    with locked(work.root / "lock"):
        for directory in (work.checkout, work.logs, work.stamps):
            directory.mkdir(parents=True, exist_ok=True)
        for step in steps:
            stamp = work.stamps / step.name
            if _is_done(work, step, keys[step.name]):
                say(f"{step.name:<16} cached")
                continue
            stamp.unlink(missing_ok=True)
            taken = stopwatch()
            _run(work, step, environment)
            stamp.write_text(keys[step.name], encoding="utf-8")
            say(f"{step.name:<16} {taken()}")


def _is_done(work: Work, step: Step, key: str) -> bool:
    stamp = work.stamps / step.name
    if not stamp.is_file() or not (work.checkout / step.product).exists():
        return False
    return stamp.read_text(encoding="utf-8") == key


def _run(work: Work, step: Step, environment: Mapping[str, str]) -> None:
    path = work.logs / f"{step.name}.log"
    with path.open("wb") as log:
        for command in step.commands:
            status = _status(work, step, command, environment, log)
            if status:
                raise MiniatureError(
                    f"{step.name}: {shlex.join(command)}: status {status}; see {path}"
                )


def _status(
    work: Work,
    step: Step,
    command: Sequence[str],
    environment: Mapping[str, str],
    log: IO[bytes],
) -> int:
    given = step.stdin.read_bytes() if step.stdin else b""
    return subprocess.run(
        command,
        cwd=work.checkout,
        env=dict(environment),
        input=given,
        stdout=log,
        stderr=subprocess.STDOUT,
        check=False,
    ).returncode

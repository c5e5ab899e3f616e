# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""``coos-build status``: what became of each step."""

import json
import os
from collections.abc import Iterator

import click

from coos_build.cli import options
from coos_build.cli.options import Settings
from coos_build.errors import ExitCode
from coos_build.journal import is_locked
from coos_build.lock import LOCK_NAME, Holder, parse_holder
from coos_build.model import State, Verdict
from coos_build.plan import Selection
from coos_build.survey import Row, Survey, survey
from coos_build.text import duration


@click.command("status")
@options.settings
@options.output_format
def command(settings: Settings, *, form: str) -> int:
    """Say what became of each step, and what a run would do."""
    seen = survey(settings.layout, settings.config, Selection())
    holder = current_holder(settings)
    if form == "json":
        click.echo(json.dumps(as_json(settings, seen, holder), indent=1))
    else:
        for line in _lines(seen, holder):
            click.echo(line)
    return ExitCode.DONE


def current_holder(settings: Settings) -> Holder | None:
    """Return who is at work in the checkout, if somebody is."""
    try:
        descriptor = os.open(settings.layout.state / LOCK_NAME, os.O_RDONLY)
    except OSError:
        return None
    try:
        if not is_locked(descriptor):
            return None
        told = parse_holder(os.pread(descriptor, 4096, 0))
        return told or Holder(0, "an unknown host", "an unknown time")
    finally:
        os.close(descriptor)


def state_of(row: Row, *, at_work: bool) -> str:
    """Return the one word for a step.

    ``stale`` was done and must run again; ``cut-off`` has no end and nobody works.
    """
    if row.decision.verdict is Verdict.NOT_NEEDED:
        return str(State.NOT_NEEDED)
    if row.last is None:
        return str(State.PENDING)
    if row.last.state is State.RUNNING:
        return str(State.RUNNING) if at_work else "cut-off"
    if row.last.state is State.DONE and row.decision.verdict is Verdict.RUN:
        return str(State.DONE) if row.decision.step.accompanies else "stale"
    return str(row.last.state)


def as_json(
    settings: Settings, seen: Survey, holder: Holder | None
) -> dict[str, object]:
    """Return the status in its documented shape."""
    return {
        "schema": 1,
        "checkout": str(settings.layout.checkout),
        "board": settings.layout.board,
        "at_work": None
        if holder is None
        else {"pid": holder.pid, "host": holder.host, "started": holder.started},
        "journal_faults": list(seen.faults),
        "image": seen.history.fact("build-image", "image_dir"),
        "steps": [_row_json(row, at_work=holder is not None) for row in seen.rows],
    }


def _row_json(row: Row, *, at_work: bool) -> dict[str, object]:
    last = row.last
    return {
        "step": row.decision.step.name,
        "state": state_of(row, at_work=at_work),
        "next": str(row.decision.verdict),
        "reason": row.decision.reason,
        "attempts": last.number if last else 0,
        "started": last.started if last else "",
        "seconds": last.seconds if last else 0.0,
        "exit": last.exit_status if last else None,
        "log": last.log if last else "",
        "what": last.what if last else "",
        "cure": last.cure if last else "",
    }


def _lines(seen: Survey, holder: Holder | None) -> Iterator[str]:
    """Yield a table, and what is wrong below it."""
    if holder is not None:
        yield f"at work: {holder}"
    yield from seen.faults
    for row in seen.rows:
        state = state_of(row, at_work=holder is not None)
        told = ""
        if row.last is not None and row.decision.verdict is not Verdict.NOT_NEEDED:
            told = f"attempt {row.last.number}, {row.last.started}"
            if row.last.state is not State.RUNNING:
                told += f", {duration(row.last.seconds)}"
        if state not in {"done", "running"}:
            told += ("; " if told else "") + (row.last.what if row.last else "")
            told = told.rstrip("; ") or row.decision.reason
        if state == "stale":
            told += f"; {row.decision.reason}"
        yield f"{row.decision.step.name:15} {state:11} {told}".rstrip()

# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""``coos-build plan``: the exact commands."""

import json
import shlex
from collections.abc import Iterator

import click

from coos_build.cli import options
from coos_build.cli.options import Settings
from coos_build.errors import ExitCode
from coos_build.model import Verdict
from coos_build.plan import Selection
from coos_build.survey import Row, Survey, survey


@click.command("plan")
@options.settings
@options.selection
@options.output_format
def command(  # noqa: PLR0913 (one option each)
    settings: Settings,
    *,
    first: str,
    last: str,
    only: str,
    forced: tuple[str, ...],
    form: str,
) -> int:
    """Print the exact commands of every step, also before a checkout exists.

    Nothing is run and nothing is written. Steps that are done stand as comments.
    """
    from coos_build.cli.run import choose  # noqa: PLC0415 (run imports this module)

    print_plan(settings, choose(first, last, only, forced), form=form)
    return ExitCode.DONE


def print_plan(settings: Settings, selection: Selection, *, form: str) -> None:
    """Print the plan of the chosen steps."""
    seen = survey(settings.layout, settings.config, selection)
    if form == "json":
        click.echo(json.dumps(as_json(settings, seen), indent=1))
        return
    for line in _lines(settings, seen):
        click.echo(line)


def as_json(settings: Settings, seen: Survey) -> dict[str, object]:
    """Return the plan in its documented shape."""
    config = settings.config
    return {
        "schema": 1,
        "checkout": str(settings.layout.checkout),
        "board": settings.layout.board,
        "profile": config.text("profile"),
        "tools": list(seen.tools),
        "steps": [
            {
                "step": row.decision.step.name,
                "summary": row.decision.step.summary,
                "verdict": str(row.decision.verdict),
                "reason": row.decision.reason,
                "commands": [list(one) for one in row.commands],
                "stdin": "password" if row.decision.step.needs_password else None,
                "deadline_s": config.deadline_s(row.decision.step.name),
                "disk_gib": config.disk_gib(row.decision.step.name),
            }
            for row in seen.rows
        ],
    }


def _lines(settings: Settings, seen: Survey) -> Iterator[str]:
    """Yield the plan as lines that a shell could read."""
    config = settings.config
    yield f"# profile {config.text('profile')}, board {settings.layout.board}"
    for told in seen.tools:
        yield f"# {told}"
    folder = shlex.quote(str(settings.layout.checkout))
    yield f"mkdir -p {folder} && cd {folder}"
    for row in seen.rows:
        yield ""
        yield from _row_lines(row)


def _row_lines(row: Row) -> Iterator[str]:
    """Yield the lines of one step; what would not run is a comment."""
    decision = row.decision
    told = decision.reason
    if row.is_unseen and decision.verdict is Verdict.SKIP:
        told += "; run will look into the chroot"
    step = decision.step
    yield f"# {step.name}: {step.summary} ({decision.verdict}: {told})"
    prefix = "" if decision.verdict is Verdict.RUN else "# "
    for words in row.commands:
        stdin = "   # the password on standard input"
        yield prefix + shlex.join(words) + (stdin * step.needs_password)

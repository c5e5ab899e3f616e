# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""``coos-build logs``: the log of a step."""

import click

from coos_build.cli import options
from coos_build.cli.options import Settings, step_name
from coos_build.errors import BuildError, ExitCode
from coos_build.history import read_history
from coos_build.journal import read_journal
from coos_build.text import clean_line


@click.command("logs")
@click.argument("step", callback=step_name)
@options.settings
@click.option(
    "--attempt",
    type=click.IntRange(1),
    metavar="N",
    help="Which one. Default: the latest.",
)
@click.option("--path", "only_path", is_flag=True, help="Print where it is instead.")
def command(
    settings: Settings, *, step: str, attempt: int | None, only_path: bool
) -> int:
    """Print the log of a step, made harmless for a terminal."""
    layout = settings.layout
    history = read_history(read_journal(layout.state).records)
    found = [one for one in history.attempts if one.step == step]
    numbers = {one.number: one for one in found}
    chosen = numbers.get(attempt) if attempt else (found[-1] if found else None)
    if chosen is None:
        told = ", ".join(str(one) for one in sorted(numbers)) or "none yet"
        message = f"{step} has no such attempt"
        raise BuildError(message, where=str(layout.checkout), cure=f"it has {told}")
    path = layout.logs / f"{step}.{chosen.number}.log"
    if only_path:
        click.echo(path)
        return ExitCode.DONE
    try:
        with path.open(encoding="utf-8", errors="replace", newline="\n") as file:
            for line in file:
                click.echo(clean_line(line))
    except OSError as error:
        message = f"cannot be read: {error.strerror}"
        raise BuildError(message, where=str(path), cure="it may be removed") from error
    return ExitCode.DONE

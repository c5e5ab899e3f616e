# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""``coos-build report``: times and disk."""

import json
from pathlib import Path

import click

from coos_build.cli import options
from coos_build.cli.options import Settings
from coos_build.errors import BuildError, ExitCode
from coos_build.history import read_history
from coos_build.journal import read_journal
from coos_build.layout import STATE_NAME
from coos_build.report import (
    Report,
    as_json,
    compare,
    comparison_json,
    comparison_lines,
    from_json,
    make_report,
    only_run,
    text_lines,
)
from coos_build.report_html import render
from coos_build.writing import REPORT_JSON, load_report

_LIMIT = 64 << 20


@click.command("report")
@options.settings
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "html"]),
    default="text",
    show_default=True,
    help="How it is printed.",
)
@click.option(
    "--compare",
    "pair",
    nargs=2,
    metavar="OLD NEW",
    help="Two builds: checkouts, report.json files, or runs of this checkout."
    " Default: this one alone.",
)
def command(settings: Settings, *, form: str, pair: tuple[str, str] | None) -> int:
    """Print time and disk of each step; with --compare of two builds side by side."""
    if pair:
        old, new = (_side(settings, one) for one in pair)
        _print_comparison(old, new, form)
        return ExitCode.DONE
    report = load_report(settings.layout)
    match form:
        case "json":
            click.echo(json.dumps(as_json(report), indent=1, sort_keys=True))
        case "html":
            click.echo(render(report), nl=False)
        case _:
            for line in text_lines(report):
                click.echo(line)
    return ExitCode.DONE


def _print_comparison(old: Report, new: Report, form: str) -> None:
    """Print a comparison. Raises: BuildError for a form that it does not have."""
    comparison = compare(old, new)
    match form:
        case "json":
            click.echo(json.dumps(comparison_json(comparison), indent=1))
        case "html":
            cure = "choose text or json"
            raise BuildError("has no html form", where="--compare", cure=cure)
        case _:
            for line in comparison_lines(comparison):
                click.echo(line)


def _side(settings: Settings, text: str) -> Report:
    """Return the report that a word names. Raises: BuildError."""
    path = Path(text)
    if path.is_dir():
        path = path / STATE_NAME / REPORT_JSON
    if path.is_file():
        return _read(path)
    history = read_history(read_journal(settings.layout.state).records)
    runs = [run.id for run in history.runs if run.id == text or run.id.startswith(text)]
    if text and len(runs) == 1:
        found = only_run(history, runs[0])
        layout = settings.layout
        return make_report(found, str(layout.checkout), layout.board)
    known = ", ".join(run.id for run in history.runs) or "none"
    message = f"{text!r} is no checkout with a report, no report.json, and no one run"
    raise BuildError(message, where="--compare", cure=f"runs here: {known}")


def _read(path: Path) -> Report:
    """Return the report of a file. Raises: BuildError."""
    try:
        with path.open("rb") as file:
            return from_json(json.loads(file.read(_LIMIT)))
    except OSError as error:
        message = f"cannot be read: {error.strerror}"
        raise BuildError(message, where=str(path), cure="give another") from error
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        message = f"is no report ({type(error).__name__})"
        cure = "give a report.json of coos-build"
        raise BuildError(message, where=str(path), cure=cure) from error

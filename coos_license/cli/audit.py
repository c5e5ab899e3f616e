# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""``coos-license audit``: findings and obligations, and the gate on them."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import click

from coos_license.audit.policy_gate import new_findings, verdict
from coos_license.audit.report import Report
from coos_license.cli import options
from coos_license.cli.accounting import Wanted, below
from coos_license.cli.documents import report_of
from coos_license.cli.printing import print_bytes
from coos_license.cli.reading import load, tell
from coos_license.cli.request import Request
from coos_license.errors import InputError
from coos_license.output import write_file
from coos_license.render import audit_text
from coos_license.render.formats import FORMATS


@click.command("audit")
@options.reading
@click.option(
    "--format",
    "form",
    type=click.Choice(tuple(FORMATS)),
    default="text",
    show_default=True,
    help="What goes to stdout; json and html equal findings.json and audit.html, but"
    " for what depends on the day.",
)
@click.option(
    "--also",
    multiple=True,
    metavar="FORMAT=FILE",
    help="Write another format to FILE in the same run; repeatable.",
)
@options.baseline
@options.fail_on
@options.accounting
@options.min_coverage
def command(  # noqa: PLR0913 (one for each option)
    request: Request,
    *,
    form: str,
    also: tuple[str, ...],
    baseline: Path | None,
    fail_on: str,
    accounting: Wanted | None,
    min_coverage: float | None,
) -> int:
    """Report the findings of SOURCE and what is owed for its packages.

    Exits 1 when a finding (with a baseline: a new or a worse one) is at or above
    --fail-on.
    """
    files = dict(_named(word) for word in also)
    known = options.read_known(baseline)
    if accounting is not None:
        accounting = replace(accounting, texts=True)
    loaded = load(request, links=True, accounting=accounting)
    report = replace(
        report_of(loaded, *loaded.expired),
        fail_on=options.severity(fail_on),
        baseline=known,
    )
    for file, wanted in files.items():
        write_file(file, FORMATS[wanted](report))
    print_bytes(_rendered(report, form, color=request.color))
    tell(request, loaded)
    hidden = new_findings(loaded.hidden, known)
    code = verdict((*report.deciding, *hidden), report.fail_on)
    return below(loaded.inventory, min_coverage) or code


def _rendered(report: Report, form: str, *, color: bool) -> Iterator[bytes]:
    """Return the report for stdout, which may be a terminal."""
    if form == "text" and color:
        return audit_text.render_colored(report)
    return FORMATS[form](report)


def _named(word: str) -> tuple[Path, str]:
    """Return file and format of ``FORMAT=FILE``. Raises: InputError."""
    form, _, file = word.partition("=")
    if form not in FORMATS or not file:
        cure = f"give FORMAT=FILE, FORMAT one of {', '.join(FORMATS)}"
        raise InputError(
            f"names no format and file: {word!r}", where="--also", cure=cure
        )
    return Path(file), form

# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""``coos-license baseline``: care of the file of findings that are known already."""

from dataclasses import replace
from pathlib import Path

import click

from coos_license.audit.baseline import Known, write_baseline
from coos_license.audit.policy_gate import baseline_of
from coos_license.cli import gates, options
from coos_license.cli.reading import load, tell
from coos_license.cli.request import Request
from coos_license.errors import ExitCode
from coos_license.output import write_file


@click.group("baseline", no_args_is_help=False)
def command() -> None:
    """Keep the file of findings that are known already."""


@command.command("update", short_help="Write the findings of SOURCE as the baseline.")
@options.reading
@options.output("FILE", "The baseline; replaced if it is there.")
def update(request: Request, *, output: Path) -> int:
    """Write the findings of SOURCE to FILE, for --baseline of audit and generate.

    What FILE had is compared first: stderr says what is added, worse and gone. Exits 0
    whatever the findings.
    """
    before = gates.read_known(output) if output.is_file() else {}
    loaded = load(request, links=True)
    after = _unnamed(baseline_of(loaded.hidden))
    after |= baseline_of((*loaded.expired, *loaded.findings))
    write_file(output, [write_baseline(after)])
    tell(request, loaded)
    if request.verbosity >= 0:
        old = before or {}
        added, gone = after.keys() - old.keys(), old.keys() - after.keys()
        changed = [mark for mark in after if mark in old and after[mark] != old[mark]]
        click.echo(
            f"coos-license: {len(after)} in the baseline: {len(added)} added,"
            f" {len(gone)} gone, {len(changed)} changed",
            err=True,
        )
    return ExitCode.CLEAN


def _unnamed(known: dict[str, Known]) -> dict[str, Known]:
    """Return findings about what is not public, without the names of packages."""
    return {mark: replace(one, package="") for mark, one in known.items()}

# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""``coos-license curations``: care of the file that says what people found out."""

from dataclasses import replace
from pathlib import Path
from typing import Final

import click

from coos_license import findings
from coos_license.audit.policy_gate import verdict
from coos_license.cli import options
from coos_license.cli.printing import print_lines
from coos_license.cli.reading import load, read_curations, tell
from coos_license.cli.request import Request
from coos_license.errors import ExitCode
from coos_license.model import Finding, Severity
from coos_license.policy.curate import expired, over_broad
from coos_license.policy.suggest import suggestions
from coos_license.render.audit_text import kinds_text

_LINTED: Final = frozenset(
    (
        findings.CURATION_DRIFTED,
        findings.CURATION_OVER_BROAD,
        findings.CURATION_UNUSED,
        findings.ELECTION_REJECTED,
    )
)


@click.group("curations", no_args_is_help=False)
def command() -> None:
    """Check curations, or suggest them for every gap."""


@command.command("lint", short_help="Check a file of curations.")
@options.reading_file("FILE", decided=False)
def lint(request: Request, file: Path, *, has_source: bool) -> int:
    """Check the curations in FILE, against the packages of SOURCE if it is given.

    Exits 1 when one has expired or is over-broad; with SOURCE also when one has
    drifted, is unused, or elects what cannot be elected.
    """
    curations = read_curations(file)
    found: list[Finding] = [*expired(curations, request.as_of)]
    if has_source:
        loaded = load(replace(request, curations=file))
        found += (one for one in loaded.findings if one.kind in _LINTED)
        tell(request, loaded)
    else:
        found += over_broad(curations)
    print_lines(kinds_text(found, color=request.color))
    bad = len({one.subject for one in found})
    noun = "curation" if len(curations) == 1 else "curations"
    print_lines([f"{len(curations)} {noun}, {bad} to look at"])
    return verdict(found, Severity.WARNING)


@command.command("suggest", short_help="Print a curation for every gap.")
@options.reading
@click.option(
    "--owner",
    metavar="TEXT",
    default="",
    help="Who answers for the new curations. Default: to be filled in.",
)
def suggest(request: Request, owner: str) -> int:
    """Print a curation for every gap of SOURCE, ready but for what only you know.

    What is to be filled in is empty; the file is not accepted before.
    """
    loaded = load(request)
    lines = suggestions(loaded.inventory, loaded.findings, owner, request.as_of)
    print_lines(lines)
    tell(request, loaded)
    return ExitCode.CLEAN

# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""``coos-license audit``: findings and obligations, and the gate on them."""

from pathlib import Path
from typing import Final

import click

from coos_license.audit.policy_gate import new_findings, read_baseline, verdict
from coos_license.cli import options
from coos_license.cli.named_files import read_small
from coos_license.cli.printing import print_bytes, print_lines
from coos_license.cli.reading import Request, load, tell
from coos_license.render import findings_json, report, sarif
from coos_license.render.reach_text import copyleft_text

_FORMATS: Final = ("text", "json", "sarif")


@click.command("audit")
@options.reading
@click.option(
    "--format",
    "form",
    type=click.Choice(_FORMATS),
    default="text",
    show_default=True,
    help="json equals findings.json, but for what depends on the day.",
)
@options.baseline
@options.fail_on
def command(request: Request, form: str, baseline: Path | None, fail_on: str) -> int:
    """Report the findings of SOURCE and what is owed for its packages.

    Exits 1 when a finding (with a baseline: a new one) is at or above --fail-on.
    """
    known = None
    if baseline is not None:
        content = read_small(baseline, "give an earlier findings.json")
        known = read_baseline(content, str(baseline))
    loaded = load(request, links=True)
    found = (*loaded.expired, *loaded.findings)
    match form:
        case "json":
            print_bytes(findings_json.render(found))
        case "sarif":
            print_bytes(sarif.render(found, known))
        case _:
            lines = report.findings_text(
                found, loaded.inventory, known, color=request.color
            )
            if loaded.propagation is not None:
                print_lines(copyleft_text(loaded.inventory, loaded.propagation))
            print_lines(lines)
    tell(request, loaded)
    fresh = new_findings(found, known or frozenset())
    return verdict(fresh, options.severity(fail_on))

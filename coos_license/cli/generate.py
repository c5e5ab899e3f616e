# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""``coos-license generate``: the main job."""

from pathlib import Path

import click

from coos_license.audit.policy_gate import new_findings, verdict
from coos_license.cli import documents, options
from coos_license.cli.accounting import Wanted, below
from coos_license.cli.reading import Loaded, load, tell
from coos_license.cli.request import Request
from coos_license.errors import ExitCode
from coos_license.model import Severity
from coos_license.output import differences, write_all


@click.command("generate")
@options.reading
@click.option(
    "-o",
    "--output",
    required=True,
    type=options.NamedPath(),
    metavar="DIR",
    help="Where the files go; made if it is not there.",
)
@click.option(
    "--check", is_flag=True, help="Write nothing; exit 1 when DIR would change."
)
@click.option(
    "--cyclonedx",
    is_flag=True,
    help="Write sbom.cdx.json too: CycloneDX 1.6. Needs the extra 'cyclonedx'.",
)
@options.files
@options.baseline
@options.fail_on
@options.accounting
@options.min_coverage
def command(  # noqa: PLR0913 (one for each option)
    request: Request,
    *,
    output: Path,
    check: bool,
    cyclonedx: bool,
    files: bool,
    baseline: Path | None,
    fail_on: str,
    accounting: Wanted | None,
    min_coverage: float | None,
) -> int:
    """Write SBOM, credits page, NOTICE, bundle, inventory and audit into DIR.

    Everything is written whatever the findings; they decide the exit code.
    """
    known = options.read_known(baseline)
    asked = [documents.cyclonedx()] if cyclonedx else []
    loaded = load(request, links=True, files=files, accounting=accounting)
    written = documents.artifacts(loaded, asked)
    level = options.severity(fail_on)
    fresh = new_findings((*loaded.expired, *loaded.hidden, *loaded.findings), known)
    code = below(loaded.inventory, min_coverage) or verdict(fresh, level)
    if check:
        changed = list(differences(output, written.all))
        for name in changed:
            click.echo(f"would change: {name}")
        tell(request, loaded)
        return ExitCode.FINDINGS if changed else code
    write_all(output, written.records, written.pages)
    tell(request, loaded)
    if request.verbosity >= 0:
        _summarise(loaded, level, verbose=request.verbosity > 0)
    return code


def _summarise(loaded: Loaded, level: Severity, *, verbose: bool) -> None:
    """Say on stderr how many findings of each kind there are, heaviest first."""
    counts: dict[str, int] = {}
    for one in (*loaded.expired, *loaded.hidden, *loaded.findings):
        if verbose or one.kind.severity >= min(level, Severity.WARNING):
            key = f"{one.kind.severity.word} {one.kind.code} {one.kind.name}"
            counts[key] = counts.get(key, 0) + 1
    for key, count in counts.items():
        click.echo(f"coos-license: {count:5} {key}", err=True)

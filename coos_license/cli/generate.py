# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""``coos-license generate``: the main job."""

import hashlib
import uuid
from pathlib import Path
from typing import Final

import click

from coos_license import __version__
from coos_license.audit.policy_gate import new_findings, verdict
from coos_license.cli import options
from coos_license.cli.reading import Loaded, Request, load, tell
from coos_license.errors import ExitCode, InputError
from coos_license.model import DocumentMeta, Severity
from coos_license.output import differences, write_all
from coos_license.render import inventory_json
from coos_license.render.artifacts import Renderer, cyclonedx_renderer, render_all

#: Documents of one content share one namespace; nobody needs to host it (SPDX 6.5).
_NAMESPACE: Final = "https://spdx.org/spdxdocs/coos-license-"


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
@options.baseline
@options.fail_on
def command(  # noqa: PLR0913 (one for each option)
    request: Request,
    *,
    output: Path,
    check: bool,
    cyclonedx: bool,
    baseline: Path | None,
    fail_on: str,
) -> int:
    """Write SBOM, credits page, NOTICE, bundle, inventory and audit into DIR.

    Everything is written whatever the findings; they decide the exit code.
    """
    known = options.read_known(baseline)
    asked = [_cyclonedx()] if cyclonedx else []
    loaded = load(request, links=True)
    listed = b"".join(inventory_json.render(loaded.inventory))
    artifacts = render_all(loaded.inventory, _meta(loaded, listed), listed, asked)
    level = options.severity(fail_on)
    fresh = new_findings((*loaded.expired, *loaded.hidden, *loaded.findings), known)
    code = verdict(fresh, level)
    if check:
        changed = list(differences(output, artifacts))
        for name in changed:
            click.echo(f"would change: {name}")
        tell(request, loaded)
        return ExitCode.FINDINGS if changed else code
    write_all(output, artifacts)
    tell(request, loaded)
    if request.verbosity >= 0:
        _summarise(loaded, level, verbose=request.verbosity > 0)
    return code


def _cyclonedx() -> tuple[str, Renderer]:
    """Return what writes CycloneDX. Raises: InputError where its library is missing."""
    try:
        return cyclonedx_renderer()
    except ImportError as error:
        message = f"needs a library that is not installed: {error.name}"
        cure = "install the extra: pip install 'coos-license[cyclonedx]'"
        raise InputError(message, where="--cyclonedx", cure=cure) from error


def _meta(loaded: Loaded, listed: bytes) -> DocumentMeta:
    """Return what the documents say of themselves; a digest of all that they hold.

    ``listed`` is ``inventory.json``: the inputs as far as any output shows them.
    """
    image = loaded.inventory.image
    told = (
        *(__version__, loaded.created, loaded.context),
        *(image.creator or "", image.contact or ""),
    )
    digest = hashlib.sha256("\0".join(told).encode())
    digest.update(listed)
    name = uuid.uuid5(uuid.NAMESPACE_URL, digest.hexdigest())
    return DocumentMeta(
        created=loaded.created,
        epoch=loaded.epoch,
        namespace=f"{_NAMESPACE}{name}",
        tool_version=__version__,
        findings=loaded.findings,
        context=loaded.context,
    )


def _summarise(loaded: Loaded, level: Severity, *, verbose: bool) -> None:
    """Say on stderr how many findings of each kind there are, heaviest first."""
    counts: dict[str, int] = {}
    for one in (*loaded.expired, *loaded.hidden, *loaded.findings):
        if verbose or one.kind.severity >= min(level, Severity.WARNING):
            key = f"{one.kind.severity.word} {one.kind.code} {one.kind.name}"
            counts[key] = counts.get(key, 0) + 1
    for key, count in counts.items():
        click.echo(f"coos-license: {count:5} {key}", err=True)

# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""``coos-license diff``: what changed between two images, in obligations."""

from pathlib import Path

import click

from coos_license.cli import options
from coos_license.cli.diff_sides import open_sbom, open_side
from coos_license.cli.printing import print_bytes
from coos_license.cli.request import Request
from coos_license.compare.difference import difference
from coos_license.compare.sides import Side
from coos_license.errors import ExitCode
from coos_license.render.diff import FORMATS
from coos_license.render.diff_view import KINDS
from coos_license.trees.text import show


@click.command("diff")
@options.reading_sides
@click.option(
    "--base-sbom",
    type=options.NamedPath(),
    metavar="FILE",
    help="SBOM of the image that NEW is built on, in place of OLD. Default: none.",
)
@click.option(
    "--format",
    "form",
    type=click.Choice(list(FORMATS)),
    default="text",
    show_default=True,
    help="How the difference is written; see docs/diff.md.",
)
def command(
    request: Request, *, sides: tuple[Path, ...], base_sbom: Path | None, form: str
) -> int:
    """Compare OLD with NEW: packages, licences, obligations and NOTICE files.

    Each is a SOURCE, a directory that generate wrote or any document in it, an SPDX 2
    document of any tool (JSON or tag-value), or a credits page of chromite. Of two
    SOURCES that record links it is compared how far copyleft reaches. Exits 1 when
    they differ.
    """
    wanted = 1 if base_sbom else 2
    if len(sides) != wanted:
        names = "NEW, for --base-sbom is the old side" if base_sbom else "OLD and NEW"
        raise click.UsageError(f"give {names}: {wanted} paths, not {len(sides)}")
    remarks: list[str] = []
    if base_sbom:
        old = open_sbom(base_sbom)
        remarks.append(_remark(base_sbom, old))
    else:
        old = _side(request, sides[0], remarks)
    found = difference(old, _side(request, sides[-1], remarks))
    print_bytes(FORMATS[form](found))
    if request.verbosity >= 0:
        for line in remarks:
            click.echo(f"coos-license: {show(line)}", err=True)
    return ExitCode.CLEAN if found.is_empty else ExitCode.FINDINGS


def _side(request: Request, path: Path, remarks: list[str]) -> Side:
    """Return what a path says; what it was taken for goes to the remarks."""
    side, loaded = open_side(request, path)
    remarks += [_remark(path, side)] if loaded is None else loaded.remarks
    return side


def _remark(path: Path, side: Side) -> str:
    """Return what a document was taken for."""
    return f"{path}: {KINDS[side.kind]}, {len(side.entries)} entries"

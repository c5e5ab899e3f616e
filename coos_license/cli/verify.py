# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""``coos-license verify``: is a bundle whole, valid, complete and of one mind?"""

from collections.abc import Collection
from contextlib import ExitStack
from pathlib import Path
from typing import Final

import click

from coos_license.cli import options
from coos_license.cli.documents import artifacts
from coos_license.cli.printing import print_bytes, print_lines
from coos_license.cli.reading import Request, load, tell
from coos_license.cli.sources import open_directory
from coos_license.errors import ExitCode, InputError, ReadError
from coos_license.render import problems_report
from coos_license.trees.text import show
from coos_license.verify import against
from coos_license.verify.bundle import Bundle, Problem, read_bundle
from coos_license.verify.checks import problems

_CURE: Final = "give a directory that generate wrote"
_FORMATS: Final = ("text", "json")


@click.command("verify")
@options.reading_file("DIR")
@click.option(
    "--format", "form", type=click.Choice(_FORMATS), default="text", show_default=True
)
def command(request: Request, *, file: Path, has_source: bool, form: str) -> int:
    """Check what generate wrote into DIR: checksums, validity, mutual consistency.

    With SOURCE, and the options that DIR was made with, everything is made again and
    compared. Exits 1 when something is wrong, with one line for each problem.
    """
    bundle = open_bundle(file)
    found = [*problems(bundle, _beside(None, file))]
    if has_source:
        loaded = load(request)
        found += against.check(bundle, artifacts(loaded))
        tell(request, loaded)
    _report(found, form, quiet=request.verbosity < 0)
    wrong = any(not one.is_note for one in found)
    return ExitCode.FINDINGS if wrong else ExitCode.CLEAN


def open_bundle(path: Path) -> Bundle:
    """Return what lies in a directory. Raises: InputError."""
    with ExitStack() as trees:
        tree = open_directory(path, trees, _CURE)
        try:
            bundle = read_bundle(tree)
        except ReadError as error:
            raise InputError(str(error), where=str(path), cure=_CURE) from error
    if not bundle.files:
        raise InputError("holds no files", where=str(path), cure=_CURE)
    return bundle


def _beside(attestation: Path | None, directory: Path) -> Collection[str]:
    """Return the name of an attestation that lies in the directory itself."""
    if attestation is None:
        return ()
    inside = attestation.resolve().parent == directory.resolve()
    return (attestation.name,) if inside else ()


def _report(found: list[Problem], form: str, *, quiet: bool) -> None:
    """Print the problems on stdout; in text, notes go to stderr."""
    if form == "json":
        print_bytes(problems_report.json(found))
        return
    print_lines(problems_report.line(one) for one in found if not one.is_note)
    wrong = sum(not one.is_note for one in found)
    if not quiet:
        notes = [problems_report.line(one) for one in found if one.is_note]
        for line in (*(f"note: {one}" for one in notes), f"{wrong} problems"):
            click.echo(f"coos-license: {show(line)}", err=True)

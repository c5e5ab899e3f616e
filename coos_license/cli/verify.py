# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""``coos-license verify``: is a bundle whole, valid, complete and of one mind?"""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Final

import click

from coos_license.cli import gates, options
from coos_license.cli.accounting import Wanted
from coos_license.cli.bundles import named_inside, open_bundle
from coos_license.cli.documents import artifacts, cyclonedx
from coos_license.cli.named_files import read_small
from coos_license.cli.printing import print_bytes, print_lines
from coos_license.cli.reading import load, tell
from coos_license.cli.request import Request
from coos_license.errors import ExitCode, InputError, ReadError
from coos_license.render import problems_report
from coos_license.verify import against, carried, signing, statement
from coos_license.verify.bundle import CYCLONEDX, Bundle, Problem, pages_of
from coos_license.verify.checks import problems

_KEY_CURE: Final = "give a public key in PEM"
_FORMATS: Final = ("text", "json")


@click.command("verify")
@options.reading_file("DIR")
@click.option(
    "--format",
    "form",
    type=click.Choice(_FORMATS),
    default="text",
    show_default=True,
    help="How the problems are written; see docs/verify.md.",
)
@gates.files
@gates.accounting
@click.option(
    "--key",
    type=options.NamedPath(),
    metavar="FILE",
    help="Public key in PEM: the attestation must be signed by it, and fit DIR."
    " Default: no signature is looked at.",
)
@click.option(
    "--attestation",
    type=options.NamedPath(),
    metavar="FILE",
    help="What attest wrote. Default: attestation.intoto.json in DIR.",
)
def command(  # noqa: PLR0913 (one for each option)
    request: Request,
    *,
    file: Path,
    has_source: bool,
    files: bool,
    accounting: Wanted | None,
    key: Path | None,
    attestation: Path | None,
    form: str,
) -> int:
    """Check what generate wrote into DIR: checksums, validity, mutual consistency.

    With SOURCE, and the options that DIR was made with, everything is made again and
    compared. Exits 1 when something is wrong, with one line for each problem.
    """
    if attestation and not key:
        raise click.UsageError("--attestation needs --key, the key to believe")
    if not has_source and (files or accounting):
        option = "--files" if files else "--accounting"
        raise click.UsageError(f"{option} needs SOURCE, the files to look at")
    bundle = open_bundle(file)
    beside = named_inside(attestation or file / statement.NAME, file)
    found = [*problems(bundle, beside)]
    if key:
        found += _attestation(bundle, file, key, attestation)
    if has_source:
        asked = [cyclonedx()] if CYCLONEDX in bundle.files else []
        if accounting is not None:
            accounting = replace(accounting, texts=True, bundle=pages_of(bundle))
        loaded = load(request, links=True, files=files, accounting=accounting)
        found += against.check(bundle, artifacts(loaded, asked).all)
        found += carried.problems(bundle, loaded.lacking)
        tell(request, loaded)
    _report(found, form, quiet=request.verbosity < 0)
    wrong = any(not one.is_note for one in found)
    return ExitCode.FINDINGS if wrong else ExitCode.CLEAN


def _attestation(
    bundle: Bundle, directory: Path, key: Path, given: Path | None
) -> Iterator[Problem]:
    """Yield what is wrong with the signature or its subjects. Raises: InputError."""
    file = given or directory / statement.NAME
    cure = "sign it with 'coos-license attest', or name it with --attestation"
    try:
        public = signing.key_of(read_small(key, _KEY_CURE))
    except ReadError as error:
        raise InputError(str(error), where=str(key), cure=_KEY_CURE) from error
    content = read_small(file, cure)
    try:
        payload = signing.opened(content, statement.PAYLOAD_TYPE, public)
    except ReadError as error:
        yield Problem(statement.CHECK, file.name, str(error))
        return
    inside = "".join(named_inside(file, directory))
    yield from statement.subject_problems(payload, bundle.files, inside)


def _report(found: list[Problem], form: str, *, quiet: bool) -> None:
    """Print the problems on stdout; in text, notes go to stderr."""
    if form == "json":
        print_bytes(problems_report.json(found))
        return
    print_lines(problems_report.line(one) for one in found if not one.is_note)
    wrong = sum(not one.is_note for one in found)
    if not quiet:
        notes = [problems_report.line(one) for one in found if one.is_note]
        count = f"{wrong} problem{'' if wrong == 1 else 's'}"
        for line in (*(f"note: {one}" for one in notes), count):
            click.echo(f"coos-license: {line}", err=True)

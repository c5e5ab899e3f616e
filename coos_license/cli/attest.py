# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""``coos-license attest``: sign what generate wrote."""

import os
import sys
from pathlib import Path
from typing import Final

import click

from coos_license.cli import options
from coos_license.cli.bundles import named_inside, open_bundle
from coos_license.cli.named_files import read_small
from coos_license.errors import ExitCode, InputError, ReadError
from coos_license.output import write_file
from coos_license.trees.text import show
from coos_license.verify import checksums, signing
from coos_license.verify.statement import PAYLOAD_TYPE, statement

PASSPHRASE: Final = "COOS_LICENSE_KEY_PASSPHRASE"  # noqa: S105 (the name of a variable)
_KEY_CURE: Final = "give a private key in PEM"


@click.command("attest")
@click.argument("directory", metavar="DIR", type=options.NamedPath())
@click.option(
    "--key",
    required=True,
    type=options.NamedPath(),
    metavar="FILE",
    help=f"Private key in PEM; its passphrase is in {PASSPHRASE}, or asked for.",
)
@options.output(
    "FILE", "The attestation; attestation.intoto.json in DIR is where verify looks."
)
@options.talking
def command(*, directory: Path, key: Path, output: Path, verbosity: int) -> int:
    """Sign what generate wrote into DIR: an in-toto statement in a DSSE envelope.

    Needs the extra: pip install 'coos-license[attest]'. Nothing is sent anywhere.
    """
    bundle = open_bundle(directory)
    beside = named_inside(output, directory)
    for problem in checksums.check(bundle, beside):
        raise InputError(
            f"is not whole: {problem.file}: {problem.message}",
            where=str(directory),
            cure="see 'coos-license verify', and generate it again",
        )
    try:
        payload = statement(bundle, "".join(beside))
    except ReadError as error:
        cure = "give a directory that generate wrote"
        raise InputError(str(error), where=str(directory), cure=cure) from error
    try:
        signer = signing.signer_of(read_small(key, _KEY_CURE), _passphrase)
    except signing.PassphraseError as error:
        cure = f"set {PASSPHRASE}, or run in a terminal"
        raise InputError(str(error), where=str(key), cure=cure) from error
    except ReadError as error:
        raise InputError(str(error), where=str(key), cure=_KEY_CURE) from error
    size = write_file(output, [signing.sign(payload, PAYLOAD_TYPE, signer)])
    if verbosity >= 0:
        subjects = len(bundle.files) - len(set(beside) & bundle.files.keys())
        line = (
            f"{output}: {size} bytes, {subjects} files, key {signer.public_key.keyid}"
        )
        click.echo(f"coos-license: {show(line)}", err=True)
    return ExitCode.CLEAN


def _passphrase() -> bytes:
    """Return the passphrase of the key, which is neither printed nor kept.

    Raises: PassphraseError where none is to be had.
    """
    stated = os.environ.get(PASSPHRASE)
    if stated:
        return os.fsencode(stated)
    if not sys.stdin.isatty():
        raise signing.PassphraseError("is encrypted, and no passphrase is given")
    asked: str = click.prompt("Passphrase of the key", hide_input=True, err=True)
    return asked.encode()

# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""``coos-build init-config``: a configuration with all keys."""

from pathlib import Path

import click

from coos_build.cli.options import NamedPath
from coos_build.config import template
from coos_build.errors import BuildError, ExitCode


@click.command("init-config")
@click.option(
    "-o",
    "--output",
    type=NamedPath(),
    metavar="FILE",
    help="Where it goes. Default: standard output.",
)
def command(output: Path | None) -> int:
    """Print a coos-build.toml with all keys, their meaning and their defaults."""
    text = "\n".join(template()) + "\n"
    if output is None:
        click.echo(text, nl=False)
        return ExitCode.DONE
    try:
        with output.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError as error:
        message = "is there already"
        cure = "give another name, or print it and compare"
        raise BuildError(message, where=str(output), cure=cure) from error
    return ExitCode.DONE

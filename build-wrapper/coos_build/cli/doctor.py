# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""``coos-build doctor``: the checks of this host."""

import os

import click

from coos_build.actions.preflight import sentence, stopping
from coos_build.checks import CHECKS, examine
from coos_build.cli import options
from coos_build.cli.options import Settings
from coos_build.errors import ExitCode
from coos_build.host import gather
from coos_build.secret import can_ask


@click.command("doctor")
@options.settings
def command(settings: Settings) -> int:
    """Check this host, and say how each miss is cured. Nothing is written.

    Exit 1 when a run would be stopped.
    """
    host = gather(settings.layout.checkout, os.environ, can_ask=can_ask())
    misses = tuple(examine(host, settings.config))
    for miss in misses:
        click.echo(sentence(miss))
    held = len(CHECKS) - len(misses)
    click.echo(f"{held} of {len(CHECKS)} checks hold")
    return ExitCode.FAILED if stopping(misses) else ExitCode.DONE

# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""``coos-build prune``: older images."""

import contextlib
import os
import platform
import time

import click

from coos_build.actions.prune import plan_pruning, remove, weight
from coos_build.cli import options
from coos_build.cli.options import Settings
from coos_build.engine import now_utc
from coos_build.errors import ExitCode
from coos_build.history import read_history
from coos_build.journal import read_journal
from coos_build.lock import Holder, hold


@click.command("prune")
@options.settings
@click.option("--dry-run", is_flag=True, help="Say what would go; remove nothing.")
def command(settings: Settings, *, dry_run: bool) -> int:
    """Remove older images: all but latest, the built one, and the newest complete.

    Only directories that are named as build_image names them are looked at. Not beside
    a run, which may be writing one.
    """
    layout = settings.layout
    with contextlib.ExitStack() as held:
        if not dry_run and layout.state.is_dir():
            holder = Holder(os.getpid(), platform.node(), now_utc())
            held.enter_context(hold(layout.state, holder))
        history = read_history(read_journal(layout.state).records)
        keep = settings.config.number("keep_images")
        pruning = plan_pruning(layout, history, keep, time.time())
        for directory, reason in pruning.kept:
            click.echo(f"keep {directory.name}: {reason}")
        word = "would remove" if dry_run else "remove"
        for directory in pruning.removed:
            click.echo(f"{word} {directory.name} ({weight(directory)})")
        if not dry_run:
            remove(pruning)
    return ExitCode.DONE

# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""``coos-build run``: the steps that are not done."""

import contextlib
import os
import platform
import secrets
import shutil
from collections.abc import Iterator
from dataclasses import replace

import click

from coos_build.bench import Session
from coos_build.cli import options
from coos_build.cli.options import Settings
from coos_build.cli.passwords import obtain_secret
from coos_build.cli.plan import print_plan
from coos_build.engine import now_utc, run_pipeline
from coos_build.errors import BuildError, ExitCode, InterruptedRunError
from coos_build.history import History, read_history
from coos_build.host import describe
from coos_build.journal import open_journal, read_journal
from coos_build.lock import Holder, hold
from coos_build.model import Verdict
from coos_build.monitor import Monitor, stderr_monitor
from coos_build.plan import Selection
from coos_build.runner.orphans import MARK, boot_id, end_orphans, find_orphans
from coos_build.secret import Secret
from coos_build.survey import survey
from coos_build.writing import write_reports


@click.command("run")
@options.settings
@options.selection
@click.option("--dry-run", is_flag=True, help="Print what would run, as plan does.")
@options.password
@click.option("-q", "--quiet", is_flag=True, help="Say less.")
def command(  # noqa: PLR0913 (one option each)
    settings: Settings,
    *,
    first: str,
    last: str,
    only: str,
    forced: tuple[str, ...],
    dry_run: bool,
    password_stdin: bool,
    password_fd: int | None,
    quiet: bool,
) -> int:
    """Run the steps that are not done, in order, until one fails.

    A step is skipped when the same options and sources made it, and what it makes is
    there. Interrupt it whenever you like: the same command goes on.
    """
    selection = choose(first, last, only, forced)
    if dry_run:
        print_plan(settings, selection, form="text")
        return ExitCode.DONE
    monitor = stderr_monitor(quiet=quiet)
    settings.layout.logs.mkdir(parents=True, exist_ok=True)
    holder = Holder(os.getpid(), platform.node(), now_utc())
    with hold(settings.layout.state, holder) as earlier:
        if earlier is not None:
            monitor.say(f"the last run left without an end: {earlier}")
        history = _take_over(settings, monitor)
        secret = None
        if _needs_secret(settings, selection):
            secret = obtain_secret(from_stdin=password_stdin, descriptor=password_fd)
        return _run(settings, selection, monitor, secret, history)


def choose(first: str, last: str, only: str, forced: tuple[str, ...]) -> Selection:
    """Return the selection that the options make. Raises: BuildError."""
    if only and (first or last):
        cure = "give --only, or --from and --until"
        raise BuildError(
            "does not go with --from or --until", where="--only", cure=cure
        )
    chosen = Selection(first=only or first, last=only or last, forced=frozenset(forced))
    steps = {step.name for step in chosen.steps()}
    if not steps:
        cure = "name the earlier step with --from"
        raise BuildError("leaves no step to run", where="--until", cure=cure)
    outside = sorted(chosen.forced - steps)
    if outside:
        message = f"names {outside[0]}, which is not among the chosen steps"
        raise BuildError(message, where="--force", cure="choose it too")
    return chosen


def _take_over(settings: Settings, monitor: Monitor) -> History:
    """See to what an earlier run left: torn lines, live programs, another place.

    Raises: BuildError where a program lives that cannot be ended.
    """
    layout = settings.layout
    journal = read_journal(layout.state)
    for fault in journal.faults:
        monitor.say(fault)
    history = read_history(journal.records)
    for attempt in history.cut_off():
        monitor.say(f"{attempt.step}: attempt {attempt.number} was cut off")
    _end_orphans(history, monitor)
    if history.runs and history.runs[-1].checkout != str(layout.checkout):
        earlier = history.runs[-1].checkout
        monitor.say(
            f"this checkout was at {earlier} in the last run and is at"
            f" {layout.checkout} now; what is done stays done, but if the other one is"
            " still there, the two know nothing of each other"
        )
    return history


def _end_orphans(history: History, monitor: Monitor) -> None:
    """End the programs of runs that did not end themselves. Raises: BuildError."""
    dead = [run.id for run in history.runs if run.exit_status is None]
    here = boot_id()
    groups = [
        one.group for one in history.spawns if one.run in dead and one.boot == here
    ]
    orphans = find_orphans(dead, groups) if dead else ()
    for one in orphans:
        monitor.say(f"ending process {one.pid} ({one.name}) of an earlier run")
    left = end_orphans(orphans)
    if left:
        pids = " ".join(str(one.pid) for one in left)
        message = f"processes {pids} of an earlier run still live"
        raise BuildError(message, where="host", cure=f"sudo kill {pids}")


def _needs_secret(settings: Settings, selection: Selection) -> bool:
    """Return whether a step that will run needs the password."""
    config = settings.config
    if not config.switch("set_password"):
        return False
    rows = survey(settings.layout, config, selection).rows
    wanting = {
        row.decision.step.name for row in rows if row.decision.verdict is Verdict.RUN
    }
    boots = "boot" in wanting and not config.is_test_image
    return "password" in wanting or boots


def environment(settings: Settings, run: str) -> dict[str, str]:
    """Return the environment of the programs, marked as this run's."""
    own = settings.layout.state / "depot_tools"
    path = os.environ.get("PATH", os.defpath)
    return {**os.environ, MARK: run, "PATH": f"{path}{os.pathsep}{own}"}


def _run(
    settings: Settings,
    selection: Selection,
    monitor: Monitor,
    secret: Secret | None,
    history: History,
) -> ExitCode:
    """Run the pipeline between a first and a last record, then write the reports."""
    run = f"{len(history.runs) + 1}-{secrets.token_hex(4)}"
    env = environment(settings, run)
    with open_journal(settings.layout.state) as journal:
        session = Session(
            run=run,
            layout=settings.layout,
            config=settings.config,
            journal=journal,
            monitor=monitor,
            env=env,
            secret=secret,
            keeps_sudo=os.geteuid() != 0 and shutil.which("sudo") is not None,
        )
        record = {
            "run": run,
            "at": now_utc(),
            "checkout": str(settings.layout.checkout),
            "host": describe(settings.layout.checkout),
            "config": dict(settings.config.values),
        }
        journal.write("run", record)
        with _finishing(session, settings):
            code = run_pipeline(session, selection)
            journal.write("finish", {"run": run, "at": now_utc(), "exit": int(code)})
    return code


@contextlib.contextmanager
def _finishing(session: Session, settings: Settings) -> Iterator[None]:
    """Write the reports however the run ends, and the end of an interrupted one."""
    try:
        yield
    except (InterruptedRunError, KeyboardInterrupt):
        code = int(ExitCode.INTERRUPTED)
        record = {"run": session.run, "at": now_utc(), "exit": code}
        session.journal.write("finish", record)
        raise
    finally:
        session = replace(session, secret=None)
        write_reports(settings.layout)

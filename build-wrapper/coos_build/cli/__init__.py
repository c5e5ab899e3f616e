# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""The command line. Each command lives in a module of its own, loaded when it runs."""

import importlib
import os
import signal
import sys
from collections.abc import Sequence
from typing import Final, NoReturn

import click

from coos_build.errors import BuildError, ExitCode, InterruptedRunError, StepError
from coos_build.text import clean_line

#: Command -> (module, one line of help): ``--help`` needs no module of a command.
COMMANDS: Final = {
    "run": ("run", "Run the steps that are not done."),
    "plan": ("plan", "Print the exact commands; nothing runs, nothing is written."),
    "status": ("status", "Say what became of each step."),
    "report": ("report", "Times and disk of each step; compare two builds."),
    "logs": ("logs", "Print the log of a step."),
    "boot": ("boot", "Boot an image and compare the attribution inside."),
    "prune": ("prune", "Remove older images."),
    "doctor": ("doctor", "Check this host, with the cure of each miss."),
    "init-config": ("init_config", "Print a coos-build.toml with all keys."),
}
_DEBUG: Final = "COOS_BUILD_DEBUG"


class LazyGroup(click.Group):
    """A group that imports a command's module only when the command is used."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the commands in the order of the work."""
        del ctx
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return a command, loaded now."""
        del ctx
        if cmd_name not in COMMANDS:
            return None
        module = importlib.import_module(f"coos_build.cli.{COMMANDS[cmd_name][0]}")
        command: click.Command = module.command
        return command

    def format_commands(
        self, ctx: click.Context, formatter: click.HelpFormatter
    ) -> None:
        """Write the commands with their one line of help."""
        del ctx
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_, text) in COMMANDS.items()])


@click.group(
    cls=LazyGroup,
    no_args_is_help=False,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="Exit codes: 0 done, 1 a step failed or the licence policy stopped it,"
    " 2 wrong usage or another run at work, 3 a defect of this tool, 130 interrupted."
    " This tool gives no legal advice.",
)
@click.version_option(package_name="coos-license", prog_name="coos-build")
def root() -> None:
    """The complete lakitu pipeline in one resumable command, attribution attached."""


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run the command line and exit with the code of :class:`ExitCode`."""
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _interrupt)
    sys.exit(run(arguments))


def _interrupt(number: int, frame: object) -> None:
    """Let every request to end take the one way that Ctrl-C takes."""
    del number, frame
    raise KeyboardInterrupt


def run(arguments: Sequence[str] | None) -> int:
    """Return the exit code; every error is one line on stderr."""
    try:
        code = root.main(args=arguments, prog_name="coos-build", standalone_mode=False)
        sys.stdout.flush()
    except click.exceptions.Exit as error:
        return error.exit_code
    except (Exception, KeyboardInterrupt) as error:  # the last resort: exit 3
        code, message = _failure(error)
        if code is ExitCode.DEFECT and os.environ.get(_DEBUG):
            raise
        click.echo(f"coos-build: error: {clean_line(_joined(message))}", err=True)
    return int(code or 0)


def _failure(error: BaseException) -> tuple[ExitCode, str]:
    """Return the exit code for an error, and its one line."""
    match error:
        case click.ClickException():
            return ExitCode.USAGE, error.format_message()
        case BuildError():
            return ExitCode.USAGE, str(error)
        case StepError():
            return ExitCode.FAILED, str(error)
        case KeyboardInterrupt() | click.Abort() | InterruptedRunError():
            return ExitCode.INTERRUPTED, "interrupted; the same command goes on"
        case OSError():
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            where = error.filename or "standard output"
            line = f"{where}: {error.strerror or error}; free it or choose another"
            return ExitCode.USAGE, line
        case _:
            name = type(error).__name__
            line = f"defect of this tool ({name}: {error}); please report it with"
            return (
                ExitCode.DEFECT,
                f"{line} output of the same command under {_DEBUG}=1",
            )


def _joined(message: str) -> str:
    """Return a message in one line."""
    return " ".join(message.split())

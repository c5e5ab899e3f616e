# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""The command line. Each command lives in a module of its own, loaded when it runs."""

import importlib
import os
import sys
from collections.abc import Sequence
from typing import Final, NoReturn

import click

from coos_license import __version__
from coos_license.cli.printing import drop_stdout
from coos_license.errors import (
    CoosLicenseError,
    ExitCode,
    StoppedError,
    Terminated,
)

#: Command -> (module, one line of help): ``--help`` needs no module of a command.
COMMANDS: Final = {
    "generate": ("generate", "Write SBOM, credits, NOTICE bundle and findings."),
    "list": ("listing", "Print the inventory."),
    "explain": ("explain", "Say why each claim about a package or file holds."),
    "audit": ("audit", "Report findings and obligations, and gate on them."),
    "baseline": ("baseline", "Keep the file of findings that are known already."),
    "diff": ("diff", "Compare two images: packages, licences, obligations."),
    "verify": ("verify", "Check what generate wrote: whole, valid, of one mind."),
    "attest": ("attest", "Sign what generate wrote, with a local key."),
    "graph": ("graph", "Print what links what, and how far licences reach."),
    "snapshot": (
        "snapshot",
        "Write all that other commands read into one archive.",
    ),
    "sources": (
        "corresponding",
        "Collect the corresponding source of what is owed.",
    ),
    "curations": ("curations", "Check curations, or suggest them for every gap."),
    "policy": ("policy", "Check a policy file, or show what is in force."),
    "spdx": ("spdx", "Look up licence names: SPDX id, category, obligations."),
}
_DEBUG: Final = "COOS_LICENSE_DEBUG"


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
        module = importlib.import_module(f"coos_license.cli.{COMMANDS[cmd_name][0]}")
        command: click.Command = module.command
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Return the command that is named. Raises: click.UsageError."""
        if args[0] not in COMMANDS:
            import difflib  # noqa: PLC0415 (only for an error)

            close = difflib.get_close_matches(args[0], COMMANDS, 1)
            meant = f"; did you mean {close[0]!r}?" if close else ""
            ctx.fail(f"No such command {args[0]!r}{meant}")
        return super().resolve_command(ctx, args)

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
    epilog="Exit codes: 0 clean, 1 findings or a difference, 2 wrong usage or"
    " unreadable input, 3 a defect of this tool, 130 interrupted, 143 terminated."
    " This tool gives no legal advice.",
)
@click.version_option(__version__, prog_name="coos-license")
def root() -> None:
    """Licence attribution and audit for operating-system images built by portage.

    Reads package metadata offline: no network, no chroot, no root, no portage.

    SOURCE is a sysroot (a directory that holds var/db/pkg), a tar or an image of one, a
    disk image, a directory of binary packages, an ebuild repository, a
    cos-package-info.json, or, with --board, a checkout.
    """


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run the command line and exit with the code of :class:`ExitCode`."""
    if sys.stdout is None:  # closed by the caller: `>&-`
        _complain("standard output is closed; give it somewhere to go")
        sys.exit(ExitCode.USAGE)
    sys.exit(_run(arguments))


def _run(arguments: Sequence[str] | None) -> int:
    """Return the exit code; every error is one line on stderr."""
    try:
        code = root.main(
            args=arguments, prog_name="coos-license", standalone_mode=False
        )
        sys.stdout.flush()
    except click.exceptions.Exit as error:
        return error.exit_code
    except (Exception, KeyboardInterrupt) as error:  # the last resort: exit 3
        code, message = _failure(error)
        if code is ExitCode.DEFECT and os.environ.get(_DEBUG):
            raise
        _complain(message)
    return int(code or 0)


def _failure(error: BaseException) -> tuple[ExitCode, str]:
    """Return the exit code for an error, and its one line."""
    match error:
        case click.ClickException():
            return ExitCode.USAGE, _usage(error)
        case StoppedError():
            return _stopped(error), str(error)
        case CoosLicenseError():
            return ExitCode.USAGE, str(error)
        case KeyboardInterrupt() | click.Abort():
            code = _stopped(error)
            return code, f"{code.name.lower()}; outputs are as they were"
        case OSError():
            drop_stdout()
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


def _usage(error: click.ClickException) -> str:
    """Return what is wrong with the words of the command, and where to read them."""
    told = error.format_message()
    context = error.ctx if isinstance(error, click.UsageError) else None
    if context is None:
        return told
    return f"{told.removesuffix('.')}; see '{context.command_path} --help'"


def _stopped(error: BaseException | None) -> ExitCode:
    """Return the exit code of a run that was stopped: by whom, its causes tell."""
    while error is not None:
        if isinstance(error, Terminated):
            return ExitCode.TERMINATED
        error = error.__cause__
    return ExitCode.INTERRUPTED


def _complain(message: str) -> None:
    """Print one line on stderr, whatever the message holds."""
    line = " ".join(message.split())
    line = "".join(c if c.isprintable() else f"\\x{ord(c):02x}" for c in line)
    click.echo(f"coos-license: error: {line}", err=True)

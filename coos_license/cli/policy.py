# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""``coos-license policy``: check a policy file, or show what is in force."""

from pathlib import Path

import click

from coos_license.cli.named_files import read_policy
from coos_license.cli.options import NamedPath
from coos_license.cli.printing import print_lines
from coos_license.errors import ExitCode
from coos_license.policy.policy_values import Policy
from coos_license.render.policy_text import policy_lines


@click.group("policy", no_args_is_help=False)
def command() -> None:
    """Check a policy file, or show what is in force."""


@command.command("check", short_help="Check a policy file.")
@click.argument("file", type=NamedPath(), metavar="FILE|PRESET")
def check(file: Path) -> int:
    """Check FILE, whatever packages there are; its first fault is exit 2.

    License groups, such as @FREE, are known only with the repositories that have
    them: a reading command checks those.
    """
    policy = read_policy(file)
    print_lines([f"good: {_counted(policy)}"])
    return ExitCode.CLEAN


@command.command("show", short_help="Show what a policy file makes of presets.")
@click.argument("file", type=NamedPath(), metavar="[FILE|PRESET]", required=False)
def show(file: Path | None) -> int:
    """Show the rules in force, and their digest.

    Those of FILE or PRESET, and without one those of the preset default.
    """
    print_lines(policy_lines(read_policy(file)))
    return ExitCode.CLEAN


def _counted(policy: Policy) -> str:
    """Return how much a policy says, with what it extends."""
    counts = (
        (len(policy.rules), "rule"),
        (len(policy.elections.rules), "election"),
        (len(policy.waivers), "waiver"),
    )
    return ", ".join(f"{n} {word}{'' if n == 1 else 's'}" for n, word in counts)

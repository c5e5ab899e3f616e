# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""The options that decide the exit code, and what is accounted for before that."""

import functools
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from coos_license.cli import options
from coos_license.cli.accounting import Wanted
from coos_license.model import Severity

if TYPE_CHECKING:
    from coos_license.audit.baseline import Baseline


def severity(word: str) -> Severity:
    """Return the severity that an option names."""
    return Severity[word.upper()]


fail_on = click.option(
    "--fail-on",
    type=click.Choice([one.word for one in Severity]),
    default="error",
    show_default=True,
    help="Exit 1 when a finding is at least this severe.",
)
files = click.option(
    "--files",
    is_flag=True,
    help="List the installed files with their digests, and compare them with what"
    " their packages installed.",
)
baseline = click.option(
    "--baseline",
    type=options.NamedPath(),
    metavar="FILE",
    help="Findings that are known, by `baseline update` or an earlier findings.json:"
    " only new and worsened ones decide the exit code. Default: none, all decide.",
)


def read_known(path: Path | None) -> "Baseline | None":
    """Return what the file of --baseline holds, ``None`` where none was given.

    Raises: InputError.
    """
    if path is None:
        return None
    from coos_license.audit.baseline import read_baseline  # noqa: PLC0415 (wanted by few)
    from coos_license.cli.named_files import read_small  # noqa: PLC0415 (wanted by few)

    cure = "write one: coos-license baseline update SOURCE -o FILE"
    return read_baseline(read_small(path, cure), str(path))


min_coverage = click.option(
    "--min-coverage",
    type=click.FloatRange(0, 100),
    metavar="PERCENT",
    help="Exit 1 when less of the files is accounted for. Needs --accounting."
    " Default: nothing is asked for.",
)
_ACCOUNTING: Final = (
    click.option(
        "--accounting",
        is_flag=True,
        help="Find the owner of every file of the image: SOURCE, or --shipped PATH."
        " See docs/accounting.md.",
    ),
    click.option(
        "--implicit",
        multiple=True,
        type=options.NamedPath(),
        metavar="FILE|PRESET",
        help="Rules for what is in the image and in no package database, or a preset:"
        " lakitu. Repeatable; the first rule that fits counts. Needs --accounting.",
    ),
)


def accounting(function: Callable[..., int]) -> Callable[..., int]:
    """Return a command function that takes ``accounting``: what is wanted of it."""

    @functools.wraps(function)
    def wanting(*args: Any, **values: Any) -> int:  # noqa: ANN401 (click's border)
        asked, implicit = values.pop("accounting"), values.pop("implicit")
        if not asked and (implicit or values.get("min_coverage") is not None):
            option = "--implicit" if implicit else "--min-coverage"
            raise click.UsageError(f"{option} needs --accounting")
        return function(*args, **values, accounting=Wanted(implicit) if asked else None)

    return options.apply(_ACCOUNTING, wanting)

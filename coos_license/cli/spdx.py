# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""``coos-license spdx``: what the tables say of licence names."""

from collections.abc import Iterator

import click

from coos_license.cli.printing import print_lines
from coos_license.errors import ExitCode, ParseError
from coos_license.expression import leaves
from coos_license.licenses.expressions import license_row, parse_expression
from coos_license.licenses.names import license_ref, name_rows
from coos_license.trees.text import show


@click.command("spdx")
@click.argument("names", nargs=-1, required=True, metavar="NAME...")
def command(names: tuple[str, ...]) -> int:
    """Look up Gentoo or Chromium OS licence names, or SPDX expressions.

    Exits 1 when one of them is neither.
    """
    known = [name for name in names if _is_known(name)]
    for name in names:
        print_lines(_lines(name) if name in known else [f"{show(name)}: not known"])
    return ExitCode.CLEAN if len(known) == len(names) else ExitCode.FINDINGS


def _is_known(name: str) -> bool:
    """Return whether the name table or the SPDX list has the name."""
    if name in name_rows():
        return True
    try:
        parse_expression(name)
    except ParseError:
        return False
    return True


def _lines(name: str) -> Iterator[str]:
    """Yield what is known of a name or an expression."""
    row = name_rows().get(name)
    text = name if row is None else row.expression or license_ref(name)
    expression = parse_expression(text)
    yield f"{show(name)}: {expression}"
    if row is not None:
        yield f"  {row.kind}, decided by: {row.origin}"
        if row.note:
            yield f"  {row.note}"
        if row.points_to:
            yield f"  text points at: {', '.join(row.points_to)}"
    for leaf in dict.fromkeys(leaves(expression)):
        decided = license_row(leaf)
        yield f"  {leaf}: {decided.category}; {', '.join(decided.obligations)}"
        if decided.reason:
            yield f"    {decided.reason} ({decided.source})"

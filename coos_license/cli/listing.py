# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""``coos-license list``: the inventory on stdout."""

from typing import Final

import click

from coos_license.cli.options import reading
from coos_license.cli.printing import print_bytes, print_lines
from coos_license.cli.reading import load, tell
from coos_license.cli.request import Request
from coos_license.errors import ExitCode
from coos_license.render import inventory_json, report

_FORMATS: Final = ("table", "json", "csv")


@click.command("list")
@reading
@click.option(
    "--format",
    "form",
    type=click.Choice(_FORMATS),
    default="table",
    show_default=True,
    help="json equals inventory.json byte for byte.",
)
def command(request: Request, form: str) -> int:
    """Print the inventory of SOURCE. Exits 0 whatever the findings."""
    loaded = load(request)
    inventory = loaded.inventory
    match form:
        case "json":
            print_bytes(inventory_json.render(inventory))
        case "csv":
            print_lines(report.comma_separated(inventory))
        case _:
            print_lines(report.table(inventory))
    tell(request, loaded)
    return ExitCode.CLEAN

# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""``coos-license graph``: what links what, and how far licences reach on it."""

from typing import Final

import click

from coos_license.cli.explain import chosen_packages
from coos_license.cli.options import reading
from coos_license.cli.printing import print_bytes
from coos_license.cli.reading import load, tell
from coos_license.cli.request import Request
from coos_license.errors import ExitCode, InputError
from coos_license.obligations.graph import Graph, of_package
from coos_license.obligations.neighbourhood import around
from coos_license.obligations.resolutions import Propagation
from coos_license.render import graph

_FORMATS: Final = ("json", "dot", "svg")
_MOST_NODES: Final = 400


@click.command("graph")
@reading
@click.option(
    "--around",
    "what",
    metavar="PACKAGE",
    help="Only what is near PACKAGE; svg needs it. Default: everything.",
)
@click.option(
    "--depth",
    type=click.IntRange(1, 50),
    metavar="N",
    default=2,
    show_default=True,
    help="How many links away is near.",
)
@click.option(
    "--format",
    "form",
    type=click.Choice(_FORMATS),
    default="json",
    show_default=True,
    help="json is for scripts, dot for Graphviz, svg for a browser.",
)
def command(request: Request, *, what: str | None, depth: int, form: str) -> int:
    """Print which files of SOURCE use which, and what licences reach on the way.

    What reaches the part that is shown is that of the whole graph.
    Exits 0 whatever the findings.
    """
    loaded = load(request, links=True)
    made = loaded.propagation or Propagation.of(Graph((), ()))
    numbers = range(len(made.graph.nodes))
    columns = dict.fromkeys(numbers, 0)
    if what is not None:
        packages = chosen_packages(loaded.inventory.packages, what)
        start = [n for one in packages for n in of_package(made.graph, one.id)]
        columns = around(made.graph, start, depth, _MOST_NODES)
    elif form == "svg":
        raise InputError(
            "a picture of a whole image can be read by nobody",
            where="graph --format svg",
            cure="name a package with --around",
        )
    shown = made.part(sorted(columns))
    match form:
        case "json":
            print_bytes(graph.render_json(shown))
        case "dot":
            print_bytes(graph.render_dot(shown))
        case _:
            places = [columns[number] for number in sorted(columns)]
            print_bytes(graph.render_svg(shown, dict(enumerate(places))))
    tell(request, loaded)
    return ExitCode.CLEAN

# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""``coos-license explain``: why each claim about a package or a file holds."""

import click

from coos_license.cli.options import reading
from coos_license.cli.printing import print_lines
from coos_license.cli.reading import Loaded, Request, load, owners, tell
from coos_license.errors import ExitCode, InputError
from coos_license.licenses.identify import Identified, identify, identify_file
from coos_license.model import Package
from coos_license.render.explanation import explanation, ownership
from coos_license.resolve.source_facts import NO_TERMS
from coos_license.trees.text import show


@click.command("explain")
@reading
@click.argument("what", metavar="PACKAGE|FILE")
def command(request: Request, what: str) -> int:
    """Explain PACKAGE (name, category/name or category/name-version) or FILE.

    FILE is an absolute path inside the image. Exits 0 whatever the findings.
    """
    loaded = load(request, links=True)
    for package in _chosen(request, loaded, what):
        identified = _identified(package, loaded)
        found = loaded.findings
        print_lines(explanation(package, found, identified, color=request.color))
    tell(request, loaded)
    return ExitCode.CLEAN


def _chosen(request: Request, loaded: Loaded, what: str) -> list[Package]:
    """Return the packages that a name or a file stands for; of a file say who owns it.

    Raises: InputError where there is none.
    """
    packages = loaded.inventory.packages
    if not what.startswith("/"):
        chosen = [package for package in packages if what in _names(package)]
        if not chosen:
            cure = "see 'coos-license list'"
            raise InputError("no such package", where=show(what), cure=cure)
        return chosen
    places = owners(request, what)
    chosen = [package for package in packages if package.id in places]
    if not chosen:
        raise InputError(
            "no installed package owns this file",
            where=show(what),
            cure="give an absolute path of the image",
        )
    print_lines(ownership(what, [(one, places[one.id]) for one in chosen]))
    return chosen


def _identified(package: Package, loaded: Loaded) -> dict[str, Identified]:
    """Return what the texts of a package are, or are nearest to.

    Well known files have their answer in a table, without what they are nearest to.
    """
    texts = loaded.inventory.texts
    found = {}
    for use in package.texts:
        text = texts[use.sha256]
        if text.spdx not in NO_TERMS:
            known = identify_file(text.sha256, text.content)
            found[use.sha256] = known if known.ids else identify(text.text)
    return found


def _names(package: Package) -> tuple[str, ...]:
    """Return the names that a person may call a package by."""
    one = package.id
    return (one.name, one.key, one.pf, one.cpv, f"={one.cpv}")

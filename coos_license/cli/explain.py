# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""``coos-license explain``: why each claim about a package or a file holds."""

from collections.abc import Sequence

import click

from coos_license.cli.options import reading
from coos_license.cli.printing import print_lines
from coos_license.cli.reading import Loaded, load, owners, tell
from coos_license.cli.request import Request
from coos_license.errors import ExitCode, InputError
from coos_license.licenses.identify import Identified, identify, identify_file
from coos_license.model import Evidence, Package
from coos_license.render.explanation import explanation, ownership
from coos_license.render.reach_text import reach_lines
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
    if what.startswith("/"):
        owned = _owned(request, loaded, what)
        print_lines(ownership(what, owned))
        chosen = [package for package, _ in owned]
    else:
        chosen = chosen_packages(loaded.inventory.packages, what)
    for package in chosen:
        identified = _identified(package, loaded)
        found = loaded.findings
        print_lines(explanation(package, found, identified, color=request.color))
        if loaded.propagation is not None:
            print_lines(reach_lines(package, loaded.propagation))
    tell(request, loaded)
    return ExitCode.CLEAN


def chosen_packages(packages: Sequence[Package], what: str) -> list[Package]:
    """Return the packages of a name. Raises: InputError where there is none."""
    chosen = [package for package in packages if what in _names(package)]
    if not chosen:
        cure = "see 'coos-license list'"
        raise InputError("no such package", where=show(what), cure=cure)
    return chosen


def _owned(
    request: Request, loaded: Loaded, file: str
) -> list[tuple[Package, Evidence]]:
    """Return the packages that own a file, and where that is written.

    Raises: InputError where there is none.
    """
    places = owners(request, file)
    packages = loaded.inventory.packages
    owned = [(one, places[one.id]) for one in packages if one.id in places]
    if not owned:
        raise InputError(
            "no installed package owns this file",
            where=show(file),
            cure="give an absolute path of the image",
        )
    return owned


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

# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""``coos-license explain``: why each claim about a package or a file holds."""

from collections.abc import Sequence

import click

from coos_license.cli.options import reading
from coos_license.cli.printing import print_lines
from coos_license.cli.reading import Request, load, owners, tell
from coos_license.errors import ExitCode, InputError
from coos_license.model import Package
from coos_license.render import report
from coos_license.render.reach_text import reach_lines


@click.command("explain")
@reading
@click.argument("what", metavar="PACKAGE|FILE")
def command(request: Request, what: str) -> int:
    """Explain PACKAGE (name, category/name or category/name-version) or FILE.

    FILE is an absolute path inside the image. Exits 0 whatever the findings.
    """
    loaded = load(request, links=True)
    packages = loaded.inventory.packages
    if what.startswith("/"):
        keys = owners(request, what)
        chosen = [package for package in packages if package.id in keys]
        if not chosen:
            raise InputError(
                "no installed package owns this file",
                where=what,
                cure="give an absolute path of the image",
            )
    else:
        chosen = chosen_packages(packages, what)
    for package in chosen:
        lines = report.explanation(package, loaded.findings, color=request.color)
        print_lines(lines)
        if loaded.propagation is not None:
            print_lines(reach_lines(package, loaded.propagation))
    tell(request, loaded)
    return ExitCode.CLEAN


def chosen_packages(packages: Sequence[Package], what: str) -> list[Package]:
    """Return the packages that a person calls so. Raises: InputError."""
    chosen = [package for package in packages if what in _names(package)]
    if not chosen:
        raise InputError("no such package", where=what, cure="see 'coos-license list'")
    return chosen


def _names(package: Package) -> tuple[str, ...]:
    """Return the names that a person may call a package by."""
    one = package.id
    return (one.name, one.key, one.pf, one.cpv, f"={one.cpv}")

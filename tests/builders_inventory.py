# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""Repositories on disk, and inventories resolved against them."""

from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path

from builders_vdb import raw

from coos_license.model import Image, Inventory, Package, RawPackage
from coos_license.portage.repository import Repository, read_repository
from coos_license.resolve.inventory import build
from coos_license.resolve.shipping import (
    ship_all,
)
from coos_license.resolve.texts import TextFinder
from coos_license.trees.directory import DirectoryTree

GPL2 = "GNU GENERAL PUBLIC LICENSE Version 2 ...\n"
STOCK: Mapping[str, str | bytes] = {
    "GPL-2": GPL2,
    "GPL-3": "GNU GENERAL PUBLIC LICENSE Version 3 ...\n",
    "GPL-2+": "GPL, version 2 or later.\nSee GPL-2 or GPL-3 for the full text.\n",
    "BSD": "Copyright (c) <year> <owner>. All rights reserved. ...\n",
    "MIT": "Copyright (c) <year> <copyright holders> ...\n",
    "ISC": "Copyright (c) <year> <owner> ...\n",
    "Apache-2.0": "Apache License Version 2.0 ...\n",
    "public-domain": "Public domain.\n",
    "gcc-runtime-library-exception-3.1": "GCC RUNTIME LIBRARY EXCEPTION ...\n",
    "OWNERS": "somebody\n",
}


def opened(paths: Sequence[Path], trees: ExitStack) -> tuple[Repository, ...]:
    """Return the repositories at the paths."""
    found = []
    for path in paths:
        tree = trees.enter_context(DirectoryTree.open(path))
        repository = read_repository(tree)
        assert repository is not None
        found.append(repository)
    return tuple(found)


def inventory(
    repositories: Sequence[Repository],
    *packages: RawPackage,
    template_texts: bool = False,
) -> Inventory:
    """Return the inventory of the packages, all shipped."""
    finder = TextFinder(repositories, template_texts=template_texts)
    shipping = ship_all(packages)
    return build(packages, finder, shipping, Image())


def one(repositories: Sequence[Repository], field: str | None, **files: str) -> Package:
    """Return the one package with this LICENSE."""
    (package,) = result(repositories, field, **files).packages
    return package


def result(
    repositories: Sequence[Repository], field: str | None, **files: str
) -> Inventory:
    """Return the inventory of one package with this LICENSE."""
    if field is not None:
        files["license"] = field
    files.setdefault("repository", "portage-stable")
    return inventory(repositories, raw(files.pop("cpv", "app-misc/x-1"), **files))


def problems(found: Inventory) -> list[tuple[str, str]]:
    """Return name and subject of the findings."""
    return [(defect.kind.name, defect.subject) for defect in found.defects]

# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""``--files``: the installed files of SOURCE, where it has them."""

from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Final

from coos_license.chromiumos.databases import DatabaseKind
from coos_license.cli.sources import Source
from coos_license.components.embed import each_contents
from coos_license.components.reading import InstalledFiles
from coos_license.errors import InputError, ReadError
from coos_license.model import Inventory

_CURE: Final = "give the sysroot or the image that the files are in, or no --files"


def with_files(
    inventory: Inventory, source: Source, path: Path, jobs: int | None
) -> Inventory:
    """Return the inventory with the files of the packages of SOURCE, at ``path``.

    Raises: InputError where it has none.
    """
    # Most runs hash no files.
    from coos_license.files.gather import hash_files  # noqa: PLC0415 (only with --files)
    from coos_license.processes import cores  # noqa: PLC0415 (only with --files)
    from coos_license.resolve.installed_files import installed_files  # noqa: PLC0415 (only with --files)

    opened = source.opened
    root = opened.release or opened.tree
    if source.database.kind is not DatabaseKind.INSTALLED or opened.built is not None:
        raise InputError("holds no installed files", where=str(path), cure=_CURE)
    if InstalledFiles(root).is_empty():
        what = "holds the package database, and no files of its packages"
        raise InputError(what, where=str(path), cure=_CURE)
    look = partial(hash_files, root, jobs=jobs or cores())
    try:
        with opened.tree.at(source.database.place) as vdb:
            found = installed_files(each_contents(source.packages, vdb), look)
    except ReadError as error:
        raise InputError(str(error), where=str(path), cure="repair it") from error
    defects = (*inventory.defects, *found.faults)
    return replace(inventory, files=found.files, defects=defects)

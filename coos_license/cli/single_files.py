# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""A file that is a list of packages by itself, named as SOURCE."""

from pathlib import Path
from typing import Final

from coos_license.chromiumos.databases import BINARIES
from coos_license.chromiumos.package_info import LIMIT, PLACES, looks_like_list
from coos_license.errors import InputError, ReadError
from coos_license.portage.binary_package import is_binary_package
from coos_license.portage.package_index import (
    INDEX,
    INDEX_LIMIT,
    looks_like_index,
)
from coos_license.trees.archive import TarTree
from coos_license.trees.window import Window

_HEAD_BYTES: Final = 1 << 16


def refuse_package(path: Path) -> None:
    """Refuse a binary package alone: nothing says that it is all there is.

    Raises: InputError, ReadError, OSError.
    """
    with Window.open(path) as window:
        if is_binary_package(window):
            cure = "give the directory that holds it"
            raise InputError("is one binary package", where=str(path), cure=cure)


def open_listing(path: Path) -> TarTree | None:
    """Return a tree that holds a list of packages alone, ``None`` where it is none.

    An index of binary packages, or a ``cos-package-info.json``. What lies beside it is
    not looked at. Raises: ReadError, OSError.
    """
    with Window.open(path) as window:
        size = window.size_bytes
        head = window.read(0, min(size, _HEAD_BYTES))
        if looks_like_list(head):
            if size > LIMIT:
                raise ReadError(f"is a list of {size} bytes, more than is read")
            return TarTree.of_file(PLACES[0], window.read(0, size))
        if not looks_like_index(head):
            return None
        if size > INDEX_LIMIT:
            raise ReadError(f"is an index of {size} bytes, more than is read")
        return TarTree.of_file(f"{BINARIES}/{INDEX}", window.read(0, size))

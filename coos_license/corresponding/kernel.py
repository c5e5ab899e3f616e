# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""The configuration that a kernel was built with, as it is installed."""

import re
from typing import Final

from coos_license.corresponding.values import Piece, Role
from coos_license.errors import ReadError
from coos_license.model import PackageId
from coos_license.trees.base import FileTree, Kind

_CATEGORY: Final = "sys-kernel"
_KERNEL: Final = re.compile(r"(?:^|-)kernel(?:$|[-_])|-sources$|-modules$")
_HEADERS: Final = "headers"
_BOOT: Final = "boot"


def is_kernel(package: PackageId) -> bool:
    """Return whether a package is a kernel, by its name."""
    name = package.name
    is_named = bool(_KERNEL.search(name)) and _HEADERS not in name
    return package.category == _CATEGORY and is_named


def kernel_configs(package: PackageId, tree: FileTree) -> tuple[Piece, ...] | None:
    """Return ``boot/config-*`` of a kernel's version; ``None`` for other packages.

    Where none has the version, all: an image has one kernel, and which is not known.
    """
    if not is_kernel(package):
        return None
    try:
        with tree.at(_BOOT) as boot:
            names = [
                entry.name
                for entry in boot.entries()
                if entry.name.startswith("config")
                and entry.name.isprintable()
                and entry.kind in (Kind.FILE, Kind.SYMLINK)
            ]
    except ReadError:
        return ()
    bare = package.version.partition("-r")[0]
    same = [name for name in names if bare in name]
    top = f"packages/{package.category}/{package.pf}/kernel"
    return tuple(
        Piece(f"{top}/{name}", Role.CONFIG, tree=tree, source=f"{_BOOT}/{name}")
        for name in same or names
    )

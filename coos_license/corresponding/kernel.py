# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""The configuration that a kernel was built with, wherever an installation has it.

In this order: ``boot/config-*``, beside the modules, in an installed source directory,
in the kernel itself.
"""

import re
from collections.abc import Iterator
from typing import Final

from coos_license.corresponding.ikconfig import embedded_config
from coos_license.corresponding.values import Piece, Role
from coos_license.errors import ReadError
from coos_license.model import PackageId
from coos_license.trees.base import FileTree, Kind

_CATEGORY: Final = "sys-kernel"
_KERNEL: Final = re.compile(r"(?:^|-)kernel(?:$|[-_])|-sources$|-modules$")
_HEADERS: Final = "headers"
_MODULES: Final = ("usr/lib/modules", "lib/modules")
_BESIDE_MODULES: Final = ("build/.config", "config")
_IMAGES: Final = ("boot", "usr/lib/debug/boot")
_IMAGE: Final = re.compile(r"vmlinu[xz]|bzImage|Image")
_CONFIGS_MODULE: Final = "kernel/kernel/configs.ko"
_PACKED: Final = ("", ".gz", ".xz", ".zst")
#: Kernels of one installation; each may have to be unpacked.
_MOST: Final = 20


def is_kernel(package: PackageId) -> bool:
    """Return whether a package is a kernel, by its name."""
    name = package.name
    is_named = bool(_KERNEL.search(name)) and _HEADERS not in name
    return package.category == _CATEGORY and is_named


def kernel_configs(package: PackageId, tree: FileTree) -> tuple[Piece, ...] | None:
    """Return the configurations of a kernel's version; ``None`` for other packages.

    Where none has the version, all: an image has one kernel, and which is not known.
    """
    if not is_kernel(package):
        return None
    bare = package.version.partition("-r")[0]
    top = f"packages/{package.category}/{package.pf}/kernel"
    for wanted in (bare, ""):
        for ways in (_in_boot, _beside_modules, _in_sources, _in_images):
            found = tuple(ways(tree, top, wanted))
            if found:
                return found
    return ()


def _in_boot(tree: FileTree, top: str, wanted: str) -> Iterator[Piece]:
    """Yield what is in ``boot`` under the name of a configuration."""
    for name in _names(tree, "boot", wanted):
        if name.startswith("config"):
            path = f"boot/{name}"
            yield Piece(f"{top}/{name}", Role.CONFIG, tree=tree, source=path)


def _beside_modules(tree: FileTree, top: str, wanted: str) -> Iterator[Piece]:
    """Yield what is beside the modules of a release, or where they were built."""
    for directory in _MODULES:
        for release in _names(tree, directory, wanted):
            for name in _BESIDE_MODULES:
                yield from _copied(
                    tree, f"{directory}/{release}/{name}", f"{top}/config-{release}"
                )


def _in_sources(tree: FileTree, top: str, wanted: str) -> Iterator[Piece]:
    """Yield what is in source directories that are installed."""
    for name in _names(tree, "usr/src", wanted):
        yield from _copied(tree, f"usr/src/{name}/.config", f"{top}/config-{name}")


def _in_images(tree: FileTree, top: str, wanted: str) -> Iterator[Piece]:
    """Yield what kernels and their module of the configuration carry."""
    paths = [
        (name, f"{directory}/{name}")
        for directory in _IMAGES
        for name in _names(tree, directory, wanted)
        if _IMAGE.match(name)
    ]
    for directory in _MODULES:
        for name in _names(tree, directory, wanted):
            inside = f"{directory}/{name}"
            paths.append((name, f"{inside}/vmlinuz"))
            paths += [(name, f"{inside}/{_CONFIGS_MODULE}{end}") for end in _PACKED]
    for name, path in paths[:_MOST]:
        content = _embedded(tree, path)
        if content is not None:
            yield Piece(f"{top}/config-of-{name}", Role.CONFIG, content)
            return


def _embedded(tree: FileTree, path: str) -> bytes | None:
    """Return the configuration that a file carries, ``None`` where there is none."""
    try:
        with tree.open_file(path) as content:
            return embedded_config(content)
    except ReadError:
        return None


def _copied(tree: FileTree, path: str, goal: str) -> Iterator[Piece]:
    """Yield a file to be copied, if it is there."""
    try:
        tree.open_file(path).close()
    except ReadError:
        return
    yield Piece(goal, Role.CONFIG, tree=tree, source=path)


def _names(tree: FileTree, path: str, wanted: str) -> list[str]:
    """Return the names in a directory that hold ``wanted``, and may be in a bundle."""
    try:
        with tree.at(path) as directory:
            entries = directory.entries()
    except ReadError:
        return []
    return [
        entry.name
        for entry in entries
        if wanted in entry.name
        and entry.name.isprintable()
        and entry.kind is not Kind.OTHER
    ]

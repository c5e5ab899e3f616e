# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""Which file system of an image holds the packages, and which says who it is.

A Chromium OS image has its database on the partition STATE, as ``/var`` of the root
file system is a bind mount of ``var_overlay`` while packages are installed; the root
file system itself is on ROOT-A. Source: Chromium OS's ``disk_layout_v3.json`` and
``build_image`` (crosutils, ``base_image_util.sh``).
"""

from typing import Final
from uuid import UUID

from coos_license.chromiumos.package_info import find_list
from coos_license.chromiumos.source import ImageSource
from coos_license.errors import ReadError
from coos_license.portage.sysroot import VDB_PLACES, find_vdb
from coos_license.trees.base import FileTree
from coos_license.trees.file_systems import open_file_system
from coos_license.trees.gpt import Partition, is_gpt, read_partitions
from coos_license.trees.text import show
from coos_license.trees.window import Window

STATE: Final = "STATE"
_ROOT: Final = "ROOT-A"
#: ``cgpt`` calls it rootfs; the first one counts where none is named ROOT-A.
_ROOT_TYPE: Final = UUID("3cb8e202-3b7e-47dd-8a3c-7ff2a13cfcec")
_ROOT_PLACE, _STATE_PLACE = VDB_PLACES


def open_image(window: Window) -> ImageSource:
    """Return what is read of an image: a GPT disk, or one file system alone.

    Raises: ReadError where it is neither, is damaged, or holds no database.
    """
    if is_gpt(window):
        return _open_disk(window)
    tree = open_file_system(window)
    if tree is not None:
        return ImageSource(tree, tree, VDB_PLACES, "file system image")
    raise ReadError(
        "is no directory, no archive, no GPT disk and no file system that is read"
    )


def _open_disk(disk: Window) -> ImageSource:
    """Return what is read of a disk: STATE if the packages are there, else ROOT-A."""
    partitions = read_partitions(disk)
    state = _tree(disk, _named(partitions, STATE))
    root = _tree(disk, root_partition(partitions))
    by_state, by_root = (state, _STATE_PLACE, STATE), (root, _ROOT_PLACE, _ROOT)
    for tree, place, name in (by_state, by_root):
        if tree is not None and _holds(tree, place, name):
            form = f"disk image (partition {name})"
            return ImageSource(tree, root or tree, (place,), form, disk=disk)
    if root is not None and find_list(root):
        form = f"disk image (partition {_ROOT})"
        return ImageSource(root, root, VDB_PLACES, form, disk=disk)
    names = ", ".join(show(one.name) for one in partitions) or "none"
    message = f"holds no package database on {STATE} or {_ROOT}; partitions: {names}"
    raise ReadError(message)


def root_partition(partitions: tuple[Partition, ...]) -> Partition | None:
    """Return the partition of the root file system. Raises: ReadError."""
    return _named(partitions, _ROOT) or _typed(partitions)


def _named(partitions: tuple[Partition, ...], name: str) -> Partition | None:
    """Return the partition of a name. Raises: ReadError where two have it."""
    found = [one for one in partitions if one.name == name]
    if len(found) > 1:
        raise ReadError(f"has {len(found)} partitions named {name}")
    return found[0] if found else None


def _typed(partitions: tuple[Partition, ...]) -> Partition | None:
    """Return the first partition of the type of a root file system."""
    return next((one for one in partitions if one.type == _ROOT_TYPE), None)


def _tree(disk: Window, partition: Partition | None) -> FileTree | None:
    """Return the file system of a partition, ``None`` where there is none that is read.

    Raises: ReadError where there is a damaged one.
    """
    if partition is None:
        return None
    window = disk.part(partition.start, partition.size_bytes)
    try:
        return open_file_system(window)
    except ReadError as error:
        message = f"partition {partition.number} ({show(partition.name)}) {error}"
        raise ReadError(message) from error


def _holds(tree: FileTree, place: str, name: str) -> bool:
    """Return whether the packages are there. Raises: ReadError."""
    try:
        return find_vdb(tree, (place,)) is not None
    except ReadError as error:
        raise ReadError(f"partition {name}: {error}") from error

# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""All partitions of a disk that hold anything, as file systems or as bytes."""

from dataclasses import dataclass
from typing import Final

from coos_license.chromiumos.disk import root_partition
from coos_license.errors import ReadError
from coos_license.trees.base import FileTree
from coos_license.trees.file_systems import open_file_system
from coos_license.trees.gpt import read_partitions
from coos_license.trees.text import show
from coos_license.trees.window import Window

#: What a partition that holds anything begins with is not all nought.
_LOOKED_AT: Final = 1 << 20


@dataclass(frozen=True, slots=True)
class Volume:
    """One partition: its name, made unique, and its tree where it is read.

    ``is_root``: it is the root file system; ``fault`` says why a file system of a kind
    that is read cannot be.
    """

    name: str
    tree: FileTree | None
    is_root: bool = False
    fault: str = ""


def read_volumes(disk: Window) -> tuple[Volume, ...]:
    """Return the partitions of a disk, without empty ones.

    Raises: ReadError where the table is damaged.
    """
    found: list[Volume] = []
    taken: set[str] = set()
    partitions = read_partitions(disk)
    root = root_partition(partitions)
    for partition in partitions:
        name = show(partition.name) or f"partition-{partition.number}"
        if name in taken:
            name = f"{name}-{partition.number}"
        taken.add(name)
        window = disk.part(partition.start, partition.size_bytes)
        try:
            tree = open_file_system(window)
        except ReadError as error:
            found.append(Volume(name, None, fault=str(error)))
            continue
        if tree is not None:
            found.append(Volume(name, tree, partition is root))
        elif window.read(0, min(_LOOKED_AT, window.size_bytes)).strip(b"\0"):
            found.append(Volume(name, None))
    return tuple(found)

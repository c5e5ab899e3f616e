# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""Which file system a partition or image holds, told by how it begins."""

from coos_license.trees.base import FileTree
from coos_license.trees.ext4_superblock import has_ext4
from coos_license.trees.fat import FatFileSystem
from coos_license.trees.fat_boot import has_fat
from coos_license.trees.image import ImageTree
from coos_license.trees.squashfs import SquashFileSystem
from coos_license.trees.squashfs_superblock import has_squashfs
from coos_license.trees.window import Window


def open_file_system(window: Window) -> FileTree | None:
    """Return the tree of a file system, ``None`` where none that is read is there.

    Raises: ReadError where one is there and damaged.
    """
    if has_ext4(window):
        return ImageTree.open(window)
    if has_squashfs(window):
        return ImageTree.over(SquashFileSystem(window))
    if has_fat(window):
        return ImageTree.over(FatFileSystem(window))
    return None

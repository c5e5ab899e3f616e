# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""A SOURCE that is open: which tree holds the packages, and which says who it is."""

from dataclasses import dataclass

from coos_license.trees.base import FileTree


@dataclass(frozen=True, slots=True)
class ImageSource:
    """The tree with the packages, where in it they may be, and what it was taken for.

    ``release`` holds os-release; ``form`` is empty for a directory; ``is_disk``: it
    is a disk with partitions.
    """

    tree: FileTree
    release: FileTree
    places: tuple[str, ...]
    form: str
    is_disk: bool

# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""A SOURCE that is open: which tree holds the packages, and which says who it is."""

from dataclasses import dataclass

from coos_license.trees.base import FileTree
from coos_license.trees.window import Window


@dataclass(frozen=True, slots=True)
class ImageSource:
    """The tree with the packages, where in it they may be, and what it was taken for.

    ``release`` holds os-release; ``form`` is empty for a directory; ``disk`` is the
    whole of it where it has partitions.
    """

    tree: FileTree
    release: FileTree
    places: tuple[str, ...]
    form: str
    disk: Window | None = None

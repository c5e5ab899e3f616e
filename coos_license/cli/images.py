# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""A SOURCE that is a file: a disk image, or the image of one file system."""

import stat
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

from coos_license.chromiumos.source import ImageSource
from coos_license.errors import InputError, ReadError
from coos_license.trees.base import FileTree
from coos_license.trees.text import show
from coos_license.trees.window import Window


def is_image_file(path: Path) -> bool:
    """Return whether a path is what can be an image: a file or a block device."""
    try:
        mode = path.stat().st_mode
    except OSError:
        return False  # who opens it says why
    return stat.S_ISREG(mode) or stat.S_ISBLK(mode)


def open_image_file(path: Path, trees: ExitStack, cure: str) -> ImageSource:
    """Return what is read of an image that a person named. Raises: InputError."""
    # Directories are read more often, and need none of this.
    from coos_license.chromiumos.disk import open_image  # noqa: PLC0415

    try:
        return open_image(trees.enter_context(Window.open(path)))
    except OSError as error:
        what = error.strerror or str(error)
        raise InputError(what, where=str(path), cure=cure) from error
    except ReadError as error:
        raise InputError(str(error), where=str(path), cure=cure) from error


def below_sysroot(
    source: ImageSource, sysroot: str, trees: ExitStack, path: Path
) -> ImageSource:
    """Return a source, whose path is ``path``, from ``--sysroot`` down.

    Raises: InputError where that is no directory of it, or the source a whole disk.
    """
    cure = "--sysroot takes a path inside of a directory or file system image"
    if source.is_disk:
        raise InputError("is a whole disk", where=str(path), cure=cure)
    try:
        tree: FileTree = trees.enter_context(source.tree.rooted(sysroot))
    except ReadError as error:
        where = f"{path}: {show(sysroot)}"
        raise InputError(str(error), where=where, cure=cure) from error
    return replace(source, tree=tree, release=tree)

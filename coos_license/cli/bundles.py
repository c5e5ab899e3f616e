# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""A directory of outputs that a person named."""

from contextlib import ExitStack
from pathlib import Path
from typing import Final

from coos_license.cli.sources import open_directory
from coos_license.errors import InputError, ReadError
from coos_license.verify.bundle import Bundle, read_bundle

_CURE: Final = "give a directory that generate wrote"


def open_bundle(path: Path) -> Bundle:
    """Return what lies in a directory. Raises: InputError."""
    with ExitStack() as trees:
        tree = open_directory(path, trees, _CURE)
        try:
            bundle = read_bundle(tree)
        except ReadError as error:
            raise InputError(str(error), where=str(path), cure=_CURE) from error
    if not bundle.files:
        raise InputError("holds no files", where=str(path), cure=_CURE)
    return bundle


def named_inside(file: Path | None, directory: Path) -> tuple[str, ...]:
    """Return the name of a file where it lies in the directory itself."""
    if file is None or file.resolve().parent != directory.resolve():
        return ()
    return (file.name,)

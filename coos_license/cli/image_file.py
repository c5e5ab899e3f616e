# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""The image as the one file that is distributed: its name, length and digests."""

import hashlib
from pathlib import Path
from typing import Final

from coos_license.errors import InputError, ReadError
from coos_license.model import BinaryFile
from coos_license.trees.window import Window

_AT_ONCE: Final = 1 << 20
_CURE: Final = "give the image file that is distributed"


def measured(path: Path) -> BinaryFile:
    """Return what documents say of the file; it is read once. Raises: InputError."""
    digests = {"SHA256": hashlib.sha256(), "SHA512": hashlib.sha512()}
    try:
        with Window.open(path) as window:
            size = window.size_bytes
            for offset in range(0, size, _AT_ONCE):
                block = window.read(offset, min(_AT_ONCE, size - offset))
                for digest in digests.values():
                    digest.update(block)
    except (OSError, ReadError) as error:
        what = getattr(error, "strerror", None) or str(error)
        raise InputError(what, where=str(path), cure=_CURE) from error
    found = tuple((name, digest.hexdigest()) for name, digest in digests.items())
    return BinaryFile(path.name, size, found)

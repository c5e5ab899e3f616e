# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""A document that a person named: unpacked where it is packed, read as a whole."""

import os

from coos_license.errors import ReadError
from coos_license.trees.unpack import Form, Stream, form_of, sniff

_BLOCK = 512


def first_block(path: str | os.PathLike[str]) -> tuple[Form, bytes]:
    """Return what a path holds and how it begins, both without its packing.

    ``Form.TAR`` is a tar, also a packed one. Raises: ReadError; OSError as the system
    gives it.
    """
    form = sniff(path)
    if form is Form.DIRECTORY:
        return form, b""
    stream = Stream.open(path, _packing(form))
    try:
        block = stream.read(_BLOCK)
    finally:
        stream.close()
    return form_of(block), block


def read_whole(path: str | os.PathLike[str], limit: int) -> bytes:
    """Return a file of at most ``limit`` unpacked bytes.

    Raises: ReadError; OSError as the system gives it.
    """
    form = sniff(path)
    if form is Form.DIRECTORY:
        raise ReadError("is a directory")
    stream = Stream.open(path, _packing(form))
    try:
        content = stream.read(limit + 1)
    finally:
        stream.close()
    if len(content) > limit:
        raise ReadError(f"is longer than {limit} bytes")
    return content


def _packing(form: Form) -> Form:
    """Return the form as a stream takes it: what is not packed is read as it is."""
    return Form.TAR if form in {Form.OTHER, Form.TAR_BZ2} else form

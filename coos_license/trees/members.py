# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""All regular files of an archive in memory, for comparing them."""

import io
from collections.abc import Mapping

from coos_license.errors import ReadError
from coos_license.trees.base import Kind
from coos_license.trees.nodes import Builder, Node
from coos_license.trees.unpack import Form, Stream, form_of

_BLOCK = 512
_MOST = 1 << 28


def read_members(content: bytes) -> Mapping[str, bytes]:
    """Return name -> bytes of the files in a tar, packed or not, in order of name.

    Raises: ReadError where it is none, is damaged, or holds anything but files and
    directories.
    """
    form = form_of(content[:_BLOCK])
    if form in {Form.OTHER, Form.DIRECTORY}:
        raise ReadError("is no tar")
    stream = Stream(io.BytesIO(content), form, len(content))
    root = Builder(stream, lambda _path: _MOST).build()
    found: dict[str, bytes] = {}
    todo: list[tuple[str, Node]] = [("", root)]
    while todo:
        place, node = todo.pop()
        for name, child in node.children.items():
            path = f"{place}{name}"
            if child.kind is Kind.DIRECTORY:
                todo.append((f"{path}/", child))
            elif child.kind is Kind.FILE:
                found[path] = child.read(_MOST)
            else:
                raise ReadError(f"holds {path!r}, which is a {child.kind}")
    return dict(sorted(found.items()))

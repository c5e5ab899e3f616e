# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""The members of an ar archive, such as a Debian package.

Source: deb(5) and ar(5): a magic, then a header of 60 bytes before each member, which
begins at an even offset.
"""

from collections.abc import Iterator
from contextlib import nullcontext
from functools import partial
from typing import TYPE_CHECKING, Final

from coos_license.errors import ReadError
from coos_license.trees.base import Content, Kind
from coos_license.trees.content import Part
from coos_license.trees.found import Found

if TYPE_CHECKING:
    import io
    from contextlib import AbstractContextManager

MAGIC: Final = b"!<arch>\n"
_HEADER: Final = 60
_END: Final = b"`\n"
#: A Debian package has three.
_MOST_MEMBERS: Final = 100_000


def walk_ar(content: Content) -> Iterator[Found]:
    """Yield the members. Raises: ReadError where the archive is cut off or damaged."""
    at = len(MAGIC)
    count = 0
    while at < content.size_bytes:
        count += 1
        if count > _MOST_MEMBERS:
            raise ReadError(f"has more than {_MOST_MEMBERS} members")
        if at + _HEADER > content.size_bytes:
            raise ReadError("is truncated")
        header = content.read(at, _HEADER)
        digits = header[48:58].strip()
        if header[58:] != _END or not digits.isdigit():
            raise ReadError(f"is damaged at byte {at}")
        size = int(digits)
        at += _HEADER
        if at + size > content.size_bytes:
            raise ReadError("is truncated")
        name = header[:16].rstrip(b" ").removesuffix(b"/")
        path = name.decode("utf-8", "surrogateescape")
        opener = partial(_part, content, at, size)
        yield Found(path, Kind.FILE, "", "", size, opener)
        at += size + size % 2


def _part(
    content: Content, start: int, size: int
) -> "AbstractContextManager[io.BufferedReader]":
    """Return a member as a stream; the archive stays open."""
    return nullcontext(Part(content, start, size).buffered())

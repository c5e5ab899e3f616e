# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""Digests of a file: all of them in one pass, a part of it in memory at a time."""

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from coos_license.errors import ReadError

if TYPE_CHECKING:
    from hashlib import _Hash as Hash

#: Of the files of an image nine in ten are shorter.
CHUNK: Final = 1 << 18


@dataclass(frozen=True, slots=True)
class FileDigests:
    """MD5 is what CONTENTS records; the others are what SBOMs want."""

    md5: bytes
    sha1: bytes
    sha256: bytes
    sha512: bytes


#: What a tree tells files apart by -> the digests of a file with several names.
Known = dict[object, FileDigests]
#: No file of an image is longer; one of holes may claim to be.
MOST_BYTES: Final = 1 << 34


def check_length(size: int) -> None:
    """Refuse to read a file that is too long. Raises: ReadError."""
    if size > MOST_BYTES:
        raise ReadError(f"is {size} bytes long, more than the {MOST_BYTES} allowed")


def digests_of(chunks: Iterator[bytes]) -> FileDigests:
    """Return the digests of what the chunks make up."""
    hashes = _hashes(next(chunks, b""))
    for chunk in chunks:
        for one in hashes:
            one.update(chunk)
    return FileDigests(*(one.digest() for one in hashes))


class Passed:
    """The bytes of a file that pass by, whoever reads them, and their digests."""

    def __init__(self, take: Callable[[int], bytes], size: int) -> None:
        """Let ``size`` bytes pass that ``take`` gives."""
        self._take = take
        self._left = size
        self._hashes = _hashes(b"")

    def read(self, count: int) -> bytes:
        """Return the next ``count`` bytes, or what is left. Raises: ReadError."""
        content = self._take(min(count, self._left))
        self._left -= len(content)
        for one in self._hashes:
            one.update(content)
        return content

    def finish(self) -> FileDigests:
        """Return the digests, of what nobody read too. Raises: ReadError."""
        while self._left:
            if not self.read(CHUNK):
                raise ReadError("is truncated")
        return FileDigests(*(one.digest() for one in self._hashes))


def _hashes(first: bytes) -> "tuple[Hash, ...]":
    """Return the digests of a first part, in the order of the answer.

    None of them protects anything here: they tell files apart and find them again.
    """
    return (
        hashlib.md5(first, usedforsecurity=False),
        hashlib.sha1(first, usedforsecurity=False),
        hashlib.sha256(first),
        hashlib.sha512(first),
    )

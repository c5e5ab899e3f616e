# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""Where the sources of packages lie, and what is read of one place.

A place is a directory or a file below a ``--sources`` directory. What is read of it
depends on it alone, so places can be read in any order and by other processes.
"""

import hashlib
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Final

from coos_license.errors import ReadError
from coos_license.portage.manifest import Distfile
from coos_license.sources.scan import scan
from coos_license.sources.values import Fault, Scan
from coos_license.trees.base import Content, Kind
from coos_license.trees.content import Part
from coos_license.trees.directory import DirectoryTree
from coos_license.trees.found import Found, walk_directory
from coos_license.trees.packed import Packing, packing_of, walk

if TYPE_CHECKING:
    import io
    from contextlib import AbstractContextManager

_CHUNK: Final = 1 << 20
#: The digests that are compared; a Manifest has BLAKE2B and SHA512 (GLEP 74).
_DIGESTS: Final = {"BLAKE2B": "blake2b", "SHA512": "sha512", "SHA256": "sha256"}


@dataclass(frozen=True, slots=True)
class Place:
    """A source: ``path`` below the directory ``base``; ``""`` is that directory itself.

    ``name`` comes before paths in it where that must be said: that of an archive.
    ``expected`` is what the Manifest says of a file.
    """

    base: str
    path: str
    name: str = ""
    is_file: bool = False
    expected: Distfile | None = None

    @property
    def key(self) -> tuple[str, ...]:
        """Return what places of equal content share: a digest, else where it lies."""
        digests = self.expected.digests if self.expected else ()
        return next(((self.name, *one) for one in digests), (self.base, self.path))


def read_place(place: Place) -> Scan:
    """Return what a place says; what cannot be read is among its faults."""
    try:
        with ExitStack() as stack:
            tree = stack.enter_context(DirectoryTree.open(place.base))
            if place.is_file:
                content = stack.enter_context(tree.open_file(place.path))
                return _read_file(content, place)
            root = stack.enter_context(tree.rooted(place.path or "."))
            return scan(partial(walk_directory, root), archive=False)
    except OSError as error:
        return _broken(f"cannot be read ({error.strerror or error})")
    except ReadError as error:
        return _broken(str(error))


def _read_file(content: Content, place: Place) -> Scan:
    """Return what a file says, if it is the one expected. Raises: ReadError."""
    reason = mismatch(content, place.expected) if place.expected else ""
    if reason:
        return _broken(reason)
    packing = packing_of(content)
    if packing is Packing.SINGLE:
        return scan(partial(_single, content, place.name), archive=False)
    return scan(partial(walk, content, packing), archive=True)


def mismatch(content: Content, expected: Distfile) -> str:
    """Return in what a file differs from its Manifest, ``""`` where in nothing.

    Raises: ReadError.
    """
    size = content.size_bytes
    if size != expected.size:
        return f"is {size} bytes long, {expected.size} by the Manifest"
    wanted = [(name, digits) for name, digits in expected.digests if name in _DIGESTS]
    hashes = [hashlib.new(_DIGESTS[name]) for name, _ in wanted]
    for at in range(0, size, _CHUNK):
        chunk = content.read(at, min(_CHUNK, size - at))
        for one in hashes:
            one.update(chunk)
    for (name, digits), one in zip(wanted, hashes, strict=True):
        if one.hexdigest() != digits:
            return f"has another {name} than its Manifest says"
    return ""


def _single(content: Content, name: str) -> Iterator[Found]:
    """Yield a file that is no archive as the one name of its place."""

    def opened() -> "AbstractContextManager[io.BufferedReader]":
        return Part(content, 0, content.size_bytes).buffered()

    yield Found(name, Kind.FILE, "", "", content.size_bytes, opened)


def _broken(reason: str) -> Scan:
    """Return the answer of a place of which nothing is read."""
    return Scan(faults=(Fault("", reason),))

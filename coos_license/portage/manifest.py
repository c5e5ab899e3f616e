# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""``Manifest`` of a package: size and digests of the files that its ebuilds fetch.

Source: GLEP 74 (Full-tree verification using Manifest files), tag ``DIST``.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from coos_license.errors import ReadError
from coos_license.model import PackageId
from coos_license.portage.repository import MANIFEST, MANIFEST_LIMIT, Repository
from coos_license.trees.text import decode

_FIRST_DIGEST: Final = 3
_DIGITS: Final = 20


@dataclass(frozen=True, slots=True)
class Distfile:
    """What a Manifest says of one file; digests as (name, hexadecimal digits)."""

    name: str
    size: int
    digests: tuple[tuple[str, str], ...]


def distfiles_of(
    package: PackageId, own: str, repositories: Sequence[Repository]
) -> dict[str, Distfile]:
    """Return what the Manifest of a package says, by file name.

    That of its ``own`` repository counts; where that has none, the first of the others.
    One that cannot be read is none: its files are then matched by name alone.
    """
    for repository in sorted(repositories, key=lambda one: one.name != own):
        path = f"{package.key}/{MANIFEST}"
        try:
            content = repository.tree.read(path, MANIFEST_LIMIT)
        except ReadError:
            continue
        return parse_manifest(content)
    return {}


def parse_manifest(content: bytes) -> dict[str, Distfile]:
    """Return the ``DIST`` lines by file name; a line that is none is passed.

    A file whose lines contradict each other is in none: neither is known to be right.

    >>> parse_manifest(b"DIST a.tar.gz 3 SHA512 ab CD")["a.tar.gz"].digests
    (('SHA512', 'ab'),)
    """
    found: dict[str, Distfile] = {}
    contradicted: set[str] = set()
    for line in decode(content)[0].splitlines():
        words = line.split()
        if len(words) < _FIRST_DIGEST or words[0] != "DIST":
            continue
        name, size, *pairs = words[1:]
        if size.isascii() and size.isdigit() and len(size) <= _DIGITS:
            digests = tuple(zip(pairs[::2], map(str.lower, pairs[1::2]), strict=False))
            one = Distfile(name, int(size), digests)
            if found.setdefault(name, one) != one:
                contradicted.add(name)
    return {name: one for name, one in found.items() if name not in contradicted}

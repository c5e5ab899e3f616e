# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""The ids of elements: readable, legal in every format, and never two the same.

SPDX 2.3 allows the fewest characters: letters, digits, dots and hyphens (clause 3.2).
"""

import re
from collections.abc import Mapping
from functools import lru_cache
from hashlib import blake2b
from typing import Final

from coos_license.model import PackageId
from coos_license.portage.names import VERSION

IMAGE: Final = "Image"

# Each begins with two dots, none is the beginning of another, none ends in a dot:
# so a single dot can part category and name, and every id reads back in one way.
_ESCAPES: Final = {"+": "..plus", "_": "..u", ".": "..dot"}
_COMPONENT_ESCAPES: Final = {**_ESCAPES, "/": "..s", "@": "..at"}
_VERSION_FOLLOWS: Final = "..v"
_ODD_VERSION: Final = "..v"
_NOT_IN_ID = re.compile(r"[^A-Za-z0-9-]")
_NOT_IN_COMPONENT = re.compile(r"(?<![A-Za-z0-9-])\.|\.(?![A-Za-z0-9-])|[^A-Za-z0-9.-]")
_VERSION = re.compile(VERSION, re.ASCII)


def package_ref(package: PackageId) -> str:
    """Return the id of a package, never the same for two of them.

    One dot parts category and name; ``+``, ``_`` and ``.`` in them become ``..plus``,
    ``..u`` and ``..dot``. In a legal version ``_`` becomes ``-``: what follows a
    hyphen there is a letter, so nothing is lost (PMS 3.2).

    >>> package_ref(PackageId("app-arch", "zstd", "1.5.6_rc1-r1"))
    'Package-app-arch.zstd-1.5.6-rc1-r1'
    >>> package_ref(PackageId("dev-libs", "libsigc++", "2.12.1"))
    'Package-dev-libs.libsigc..plus..plus-2.12.1'
    """
    version = package.version
    if _VERSION.fullmatch(version):
        version = version.replace("_", "-")
    else:
        version = _ODD_VERSION + _in_id(version)
    return f"Package-{_in_id(package.category)}.{_in_id(package.name)}-{version}"


def component_ref(ecosystem: str, name: str, version: str) -> str:
    """Return the id of a component, never the same for two of them.

    A dot stands for itself between letters, digits and hyphens only; else each
    character that an id may not hold is two dots and a word, and so is what parts name
    and version: every id reads back in one way.

    >>> component_ref("golang", "github.com/a/b_c", "1.2.0+x")
    'Component-golang..sgithub.com..sa..sb..uc..v1.2.0..plusx'
    """
    # The first slash ends the ecosystem, which has none.
    named, versioned = (
        _NOT_IN_COMPONENT.sub(lambda match: _escaped(match[0], _COMPONENT_ESCAPES), one)
        for one in (f"{ecosystem}/{name}", version)
    )
    return f"Component-{named}{_VERSION_FOLLOWS}{versioned}"


def source_ref(name: str, digest: str) -> str:
    """Return the id of a fetched file, by its name and one of its digests, if any.

    >>> source_ref("libsigc++-2.tar.gz", "0123456789abcdef0123")
    'Source-libsigc..plus..plus-2.tar.gz..v0123456789abcdef'
    """
    named = _NOT_IN_COMPONENT.sub(
        lambda match: _escaped(match[0], _COMPONENT_ESCAPES), name
    )
    return f"Source-{named}" + (f"{_VERSION_FOLLOWS}{digest[:16]}" if digest else "")


def patch_ref(package: str, name: str, digest: str) -> str:
    """Return the id of a patch: two packages may have patches of one name.

    >>> patch_ref("app-misc/foo", "a.patch", "0123456789abcdef0123")
    'Patch-app-misc..sfoo..sa.patch..v0123456789abcdef'
    """
    return source_ref(f"{package}/{name}", digest).replace("Source-", "Patch-", 1)


def file_ref(path: str) -> str:
    """Return the id of an installed file: a digest of its path, which may be long.

    >>> file_ref("usr/bin/zstd")
    'File-b176151d2d9be2d8e5be7fafbf0ea27a'
    """
    digest = blake2b(path.encode("utf-8", "surrogateescape"), digest_size=16)
    return f"File-{digest.hexdigest()}"


@lru_cache(maxsize=1 << 12)
def _in_id(part: str) -> str:
    """Return the part with every character escaped that an id may not hold."""
    return _NOT_IN_ID.sub(lambda match: _escaped(match[0], _ESCAPES), part)


def _escaped(character: str, words: Mapping[str, str]) -> str:
    """Return the word for a character that an id may not hold."""
    return words.get(character) or f"..x{ord(character):06x}"

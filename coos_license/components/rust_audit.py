# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""Rust crates from the section that ``cargo auditable`` leaves in a program.

Source: cargo-auditable, ``PARSING.md`` and ``cargo-auditable.schema.json``.
"""

import json
import zlib
from dataclasses import dataclass
from typing import Final

from coos_license.components.elf import Elf, Section
from coos_license.errors import ReadError
from coos_license.trees.text import clean

SECTION: Final = b".dep-v0"
_MOST_PACKED: Final = 1 << 22
#: What PARSING.md recommends.
_MOST_UNPACKED: Final = 1 << 23
_DAMAGED: Final = "has a damaged list of Rust crates"


@dataclass(frozen=True, slots=True)
class Crate:
    """A crate that is linked in; ``is_root``: it is what was built."""

    name: str
    version: str
    is_root: bool


def read_audit(elf: Elf, section: Section) -> bytes:
    """Return the JSON of the section. Raises: ReadError."""
    packed = elf.bytes_of(section, _MOST_PACKED)
    unpacker = zlib.decompressobj()
    try:
        content = unpacker.decompress(packed, _MOST_UNPACKED)
    except zlib.error as error:
        raise ReadError(f"{_DAMAGED} (zlib)") from error
    if unpacker.unconsumed_tail:
        raise ReadError(
            f"has a list of Rust crates of more than {_MOST_UNPACKED} bytes"
        )
    if not unpacker.eof:
        raise ReadError(f"{_DAMAGED} (truncated)")
    return content


def parse_audit(content: bytes) -> tuple[Crate, ...]:
    """Return the crates in order of the list, without those used at build time only.

    Raises: ReadError.

    >>> parse_audit(b'{"packages": [{"name": "a", "version": "1", "kind": "build"}]}')
    ()
    """
    try:
        value = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise ReadError(f"{_DAMAGED} (no JSON)") from error
    packages = value.get("packages") if isinstance(value, dict) else None
    if not isinstance(packages, list):
        raise ReadError(f"{_DAMAGED} (no packages)")
    crates = []
    for package in packages:
        if not isinstance(package, dict):
            raise ReadError(f"{_DAMAGED} (a package)")
        name, version = package.get("name"), package.get("version")
        if not (isinstance(name, str) and isinstance(version, str)):
            raise ReadError(f"{_DAMAGED} (name or version)")
        name, version = _line(name), _line(version)
        if not name:
            raise ReadError(f"{_DAMAGED} (name or version)")
        if package.get("kind", "runtime") != "build":
            crates.append(Crate(name, version, package.get("root") is True))
    return tuple(crates)


def _line(text: str) -> str:
    """Return the text as one clean line."""
    return " ".join(clean(text).split())

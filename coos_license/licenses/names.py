# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""What each Gentoo or Chromium OS license name means, from ``gentoo-names.tsv``."""

import re
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Final, NamedTuple

_NAMES: Final = Path(__file__).parent / "gentoo-names.tsv"
_AMBIGUOUS: Final = Path(__file__).parent / "ambiguous-names.tsv"
_REF_PREFIX: Final = "LicenseRef-gentoo-"
_NOT_IN_REF: Final = re.compile(r"[^A-Za-z0-9.-]")


class NameRow(NamedTuple):
    """One name; the header of the data file defines each column's vocabulary.

    ``expression`` is an SPDX expression, or ``""`` where SPDX has no id for the name.
    ``points_to`` names the texts that belong beside the name's own file.
    """

    name: str
    expression: str
    kind: str
    points_to: tuple[str, ...]
    notice: str
    origin: str
    note: str


@lru_cache(maxsize=1)
def name_rows() -> Mapping[str, NameRow]:
    """Return the row of each known name, sorted by name."""
    lines = _NAMES.read_bytes().decode().splitlines()
    rows = iter(line for line in lines if not line.startswith("#"))
    next(rows)  # the header row; tests hold it to the fields of NameRow
    return MappingProxyType({row.name: row for row in map(_name_row, rows)})


def _name_row(line: str) -> NameRow:
    name, expression, kind, points_to, notice, origin, note = line.split("\t")
    return NameRow(
        name, expression, kind, tuple(points_to.split()), notice, origin, note
    )


@lru_cache(maxsize=1)
def _candidates() -> dict[str, tuple[str, ...]]:
    """Return the candidates of each name that stands for several licences."""
    lines = _AMBIGUOUS.read_bytes().decode().splitlines()
    rows = [line.split("\t") for line in lines if not line.startswith("#")]
    return {name: tuple(ids.split()) for name, ids, _ in rows[1:]}


def candidates(name: str) -> tuple[str, ...]:
    """Return the SPDX ids of which a text under the name may be one.

    Empty for a name whose meaning does not depend on the text.

    >>> candidates("MIT"), candidates("GPL-2")
    (('MIT', 'X11'), ())
    """
    return _candidates().get(name, ())


def license_ref(name: str) -> str:
    """Return the LicenseRef that stands for a name without an SPDX id.

    A plus becomes ``-plus``; any other character that SPDX does not allow there becomes
    ``-x`` and two hexadecimal digits for each of its UTF-8 bytes.

    Source: SPDX 2.3 annex D, ``idstring``.

    >>> license_ref("BSD-Intel+patent-grant")
    'LicenseRef-gentoo-BSD-Intel-pluspatent-grant'
    >>> license_ref("LSI-tw_cli")
    'LicenseRef-gentoo-LSI-tw-x5fcli'
    """
    return _REF_PREFIX + _NOT_IN_REF.sub(_escape, name)


def _escape(match: re.Match[str]) -> str:
    character = match[0]
    if character == "+":
        return "-plus"
    return "".join(f"-x{byte:02x}" for byte in character.encode(errors="surrogatepass"))

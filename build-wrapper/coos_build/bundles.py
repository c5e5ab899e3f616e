# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""What the bundles beside an image say of themselves: findings, coverage, gaps."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from coos_build.errors import StepError
from coos_build.text import clean_line

FINDINGS: Final = "findings.json"
INVENTORY: Final = "inventory.json"
INDEX: Final = "index.json"
_UNACCOUNTED: Final = "CL095"
_GAPS: Final = ("CL072", "CL090", "CL091", "CL092")
_LIMIT: Final = 256 << 20
_LEVELS: Final = ("info", "warning", "error")


def stopping_findings(path: Path, level: str, baseline: str) -> list[str]:
    """Return one sentence a finding that is severe enough and not in the baseline."""
    known = {one.get("fingerprint") for one in _findings(Path(baseline))}
    severe = _LEVELS[_LEVELS.index(level) :]
    return [
        clean_line(" ".join(str(one.get(key) or "") for key in ("code", "name", "cpv")))
        + ": "
        + clean_line(str(one.get("message")))
        for one in _findings(path)
        if one.get("severity") in severe and one.get("fingerprint") not in known
    ]


def unaccounted(path: Path) -> list[str]:
    """Return the files of the image that have no owner, by its findings."""
    return [
        clean_line(str(one.get("subject")))
        for one in _findings(path)
        if one.get("code") == _UNACCOUNTED
    ]


def coverage(path: Path) -> dict[str, str]:
    """Return the facts of the accounting: ``files``, ``accounted``, ``coverage``.

    The last in percent, with two decimals. Empty where nothing was accounted for.
    """
    told = _table(_document(path), "coverage")
    percent = told.get("percent")
    if not isinstance(percent, int | float):
        return {}
    counts = {key: str(told.get(key)) for key in ("files", "accounted")}
    return {**counts, "coverage": f"{percent:.2f}"}


def gaps(directory: Path) -> dict[str, str]:
    """Return the facts of a source bundle: how many packages and gaps, and the offer.

    A gap is a part that is missing, differs, or could not be compared; the policy may
    have waived it. The offer is the way that source is passed on, and ``none`` where
    some is owed and nobody has said.
    """
    told = _document(directory / INDEX)
    packages = _listed(told, "packages")
    count = sum(len(_listed(one, "missing")) for one in (told, *packages))
    waived = [
        one
        for one in _findings(directory / FINDINGS)
        if one.get("code") in _GAPS and one.get("severity") == _LEVELS[0]
    ]
    offer = _table(told, "offer")
    way = str(offer.get("way") or "none") if offer.get("file") else ""
    counts = {"packages": len(packages), "gaps": count, "waived": len(waived)}
    return {**{key: str(one) for key, one in counts.items()}, "offer": way}


def shipped(directory: Path) -> frozenset[str]:
    """Return the packages that a bundle's inventory credits. Raises: StepError."""
    path = directory / INVENTORY
    try:
        with path.open("rb") as file:
            listed = json.loads(file.read(_LIMIT))["packages"]
        return frozenset(
            str(one["cpv"]) for one in listed if one["shipped"] != "build-time"
        )
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise StepError(f"{path} cannot be read: {error}") from error


def _document(path: Path) -> Mapping[str, Any]:
    """Return a JSON object; an empty one where the file holds none."""
    try:
        with path.open("rb") as file:
            told = json.loads(file.read(_LIMIT))
    except (OSError, ValueError):
        return {}
    return told if isinstance(told, dict) else {}


def _table(told: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    value = told.get(key)
    return value if isinstance(value, dict) else {}


def _listed(told: Mapping[str, Any], key: str) -> list[dict[str, Any]]:
    """Return the objects of a list; none where there is no list."""
    value = told.get(key)
    listed = value if isinstance(value, list) else []
    return [one for one in listed if isinstance(one, dict)]


def _findings(path: Path) -> list[dict[str, Any]]:
    """Return the findings of a file; none where it cannot be read as such."""
    return _listed(_document(path), "findings")

# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""The file of findings that are known already, as ``baseline update`` writes it.

A ``findings.json`` is one too: both have a ``schema`` and a list of ``findings``, each
with fingerprint and severity.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from coos_license.errors import InputError
from coos_license.model import Severity

SCHEMA: Final = 1
_CURE: Final = (
    "remove it and write it anew: coos-license baseline update SOURCE -o FILE"
)
_SEVERITIES: Final = {severity.word: severity for severity in Severity}


@dataclass(frozen=True, slots=True)
class Known:
    """What a baseline says of a finding; ``package`` is for readers only."""

    code: str
    severity: Severity
    package: str


#: Fingerprint -> the heaviest finding that had it.
Baseline = Mapping[str, Known]


def read_baseline(content: bytes, where: str) -> Baseline:
    """Return the findings of a baseline or of an earlier ``findings.json``.

    Raises: InputError where it is neither, or of another schema.
    """
    try:
        table: Any = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise InputError("is no JSON", where=where, cure=_CURE) from error
    if not isinstance(table, dict) or not isinstance(table.get("findings"), list):
        raise InputError("is no baseline and no findings.json", where=where, cure=_CURE)
    schema = table.get("schema")
    if schema != SCHEMA or isinstance(schema, bool):
        what = f"has schema {str(schema)[:20]!r}, this version reads {SCHEMA}"
        raise InputError(what, where=where, cure=_CURE)
    known: dict[str, Known] = {}
    for number, value in enumerate(table["findings"]):
        mark, one = _entry(value, f"{where}, findings[{number}]")
        if mark not in known or known[mark].severity < one.severity:
            known[mark] = one
    return known


def _entry(value: Any, where: str) -> tuple[str, Known]:  # noqa: ANN401 (parsed JSON)
    """Return the fingerprint of an entry and what it says. Raises: InputError."""
    table = value if isinstance(value, dict) else {}
    mark, severity = table.get("fingerprint"), table.get("severity")
    if not isinstance(mark, str) or not isinstance(severity, str):
        what = "lacks a fingerprint or a severity"
        raise InputError(what, where=where, cure=_CURE)
    if severity not in _SEVERITIES:
        what = f"has the severity {severity[:20]!r}"
        raise InputError(what, where=where, cure=_CURE)
    code = table.get("code")
    package = table.get("package", table.get("cpv"))
    named = (one if isinstance(one, str) else "" for one in (code, package))
    return mark, Known(next(named), _SEVERITIES[severity], next(named))


def write_baseline(known: Baseline) -> bytes:
    """Return the file: one finding a line, so that a change of it can be reviewed."""
    import orjson  # noqa: PLC0415 (only where JSON is written)

    order = sorted(
        known, key=lambda mark: (known[mark].package, known[mark].code, mark)
    )
    lines = [
        orjson.dumps(
            {
                "fingerprint": mark,
                "code": known[mark].code,
                "severity": known[mark].severity.word,
                "package": known[mark].package,
            }
        )
        for mark in order
    ]
    head = f'{{"schema": {SCHEMA}, "findings": ['.encode()
    return head + b",".join(b"\n" + line for line in lines) + b"\n]}\n"

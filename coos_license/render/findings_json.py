# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""``findings.json``: all findings. Schema: ``docs/schema/findings.schema.json``."""

from collections.abc import Iterator, Sequence
from typing import Any, Final

from coos_license.audit.policy_gate import fingerprint
from coos_license.model import Accounting, Finding

SCHEMA: Final = 1


def render(
    findings: Sequence[Finding], accounting: Accounting | None = None
) -> Iterator[bytes]:
    """Yield the document, indented by two; with a coverage where files were counted."""
    import orjson  # noqa: PLC0415 (only where JSON is written)

    value: dict[str, Any] = {"schema": SCHEMA}
    if accounting is not None:
        value["coverage"] = {
            "files": accounting.files,
            "accounted": accounting.accounted,
            "percent": accounting.percent,
        }
    value["findings"] = [finding_value(one) for one in findings]
    yield orjson.dumps(value, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)


def finding_value(finding: Finding) -> dict[str, Any]:
    """Return a finding as JSON values, in the order of the schema."""
    return {
        "code": finding.kind.code,
        "name": finding.kind.name,
        "severity": finding.kind.severity.word,
        "cpv": finding.package.cpv if finding.package else "",
        "slot": finding.slot,
        "subject": finding.subject,
        "message": finding.message,
        "evidence": [
            {"path": one.path}
            if one.line is None
            else {"path": one.path, "line": one.line}
            for one in finding.evidence
        ],
        "fix": finding.kind.cure,
        "fingerprint": fingerprint(finding),
    }

# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""GitLab's Code Quality report, a subset of the CodeClimate specification.

GitLab itself compares the reports of two branches by ``fingerprint``, which has to be
unique in a report: of findings that are equal to us (one package in two versions) the
first keeps our own, the others have one derived from it.
"""

import hashlib
from collections import Counter
from collections.abc import Iterator
from typing import Any, Final

from coos_license.audit.policy_gate import fingerprint
from coos_license.audit.report import Report
from coos_license.model import Finding, Severity
from coos_license.render.audit_words import first_place, line_of, title_of

_SEVERITIES: Final = {
    Severity.ERROR: "critical",
    Severity.WARNING: "minor",
    Severity.INFO: "info",
}


def render(report: Report) -> Iterator[bytes]:
    """Yield the report."""
    import orjson  # noqa: PLC0415 (only where JSON is written)

    met: Counter[str] = Counter()
    values = []
    for finding in report.urgent_first:
        mark = fingerprint(finding)
        values.append(_issue(finding, _unique(mark, met[mark])))
        met[mark] += 1
    yield orjson.dumps(values, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)


def _unique(mark: str, earlier: int) -> str:
    """Return the fingerprint of a finding that ``earlier`` ones equal."""
    if not earlier:
        return mark
    return hashlib.sha256(f"{mark}\0{earlier}".encode()).hexdigest()


def _issue(finding: Finding, mark: str) -> dict[str, Any]:
    """Return a finding as an issue."""
    place = first_place(finding)
    return {
        "type": "issue",
        "check_name": title_of(finding),
        "description": line_of(finding),
        "content": {"body": f"{finding.kind.summary}\n\n{finding.kind.cure}"},
        "categories": ["Compatibility"],
        "severity": _SEVERITIES[finding.kind.severity],
        "fingerprint": mark,
        "location": {"path": place.path, "lines": {"begin": place.line}},
    }

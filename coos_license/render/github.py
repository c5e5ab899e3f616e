# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""Workflow commands of GitHub Actions: a finding becomes an annotation.

A step shows the first 10 of each level, so what is new comes first, and what is in
the baseline is a notice whatever its severity; the title has that. All are in the log.
"""

from collections import Counter
from collections.abc import Iterator
from typing import Final

from coos_license.audit.policy_gate import State
from coos_license.audit.report import Report
from coos_license.model import Finding, Severity
from coos_license.render.audit_words import (
    first_place,
    headline,
    line_of,
    outcome,
    title_of,
)

#: Annotations of one level that a step shows.
SHOWN: Final = 10
_LEVELS: Final = {
    Severity.ERROR: "error",
    Severity.WARNING: "warning",
    Severity.INFO: "notice",
}
_DATA: Final = str.maketrans({"%": "%25", "\r": "%0D", "\n": "%0A"})
_PROPERTY: Final = _DATA | str.maketrans({":": "%3A", ",": "%2C"})


def render(report: Report) -> Iterator[bytes]:
    """Yield a command for each finding, then the outcome as plain lines."""
    written: Counter[str] = Counter()
    for finding in report.urgent_first:
        level = _level(report, finding)
        written[level] += 1
        yield f"{_command(level, finding)}\n".encode("utf-8", "backslashreplace")
    hidden = sum(max(0, count - SHOWN) for count in written.values())
    if hidden:
        limit = f"a step shows {SHOWN} annotations of each level"
        yield f"{hidden:,} findings are in this log only: {limit}\n".encode()
    yield f"{headline(report)}\n{outcome(report)}\n".encode()


def _level(report: Report, finding: Finding) -> str:
    """Return the level of the annotation."""
    known = report.state(finding) is State.KNOWN
    return "notice" if known else _LEVELS[finding.kind.severity]


def _command(level: str, finding: Finding) -> str:
    """Return the workflow command."""
    place = first_place(finding)
    properties = {
        "title": f"{finding.kind.severity.word} {title_of(finding)}",
        "file": place.path,
        "line": str(place.line),
    }
    told = ",".join(
        f"{name}={value.translate(_PROPERTY)}" for name, value in properties.items()
    )
    message = f"{line_of(finding)}\nWhat to do: {finding.kind.cure}"
    return f"::{level} {told}::{message.translate(_DATA)}"

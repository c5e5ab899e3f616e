# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""SARIF 2.1.0 (OASIS), for code-scanning services.

``partialFingerprints`` carries our own fingerprint, so that a service tracks a
finding across version bumps. Evidence paths are relative to named roots; the package
itself is the logical location. A log that a service would refuse is cut, those in the
baseline first, and a notification says so.
"""

import zlib
from collections.abc import Iterable, Iterator
from typing import Any, Final
from urllib.parse import quote

from coos_license import findings
from coos_license.audit.policy_gate import State, fingerprint
from coos_license.audit.report import Report
from coos_license.model import Evidence, Finding, FindingKind, Severity
from coos_license.policy.policy_waivers import waiver_of
from coos_license.render.audit_words import (
    STATE_WORDS,
    first_place,
    headline,
    plural,
    resolved_lines,
)

_LEVELS: Final = {
    Severity.ERROR: "error",
    Severity.WARNING: "warning",
    Severity.INFO: "note",
}
_STATES: Final = {
    State.NEW: "new",
    State.WORSENED: "updated",
    State.KNOWN: "unchanged",
}
_SCHEMA: Final = "https://json.schemastore.org/sarif-2.1.0.json"
#: What GitHub takes: results of a run, bytes of the upload packed by gzip, places of
#: a result that it keeps. The bytes leave room for rules and indentation.
MAX_RESULTS: Final = 25_000
MAX_PACKED: Final = 9_000_000
_MAX_PLACES: Final = 100
_MAX_RESOLVED: Final = 1_000


def render(report: Report) -> Iterator[bytes]:
    """Yield the log. With a baseline each result says whether it is new."""
    import orjson  # noqa: PLC0415 (only where JSON is written)

    kinds = list(findings.KINDS.values())
    driver = {
        "name": "coos-license",
        "version": report.tool_version,
        "rules": [_rule(kind) for kind in kinds],
    }
    index = {kind.code: place for place, kind in enumerate(kinds)}
    results = list(_fitting(_result(report, one, index) for one in report.urgent_first))
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "invocations": [
            {
                "executionSuccessful": True,
                "toolExecutionNotifications": list(_notes(report, len(results))),
            }
        ],
        "results": results,
    }
    log = {"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}
    yield orjson.dumps(log, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)


def _fitting(results: Iterable[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Yield the results that a service takes, measured as it measures."""
    import orjson  # noqa: PLC0415 (only where JSON is written)

    packer = zlib.compressobj()
    size = 0
    for count, result in enumerate(results):
        written = orjson.dumps(result, option=orjson.OPT_INDENT_2)
        size += len(packer.compress(written))
        if count >= MAX_RESULTS or size > MAX_PACKED:
            return
        yield result


def _notes(report: Report, kept: int) -> Iterator[dict[str, Any]]:
    """Yield what the log says of itself: the outcome, what is cut, what is resolved."""
    yield _note("note", headline(report))
    cut = len(report.findings) - kept
    if cut:
        words = f"{plural(cut, 'finding')} left out: a service would refuse more"
        yield _note("warning", f"{words}; audit --format json has them all")
    gone = resolved_lines(report)
    for line in gone[:_MAX_RESOLVED]:
        yield _note("note", f"resolved since the baseline: {line}")
    if len(gone) > _MAX_RESOLVED:
        more = f"{len(gone) - _MAX_RESOLVED:,} more are resolved"
        yield _note("note", more)


def _note(level: str, words: str) -> dict[str, Any]:
    """Return a notification."""
    return {"level": level, "message": {"text": words}}


def _rule(kind: FindingKind) -> dict[str, Any]:
    """Return the reporting descriptor of a kind."""
    return {
        "id": kind.code,
        "name": "".join(word.capitalize() for word in kind.name.split("-")),
        "shortDescription": {"text": kind.summary},
        "fullDescription": {"text": kind.summary},
        "help": {"text": kind.cure, "markdown": f"**What to do:** {kind.cure}"},
        "defaultConfiguration": {"level": _LEVELS[kind.severity]},
        "properties": {"tags": ["license-compliance", kind.name]},
    }


def _result(report: Report, finding: Finding, index: dict[str, int]) -> dict[str, Any]:
    """Return one result."""
    cpv = finding.package.cpv if finding.package else ""
    location = _location(first_place(finding))
    if cpv:
        location["logicalLocations"] = [
            {"name": cpv, "fullyQualifiedName": cpv, "kind": "package"}
        ]
    result: dict[str, Any] = {
        "ruleId": finding.kind.code,
        "ruleIndex": index[finding.kind.code],
        "level": _LEVELS[finding.kind.severity],
        "message": {"text": f"{cpv}: {finding.message}" if cpv else finding.message},
        "locations": [location],
        "partialFingerprints": {"coosLicense/v1": fingerprint(finding)},
        "properties": {"subject": finding.subject},
    }
    more = finding.evidence[1:_MAX_PLACES]
    if more:
        result["relatedLocations"] = [
            {"id": number, **_location(place)} for number, place in enumerate(more, 1)
        ]
    if report.baseline is not None:
        result["baselineState"] = _STATES[report.state(finding)]
    reasons = list(_accepted(report, finding))
    if reasons:
        result["suppressions"] = [
            {"kind": "external", "status": "accepted", "justification": reason}
            for reason in reasons
        ]
    return result


def _accepted(report: Report, finding: Finding) -> Iterator[str]:
    """Yield why a finding is not to be acted on: it is known, or waived."""
    if report.state(finding) is State.KNOWN:
        yield STATE_WORDS[State.KNOWN]
    waiver = waiver_of(finding, report.policy.waivers if report.policy else ())
    if waiver is not None:
        yield f"waived until {waiver.expires} by {waiver.owner}: {waiver.reason}"


def _location(place: Evidence) -> dict[str, Any]:
    """Return a place; a metadata file has one line."""
    return {
        "physicalLocation": {
            "artifactLocation": {"uri": quote(place.path, safe="/")},
            "region": {"startLine": place.line or 1},
        }
    }

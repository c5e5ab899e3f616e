# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""SARIF 2.1.0 (OASIS), for code-scanning services.

``partialFingerprints`` carries our own fingerprint, so that a service tracks a
finding across version bumps. Evidence paths are relative to named roots; the package
itself is the logical location.
"""

from collections.abc import Iterator, Sequence
from typing import Any, Final
from urllib.parse import quote

from coos_license import __version__, findings
from coos_license.audit.policy_gate import fingerprint
from coos_license.model import Finding, FindingKind, Severity

_LEVELS: Final = {
    Severity.ERROR: "error",
    Severity.WARNING: "warning",
    Severity.INFO: "note",
}
_SCHEMA: Final = "https://json.schemastore.org/sarif-2.1.0.json"


def render(
    found: Sequence[Finding], baseline: frozenset[str] | None = None
) -> Iterator[bytes]:
    """Yield the log. With a baseline each result says whether it is new."""
    import orjson  # noqa: PLC0415 (only where JSON is written)

    kinds = list(findings.KINDS.values())
    driver = {
        "name": "coos-license",
        "version": __version__,
        "semanticVersion": __version__,
        "rules": [_rule(kind) for kind in kinds],
    }
    index = {kind.code: place for place, kind in enumerate(kinds)}
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "results": [_result(one, index, baseline) for one in found],
    }
    log = {"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}
    yield orjson.dumps(log, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)


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


def _result(
    finding: Finding, index: dict[str, int], baseline: frozenset[str] | None
) -> dict[str, Any]:
    """Return one result."""
    cpv = finding.package.cpv if finding.package else ""
    mark = fingerprint(finding)
    location: dict[str, Any] = {
        "physicalLocation": {
            "artifactLocation": {"uri": quote(_path(finding), safe="/")},
            "region": {"startLine": _line(finding)},
        }
    }
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
        "partialFingerprints": {"coosLicense/v1": mark},
    }
    if baseline is not None:
        result["baselineState"] = "unchanged" if mark in baseline else "new"
    return result


def _path(finding: Finding) -> str:
    """Return the first place that the finding rests on, else the image's root."""
    return finding.evidence[0].path if finding.evidence else "root"


def _line(finding: Finding) -> int:
    """Return the line in that place; a metadata file has one."""
    return (finding.evidence[0].line or 1) if finding.evidence else 1

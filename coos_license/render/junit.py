# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""JUnit XML, as Jenkins, GitLab and Azure read it.

One test case for each finding and for each package without one, so that a service
shows what passed too. ``failure`` is what makes the audit fail; any other finding is
``skipped``. A case keeps its name across version bumps: services know it again by it.
"""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from coos_license.audit.report import Report
from coos_license.model import Finding, Package
from coos_license.render.audit_words import (
    IMAGE,
    STATE_WORDS,
    line_of,
    name_of,
    place_of,
    title_of,
)

if TYPE_CHECKING:
    from lxml.etree import _Element

_NAME: Final = "coos-license"
#: What XML 1.0 cannot hold, not even as a reference (clause 2.2).
_NOT_IN_XML: Final = re.compile(
    r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]"
)


def render(report: Report) -> Iterator[bytes]:
    """Yield the document."""
    from lxml import etree  # noqa: PLC0415 (only where XML is written)

    failed = len(report.deciding)
    clean = _without_findings(report)
    counts = {
        "name": _NAME,
        "tests": str(len(report.findings) + len(clean)),
        "failures": str(failed),
        "errors": "0",
        "skipped": str(len(report.findings) - failed),
    }
    root = etree.Element("testsuites", counts)
    suite = etree.SubElement(root, "testsuite", counts)
    names: set[tuple[str, str]] = set()
    for finding in report.findings:
        _case(suite, report, finding, names)
    for package in clean:
        _element(suite, "testcase", classname=_dotted(package.id.key), name="clean")
    yield etree.tostring(
        root, encoding="utf-8", xml_declaration=True, pretty_print=True
    )


def _without_findings(report: Report) -> tuple[Package, ...]:
    """Return the packages that no finding is about."""
    named = {one.package for one in report.findings}
    return tuple(one for one in report.inventory.packages if one.id not in named)


def _case(
    suite: "_Element", report: Report, finding: Finding, names: set[tuple[str, str]]
) -> None:
    """Add the test case of a finding; ``names`` are those that are taken."""
    package = finding.package
    group = _dotted(package.key) if package else IMAGE
    name = f"{title_of(finding)} [{finding.subject}]"
    if (group, name) in names and package:
        name = f"{name} ({package.version})"
    names.add((group, name))
    case = _element(suite, "testcase", classname=group, name=name)
    if finding.evidence:
        case.set("file", _legal(finding.evidence[0].path))
    severity = finding.kind.severity.word
    if report.decides(finding):
        kind = finding.kind.code
        failure = _element(case, "failure", message=finding.message, type=kind)
        failure.text = _body(finding)
        return
    why = STATE_WORDS[report.state(finding)] or f"below {report.fail_on.word}"
    _element(case, "skipped", message=f"{severity}, {why}: {finding.message}")
    _element(case, "system-out").text = _body(finding)


def _body(finding: Finding) -> str:
    """Return a finding with its evidence and its cure, a line each."""
    return _legal(
        "\n".join(
            (
                f"{finding.kind.severity.word}: {title_of(finding)}",
                f"package: {name_of(finding)}",
                f"subject: {finding.subject}",
                line_of(finding),
                *(f"evidence: {place_of(one)}" for one in finding.evidence),
                f"What to do: {finding.kind.cure}",
            )
        )
    )


def _element(parent: "_Element", tag: str, **attributes: str) -> "_Element":
    """Return a new element below the parent."""
    from lxml import etree  # noqa: PLC0415 (only where XML is written)

    legal = {name: _legal(value) for name, value in attributes.items()}
    return etree.SubElement(parent, tag, legal)


def _dotted(key: str) -> str:
    """Return ``category/name`` as services group by: they split at dots."""
    return key.replace(".", "_").replace("/", ".")


def _legal(text: str) -> str:
    r"""Return the text with what XML cannot hold shown by its number.

    >>> _legal("a\x1b[1m")
    'a<U+001B>[1m'
    """
    return _NOT_IN_XML.sub(lambda found: f"<U+{ord(found[0]):04X}>", text)

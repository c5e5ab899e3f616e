# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""How an audit is put to people, in whatever format."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from coos_license.audit.policy_gate import State
from coos_license.audit.report import Report
from coos_license.model import (
    Evidence,
    Finding,
    Inventory,
    LicenseCategory,
    Obligation,
    Package,
    Severity,
)

IMAGE: Final = "image"
NO_ADVICE: Final = "This is no legal advice."
#: Categories from what asks least to what asks most.
RANKS: Final = {category: rank for rank, category in enumerate(LicenseCategory)}
#: How the state of a finding is told; a new one needs no words.
STATE_WORDS: Final = {
    State.NEW: "",
    State.WORSENED: "worse than in the baseline",
    State.KNOWN: "in the baseline",
}


@dataclass(frozen=True, slots=True)
class Owed:
    """Credited packages of one effective licence and equal obligations."""

    category: LicenseCategory
    license: str
    obligations: tuple[Obligation, ...]
    packages: tuple[Package, ...]


def owed(inventory: Inventory) -> tuple[Owed, ...]:
    """Return what is owed for credited packages, what asks for most first."""
    groups: dict[tuple[int, str, tuple[Obligation, ...]], list[Package]] = {}
    for package in inventory.credited:
        rank = RANKS[package.category]
        key = (-rank, str(package.effective), package.obligations)
        groups.setdefault(key, []).append(package)
    return tuple(
        Owed(packages[0].category, license_, obligations, tuple(packages))
        for (_, license_, obligations), packages in sorted(groups.items())
    )


def name_of(finding: Finding) -> str:
    """Return the package of a finding, or that it is about the image."""
    return finding.package.cpv if finding.package else IMAGE


def line_of(finding: Finding) -> str:
    """Return a finding in one line: package, subject and message."""
    return f"{name_of(finding)} [{finding.subject}]: {finding.message}"


def title_of(finding: Finding) -> str:
    """Return the kind of a finding by code and name."""
    return f"{finding.kind.code} {finding.kind.name}"


def place_of(evidence: Evidence) -> str:
    """Return where evidence lies."""
    return (
        evidence.path if evidence.line is None else f"{evidence.path}:{evidence.line}"
    )


def first_place(finding: Finding) -> Evidence:
    """Return the first place that a finding rests on, else the root of the image."""
    first = finding.evidence[0] if finding.evidence else Evidence("root")
    return Evidence(first.path, first.line or 1)


def plural(count: int, noun: str) -> str:
    """Return the count with its noun.

    >>> plural(1, "error"), plural(1200, "error")
    ('1 error', '1,200 errors')
    """
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def counted(found: Sequence[Finding]) -> str:
    """Return how many findings there are of each severity, heaviest first."""
    levels = [one.kind.severity for one in found]
    return ", ".join(weighed(levels.count(one), one) for one in reversed(Severity))


def weighed(count: int, severity: Severity) -> str:
    """Return how many findings of a severity there are.

    >>> weighed(2, Severity.WARNING), weighed(2, Severity.INFO)
    ('2 warnings', '2 info')
    """
    if severity is Severity.INFO:
        return f"{count:,} {severity.word}"
    return plural(count, severity.word)


def headline(report: Report) -> str:
    """Return the outcome in one line: what was found, and what of it is new."""
    packages = plural(len(report.inventory.packages), "package")
    told = f"{packages}; findings: {counted(report.findings)}"
    if report.baseline is None:
        return told
    fresh, worse = report.states[State.NEW], report.states[State.WORSENED]
    return (
        f"{told}; {fresh:,} not in the baseline, {worse:,} worse than in it,"
        f" {len(report.resolved):,} of it resolved"
    )


def outcome(report: Report) -> str:
    """Return what decides the exit code, in one line."""
    level = report.fail_on.word
    if not report.deciding:
        new = "" if report.baseline is None else " new"
        return f"passed: nothing{new} at or above {level}"
    return f"failed: {plural(len(report.deciding), 'finding')} at or above {level}"


def resolved_lines(report: Report) -> tuple[str, ...]:
    """Return what the baseline lists and was not found, in order."""
    return tuple(
        sorted(
            f"{known.package or IMAGE}: {known.code} ({known.severity.word})"
            for known in report.resolved.values()
        )
    )

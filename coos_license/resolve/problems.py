# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""A finding before it is tied to a package: equal packages share the facts."""

from dataclasses import dataclass

from coos_license.model import Finding, FindingKind, RawPackage


@dataclass(frozen=True, slots=True)
class Problem:
    """A finding before it is tied to a package."""

    kind: FindingKind
    subject: str
    message: str
    path: str | None = None
    licenses: frozenset[str] = frozenset()


def as_finding(problem: Problem, package: RawPackage) -> Finding:
    """Return the problem as a finding about the package."""
    return Finding(
        problem.kind,
        problem.subject,
        problem.message,
        package.id,
        package.slot,
        (package.evidence(problem.path or "LICENSE"),),
        problem.licenses,
    )

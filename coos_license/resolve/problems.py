# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""A finding before it is tied to a package: equal packages share the facts."""

from dataclasses import dataclass

from coos_license.model import Evidence, Finding, FindingKind, RawPackage


@dataclass(frozen=True, slots=True)
class Problem:
    """A finding before it is tied to a package.

    Its evidence is ``path``, a file of the entry (LICENSE where there is none), or
    ``place`` (path, line); and ``text``, the evidence path of a licence text that it is
    about as well.
    """

    kind: FindingKind
    subject: str
    message: str
    path: str | None = None
    licenses: frozenset[str] = frozenset()
    place: tuple[str, int | None] | None = None
    text: str | None = None


def as_finding(problem: Problem, package: RawPackage) -> Finding:
    """Return the problem as a finding about the package."""
    evidence = [package.evidence(problem.path or "LICENSE")]
    if problem.place is not None:
        evidence = [Evidence(*problem.place)]
    if problem.text is not None:
        evidence.append(Evidence(problem.text))
    return Finding(
        problem.kind,
        problem.subject,
        problem.message,
        package.id,
        package.slot,
        tuple(evidence),
        problem.licenses,
    )

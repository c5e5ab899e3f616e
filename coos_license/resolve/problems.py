# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""A finding before it is tied to a package: equal packages share the facts."""

from dataclasses import dataclass

from coos_license.model import Evidence, Finding, FindingKind, RawPackage


@dataclass(frozen=True, slots=True)
class Problem:
    """A finding before it is tied to a package.

    Its evidence is ``path`` below the package's entry, or ``place`` (path, line).
    """

    kind: FindingKind
    subject: str
    message: str
    path: str | None = None
    licenses: frozenset[str] = frozenset()
    place: tuple[str, int | None] | None = None


def as_finding(problem: Problem, package: RawPackage) -> Finding:
    """Return the problem as a finding about the package."""
    place = Evidence(f"{package.directory}/{problem.path or 'LICENSE'}")
    if problem.place is not None:
        place = Evidence(*problem.place)
    return Finding(
        problem.kind,
        problem.subject,
        problem.message,
        package.id,
        package.slot,
        (place,),
        problem.licenses,
    )

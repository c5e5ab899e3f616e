# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""Gaps of a bundle as findings: package, file and digest."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from coos_license.corresponding.values import Bundled, Gap
from coos_license.model import Finding, Package
from coos_license.policy.policy_values import Policy
from coos_license.policy.policy_waivers import waiver_of
from coos_license.trees.text import in_full


def judged(
    gaps: Iterable[Gap], package: Package | None, policy: Policy
) -> tuple[Gap, ...]:
    """Return the gaps of a package, or of none, with the waivers that are for them."""
    return tuple(
        replace(gap, waiver=waiver_of(_finding(gap, package), policy.waivers))
        for gap in gaps
    )


def gap_findings(bundled: Iterable[Bundled]) -> Iterator[Finding]:
    """Yield a finding for each gap of each package."""
    for one in bundled:
        for gap in one.gaps:
            yield _finding(gap, one.plan.package)


def image_gaps(gaps: Iterable[Gap]) -> Iterator[Finding]:
    """Yield a finding for each gap that is of no package."""
    for gap in gaps:
        yield _finding(gap, None)


def _finding(gap: Gap, package: Package | None) -> Finding:
    """Return a gap as a finding; its subject does not change with the version."""
    name = in_full(gap.name)
    digest = f"; {gap.digests[0][0]} {gap.digests[0][1]}" if gap.digests else ""
    message = f"{gap.role.value} {name}: {gap.reason}{digest}"
    if package is None:
        return Finding(gap.kind, f"{gap.role.value} {name}", message)
    bare = package.id.version.partition("-r")[0]
    # A component may have no version.
    same = name.replace(bare, "VERSION") if bare else name
    subject = f"{gap.role.value} {same}"
    return Finding(
        gap.kind, subject, message, package.id, package.slot, (package.evidence,)
    )

# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""All findings of an inventory, their fingerprints, and the gate."""

import hashlib
from collections.abc import Iterable
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from coos_license import findings
from coos_license.audit.baseline import Baseline, Known
from coos_license.audit.sbom_fields import missing_fields
from coos_license.errors import ExitCode
from coos_license.model import Finding, Inventory, Obligation, Severity
from coos_license.policy.policy_rules import policy_findings
from coos_license.policy.policy_values import Policy
from coos_license.policy.policy_waivers import weighed

if TYPE_CHECKING:
    from coos_license.obligations.resolutions import Propagation

_MOST_NAMED: Final = 20


def audit(
    inventory: Inventory,
    *,
    epoch_known: bool,
    policy: Policy | None = None,
    propagation: "Propagation | None" = None,
) -> tuple[Finding, ...]:
    """Return all findings, heaviest first, then by package, code and subject.

    Those about links need the propagation; those of a policy, and its weights, the
    policy.
    """
    found = [
        *inventory.defects,
        *_of_the_image(inventory, epoch_known=epoch_known),
        *missing_fields(inventory),
    ]
    if propagation is not None:
        from coos_license.audit.policy_links import link_findings  # noqa: PLC0415 (not of `list`)

        found += link_findings(inventory, propagation)
    if policy is not None:
        found += policy_findings(inventory, policy)
        found = list(weighed(dict.fromkeys(found), policy))
    return tuple(sorted(dict.fromkeys(found), key=_order))


def _order(finding: Finding) -> tuple[int, str, str, str, str]:
    """Return the sort key of a finding."""
    cpv = finding.package.cpv if finding.package else ""
    kind = finding.kind
    return -kind.severity, kind.code, cpv, finding.subject, finding.message


def _of_the_image(inventory: Inventory, *, epoch_known: bool) -> Iterable[Finding]:
    """Yield what is unknown about the image as a whole."""
    image = inventory.image
    wanted = {"name": image.name, "version": image.version, "supplier": image.supplier}
    missing = [name for name, value in wanted.items() if not value]
    if missing:
        yield Finding(
            findings.MISSING_IDENTITY,
            "image",
            f"unknown: {', '.join(missing)} of the image",
        )
    yield from _notices_not_sought(inventory)
    if not epoch_known:
        yield Finding(
            findings.MISSING_BUILD_TIME,
            "image",
            "neither SOURCE_DATE_EPOCH nor any BUILD_TIME is known",
        )


def _notices_not_sought(inventory: Inventory) -> Iterable[Finding]:
    """Yield that nobody looked for the NOTICE files of some packages.

    One finding for all: without sources it is true of every package that is under
    Apache-2.0, and CL047 names those whose sources are not there.
    """
    some = [
        package
        for package in inventory.credited
        if Obligation.NOTICE_FILE in package.obligations and not package.notices_sought
    ]
    if some:
        shown = ", ".join(package.id.cpv for package in some[:_MOST_NAMED])
        more = len(some) - _MOST_NAMED
        shown += f" and {more:,} more" if more > 0 else ""
        yield Finding(
            findings.MISSING_NOTICE,
            "NOTICE",
            "their licences want NOTICE files passed on, and not all sources were read:"
            f" {shown}",
            evidence=tuple(package.license_evidence for package in some[:_MOST_NAMED]),
        )


def fingerprint(finding: Finding) -> str:
    """Return what makes a finding the same finding after a version bump.

    sha256 of code, ``category/name``, slot and subject, joined by NUL.
    """
    key = finding.package.key if finding.package else ""
    parts = (finding.kind.code, key, finding.slot, finding.subject)
    data = "\0".join(parts).encode("utf-8", "surrogateescape")
    return hashlib.sha256(data).hexdigest()


class State(StrEnum):
    """What a finding is against a baseline."""

    NEW = "new"
    WORSENED = "worsened"
    KNOWN = "known"


def state(finding: Finding, baseline: Baseline | None) -> State:
    """Return what the finding is against the baseline; all are new without one."""
    known = (baseline or {}).get(fingerprint(finding))
    if known is None:
        return State.NEW
    worse = finding.kind.severity > known.severity
    return State.WORSENED if worse else State.KNOWN


def new_findings(
    found: Iterable[Finding], baseline: Baseline | None
) -> tuple[Finding, ...]:
    """Return the findings that the baseline does not hold, or holds as lighter."""
    return tuple(one for one in found if state(one, baseline) is not State.KNOWN)


def resolved(found: Iterable[Finding], baseline: Baseline) -> dict[str, Known]:
    """Return what the baseline still lists and was not found, by fingerprint."""
    there = {fingerprint(one) for one in found}
    return {mark: known for mark, known in baseline.items() if mark not in there}


def baseline_of(found: Iterable[Finding]) -> dict[str, Known]:
    """Return the findings as a baseline; of equal ones the heaviest counts."""
    known: dict[str, Known] = {}
    for one in sorted(found, key=lambda finding: finding.kind.severity):
        package = one.package.key if one.package else ""
        known[fingerprint(one)] = Known(one.kind.code, one.kind.severity, package)
    return known


def verdict(found: Iterable[Finding], fail_on: Severity) -> ExitCode:
    """Return FINDINGS when one of them is at or above ``fail_on``."""
    if any(one.kind.severity >= fail_on for one in found):
        return ExitCode.FINDINGS
    return ExitCode.CLEAN

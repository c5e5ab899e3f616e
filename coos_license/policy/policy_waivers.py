# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""Severities and waivers of a policy, applied to findings: weighed, never hidden.

A waived finding stays where it is, weighs as information, and says who waived it, why
and until when. Past its day a waiver still holds in the files, which do not depend on
the day, and is an error of its own.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from coos_license import findings
from coos_license.model import Finding, FindingKind, Severity
from coos_license.policy.policy_values import Policy, Waiver


def weighed(
    found: Iterable[Finding], policy: Policy, *, of_sources: bool = False
) -> tuple[Finding, ...]:
    """Return the findings as the policy weighs them, and its waivers that met none.

    ``of_sources``: the findings are those of a source bundle, which nothing else has.
    """
    severities = {rule.finding: rule.severity for rule in reversed(policy.severities)}
    used: set[Waiver] = set()
    weighed_ones = []
    for one in found:
        level = severities.get(one.kind.code)
        known = one if level is None else _at(one, level)
        waiver = waiver_of(one, policy.waivers)
        if waiver is not None:
            used.add(waiver)
            known = _waived(known, waiver)
        weighed_ones.append(known)
    unused = (
        _unused(one)
        for one in policy.waivers
        if one not in used and (one.finding in findings.OF_SOURCES) is of_sources
    )
    return (*weighed_ones, *unused)


def expired_waivers(policy: Policy, today: date) -> tuple[Finding, ...]:
    """Return a finding for each waiver whose day has passed.

    They depend on the day, so they are in no output that is compared byte for byte.
    """
    return tuple(
        Finding(
            findings.EXPIRED_WAIVER,
            _subject(one),
            f"the waiver of {_about(one)} by {one.owner} was good until {one.expires}",
        )
        for one in policy.waivers
        if one.expires < today
    )


def waiver_of(finding: Finding, waivers: Iterable[Waiver]) -> Waiver | None:
    """Return the first waiver that is for a finding."""
    package = finding.package.key if finding.package else ""
    code = finding.kind.code
    return next(
        (one for one in waivers if one.is_for(code, package, finding.subject)), None
    )


def _waived(finding: Finding, waiver: Waiver) -> Finding:
    """Return the finding as information that says who waived it, and why."""
    word = finding.kind.severity.word
    told = f"waived until {waiver.expires} by {waiver.owner}: {waiver.reason}"
    message = f"{told} (was: {word}): {finding.message}"
    return replace(_at(finding, Severity.INFO), message=message)


def _at(finding: Finding, severity: Severity) -> Finding:
    """Return the finding with another weight."""
    kind: FindingKind = replace(finding.kind, severity=severity)
    return replace(finding, kind=kind)


def _unused(waiver: Waiver) -> Finding:
    """Return the finding for a waiver of nothing."""
    message = f"the waiver of {_about(waiver)} ({waiver.by}) met no finding"
    return Finding(findings.UNUSED_WAIVER, _subject(waiver), message)


def _subject(waiver: Waiver) -> str:
    """Return what tells a waiver from the others, wherever it is written."""
    return f"{waiver.finding} {waiver.package} {waiver.subject}"


def _about(waiver: Waiver) -> str:
    """Return what a waiver is about, in words."""
    subject = "" if waiver.subject == "*" else f", {waiver.subject}"
    return f"{waiver.finding} for {waiver.package}{subject}"

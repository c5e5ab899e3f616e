# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""All findings of an inventory, their fingerprints, and the gate."""

import hashlib
import json
from collections.abc import Iterable
from typing import Any, Final

from coos_license import findings
from coos_license.audit.policy_links import link_findings
from coos_license.audit.sbom_fields import missing_fields
from coos_license.errors import ExitCode, InputError
from coos_license.model import Finding, Inventory, Obligation, Severity
from coos_license.obligations.resolutions import Propagation
from coos_license.policy.policy_rules import policy_findings
from coos_license.policy.policy_values import Policy
from coos_license.policy.policy_waivers import weighed

BASELINE_SCHEMA: Final = 1
_MOST_NAMED: Final = 20


def audit(
    inventory: Inventory,
    *,
    epoch_known: bool,
    policy: Policy | None = None,
    propagation: Propagation | None = None,
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


def read_baseline(content: bytes, where: str) -> frozenset[str]:
    """Return the fingerprints of an earlier ``findings.json``.

    Raises: InputError where it is none, or of another schema.
    """
    cure = "give a findings.json written by this version of coos-license"
    try:
        table: Any = json.loads(content)
    except (ValueError, RecursionError) as error:
        what = "is no JSON"
        raise InputError(what, where=where, cure=cure) from error
    if not isinstance(table, dict) or table.get("schema") != BASELINE_SCHEMA:
        what = f"is no findings.json of schema {BASELINE_SCHEMA}"
        raise InputError(what, where=where, cure=cure)
    listed = table.get("findings")
    if not isinstance(listed, list) or not all(
        isinstance(one, dict) and isinstance(one.get("fingerprint"), str)
        for one in listed
    ):
        what = "has findings without fingerprints"
        raise InputError(what, where=where, cure=cure)
    return frozenset(one["fingerprint"] for one in listed)


def new_findings(
    found: Iterable[Finding], baseline: frozenset[str]
) -> tuple[Finding, ...]:
    """Return the findings that the baseline does not hold."""
    return tuple(one for one in found if fingerprint(one) not in baseline)


def verdict(found: Iterable[Finding], fail_on: Severity) -> ExitCode:
    """Return FINDINGS when one of them is at or above ``fail_on``."""
    if any(one.kind.severity >= fail_on for one in found):
        return ExitCode.FINDINGS
    return ExitCode.CLEAN

# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""What an audit has to tell, as one value: every format is made of it."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from coos_license.audit.baseline import Baseline, Known
from coos_license.audit.policy_gate import State, resolved, state
from coos_license.model import Finding, Inventory, Severity
from coos_license.obligations.resolutions import Propagation
from coos_license.policy.policy_values import Policy


@dataclass(frozen=True, kw_only=True, eq=False)
class Report:
    """All findings of an image, what decides on them, and what else is to be told.

    ``findings`` are in the order of the audit, heaviest first. ``created`` is the date
    of the documents. ``baseline`` is ``None`` where none was given: then every finding
    is new. ``policy`` is that in force, ``propagation`` how far licences reach, both
    where they are known.
    """

    inventory: Inventory
    findings: tuple[Finding, ...]
    created: str
    tool_version: str
    fail_on: Severity = Severity.ERROR
    baseline: Baseline | None = None
    policy: Policy | None = None
    propagation: Propagation | None = None

    @cached_property
    def resolved(self) -> Mapping[str, Known]:
        """Return what the baseline lists and was not found, by fingerprint."""
        return resolved(self.findings, self.baseline or {})

    @cached_property
    def counts(self) -> Mapping[Severity, int]:
        """Return how many findings there are of each severity."""
        return Counter(one.kind.severity for one in self.findings)

    @cached_property
    def states(self) -> Mapping[State, int]:
        """Return how many findings are new, worsened and known."""
        return Counter(self.state(one) for one in self.findings)

    @cached_property
    def deciding(self) -> tuple[Finding, ...]:
        """Return the findings that make the audit fail."""
        return tuple(one for one in self.findings if self.decides(one))

    @cached_property
    def urgent_first(self) -> tuple[Finding, ...]:
        """Return the findings, those not in the baseline before those in it.

        What a service cuts off are then known ones.
        """
        return tuple(
            sorted(self.findings, key=lambda one: self.state(one) is State.KNOWN)
        )

    def state(self, finding: Finding) -> State:
        """Return what a finding is against the baseline."""
        return state(finding, self.baseline)

    def decides(self, finding: Finding) -> bool:
        """Return whether the finding makes the audit fail."""
        heavy = finding.kind.severity >= self.fail_on
        return heavy and self.state(finding) is not State.KNOWN

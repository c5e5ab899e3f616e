# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""A policy in force as plain text, each line with the place it comes from."""

from collections.abc import Iterator

from coos_license.policy.policy_values import CREDITED, Policy, PolicyRule
from coos_license.trees.text import SENTENCE, show


def policy_lines(policy: Policy) -> Iterator[str]:
    """Yield what a policy decides, in the order in which it is asked."""
    extends = f", extends {', '.join(policy.extends)}" if policy.extends else ""
    yield f"{show(policy.name)}{extends}"
    yield f"digest sha256:{policy.digest}"
    yield f"default {policy.default.word}  {policy.default_by}".rstrip()
    for rule in policy.rules:
        yield f"{rule.verdict.word:<8}{_selected(rule)}"
        yield f"        {rule.id}: {show(rule.reason, SENTENCE)}"
        yield f"        {show(rule.by)}"
    for number, wanted in enumerate(policy.elections.prefer):
        yield f"prefer  {wanted}  (prefer[{number}])"
    for election in policy.elections.rules:
        yield f"elect   {election.elect} for {election.package}"
        yield f"        {election.by}: {show(election.reason, SENTENCE)}"
    for waiver in policy.waivers:
        yield f"waive   {waiver.finding} for {waiver.package}, {show(waiver.subject)}"
        yield f"        until {waiver.expires} by {show(waiver.owner)}"
        yield f"        {show(waiver.reason, SENTENCE)}  {show(waiver.by)}"
    for one in policy.severities:
        yield f"weigh   {one.finding} as {one.severity.word}"
        yield f"        {show(one.reason, SENTENCE)}  {show(one.by)}"
    yield "This is no legal advice."


def _selected(rule: PolicyRule) -> str:
    """Return what a rule is about."""
    shipped = () if rule.shipped == CREDITED else rule.shipped
    parts = (
        ("license", rule.licenses),
        ("category", rule.categories),
        ("group", rule.groups),
        ("package", rule.packages),
        ("file", rule.files),
        ("shipped", shipped),
        ("except", rule.exceptions),
    )
    return "; ".join(
        f"{name} {', '.join(map(str, values))}" for name, values in parts if values
    )

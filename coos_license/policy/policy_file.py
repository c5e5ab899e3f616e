# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""A policy file, or a preset, as values; what it must not say is told with its line.

::

    schema = 1
    extends = ["no-gpl3"]
    prefer = ["MIT", "BSD-3-Clause"]

    [[elections]]
    package = "sys-libs/libcap"
    elect = "BSD-3-Clause"
    reason = "no source offer needed"

    [[rules]]
    id = "no-network-copyleft"
    verdict = "deny"
    category = ["network-restricted"]
    reason = "our services are closed"

    [[waivers]]
    finding = "denied-license"
    package = "app-text/ghostscript-gpl"
    reason = "runs in the build only; legal-77"
    owner = "legal@example.com"
    expires = 2027-06-30

Schema: ``docs/schema/policy.schema.json``.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Final

from coos_license.errors import PolicyError, ReadError
from coos_license.findings import KINDS
from coos_license.licenses.linking import link_rules
from coos_license.model import LicenseCategory, Severity, Shipped
from coos_license.policy.policy_elections import Elections, Rule
from coos_license.policy.policy_licenses import license_fault
from coos_license.policy.policy_table import PRESET, Table, near
from coos_license.policy.policy_values import (
    CREDITED,
    Policy,
    PolicyRule,
    SeverityRule,
    Verdict,
    Waiver,
)
from coos_license.trees.toml_text import parse_toml

SCHEMA: Final = 1
PRESETS: Final = ("default", "permissive-only", "no-gpl3", "chromium-os", "strict")
#: The text of a preset by its name.
Presets = Callable[[str], str]

_VERDICTS: Final = {verdict.word: verdict for verdict in Verdict}
_CATEGORIES: Final = {category.value: category for category in LicenseCategory}
_SHIPPED: Final = {shipped.value: shipped for shipped in Shipped}
_SEVERITIES: Final = {severity.word: severity for severity in Severity}
_CODES: Final = {
    name: kind.code for kind in KINDS.values() for name in (kind.name, kind.code)
}
_MEANS: Final = ("license", "category", "group")


def parse_policy(text: str, where: str, presets: Presets) -> Policy:
    """Return the policy of a file and of all presets that it extends.

    Raises: PolicyError with file and line.
    """
    return _extended(text, where, presets, ())


def read_preset(name: str, presets: Presets) -> Policy:
    """Return a preset as a policy. Raises: PolicyError."""
    return _extended(presets(name), f"{PRESET}{name}", presets, (name,))


def _extended(
    text: str, where: str, presets: Presets, above: tuple[str, ...]
) -> Policy:
    """Return the policy of a text; ``above`` are the presets that led to it."""
    table = _top(text, where)
    policy = _own(table, above[-1] if above else where)
    for number, name in enumerate(table.lines("extends")):
        table.one_of(name, PRESETS, "extends", number, what="preset")
        if name in above:
            raise table.fault("extends", number, what=f"{name!r} extends itself")
        below = _extended(presets(name), f"{PRESET}{name}", presets, (*above, name))
        policy = _joined(policy, below, name)
    return policy


def _top(text: str, where: str) -> Table:
    """Return the top table of a file. Raises: PolicyError."""
    try:
        values = parse_toml(text)
    except ReadError as error:
        cure = "see docs/policy.md"
        raise PolicyError(str(error), where=where, cure=cure) from error
    table = Table.of(values, text, where)
    keys = ("extends", "default", "prefer", "elections")
    table.check_keys(("schema",), (*keys, "rules", "waivers", "severities"))
    if values["schema"] != SCHEMA or isinstance(values["schema"], bool):
        raise table.fault("schema", what=f"must say schema = {SCHEMA}")
    return table


def _own(table: Table, name: str) -> Policy:
    """Return what a file says itself. Raises: PolicyError."""
    default = table.word("default", _VERDICTS, Verdict.ALLOW)
    prefer = tuple(
        table.expression(value, "prefer", number)
        for number, value in enumerate(table.lines("prefer", may_be_empty=True))
    )
    elections = [_election(one) for one in table.tables("elections")]
    rules = tuple(_rule(one) for one in table.tables("rules"))
    ids = [rule.id for rule in rules]
    for number, one in enumerate(ids):
        if one in ids[:number]:
            what = f"there are two rules of the id {one!r}"
            raise table.fault("rules", number, "id", what=what)
    return Policy(
        name=name,
        default=default,
        default_by=_told_default(table),
        elections=Elections(tuple(elections), prefer),
        rules=rules,
        waivers=tuple(_waiver(one) for one in table.tables("waivers")),
        severities=tuple(_severity(one) for one in table.tables("severities")),
    )


def _told_default(table: Table) -> str:
    """Return where the default verdict is written, ``""`` where it is not."""
    if "default" not in table.values:
        return ""
    origin = table.where if table.where.startswith(PRESET) else "policy"
    return f"{origin}, line {table.place('default').rpartition(':')[2]}"


def _election(table: Table) -> Rule:
    """Return one election. Raises: PolicyError."""
    table.check_keys(("package", "elect", "reason"), ())
    return Rule(
        table.package("package"),
        table.expression(table.line("elect"), "elect"),
        table.line("reason"),
        f"policy {table.name}",
    )


def _rule(table: Table) -> PolicyRule:
    """Return one rule. Raises: PolicyError."""
    may = (*_MEANS, "package", "shipped", "file", "except")
    table.check_keys(("id", "verdict", "reason"), may)
    if not any(key in table.values for key in (*_MEANS, "package", "file")):
        what = f"is about nothing: give {', '.join(_MEANS)}, package or file"
        raise table.fault(what=what)
    for number, glob in enumerate(table.lines("license")):
        if fault := license_fault(glob):
            raise table.fault("license", number, what=fault)
    for number, name in enumerate(table.lines("group")):
        if not name.startswith("@") or name == "@":
            what = f"{name!r} is no license group, such as '@FREE'"
            raise table.fault("group", number, what=what)
    known = [one.id for one in link_rules().exceptions]
    for number, name in enumerate(table.lines("except")):
        table.one_of(name, known, "except", number, what="exception")
    return PolicyRule(
        id=table.line("id"),
        verdict=table.word("verdict", _VERDICTS),
        licenses=table.lines("license"),
        categories=table.words("category", _CATEGORIES),
        groups=table.lines("group"),
        packages=table.globs("package"),
        shipped=table.words("shipped", _SHIPPED) or CREDITED,
        files=table.file_globs("file"),
        exceptions=table.lines("except"),
        reason=table.line("reason"),
        by=table.named(),
        place=table.place(),
    )


def _waiver(table: Table) -> Waiver:
    """Return one waiver. Raises: PolicyError."""
    must = ("finding", "package", "reason", "owner", "expires")
    table.check_keys(must, ("subject",))
    return Waiver(
        finding=table.word("finding", _CODES),
        package=table.glob("package"),
        subject=table.line("subject") if "subject" in table.values else "*",
        reason=table.line("reason"),
        owner=table.line("owner"),
        expires=table.date("expires"),
        by=table.named(),
    )


def _severity(table: Table) -> SeverityRule:
    """Return one severity. Raises: PolicyError."""
    table.check_keys(("finding", "severity", "reason"), ())
    return SeverityRule(
        table.word("finding", _CODES),
        table.word("severity", _SEVERITIES),
        table.line("reason"),
        table.named(),
    )


def _joined(policy: Policy, below: Policy, name: str) -> Policy:
    """Return the policy, and behind it what it extends."""
    default, by = policy.default, policy.default_by
    if not by:
        default, by = below.default, below.default_by
    return replace(
        policy,
        extends=(*policy.extends, name, *below.extends),
        default=default,
        default_by=by,
        elections=Elections(
            (*policy.elections.rules, *below.elections.rules),
            (*policy.elections.prefer, *below.elections.prefer),
        ),
        rules=(*policy.rules, *below.rules),
        waivers=(*policy.waivers, *below.waivers),
        severities=(*policy.severities, *below.severities),
    )


def with_groups(policy: Policy, known: Mapping[str, frozenset[str]]) -> Policy:
    """Return the policy with the license groups that its rules name.

    ``known`` are those of the repositories. Raises: PolicyError for any other.
    """
    wanted: dict[str, frozenset[str]] = {}
    for rule in policy.rules:
        for name in rule.groups:
            if name not in known:
                what = (
                    f"no repository has the license group {name!r}{near(name, known)}"
                )
                cure = "give the repository that has it with --overlay"
                raise PolicyError(what, where=rule.place, cure=cure)
            wanted[name] = known[name]
    return replace(policy, groups=wanted)

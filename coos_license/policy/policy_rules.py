# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""What the rules of a policy say of the packages of an inventory.

The first rule that is about a licence of a package decides about it. Of an AND the
heaviest verdict holds, of an OR the lightest: a gate passes if an option passes.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Final

from coos_license import findings
from coos_license.expression import And, Claim, Declared, License, Or, leaves
from coos_license.licenses.expressions import license_row
from coos_license.licenses.linking import link_rules
from coos_license.model import (
    Evidence,
    Finding,
    FindingKind,
    Inventory,
    LicenseCategory,
    LinkedFile,
    LinkGraph,
    Package,
)
from coos_license.policy.policy_licenses import is_meant, licenses_named
from coos_license.policy.policy_values import Policy, PolicyRule, Verdict

_KINDS: Final[Mapping[Verdict, FindingKind]] = {
    Verdict.DENY: findings.DENIED_LICENSE,
    Verdict.REVIEW: findings.REVIEW_REQUIRED,
}
_SHOWN: Final = 3


@dataclass(frozen=True, slots=True)
class _Said:
    """A verdict on one licence, and the rule that it comes from, if one does."""

    verdict: Verdict
    license: License
    rule: PolicyRule | None = None


def policy_findings(inventory: Inventory, policy: Policy) -> Iterator[Finding]:
    """Yield what the policy denies, wants to be reviewed, or passes by exception."""
    # By identity: packages of one LICENSE share their expression, and most are good.
    good: set[tuple[int, ...]] = set()
    for package in (*inventory.packages, *inventory.implicit):
        judge = _Judge(policy, package, inventory.links)
        key = (id(package.effective), *map(id, judge.rules))
        if key in good and not package.components:
            continue
        verdicts = judge.verdicts(package.effective)
        if not verdicts and not judge.has_passed:
            good.add(key)
        for found in verdicts:
            yield _finding(found, package, "")
        for component in package.components:
            name = f"{component.ecosystem.value}/{component.name}"
            for found in judge.verdicts(component.declared):
                yield _finding(found, package, name)
        yield from judge.passed()


def is_denied(policy: Policy, package: Package, option: Declared) -> bool:
    """Return whether the policy denies an option of a choice for a package."""
    judge = _Judge(policy, package, LinkGraph())
    return any(one.verdict is Verdict.DENY for one in judge.verdicts(option))


class _Judge:
    """Applies the rules to one package."""

    def __init__(self, policy: Policy, package: Package, links: LinkGraph) -> None:
        """Keep the rules that are for the package."""
        self._policy = policy
        self._package = package
        self._files = links.files.get(package.id, ())
        self.rules = tuple(
            rule for rule in policy.rules if _is_for(rule, package, self._files)
        )
        self._passed: dict[tuple[str, str], PolicyRule] = {}

    def verdicts(self, expression: Declared) -> tuple[_Said, ...]:
        """Return what weighs most: of equal weight, each licence once."""
        if isinstance(expression, Claim):
            return self._of_nothing(expression)
        found = self._said(expression)
        return tuple(dict.fromkeys(one for one in found if one.verdict in _KINDS))

    @property
    def has_passed(self) -> bool:
        """Return whether something was passed by an exception."""
        return bool(self._passed)

    def passed(self) -> Iterator[Finding]:
        """Yield what was passed by an exception, so that it is seen."""
        for (rule, name), by in self._passed.items():
            paths = [file.path for file in self._files]
            shown = ", ".join(paths[:_SHOWN])
            more = f" and {len(paths) - _SHOWN} more" if len(paths) > _SHOWN else ""
            yield Finding(
                findings.POLICY_EXCEPTION,
                f"{rule} {name}",
                f"passes the rule {rule} ({by.by}) by the exception {name}, which"
                f" covers all its ELF files: {shown}{more}",
                self._package.id,
                self._package.slot,
                (self._package.license_evidence,),
            )

    def _of_nothing(self, claim: Claim) -> tuple[_Said, ...]:
        """Return what is said where no licence is known: its category is unknown.

        No exception passes it, for each is an exception from a licence.
        """
        if claim is Claim.NONE:
            return ()
        leaf = License(claim.value)
        said = _Said(self._policy.default, leaf)
        for rule in self.rules:
            is_of_all = not (rule.licenses or rule.categories or rule.groups)
            if is_of_all or LicenseCategory.UNKNOWN in rule.categories:
                said = _Said(rule.verdict, leaf, rule)
                break
        return (said,) if said.verdict in _KINDS else ()

    def _said(self, expression: License | And | Or) -> tuple[_Said, ...]:
        """Return the verdicts that hold of an expression."""
        match expression:
            case License():
                return (self._on(expression),)
            case And(operands):
                return tuple(one for part in operands for one in self._said(part))
            case Or(operands):
                parts = [self._said(part) for part in operands]
                return min(parts, key=lambda part: max(one.verdict for one in part))

    def _on(self, leaf: License) -> _Said:
        """Return the verdict on one licence."""
        for rule in self.rules:
            if not self._is_about(rule, leaf):
                continue
            if rule.verdict in _KINDS and (name := self._excepted(rule)):
                self._passed[rule.id, name] = rule
                continue
            return _Said(rule.verdict, leaf, rule)
        return _Said(self._policy.default, leaf)

    def _is_about(self, rule: PolicyRule, leaf: License) -> bool:
        """Return whether a rule is about a licence."""
        if not (rule.licenses or rule.categories or rule.groups):
            return True
        if is_meant(leaf, rule.licenses):
            return True
        if license_row(leaf).category in rule.categories:
            return True
        return any(
            leaf in licenses_named(name)
            for group in rule.groups
            for name in self._policy.groups.get(group, ())
        )

    def _excepted(self, rule: PolicyRule) -> str:
        """Return the exception that covers all files of the package, ``""`` for none.

        Files that nobody recorded are covered by none.
        """
        for exception in link_rules().exceptions:
            if (
                exception.id in rule.exceptions
                and exception.is_whole(self._package.id.key)
                and self._files
                and all(exception.covers(file.path) for file in self._files)
            ):
                return exception.id
        return ""


def _is_for(rule: PolicyRule, package: Package, files: tuple[LinkedFile, ...]) -> bool:
    """Return whether a rule is for a package.

    Of files one is enough to deny or review, all must be meant to allow.
    """
    if package.shipped not in rule.shipped:
        return False
    key = package.id.key
    if rule.packages and not any(fnmatchcase(key, glob) for glob in rule.packages):
        return False
    if not rule.files:
        return True
    meant = [any(fnmatchcase(file.path, glob) for glob in rule.files) for file in files]
    return bool(meant) and (all(meant) if rule.verdict is Verdict.ALLOW else any(meant))


def _finding(said: _Said, package: Package, component: str) -> Finding:
    """Return the finding for a verdict."""
    of = f"{component}: " if component else ""
    verb = "denied" if said.verdict is Verdict.DENY else "to be reviewed"
    if said.rule is None:
        why = "no rule of the policy allows it"
    else:
        why = f"{said.rule.id} ({said.rule.by}): {said.rule.reason}"
    evidence: tuple[Evidence, ...] = (package.license_evidence,)
    return Finding(
        _KINDS[said.verdict],
        f"{component} {said.license}".strip(),
        f"{of}{said.license} is {verb}; {why}",
        package.id,
        package.slot,
        evidence,
        frozenset(leaf.id for leaf in leaves(said.license)),
    )

# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""Elections: which option of a ``||`` group the distributor takes.

An election is the distributor's act; without one a choice stays open. Those of single
packages go before preferences. ``policy_file.py`` reads both.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final

from coos_license import findings
from coos_license.expression import (
    And,
    Claim,
    Expression,
    License,
    Or,
    all_of,
    any_of,
    choices,
    leaves,
)
from coos_license.licenses.expressions import (
    category_of,
    obligations_of,
    with_components,
)
from coos_license.licenses.names import license_ref, name_rows
from coos_license.model import (
    Election,
    Finding,
    Inventory,
    LicenseCategory,
    Package,
    PackageId,
)

_NOT_ELECTABLE: Final = frozenset(
    {
        LicenseCategory.UNKNOWN,
        LicenseCategory.NOT_ALLOWED,
        LicenseCategory.BY_EXCEPTION_ONLY,
    }
)


@dataclass(frozen=True, slots=True)
class Rule:
    """One recorded election; ``by`` names its place in the file."""

    package: str
    elect: str
    reason: str
    by: str


@dataclass(frozen=True, slots=True)
class Elections:
    """All elections in force: those of single packages, then the preferences."""

    rules: tuple[Rule, ...] = ()
    prefer: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Outcome:
    """A package after the elections, the wishes that cannot be, the rules used."""

    package: Package
    rejected: tuple[Finding, ...] = ()
    used: frozenset[Rule] = frozenset()


#: Whether a policy denies an option for a package.
Denies = Callable[[Package, Expression], bool]


def _nothing(package: Package, option: Expression) -> bool:
    """Return that nothing is denied."""
    del package, option
    return False


def elect(
    inventory: Inventory, elections: Elections, denies: Denies = _nothing
) -> Inventory:
    """Return the inventory with the elections made, and findings about them.

    What the policy ``denies`` cannot be elected.
    """
    if not (elections.rules or elections.prefer):
        return inventory
    met: list[Finding] = []
    used: set[Rule] = set()
    left: dict[PackageId, Package] = {}
    packages = []
    for package in (*inventory.packages, *inventory.implicit):
        outcome = elect_package(package, elections, denies)
        met += outcome.rejected
        used |= outcome.used
        packages.append(outcome.package)
        if outcome.package is not package:
            left[package.id] = outcome.package
    met += [_unused(rule) for rule in elections.rules if rule not in used]
    kept = (one for one in inventory.defects if stands(one, left))
    count = len(inventory.packages)
    return replace(
        inventory,
        packages=tuple(packages[:count]),
        implicit=tuple(packages[count:]),
        defects=(*kept, *met),
    )


def elect_package(
    package: Package, elections: Elections, denies: Denies = _nothing
) -> Outcome:
    """Return the package with the elections made that are for it.

    It is the very same where none is; a choice is looked for in what is effective.
    """
    if isinstance(package.effective, Claim):
        return Outcome(package)
    chooser = _Chooser(package, elections, denies)
    effective = chooser.decide(package.effective)
    if chooser.made:
        made = (*package.elections, *chooser.made)
        package = _elected(package, effective, made)
    return Outcome(package, tuple(chooser.rejected), frozenset(chooser.used))


def _elected(
    package: Package, effective: Expression, made: tuple[Election, ...]
) -> Package:
    """Return the package with its elections."""
    return replace(
        package,
        elections=made,
        concluded=effective,
        effective=effective,
        category=category_of(effective),
        obligations=with_components(
            obligations_of(leaves(effective)), package.components
        ),
    )


def stands(finding: Finding, elected: Mapping[PackageId, Package]) -> bool:
    """Return whether a finding is still one after the elections.

    One about a choice stands while the choice is open; one about licences while one
    of them is left.
    """
    package = elected.get(finding.package) if finding.package else None
    if package is None:
        return True
    if finding.kind is findings.CHOICE_UNSET:
        open_choices = (
            " | ".join(map(str, choice.operands))
            for choice in choices(package.effective)
        )
        return finding.subject in open_choices
    ids = {leaf.id for leaf in leaves(package.effective)}
    return not finding.licenses or not ids.isdisjoint(finding.licenses)


def _unused(rule: Rule) -> Finding:
    """Return the finding for an election that nothing asked for."""
    return Finding(
        findings.ELECTION_UNUSED,
        f"{rule.package} {rule.elect}",
        f"{rule.by} elects {rule.elect} for {rule.package}, which has no such choice,"
        " or has it decided by an earlier entry",
    )


class _Chooser:
    """Makes the elections for one package, outer choices first.

    What lies in an option that was not taken is no choice any more.
    """

    def __init__(self, package: Package, elections: Elections, denies: Denies) -> None:
        """Prepare for the choices of the package."""
        self._denies = denies
        self._package = package
        self._elections = elections
        self.made: list[Election] = []
        self.rejected: list[Finding] = []
        self.used: set[Rule] = set()

    def decide(self, expression: Expression) -> Expression:
        """Return the expression with every choice replaced that is elected."""
        match expression:
            case Or(operands):
                taken = self._elect(operands)
                if taken is not None:
                    return self.decide(taken)
                return any_of(self.decide(part) for part in operands)
            case And(operands):
                return all_of(self.decide(part) for part in operands)
            case License():
                return expression

    def _elect(self, operands: tuple[Expression, ...]) -> Expression | None:
        """Return the option that is wanted and may be had, if there is one."""
        options = {str(option): option for option in operands}
        for elected, by, reason, rule in _wishes(self._package, self._elections):
            if elected not in options:
                continue
            if rule:
                self.used.add(rule)
            option = options[elected]
            if _electable(option) and not self._denies(self._package, option):
                self.made.append(Election(tuple(options), elected, by, reason))
                return option
            self.rejected.append(_rejected(self._package, elected, by))
        return None


def _wishes(
    package: Package, elections: Elections
) -> Iterator[tuple[str, str, str, Rule | None]]:
    """Yield what is wanted for a package, first wish first."""
    for rule in elections.rules:
        if rule.package == package.id.key:
            yield rule.elect, rule.by, rule.reason, rule
    for number, wanted in enumerate(elections.prefer):
        yield wanted, f"policy prefer[{number}]", "preferred by the policy", None


def _electable(option: Expression) -> bool:
    """Return whether the option may be elected (``docs/licence-algebra.md``)."""
    exceptions = {
        license_ref(name)
        for name, row in name_rows().items()
        if row.kind == "exception"
    }
    return category_of(option) not in _NOT_ELECTABLE and not any(
        leaf.id in exceptions for leaf in leaves(option)
    )


def _rejected(package: Package, elected: str, by: str) -> Finding:
    """Return the finding for an election that cannot be."""
    return Finding(
        findings.ELECTION_REJECTED,
        elected,
        f"{by} elects {elected}, which is unknown, denied or a bare exception",
        package.id,
        package.slot,
        (package.evidence,),
    )

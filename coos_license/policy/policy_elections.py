# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""Elections: which option of a ``||`` group the distributor takes.

An election is the distributor's act; without one a choice stays open. The file::

    schema = 1
    prefer = ["MIT", "BSD-3-Clause"]     # the first that is an option is elected

    [[elections]]                        # goes before prefer
    package = "app-arch/zstd"
    elect = "BSD-3-Clause"
    reason = "no source offer needed"
"""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from coos_license import findings
from coos_license.errors import ParseError, PolicyError
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
    parse_expression,
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

SCHEMA: Final = 1
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


def parse_elections(text: str, where: str) -> Elections:
    """Return the elections of a policy file.

    Raises: PolicyError that names the entry at fault.
    """
    try:
        table = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise _fault(where, f"is no TOML: {error}") from error
    unknown = sorted(set(table) - {"schema", "prefer", "elections"})
    if unknown:
        raise _fault(where, f"has the unknown key {unknown[0]!r}")
    if table.get("schema") != SCHEMA:
        raise _fault(where, f"must say schema = {SCHEMA}")
    entries = table.get("elections", [])
    prefer = table.get("prefer", [])
    if not isinstance(entries, list) or not isinstance(prefer, list):
        raise _fault(where, "prefer and elections must be lists")
    rules = tuple(
        _rule(entry, f"elections[{number}]", where)
        for number, entry in enumerate(entries)
    )
    wanted = tuple(
        _expression(value, f"prefer[{number}]", where)
        for number, value in enumerate(prefer)
    )
    return Elections(rules, wanted)


def _fault(where: str, what: str) -> PolicyError:
    """Return the error about a policy file."""
    return PolicyError(what, where=where, cure="see docs/policy.md")


def _rule(entry: Any, place: str, where: str) -> Rule:  # noqa: ANN401 (TOML border)
    """Return one election. Raises: PolicyError."""
    keys = ("package", "elect", "reason")
    if not isinstance(entry, dict) or sorted(entry) != sorted(keys):
        raise _fault(where, f"{place} must have exactly {', '.join(keys)}")
    if not all(isinstance(entry[key], str) and entry[key].strip() for key in keys):
        raise _fault(where, f"{place}: every value must be a text that is not empty")
    elect = _expression(entry["elect"], f"{place}.elect", where)
    return Rule(entry["package"], elect, entry["reason"], f"policy {place}")


def _expression(value: Any, place: str, where: str) -> str:  # noqa: ANN401 (TOML border)
    """Return the expression in canonical spelling. Raises: PolicyError."""
    if not isinstance(value, str):
        raise _fault(where, f"{place} must be a text")
    try:
        return str(parse_expression(value))
    except ParseError as error:
        raise _fault(where, f"{place}: {error}") from error


def elect(inventory: Inventory, elections: Elections) -> Inventory:
    """Return the inventory with the elections made, and findings about them."""
    if not (elections.rules or elections.prefer):
        return inventory
    met: list[Finding] = []
    used: set[Rule] = set()
    left: dict[PackageId, Package] = {}
    packages = []
    for package in inventory.packages:
        outcome = elect_package(package, elections)
        met += outcome.rejected
        used |= outcome.used
        packages.append(outcome.package)
        if outcome.package is not package:
            left[package.id] = outcome.package
    met += [_unused(rule) for rule in elections.rules if rule not in used]
    kept = (one for one in inventory.defects if stands(one, left))
    return replace(inventory, packages=tuple(packages), defects=(*kept, *met))


def elect_package(package: Package, elections: Elections) -> Outcome:
    """Return the package with the elections made that are for it.

    It is the very same where none is; a choice is looked for in what is effective.
    """
    if isinstance(package.effective, Claim):
        return Outcome(package)
    chooser = _Chooser(package, elections)
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

    def __init__(self, package: Package, elections: Elections) -> None:
        """Prepare for the choices of the package."""
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
            if _electable(options[elected]):
                self.made.append(Election(tuple(options), elected, by, reason))
                return options[elected]
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
        f"{by} elects {elected}, which is unknown, not allowed or a bare exception",
        package.id,
        package.slot,
        (package.evidence,),
    )

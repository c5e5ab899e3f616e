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
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, Final

from coos_license import findings
from coos_license.errors import ParseError, PolicyError
from coos_license.expression import (
    And,
    Declared,
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
)
from coos_license.licenses.names import license_ref, name_rows
from coos_license.model import (
    Election,
    Finding,
    Inventory,
    LicenseCategory,
    Package,
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


def parse_elections(text: str, where: str) -> Elections:
    """Return the elections of a policy file.

    Raises: PolicyError that names the entry at fault.
    """
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
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
    made: list[Finding] = []
    used: set[Rule] = set()
    settled: set[tuple[str, str]] = set()
    packages = []
    for package in inventory.packages:
        if not any(True for _ in choices(package.declared)):
            packages.append(package)
            continue
        chosen, rejected = _choose(package, elections, used)
        made += rejected
        settled |= {(package.id.cpv, " | ".join(one.options)) for one in chosen}
        packages.append(_with_elections(package, chosen))
    made += [
        Finding(
            findings.ELECTION_UNUSED,
            f"{rule.package} {rule.elect}",
            f"{rule.by} elects {rule.elect} for {rule.package}: no such choice",
        )
        for rule in elections.rules
        if rule not in used
    ]
    kept = tuple(
        finding
        for finding in inventory.defects
        if finding.kind is not findings.CHOICE_UNSET
        or finding.package is None
        or (finding.package.cpv, finding.subject) not in settled
    )
    return replace(inventory, packages=tuple(packages), defects=(*kept, *made))


def _choose(
    package: Package, elections: Elections, used: set[Rule]
) -> tuple[list[Election], list[Finding]]:
    """Return the elections for a package's choices, and those refused."""
    chosen: list[Election] = []
    rejected: list[Finding] = []
    for choice in choices(package.declared):
        options = {str(option): option for option in choice.operands}
        for elected, by, reason, rule in _wishes(package, elections):
            if elected not in options:
                continue
            if rule:
                used.add(rule)
            if not _electable(options[elected]):
                rejected.append(_rejected(package, elected, by))
                continue
            chosen.append(Election(tuple(options), elected, by, reason))
            break
    return chosen, rejected


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


def _with_elections(package: Package, chosen: list[Election]) -> Package:
    """Return the package with its choices replaced by what was elected."""
    if not chosen:
        return package
    by_options = {one.options: one.elected for one in chosen}
    effective = _replaced(package.declared, by_options)
    return replace(
        package,
        elections=tuple(chosen),
        concluded=effective,
        effective=effective,
        category=category_of(effective),
        obligations=obligations_of(leaves(effective)),
    )


def _replaced(expression: Declared, chosen: dict[tuple[str, ...], str]) -> Declared:
    """Return the expression with each decided OR replaced by its elected operand."""
    match expression:
        case Or(operands):
            elected = chosen.get(tuple(map(str, operands)))
            if elected is None:
                return any_of(_inner(part, chosen) for part in operands)
            taken = next(part for part in operands if str(part) == elected)
            return _replaced(taken, chosen)
        case And(operands):
            return all_of(_inner(part, chosen) for part in operands)
        case _:
            return expression


def _inner(expression: Expression, chosen: dict[tuple[str, ...], str]) -> Expression:
    """Return an operand with its own choices replaced."""
    replaced = _replaced(expression, chosen)
    assert isinstance(replaced, License | And | Or)  # noqa: S101 (narrows the type)
    return replaced

# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""What is wrong with a LICENSE value and the texts of its names."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Final

from coos_license import findings
from coos_license.expression import Declared, Expression, choices, leaves
from coos_license.licenses.expressions import obligations_of, uncategorized
from coos_license.model import Obligation
from coos_license.resolve.claims import Reading
from coos_license.resolve.problems import Problem
from coos_license.resolve.texts import Named

#: Kinds of names that are no licence and have no text: they say how a package stands.
_MARKS: Final = ("metapackage", "taint")


def license_problems(
    reading: Reading,
    named: Iterable[Named],
    translated: Mapping[str, Expression],
    declared: Declared,
) -> Iterator[Problem]:
    """Yield what is wrong with a LICENSE value and the texts of its names."""
    if reading.problem:
        yield Problem(*reading.problem)
    for one in named:
        ids = frozenset(leaf.id for leaf in leaves(translated[one.name]))
        for problem in name_problems(one, translated[one.name]):
            yield replace(problem, licenses=ids)
    for choice in choices(declared):
        options = " | ".join(str(option) for option in choice.operands)
        yield Problem(findings.CHOICE_UNSET, options, f"not chosen: {options}")
    for spdx_id in uncategorized(declared):
        yield Problem(
            findings.UNCATEGORIZED_LICENSE,
            spdx_id,
            f"no category for {spdx_id}",
            licenses=frozenset((spdx_id,)),
        )


def name_problems(named: Named, expression: Expression) -> Iterator[Problem]:
    """Yield what is wrong with one licence name."""
    name, row = named.name, named.row
    searched = ", ".join(named.searched) or "nowhere: no --overlay was given"
    for path, reason in named.faults:
        yield Problem(findings.UNREADABLE_ENTRY, path, f"{path} {reason}")
    if row is not None and row.kind == "exception":
        message = f"{name} is an exception; LICENSE does not say from which licence"
        yield Problem(findings.BARE_EXCEPTION, name, message)
    if row is not None and row.notice == "template" and _wants_notice(expression):
        message = f"{name} wants the package's copyright notice; none is at hand"
        yield Problem(findings.MISSING_ATTRIBUTION, name, message)
    if not named.known:
        message = f"{name} is no known licence name"
        yield Problem(findings.UNKNOWN_LICENSE, name, message)
    if not named.uses and not (row and row.kind in _MARKS):
        message = f"no text of {name}; searched {searched}"
        yield Problem(findings.MISSING_LICENSE_TEXT, name, message)
    for target in named.unresolved:
        message = f"the text of {name} points at {target}; searched {searched}"
        yield Problem(findings.POINTER_TEXT_UNRESOLVED, f"{name} {target}", message)


def _wants_notice(expression: Expression) -> bool:
    """Return whether the licence asks for the copyright notice of the work."""
    return Obligation.COPYRIGHT_NOTICE in obligations_of(leaves(expression))

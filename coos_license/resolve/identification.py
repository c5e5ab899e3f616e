# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""What follows from which licence a text is: never a declared licence by a guess.

A text decides between the candidates that ``ambiguous-names.tsv`` lists for a name.
For every other name it only makes a finding.
"""

from collections.abc import Callable, Iterator
from typing import Final

from coos_license import findings
from coos_license.expression import Declared, Expression, License, leaves
from coos_license.licenses.expressions import parse_expression
from coos_license.licenses.identify import Identified, identify_file
from coos_license.licenses.names import NameRow, candidates
from coos_license.resolve.problems import Problem
from coos_license.resolve.texts import Named

#: Rows of the name table whose text a person has compared with the list.
_COMPARED: Final = ("text-read", "scanned")


class Identifier:
    """Identifies each distinct text once."""

    def __init__(self, content: Callable[[str], bytes]) -> None:
        """``content`` returns the bytes of a text by its sha256."""
        self._content = content
        self._found: dict[str, Identified] = {}

    def __call__(self, sha256: str) -> Identified:
        """Return what the text is."""
        if sha256 not in self._found:
            self._found[sha256] = identify_file(sha256, self._content(sha256))
        return self._found[sha256]


def meaning(named: Named, identify: Identifier) -> Expression | None:
    """Return what a name stands for, ``None`` for a name without an SPDX expression.

    A name with candidates stands for the one that its text is, where that is sure.
    """
    may_be = candidates(named.name)
    if may_be and named.own is not None:
        spdx = identify(named.own).spdx
        if spdx in may_be:
            return License(spdx)
    if named.row is None or not named.row.expression:
        return None
    return parse_expression(named.row.expression)


def label(identified: Identified, declared: Declared) -> str:
    """Return the id under which a text of the package's sources is shown.

    That which was identified; where the text cannot tell ids apart, the one of them
    that is declared; else all that is declared.
    """
    if identified.spdx is not None:
        return identified.spdx
    named = dict.fromkeys(leaf.id for leaf in leaves(declared))
    either = [one for one in named if one in identified.ids]
    return either[0] if len(either) == 1 else str(declared)


def text_problems(
    named: Named, expression: Expression, identify: Identifier
) -> Iterator[Problem]:
    """Yield where the text under a name is another licence, or a known one."""
    if named.own is None:
        return
    found = identify(named.own)
    if not found.ids:
        return
    path = next(use.path for use in named.uses if use.sha256 == named.own)
    # Of ids that a text cannot tell apart, the plain one names them all.
    holds = f"{path} holds the text of {found.ids[0]}"
    ids = {leaf.id for leaf in leaves(expression)}
    if not any(one.startswith("LicenseRef-") for one in ids):
        if ids.isdisjoint(found.ids):
            kind, message = findings.TEXT_CONTRADICTS_NAME, f"not of {expression}"
            yield Problem(kind, named.name, f"{holds}, {message}", text=path)
    elif named.row is None or _may_tell(found, named.row):
        kind, message = findings.IDENTIFIED_TEXT, f"it is credited as {expression}"
        yield Problem(kind, named.name, f"{holds}; {message}", text=path)


def _may_tell(found: Identified, row: NameRow) -> bool:
    """Return whether nobody has decided yet that the text is no such licence."""
    return found.method == "equal" or row.origin not in _COMPARED

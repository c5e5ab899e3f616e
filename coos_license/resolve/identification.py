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
from coos_license.licenses.identify import identify as compare_text
from coos_license.licenses.names import NameRow, candidates
from coos_license.resolve.problems import Problem
from coos_license.resolve.texts import Named
from coos_license.trees.text import clean_bytes

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

    def nearest(self, sha256: str) -> Identified:
        """Return what the text is, with what it is nearest to where that is not sure.

        The table of well known files does not have that.
        """
        found = self(sha256)
        if not found.ids and not found.nearest and found.method == "review":
            found = compare_text(clean_bytes(self._content(sha256))[0])
            self._found[sha256] = found
        return found


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
    path = next(use.path for use in named.uses if use.sha256 == named.own)
    if not found.ids:
        yield from _doubtful(named, path, identify)
        return
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


def _doubtful(named: Named, path: str, identify: Identifier) -> Iterator[Problem]:
    """Yield that nobody has looked at a name, and that its text does not tell."""
    if named.row is not None or named.own is None:
        return
    if said := in_doubt(identify.nearest(named.own)):
        kind, message = findings.TEXT_NEEDS_REVIEW, f"{path} {said}"
        yield Problem(kind, named.name, message, text=path)


def in_doubt(found: Identified) -> str:
    """Return what is said of a text that is no licence for sure, ``""`` for others.

    A short text only points at a licence, or says nothing.
    """
    if found.ids or found.method == "short":
        return ""
    if found.nearest:
        return f"is nearest to {nearest(found)}, and is not that for sure"
    return "is like no licence of the SPDX list"


def nearest(found: Identified) -> str:
    """Return the licence that a text is nearest to, and how near, cut not rounded."""
    cut = int(found.score * 1000) / 1000
    return f"{found.nearest[0]} ({cut:.3f} of the words agree)"


def _may_tell(found: Identified, row: NameRow) -> bool:
    """Return whether nobody has decided yet that the text is no such licence."""
    return found.method == "equal" or row.origin not in _COMPARED

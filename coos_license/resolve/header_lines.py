# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""Licence lines of source files, held against what LICENSE declares."""

import re
from collections.abc import Iterable, Iterator
from typing import Final

from coos_license import findings
from coos_license.errors import ParseError
from coos_license.expression import And, Claim, Declared, Expression, License, leaves
from coos_license.licenses import spdx_list
from coos_license.licenses.expressions import parse_expression
from coos_license.resolve.problems import Problem
from coos_license.sources.values import Header

_WORD: Final = re.compile(r"[A-Za-z0-9.+-]+")
_ONLY, _LATER = "-only", "-or-later"


def undeclared(headers: Iterable[Header], declared: Declared) -> Iterator[Problem]:
    """Yield the licences that headers name and LICENSE does not cover.

    One problem for each licence, with its first file. Where nothing is declared, there
    is nothing to hold them against.
    """
    if isinstance(declared, Claim):
        return
    ids = frozenset(leaf.id for leaf in leaves(declared))
    found: dict[str, list[Header]] = {}
    for header in headers:
        for name in sorted(uncovered(header.expression, ids)):
            found.setdefault(name, []).append(header)
    for name, where in sorted(found.items()):
        files = sum(header.files for header in where)
        first = min(where, key=lambda header: (header.path, header.line))
        message = f"{files} source {'file names' if files == 1 else 'files name'}"
        yield Problem(
            findings.UNDECLARED_HEADER,
            name,
            f"{message} {name}, which LICENSE does not",
            place=(first.path, first.line),
        )


def uncovered(text: str, declared: frozenset[str]) -> frozenset[str]:
    """Return the licences of a header that the declared ids do not cover.

    Of an OR it is enough that one option is covered; "or later" is covered by the
    version itself. A header that is no expression names itself.

    >>> sorted(uncovered("MIT OR GPL-2.0+", frozenset({"GPL-2.0-only"})))
    []
    >>> sorted(uncovered("MIT AND BSD-2-Clause", frozenset({"MIT"})))
    ['BSD-2-Clause']
    """
    try:
        expression = parse_expression(_WORD.sub(_current, text))
    except ParseError:
        return frozenset((text,))
    return _uncovered(expression, declared)


def _uncovered(expression: Expression, declared: frozenset[str]) -> frozenset[str]:
    """Return the ids of an expression that are not covered."""
    if isinstance(expression, License):
        stem = expression.id.removesuffix(_LATER)
        accepted = {expression.id}
        if stem != expression.id:
            accepted.add(f"{stem}{_ONLY}")
        return frozenset() if accepted & declared else frozenset((expression.id,))
    parts = [_uncovered(part, declared) for part in expression.operands]
    if not isinstance(expression, And) and not all(parts):
        return frozenset()
    return frozenset().union(*parts)


def _current(match: re.Match[str]) -> str:
    """Return a word of an expression with its id as the list has it today."""
    word = match[0]
    stem, later = word.removesuffix("+"), word.endswith("+")
    for name in (f"{stem}{_LATER if later else _ONLY}", stem):
        known = spdx_list.canonical_id(name)
        if known is not None and known not in spdx_list.deprecated_ids():
            return known
    return word

# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""What a LICENSE value declares, in Gentoo's names first and in SPDX terms second."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from coos_license import findings
from coos_license.errors import ParseError
from coos_license.expression import Claim, Declared, Expression, all_of, any_of
from coos_license.licenses.names import name_rows
from coos_license.model import FindingKind
from coos_license.portage import depset
from coos_license.portage.names import is_license_name

#: AND within OR within AND ...: nobody writes more than three; readers of SPDX recurse.
MAX_DEPTH: Final = 64
#: The longest value met has 445 words.
MAX_NAMES: Final = 2_000


@dataclass(frozen=True, slots=True, eq=False)
class Reading:
    """A LICENSE value, read. ``tree`` is ``None`` where nothing can be declared.

    ``names`` are the licence names in it, each once, in order, also where the
    grammar is broken. ``problem`` is (kind, subject, message) where there is one.
    """

    tree: depset.Group | None
    names: tuple[str, ...]
    claim: Claim = Claim.NOASSERTION
    problem: tuple[FindingKind, str, str] | None = None


@lru_cache(maxsize=1 << 13)
def read_license(field: str, use: frozenset[str] | None) -> Reading:
    """Return what a LICENSE value says, with conditions decided by the USE flags.

    >>> read_license("|| ( BSD GPL-2 ) MIT", None).names
    ('BSD', 'GPL-2', 'MIT')
    """
    try:
        tree = depset.parse(field)
    except ParseError as error:
        return _broken(_legal_names(map(_bare, field.split())), error)
    if depset.has_conditions(tree):
        if use is None:
            message = "LICENSE has conditions, but no USE flags are recorded"
            problem = (findings.UNKNOWN_USE, "LICENSE", message)
            return Reading(None, _legal_names(depset.words(tree)), problem=problem)
        tree = depset.reduce(tree, use)
    return _judged(tree)


def _judged(tree: depset.Group) -> Reading:
    """Return what a reduced tree says, or why it can declare nothing."""
    leaves = depset.words(tree)
    names = _legal_names(leaves)
    for leaf in leaves:
        if leaf.word != depset.EMPTY_ANY_OF and not is_license_name(leaf.word):
            message = f"{leaf.word[:60]!r} is no licence name (PMS 3.1.7)"
            return _broken(names, ParseError(message, leaf.column))
    if len(names) > MAX_NAMES:
        message = f"more than {MAX_NAMES} licences are named"
        return _broken(names, ParseError(message, 1))
    if _depth(tree) > MAX_DEPTH:
        message = f"choices are nested more than {MAX_DEPTH} deep"
        return _broken(names, ParseError(message, 1))
    problem = None
    if any(leaf.word == depset.EMPTY_ANY_OF for leaf in leaves):
        message = "a || group has no option left"
        problem = (findings.EMPTY_ANY_OF, "LICENSE", message)
    for name in names:
        row = name_rows().get(name)
        if row is not None and row.kind == "taint":
            message = "LICENSE says TAINTED: nothing is asserted until it is settled"
            problem = (findings.TAINTED, name, message)
    return Reading(None if problem else tree, names, problem=problem)


def _bare(word: str) -> depset.Leaf:
    """Return a word of a text that has no tree."""
    return depset.Leaf(word, 0)


def _broken(names: tuple[str, ...], error: ParseError) -> Reading:
    """Return the reading of a value that breaks the grammar.

    Of its words those count that are known licences: their texts are credited.
    """
    return Reading(
        None,
        tuple(name for name in names if name in name_rows()),
        problem=(
            findings.LICENSE_SYNTAX,
            "LICENSE",
            f"column {error.column}: {error.reason}",
        ),
    )


def _legal_names(leaves: Iterable[depset.Leaf]) -> tuple[str, ...]:
    """Return the legal licence names among the words, each once, in order."""
    return tuple(
        dict.fromkeys(leaf.word for leaf in leaves if is_license_name(leaf.word))
    )


def _depth(tree: depset.Group) -> int:
    """Return how often AND and OR alternate on the deepest way down."""

    def deeper(node: depset.Group, below: list[tuple[str, int]]) -> tuple[str, int]:
        if len(below) == 1:
            return below[0]
        depth = max((level + (kind != node.kind) for kind, level in below), default=0)
        return node.kind, depth

    return depset.fold(tree, lambda _leaf: ("", 0), deeper)[1]


def to_spdx(tree: depset.Group, translate: Callable[[str], Expression]) -> Declared:
    """Return the SPDX expression of a reduced tree; NONE where it names nothing."""

    def group(node: depset.Group, below: list[Expression | None]) -> Expression | None:
        parts = [part for part in below if part is not None]
        if not parts:
            return None
        return any_of(parts) if node.kind == "any" else all_of(parts)

    expression = depset.fold(tree, lambda leaf: translate(leaf.word), group)
    return Claim.NONE if expression is None else expression

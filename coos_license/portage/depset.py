# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""The grammar shared by LICENSE and the dependency variables (PMS 8.2).

All-of by juxtaposition and ``( )``, any-of ``|| ( )``, ``flag? ( )``, ``!flag? ( )``,
nested to any depth. Parsing and reducing keep their own stacks: depth is bounded by
the text, never by Python's recursion.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, TypeVar

from coos_license.errors import ParseError

#: What portage writes for ``|| ( flag? ( A ) )`` with the flag off (use_reduce).
EMPTY_ANY_OF: Final = "__const__/empty-any-of"
T = TypeVar("T")
_TOKEN = re.compile(r"\S+")
_CONDITION = re.compile(r"(!?)([A-Za-z0-9][A-Za-z0-9+_@-]*)\?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Leaf:
    """One word and the column (from 1) that it begins at."""

    word: str
    column: int


@dataclass(frozen=True, slots=True, eq=False)
class Group:
    """A group: ``kind`` is ``all``, ``any`` or ``use``; ``flag`` as written, no ``?``.

    Compared by identity: equality of a deep tree would recurse.
    """

    kind: str
    children: tuple["Node", ...]
    column: int
    flag: str = ""


Node = Leaf | Group


@dataclass(slots=True)
class _Open:
    """A group being read."""

    kind: str
    flag: str
    column: int
    children: list[Node]


class _Reader:
    """Builds the tree word by word; groups that are still open lie on a stack."""

    def __init__(self) -> None:
        """Begin with the all-of group that the whole text is."""
        self._stack = [_Open("all", "", 1, [])]
        self._pending: tuple[str, str, int] | None = None

    def take(self, word: str, column: int) -> None:
        """Take the next word. Raises: ParseError."""
        if word == "(":
            kind, flag, start = self._pending or ("all", "", column)
            self._stack.append(_Open(kind, flag, start, []))
            self._pending = None
        elif self._pending is not None:
            raise self._unopened(column)
        elif word == ")":
            self._close(column)
        elif word == "||":
            self._pending = ("any", "", column)
        elif word[-1] == "?" and (match := _CONDITION.fullmatch(word)):
            self._pending = ("use", match[1] + match[2], column)
        elif word[0] in "(|)" or word[-1] in "(|)?":
            message = f"{word[:40]!r} is not set off by white space or is no condition"
            raise ParseError(message, column)
        else:
            self._stack[-1].children.append(Leaf(word, column))

    def finish(self, column: int) -> Group:
        """Return the tree. Raises: ParseError at ``column``, the end of the text."""
        if self._pending is not None:
            raise self._unopened(column)
        if len(self._stack) > 1:
            message = "'(' is never closed"
            raise ParseError(message, self._stack[-1].column)
        return Group("all", tuple(self._stack[0].children), 1)

    def _close(self, column: int) -> None:
        """Close the innermost group. Raises: ParseError."""
        if len(self._stack) == 1:
            message = "')' without '('"
            raise ParseError(message, column)
        done = self._stack.pop()
        if not done.children:
            message = "a group must hold something"
            raise ParseError(message, column)
        self._stack[-1].children.append(
            Group(done.kind, tuple(done.children), done.column, done.flag)
        )

    def _unopened(self, column: int) -> ParseError:
        """Return the error for an operator without its group."""
        kind, flag, _ = self._pending or ("", "", 0)
        shown = "||" if kind == "any" else f"{flag}?"
        return ParseError(f"'(' must follow '{shown}'", column)


@lru_cache(maxsize=1 << 14)
def parse(text: str) -> Group:
    """Return the all-of group that the text is.

    Raises: ParseError with the column of the fault.

    >>> [child.kind for child in parse("|| ( A B ) x? ( C )").children]
    ['any', 'use']
    """
    reader = _Reader()
    for match in _TOKEN.finditer(text):
        reader.take(match[0], match.start() + 1)
    return reader.finish(len(text) + 1)


def fold(
    root: Node, leaf: Callable[[Leaf], T], group: Callable[[Group, list[T]], T]
) -> T:
    """Return the tree folded from its leaves up, children in order."""
    if isinstance(root, Leaf):
        return leaf(root)
    stack: list[tuple[Group, Iterator[Node], list[T]]] = [
        (root, iter(root.children), [])
    ]
    while True:
        node, children, results = stack[-1]
        for child in children:
            if isinstance(child, Leaf):
                results.append(leaf(child))
            else:
                stack.append((child, iter(child.children), []))
                break
        else:
            stack.pop()
            value = group(node, results)
            if not stack:
                return value
            stack[-1][2].append(value)


def words(root: Node) -> list[Leaf]:
    """Return every leaf in the order written, conditions ignored."""
    found: list[Leaf] = []
    fold(root, found.append, lambda _group, _children: None)
    return found


def has_conditions(root: Node) -> bool:
    """Return whether a ``flag? ( )`` is left anywhere in the tree."""
    return fold(
        root, lambda _leaf: False, lambda node, below: node.kind == "use" or any(below)
    )


def reduce(root: Group, use: frozenset[str]) -> Group:
    """Return the tree with every ``flag? ( )`` decided by the flags in ``use``.

    An any-of group that loses all its children becomes the word ``EMPTY_ANY_OF``,
    as portage writes it; an all-of group that does disappears.
    """

    def decided(node: Group, below: list[tuple[Node, ...]]) -> tuple[Node, ...]:
        children = tuple(child for part in below for child in part)
        if node.kind == "use":
            negated = node.flag.startswith("!")
            if (node.flag.removeprefix("!") in use) is negated:
                return ()
        if not children:
            return (Leaf(EMPTY_ANY_OF, node.column),) if node.kind == "any" else ()
        kind = "any" if node.kind == "any" else "all"
        return (Group(kind, children, node.column),)

    reduced = fold(root, _alone, decided)
    return Group("all", reduced, root.column)


def _alone(leaf: Leaf) -> tuple[Node, ...]:
    """Return a leaf as the children it stands for."""
    return (leaf,)

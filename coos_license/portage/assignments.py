# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""Values of variables in an ebuild or a saved environment, as far as they are plain.

Nothing is run. What a shell would have to compute is not guessed: such a variable has
no value. Source: PMS 7 (ebuild variables), and the output of bash's ``declare -p``,
which ``environment.bz2`` is made of.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Final

#: Values of a variable: one for a plain one; ``None`` where they cannot be told.
Values = tuple[str, ...] | None

_ASSIGNED: Final = re.compile(
    r"^(?P<indent>[ \t]*)(?:declare[ \t]+-\S+[ \t]+|export[ \t]+)?"
    r"(?P<name>[A-Za-z_][A-Za-z0-9_]{0,100})(?P<more>\+)?=",
    re.MULTILINE,
)
_FUNCTION: Final = re.compile(r"(?:function[ \t]+)?[\w.+-]+[ \t]*\(\)")
_PLAIN: Final = re.compile(r"[^\s\\\"'$`(){}\[\]<>|&;*?~#!]+")
_INSIDE: Final = re.compile(r"[^\"\\$`]+")
_NAME: Final = re.compile(r"\$(?:\{(\w{1,100})\}|([A-Za-z_]\w{0,100}))", re.ASCII)
_GAP: Final = re.compile(r"(?:\s|#[^\n]*)+")
_INDEX: Final = re.compile(r"\[\d{1,9}\]=")
_ENDS: Final = frozenset(" \t\n;#")
#: Items of one array, and characters of one value; more is nothing that is read.
_MOST_ITEMS: Final = 1_000
_LONGEST: Final = 10_000


class _ComputedError(Exception):
    """A value is none that can be told without a shell."""


def assignments(
    text: str, wanted: frozenset[str], known: Mapping[str, str]
) -> dict[str, Values]:
    r"""Return the wanted variables that a text assigns at its top level.

    ``known`` are variables that may stand in values, such as ``PN``. What is assigned
    under a condition, which is indented, has no value; functions are passed over.

    >>> assignments('A="${PN}/x"\nB=( a "b c" )\n', frozenset("AB"), {"PN": "foo"})
    {'A': ('foo/x',), 'B': ('a', 'b c')}
    """
    text = _without_functions(text)
    found: dict[str, Values] = {}
    scope = dict(known)
    for match in _ASSIGNED.finditer(text):
        name = match["name"]
        if name not in wanted:
            continue
        try:
            values = _assigned(match, found.get(name, ()), scope)
        except _ComputedError:
            values = None
        found[name] = values
        if values is None:
            scope.pop(name, None)
        else:
            scope[name] = values[0] if values else ""
    return found


def _without_functions(text: str) -> str:
    """Return a text without the functions that it defines at its top level.

    A function ends with a brace that begins a line, as ``declare -f`` writes it.
    """
    kept: list[str] = []
    inside = False
    for line in text.split("\n"):
        if inside:
            inside = not line.startswith("}")
        elif _FUNCTION.match(line):
            inside = not line.rstrip().endswith("}")
        else:
            kept.append(line)
    return "\n".join(kept)


def _assigned(
    match: re.Match[str], before: Values, scope: Mapping[str, str]
) -> tuple[str, ...]:
    """Return what a variable is after an assignment. Raises: _ComputedError."""
    if match["indent"] or before is None:
        raise _ComputedError
    text, at = match.string, match.end()
    values = _values(text, at, scope)
    if not match["more"]:
        return values
    if text.startswith("(", at):
        return (*before, *values)
    first = before[0] if before else ""
    return (first + values[0], *before[1:])


def _values(text: str, at: int, scope: Mapping[str, str]) -> tuple[str, ...]:
    """Return what is assigned at a place. Raises: _ComputedError."""
    if not text.startswith("(", at):
        value, end = _word(text, at, scope)
        if end < len(text) and text[end] not in _ENDS:
            raise _ComputedError
        return (value,)
    return tuple(_items(text, at + 1, scope))


def _items(text: str, at: int, scope: Mapping[str, str]) -> Iterator[str]:
    """Yield the items of an array. Raises: _ComputedError."""
    for _ in range(_MOST_ITEMS):
        if gap := _GAP.match(text, at):
            at = gap.end()
        if text.startswith(")", at):
            return
        if index := _INDEX.match(text, at):
            at = index.end()
        value, end = _word(text, at, scope)
        if end == at or (end < len(text) and text[end] not in " \t\n)"):
            raise _ComputedError
        yield value
        at = end
    raise _ComputedError


def _word(text: str, at: int, scope: Mapping[str, str]) -> tuple[str, int]:
    """Return a word and where it ends. Raises: _ComputedError."""
    parts: list[str] = []
    start = at
    while at < len(text) and text[at] not in " \t\n;#)":
        if at - start > _LONGEST:
            raise _ComputedError
        if text[at] == '"':
            part, at = _quoted(text, at + 1, scope)
        elif text[at] == "'":
            end = text.find("'", at + 1, at + _LONGEST)
            if end < 0:
                raise _ComputedError
            part, at = text[at + 1 : end], end + 1
        elif text[at] == "$":
            part, at = _expanded(text, at, scope)
        elif plain := _PLAIN.match(text, at):
            part, at = plain[0], plain.end()
        else:
            raise _ComputedError
        parts.append(part)
    return "".join(parts), at


def _quoted(text: str, at: int, scope: Mapping[str, str]) -> tuple[str, int]:
    """Return what stands within double quotes, and where it ends.

    Raises: _ComputedError.
    """
    parts: list[str] = []
    start = at
    while at < len(text) and at - start <= _LONGEST:
        if text[at] == '"':
            return "".join(parts), at + 1
        if text[at] == "\\":
            escaped = text[at + 1 : at + 2]
            if escaped not in ("\\", '"', "$", "`"):
                raise _ComputedError
            part, at = escaped, at + 2
        elif text[at] == "$":
            part, at = _expanded(text, at, scope)
        elif inside := _INSIDE.match(text, at):
            part, at = inside[0], inside.end()
        else:
            raise _ComputedError
        parts.append(part)
    raise _ComputedError


def _expanded(text: str, at: int, scope: Mapping[str, str]) -> tuple[str, int]:
    """Return the value of a variable that stands in another. Raises: _ComputedError."""
    match = _NAME.match(text, at)
    value = match and scope.get(match[1] or match[2])
    if match is None or value is None:
        raise _ComputedError
    return value, match.end()

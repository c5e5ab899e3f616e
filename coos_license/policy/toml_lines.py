# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""On which line of a TOML file each key is: the standard library's parser forgets it.

The text is one that :mod:`tomllib` accepted, so only strings, comments and brackets
are told apart here. Source: TOML 1.0.0.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Final

Path = tuple[str | int, ...]

_TOKEN: Final = re.compile(
    r'"""(?:\\.|[^\\])*?"{3,5}(?!")'
    r"|'''.*?'{3,5}(?!')"
    r'|"(?:\\.|[^"\\\n])*"'
    r"|'[^'\n]*'"
    r"|\#[^\n]*"
    r"|[A-Za-z0-9_-]+"
    r"|[^\S\n]+"
    r"|.",
    re.DOTALL,
)
_OPEN: Final = "[{"
_CLOSE: Final = "]}"


def key_lines(text: str) -> Mapping[Path, int]:
    r"""Return the line, counted from 1, of every key, table and element of an array.

    >>> key_lines("a = 1\n[[b]]\nc = [2,\n3]")[("b", 0, "c", 1)]
    4
    """
    return _Scanner(text).lines


class _Scanner:
    """Walks over the tokens of a file."""

    def __init__(self, text: str) -> None:
        """Find the lines."""
        self.lines: dict[Path, int] = {}
        self._tables: dict[Path, int] = {}
        self._prefix: Path = ()
        self._tokens = list(_tokens(text))
        self._at = 0
        while self._at < len(self._tokens):
            self._statement()

    def _peek(self) -> str:
        """Return the next word, ``""`` at the end."""
        return self._tokens[self._at][0] if self._at < len(self._tokens) else ""

    def _statement(self) -> None:
        """Pass over one line, or one value of several."""
        word, line = self._tokens[self._at]
        if word == "\n" or word.startswith("#"):
            self._at += 1
        elif word == "[":
            self._header(line)
        else:
            path = self._keys("=")
            self._note((*self._prefix, *path), line)
            self._value((*self._prefix, *path))

    def _header(self, line: int) -> None:
        """Take ``[table]`` or ``[[table]]``."""
        self._at += 1
        is_array = self._peek() == "["
        self._at += is_array
        path = self._keys("]")
        self._at += is_array
        inner: Path = ()
        for key in path[:-1]:
            inner = self._element((*inner, key))
        inner = (*inner, path[-1])
        if is_array:
            self.lines.setdefault(inner, line)
            count = self._tables[inner] = self._tables.get(inner, -1) + 1
            inner = (*inner, count)
        self._note(inner, line)
        self._prefix = inner

    def _element(self, path: Path) -> Path:
        """Return the last element where the path is an array of tables."""
        return (*path, self._tables[path]) if path in self._tables else path

    def _keys(self, end: str) -> Path:
        """Return a dotted key and pass over what ends it."""
        path: list[str] = []
        while self._at < len(self._tokens):
            word, _ = self._tokens[self._at]
            self._at += 1
            if word == end:
                break
            if word != ".":
                path.append(word.strip("\"'"))
        return tuple(path)

    def _value(self, path: Path) -> None:
        """Pass over a value; note the elements of an array."""
        depth = count = 0
        fresh = True
        while self._at < len(self._tokens):
            word, line = self._tokens[self._at]
            if word == "\n" and depth == 0:
                return
            self._at += 1
            if word == "\n" or word.startswith("#"):
                continue
            if depth == 1 and fresh and word not in _CLOSE:
                self._note((*path, count), line)
                fresh = False
            depth += (word in _OPEN) - (word in _CLOSE)
            if depth == 1 and word == ",":
                count, fresh = count + 1, True

    def _note(self, path: Path, line: int) -> None:
        """Keep the first line of a path."""
        self.lines.setdefault(path, line)


def _tokens(text: str) -> Iterator[tuple[str, int]]:
    """Yield the tokens that are not blank, each with its line."""
    line = 1
    for match in _TOKEN.finditer(text):
        word = match[0]
        if word == "\n" or not word.isspace():
            yield word, line
        line += word.count("\n")

# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""One table of a policy file, to be asked for values; each fault names its line."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Final, TypeVar

from coos_license.errors import ParseError, PolicyError
from coos_license.licenses.expressions import parse_expression
from coos_license.policy.toml_lines import Path, key_lines
from coos_license.portage.names import is_category, is_package_name

#: Begins the place of what is no file of a person.
PRESET: Final = "preset "
_CURE: Final = "see docs/policy.md"
_GLOB: Final = re.compile(r"[A-Za-z0-9+_.*?\[\]!-]+/[A-Za-z0-9+_.*?\[\]!-]+|\*")
_FILE_GLOB: Final = re.compile(r"[/*][^\0\n]*")

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Table:
    """The values at a path of a file, with the lines of all keys.

    ``cure`` is where people read what such a file takes.
    """

    values: Mapping[str, Any]
    where: str
    keys: Mapping[Path, int]
    path: Path = ()
    cure: str = _CURE

    @classmethod
    def of(
        cls, values: Mapping[str, Any], text: str, where: str, cure: str = _CURE
    ) -> "Table":
        """Return the top table of a file."""
        return cls(values, where, key_lines(text), cure=cure)

    @property
    def name(self) -> str:
        """Return how messages call it: ``rules[2]``."""
        return "".join(
            f"[{part}]" if isinstance(part, int) else f".{part}" for part in self.path
        ).lstrip(".")

    def place(self, *below: str | int) -> str:
        """Return file and line of a key, or of the table."""
        path = (*self.path, *below)
        while path and path not in self.keys:
            path = path[:-1]
        return f"{self.where}:{self.keys.get(path, 1)}"

    def named(self) -> str:
        """Return how outputs call it: they hold no path of a file of this machine."""
        origin = self.where if self.where.startswith(PRESET) else "policy"
        line = self.place().rpartition(":")[2]
        return f"{origin} {self.name}, line {line}"

    def fault(self, *below: str | int, what: str) -> PolicyError:
        """Return the error about a key."""
        name = replace(self, path=(*self.path, *below)).name
        told = f"{name}: {what}" if name else what
        return PolicyError(told, where=self.place(*below), cure=self.cure)

    def check_keys(self, must: Iterable[str], may: Iterable[str]) -> None:
        """Raise PolicyError where a key is missing, or not known."""
        known = (*must, *may)
        for key in self.values:
            if key not in known:
                what = f"has the unknown key {key!r}{near(key, known)}"
                raise self._about(key, what)
        for key in must:
            if key not in self.values:
                raise self.fault(what=f"lacks {key}")

    def _about(self, key: str, what: str) -> PolicyError:
        """Return the error that names the table and the line of the key."""
        told = f"{self.name}: {what}" if self.name else what
        return PolicyError(told, where=self.place(key), cure=self.cure)

    def tables(self, key: str) -> list["Table"]:
        """Return the tables of an array. Raises: PolicyError."""
        entries = self.values.get(key, [])
        if not isinstance(entries, list):
            raise self.fault(key, what="must be an array of tables")
        found = []
        for number, entry in enumerate(entries):
            if not isinstance(entry, dict):
                raise self.fault(key, number, what="must be a table")
            path = (*self.path, key, number)
            found.append(replace(self, values=entry, path=path))
        return found

    def line(self, key: str) -> str:
        """Return a text of one line that is not empty. Raises: PolicyError."""
        return self._line(self.values[key], key)

    def _line(self, value: object, *below: str | int) -> str:
        """Return a value that is such a text. Raises: PolicyError."""
        if isinstance(value, str) and value.strip() and value.isprintable():
            return value.strip()
        what = "must be a text of one line that is not empty"
        raise self.fault(*below, what=what)

    def lines(self, key: str, *, may_be_empty: bool = False) -> tuple[str, ...]:
        """Return a list of texts, or one text; none without the key.

        Raises: PolicyError.
        """
        value = self.values.get(key)
        if value is None:
            return ()
        if isinstance(value, str):
            return (self._line(value, key),)
        if not isinstance(value, list) or not (value or may_be_empty):
            raise self.fault(key, what="must be a list that is not empty")
        return tuple(self._line(one, key, number) for number, one in enumerate(value))

    def one_of(
        self, word: str, known: Iterable[str], *below: str | int, what: str
    ) -> None:
        """Raise PolicyError where a word is not one of the known."""
        if word not in (every := tuple(known)):
            told = f"there is no {what} {word!r}{near(word, every)}"
            raise self.fault(*below, what=told)

    def word(self, key: str, known: Mapping[str, T], default: T | None = None) -> T:
        """Return what a word stands for. Raises: PolicyError."""
        if default is not None and key not in self.values:
            return default
        word = self.line(key)
        self.one_of(word, known, key, what=key)
        return known[word]

    def words(self, key: str, known: Mapping[str, T]) -> tuple[T, ...]:
        """Return what the words of a list stand for. Raises: PolicyError."""
        words = self.lines(key)
        for number, word in enumerate(words):
            self.one_of(word, known, key, number, what=key)
        return tuple(known[word] for word in words)

    def expression(self, value: str, *below: str | int) -> str:
        """Return an SPDX expression in canonical spelling. Raises: PolicyError."""
        try:
            return str(parse_expression(value))
        except ParseError as error:
            raise self.fault(*below, what=str(error)) from error

    def package(self, key: str) -> str:
        """Return ``category/name``. Raises: PolicyError."""
        value = self.line(key)
        category, _, name = value.partition("/")
        if is_category(category) and is_package_name(name):
            return value
        raise self.fault(key, what=f"must be category/name: {value!r}")

    def glob(self, key: str) -> str:
        """Return a glob of category/name. Raises: PolicyError."""
        return self._glob(self.line(key), key)

    def globs(self, key: str) -> tuple[str, ...]:
        """Return globs of category/name. Raises: PolicyError."""
        every = enumerate(self.lines(key))
        return tuple(self._glob(value, key, number) for number, value in every)

    def _glob(self, value: str, *below: str | int) -> str:
        """Return a value that is such a glob. Raises: PolicyError."""
        if _GLOB.fullmatch(value) and value.count("[") == value.count("]"):
            return value
        what = f"{value!r} is no glob of category/name, such as 'dev-libs/*'"
        raise self.fault(*below, what=what)

    def file_globs(self, key: str) -> tuple[str, ...]:
        """Return globs of absolute paths. Raises: PolicyError."""
        globs = self.lines(key)
        for number, value in enumerate(globs):
            if not _FILE_GLOB.fullmatch(value) or value.count("[") != value.count("]"):
                what = f"{value!r} is no glob of a path, such as '/usr/lib*/*.so*'"
                raise self.fault(key, number, what=what)
        return globs

    def date(self, key: str) -> date:
        """Return a day. Raises: PolicyError."""
        value = self.values[key]
        if isinstance(value, date) and not isinstance(value, datetime):
            return value
        what = "must be a date such as 2027-11-24, without quotes"
        raise self.fault(key, what=what)


def near(word: str, known: Iterable[str]) -> str:
    """Return the question whether another word was meant, if one is close."""
    import difflib  # noqa: PLC0415 - only for an error

    close = difflib.get_close_matches(word, sorted(known), 1)
    return f"; did you mean {close[0]!r}?" if close else ""

# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""The problems of a bundle: a line each, or ``docs/schema/verify.schema.json``."""

from collections.abc import Iterator, Sequence
from typing import Final, Protocol

from coos_license.trees.text import in_full

SCHEMA: Final = 1


class Problem(Protocol):
    """What is reported: the value of ``verify/bundle.py``, which lies below."""

    @property
    def check(self) -> str:
        """Return which check says it."""
        ...

    @property
    def file(self) -> str:
        """Return the file that it is about."""
        ...

    @property
    def message(self) -> str:
        """Return what is wrong."""
        ...

    @property
    def is_note(self) -> bool:
        """Return whether it decides nothing."""
        ...


def line(problem: Problem) -> str:
    """Return one problem as one line; nothing in it acts on a terminal."""
    words = f"{problem.file}: {problem.check}: {problem.message}"
    return in_full(" ".join(words.split()))


def json(problems: Sequence[Problem]) -> Iterator[bytes]:
    """Yield the document, indented by two."""
    import orjson  # noqa: PLC0415 (only where JSON is written)

    value = {
        "schema": SCHEMA,
        "problems": [_value(one) for one in problems if not one.is_note],
        "notes": [_value(one) for one in problems if one.is_note],
    }
    yield orjson.dumps(value, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)


def _value(problem: Problem) -> dict[str, str]:
    """Return one problem as JSON values."""
    return {
        "check": problem.check,
        "file": problem.file,
        "message": problem.message,
    }

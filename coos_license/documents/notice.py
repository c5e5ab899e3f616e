# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""Our NOTICE read back: the packages with their licences, and the texts.

A heading in a text cannot be mistaken for ours, as the number of its lines is stated
before it.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from coos_license.errors import ReadError

_RULE: Final = "=" * 80
_LINE: Final = "-" * 80
_TITLES: Final = (
    "1. Packages",
    "2. Packages that owe no text",
    "3. License texts and NOTICE files",
)
_NONE: Final = "None."
_LABEL = re.compile(r"    (?P<label>[A-Za-z][A-Za-z ]*): +(?P<value>\S.*)")
_MORE: Final = " " * 17
_LINES = re.compile(r"Lines: +([0-9]{1,9})")
_HEADING = re.compile(r"\[([0-9]{1,9})\](?: .*)?")


@dataclass(frozen=True, slots=True)
class Notice:
    """cpv -> declared expression, or the claim; and the texts in order."""

    packages: dict[str, str]
    texts: tuple[str, ...]


def parse_notice(text: str) -> Notice:
    """Return what a NOTICE says. Raises: ReadError where it is none of ours."""
    lines = text.split("\n")
    starts = []
    at = 0
    for title in _TITLES:
        at = _section(lines, title, at)
        starts.append(at)
    packages = dict(_credited(lines[starts[0] : starts[1] - 4]))
    packages |= dict(_silent(lines[starts[1] : starts[2] - 4]))
    return Notice(packages, tuple(_texts(lines, starts[2])))


def _section(lines: list[str], title: str, start: int) -> int:
    """Return the line behind the heading of a section. Raises: ReadError."""
    for number in range(start, len(lines) - 2):
        if lines[number : number + 3] == [_RULE, title, _RULE]:
            return number + 4
    raise ReadError(f"has no section {title!r}")


def _credited(lines: list[str]) -> Iterator[tuple[str, str]]:
    """Yield package and declared licence; a value goes on under its beginning."""
    cpv, label, words = "", "", list[str]()
    for line in (*lines, "end"):
        if line and not line.startswith(" "):
            if cpv:
                yield cpv, " ".join(words)
            cpv, label, words = line, "", []
        elif match := _LABEL.match(line):
            label = match["label"]
            if label == "License":
                words.append(match["value"])
        elif label == "License" and line.startswith(_MORE):
            words.append(line.strip())


def _silent(lines: list[str]) -> Iterator[tuple[str, str]]:
    """Yield package and declared licence of those that owe no text."""
    for line in lines:
        cpv, colon, said = line.partition(": ")
        if colon:
            yield cpv, said.removesuffix(" (linking unknown)")


def _texts(lines: list[str], start: int) -> Iterator[str]:
    """Yield the texts of the last section. Raises: ReadError."""
    at = start
    while at < len(lines) and lines[at] != _RULE:
        if lines[at] == _LINE and _HEADING.fullmatch("".join(lines[at + 1 : at + 2])):
            count, at = _count(lines, at + 2)
            yield "\n".join(lines[at : at + count])
            at += count + 2
        elif lines[at] in {"", _NONE}:
            at += 1
        else:
            raise ReadError(f"has an unexpected line {at + 1} among the texts")


def _count(lines: list[str], start: int) -> tuple[int, int]:
    """Return how many lines a text has, and where it begins. Raises: ReadError."""
    for at in range(start, len(lines) - 2):
        match = _LINES.fullmatch(lines[at])
        if match and lines[at + 1 : at + 3] == [_LINE, ""]:
            return int(match[1]), at + 3
    raise ReadError(f"has a text in line {start} that does not say how long it is")

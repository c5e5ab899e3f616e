# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""Our NOTICE read back: the packages with their licences, and the texts.

A heading in a text cannot be mistaken for ours, as the number of its lines is stated
before it.
"""

import re
from collections.abc import Iterator, Mapping
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
#: What is read of a package, by its label.
_READ: Final = ("License", "Texts", "NOTICE")
_NUMBER = re.compile(r"\[([0-9]{1,9})\]")
_LABEL = re.compile(r"    (?P<label>[A-Za-z][A-Za-z ]*): +(?P<value>\S.*)")
_MORE: Final = " " * 17
_LINES = re.compile(r"Lines: +([0-9]{1,9})")
_HEADING = re.compile(r"\[([0-9]{1,9})\](?: .*)?")


@dataclass(frozen=True, slots=True)
class Notice:
    """cpv -> declared expression, or the claim; and the texts in order.

    ``uses`` is cpv -> the texts and NOTICE files that it points at.
    """

    packages: dict[str, str]
    texts: tuple[str, ...]
    uses: Mapping[str, tuple[str, ...]]


def parse_notice(text: str) -> Notice:
    """Return what a NOTICE says. Raises: ReadError where it is none of ours."""
    lines = text.split("\n")
    starts = []
    at = 0
    for title in _TITLES:
        at = _section(lines, title, at)
        starts.append(at)
    credited = list(_credited(lines[starts[0] : starts[1] - 4]))
    packages = {cpv: " ".join(said["License"]) for cpv, said in credited}
    packages |= dict(_silent(lines[starts[1] : starts[2] - 4]))
    texts = dict(_texts(lines, starts[2]))
    uses = {
        cpv: tuple(
            texts[number]
            for label in ("Texts", "NOTICE")
            for number in _NUMBER.findall(" ".join(said[label]))
            if number in texts
        )
        for cpv, said in credited
    }
    return Notice(packages, tuple(texts.values()), uses)


def _section(lines: list[str], title: str, start: int) -> int:
    """Return the line behind the heading of a section. Raises: ReadError."""
    for number in range(start, len(lines) - 2):
        if lines[number : number + 3] == [_RULE, title, _RULE]:
            return number + 4
    raise ReadError(f"has no section {title!r}")


def _credited(lines: list[str]) -> Iterator[tuple[str, dict[str, list[str]]]]:
    """Yield package and what is said of it; a value goes on under its beginning."""
    cpv, label, said = "", "", dict[str, list[str]]()
    for line in (*lines, "end"):
        if line and not line.startswith(" "):
            if cpv:
                yield cpv, said
            cpv, label, said = line, "", {one: [] for one in _READ}
        elif match := _LABEL.match(line):
            label = match["label"]
            if label in said:
                said[label].append(match["value"])
        elif label in said and line.startswith(_MORE):
            said[label].append(line.strip())


def _silent(lines: list[str]) -> Iterator[tuple[str, str]]:
    """Yield package and declared licence of those that owe no text."""
    for line in lines:
        cpv, colon, said = line.partition(": ")
        if colon:
            yield cpv, said.removesuffix(" (linking unknown)")


def _texts(lines: list[str], start: int) -> Iterator[tuple[str, str]]:
    """Yield number and text of the last section. Raises: ReadError."""
    at = start
    while at < len(lines) and lines[at] != _RULE:
        heading = _HEADING.fullmatch("".join(lines[at + 1 : at + 2]))
        if lines[at] == _LINE and heading:
            count, at = _count(lines, at + 2)
            yield heading[1], "\n".join(lines[at : at + count])
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

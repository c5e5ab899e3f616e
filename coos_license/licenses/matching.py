# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""Licence texts as words that can be compared, and what differs between two of them.

Source: SPDX 2.3 Annex B, the matching guidelines: case, white space, punctuation,
quotes, dashes, bullets, comment marks, copyright notices and a list of equivalent
spellings do not make another licence.
"""

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from typing import Final, NamedTuple

_QUOTES: Final = str.maketrans(
    {
        **dict.fromkeys("\u2018\u2019\u201a\u201b\u2032`\u00b4", "'"),
        **dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2212", "-"),
        "\u00a0": " ",
        "\u00ad": None,
        "\u00a9": "(c)",
    }
)
#: A copyright notice is dropped only where a mark, a year or a placeholder follows:
#: "copyright notice and this permission notice" is a condition of ISC.
_NOTICE: Final = re.compile(
    r"^[^\w\n(<\[]{0,40}(?:portions )?(?:copyright|\(c\))[ \t,:]*"
    r"(?:\(c\)|copyright|\d{4}|[<\[{]|yyyy\b|year\b|x{4}|by[ \t])"
    # What follows on the same line may be the licence itself.
    r"(?:(?!\b(?:permission|redistributions?|licensed|everyone|use of|you may"
    r"|this (?:software|file|program|document|library|work|font))\b).)*",
    re.MULTILINE,
)
#: The postal addresses of the Free Software Foundation, which the list lets differ.
_FOUNDATION: Final = re.compile(
    r"\b(?:59 temple place|51 franklin st(?:reet)?|675 mass(?:achusetts)? ave)\b"
    r"[\w\s,.-]{0,60}?\b(?:\d{5}(?:-\d{4})?(?:,?\s+usa)?)\b"
)
_RIGHTS: Final = re.compile(r"\ball rights(?: are)? reserved\b")
_COMMENT: Final = re.compile(
    r"^[ \t]*(?:/\*+|\*+/|//+|\*+|#+|;+|%+|--+|>+|\.\\\"|dnl\b|rem\b)", re.MULTILINE
)
_BULLET: Final = re.compile(
    r"^[ \t]*(?:\d{1,2}(?:\.\d{1,2})+[.)]?|\(?(?:[a-z]|[ivx]{1,4}|\d{1,2})[.)])"
    r"(?=[ \t])",
    re.MULTILINE,
)
_INLINE_BULLET: Final = re.compile(r"\((?:[a-z]|[ivx]{1,4}|\d{1,2})\)")
_POSSESSIVE: Final = re.compile(r"(?<=\w)'s?(?!\w)")
_ADDRESS: Final = re.compile(r"https?://(?:www\.)?")
_WORD: Final = re.compile(r"\d+(?:\.\d+)+(?:[a-z]\b)?|[^\W_]+")
#: Spellings that the guidelines call equivalent, first as phrases, then as words.
#: Source: SPDX license list, ``equivalentwords.txt``.
_PHRASES: Final = (
    ("sub-licens", "sublicens"),
    ("sub licens", "sublicens"),
    ("non-commercial", "noncommercial"),
    ("non-infringement", "noninfringement"),
    ("per cent", "percent"),
    ("copyright owner", "copyright holder"),
)
_EQUIVALENT: Final = {
    "acknowledgment": "acknowledgement",
    "acknowledgments": "acknowledgements",
    "analogue": "analog",
    "analyse": "analyze",
    "artefact": "artifact",
    "authorisation": "authorization",
    "authorised": "authorized",
    "calibre": "caliber",
    "cancelled": "canceled",
    "capitalisations": "capitalizations",
    "catalogue": "catalog",
    "categorise": "categorize",
    "centre": "center",
    "emphasised": "emphasized",
    "favour": "favor",
    "favourite": "favorite",
    "fulfil": "fulfill",
    "fulfilment": "fulfillment",
    "initialise": "initialize",
    "judgement": "judgment",
    "labelling": "labeling",
    "labour": "labor",
    "licence": "license",
    "licences": "licenses",
    "licenced": "licensed",
    "maximise": "maximize",
    "merchantibility": "merchantability",
    "modelled": "modeled",
    "modelling": "modeling",
    "offence": "offense",
    "optimise": "optimize",
    "organisation": "organization",
    "organisations": "organizations",
    "organise": "organize",
    "practise": "practice",
    "programme": "program",
    "realise": "realize",
    "recognise": "recognize",
    "signalling": "signaling",
    "utilisation": "utilization",
    "whilst": "while",
    "wilful": "willful",
}
#: How a text is cut where two of them are compared: anchors are runs of this many
#: words that occur once in either. What is between two anchors is compared whole
#: where the product of its lengths allows.
_ANCHORS: Final = (5, 3, 1)
_SMALL: Final = 4_000


def words(text: str) -> list[str]:
    r"""Return the words of a licence text that count when it is compared.

    >>> words("/* 1. The Licence, \u201cas-is\u201d.\n * Copyright (c) 2020 A */")
    ['the', 'license', 'as', 'is']
    """
    text = text.lower().translate(_QUOTES)
    text = _COMMENT.sub(" ", text)
    text = _BULLET.sub(" ", text)
    text = _NOTICE.sub("", text)
    text = _FOUNDATION.sub(" ", text)
    text = _RIGHTS.sub(" ", _INLINE_BULLET.sub(" ", text))
    text = _POSSESSIVE.sub(" ", _ADDRESS.sub("", text))
    for phrase, same in _PHRASES:
        text = text.replace(phrase, same)
    equivalent = _EQUIVALENT.get
    return [equivalent(word, word) for word in _WORD.findall(text)]


class Block(NamedTuple):
    """A run of ``size`` equal words, at ``a`` in one text and at ``b`` in the other."""

    a: int
    b: int
    size: int


class Gap(NamedTuple):
    """Words ``a_start:a_end`` of one text that stand for ``b_start:b_end``."""

    a_start: int
    a_end: int
    b_start: int
    b_end: int


def gaps(one: Sequence[str], other: Sequence[str]) -> list[Gap]:
    """Return where two texts differ, in order.

    Not the fewest differences that there could be, but in about linear time: runs of
    words that occur once in either text are matched first, as patience diff does.
    """
    found = []
    a = b = 0
    ends = Block(len(one), len(other), 0)
    for block in (*_blocks(one, other, Gap(0, len(one), 0, len(other)), 0), ends):
        if block.a > a or block.b > b:
            found.append(Gap(a, block.a, b, block.b))
        a, b = block.a + block.size, block.b + block.size
    return found


def _blocks(
    one: Sequence[str], other: Sequence[str], gap: Gap, level: int
) -> Iterator[Block]:
    """Yield the equal runs within a gap, in order, none touching the next."""
    a, b, a_end, b_end = _trimmed_start(one, other, gap)
    if a > gap.a_start:
        yield Block(gap.a_start, gap.b_start, a - gap.a_start)
    while a_end > a and b_end > b and one[a_end - 1] == other[b_end - 1]:
        a_end, b_end = a_end - 1, b_end - 1
    inner = Gap(a, a_end, b, b_end)
    if a < a_end and b < b_end:
        if (a_end - a) * (b_end - b) <= _SMALL:
            yield from _small(one, other, inner)
        elif level < len(_ANCHORS):
            yield from _anchored(one, other, inner, level)
    if a_end < gap.a_end:
        yield Block(a_end, b_end, gap.a_end - a_end)


def _trimmed_start(
    one: Sequence[str], other: Sequence[str], gap: Gap
) -> tuple[int, int, int, int]:
    """Return the gap without the words that both sides begin with."""
    a, a_end, b, b_end = gap
    while a < a_end and b < b_end and one[a] == other[b]:
        a, b = a + 1, b + 1
    return a, b, a_end, b_end


def _small(one: Sequence[str], other: Sequence[str], gap: Gap) -> Iterator[Block]:
    """Yield the equal runs of a small gap by the plain method."""
    matcher = SequenceMatcher(
        None,
        one[gap.a_start : gap.a_end],
        other[gap.b_start : gap.b_end],
        autojunk=False,
    )
    for a, b, size in matcher.get_matching_blocks():
        if size:
            yield Block(gap.a_start + a, gap.b_start + b, size)


def _anchored(
    one: Sequence[str], other: Sequence[str], gap: Gap, level: int
) -> Iterator[Block]:
    """Yield the equal runs of a gap: at its anchors, and between them."""
    size = _ANCHORS[level]
    ours = _single(one, gap.a_start, gap.a_end, size)
    theirs = _single(other, gap.b_start, gap.b_end, size)
    pairs = [(a, theirs[key]) for key, a in ours.items() if key in theirs]
    a, b = gap.a_start, gap.b_start
    for anchor_a, anchor_b in (*_rising(pairs), (gap.a_end, gap.b_end)):
        if anchor_a < a or anchor_b < b:
            continue  # an anchor that the one before it covers
        between = Gap(a, anchor_a, b, anchor_b)
        if anchor_a > a and anchor_b > b:
            yield from _blocks(one, other, between, level + 1)
        a, b = anchor_a, anchor_b
        while a < gap.a_end and b < gap.b_end and one[a] == other[b]:
            a, b = a + 1, b + 1
        if a > anchor_a:
            yield Block(anchor_a, anchor_b, a - anchor_a)


def _single(
    text: Sequence[str], start: int, end: int, size: int
) -> dict[tuple[str, ...], int]:
    """Return the runs of ``size`` words that occur once, with their places, rising."""
    places: dict[tuple[str, ...], int] = {}
    shifted = (text[start + offset : end] for offset in range(size))
    for place, run in enumerate(zip(*shifted, strict=False), start=start):
        places[run] = -1 if run in places else place
    return {run: place for run, place in places.items() if place >= 0}


def _rising(pairs: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return the longest rising sequence of pairs that rise in their first part."""
    tails: list[int] = []  # the least end of a sequence of each length
    at: list[int] = []  # the index of the pair with that end
    before: list[int] = []
    for index, (_, b) in enumerate(pairs):
        length = bisect_left(tails, b)
        before.append(at[length - 1] if length else -1)
        tails[length : length + 1] = [b]
        at[length : length + 1] = [index]
    chain = []
    index = at[-1] if at else -1
    while index >= 0:
        chain.append(pairs[index])
        index = before[index]
    return chain[::-1]

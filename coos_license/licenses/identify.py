# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""Which licence of the SPDX list a text is, asserted only where it is sure.

Three steps, each only where the one before it did not answer: equal words; the list
texts that are most alike by pairs of words; and a comparison word by word with those,
by the marks of the list for what is optional and what may be replaced. What is not
within all bounds is not asserted: the nearest licence and the differences are told.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

from coos_license.trees.text import clean_bytes

if TYPE_CHECKING:
    from coos_license.licenses.matching import Gap
    from coos_license.licenses.spdx_index import Template

_KNOWN: Final = Path(__file__).parent / "known-texts.tsv"
_DIGITS: Final = 32
#: Longer texts are not looked at: no licence of the list is a tenth as long.
MOST_CHARACTERS: Final = 1_000_000
#: Fewer words are asserted only where they are exactly those of a list text.
FEWEST_WORDS: Final = 40
#: Fewer than these say nothing: "see the file COPYING".
_FEWEST_EQUAL: Final = 12
#: The bounds of an assertion, as measured: see docs/identification.md. Shares of the
#: required words that are missing and of the text's words that are extra, and the
#: longest run of either, in words: a clause more or less makes another licence.
_MISSING_SHARE: Final = 0.03
_EXTRA_SHARE: Final = 0.06
_MISSING_RUN: Final = 3
_EXTRA_RUN: Final = 9
#: What Gentoo adds to some files: a paragraph about the file, not of the licence.
_NOTE: Final = re.compile(
    r"^(?:-{3,}\n\s*)?Gentoo license note:(?:.|\n(?!\s*\n))*", re.MULTILINE
)
_BRACKETED: Final = re.compile(r"^\[[^\[\]]{60,4000}\]\s*$", re.MULTILINE)
#: What an extra word weighs against a missing one where candidates are ranked.
_EXTRA_WEIGHT: Final = 0.7
#: Another version of the same licence is another licence: another number weighs this.
_VERSION_WEIGHT: Final = 20
_VERSION: Final = re.compile(r"\d+(?:\.\d+)+[a-z]?|(?:19|20)\d\d")
_CANDIDATES: Final = 6
#: Less likeness than this, or than this share of the best, is not looked at. Texts
#: of the BSD family are alike by little, for the most part of their words is common.
_UNLIKE: Final = 0.12
_FAR: Final = 0.6
#: A candidate as near as this ends the search.
_SURE: Final = 0.001
#: Words of which terms are made; a holder's name has none of them.
_TERMS: Final = frozenset(
    (
        *("acknowledgement", "agree", "commercial", "conditions", "except"),
        *("following", "granted", "jurisdiction", "law", "laws", "mandatory"),
        *("must", "noncommercial", "only", "permitted", "prohibited"),
        *("provided", "purpose", "purposes", "unless"),
        *("redistribution", "redistributions", "require", "required", "requires"),
        *("restricted", "restriction", "restrictions", "shall", "should"),
    )
)
#: So few words are a typing error, not a clause, whichever they are.
_CLAUSE: Final = 3
#: What is shown of the differences.
_SHOWN: Final = 8
_SHOWN_WORDS: Final = 24


@dataclass(frozen=True, slots=True)
class Difference:
    """Words of the licence that the text lacks, and words that it has instead."""

    missing: str
    extra: str


@dataclass(frozen=True, slots=True)
class Identified:
    """What a text is, or what it is nearest to.

    ``ids`` are the SPDX ids asserted: several where the text cannot tell them apart,
    as ``-only`` and ``-or-later``; none where a person has to look. ``nearest`` are
    those of the nearest list text in any case, ``score`` is the share of words that
    agree with it, 0 to 1. ``method``: ``equal``, ``template``, ``review`` (not within
    the bounds), ``short``, ``long`` or ``nothing`` (no list text is like it).
    """

    ids: tuple[str, ...]
    score: float
    nearest: tuple[str, ...]
    method: str
    differences: tuple[Difference, ...] = ()

    @property
    def spdx(self) -> str | None:
        """Return the id asserted where it is one, ``None`` where it is none or more."""
        return self.ids[0] if len(self.ids) == 1 else None


@dataclass(frozen=True, slots=True)
class _Comparison:
    """How a text differs from a template, in words; ``free`` are allowed ones."""

    template: "Template"
    gaps: "tuple[Gap, ...]"
    missing: int
    extra: int
    free: int
    missing_run: int
    extra_run: int
    versions: int

    def cost(self, length: int) -> tuple[float, int, tuple[str, ...]]:
        """Return what candidates are ranked by: the least is the nearest."""
        missing = (self.missing + _VERSION_WEIGHT * self.versions) / max(
            self.template.required, 1
        )
        extra = _EXTRA_WEIGHT * self.extra / max(length, 1)
        return missing + extra, self.free, self.template.ids

    def within_bounds(self, length: int) -> bool:
        """Return whether the differences are no more than another wording of it."""
        return (
            self.missing <= _MISSING_SHARE * self.template.required
            and self.extra <= _EXTRA_SHARE * length
            and self.missing_run <= _MISSING_RUN
            and self.extra_run <= _EXTRA_RUN
            and not self.versions
        )


def identify(text: str) -> Identified:
    """Return what a licence text is, as far as it can be said.

    A paragraph in square brackets is the text's own way to say "with or without":
    where that makes two licences of it, both are answered.
    """
    if len(text) > MOST_CHARACTERS:
        return Identified((), 0.0, (), "long")
    text = _NOTE.sub("", text)
    found = _identify(text)
    without, changed = _BRACKETED.subn("", text)
    if not changed:
        return found
    other = _identify(without)
    if found.ids and other.ids and found.ids != other.ids:
        ids = tuple(dict.fromkeys((*other.ids, *found.ids)))
        return replace(other, ids=ids)
    return found if found.ids else other


def _identify(text: str) -> Identified:
    """Return what a text is."""
    # Files of public repositories are known, and need none of this.
    from coos_license.licenses import spdx_index  # noqa: PLC0415 (above)
    from coos_license.licenses.matching import words  # noqa: PLC0415 (above)

    found = words(text)
    if len(found) < _FEWEST_EQUAL:
        return Identified((), 0.0, (), "short")
    ids = spdx_index.equal(found)
    if ids is not None:
        return Identified(ids, 1.0, ids, "equal")
    listed = spdx_index.candidates(found, _CANDIDATES)
    if not listed or listed[0][1] < _UNLIKE:
        return Identified((), 0.0, (), "nothing")
    least = max(_UNLIKE, _FAR * listed[0][1])
    compared = []
    for ids, likeness in listed:
        if likeness >= least:
            compared.append(_compare(spdx_index.template(ids), found))
            if compared[-1].cost(len(found))[:2] <= (_SURE, 0):
                break
    return _verdict(min(compared, key=lambda one: one.cost(len(found))), found)


def identify_file(sha256: str, content: bytes) -> Identified:
    """Return what the text of a file is; well known files are looked up only.

    ``known-texts.tsv`` has the answers for the files of public repositories, by the
    first half of their SHA-256; a test holds them to :func:`identify`. They tell no
    nearest licence where none is asserted.
    """
    known = _known_texts().get(sha256[:_DIGITS])
    if known is not None:
        ids, method = known
        return Identified(ids, 1.0 if ids else 0.0, ids, method)
    if len(content) > MOST_CHARACTERS:
        return Identified((), 0.0, (), "long")
    return identify(clean_bytes(content)[0])


@lru_cache(maxsize=1)
def _known_texts() -> dict[str, tuple[tuple[str, ...], str]]:
    """Return ids and method of each well known file, by half of its SHA-256."""
    lines = _KNOWN.read_bytes().decode().splitlines()
    rows = (line.split("\t") for line in lines if not line.startswith(("#", "sha256")))
    return {digest: (tuple(ids.split()), method) for digest, ids, method in rows}


def _verdict(best: _Comparison, text: Sequence[str]) -> Identified:
    """Return the answer that the nearest template gives."""
    ids = best.template.ids
    agreed = len(text) - sum(gap.b_end - gap.b_start for gap in best.gaps)
    score = 2 * agreed / (len(text) + len(best.template.words))
    differences = tuple(_differences(best, text))
    if len(text) < FEWEST_WORDS:
        return Identified((), score, ids, "short", differences)
    if best.within_bounds(len(text)):
        return Identified(ids, score, ids, "template", differences)
    return Identified((), score, ids, "review", differences)


def _compare(template: "Template", text: Sequence[str]) -> _Comparison:
    """Return how a text differs from a template."""
    from coos_license.licenses.matching import gaps  # noqa: PLC0415 (as the index)

    found = tuple(gaps(template.words, text))
    missing = extra = free = missing_run = extra_run = versions = 0
    for gap in found:
        lacking, added = _owed(template, gap, text)
        missing, extra = missing + lacking, extra + added
        free += gap.b_end - gap.b_start - added + gap.a_end - gap.a_start - lacking
        missing_run = max(missing_run, lacking)
        extra_run = max(extra_run, added)
        versions += _other_version(template, gap, text)
    return _Comparison(
        template, found, missing, extra, free, missing_run, extra_run, versions
    )


def _other_version(template: "Template", gap: "Gap", text: Sequence[str]) -> bool:
    """Return whether a version or a year stands there that the licence lacks."""
    ours = set(filter(_VERSION.fullmatch, template.words[gap.a_start : gap.a_end]))
    theirs = set(filter(_VERSION.fullmatch, text[gap.b_start : gap.b_end]))
    if ours and theirs:
        return ours.isdisjoint(theirs)
    return any("." in one and one not in template.words for one in theirs)


def _owed(template: "Template", gap: "Gap", text: Sequence[str]) -> tuple[int, int]:
    """Return how many words of a gap count as missing, and as extra.

    What the list lets be replaced may hold a holder's name, but no terms, and no
    other version of the licence.
    """
    lacking, allowed = gap.a_end - gap.a_start, 0
    for start, size, may in template.spans:
        if start > gap.a_end or start + size < gap.a_start:
            continue
        common = min(start + size, gap.a_end) - max(start, gap.a_start)
        lacking -= max(common, 0)
        allowed += may
    added = text[gap.b_start : gap.b_end]
    terms = _TERMS.intersection(added).difference(
        template.words[gap.a_start : gap.a_end]
    )
    if terms and len(added) >= _CLAUSE:
        return lacking, max(len(added), _EXTRA_RUN + 1)
    return lacking, max(len(added) - allowed, 0)


def _differences(compared: _Comparison, text: Sequence[str]) -> Iterator[Difference]:
    """Yield the largest differences that count, in order, cut to be read."""
    owed = [
        (gap, sum(_owed(compared.template, gap, text)))
        for gap in compared.gaps
        if any(_owed(compared.template, gap, text))
    ]
    shown = sorted(owed, key=lambda pair: (-pair[1], pair[0]))[:_SHOWN]
    for gap, _ in sorted(shown):
        yield Difference(
            _cut(compared.template.words[gap.a_start : gap.a_end]),
            _cut(text[gap.b_start : gap.b_end]),
        )


def _cut(run: Sequence[str]) -> str:
    """Return a run of words, its middle left out where it is long."""
    if len(run) <= _SHOWN_WORDS:
        return " ".join(run)
    half = _SHOWN_WORDS // 2
    return f"{' '.join(run[:half])} ... {' '.join(run[-half:])}"

# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""Copyright statements of a text, word for word, with the line that each begins on.

A statement says who holds the copyright, or since when: it begins with a mark such as
"Copyright", "(c)" or "SPDX-FileCopyrightText:" and goes on with a year or a name.
Sentences about copyright, and lines to fill in, are none. How well this works is
measured: docs/copyrights.md.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

#: What stands for the mark: words, signs, and what follows them without a meaning.
_MARK: Final = re.compile(
    r"(?:portions\s{1,3})?"
    r"(?:spdx-(?:file|snippet)copyrighttext:|(?<!which is )\bcopyright(?:ed)?\b|"
    r"\bcopr\.|\(c\)|©|&copy;)"
    r"(?:[\s:,]{0,4}(?:\(c\)|©|&copy;|copyright\b|copr\.|\bby\b|\(r\)))*[\s:,]{0,9}",
    re.IGNORECASE,
)
_SIGN: Final = re.compile(
    r"\(c\)|©|&copy;|copr\.|:\s*$|\bby\b|copyrighttext", re.IGNORECASE
)
_YEAR: Final = re.compile(r"(?:19[5-9]|20[0-4])\d(?!\d)")
#: What a holder's name begins with: a capital, a quote before one, an address.
_NAME: Final = re.compile(
    r"[\"'\u201c\u2018(]?(?:[^\W\d_a-z]|\w+@|<?https?://|[a-z]+ ?[A-Z]"
    r"|the \w+ (?:authors|contributors|developers|team|project)\b)"
)
#: Who holds it and how to reach him, enough where only "(c)" is the mark.
_ADDRESSED: Final = re.compile(r"[^\W\d_][^<>@\n]{1,60}<[^<>\s@]{1,60}@[^<>\s]{1,60}>")
#: After the mark, these make it a sentence about copyright. "Holder" and its like are
#: placeholders where they are no sentence.
_ABOUT: Final = re.compile(
    r"(?:notices?|holders?|owners?|laws?|licen[cs]e[sd]?|statements?|act|interests?|"
    r"ed|and|or|in|is|as|to|on|of|for|if|with|was|are|file|files|information|year|"
    r"years|disclaimer|protection|infringement|claims?|symbol|assignment|policy|"
    r"format|terms|status|permission|header|headers|line|lines|date|dates|text|"
    r"treat(?:y|ies)|attribution|transfer|ownership|material|work|works|tag|"
    r"remains?|belongs?|acknowledge\w*|public[- ]domain|pd|none)\b"
    r"(?!\s*:\s*(?:\d{4}|\(c\)))",
    re.IGNORECASE,
)
#: Of these, what no holder is called: after "(c)" a capital begins a name, be it "On".
_NOBODY: Final = re.compile(
    r"(?:notice|holder|owner|year|statement)s?\b", re.IGNORECASE
)
_CIRCLED: Final = re.compile(r"\(c\)|©|&copy;", re.IGNORECASE)
_TEMPLATE: Final = re.compile(
    r"<[^<>@]{0,60}(?:years?|name|owners?|holders?|authors?|company|organi[sz]ation)\b"
    r"[^<>@]{0,60}>"
    r"|\[(?:years?|yyyy|name|fullname|copyright|author|owner|organi[sz]ation)\b"
    r"|\{\{?\s*(?:years?|name|yyyy)|\{\d?\}|\byyyy\b|\bxxxx\b"
    r"|(?<!-)\b(?:19|20)(?:xx|yy|\?\?)"
    r"|\b4-digit year\b|\byear\s+name\b|(?:^|[\s,])year,?\s+(?:your|the|author|owner)\b"
    r"|\bname of (?:the )?(?:author|copyright owner|copyright holder)\b"
    r"|\byour name\b|%\(?year|\$year|Free Software Foundation, Inc\. <http",
    re.IGNORECASE,
)
#: With these the licence begins, or prose, on the line that a statement is on.
_TERMS: Final = re.compile(
    r"(?:^|(?<=[\s.;]))(?:(?<=(?:19|20)\d\d\. )(?=[A-Z])(?!All )|"
    r"\*/|-->|copyright (?:\(c\) )?(?:19|20)\d\d|"
    r"permission is|permission to|redistributions? |licensed |"
    r"this (?:software|file|program|document|library|work|package|is|code|project|"
    r"module|source|manual|font|product)\b|"
    r"released under|distributed under|see (?:the|file|copying|licen[cs]e)\b|"
    r"under the terms|you (?:may|can|are)\b|everyone is|use of this|it is (?:free|"
    r"licensed|distributed)|for (?:license|licensing|conditions|details|terms)|"
    r"and (?:is|are|may) (?:licensed|distributed|released|covered|freely)|"
    r"is (?:licensed|free|distributed|released)|available under|may be |"
    r"these files|the following|based on|the (?:licen[cs]e|software|source)\b|"
    r"spdx-licen[cs]e|licen[cs]e:|@license|\$id|version:)",
    re.IGNORECASE,
)
#: Marks of comments and lists at either end of a line.
_BEFORE: Final = re.compile(
    r"^[\s*#/;%|!>~=+-]*(?:<!--|\.\\\"|\"{3}|'{3}|dnl(?=\s|$)|rem\s|@c\s|\.\.\s|--\s"
    r"|(?<=%%)copyright:)?[\s*#/;|!>]*",
    re.IGNORECASE,
)
#: Marks that every line of a comment has.
_OF_LINE: Final = re.compile(r"#|//|;|%|--|dnl|rem|\.\\\"|\.\.\s|@c", re.IGNORECASE)
_RESERVED: Final = re.compile(r"\ball rights reserved\b", re.IGNORECASE)
#: What is left of a holder on the next line: an address, or what firms are called.
_REST_OF_NAME: Final = re.compile(
    r"<?[^<>\s@]{1,60}@|(?:Corporation|Corp|Inc|Incorporated|Ltd|Limited|LLC|GmbH|AG|"
    r"Company|Foundation|Laborator(?:y|ies)|University|Institute|Technolog(?:y|ies)|"
    r"California|Berkeley|Systems|Project|Group|Consortium|Authors|Contributors)\b"
)
#: A holder's name that ends with his address.
_NAMED: Final = re.compile(
    r"[^\W\d_]\S{0,40}(?: \S{1,40}){0,3} ?<[^<>\s@]{1,60}@[^<>\s]+>[.,]?"
)
_AFTER: Final = re.compile(r"[\s*#/|]*(?:\*/|-->|\"{3})?[\s*#/|]*$")
_OPEN_END: Final = re.compile(r"(?:[,&:-]|\b(?:and|by|of|the|for|or))$", re.IGNORECASE)
_ONLY_YEARS: Final = re.compile(r"^[\d\s,;/\u2013\u2014-]*$")
#: Characters of a line that are looked at from where a mark is, and how many marks.
_MOST: Final = 400
_MARKS_OF_A_LINE: Final = 1_000
#: How far from the mark the year of a statement stands within a sentence.
_NEAR: Final = 60
#: The same where the statement begins the line.
_FAR: Final = 120
#: Lines that one statement may go on for, and where "Copyright:" heads a list.
_WRAPPED: Final = 3
_LISTED: Final = 30


@dataclass(frozen=True, slots=True)
class Statement:
    """A copyright statement: its words as they stand, and its line, from 1.

    Lines that go on are joined by one blank; marks of comments are left out.
    """

    text: str
    line: int


@dataclass(frozen=True, slots=True)
class _Line:
    """A line without comment marks; ``indent`` is where its words begin.

    ``commented`` is whether it has a mark that every line of its comment has.
    """

    text: str
    indent: int
    commented: bool


def located(text: str) -> tuple[Statement, ...]:
    r"""Return the copyright statements of a text, each once, in order.

    >>> located("zlib\n * Copyright (C) 1995 Jean-loup Gailly\n")
    (Statement(text='Copyright (C) 1995 Jean-loup Gailly', line=2),)
    """
    lines = [_line(line) for line in text.split("\n")]
    found: dict[str, Statement] = {}
    number = 0
    while number < len(lines):
        used = 1
        for statement, more in _statements_at(lines, number):
            used = max(used, more)
            found.setdefault(" ".join(statement.text.split()), statement)
        number += used
    return tuple(found.values())


def statements(text: str) -> tuple[str, ...]:
    r"""Return the copyright statements of a text, verbatim, each once, in order.

    >>> statements("Copyright (c) 2010 The Authors\nCopyright (c) <year> <owner>")
    ('Copyright (c) 2010 The Authors',)
    """
    return tuple(statement.text for statement in located(text))


def holds_notice(text: str) -> bool:
    """Return whether a text has a copyright statement, be it within a sentence.

    >>> holds_notice("all documentation, are copyright (C) 1996-2019 Julian R Seward")
    True
    """
    return bool(located(text))


def own_statements(text: str, license_texts: Iterable[str]) -> tuple[Statement, ...]:
    """Return the statements of a text without those of the licences themselves.

    The GPL has a copyright line too. Its editions go on with different addresses of
    the foundation, so what counts is how a statement begins.
    """
    others = tuple(
        first.rstrip(",")
        for license_text in license_texts
        for first in map(_first_line, located(license_text))
    )
    return tuple(one for one in located(text) if not one.text.startswith(others))


def _first_line(statement: Statement) -> str:
    """Return how a statement of a licence begins, without the address that follows."""
    return statement.text.partition(" <http")[0].partition(", Inc")[0]


def _line(line: str) -> _Line:
    """Return a line without the marks of comments around it."""
    if not line or len(line) > _MOST:
        return _Line(line, 0, commented=False)
    start = _BEFORE.match(line)
    indent = start.end() if start else 0
    commented = _OF_LINE.match(line.lstrip()) is not None
    return _Line(_AFTER.sub("", line[indent:]), indent, commented)


def _statements_at(
    lines: Sequence[_Line], number: int
) -> Iterator[tuple[Statement, int]]:
    """Yield the statements that begin on a line, each with how many lines it takes."""
    line = lines[number].text
    at = 0
    for _ in range(_MARKS_OF_A_LINE):
        mark = _MARK.search(line, at)
        if mark is None:
            return
        at = mark.end()
        rest = _ended(line[at : at + _MOST])
        begun = line[mark.start() : at] + rest
        if not rest.strip() and _SIGN.search(mark[0]) is None:
            continue
        following = _following(lines, number, mark.start(), begun, rest)
        whole = _trimmed(" ".join((begun.rstrip(), *following)))
        if _is_statement(mark, line, " ".join((rest, *following)).strip(), whole):
            yield Statement(whole, number + 1), 1 + len(following)
            at += len(rest)
            yield from _listed(lines, number + 1 + len(following), number)


def _trimmed(whole: str) -> str:
    """Return a statement without what only ties it to the text around it."""
    whole = whole.rstrip(" ,;")
    return whole[:-1] if whole.endswith('"') and whole.count('"') % 2 else whole


def _ended(rest: str) -> str:
    """Return the rest of a line up to where the licence or prose begins."""
    terms = _TERMS.search(rest)
    return (rest[: terms.start()] if terms else rest).rstrip()


def _is_statement(mark: re.Match[str], line: str, rest: str, whole: str) -> bool:
    """Return whether what follows a mark is a holder or a year, and no template."""
    if not rest or _TEMPLATE.search(whole):
        return False
    named = _CIRCLED.search(mark[0]) is not None and rest[0].isupper()
    if (_NOBODY if named else _ABOUT).match(rest):
        return False
    year = _YEAR.search(rest[:_NEAR])
    before = line[: mark.start()]
    first = not before.strip(" \t\"'([-*") or before.rstrip().endswith(
        ("=", '="', '= "')
    )
    if mark[0].lower().startswith(("(c)", "©", "&copy;")):
        return year is not None or (first and _ADDRESSED.match(rest) is not None)
    if year is not None or (first and _YEAR.search(rest[:_FAR])):
        return True
    return bool(_NAME.match(rest)) and (first or _SIGN.search(mark[0]) is not None)


def _following(
    lines: Sequence[_Line], number: int, start: int, begun: str, rest: str
) -> list[str]:
    """Return the lines that a statement goes on with."""
    found: list[str] = []
    head = lines[number]
    is_list = begun.lower().startswith("copyright:")
    most = _LISTED if is_list else _WRAPPED
    for line in lines[number + 1 : number + 1 + most]:
        last = found[-1] if found else begun
        so_far = " ".join((rest, *found))
        owes_name = _ONLY_YEARS.match(so_far) is not None
        if (
            not line.text
            or head.commented is not line.commented
            or _MARK.match(line.text)
            or (_YEAR.match(line.text) and not owes_name and last[-1:] not in ",-")
        ):
            break
        deeper = line.indent > head.indent + (0 if is_list else start)
        ended = _ended(line.text)
        if not ended or not (owes_name or deeper or _goes_on(last, line.text)):
            break
        if deeper and not owes_name and not is_list and last.endswith("."):
            break
        found.append(ended)
        if ended != line.text:
            break
    return found


def _goes_on(last: str, line: str) -> bool:
    """Return whether a line is the rest of the one before it."""
    if _OPEN_END.search(last):
        return True
    if last.endswith((".", ">", ")")):
        return _REST_OF_NAME.match(line) is not None and line.startswith("<")
    reserved = _RESERVED.search(line)
    return (
        line[0].islower()
        or _REST_OF_NAME.match(line) is not None
        or _NAMED.fullmatch(line) is not None
        or (reserved is not None and reserved.start() > 0)
    )


def _listed(
    lines: Sequence[_Line], number: int, head: int
) -> Iterator[tuple[Statement, int]]:
    """Yield the lines of a list under one mark: each begins with a year."""
    while number < len(lines):
        line = lines[number]
        begins = _YEAR.match(line.text) or line.text.startswith("????")
        if not begins or line.indent <= lines[head].indent or len(line.text) > _MOST:
            return
        following = _following(lines, number, 0, line.text, line.text)
        whole = _trimmed(" ".join((line.text, *following)))
        if _TEMPLATE.search(whole) or _ONLY_YEARS.match(whole):
            return
        number += 1 + len(following)
        yield Statement(whole, number - len(following)), number - head

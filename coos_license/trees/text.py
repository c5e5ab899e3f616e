# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""Bytes from outside become clean text here, once; the bytes are kept elsewhere."""

import codecs
import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Final

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)

#: C0 but tab and line feed, DEL, C1, surrogates, non-characters, and the invisible
#: marks that reorder what a person reads (Unicode UAX 9, "Trojan Source").
_UNWANTED = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff"
    "\u202a-\u202e\u2066-\u2069]"
)
#: Characters of a name that a message shows.
_SHOWN: Final = 200
#: Characters of a sentence that a report shows: it may hold several names.
SENTENCE: Final = 2_000
_LINE_ENDS = re.compile("\r\n?|\f")
_ANY_END: Final = re.compile("\r\n?|\f|\n")


def decode(content: bytes) -> tuple[str, str]:
    r"""Return the text and the encoding it was read with.

    A byte-order mark decides; else UTF-8; else Windows-1252, the superset of
    Latin-1 that old licence files use; else Latin-1, which never fails.

    >>> decode(b"J\xf6rg")
    ('Jörg', 'cp1252')
    """
    for bom, encoding in _BOMS:
        if content.startswith(bom):
            try:
                return content.decode(encoding), encoding
            except UnicodeDecodeError:
                break
    for encoding in ("utf-8", "cp1252"):
        try:
            return content.decode(encoding), encoding
        except UnicodeDecodeError:
            continue
    return content.decode("latin-1"), "latin-1"


def clean(text: str) -> str:
    r"""Return the text with LF line ends and without characters that act.

    Carriage returns and form feeds end a line; other control characters, bidirectional
    overrides, lone surrogates and non-characters are dropped: XML forbids them, a
    terminal obeys them.

    >>> clean("a\r\nb\x0cc\x1b[31md\x00")
    'a\nb\nc[31md'
    """
    if text.isprintable():
        return text
    return _UNWANTED.sub("", _LINE_ENDS.sub("\n", text))


def clean_bytes(content: bytes) -> tuple[str, str]:
    """Return the cleaned text of a file and its encoding."""
    text, encoding = decode(content)
    return clean(text), encoding


def file_lines(content: bytes) -> Sequence[int] | None:
    r"""Return the line in a file of each line of its cleaned text, both from 1.

    ``None`` where they are the same: a form feed ends a line of the text alone.

    >>> file_lines(b"a\x0cb\nc")
    [1, 1, 2]
    """
    if b"\f" not in content:
        return None
    lines = [1]
    for match in _ANY_END.finditer(decode(content)[0]):
        lines.append(lines[-1] + (match[0] != "\f"))
    return lines


def clean_line(content: bytes) -> str:
    r"""Return a metadata value as one line: cleaned, white space folded.

    >>> clean_line(b"zstd fast\n compression \x1b[1m library\n")
    'zstd fast compression [1m library'
    """
    return clean_value(content)[0]


@lru_cache(maxsize=1 << 12)
def clean_value(content: bytes) -> tuple[str, bool]:
    r"""Return a metadata value as one line, and whether something was dropped.

    >>> clean_value(b"a\x1b[1m")
    ('a[1m', True)
    """
    try:
        text = content.decode("ascii").rstrip("\n")
    except UnicodeDecodeError:
        text = decode(content)[0].rstrip("\n")
    if text.isprintable() and "  " not in text:
        return text.strip(), False
    ended = _LINE_ENDS.sub("\n", text)
    cleaned = _UNWANTED.sub("", ended)
    return " ".join(cleaned.split()), len(cleaned) != len(ended)


def in_full(text: str) -> str:
    r"""Return the whole of a text from outside; nothing in it acts where it is printed.

    For what is written into a file: a value that is cut there is lost.

    >>> in_full("a\x1b[1m" + "b" * 300) == "a\\x1b[1m" + "b" * 300
    True
    """
    if text.isprintable():
        return text
    return "".join(
        char if char.isprintable() else char.encode("unicode_escape").decode("ascii")
        for char in text
    )


def show(name: str, most: int = _SHOWN) -> str:
    r"""Return a name from outside for a message: escaped, bounded.

    ``most`` is how many of its characters are shown.

    >>> show("a\x1b[1m/../b")
    'a\\x1b[1m/../b'
    """
    shown = in_full(name[:most])
    return f"{shown}..." if len(name) > most else shown

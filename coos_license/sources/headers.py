# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""What source files say of their licence in one line near their beginning.

Source: SPDX 2.3 Annex E, and REUSE 3.3. ``License-Expression`` and ``License-File``
are fields of Python metadata (PEP 639).
"""

import re
from typing import Final

from coos_license.trees.text import clean_line, decode

#: Bytes of a source file that are looked at.
HEAD_BYTES: Final = 4096
_LINE: Final = re.compile(
    # A class of one character: no licence checker takes this line for a header.
    rb"SPDX-License[-]Identifier:[ \t]*(?P<expression>[^\r\n]{1,400})"
)
#: What ends a comment, and stands after the expression in the same line.
_TRAILER: Final = re.compile(r"\s*(?:\*+/|-->|--%>|#\}|\*\)|\"|'|`|\\n|;|,)+.*$")
_EXPRESSION: Final = re.compile(r"[A-Za-z0-9.+() -]{1,200}")
_FIELD: Final = re.compile(
    r"^(?P<name>License-File|License-Expression):[ \t]*(?P<value>\S.*?)[ \t]*$",
    re.MULTILINE | re.IGNORECASE,
)
_MOST_FILES: Final = 1_000
_MOST_LISTED: Final = 100_000


def header_of(head: bytes) -> tuple[str, int] | None:
    r"""Return the expression in the head of a source file and its line, from 1.

    A file of bytes, and a line that holds no expression, say nothing.

    >>> header_of(b"#!/bin/sh\n# SPDX-License" b"-Identifier: MIT\n")
    ('MIT', 2)
    """
    match = _LINE.search(head)
    if match is None or b"\0" in head[: match.start()]:
        return None
    line = clean_line(match["expression"])
    expression = " ".join(_TRAILER.sub("", line).split())
    if not _EXPRESSION.fullmatch(expression):
        return None
    return expression, head.count(b"\n", 0, match.start()) + 1


def license_fields(content: bytes) -> tuple[tuple[str, ...], tuple[str, int] | None]:
    r"""Return the licence files that metadata names, and its expression with the line.

    >>> license_fields(b"Name: x\nLicense-Expression: MIT\nLicense-File: LICENSE\n")
    (('LICENSE',), ('MIT', 2))
    """
    text, _, _ = decode(content)[0].partition("\n\n")
    files: dict[str, None] = {}
    stated = None
    for match in _FIELD.finditer(text):
        if match["name"].lower() == "license-file":
            files[match["value"]] = None
        elif stated is None and _EXPRESSION.fullmatch(match["value"]):
            stated = match["value"], text.count("\n", 0, match.start()) + 1
    return tuple(files)[:_MOST_FILES], stated


def listed_files(content: bytes) -> tuple[str, ...]:
    r"""Return the files that a list of files names, one a line.

    >>> listed_files(b"LICENSE\nsrc/a.py\n")
    ('LICENSE', 'src/a.py')
    """
    lines = decode(content)[0].splitlines()[:_MOST_LISTED]
    return tuple(line for line in lines if line.isprintable() and line)

# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""Copyright statements in a licence text that carries the notice of its own work."""

import re
from collections.abc import Iterable
from typing import Final

#: A statement begins the line, has a year or a (c), and is no template.
_STATEMENT: Final = re.compile(
    r"^[\s*#/;.%-]*(?P<statement>(?:Portions\s+)?(?:Copyright\b|\(c\)|©)"
    r"(?=.*(?:\(c\)|©|\b(?:19|20)\d\d\b)).*?)\s*$",
    re.IGNORECASE | re.MULTILINE,
)
_TEMPLATE: Final = re.compile(
    r"<[^>]*(?:year|name|owner|holder|author|company)[^>]*>|\[(?:year|yyyy|name|fullname)"
    r"|\{(?:year|name)|YYYY|\b4-digit year\b|Free Software Foundation, Inc\. <http",
    re.IGNORECASE,
)
#: A statement inside a sentence: enough to say that a text holds the notice.
_MENTION: Final = re.compile(
    r"^.*\bcopyright(?:ed)?\b.*(?:\(c\)|©|\b(?:19|20)\d\d\b).*$",
    re.IGNORECASE | re.MULTILINE,
)


def holds_notice(text: str) -> bool:
    """Return whether a text has a copyright statement, be it within a sentence.

    >>> holds_notice("all documentation, are copyright (C) 1996-2019 Julian R Seward")
    True
    """
    return any(
        not _TEMPLATE.search(match[0]) for match in _MENTION.finditer(text)
    ) or bool(statements(text))


def statements(text: str) -> tuple[str, ...]:
    r"""Return the copyright statements of a text, verbatim, each once, in order.

    >>> statements("Copyright (c) 2010 The Authors\nCopyright (c) <year> <owner>")
    ('Copyright (c) 2010 The Authors',)
    """
    found = (
        match["statement"] + _continued(match["statement"], text[match.end() :])
        for match in _STATEMENT.finditer(text)
    )
    return tuple(dict.fromkeys(line for line in found if not _TEMPLATE.search(line)))


def own_statements(text: str, license_texts: Iterable[str]) -> tuple[str, ...]:
    """Return the statements of a text without those of the licences themselves.

    The GPL has a copyright line too. Its editions go on with different addresses of
    the foundation, so what counts is how a statement begins.
    """
    others = tuple(
        match["statement"].rstrip(",")
        for license_text in license_texts
        for match in _STATEMENT.finditer(license_text)
    )
    return tuple(line for line in statements(text) if not line.startswith(others))


def _continued(statement: str, rest: str) -> str:
    """Return what of the next line still belongs to a statement.

    It does where the statement ends in the middle, or the line goes on in lower case.
    """
    line = rest.removeprefix("\n").partition("\n")[0].strip(" \t*#/;")
    open_end = statement.endswith((",", " and", "&"))
    return f" {line}" if line and (open_end or line[0].islower()) else ""

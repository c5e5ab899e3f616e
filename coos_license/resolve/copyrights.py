# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""Copyright statements in a licence text that carries the notice of its own work."""

import re
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


def _continued(statement: str, rest: str) -> str:
    """Return what of the next line still belongs to a statement.

    It does where the statement ends in the middle, or the line goes on in lower case.
    """
    line = rest.removeprefix("\n").partition("\n")[0].strip(" \t*#/;")
    open_end = statement.endswith((",", " and", "&"))
    return f" {line}" if line and (open_end or line[0].islower()) else ""

# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""Single values of a bill: from whatever came in to what is legal in every format.

A value that a format would refuse is left out: one bad HOMEPAGE must not make a whole
document invalid. The rules are never wider than those of spdx-tools for SPDX 2.3,
which has the narrowest, so that what is written validates there.
"""

import re
from datetime import UTC, datetime
from typing import Final

from coos_license.bom.values import Agent, AgentKind
from coos_license.trees.text import clean

_CONTROL = bytes({*range(0x20), 0x7F} - {0x09, 0x0A})
_HOST = r"(?:[a-z0-9]+[-.]){0,60}[a-z0-9]+\."
_PART = r"(?:[a-z0-9._~:/?@!$&'()*+,;=-]|%[0-9a-f]{2})*"
_REST = rf"(?::\d{{1,5}})?(?:[/?]{_PART})?(?:\#{_PART})?"
_WEB_PAGE = re.compile(rf"https?://{_HOST}[a-z]{{2,}}{_REST}", re.IGNORECASE | re.ASCII)
_DOWNLOAD = re.compile(
    rf"(?:https?|ftp)://{_HOST}[a-z]{{2,}}{_REST}"
    rf"|(?:git|hg|svn|bzr)\+(?:https?|git|ssh|svn)://{_HOST}[a-z]{{2,5}}"
    rf"(?::\d{{1,5}})?(?:/{_PART}(?:\#{_PART})?)?",
    re.IGNORECASE | re.ASCII,
)
_PURL = re.compile(
    r"pkg:[A-Za-z][A-Za-z0-9.+-]*/(?:[A-Za-z0-9._~:/?@=&+#-]|%[0-9A-Fa-f]{2})+"
)
_EMAIL = re.compile(r"[!-'*-~]+@[!-'*-~]+")
_YEAR_10000: Final = 253_402_300_800


def multi_line(text: str) -> str:
    """Return the text without what no format may hold: readers clean it, this guards.

    Two checks of the bytes are far faster than looking at each character.
    """
    if text.isprintable():
        return text
    try:
        content = text.encode()
    except UnicodeEncodeError:
        return clean(text)
    harmless = len(content.translate(None, _CONTROL)) == len(content)
    return text if harmless else clean(text)


def one_line(text: str) -> str:
    """Return the text as one line, white space folded.

    >>> one_line(" Container-Optimized   OS")
    'Container-Optimized OS'
    """
    return " ".join(clean(text).split())


def path_shown(path: str) -> str:
    r"""Return a path with what cannot be printed escaped, and white space at its end.

    >>> print(path_shown("a b -> c"), path_shown("x\ny "), path_shown("\udcff"))
    a b -> c x\ny\x20 \udcff
    """
    if path.isprintable() and not path.endswith(" "):
        return path
    ends = len(path) - len(path.rstrip(" "))
    shown = "".join(
        char if char.isprintable() else char.encode("unicode_escape").decode("ascii")
        for char in path.rstrip(" ")
    )
    return shown + r"\x20" * ends


def agent(name: str | None, email: str | None = None) -> Agent | None:
    """Return who is named; ``Person: name`` stays a person, others are organizations.

    Source: SPDX 2.3 clauses 6.8 and 7.5. Without a word for its kind, who supplies an
    image is an organization.

    >>> agent("Example GmbH", "oss@example.org").email
    'oss@example.org'
    """
    line = one_line(name or "")
    stated, colon, rest = line.partition(":")
    kind = AgentKind.ORGANIZATION
    if colon and stated in (AgentKind.ORGANIZATION, AgentKind.PERSON):
        kind, line = AgentKind(stated), rest
    # Parentheses alone would be read as an address without a name.
    line = line.strip()
    while line.startswith("(") and line.endswith(")"):
        line = line[1:-1].strip()
    if not line:
        return None
    # In SPDX 2.3 a name that ends in parentheses has its address already.
    has_room = not line.endswith(")")
    is_email = email is not None and _EMAIL.fullmatch(email)
    return Agent(kind, line, email or "" if is_email and has_room else "")


def web_page(uris: tuple[str, ...]) -> str:
    """Return the first http(s) URI (SPDX 2.3 clause 7.11), ``""`` where there is none.

    >>> web_page(("javascript:alert(1)", "https://example.org/a?b#c"))
    'https://example.org/a?b#c'
    """
    return next((uri for uri in uris if _WEB_PAGE.fullmatch(uri)), "")


def download_location(uri: str) -> str:
    """Return the URI where SPDX knows its kind (2.3, clause 7.7), else ``""``."""
    return uri if uri == "NONE" or _DOWNLOAD.fullmatch(uri) else ""


def purl_locators(*purls: str) -> tuple[str, ...]:
    """Return the purls that can stand as a locator, percent-encoded."""
    return tuple(purl for purl in purls if _PURL.fullmatch(purl))


def timestamp(seconds: int | None) -> str:
    """Return seconds since 1970 as SPDX writes a date (2.3, clauses 6.9 and 7.26).

    >>> timestamp(0)
    '1970-01-01T00:00:00Z'
    """
    if seconds is None or not 0 <= seconds < _YEAR_10000:
        return ""
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")

# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""SRC_URI: where a package's source comes from (PMS 8.2.10)."""

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache

from coos_license.errors import ParseError
from coos_license.portage import depset

Mirrors = Mapping[str, Sequence[str]]

_MIRROR = re.compile(
    r"(?:(?:fetch|mirror)\+)?mirror://(?P<name>[^/]+)/(?P<path>[!-~]+)"
)
_URI = re.compile(r"(?:(?:fetch|mirror)\+)?(?P<uri>(?:https?|ftp)://[!-~]+)")


def download_location(src_uri: str, use: frozenset[str] | None) -> str:
    """Return the one URI that the package's source comes from, else ``""``.

    Several files, a ``mirror://`` alias or a bare file name name no single place;
    nothing is guessed then.

    >>> download_location("https://x.example/a.tar.gz -> b.tar.gz", None)
    'https://x.example/a.tar.gz'
    """
    found = _named(src_uri, use)
    sources = {source for source, _ in found or ()}
    if len(sources) != 1:
        return ""
    match = _URI.fullmatch(sources.pop())
    return match["uri"] if match else ""


def fetched_files(
    src_uri: str, use: frozenset[str] | None, mirrors: Mirrors
) -> tuple[tuple[str, str], ...]:
    """Return the files that SRC_URI fetches, as (name, location), each once, in order.

    Nothing where a condition hangs on flags that are not known. The location is the
    first address; a ``mirror://`` alias is the first address in ``mirrors`` under its
    name (PMS 4.4.2, ``thirdpartymirrors``), and ``""`` where there is none.

    >>> fetched_files("mirror://gnu/a/b.gz", None, {"gnu": ("https://gnu.example/",)})
    (('b.gz', 'https://gnu.example/a/b.gz'),)
    """
    found: dict[str, str] = {}
    for source, name in _named(src_uri, use) or ():
        if _is_file_name(name):
            found[name] = found.get(name) or _location(source, mirrors)
    return tuple(found.items())


def _location(source: str, mirrors: Mirrors) -> str:
    """Return the address that a source of SRC_URI means, ``""`` where it is none."""
    match = _URI.fullmatch(source)
    if match:
        return match["uri"]
    match = _MIRROR.fullmatch(source)
    first = next(iter(mirrors.get(match["name"], ())), "") if match else ""
    return f"{first.rstrip('/')}/{match['path']}" if match and first else ""


def distfiles(src_uri: str, use: frozenset[str] | None) -> tuple[str, ...]:
    """Return the names of the files that SRC_URI fetches, each once, in order.

    Without recorded flags those of all conditions: one too many does no harm.

    >>> distfiles("https://x.example/a.tar.gz -> b.tar.gz doc? ( c.txt )", None)
    ('b.tar.gz', 'c.txt')
    """
    found = _named(src_uri, use)
    if found is None:
        found = _named(src_uri, use, reduced=False) or ()
    names = (name for _, name in found)
    return tuple(dict.fromkeys(name for name in names if _is_file_name(name)))


@lru_cache(maxsize=1 << 10)
def _named(
    src_uri: str, use: frozenset[str] | None, *, reduced: bool = True
) -> tuple[tuple[str, str], ...] | None:
    """Return the sources and the names of their files; ``None`` where it is unknown.

    Each package asks several times.
    """
    if not src_uri:
        return None
    try:
        tree = depset.parse(src_uri)
    except ParseError:
        return None
    if reduced and "?" in src_uri and depset.has_conditions(tree):
        if use is None:
            return None
        tree = depset.reduce(tree, use)
    words = [leaf.word for leaf in depset.words(tree)]
    found: list[tuple[str, str]] = []
    index = 0
    while index < len(words):
        word, *rest = words[index : index + 3]
        if rest[:1] == ["->"] and len(rest) == 2:  # noqa: PLR2004 (URI -> NAME)
            found.append((word, rest[1]))
            index += 3
        else:
            found.append((word, word.rpartition("/")[2]))
            index += 1
    return tuple(found)


def _is_file_name(name: str) -> bool:
    """Return whether a name is that of a file in one directory."""
    return name not in ("", ".", "..", "->") and "/" not in name and "\0" not in name

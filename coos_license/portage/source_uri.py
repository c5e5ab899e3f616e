# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""SRC_URI: where a package's source comes from (PMS 8.2.10)."""

import re

from coos_license.errors import ParseError
from coos_license.portage import depset

_URI = re.compile(r"(?:(?:fetch|mirror)\+)?(?P<uri>(?:https?|ftp)://[!-~]+)")


def download_location(src_uri: str, use: frozenset[str] | None) -> str:
    """Return the one URI that the package's source comes from, else ``""``.

    Several files, a ``mirror://`` alias or a bare file name name no single place;
    nothing is guessed then.

    >>> download_location("https://x.example/a.tar.gz -> b.tar.gz", None)
    'https://x.example/a.tar.gz'
    """
    if not src_uri:
        return ""
    try:
        tree = depset.parse(src_uri)
    except ParseError:
        return ""
    if depset.has_conditions(tree):
        if use is None:
            return ""
        tree = depset.reduce(tree, use)
    words = [leaf.word for leaf in depset.words(tree)]
    renamed = {index + 1 for index, word in enumerate(words) if word == "->"}
    sources = {
        word
        for index, word in enumerate(words)
        if word != "->" and index not in renamed
    }
    if len(sources) != 1:
        return ""
    match = _URI.fullmatch(sources.pop())
    return match["uri"] if match else ""

# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""Copyright statements with the places that they stand at, equal ones merged."""

from collections.abc import Iterable

from coos_license.model import CopyrightUse, Evidence, LicenseText
from coos_license.resolve.copyrights import Statement
from coos_license.trees.text import file_lines


def placed(
    text: LicenseText, path: str, found: Iterable[Statement]
) -> tuple[CopyrightUse, ...]:
    """Return statements of a text as ones of the file at ``path`` that holds it."""
    lines = file_lines(text.content)
    return tuple(
        CopyrightUse(
            one.text, (Evidence(path, lines[one.line - 1] if lines else one.line),)
        )
        for one in found
    )


def merged(*found: Iterable[CopyrightUse]) -> tuple[CopyrightUse, ...]:
    """Return the statements, each once with all its places, in order.

    White space makes no other statement; the first spelling stands.
    """
    uses: dict[str, tuple[str, dict[Evidence, None]]] = {}
    for some in found:
        for one in some:
            key = " ".join(one.text.split())
            _, places = uses.setdefault(key, (one.text, {}))
            places.update(dict.fromkeys(one.places))
    return tuple(CopyrightUse(text, tuple(places)) for text, places in uses.values())

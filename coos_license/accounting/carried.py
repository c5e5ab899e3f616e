# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""Whether who gets the image gets the texts that its licences ask for."""

import re
from collections.abc import Iterable, Iterator
from typing import Final

from coos_license import findings
from coos_license.model import Finding, Inventory, Obligation, Package

#: Pages with texts, by name: ours, that of ``build_image``, and where Chromium OS
#: installs it.
NAMES: Final = (
    "credits.html",
    "NOTICE",
    "about_os_credits.html",
    "license_credits.html",
)
#: The page of a whole Chromium OS has 12 MB.
PAGE_LIMIT: Final = 1 << 26
#: More files of these names are no pages about the image.
MOST_PAGES: Final = 50
_REVISION: Final = re.compile(r"-r[0-9]+\Z")
_MOST_NAMED: Final = 5


def texts_not_carried(
    pages: Iterable[bytes], inventory: Inventory
) -> Iterator[Finding]:
    """Yield a finding where no page names every package whose text has to go along.

    A page names a package by ``name-version``; a revision does not count, which the
    page of chromite lacks.
    """
    wanted = {
        _named(one)
        for one in inventory.credited
        if Obligation.LICENSE_TEXT in one.obligations
    }
    if not wanted:
        return
    lacking = min((_lacking(page, wanted) for page in pages), key=len, default=wanted)
    if not lacking:
        return
    told = (
        f"no credits page or NOTICE in the image or beside it names all {len(wanted)}"
    )
    told += " packages whose licence text has to go along"
    if lacking != wanted:
        more = len(lacking) - _MOST_NAMED
        told += f"; the best one lacks {', '.join(sorted(lacking)[:_MOST_NAMED])}"
        told += f" and {more} more" if more > 0 else ""
    yield Finding(findings.LICENSES_NOT_SHIPPED, "texts", told)


def _named(package: Package) -> str:
    """Return how a page names a package."""
    return f"{package.id.name}-{_REVISION.sub('', package.id.version)}"


def _lacking(page: bytes, wanted: set[str]) -> set[str]:
    """Return the packages that a page does not name."""
    text = page.decode("utf-8", "replace")
    return {name for name in wanted if name not in text}

# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""Whether image and bundle together carry the texts that have to go along."""

from collections.abc import Iterable, Iterator
from typing import Final

from coos_license.documents.spdx import elements, text
from coos_license.findings import MISSING_LICENSE_TEXT
from coos_license.model import Finding
from coos_license.verify.bundle import NOTICE, Bundle, Problem

CHECK: Final = "carried"


def problems(bundle: Bundle, lacking: Iterable[Finding]) -> Iterator[Problem]:
    """Yield the packages whose licence texts neither image nor bundle has.

    Where the bundle admits that a text of the package was not found, it is a note.
    """
    admitted = {
        text(one, "cpv")
        for one in elements(bundle.findings or {}, "findings")
        if text(one, "name") == MISSING_LICENSE_TEXT.name
    }
    for one in lacking:
        cpv = one.package.cpv if one.package else ""
        name = f"{cpv}: " if cpv else ""
        is_note = cpv in admitted if cpv else bool(admitted)
        more = f"; admitted by {MISSING_LICENSE_TEXT.name}" if is_note else ""
        message = f"{name}{one.message}{more}"
        yield Problem(CHECK, NOTICE, message, is_note=is_note)

# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""File accounting in text: how many files are whose."""

from collections.abc import Iterator
from typing import Final

from coos_license.accounted import Means
from coos_license.model import Accounting
from coos_license.trees.text import SENTENCE, show

WORDS: Final = {
    Means.IMAGE: "of packages of the image",
    Means.SYSROOT: "of packages that only the sysroot's database has",
    Means.COPY: "in archives, equal to files of packages",
    Means.IMPLICIT: "of declared components",
    Means.NONE: "of nobody",
}


def accounting_text(accounting: Accounting) -> Iterator[str]:
    """Yield the counts by means, then each declared component with its reason."""
    files = accounting.files
    yield (
        f"Files: {accounting.accounted:,} of {files:,} accounted for"
        f" ({accounting.percent:.2f} %)"
    )
    for means, count in counts(accounting).items():
        if count:
            yield f"  {count:9,} {WORDS[means]}"
    for one in accounting.components:
        name = f"{one.name} {one.version}".rstrip()
        told = f"{name}: {one.files:,}, {one.declared}; {one.reason}"
        yield f"    {show(told, SENTENCE)}"


def counts(accounting: Accounting) -> dict[Means, int]:
    """Return how many files there are of each kind of owner, in their order."""
    found = dict.fromkeys(Means, 0)
    for share in accounting.shares:
        found[share.means] += share.files
    return found

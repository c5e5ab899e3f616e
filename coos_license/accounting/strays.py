# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""The findings of files that nobody has: one each, or one for a directory of very many.

A small archive can hold a million of them. Each file is named in any case.
"""

import hashlib
from collections.abc import Iterator, Sequence
from typing import Final

from coos_license import findings
from coos_license.accounting.places import directory_of, shown
from coos_license.model import Finding

#: More findings than this nobody reads one by one, and pages get too long to open.
MOST_SINGLE: Final = 20_000
#: A directory with fewer is told file by file.
LEAST_FOLDED: Final = 100
_DIGITS: Final = 12


def unaccounted(path: str, told: str) -> Finding:
    """Return that nothing has a file."""
    name = shown(path)
    return Finding(findings.UNACCOUNTED_FILE, name, f"{name}: {told}")


def strays(paths: Sequence[str]) -> Iterator[Finding]:
    """Yield the findings of files that nobody has, by their sorted paths."""
    folded: dict[str, list[str]] = {}
    if len(paths) > MOST_SINGLE:
        for path in paths:
            folded.setdefault(directory_of(path), []).append(path)
    for path in paths:
        together = folded.get(directory_of(path), [])
        if len(together) < LEAST_FOLDED:
            yield unaccounted(path, "no package and no rule has it")
        elif together[0] == path:
            yield _folded(directory_of(path), together)


def _folded(directory: str, paths: Sequence[str]) -> Finding:
    """Return one finding for the files of a directory, with the name of each.

    The subject has a digest of the names: with others it is another finding.
    """
    names = [shown(path[len(directory) :])[1:] for path in paths]
    digest = hashlib.sha256("\n".join(names).encode()).hexdigest()[:_DIGITS]
    subject = f"{shown(directory)}* ({len(paths)} files, {digest})"
    # No name of a file holds a slash.
    told = f"no package and no rule has these {len(paths)} files: {' / '.join(names)}"
    return Finding(findings.UNACCOUNTED_FILE, subject, f"{shown(directory)}*: {told}")

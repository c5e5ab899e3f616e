# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""Where a person is to put a copyright notice that is missing."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Final

from coos_license import findings
from coos_license.model import FindingKind, RawPackage, Severity
from coos_license.resolve.problems import Problem

#: ``missing-attribution`` where the sources were there to look into.
_ATTRIBUTION_ERROR: Final[FindingKind] = replace(
    findings.MISSING_ATTRIBUTION, severity=Severity.ERROR
)


def _attribution_files(package: RawPackage) -> str:
    """Return which file a person is to add, in the order in which they are looked for.

    Source: Chromium OS, ``licenses/copyright-attribution/<category>/{PF, P, PN}``.
    """
    one = package.id
    bare = f"{one.name}-{one.version.partition('-r')[0]}"
    exact = " or ".join(dict.fromkeys((one.pf, bare)))
    place = f"{package.repository or '<repository>'}/licenses/copyright-attribution"
    return (
        f"add {place}/{one.category}/{one.name}, or {exact} beside it for this version"
        " alone, which comes first"
    )


def with_place(
    problems: Iterable[Problem],
    package: RawPackage,
    rubout: str,
    *,
    given: bool,
    read: bool,
) -> Iterator[Problem]:
    """Yield the problems; a missing notice says which file cures it.

    It is an error where sources are ``given``, which do not settle it; ``read`` is
    whether those of the package were read. ``rubout`` is an empty file that comes
    before any other.
    """
    for problem in problems:
        if problem.kind != findings.MISSING_ATTRIBUTION:
            yield problem
            continue
        add = _attribution_files(package)
        if rubout:
            add = f"{rubout} is empty and rubs out any other: fill or remove it"
        none = "none is in its sources" if read else "none is at hand"
        message = problem.message.replace("none is at hand", none)
        kind = _ATTRIBUTION_ERROR if given else problem.kind
        message = f"{message}: {add}"
        yield replace(problem, kind=kind, message=message)

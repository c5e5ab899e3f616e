# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""How far a program is, from the lines of its log. The patterns are data."""

import re
from dataclasses import dataclass
from typing import Final

from coos_build.text import duration

#: Each names ``n`` and ``m``, and ``what`` where the line tells; first match counts.
PATTERNS: Final[tuple[re.Pattern[str], ...]] = tuple(
    re.compile(pattern)
    for pattern in (
        # emerge: one job, and several
        (
            r">>> (?:Emerging|Installing|Completed)(?: binary)? "
            r"\((?P<n>\d+) of (?P<m>\d+)\) (?P<what>\S+)"
        ),
        r">>> Jobs: (?P<n>\d+) of (?P<m>\d+) complete",
        # chromite's parallel_emerge: packages that wait, of all
        r"Pending (?P<left>\d+)/(?P<m>\d+), Building \d+/\d+",
        # repo
        (
            r"(?P<what>Fetching|Checking out|Syncing)(?: projects| work tree)?:"
            r" +\d+% \((?P<n>\d+)/(?P<m>\d+)\)"
        ),
        # git
        (
            r"(?P<what>Receiving objects|Resolving deltas|Updating files):"
            r" +\d+% \((?P<n>\d+)/(?P<m>\d+)\)"
        ),
    )
)
#: Lines in which a program says that the disk is full.
NO_SPACE: Final = re.compile(
    r"No space left on device|ENOSPC|Disk quota exceeded|not enough free space",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Progress:
    """``done`` of ``total``, and what is in hand; a total of 0 is not known."""

    done: int = 0
    total: int = 0
    what: str = ""


def read_progress(line: str) -> Progress | None:
    """Return what a line says of the progress, if it does.

    >>> read_progress(">>> Emerging (3 of 15) sys-libs/zlib-1.2.13-r1::portage-stable")
    Progress(done=3, total=15, what='sys-libs/zlib-1.2.13-r1')
    >>> read_progress("Pending 481/648, Building 4/286, [Time 12:00 | Load 4.0]").done
    167
    """
    for pattern in PATTERNS:
        match = pattern.search(line)
        if match is None:
            continue
        found = match.groupdict()
        total = int(found["m"])
        done = int(found["n"]) if "n" in found else total - int(found["left"])
        what = (found.get("what") or "").partition("::")[0]
        if 0 <= done <= total:
            return Progress(done, total, what)
    return None


def remaining_s(progress: Progress, elapsed_s: float, earlier_s: float) -> float | None:
    """Return the seconds that are left, or None where nothing tells.

    An earlier run of the step knows best until it is overtaken; then the share done.
    """
    if earlier_s > elapsed_s:
        return earlier_s - elapsed_s
    if progress.done and progress.total > progress.done:
        return elapsed_s / progress.done * (progress.total - progress.done)
    return None


def sentence(progress: Progress, elapsed_s: float, earlier_s: float) -> str:
    """Return the progress in one short line."""
    parts = []
    if progress.total:
        parts.append(f"{progress.done} of {progress.total}")
    if progress.what:
        parts.append(progress.what)
    parts.append(duration(elapsed_s))
    left = remaining_s(progress, elapsed_s, earlier_s)
    if left is not None:
        parts.append(f"about {duration(left)} left")
    return ", ".join(parts)

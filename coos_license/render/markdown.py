# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""Markdown of GitHub's flavour, for job summaries and merge requests.

A job summary holds 1 MiB and is lost as a whole above that, so findings are left out
before, those in the baseline first, and the summary says how many.
"""

import re
from collections import Counter
from collections.abc import Iterator
from typing import Final

from coos_license.audit.policy_gate import State
from coos_license.audit.report import Report
from coos_license.model import Finding, LicenseCategory
from coos_license.render.audit_words import (
    NO_ADVICE,
    RANKS,
    STATE_WORDS,
    first_place,
    headline,
    name_of,
    outcome,
    place_of,
    plural,
    resolved_lines,
    title_of,
)

#: Bytes of the tables of findings: the rest of 1 MiB is for what stands around them.
_ROOM: Final = 900_000
#: Resolved findings that are named.
_NAMED: Final = 100
#: What begins markup, an autolink or an emoji, and what ends a cell.
_SPECIAL: Final = re.compile(r"([\\`*_{}\[\]<>#|~&!:@^$])")


def render(report: Report) -> Iterator[bytes]:
    """Yield the summary."""
    yield from (
        f"{line}\n".encode("utf-8", "backslashreplace") for line in _top(report)
    )
    room = _ROOM
    left_out = 0
    for title, found in _groups(report):
        rows = [_row(report, one) for one in found]
        kept = _fitting(rows, room)
        room -= sum(map(len, rows[:kept]))
        left_out += len(rows) - kept
        if kept:
            yield from (
                _table_head(title, len(rows)),
                *rows[:kept],
                b"\n</details>\n\n",
            )
    if left_out:
        note = f"{plural(left_out, 'finding')} left out: a job summary holds 1 MiB."
        yield f"**{note}**\n\n".encode()
    yield from (f"{line}\n".encode() for line in _bottom(report))


def _top(report: Report) -> Iterator[str]:
    """Yield title, outcome and numbers."""
    image = report.inventory.image
    words = [one for one in (image.name, image.version) if one]
    yield f"## Licence audit{': ' if words else ''}{escaped(' '.join(words))}"
    yield ""
    yield f"**{outcome(report)}**"
    yield ""
    yield headline(report)
    yield ""
    if report.inventory.note:
        yield report.inventory.note
        yield ""
    credited = report.inventory.credited
    counts = Counter(one.category for one in credited)
    yield f"| category | {plural(len(credited), 'credited package')} |"
    yield "|---|--:|"
    for category in sorted(counts, key=lambda one: -RANKS[LicenseCategory(one)]):
        yield f"| {category} | {counts[category]:,} |"
    yield ""


def _groups(report: Report) -> Iterator[tuple[str, tuple[Finding, ...]]]:
    """Yield the findings that a table is about, with its title."""
    fresh = tuple(
        one for one in report.findings if report.state(one) is not State.KNOWN
    )
    known = tuple(one for one in report.findings if report.state(one) is State.KNOWN)
    decide = tuple(one for one in fresh if report.decides(one))
    other = tuple(one for one in fresh if not report.decides(one))
    yield f"At or above {report.fail_on.word}", decide
    yield f"Below {report.fail_on.word}", other
    yield "In the baseline", known


def _table_head(title: str, count: int) -> bytes:
    """Return the head of a table: open where a person has to act."""
    opened = " open" if title.startswith("At") else ""
    return (
        f"<details{opened}><summary>{title}: {count:,}</summary>\n\n"
        "| severity | finding | package | subject | message | evidence |\n"
        "|---|---|---|---|---|---|\n"
    ).encode()


def _row(report: Report, finding: Finding) -> bytes:
    """Return the row of a finding."""
    worse = report.state(finding) is State.WORSENED
    message = finding.message
    if worse:
        message = f"{message} ({STATE_WORDS[State.WORSENED]})"
    place = place_of(first_place(finding)) if finding.evidence else ""
    cells = (
        finding.kind.severity.word,
        title_of(finding),
        name_of(finding),
        finding.subject,
        message,
        place,
    )
    row = f"| {' | '.join(map(escaped, cells))} |\n"
    return row.encode("utf-8", "backslashreplace")


def _fitting(rows: list[bytes], room: int) -> int:
    """Return how many rows fit."""
    for count, row in enumerate(rows):
        room -= len(row)
        if room < 0:
            return count
    return len(rows)


def _bottom(report: Report) -> Iterator[str]:
    """Yield what is resolved, what to do, and what this is not."""
    gone = resolved_lines(report)
    if gone:
        yield f"Resolved, and still in the baseline: {len(gone):,}"
        yield ""
        yield from (f"- {escaped(line)}" for line in gone[:_NAMED])
        yield ""
    kinds = dict.fromkeys(one.kind for one in report.deciding)
    if kinds:
        yield "What to do:"
        yield ""
        yield from (
            f"- {kind.code} {kind.name}: {escaped(kind.cure)}" for kind in kinds
        )
        yield ""
    yield NO_ADVICE


def escaped(words: str) -> str:
    r"""Return text for a cell: nothing in it is markup, a mention or a new line.

    >>> escaped("a|b <c>")
    'a\\|b \\<c\\>'
    """
    return _SPECIAL.sub(r"\\\1", " ".join(words.split()))

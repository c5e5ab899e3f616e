# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""The audit as text: findings by kind, what is owed, the outcome.

Everything from outside goes through ``show``: no escape sequence reaches a terminal.
"""

import textwrap
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from typing import Final

from coos_license.audit.report import Report
from coos_license.model import Finding, Inventory, Severity
from coos_license.render.audit_words import (
    NO_ADVICE,
    STATE_WORDS,
    headline,
    name_of,
    outcome,
    owed,
    resolved_lines,
)
from coos_license.render.reach_text import copyleft_text
from coos_license.trees.text import SENTENCE, show

_WIDTH: Final = 100
_BOLD: Final = "\x1b[1m"
_FAINT: Final = "\x1b[2m"
_PLAIN: Final = "\x1b[0m"
_COLORS: Final = {
    Severity.ERROR: "\x1b[1;31m",
    Severity.WARNING: "\x1b[33m",
    Severity.INFO: "\x1b[36m",
}


def render(report: Report) -> Iterator[bytes]:
    """Yield the lines as plain text."""
    return _encoded(_lines(report, color=False))


def render_colored(report: Report) -> Iterator[bytes]:
    """Yield the lines for a terminal."""
    return _encoded(_lines(report, color=True))


def _encoded(lines: Iterator[str]) -> Iterator[bytes]:
    """Yield the lines in UTF-8, each with its end."""
    return (f"{line}\n".encode("utf-8", "backslashreplace") for line in lines)


def _lines(report: Report, *, color: bool) -> Iterator[str]:
    """Yield findings grouped by kind, heaviest first, what is owed, the outcome."""

    def note(finding: Finding) -> str:
        words = STATE_WORDS[report.state(finding)]
        return f" ({words})" if words and report.baseline is not None else ""

    if report.propagation is not None:
        yield from copyleft_text(report.inventory, report.propagation)
    yield from kinds_text(report.findings, note, color=color)
    yield from _obligations(report.inventory, color=color)
    gone = resolved_lines(report)
    if gone:
        yield "resolved since the baseline, which still lists them"
        yield from (f"    {show(line)}" for line in gone)
        yield "  What to do: write it again with coos-license baseline update."
        yield ""
    if report.inventory.note:
        yield report.inventory.note
    yield headline(report)
    paint = Severity.ERROR if report.deciding else None
    yield _in(_COLORS[paint] if paint else _BOLD, outcome(report), color=color)
    yield NO_ADVICE


def kinds_text(
    found: Sequence[Finding],
    note: Callable[[Finding], str] = lambda _: "",
    *,
    color: bool = False,
) -> Iterator[str]:
    """Yield findings grouped by kind, in the order of their first.

    ``note`` is what is said behind a finding.
    """
    kinds = dict.fromkeys((one.kind, one.kind.severity) for one in found)
    for kind, severity in kinds:
        same = [
            one for one in found if one.kind == kind and one.kind.severity is severity
        ]
        title = _in(_BOLD, f"{kind.code} {kind.name}", color=color)
        yield f"{painted(severity, color=color)}: {title} ({len(same)})"
        yield f"  {kind.summary}"
        for one in same:
            about = f"{name_of(one)} [{show(one.subject)}]"
            behind = _in(_FAINT, note(one), color=color)
            yield f"    {about}: {show(one.message, SENTENCE)}{behind}"
        yield f"  What to do: {kind.cure}"
        yield ""


def _obligations(inventory: Inventory, *, color: bool) -> Iterator[str]:
    """Yield what is owed for credited packages, what asks for most first.

    Packages of one licence owe the same and stand together.
    """
    title = f"owed for {len(inventory.credited)} credited packages"
    yield _in(_BOLD, title, color=color)
    for group in owed(inventory):
        yield f"  {group.category}: {group.license} ({len(group.packages)})"
        yield f"    owes: {', '.join(group.obligations) or 'nothing'}"
        yield from textwrap.wrap(
            " ".join(package.id.cpv for package in group.packages),
            width=_WIDTH,
            initial_indent="    ",
            subsequent_indent="    ",
            break_long_words=False,
            break_on_hyphens=False,
        )
    yield ""
    counts = Counter(
        one for package in inventory.credited for one in package.obligations
    )
    for word, count in sorted(counts.items(), key=lambda pair: (-pair[1], pair[0])):
        yield f"{count:6}  {word}"
    yield ""


def painted(severity: Severity, *, color: bool) -> str:
    """Return the word of a severity, in its colour where colours are wanted."""
    return _in(_COLORS[severity], severity.word, color=color)


def _in(style: str, words: str, *, color: bool) -> str:
    """Return the words in a style, where colours are wanted."""
    return f"{style}{words}{_PLAIN}" if color and words else words

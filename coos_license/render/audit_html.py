# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""The audit as one self-contained HTML page: numbers, charts, findings, what is owed.

Nothing is loaded from anywhere; the page's own Content-Security-Policy holds it to
that. Without scripts all is there in the order of the audit; with them tables sort.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from coos_license.audit.policy_gate import State
from coos_license.audit.report import Report
from coos_license.model import (
    Curated,
    Election,
    Finding,
    FindingKind,
    LicenseCategory,
    Obligation,
    Package,
    Severity,
)
from coos_license.render.audit_words import (
    RANKS,
    STATE_WORDS,
    name_of,
    owed,
    place_of,
    plural,
    resolved_lines,
    weighed,
)
from coos_license.render.credits import chunks
from coos_license.render.policy_text import policy_lines
from coos_license.render.words import OBLIGATION_WORDS, printable
from coos_license.resources import environment, inline

#: A bar of the largest count is so wide; in units of the SVG, not pixels.
WIDE: Final = 1000
#: Rows that are shown without being asked for.
_OPEN: Final = 40


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar of a chart: its words, its count, and its width of :data:`WIDE`.

    ``start`` is where it begins, in a bar made of parts.
    """

    label: str
    count: int
    width: int
    style: str = ""
    start: int = 0


@dataclass(frozen=True, slots=True)
class Row:
    """A finding as the page shows it."""

    name: str
    subject: str
    message: str
    note: str
    places: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Group:
    """The findings of one kind and severity."""

    kind: FindingKind
    severity: Severity
    rows: tuple[Row, ...]

    @property
    def anchor(self) -> str:
        """Return the id of its section."""
        return f"{self.kind.code}-{self.severity.word}"

    @property
    def opened(self) -> bool:
        """Return whether its rows are shown without being asked for."""
        return self.severity is not Severity.INFO and len(self.rows) <= _OPEN


@dataclass(frozen=True, slots=True)
class Decision:
    """What people decided about a package."""

    package: Package
    elections: tuple[Election, ...]
    curations: tuple[Curated, ...]


def render(report: Report) -> Iterator[bytes]:
    """Yield the page in UTF-8."""
    image = report.inventory.image
    named = {
        name: printable(getattr(image, name) or "")
        for name in ("name", "version", "board", "supplier")
    }
    yield from chunks(
        environment()
        .get_template("audit.html.j2")
        .generate(
            style=inline("audit.css.j2"),
            script=inline("audit.js.j2"),
            image=named,
            report=report,
            groups=groups(report),
            severities=severity_bars(report),
            categories=category_bars(report.inventory.credited),
            obligations=obligation_bars(report.inventory.credited),
            changes=change_bars(report),
            resolved=[printable(line) for line in resolved_lines(report)],
            owed=owed(report.inventory),
            words=OBLIGATION_WORDS,
            decisions=_decisions(report.inventory.packages),
            policy=report.policy,
            policy_name=_policy_name(report),
            policy_lines=[printable(line) for line in _policy(report)],
            plural=plural,
            printable=printable,
            wide=WIDE,
        )
    )


def groups(report: Report) -> tuple[Group, ...]:
    """Return the findings by kind and severity, in the order of the audit."""
    found: dict[tuple[FindingKind, Severity], list[Finding]] = {}
    for one in report.findings:
        found.setdefault((one.kind, one.kind.severity), []).append(one)
    return tuple(
        Group(kind, severity, tuple(_row(report, one) for one in same))
        for (kind, severity), same in found.items()
    )


def _row(report: Report, finding: Finding) -> Row:
    """Return a finding in words that are fit to print."""
    has_baseline = report.baseline is not None
    note = STATE_WORDS[report.state(finding)] or "new"
    return Row(
        name=printable(name_of(finding)),
        subject=printable(finding.subject),
        message=printable(finding.message),
        note=note if has_baseline else "",
        places=tuple(printable(place_of(one)) for one in finding.evidence),
    )


def severity_bars(report: Report) -> tuple[Bar, ...]:
    """Return the parts of one bar: how the findings weigh, heaviest first."""
    total = max(1, len(report.findings))
    bars: list[Bar] = []
    before = 0
    for level in reversed(Severity):
        count = report.counts.get(level, 0)
        start, end = (WIDE * part // total for part in (before, before + count))
        bars.append(Bar(weighed(count, level), count, end - start, level.word, start))
        before += count
    return tuple(bars)


def category_bars(credited: Iterable[Package]) -> tuple[Bar, ...]:
    """Return how many credited packages are of each category, what asks most first."""
    counts = Counter(package.category for package in credited)
    order = sorted(counts, key=lambda one: -RANKS[LicenseCategory(one)])
    return bars([(str(one), counts[one]) for one in order])


def obligation_bars(credited: Iterable[Package]) -> tuple[Bar, ...]:
    """Return how many credited packages owe each obligation, the commonest first."""
    counts = Counter(item for package in credited for item in package.obligations)
    order = sorted(counts, key=lambda one: (-counts[one], list(Obligation).index(one)))
    return bars([(OBLIGATION_WORDS[one].title, counts[one]) for one in order])


def change_bars(report: Report) -> tuple[Bar, ...]:
    """Return what changed since the baseline; nothing without one."""
    if report.baseline is None:
        return ()
    states = report.states
    rows = [
        ("not in the baseline", states.get(State.NEW, 0)),
        (STATE_WORDS[State.WORSENED], states.get(State.WORSENED, 0)),
        (STATE_WORDS[State.KNOWN], states.get(State.KNOWN, 0)),
        ("resolved since", len(report.resolved)),
    ]
    return bars(rows)


def bars(rows: Sequence[tuple[str, int]]) -> tuple[Bar, ...]:
    """Return a bar for each row; what is not nothing can be seen."""
    largest = max([1, *(count for _, count in rows)])
    return tuple(
        Bar(label, count, max(2, WIDE * count // largest) if count else 0)
        for label, count in rows
    )


def _policy_name(report: Report) -> str:
    """Return the preset or file in force, without the directory it lies in."""
    name = report.policy.name if report.policy else ""
    return printable(name.rpartition("/")[2])


def _policy(report: Report) -> Iterator[str]:
    """Yield what the policy in force decides; what is public does not tell."""
    if report.policy is not None and not report.inventory.note:
        yield from list(policy_lines(report.policy))[2:-1]


def _decisions(packages: Iterable[Package]) -> tuple[Decision, ...]:
    """Return the packages that people decided about."""
    return tuple(
        Decision(one, one.elections, one.curations)
        for one in packages
        if one.elections or one.curations
    )

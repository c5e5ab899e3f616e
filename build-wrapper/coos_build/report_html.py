# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""The report as one page: a chart of time and disk, and a table. Pure.

The page needs nothing from anywhere: styles and the chart are inside, there are no
scripts.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import jinja2

from coos_build.report import Line, Report
from coos_build.text import clean_line, duration, size

_WIDTH: Final = 330.0
_LEAST: Final = 1.5
_ROW: Final = 30


@dataclass(frozen=True, slots=True)
class Bar:
    """One row of the chart: where it is, how long its two bars are, what they say."""

    step: str
    y: int
    time_width: float
    other_width: float
    time_text: str
    disk_x: float
    disk_width: float
    disk_text: str
    gave_back: bool


@dataclass(frozen=True, slots=True)
class Chart:
    """The rows, and the size of the drawing."""

    bars: tuple[Bar, ...]
    height: int
    disk_zero: float


def make_chart(lines: Sequence[Line]) -> Chart:
    """Return the chart: each of the two sides has a scale of its own, from zero."""
    longest = max((line.all_seconds for line in lines), default=0.0) or 1.0
    used = [line.disk.used if line.disk else 0 for line in lines]
    low, high = min(0, *used, 0), max(0, *used, 0)
    span = float(high - low) or 1.0
    zero = -low / span * _WIDTH
    bars = tuple(
        _bar(line, index, longest, (zero, _WIDTH / span))
        for index, line in enumerate(lines)
    )
    return Chart(bars, _ROW * len(bars), zero)


def _bar(line: Line, index: int, longest: float, disk: tuple[float, float]) -> Bar:
    """Return one row; a step that took anything at all is visible."""
    zero, scale = disk
    used = line.disk.used if line.disk else 0
    other = max(0.0, line.all_seconds - line.seconds)
    width = abs(used) * scale
    told = duration(line.seconds)
    if other > 0:
        told += f" (+ {duration(other)} in other attempts)"
    return Bar(
        step=line.step,
        y=index * _ROW,
        time_width=_visible(line.seconds / longest * _WIDTH, line.seconds),
        other_width=_visible(other / longest * _WIDTH, other),
        time_text=told,
        disk_x=round(zero - width if used < 0 else zero, 2),
        disk_width=_visible(width, used),
        disk_text=size(used) if line.disk else "",
        gave_back=used < 0,
    )


def _visible(width: float, value: float) -> float:
    """Return a width that can be seen if there is anything to see."""
    return round(max(width, _LEAST), 2) if value else 0.0


def render(report: Report) -> str:
    """Return the page."""
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("coos_build", "templates"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    page = environment.get_template("report.html.j2")
    run = report.runs[-1] if report.runs else None
    return page.render(
        report=report,
        chart=make_chart(report.lines),
        total=duration(report.seconds),
        run=run,
        settings=_settings(report),
        duration=duration,
        size=size,
        clean=clean_line,
        host=_host(run.host) if run else [],
    )


def _host(told: Mapping[str, str]) -> list[tuple[str, str]]:
    """Return the facts of a host in words."""
    return [
        (
            key.removesuffix("_bytes").replace("_", " "),
            size(int(value)) if key.endswith("_bytes") else clean_line(value),
        )
        for key, value in sorted(told.items())
        if not key.endswith("_bytes") or value.isdigit()
    ]


def _settings(report: Report) -> list[tuple[str, str]]:
    """Return the keys that have a value, with it."""
    told = sorted(report.config.items())
    shown = [(key, value) for key, value in told if value not in (None, "", [], ())]
    return [(key, clean_line(_setting(value))) for key, value in shown]


def _setting(value: object) -> str:
    """Return a value as the configuration has it; a list by its words."""
    if isinstance(value, bool):
        return str(value).lower()
    return " ".join(value) if isinstance(value, list) else str(value)

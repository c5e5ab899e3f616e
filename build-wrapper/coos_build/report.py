# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""From the journal to a report: time and disk of each step; two builds compared. Pure.

The JSON shape is documented in ``docs/architecture.md`` and of version 1.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Final

from coos_build.history import History, Run
from coos_build.model import Attempt, DiskUse, State
from coos_build.steps import STEPS
from coos_build.text import clean_line, duration, size

SCHEMA: Final = 1


def _grouped(count: str) -> str:
    """Return a count with its thousands apart; another text as it is."""
    return f"{int(count):,}" if count.isdecimal() else count


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """One step of a report.

    ``seconds`` are those of the attempt that did the work, ``all_seconds`` those of
    every attempt: what failures, interruptions and repetitions cost is the rest.
    """

    step: str
    state: str
    attempts: int
    seconds: float
    all_seconds: float
    started: str
    disk: DiskUse | None = None
    sizes: Mapping[str, int] = field(default_factory=dict)
    facts: Mapping[str, str] = field(default_factory=dict)
    exit_status: int | None = None
    log: str = ""
    what: str = ""
    cure: str = ""

    @property
    def result(self) -> str:
        """What the bundle that the step wrote says of itself; empty for most steps."""
        match self.facts:
            case {"coverage": percent, "files": files, "accounted": accounted}:
                told = f"{_grouped(accounted)} of {_grouped(files)} files"
                return f"{told} accounted for ({percent} %)"
            case {"packages": packages, "gaps": gaps, "waived": waived}:
                told = f"packages that owe source: {packages}; missing parts: {gaps}"
                told += f", of them waived: {waived}" if waived != "0" else ""
                offer = self.facts.get("offer")
                return f"{told}; offer: {offer}" if offer else told
            case _:
                return ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Report:
    """Steps in order, and the runs that they come from, oldest first."""

    checkout: str
    board: str
    lines: tuple[Line, ...]
    runs: tuple[Run, ...]
    faults: tuple[str, ...] = ()

    @property
    def seconds(self) -> float:
        """What one straight build takes: the sum of the good attempts."""
        return sum(line.seconds for line in self.lines)

    @property
    def config(self) -> Mapping[str, object]:
        """The configuration of the latest run."""
        return self.runs[-1].config if self.runs else {}


def make_report(
    history: History, checkout: str, board: str, faults: tuple[str, ...] = ()
) -> Report:
    """Return the report of a history; steps without an attempt are left out."""
    lines = [
        _line(step.name, [one for one in history.attempts if one.step == step.name])
        for step in STEPS
    ]
    return Report(
        checkout=checkout,
        board=board,
        lines=tuple(line for line in lines if line is not None),
        runs=history.runs,
        faults=faults,
    )


def only_run(history: History, run: str) -> History:
    """Return what belongs to one run."""
    return History(
        tuple(one for one in history.runs if one.id == run),
        tuple(one for one in history.attempts if one.run == run),
    )


def _line(step: str, attempts: Sequence[Attempt]) -> Line | None:
    """Return the line of a step from its attempts."""
    if not attempts:
        return None
    done = [one for one in attempts if one.state is State.DONE]
    shown = done[-1] if done else attempts[-1]
    last = attempts[-1]
    return Line(
        step=step,
        state=str(last.state),
        attempts=len(attempts),
        seconds=shown.seconds if done else 0.0,
        all_seconds=round(sum(one.seconds for one in attempts), 3),
        started=shown.started,
        disk=shown.disk,
        sizes=shown.sizes,
        facts=shown.facts,
        exit_status=last.exit_status,
        log=last.log,
        what=last.what,
        cure=last.cure,
    )


def as_json(report: Report) -> dict[str, object]:
    """Return the report in its documented shape."""
    return {
        "schema": SCHEMA,
        "checkout": report.checkout,
        "board": report.board,
        "seconds": round(report.seconds, 3),
        "journal_faults": list(report.faults),
        "runs": [asdict(run) for run in report.runs],
        "steps": [_line_json(line) for line in report.lines],
    }


def _line_json(line: Line) -> dict[str, object]:
    told = asdict(line)
    if line.disk is not None:
        told["disk"] = {
            "before": line.disk.free_before,
            "after": line.disk.free_after,
            "least": line.disk.free_least,
            "used": line.disk.used,
        }
    return told


def from_json(told: Mapping[str, Any]) -> Report:
    """Return the report that a report.json holds.

    Raises: KeyError, TypeError or ValueError where it is none.
    """
    if told["schema"] != SCHEMA:
        message = f"schema {told['schema']!r} is not known"
        raise ValueError(message)
    return Report(
        checkout=str(told["checkout"]),
        board=str(told["board"]),
        lines=tuple(_line_from(one) for one in told["steps"]),
        runs=tuple(
            Run(
                id=str(one["id"]),
                started=str(one["started"]),
                checkout=str(one["checkout"]),
                host=dict(one["host"]),
                config=dict(one["config"]),
            )
            for one in told["runs"]
        ),
    )


def _line_from(one: Mapping[str, Any]) -> Line:
    """Return a line of a report.json."""
    disk = one["disk"]
    return Line(
        step=str(one["step"]),
        state=str(one["state"]),
        attempts=int(one["attempts"]),
        seconds=float(one["seconds"]),
        all_seconds=float(one["all_seconds"]),
        started=str(one["started"]),
        disk=None
        if disk is None
        else DiskUse(int(disk["before"]), int(disk["after"]), int(disk["least"])),
        sizes={str(name): int(count) for name, count in one["sizes"].items()},
        facts={str(key): str(told) for key, told in one.get("facts", {}).items()},
    )


# --- as text --------------------------------------------------------------------------


def text_lines(report: Report) -> Iterator[str]:
    """Yield the report for a terminal."""
    yield f"{report.board}: {duration(report.seconds)} in steps that are done"
    for run in report.runs[-1:]:
        host = ", ".join(f"{key} {one}" for key, one in sorted(run.host.items()))
        yield clean_line(f"host: {host}")
    yield from report.faults
    yield f"{'step':15} {'state':11} {'time':>13} {'all tries':>13} {'disk':>11}  tries"
    for line in report.lines:
        disk = size(line.disk.used) if line.disk else "-"
        yield (
            f"{line.step:15} {line.state:11} {duration(line.seconds):>13}"
            f" {duration(line.all_seconds):>13} {disk:>11}  {line.attempts}"
        )
    for line in report.lines:
        if line.result:
            yield clean_line(f"{line.step}: {line.result}")
    for line in report.lines:
        if line.what:
            yield clean_line(f"{line.step}: {line.what}")


# --- compared -------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Change:
    """One step in two builds; None where a build has no attempt that did the work."""

    step: str
    seconds: tuple[float | None, float | None]
    disk: tuple[int | None, int | None]


@dataclass(frozen=True, slots=True)
class Comparison:
    """What differs in the configuration and the host, and each step side by side."""

    settings: tuple[tuple[str, str, str], ...]
    changes: tuple[Change, ...]
    seconds: tuple[float, float]


def compare(old: Report, new: Report) -> Comparison:
    """Return two builds side by side."""
    sides = ({one.step: one for one in old.lines}, {one.step: one for one in new.lines})
    names = [step.name for step in STEPS if any(step.name in side for side in sides)]
    changes = tuple(
        _change(name, *(side.get(name) for side in sides)) for name in names
    )
    return Comparison(_differences(old, new), changes, (old.seconds, new.seconds))


def _change(step: str, old: Line | None, new: Line | None) -> Change:
    def seconds(line: Line | None) -> float | None:
        return line.seconds if line and line.seconds else None

    def used(line: Line | None) -> int | None:
        return line.disk.used if line and line.disk and line.seconds else None

    return Change(step, (seconds(old), seconds(new)), (used(old), used(new)))


def _differences(old: Report, new: Report) -> tuple[tuple[str, str, str], ...]:
    """Return key, old value and new value of all that was set otherwise."""
    hosts = [dict(one.runs[-1].host) if one.runs else {} for one in (old, new)]
    told = [
        {**one.config, **{f"host {key}": value for key, value in host.items()}}
        for one, host in zip((old, new), hosts, strict=True)
    ]
    keys = sorted(set(told[0]) | set(told[1]))
    pairs = ((key, _shown(told[0].get(key)), _shown(told[1].get(key))) for key in keys)
    return tuple(one for one in pairs if one[1] != one[2])


def _shown(value: object) -> str:
    """Return a value of the configuration for a person."""
    match value:
        case None:
            return "-"
        case list() | tuple():
            return clean_line(" ".join(str(one) for one in value)) or "-"
        case bool():
            return "yes" if value else "no"
        case _:
            return clean_line(str(value))


def comparison_lines(comparison: Comparison) -> Iterator[str]:
    """Yield the comparison for a terminal."""
    for key, old, new in comparison.settings:
        yield f"{key}: {old} -> {new}"
    yield f"{'step':15} {'time':>13} {'':>13} {'change':>8} {'disk':>11} {'':>11}"
    for one in comparison.changes:
        times = [duration(each) if each is not None else "-" for each in one.seconds]
        disks = [size(each) if each is not None else "-" for each in one.disk]
        yield (
            f"{one.step:15} {times[0]:>13} {times[1]:>13} {ratio(*one.seconds):>8}"
            f" {disks[0]:>11} {disks[1]:>11}"
        )
    first, second = comparison.seconds
    yield (
        f"{'all':15} {duration(first):>13} {duration(second):>13}"
        f" {ratio(first or None, second or None):>8}"
    )


def ratio(old: float | None, new: float | None) -> str:
    """Return the change in per cent; a dash where it says nothing.

    >>> ratio(100.0, 75.0), ratio(None, 2.0)
    ('-25 %', '-')
    """
    if not old or new is None:
        return "-"
    return f"{round(100 * (new - old) / old):+d} %"


def comparison_json(comparison: Comparison) -> dict[str, object]:
    """Return the comparison in its documented shape."""
    return {
        "schema": SCHEMA,
        "settings": [
            {"key": key, "old": old, "new": new}
            for key, old, new in comparison.settings
        ],
        "seconds": {"old": comparison.seconds[0], "new": comparison.seconds[1]},
        "steps": [
            {
                "step": one.step,
                "seconds": {"old": one.seconds[0], "new": one.seconds[1]},
                "disk": {"old": one.disk[0], "new": one.disk[1]},
            }
            for one in comparison.changes
        ],
    }

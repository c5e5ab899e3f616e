# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""From the records of a journal to runs and attempts. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

from coos_build.journal import Record
from coos_build.model import Attempt, DiskUse, State


@dataclass(frozen=True, kw_only=True, slots=True)
class Run:
    """One run of the pipeline; ``exit_status`` is None when it did not end itself."""

    id: str
    started: str
    checkout: str
    host: Mapping[str, str] = field(default_factory=dict)
    config: Mapping[str, object] = field(default_factory=dict)
    finished: str = ""
    exit_status: int | None = None


@dataclass(frozen=True, slots=True)
class Spawn:
    """A program's supervisor: its process group, on which boot of the machine."""

    run: str
    step: str
    group: int
    boot: str


@dataclass(frozen=True, slots=True)
class History:
    """All that a journal tells, in order."""

    runs: tuple[Run, ...] = ()
    attempts: tuple[Attempt, ...] = ()
    spawns: tuple[Spawn, ...] = ()

    def last(self, step: str) -> Attempt | None:
        """Return the latest attempt at a step."""
        found = [one for one in self.attempts if one.step == step]
        return found[-1] if found else None

    def last_done(self, step: str) -> Attempt | None:
        """Return the latest attempt that did its work."""
        mine = [one for one in self.attempts if one.step == step]
        done = [one for one in mine if one.state is State.DONE]
        return done[-1] if done else None

    def fact(self, step: str, name: str) -> str:
        """Return what the latest success of a step found; empty if nothing."""
        done = self.last_done(step)
        return done.facts.get(name, "") if done else ""

    def next_number(self, step: str) -> int:
        """Return the number of the next attempt at a step, from 1."""
        return 1 + sum(one.step == step for one in self.attempts)

    def unended(self) -> tuple[Attempt, ...]:
        """Return the attempts that have a start and no end."""
        return tuple(one for one in self.attempts if one.state is State.RUNNING)

    def cut_off(self) -> tuple[Attempt, ...]:
        """Return those of the last run: of earlier ones the run after them told."""
        last = self.runs[-1].id if self.runs else ""
        return tuple(one for one in self.unended() if one.run == last)


_STATES: Final = {state.value: state for state in State}


def read_history(records: Iterable[Record]) -> History:
    """Return the history; a record that lacks what it must have says nothing."""
    runs: dict[str, Run] = {}
    attempts: dict[tuple[str, int], Attempt] = {}
    spawns = []
    for order, record in enumerate(records, 1):
        run, step = _text(record, "run"), _text(record, "step")
        key = (step, _number(record, "attempt"))
        match record["kind"]:
            case "run":
                runs[run] = _run(record)
            case "finish" if run in runs:
                runs[run] = replace(
                    runs[run],
                    finished=_text(record, "at"),
                    exit_status=_number(record, "exit"),
                )
            case "start":
                attempts.pop(key, None)
                attempts[key] = _started(record, order)
            case "spawn":
                group = _number(record, "pid")
                spawns.append(Spawn(run, step, group, _text(record, "boot")))
            case "end" if key in attempts:
                attempts[key] = _ended(attempts[key], record, order)
            case _:
                continue
    return History(tuple(runs.values()), tuple(attempts.values()), tuple(spawns))


def _text(record: Record, key: str) -> str:
    value = record.get(key)
    return value if isinstance(value, str) else ""


def _number(record: Record, key: str) -> int:
    value = record.get(key)
    return value if isinstance(value, int) else 0


def _table(record: Record, key: str) -> Mapping[str, Any]:
    value = record.get(key)
    return value if isinstance(value, dict) else {}


def _run(record: Record) -> Run:
    """Return the run that a record opens."""
    host = {key: str(value) for key, value in _table(record, "host").items()}
    return Run(
        id=_text(record, "run"),
        started=_text(record, "at"),
        checkout=_text(record, "checkout"),
        host=host,
        config=_table(record, "config"),
    )


def _started(record: Record, order: int) -> Attempt:
    """Return the attempt that a record opens."""
    listed = record.get("commands")
    commands = listed if isinstance(listed, list) else []
    return Attempt(
        run=_text(record, "run"),
        step=_text(record, "step"),
        number=_number(record, "attempt"),
        fingerprint=_text(record, "fingerprint"),
        state=State.RUNNING,
        started=_text(record, "at"),
        log=_text(record, "log"),
        commands=tuple(
            tuple(str(word) for word in one)
            for one in commands
            if isinstance(one, list)
        ),
        order=order,
    )


def _ended(attempt: Attempt, record: Record, order: int) -> Attempt:
    """Return the attempt with what its end says."""
    seconds = record.get("seconds")
    status = record.get("exit")
    disk = _table(record, "disk")
    sizes = _table(record, "sizes")
    return replace(
        attempt,
        state=_STATES.get(_text(record, "state"), State.FAILED),
        seconds=float(seconds) if isinstance(seconds, int | float) else 0.0,
        exit_status=status if isinstance(status, int) else None,
        disk=DiskUse(
            _number(disk, "before"), _number(disk, "after"), _number(disk, "least")
        )
        if disk
        else None,
        sizes={key: _number(sizes, key) for key in sorted(sizes)},
        facts={key: str(one) for key, one in sorted(_table(record, "facts").items())},
        what=_text(record, "what"),
        cure=_text(record, "cure"),
        order=order,
    )

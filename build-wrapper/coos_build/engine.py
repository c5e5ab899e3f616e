# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""The run: step after step, each decided when its turn comes, each journalled."""

import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from typing import Final

from coos_build import proofs
from coos_build.actions import ACTIONS
from coos_build.bench import Bench, Session
from coos_build.commands import step_commands
from coos_build.errors import ExitCode, InterruptedRunError, StepError
from coos_build.history import read_history
from coos_build.journal import read_journal
from coos_build.layout import created_in, figures
from coos_build.model import Attempt, Decision, State, Step, Verdict
from coos_build.plan import Scene, Selection, World, decide, fingerprints
from coos_build.probe import boards, is_checked_out, missing_tool, probe
from coos_build.runner.process import free_bytes
from coos_build.text import clean_line, size

_GIB: Final = 1 << 30
_MANIFEST: Final = "manifest.xml"
_MOVES_SOURCES: Final = frozenset({"repo-init", "sync-network", "sync-local"})


def now_utc() -> str:
    """Return the time for the journal."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def run_pipeline(session: Session, selection: Selection) -> ExitCode:
    """Run the chosen steps that are not done; stop at the first that fails.

    Raises: BuildError for what no step could mend; InterruptedRunError.
    """
    eyes = Eyes(session)
    for step in _with_company(eyes, selection):
        scene, decision = eyes.decide(step, selection)
        session.monitor.decided(decision)
        if decision.verdict is not Verdict.RUN:
            _journal_skip(session, decision)
            continue
        attempt = _perform(session, scene, decision)
        eyes.forget(step)
        if attempt.state is not State.DONE:
            return ExitCode.FAILED
    return ExitCode.DONE


def _with_company(eyes: "Eyes", selection: Selection) -> tuple[Step, ...]:
    """Return the chosen steps; those that accompany others only if others run."""
    steps = selection.steps()
    others = tuple(step for step in steps if not step.accompanies)
    asked = selection.forced & {step.name for step in steps if step.accompanies}
    if asked or not others:
        return steps
    decisions = (eyes.decide(step, selection)[1] for step in others)
    if any(one.verdict is Verdict.RUN for one in decisions):
        return steps
    return others


@dataclass(slots=True)
class Eyes:
    """Looks at the world, and not twice at what costs time while nothing changes."""

    session: Session
    _revision: str | None = None
    _chroot: frozenset[str] | None = None

    def decide(self, step: Step, selection: Selection) -> tuple[Scene, Decision]:
        """Return the verdict on a step and what it rests on, as it is now."""
        scene = self._look(step)
        mark = fingerprints(scene.config, scene.world.revision)[step.name]
        forced = step.name in selection.forced
        return scene, decide(step, scene, mark, forced=forced)

    def forget(self, step: Step) -> None:
        """Forget what a step that ran may have changed."""
        self._chroot = None
        if step.name in _MOVES_SOURCES:
            self._revision = None

    def _look(self, step: Step) -> Scene:
        session = self.session
        layout, config = session.layout, session.config
        history = read_history(read_journal(layout.state).records)
        lacks: Mapping[str, str] = {}
        if history.last_done(step.name) and step.proofs:
            if self._chroot is None:
                self._chroot = proofs.see_chroot(layout, config, session.env)
            image = proofs.current_image(history, layout)
            told = proofs.all_missing((step,), layout, config, image, self._chroot)
            lacks = told[0]
        if self._revision is None and history.last_done("sync-local"):
            self._revision, _ = proofs.revision(layout.checkout, session.env)
        return Scene(
            config=config,
            tools=probe(layout.checkout, config.era),
            history=history,
            world=World(
                revision=self._revision or "",
                image_attempt=layout.image_attempt(),
                missing=lacks,
            ),
        )


def _journal_skip(session: Session, decision: Decision) -> None:
    """Write down that a step was passed over, and why."""
    record = {
        "run": session.run,
        "step": decision.step.name,
        "verdict": str(decision.verdict),
        "reason": decision.reason,
    }
    session.journal.write("skip", record)


def _perform(session: Session, scene: Scene, decision: Decision) -> Attempt:
    """Run one step to its end and journal it. Raises: InterruptedRunError."""
    step = decision.step
    number = scene.history.next_number(step.name)
    log = session.layout.logs / f"{step.name}.{number}.log"
    earlier = scene.history.last_done(step.name)
    bench = Bench(session, step, number, log, earlier.seconds if earlier else 0.0)
    commands = step_commands(step, scene)
    attempt = Attempt(
        run=session.run,
        step=step.name,
        number=number,
        fingerprint=decision.fingerprint,
        state=State.RUNNING,
        started=now_utc(),
        log=str(log),
        commands=commands,
    )
    _journal_start(session, attempt)
    try:
        facts = _work(bench, scene, commands)
    except StepError as error:
        return _end(bench, attempt, State.FAILED, error)
    except OSError as error:  # of a file of ours; what a write was for it does not say
        what = f"{error.filename or log}: {error.strerror or error}"
        told = StepError(what, "make room, or mend what is there; then run again")
        return _end(bench, attempt, State.FAILED, told)
    except (InterruptedRunError, KeyboardInterrupt) as error:
        _end(bench, attempt, State.INTERRUPTED, StepError("interrupted"))
        raise InterruptedRunError from error
    return _end(bench, replace(attempt, facts=facts), State.DONE, None)


def _work(
    bench: Bench, scene: Scene, commands: tuple[tuple[str, ...], ...]
) -> Mapping[str, str]:
    """Do what a step does; return the facts that it found. Raises: StepError."""
    step, session = bench.step, bench.session
    bench.note(f"{step.name}, attempt {bench.number}")
    free = free_bytes(session.layout.checkout)
    lack = lack_of_disk(session.config.disk_gib(step.name), free)
    if lack:
        raise StepError(lack, "make room, or lower --disk-gib")
    _check_board(bench)
    action = ACTIONS.get(step.action or step.name)
    if step.forms and step.name not in scene.tools.forms:
        raise StepError(missing_tool(step), "check the branch of the manifest")
    if action is not None:
        facts = dict(action(bench, scene, commands))
    else:
        facts = {}
        for argv in commands:
            secret = session.secret if step.needs_password else None
            bench.run(argv, stdin=secret)
    facts |= FACTS[step.records](bench, scene) if step.records else {}
    _prove(bench, facts)
    return facts


def lack_of_disk(need_gib: int, free: int) -> str:
    """Say what a step lacks to start; empty if nothing."""
    if free >= need_gib * _GIB:
        return ""
    return f"needs {need_gib} GiB of free disk, {size(free)} are there"


def _check_board(bench: Bench) -> None:
    """Refuse a board that the sources do not have. Raises: StepError."""
    layout = bench.session.layout
    if bench.step.name == "setup-board" and is_checked_out(layout.checkout):
        known = boards(layout.checkout)
        if known and layout.board not in known:
            listed = ", ".join(clean_line(one) for one in known[:20])
            message = f"the sources have no board {layout.board!r}"
            raise StepError(message, f"give one of: {listed}")


def _prove(bench: Bench, facts: Mapping[str, str]) -> None:
    """Check that a step left what proves it; an exit status alone proves nothing.

    Raises: StepError.
    """
    session = bench.session
    layout, config = session.layout, session.config
    image = facts.get("image_dir", "")
    if not image:
        history = read_history(read_journal(layout.state).records)
        image = proofs.current_image(history, layout)
    chroot = proofs.see_chroot(layout, config, session.env)
    lack = proofs.missing(bench.step, layout, config, image, chroot)
    if lack:
        message = f"exited 0, but {lack}"
        raise StepError(message, "its log may say why", 0)


def _revision_fact(bench: Bench, scene: Scene) -> dict[str, str]:
    """Keep the manifest that pins what was checked out; return its digest."""
    del scene
    session = bench.session
    digest, manifest = proofs.revision(session.layout.checkout, session.env)
    if not digest:
        words = " ".join(proofs.MANIFEST_COMMAND)
        raise StepError(f"'{words}' does not say what was checked out")
    path = session.layout.state / _MANIFEST
    path.write_text(f"{manifest}\n", encoding="utf-8")
    return {"revision": digest}


def _image_fact(bench: Bench, scene: Scene) -> dict[str, str]:
    """Return the directory of the image that was made just now.

    build_image says where; if its words have changed, what is new says it. Of two
    builds of one day the new one has another attempt number.
    """
    layout = bench.session.layout
    told = created_in(bench.tail)
    if told and (layout.images / told).is_dir():
        return {"image_dir": told}
    before = {one.facts.get("image_dir", "") for one in scene.history.attempts}
    new = [one.name for one in layout.image_directories() if one.name not in before]
    name = layout.latest() if layout.latest() in new else (new[-1] if new else "")
    if not name:
        raise StepError("exited 0, but there is no new image directory", exit_status=0)
    return {"image_dir": name}


FACTS: Final[Mapping[str, Callable[[Bench, Scene], dict[str, str]]]] = {
    "revision": _revision_fact,
    "image_dir": _image_fact,
}


def _journal_start(session: Session, attempt: Attempt) -> None:
    """Write down that an attempt begins; the password is in none of it."""
    record = {
        "run": attempt.run,
        "step": attempt.step,
        "attempt": attempt.number,
        "at": attempt.started,
        "fingerprint": attempt.fingerprint,
        "commands": [list(one) for one in attempt.commands],
        "log": attempt.log,
    }
    session.journal.write("start", record)


def _end(
    bench: Bench, attempt: Attempt, state: State, error: StepError | None
) -> Attempt:
    """Write down how an attempt ended, and show it."""
    session = bench.session
    image = attempt.facts.get("image_dir", "")
    ended = replace(
        attempt,
        state=state,
        seconds=round(time.monotonic() - bench.started, 3),
        exit_status=error.exit_status if error else 0,
        disk=bench.disk,
        sizes=figures(session.layout, image),
        what=clean_line(error.what) if error else "",
        cure=clean_line(error.cure) if error else "",
    )
    record = {
        "run": ended.run,
        "step": ended.step,
        "attempt": ended.number,
        "at": now_utc(),
        "state": str(state),
        "seconds": ended.seconds,
        "exit": ended.exit_status,
        "disk": _disk_record(ended),
        "sizes": dict(ended.sizes),
        "facts": dict(ended.facts),
        "what": ended.what,
        "cure": ended.cure,
    }
    session.journal.write("end", record)
    session.monitor.ended(ended, bench.tail)
    return ended


def _disk_record(attempt: Attempt) -> dict[str, int]:
    """Return the disk of an attempt for the journal; empty if no program ran."""
    if attempt.disk is None:
        return {}
    disk = asdict(attempt.disk)
    return {name.removeprefix("free_"): count for name, count in disk.items()}

# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""A view of all steps at once, without running or writing anything."""

from collections.abc import Iterable
from dataclasses import dataclass

from coos_build import proofs
from coos_build.commands import Command, step_commands
from coos_build.config import Config
from coos_build.history import History, read_history
from coos_build.journal import read_journal
from coos_build.layout import Layout
from coos_build.model import Attempt, Decision, Verdict
from coos_build.plan import Scene, Selection, World, decide, fingerprints
from coos_build.probe import probe
from coos_build.steps import STEPS


@dataclass(frozen=True, slots=True)
class Row:
    """One step: what would be done with it, its commands, and its last attempt."""

    decision: Decision
    commands: tuple[Command, ...]
    last: Attempt | None
    is_unseen: bool


@dataclass(frozen=True, slots=True)
class Survey:
    """All steps, what was probed, and what is wrong with the journal."""

    rows: tuple[Row, ...]
    tools: tuple[str, ...]
    faults: tuple[str, ...]
    history: History


def survey(layout: Layout, config: Config, selection: Selection) -> Survey:
    """Return the view. The revision is the recorded one: nothing is asked of repo.

    A step after one that would run is taken to run too. Raises: BuildError.
    """
    journal = read_journal(layout.state)
    history = read_history(journal.records)
    tools = probe(layout.checkout, config.era)
    revision = history.fact("sync-local", "revision")
    chroot = proofs.see_chroot(layout, config, None)
    image = proofs.current_image(history, layout)
    lacks, unseen = proofs.all_missing(STEPS, layout, config, image, chroot)
    attempt = layout.image_attempt()
    world = World(revision=revision, image_attempt=attempt, missing=lacks)
    scene = Scene(config=config, tools=tools, history=history, world=world)
    decisions = _decisions(scene, selection)
    rows = tuple(
        Row(
            one,
            step_commands(one.step, scene),
            history.last(one.step.name),
            one.step.name in unseen,
        )
        for one in decisions
    )
    return Survey(rows, tools.sentences(), journal.faults, history)


def _decisions(scene: Scene, selection: Selection) -> tuple[Decision, ...]:
    """Return the verdict on each chosen step; what runs makes later ones run."""
    marks = fingerprints(scene.config, scene.world.revision)
    decisions: list[Decision] = []
    for step in selection.steps():
        forced = step.name in selection.forced
        one = decide(step, scene, marks[step.name], forced=forced)
        running = {ran.step.name for ran in decisions if ran.verdict is Verdict.RUN}
        cause = next((name for name in step.redo_after if name in running), "")
        if one.verdict is Verdict.SKIP and cause:
            reason = f"{cause} runs before"
            one = Decision(
                step=step,
                verdict=Verdict.RUN,
                reason=reason,
                fingerprint=one.fingerprint,
            )
        decisions.append(one)
    return tuple(_without_company(decisions))


def _without_company(decisions: Iterable[Decision]) -> Iterable[Decision]:
    """Yield the decisions; what only accompanies others is done when none runs."""
    listed = tuple(decisions)
    alone = all(one.step.accompanies for one in listed)
    others = [one for one in listed if not one.step.accompanies]
    runs = alone or any(one.verdict is Verdict.RUN for one in others)
    for one in listed:
        if one.step.accompanies and not runs and one.reason != "forced":
            yield Decision(step=one.step, verdict=Verdict.SKIP, reason="no other runs")
        else:
            yield one

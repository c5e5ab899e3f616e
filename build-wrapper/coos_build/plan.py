# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""What is to be done: fingerprints, and a verdict on each step. Pure."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from coos_build.config import Config
from coos_build.history import History
from coos_build.model import Attempt, Decision, State, Step, Verdict
from coos_build.probe import Tools, missing_tool
from coos_build.steps import STEPS


@dataclass(frozen=True, kw_only=True, slots=True)
class Selection:
    """Which steps a person asked for; none named: all."""

    first: str = ""
    last: str = ""
    forced: frozenset[str] = frozenset()

    def steps(self) -> tuple[Step, ...]:
        """Return the steps between the first and the last, in order."""
        names = [step.name for step in STEPS]
        start = names.index(self.first) if self.first else 0
        end = names.index(self.last) + 1 if self.last else len(names)
        return STEPS[start:end]


@dataclass(frozen=True, kw_only=True, slots=True)
class World:
    """What was looked up outside: the revision, and what proofs are missing.

    ``missing`` maps a step to what is not there; a step that is not in it has its
    proofs. ``unseen`` are steps whose proofs could not be looked at from here.
    """

    revision: str = ""
    #: The highest number of an attempt that an image directory has.
    image_attempt: int = 0
    missing: Mapping[str, str] = field(default_factory=dict)
    unseen: frozenset[str] = frozenset()


def fingerprints(config: Config, revision: str) -> dict[str, str]:
    """Return the fingerprint of each step: its identity, and those it comes after.

    Numbers of jobs, paths and passwords are in none. Raises: BuildError where a file
    of the configuration cannot be read.
    """
    found: dict[str, str] = {}
    for step in STEPS:
        told = {
            "step": step.name,
            "identity": {key: config.identity(key) for key in step.identity},
            "after": [found[name] for name in step.after],
            "revision": revision if step.follows_revision else "",
        }
        line = json.dumps(told, sort_keys=True, separators=(",", ":"))
        found[step.name] = hashlib.sha256(line.encode()).hexdigest()
    return found


_PROMISED: Final = {
    State.FAILED: "it failed the last time",
    State.INTERRUPTED: "it was interrupted",
    State.RUNNING: "it was cut off",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Scene:
    """All that a verdict rests on."""

    config: Config
    tools: Tools
    history: History
    world: World


def decide(step: Step, scene: Scene, fingerprint: str, *, forced: bool) -> Decision:
    """Return what is to be done with a step, and why."""
    verdict, reason = Verdict.RUN, ""
    unneeded = _not_needed(step, scene.config, scene.tools)
    if unneeded:
        verdict, reason = Verdict.NOT_NEEDED, unneeded
    elif forced:
        reason = "forced"
    elif step.accompanies:
        reason = "other steps run"
    else:
        reason = _stale(step, fingerprint, scene.history, scene.world)
        if not reason:
            verdict, reason = Verdict.SKIP, "done"
    return Decision(step=step, verdict=verdict, reason=reason, fingerprint=fingerprint)


def _not_needed(step: Step, config: Config, tools: Tools) -> str:
    """Say why a step is not needed; empty when it is."""
    if step.wanted and not config.switch(step.wanted):
        return f"{step.wanted} is off"
    if step.name == "password" and set(config.words("image_types")) == {"test"}:
        return "test images have a password of their own"
    if step.name == "vm-image" and config.disk_image == "chromiumos_base_image.bin":
        return "image_to_vm.sh takes no base image"
    if step.optional and step.name not in tools.forms:
        return missing_tool(step)
    return ""


def _stale(step: Step, fingerprint: str, history: History, world: World) -> str:
    """Say why a step must run; empty when it is done."""
    latest = history.last(step.name)
    if latest is None:
        return "not done yet"
    done = history.last_done(step.name)
    if done is None or latest is not done:
        return _PROMISED.get(latest.state, "not done yet")
    if done.fingerprint != fingerprint:
        return "its options or sources have changed"
    if step.records == "revision" and _moved_on(done, world):
        return "the sources are not as it left them"
    for name in step.redo_after:
        before = history.last_done(name)
        if before is not None and before.order > done.order:
            return f"{name} has run since"
    return world.missing.get(step.name, "")


def _moved_on(done: Attempt, world: World) -> bool:
    """Return whether the sources differ from what a step recorded."""
    return bool(world.revision) and done.facts.get("revision", "") != world.revision

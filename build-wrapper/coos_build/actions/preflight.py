# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""preflight: the checks of the host, with the cure of each miss."""

from collections.abc import Mapping
from typing import Final

from coos_build.bench import Bench
from coos_build.checks import Miss, Weight, examine
from coos_build.commands import Command
from coos_build.errors import StepError
from coos_build.host import gather
from coos_build.plan import Scene
from coos_build.secret import can_ask

_DEPOT_TOOLS: Final = "https://chromium.googlesource.com/chromium/tools/depot_tools.git"


def check_host(
    bench: Bench, scene: Scene, commands: tuple[Command, ...]
) -> Mapping[str, str]:
    """Check the host; fetch depot_tools if that was asked for. Raises: StepError."""
    del scene, commands
    session = bench.session
    host = gather(session.layout.checkout, session.env, can_ask=can_ask())
    misses = tuple(examine(host, session.config))
    for miss in misses:
        bench.note(sentence(miss))
        if not miss.skipped:
            session.monitor.say(f"preflight: {sentence(miss)}")
    errors = stopping(misses)
    if errors:
        listed = "; ".join(f"{one.check.name}: {one.problem}" for one in errors)
        raise StepError(listed, "; ".join(one.check.cure for one in errors))
    clone = session.layout.state / "depot_tools"
    if session.config.switch("clone_depot_tools") and not host.tools["repo"]:
        bench.run(("git", "clone", "--depth", "1", _DEPOT_TOOLS, str(clone)))
    return {}


def stopping(misses: tuple[Miss, ...]) -> tuple[Miss, ...]:
    """Return the misses that stop a run."""
    return tuple(
        one for one in misses if one.check.weight is Weight.ERROR and not one.skipped
    )


def sentence(miss: Miss) -> str:
    """Return a miss in one line."""
    weight = "skipped" if miss.skipped else str(miss.check.weight)
    return f"{weight}: {miss.check.name}: {miss.problem}; to cure it: {miss.check.cure}"

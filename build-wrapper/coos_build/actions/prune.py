# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""prune: older images go.

What ``latest`` names, what was built last, and what may be being written stay.
"""

import shutil
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from coos_build.bench import Bench
from coos_build.commands import Command
from coos_build.config import IMAGE_FILES
from coos_build.errors import StepError
from coos_build.history import History
from coos_build.layout import Layout, attempt_of, is_filled, written
from coos_build.model import Attempt, State
from coos_build.plan import Scene
from coos_build.text import size

_BUILD: Final = "build-image"
_NUMBERED: Final = ("--build_attempt=", "--build-attempt=")
#: build_image writes more often than once in this time; by hand it has no lock of ours.
_FRESH_S: Final = 3600


@dataclass(frozen=True, slots=True)
class Pruning:
    """Directories that stay, with the reason, and directories that go."""

    kept: tuple[tuple[Path, str], ...]
    removed: tuple[Path, ...]


def plan_pruning(layout: Layout, history: History, keep: int, now: float) -> Pruning:
    """Return what would go: all but latest, the built one, the newest complete ones.

    ``latest`` may point to a broken attempt; then the newest complete image is kept
    besides, however small ``keep`` is. What an attempt left that did not end well is
    not complete, whatever it looks like. ``now`` is in seconds since 1970.
    """
    known, latest = _built(history), layout.latest()
    directories = [
        one
        for one in layout.image_directories()
        if attempt_of(one.name) or one.name in known
    ]
    here = {one.name for one in directories}
    built = next((name for name in reversed(known) if name in here), latest)
    left = {one.name for one in directories if _is_left_over(one, known, history)}
    complete = [one for one in directories if is_complete(one) and one.name not in left]
    if latest not in {one.name for one in complete}:
        keep = max(keep, 1)
    newest = {one.name for one in complete[len(complete) - keep :]} if keep else set()
    reasons = dict.fromkeys(newest, "it is among the newest complete ones")
    fresh = [one.name for one in directories if max(written(one)) > now - _FRESH_S]
    unknown = {name for name in fresh if name not in left and name not in known}
    reasons |= dict.fromkeys(unknown, "it may be being written")
    reasons |= {built: "it was built last", latest: "latest points to it"}
    return Pruning(
        tuple((one, reasons[one.name]) for one in directories if one.name in reasons),
        tuple(one for one in directories if one.name not in reasons),
    )


def _built(history: History) -> tuple[str, ...]:
    """Return the image directories that attempts which ended well made, in order.

    Of whatever board; the last one may be another's.
    """
    done = (one for one in history.attempts if one.state is State.DONE)
    return tuple(one.facts.get("image_dir", "") for one in done if one.step == _BUILD)


def _is_left_over(directory: Path, known: Iterable[str], history: History) -> bool:
    """Return whether an attempt left a directory that did not end well.

    It has the number of the attempt, and was written to after that began.
    """
    if directory.name in known:
        return False
    number, last = attempt_of(directory.name), max(written(directory))
    return any(
        _number(one) == number and _began(one) <= last
        for one in history.attempts
        if one.step == _BUILD and one.state is not State.DONE
    )


def _number(attempt: Attempt) -> int:
    """Return the number that an attempt gave its image directory."""
    words = (word for one in attempt.commands for word in one)
    given = [word.partition("=")[2] for word in words if word.startswith(_NUMBERED)]
    return int(given[-1]) if given and given[-1].isdecimal() else 1


def _began(attempt: Attempt) -> float:
    """Return when an attempt began, in seconds since 1970; never, if it is not said."""
    try:
        return datetime.fromisoformat(attempt.started).timestamp()
    except ValueError:
        return float("inf")


def is_complete(directory: Path) -> bool:
    """Return whether a directory holds an image, of whatever type."""
    return any(is_filled(directory / name) for name in IMAGE_FILES.values())


def remove(pruning: Pruning) -> None:
    """Remove what goes; links inside are removed, not followed. Raises: StepError."""
    for directory in pruning.removed:
        try:
            shutil.rmtree(directory)
        except OSError as error:
            message = f"{directory} cannot be removed: {error.strerror or error}"
            raise StepError(message, f"sudo rm -r {directory}") from error


def weight(directory: Path) -> str:
    """Return what a directory takes on the disk, with the bundles in it."""
    return size(sum(one.lstat().st_blocks * 512 for one in directory.rglob("*")))


def prune_images(
    bench: Bench, scene: Scene, commands: tuple[Command, ...]
) -> Mapping[str, str]:
    """Remove older images and say which. Raises: StepError."""
    del commands
    layout, config = bench.session.layout, bench.session.config
    keep = config.number("keep_images")
    pruning = plan_pruning(layout, scene.history, keep, time.time())
    for directory in pruning.removed:
        told = f"prune: removing {directory.name} ({weight(directory)})"
        bench.note(told)
        bench.session.monitor.say(told)
    remove(pruning)
    return {"removed": str(len(pruning.removed))}

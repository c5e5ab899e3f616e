# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""prune: older images go; the one that ``latest`` names and the one just built stay."""

import shutil
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from coos_build.bench import Bench
from coos_build.commands import Command
from coos_build.config import IMAGE_FILES
from coos_build.errors import StepError
from coos_build.layout import Layout, is_filled
from coos_build.plan import Scene
from coos_build.proofs import current_image
from coos_build.text import size


@dataclass(frozen=True, slots=True)
class Pruning:
    """Directories that stay, with the reason, and directories that go."""

    kept: tuple[tuple[Path, str], ...]
    removed: tuple[Path, ...]


def plan_pruning(layout: Layout, built: str, keep: int) -> Pruning:
    """Return what would go: all but latest, the built one, the newest complete ones.

    ``latest`` may point to a broken attempt; then the newest complete image is kept
    besides, however small ``keep`` is.
    """
    latest = layout.latest()
    directories = layout.image_directories()
    complete = [one for one in directories if is_complete(one)]
    if latest not in {one.name for one in complete}:
        keep = max(keep, 1)
    newest = {one.name for one in complete[len(complete) - keep :]} if keep else set()
    kept, removed = [], []
    for one in directories:
        reason = _reason(one.name, latest, built, newest)
        if reason:
            kept.append((one, reason))
        else:
            removed.append(one)
    return Pruning(tuple(kept), tuple(removed))


def _reason(name: str, latest: str, built: str, newest: Iterable[str]) -> str:
    """Say why a directory stays; empty when it goes."""
    if name == latest:
        return "latest points to it"
    if name == built:
        return "it was built last"
    return "it is among the newest complete ones" if name in newest else ""


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
    built = current_image(scene.history, layout)
    pruning = plan_pruning(layout, built, config.number("keep_images"))
    for directory in pruning.removed:
        told = f"prune: removing {directory.name} ({weight(directory)})"
        bench.note(told)
        bench.session.monitor.say(told)
    remove(pruning)
    return {"removed": str(len(pruning.removed))}

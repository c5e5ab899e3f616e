# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""Whether what a step makes is there: its proofs, and the revision of the sources."""

import hashlib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final

from coos_build.config import Config
from coos_build.history import History
from coos_build.layout import (
    Layout,
    chroot_places,
    has_chroot,
    is_chroot_visible,
    is_filled,
)
from coos_build.model import Place, Proof, Step
from coos_build.runner.capture import ask
from coos_build.steps import STEPS

MANIFEST_COMMAND: Final = ("repo", "manifest", "--revision-as-HEAD")
_ASK_S: Final = 300.0
_ANSWER: Final = "coos-build-has:"
_SCRIPT: Final = f'for p; do [ -s "$p" ] && echo "{_ANSWER}$p"; done; true'


def chroot_paths(config: Config) -> tuple[str, ...]:
    """Return every path of the chroot that is a proof of some step, sorted."""
    paths = {
        path.format_map(config.values)
        for step in STEPS
        for proof in step.proofs
        if proof.place is Place.CHROOT
        for path in proof.any_of
    }
    return tuple(sorted(paths))


def see_chroot(
    layout: Layout, config: Config, env: Mapping[str, str] | None
) -> frozenset[str] | None:
    """Return which proofs are in the chroot, or None where nobody can see.

    With ``env`` the chroot is entered if it cannot be seen from outside.
    """
    paths = chroot_paths(config)
    if is_chroot_visible(layout):
        there = {
            path
            for path in paths
            if any(is_filled(one) for one in chroot_places(layout, path))
        }
        return frozenset(there)
    if not has_chroot(layout):
        return frozenset()
    if env is None:
        return None
    words = ("cros_sdk", "--", "sh", "-c", _SCRIPT, "sh", *paths)
    answer = ask(words, cwd=layout.checkout, env=env, timeout_s=_ASK_S, supervised=True)
    if answer is None:
        return frozenset()
    lines = answer.splitlines()
    return frozenset(path for path in paths if f"{_ANSWER}{path}" in lines)


def missing(
    step: Step,
    layout: Layout,
    config: Config,
    image_directory: str,
    chroot: frozenset[str] | None,
) -> str | None:
    """Say what is missing of a step's proofs; empty if nothing, None if unseen."""
    images = {
        "disk_image": config.disk_image,
        "credited_image": config.credited_image,
    }
    values = {**config.values, **images}
    for proof in step.proofs:
        names = [path.format_map(values) for path in proof.any_of]
        if proof.place is Place.CHROOT and chroot is None:
            return None
        place = (proof, layout, image_directory, chroot)
        if not any(_holds(name, *place) for name in names):
            where = {Place.CHROOT: " in the chroot", Place.IMAGE: " of the image"}
            return f"{' or '.join(names)}{where.get(proof.place, '')} is missing"
    return ""


def _holds(
    name: str,
    proof: Proof,
    layout: Layout,
    image_directory: str,
    chroot: frozenset[str] | None,
) -> bool:
    """Return whether one path of a proof is there."""
    match proof.place:
        case Place.CHECKOUT:
            return is_filled(layout.checkout / name)
        case Place.CHROOT:
            return chroot is not None and name in chroot
        case Place.IMAGE:
            folder = layout.images / image_directory
            return bool(image_directory) and is_filled(folder / name)


def current_image(history: History, layout: Layout) -> str:
    """Return the image directory that later steps work on; empty if there is none.

    The journal knows; without a journal (an image built by hand) ``latest`` says it.
    """
    return history.fact("build-image", "image_dir") or layout.latest()


def revision(checkout: Path, env: Mapping[str, str] | None = None) -> tuple[str, str]:
    """Return a digest of every project's commit, and the manifest that pins them.

    Both are empty where repo cannot tell. What is not committed is not seen.
    """
    if not (checkout / ".repo/manifest.xml").exists():
        return "", ""
    answer = ask(
        MANIFEST_COMMAND, cwd=checkout, env=env, timeout_s=_ASK_S, supervised=True
    )
    if not answer:
        return "", ""
    return hashlib.sha256(answer.encode()).hexdigest(), answer


def all_missing(
    steps: Iterable[Step],
    layout: Layout,
    config: Config,
    image_directory: str,
    chroot: frozenset[str] | None,
) -> tuple[dict[str, str], frozenset[str]]:
    """Return what is missing of each step, and which steps nobody can see."""
    found: dict[str, str] = {}
    unseen = set()
    for step in steps:
        lack = missing(step, layout, config, image_directory, chroot)
        if lack is None:
            unseen.add(step.name)
        elif lack:
            found[step.name] = lack
    return found, frozenset(unseen)

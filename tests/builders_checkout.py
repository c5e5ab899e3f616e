# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""Checkouts for tests: the miniature as a build would have laid it out."""

import shutil
from pathlib import Path

from builders_vdb import write_repository
from command import MINI, SYSROOT

#: Where the miniature's repositories lie, in the order that ``masters`` gives.
PLACES = {
    "portage-stable": "src/third_party/portage-stable",
    "chromiumos": "src/third_party/chromiumos-overlay",
    "lakitu": "src/overlays/overlay-lakitu",
}


def make_repositories(checkout: Path) -> Path:
    """Write a checkout of the sources alone; return it."""
    (checkout / ".repo").mkdir(parents=True)
    for place in PLACES.values():
        shutil.copytree(MINI / "repos" / Path(place).name, checkout / place)
    return checkout


def make_checkout(checkout: Path, chroot: str = "chroot") -> Path:
    """Write a checkout with the sysroot of lakitu in a chroot; return it."""
    make_repositories(checkout)
    add_board(checkout, "lakitu", chroot)
    return checkout


def add_board(checkout: Path, board: str, chroot: str = "chroot") -> Path:
    """Write the sysroot of a board; return it."""
    sysroot = checkout / chroot / "build" / board
    shutil.copytree(SYSROOT, sysroot)
    return sysroot


def by_hand(checkout: Path, sysroot: str = "chroot/build/lakitu") -> list[str]:
    """Return the arguments that name what a checkout of lakitu brings along."""
    overlays = [
        part
        for place in PLACES.values()
        for part in ("--overlay", str(checkout / place))
    ]
    return [str(checkout / sysroot), *overlays]


def add_repository(
    checkout: Path, place: str, name: str, masters: str = "", **licenses: str
) -> Path:
    """Write a small repository at a place of the checkout; return it."""
    return write_repository(checkout / place, name, licenses, masters)

# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""Checkouts for tests: the miniature as a build would have laid it out."""

import shutil
from pathlib import Path

from builders_vdb import write_repository
from command import FILES, IDENTITY, MINI, SYSROOT, one_line, run

BOARD = ("--board", "lakitu")
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


def sysroot_of(source: Path, *options: str) -> str:
    """Return which sysroot is said to have been read."""
    result = run("list", str(source), *BOARD, *options)
    assert result.returncode == 0, result.stderr
    first = result.stderr.decode().splitlines()[0]
    return first.partition("checkout, sysroot ")[2].partition(", 15 packages")[0]


def refusal(source: Path, *options: str) -> str:
    """Return the error of a checkout that is not read."""
    line = one_line(run("list", str(source), *(options or BOARD)))
    assert str(source) in line
    return line


def assert_same_outputs(base: Path, one: list[str], other: list[str]) -> None:
    """Compare all files that ``generate`` writes of two sources."""
    for name, arguments in (("one", one), ("other", other)):
        options = (*IDENTITY, "-q", "-o", str(base / name))
        result = run("generate", *arguments, *BOARD, *options)
        assert result.returncode == 0, result.stderr
    written = sorted(path.name for path in (base / "one").iterdir())
    assert written == FILES
    for name in written:
        assert (base / "one" / name).read_bytes() == (
            base / "other" / name
        ).read_bytes()


def listed(*arguments: str) -> bytes:
    """Return what ``list --format json`` says."""
    result = run("list", "--format", "json", "-q", *arguments)
    assert result.returncode == 0, result.stderr
    return result.stdout

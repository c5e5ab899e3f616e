# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""``sources`` stopped while it copies: killed, interrupted, out of room; then again."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from builders_corresponding import (
    BUSYBOX,
    Places,
    bundle,
    files,
    manifest,
    write_places,
)
from builders_sources import write_tree
from command import COVERAGE, ENVIRONMENT, ROOT, one_line, run

from coos_license.store.directory import PART

pytestmark = pytest.mark.slow

LIBX = "libx-2.0.tar.gz"
MB = 1 << 20


@pytest.fixture(scope="module")
def places(tmp_path_factory: pytest.TempPathFactory) -> Places:
    """Return places with distfiles that take a moment to copy, and a whole bundle."""
    found = write_places(tmp_path_factory.mktemp("stopped"))
    for name, key, size in (
        (BUSYBOX, "sys-apps/busybox", 96 * MB),
        (LIBX, "sys-libs/libx", 64 * MB),
    ):
        content = os.urandom(MB) * (size // MB)
        (found.distdir / name).write_bytes(content)
        listed = {f"{key}/Manifest": manifest({name: content})}
        write_tree(found.overlay, listed)
    bundle(found)
    return found


@pytest.fixture(scope="module")
def whole(places: Places) -> dict[str, bytes]:
    """Return the files of a bundle that nothing stopped."""
    return files(places.out)


def parts(out: Path) -> list[Path]:
    return list(out.glob(f"{PART}*"))


def has_begun(out: Path) -> bool:
    return bool(parts(out))


def is_midway(out: Path) -> bool:
    return any(os.stat(part).st_size > 24 * MB for part in parts(out))  # noqa: PTH116 (as fast as it goes)


def has_a_distfile(out: Path) -> bool:
    return (out / "distfiles" / LIBX).exists() or (out / "distfiles" / BUSYBOX).exists()


def has_all_distfiles(out: Path) -> bool:
    return (out / "distfiles" / LIBX).exists() and (
        out / "distfiles" / BUSYBOX
    ).exists()


def stopped(
    places: Places, moment: Callable[[Path], bool], number: int
) -> tuple[int, str]:
    """Send a signal to a run at a moment; return how it ended, and what it said."""
    with subprocess.Popen(
        [sys.executable, "-m", "coos_license", *places.arguments()],
        cwd=ROOT,
        env={**ENVIRONMENT, **COVERAGE},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        encoding="utf-8",
    ) as process:
        until = time.monotonic() + 60
        while process.poll() is None and time.monotonic() < until:
            try:
                if moment(places.out):
                    break
            except FileNotFoundError:  # a part has just got its name
                continue
        process.send_signal(number)
        _, said = process.communicate(timeout=60)
        return process.returncode, said


@pytest.mark.parametrize(
    "stop",
    [
        (has_begun, signal.SIGKILL, -signal.SIGKILL),
        (is_midway, signal.SIGKILL, -signal.SIGKILL),
        (has_a_distfile, signal.SIGKILL, -signal.SIGKILL),
        (has_all_distfiles, signal.SIGKILL, -signal.SIGKILL),
        (is_midway, signal.SIGTERM, 143),
        (is_midway, signal.SIGINT, 130),
    ],
    ids=["begun", "midway", "one", "both", "terminated", "interrupted"],
)
def test_a_run_that_was_stopped_is_gone_on_with(
    places: Places,
    whole: dict[str, bytes],
    tmp_path: Path,
    stop: tuple[Callable[[Path], bool], int, int],
) -> None:
    moment, number, code = stop
    again = replace(places, out=tmp_path / "out")
    assert stopped(again, moment, number)[0] == code
    assert not (again.out / "SHA256SUMS").exists(), "it had ended before"
    assert bundle(again)["complete"]
    assert files(again.out) == whole


@pytest.mark.parametrize(
    ("number", "code", "word"),
    [(signal.SIGINT, 130, "interrupted"), (signal.SIGTERM, 143, "terminated")],
)
def test_a_run_that_was_told_to_stop_leaves_nothing_half(
    places: Places, tmp_path: Path, number: int, code: int, word: str
) -> None:
    again = replace(places, out=tmp_path / "out")
    ended, said = stopped(again, is_midway, number)
    assert ended == code
    assert said.endswith(f"{word}; what is whole stays; run it again to go on\n")
    assert parts(again.out) == []


@pytest.fixture
def small(tmp_path: Path) -> Iterator[Path]:
    """Return a file system with room for one of the distfiles."""
    where = tmp_path / "small"
    where.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={120 * MB}", "tmpfs", str(where)]
    if (
        os.geteuid()
        or subprocess.run(mount, check=False, capture_output=True).returncode
    ):
        pytest.skip("a file system of its own needs root, and a system that lets mount")
    yield where
    subprocess.run(["umount", str(where)], check=True)


def test_a_run_without_room_is_gone_on_with(
    places: Places, whole: dict[str, bytes], small: Path
) -> None:
    again = replace(places, out=small / "out")
    line = one_line(run(*again.arguments()))
    assert "small/out: cannot be written: No space left on device; make room" in line
    assert parts(again.out) == []
    grow = ["mount", "-o", f"remount,size={400 * MB}", str(small)]
    subprocess.run(grow, check=True)
    assert bundle(again)["complete"]
    assert files(again.out) == whole

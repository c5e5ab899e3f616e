# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""Work in a fork: its answer is whole, as without, and nothing stays behind."""

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from builders_vdb import write_entry
from command import COVERAGE, ENVIRONMENT, FILES, ROOT

from coos_license import processes
from coos_license.processes import beside, forked

#: Packages from which on reading and resolving are shared.
MANY = 240


def test_answer_of_a_fork_is_whole_or_none() -> None:
    def dies() -> bytes:
        os._exit(0)

    def raises() -> bytes:
        raise MemoryError

    for work, expected in (
        (lambda: b"", b""),
        (lambda: b"x" * 1_000_000, b"x" * 1_000_000),
        (dies, None),
        (raises, None),
    ):
        with forked(work) as answer:
            assert answer() == expected


def test_fork_is_ended_when_the_block_is_left(tmp_path: Path) -> None:
    def waits() -> bytes:
        (tmp_path / "pid").write_text(str(os.getpid()), "utf-8")
        signal.pause()
        return b""

    def interrupted() -> None:
        with forked(waits):
            while (
                not (tmp_path / "pid").is_file()
                or not (tmp_path / "pid").stat().st_size
            ):
                pass
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    with pytest.raises(ProcessLookupError):
        os.kill(int((tmp_path / "pid").read_text("utf-8")), 0)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_signal_while_a_process_starts_leaves_none(
    monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    before = signal.signal(number, signal.default_int_handler)
    real = os.fork
    started: list[int] = []

    def interrupted_fork() -> int:
        child = real()
        if child:
            started.append(child)
            os.kill(os.getpid(), number)
        return child

    monkeypatch.setattr(os, "fork", interrupted_fork)
    try:
        with pytest.raises(KeyboardInterrupt), forked(lambda: b""):
            pass
    finally:
        signal.signal(number, before)
    with pytest.raises(ChildProcessError):
        os.waitpid(started[0], os.WNOHANG)


@pytest.mark.parametrize("count", [1, 2])
def test_work_beside_is_done_once_where_a_core_is_free(
    count: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(processes, "cores", lambda: count)
    with beside(os.getpid) as answer:
        assert (answer() == os.getpid()) is (count == 1)
    with beside(os.getpid, worth=False) as answer:
        assert answer() == os.getpid()


def test_work_that_failed_beside_is_done_here(monkeypatch: pytest.MonkeyPatch) -> None:
    """So an error is met where it can be told, and what cannot travel is made here."""
    monkeypatch.setattr(processes, "cores", lambda: 2)
    here = os.getpid()

    def raises() -> int:
        raise ValueError(os.getpid())

    with pytest.raises(ValueError, match=f"^{here}$"), beside(raises) as answer:
        answer()
    with beside(lambda: lambda: 3) as made:
        assert made()() == 3


def test_an_answer_that_nobody_asks_for_is_no_harm(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(processes, "cores", lambda: 2)
    with beside(lambda: b"x" * 1_000_000):
        pass
    with pytest.raises(ChildProcessError):
        os.waitpid(-1, os.WNOHANG)


# --- what is read and resolved by two processes ---------------------------------------


def write_many(root: Path) -> None:
    """Write a database of many packages in few categories, some of them faulty."""
    for number in range(MANY):
        category = ("app-misc", "dev-libs", "sys-apps")[number * 3 // MANY]
        wanted = f"dev-libs/p{(number * 7) % MANY}"
        files = {
            "LICENSE": "GPL-2 || ( MIT BSD )\n" if number % 5 else "GPL-2 ((\n",
            "RDEPEND": f"{wanted} )\n" if number % 50 == 0 else f"{wanted}\n",
            "SRC_URI": f"https://example.org/p{number}.tar.gz\n",
            "HOMEPAGE": "javascript:x\n" if number % 90 == 0 else "https://x.org/\n",
        }
        entry = write_entry(root, f"{category}/p{number}-1", files)
        if number % 60 == 0:
            (entry / "DESCRIPTION").mkdir()
    (root / "var/db/pkg/sys-apps/not a package").mkdir()
    (root / "var/db/pkg/sys-apps/stray").touch()
    (root / "var/db/pkg/z z").mkdir()


@pytest.mark.skipif(shutil.which("taskset") is None, reason="needs taskset")
def test_two_cores_tell_what_one_tells(tmp_path: Path) -> None:
    write_many(tmp_path / "sysroot")
    for name, bound in (("one", ["taskset", "-c", "0"]), ("many", [])):
        words = [*bound, sys.executable, "-m", "coos_license", "generate", "-q"]
        done = subprocess.run(
            [*words, str(tmp_path / "sysroot"), "-o", str(tmp_path / name)],
            cwd=ROOT,
            env={**ENVIRONMENT, **COVERAGE},
            capture_output=True,
            check=False,
            timeout=120,
        )
        assert done.returncode == 1, done.stderr
    for name in FILES:
        one, many = (tmp_path / which / name for which in ("one", "many"))
        assert one.read_bytes() == many.read_bytes()
    assert b"not a package" in (tmp_path / "many/findings.json").read_bytes()

# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""Work in a fork: its answer is whole, as without, and nothing stays behind."""

import errno
import os
import signal
import subprocess
import sys
import tarfile
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

import pytest
from builders_image import (
    make_ext4,
    make_squashfs,
    needs_e2fsprogs,
    needs_squashfs_tools,
)
from builders_vdb import write_entry
from command import COVERAGE, ENVIRONMENT, FILES, ROOT

from coos_license import processes
from coos_license.cli.sources import open_source
from coos_license.model import Finding, RawPackage
from coos_license.portage.vdb import read_vdb
from coos_license.processes import beside, forked
from coos_license.trees import ext4

#: Has a process see one core, the first of its own.
ON_ONE_CORE = (
    "import os; os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:1]); "
)
#: Packages from which on reading and resolving are shared.
MANY = processes.MANY + 40


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


def test_work_is_done_here_where_no_process_is_to_be_had(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def refused() -> int:
        raise BlockingIOError(errno.EAGAIN, os.strerror(errno.EAGAIN))

    monkeypatch.setattr(processes, "cores", lambda: 2)
    monkeypatch.setattr(os, "fork", refused)
    before = len(list(Path("/proc/self/fd").iterdir()))
    with beside(os.getpid) as answer:
        assert answer() == os.getpid()
    assert len(list(Path("/proc/self/fd").iterdir())) == before


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


def test_two_cores_tell_what_one_tells(tmp_path: Path) -> None:
    write_many(tmp_path / "sysroot")
    for name, begin in (("one", ON_ONE_CORE), ("many", "")):
        script = f"{begin}from coos_license.__main__ import main; main()"
        words = [sys.executable, "-c", script, "generate", "-q"]
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


Told = tuple[tuple[RawPackage, ...], tuple[Finding, ...]]


def told_of(source: Path) -> Told:
    """Return what is read of the database of a SOURCE."""
    with ExitStack() as trees:
        opened = open_source(source, trees, "none")
        return read_vdb(trees.enter_context(opened.tree.at("var/db/pkg")), "root")


def told_by_cores(source: Path, monkeypatch: pytest.MonkeyPatch) -> list[Told]:
    """Return what is read with one core, and with two."""
    answers = []
    for count in (1, 2):
        monkeypatch.setattr(processes, "cores", lambda count=count: count)
        answers.append(told_of(source))
    return answers


def as_tar(tree: Path, target: Path) -> Path:
    with tarfile.open(target, "w:gz") as archive:
        archive.add(tree, ".")
    return target


def as_ext4(tree: Path, target: Path) -> Path:
    return make_ext4(target, tree, "-N", "8192", megabytes=48)


@pytest.mark.parametrize(
    "make",
    [
        pytest.param(lambda tree, _: tree, id="directory"),
        pytest.param(as_tar, id="tar"),
        pytest.param(as_ext4, id="ext4", marks=needs_e2fsprogs),
        pytest.param(
            lambda tree, to: make_squashfs(to, tree),
            id="squashfs",
            marks=needs_squashfs_tools,
        ),
    ],
)
def test_a_source_of_any_kind_is_read_alike_by_two(
    make: Callable[[Path, Path], Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_many(tmp_path / "sysroot")
    source = make(tmp_path / "sysroot", tmp_path / "source")
    one, two = told_by_cores(source, monkeypatch)
    assert len(one[0]) == MANY
    assert one == two


@needs_e2fsprogs
def test_the_bound_of_a_file_system_is_one_however_many_read_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of two processes each would have the whole bound, and end elsewhere."""
    write_many(tmp_path / "sysroot")
    source = as_ext4(tmp_path / "sysroot", tmp_path / "source")
    monkeypatch.setattr(ext4, "_BUDGET", 1_000_000)
    one, two = told_by_cores(source, monkeypatch)
    messages = [each.message for raw in one[0] for each in raw.faults]
    messages += [each.message for each in one[1]]
    assert 0 < sum("past the bound" in each for each in messages) < MANY * 12
    assert one == two

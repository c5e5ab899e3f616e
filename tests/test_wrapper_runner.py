# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""One program from start to end: its log, its deadline, and nothing left of it."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest
from coos_build.runner import process
from coos_build.runner.capture import ask, run_logged
from coos_build.runner.orphans import MARK, end_orphans, find_orphans
from coos_build.runner.process import Ended, Job, Why, run
from coos_build.runner.supervise import children_of
from coos_build.secret import Secret

SUPERVISE = Path(process.__file__).with_name("supervise.py")


@dataclass
class Tape:
    """An observer that keeps what it is told."""

    lines: list[str] = field(default_factory=list)
    pids: list[int] = field(default_factory=list)
    ticks: int = 0
    act: Callable[[], None] | None = None

    def spawned(self, pid: int) -> None:
        """Keep it."""
        self.pids.append(pid)

    def line(self, text: str) -> None:
        """Keep it."""
        self.lines.append(text)

    def tick(self, elapsed_s: float) -> None:
        """Count it, and act."""
        assert elapsed_s >= 0
        self.ticks += 1
        if self.act is not None:
            self.act()


@pytest.fixture
def mark() -> Iterator[str]:
    """A mark for the processes of one test, of which none may be left."""
    name = f"test-{os.getpid()}-{time.monotonic_ns()}"
    yield name
    left = find_orphans([name], [])
    end_orphans(left)
    assert left == ()


def job(folder: Path, mark: str, script: str) -> Job:
    return Job(
        argv=("sh", "-c", script),
        cwd=folder,
        env={**os.environ, MARK: mark},
        log=folder / "log",
        deadline_s=60.0,
        min_free_bytes=0,
    )


def run_script(
    folder: Path, mark: str, script: str, **changes: Any
) -> tuple[Ended, Tape]:
    tape = Tape()
    return run(replace(job(folder, mark, script), **changes), tape), tape


def wait_for(condition: Callable[[], bool], limit_s: float = 20.0) -> None:
    end = time.monotonic() + limit_s
    while not condition():
        assert time.monotonic() < end, "it did not come about"
        time.sleep(0.02)


@pytest.mark.parametrize(("script", "status"), [("exit 0", 0), ("exit 7", 7)])
def test_the_exit_status_is_the_program_s(
    tmp_path: Path, mark: str, script: str, status: int
) -> None:
    ended, _ = run_script(tmp_path, mark, script)
    assert (ended.why, ended.exit_status) == (Why.EXITED, status)


def test_a_program_killed_by_a_signal_has_its_number(tmp_path: Path, mark: str) -> None:
    ended, _ = run_script(tmp_path, mark, "kill -SEGV $$")
    assert ended.exit_status == 128 + signal.SIGSEGV


def test_a_program_that_is_not_there_is_said_in_the_log(
    tmp_path: Path, mark: str
) -> None:
    ended, tape = run_script(tmp_path, mark, "", argv=("no-such-program",))
    assert ended.exit_status == 127
    assert tape.lines == ["no-such-program: not found on PATH"]


def test_the_whole_log_is_kept_and_told_line_by_line(tmp_path: Path, mark: str) -> None:
    script = "printf 'a\\n\\033[31mb\\033[0m\\n' ; echo c >&2; printf '1%%\\r2%%\\rend'"
    ended, tape = run_script(tmp_path, mark, script)
    assert (tmp_path / "log").read_bytes() == b"a\n\x1b[31mb\x1b[0m\nc\n1%\r2%\rend"
    assert tape.lines == ["a", "b", "c", "1%", "2%", "end"]
    assert ended.tail == ("a", "b", "c", "1%", "2%", "end")


def test_a_log_grows_and_is_never_overwritten(tmp_path: Path, mark: str) -> None:
    run_script(tmp_path, mark, "echo one")
    ended, _ = run_script(tmp_path, mark, "echo two")
    assert (tmp_path / "log").read_text() == "one\ntwo\n"
    assert ended.tail == ("two",)


def test_of_a_flood_the_end_is_kept(tmp_path: Path, mark: str) -> None:
    ended, _ = run_script(tmp_path, mark, "seq 1 200000; echo last >&2")
    assert len(ended.tail) == process.TAIL_LINES
    assert ended.tail[-1] == "last"


def test_a_line_without_an_end_does_not_fill_the_memory(
    tmp_path: Path, mark: str
) -> None:
    ended, _ = run_script(tmp_path, mark, "head -c 3000000 /dev/zero | tr '\\0' x")
    assert max(map(len, ended.tail)) <= 4096


def test_the_password_comes_on_standard_input_and_then_nothing(
    tmp_path: Path, mark: str
) -> None:
    script = "read -r word; echo ${#word}; cat; echo end"
    ended, _ = run_script(tmp_path, mark, script, stdin=Secret("hunter2"))
    assert ended.tail == ("7", "end")


def test_without_a_password_standard_input_is_empty(tmp_path: Path, mark: str) -> None:
    ended, _ = run_script(tmp_path, mark, "cat; echo end")
    assert ended.tail == ("end",)


def test_standard_output_can_go_to_a_file_of_its_own(tmp_path: Path, mark: str) -> None:
    answer = tmp_path / "answer"
    ended, _ = run_script(tmp_path, mark, "echo out; echo err >&2", stdout=answer)
    assert answer.read_text() == "out\n"
    assert ended.tail == ("err",)


def test_a_program_that_hangs_is_ended_with_all_it_started(
    tmp_path: Path, mark: str
) -> None:
    """Also what left the group, and what ignores SIGTERM's first asking."""
    script = "setsid sleep 300 & (sleep 300 &) ; sleep 300"
    started = time.monotonic()
    ended, _ = run_script(tmp_path, mark, script, deadline_s=0.5)
    assert ended.why is Why.DEADLINE
    assert time.monotonic() - started < 20
    assert find_orphans([mark], []) == ()


def test_a_program_is_ended_before_the_disk_is_full(tmp_path: Path, mark: str) -> None:
    ended, _ = run_script(tmp_path, mark, "sleep 300", min_free_bytes=1 << 62)
    assert ended.why is Why.DISK
    assert ended.disk.free_least < 1 << 62


def test_disk_and_time_are_measured(tmp_path: Path, mark: str) -> None:
    script = "head -c 8000000 /dev/urandom >file; sync file; sleep 0.3"
    ended, tape = run_script(tmp_path, mark, script)
    assert ended.seconds >= 0.3
    assert ended.disk.free_before > 0
    assert tape.ticks > 0


def test_an_interruption_ends_the_group(tmp_path: Path, mark: str) -> None:
    tape = Tape()
    tape.act = lambda: os.kill(os.getpid(), signal.SIGINT) if tape.ticks == 3 else None
    ended = run(job(tmp_path, mark, "sleep 300 & sleep 300"), tape)
    assert ended.why is Why.INTERRUPTED
    assert find_orphans([mark], []) == ()


def test_what_a_good_program_leaves_running_is_left_alone(
    tmp_path: Path, mark: str
) -> None:
    """``cros_sdk`` runs fstrim in the background."""
    run_script(tmp_path, mark, "sleep 1 >/dev/null 2>&1 & exit 0")
    assert len(find_orphans([mark], [])) == 1
    wait_for(lambda: find_orphans([mark], []) == ())


def test_what_a_failed_program_leaves_running_is_ended(
    tmp_path: Path, mark: str
) -> None:
    ended, _ = run_script(tmp_path, mark, "sleep 300 & exit 3")
    assert ended.exit_status == 3
    assert find_orphans([mark], []) == ()


# --- when coos-build itself is killed -------------------------------------------------

PARENT = """\
import subprocess, sys, os
words = [sys.executable, "-I", sys.argv[1], str(os.getpid()), "--", "sh", "-c"]
subprocess.Popen([*words, "setsid sleep 300 & sleep 300"], process_group=0).wait()
"""


def killed_parent(mark: str) -> None:
    """Kill a process that has a supervised program."""
    parent = subprocess.Popen(
        [sys.executable, "-c", PARENT, str(SUPERVISE)], env={**os.environ, MARK: mark}
    )
    wait_for(lambda: sum(one.name == "sleep" for one in find_orphans([mark], [])) == 2)
    parent.kill()
    parent.wait()


def test_programs_end_with_a_coos_build_that_is_killed(mark: str) -> None:
    killed_parent(mark)
    wait_for(lambda: find_orphans([mark], []) == ())


def test_programs_whose_supervisor_was_killed_too_are_found_and_ended(
    mark: str,
) -> None:
    words = ["sh", "-c", "sleep 300 & setsid sleep 300"]
    child = subprocess.Popen(words, env={**os.environ, MARK: mark}, process_group=0)
    wait_for(lambda: len(find_orphans([mark], [])) == 3)
    child.kill()
    child.wait()
    found = find_orphans([mark], [])
    assert {one.name for one in found} == {"sleep"}
    assert end_orphans(found) == ()


def test_a_parent_that_died_before_the_start_starts_nothing(tmp_path: Path) -> None:
    words = [sys.executable, "-I", str(SUPERVISE), "1", "--", "touch", "made"]
    answer = subprocess.run(words, cwd=tmp_path, check=False)
    assert answer.returncode == 128 + signal.SIGTERM
    assert not (tmp_path / "made").exists()


def test_descendants_are_found_through_any_depth() -> None:
    table = {2: 1, 3: 2, 4: 3, 5: 1, 9: 8}
    assert children_of(table, 2) == {3, 4}
    assert children_of(table, 7) == set()


# --- small questions ------------------------------------------------------------------


def test_an_answer_is_text_and_a_failure_is_none() -> None:
    assert ask(("echo", "x")) == "x"
    assert ask(("false",)) is None
    assert ask(("no-such-program",)) is None
    assert ask(("sleep", "9"), timeout_s=0.1) is None


def test_a_program_beside_another_adds_to_its_log(tmp_path: Path) -> None:
    log = tmp_path / "log"
    log.write_text("before\n")

    def logged(*words: str, limit_s: float = 9.0) -> int:
        env = dict(os.environ)
        return run_logged(words, log, cwd=tmp_path, env=env, timeout_s=limit_s)

    assert logged("echo", "x") == 0
    assert logged("sleep", "9", limit_s=0.1) == 124
    assert logged("no-such") == 127
    assert log.read_text() == "before\nx\n"

# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""Killed and interrupted inside of steps: nothing lives on, and the run goes on."""

import json
import os
import shutil
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from coos_build.runner.orphans import Orphan, end_orphans, find_orphans
from wrapper_build import Build, add_tool, copy_build, make_build

#: Step -> the stand-in that hangs in it, where that is not the step's own name.
HANGING = {
    "preflight": "preflight",
    "repo-init": "repo-init",
    "sync-network": "sync-network",
    "sync-local": "sync-local",
    "chroot": "chroot",
    "setup-board": "setup-board",
    "password": "password",
    "build-packages": "build-packages",
    "build-image": "build-image",
    "attribution": "portageq",
    "vm-image": "vm-image",
    "trim": "chroot",
}
#: Tried in every run of the tests; the others with --slow.
OFTEN = ("build-packages", "build-image", "attribution")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "killed_step" in metafunc.fixturenames:
        every = metafunc.config.getoption("--slow")
        metafunc.parametrize("killed_step", HANGING if every else OFTEN)


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Build:
    """A build that nobody disturbed."""
    build = make_build(tmp_path_factory.mktemp("finished"))
    answer = build.run()
    assert answer.returncode == 0, answer.stderr
    return build


@pytest.fixture
def build(tmp_path: Path) -> Iterator[Build]:
    """A build whose programs are all gone afterwards."""
    made = make_build(tmp_path)
    add_tool(made, "git")
    yield made
    assert end_orphans(programs(made)) == ()


def programs(build: Build) -> tuple[Orphan, ...]:
    """Return what lives of all runs of a build."""
    try:
        runs = [one["run"] for one in build.records("run")]
    except (FileNotFoundError, json.JSONDecodeError):
        return ()
    return find_orphans(runs, [])


def wait_for(condition: Callable[[], object], limit_s: float = 60.0) -> None:
    end = time.monotonic() + limit_s
    while not condition():
        assert time.monotonic() < end, "it did not come about"
        time.sleep(0.05)


def is_inside(build: Build, step: str) -> bool:
    """Return whether a step was begun and its program hangs."""
    log = build.state / f"logs/{step}.1.log"
    if step == "preflight":
        return log.is_file() and any(call[0] == "git" for call in build.calls())
    return log.is_file() and "hanging" in log.read_text()


def hang_in(build: Build, step: str) -> None:
    """Let a program hang in a step, once."""
    if step in {"chroot", "trim", "attribution"}:
        (build.fake / "hidden").touch()  # a chroot.img, to be trimmed and entered
    if step == "trim":
        assert build.run("--until", "vm-image").returncode == 0
    build.behave(HANGING[step], "hang once")


@pytest.mark.slow
def test_a_run_killed_inside_a_step_goes_on_to_the_same_attribution(
    build: Build, finished: Build, killed_step: str
) -> None:
    hang_in(build, killed_step)
    process = build.start()
    try:
        wait_for(lambda: is_inside(build, killed_step))
    finally:
        process.kill()
        process.communicate()
    if killed_step != "preflight":  # a small question is left to the next run
        wait_for(lambda: programs(build) == (), 15)
    assert build.states()[killed_step] == "cut-off"

    answer = build.run()
    assert answer.returncode == 0, answer.stderr
    assert programs(build) == ()
    assert f"{killed_step}: attempt 1 was cut off" in answer.stderr
    sums = [
        (one.images / "latest/attribution/SHA256SUMS").read_text()
        for one in (build, finished)
    ]
    assert sums[0] == sums[1]
    assert build.run().returncode == 0
    assert [one["step"] for one in build.records("skip")].count("build-image") >= 1


def test_a_run_that_died_while_pruning_goes_on(finished: Build, tmp_path: Path) -> None:
    """Pruning is too short to be killed in: the journal is cut after its start."""
    build = copy_build(finished, tmp_path)
    path = build.state / "journal.jsonl"
    lines = path.read_text().splitlines(keepends=True)
    records = [json.loads(line) for line in lines]
    index = next(
        number
        for number, one in enumerate(records)
        if one["kind"] == "start" and one["step"] == "prune"
    )
    path.write_text("".join(lines[: index + 1]) + lines[index + 1][:9])
    assert build.states()["prune"] == "cut-off"
    answer = build.run()
    assert answer.returncode == 0, answer.stderr
    assert "prune: attempt 1 was cut off" in answer.stderr
    assert build.states()["prune"] == "done"


def test_programs_of_a_killed_run_end_before_the_next_begins(build: Build) -> None:
    """The whole group was killed, supervisor and all, but for one that left it."""
    (build.fake / "hidden").touch()
    build.behave("setup-board", "hang once")
    process = build.start()
    wait_for(lambda: is_inside(build, "setup-board"))
    supervisor = build.records("spawn")[-1]["pid"]
    process.send_signal(signal.SIGSTOP)
    os.kill(supervisor, signal.SIGKILL)
    process.kill()
    process.communicate()
    assert programs(build) != ()
    answer = build.run("--until", "setup-board")
    assert answer.returncode == 0, answer.stderr
    assert "of an earlier run" in answer.stderr
    assert programs(build) == ()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_an_interruption_ends_the_programs_and_says_so(
    build: Build, number: signal.Signals
) -> None:
    build.behave("chroot", "hang once")
    process = build.start()
    wait_for(lambda: is_inside(build, "chroot"))
    process.send_signal(number)
    _, told = process.communicate(timeout=30)
    assert process.returncode == 130
    assert b"interrupted; the same command goes on" in told
    assert b"Traceback" not in told
    assert programs(build) == ()
    assert build.states()["chroot"] == "interrupted"
    assert build.records("finish")[-1]["exit"] == 130
    assert build.run("--until", "chroot").returncode == 0


def test_a_full_journal_cut_at_any_record_can_be_continued(
    finished: Build, tmp_path: Path
) -> None:
    """Whatever was on disk last, ``status`` and ``plan`` know what to do."""
    build = copy_build(finished, tmp_path)
    path = build.state / "journal.jsonl"
    lines = path.read_text().splitlines(keepends=True)
    for count in range(len(lines)):
        path.write_text("".join(lines[:count]))
        steps = build.json("plan")["steps"]
        ended = {
            one["step"]
            for one in map(json.loads, lines[:count])
            if one["kind"] == "end"
        }
        for one in steps[1:-1]:
            assert (one["verdict"] == "skip") == (one["step"] in ended), (count, one)
    shutil.rmtree(build.checkout)

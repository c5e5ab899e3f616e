# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""``coos-build run`` from end to end on stand-in tools: resume, refusals, failures."""

import fcntl
import json
import os
import shutil
from pathlib import Path

import pytest
from coos_build.engine import lack_of_disk
from wrapper_build import PASSWORD, STEPS, Build, copy_build, make_build

#: What the stand-ins are not configured to do; sources: test_wrapper_sources.py.
UNNEEDED = ("sources", "boot")
WORKING = tuple(step for step in STEPS if step not in {"preflight", *UNNEEDED})


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Build:
    """A build that ran to its end; not to be changed."""
    build = make_build(tmp_path_factory.mktemp("finished"))
    answer = build.run()
    assert answer.returncode == 0, answer.stderr
    return build


@pytest.fixture
def done(finished: Build, tmp_path: Path) -> Build:
    """A finished build of this test's own."""
    return copy_build(finished, tmp_path)


@pytest.fixture
def fresh(tmp_path: Path) -> Build:
    """A build of which nothing is done."""
    return make_build(tmp_path)


# --- the good way ---------------------------------------------------------------------


def test_every_step_is_done(finished: Build) -> None:
    expected = dict.fromkeys(STEPS, "done") | dict.fromkeys(UNNEEDED, "not-needed")
    assert finished.states() == expected


def test_attribution_lies_beside_the_image(finished: Build) -> None:
    folder = finished.images / "latest/attribution"
    found = {one.name for one in folder.iterdir()}
    assert {"sbom.spdx.json", "credits.html", "NOTICE", "SHA256SUMS"} <= found
    inventory = json.loads((folder / "inventory.json").read_text(encoding="utf-8"))
    assert inventory["image"]["name"] == "Mini"
    assert inventory["image"]["version"] == "13274.0.0"
    assert len(inventory["packages"]) > 5
    findings = json.loads((folder / "findings.json").read_text(encoding="utf-8"))[
        "findings"
    ]
    assert not [one for one in findings if one["severity"] == "error"]


def test_a_second_run_skips_every_step(done: Build) -> None:
    before = len(done.calls())
    answer = done.run()
    assert answer.returncode == 0
    assert "skipped, done" in answer.stderr
    assert [one["step"] for one in done.records("skip")[len(UNNEEDED) :]] == list(
        STEPS[1:]
    )
    asked = {tuple(call) for call in done.calls()[before:]}
    assert asked == {("repo", "manifest", "--revision-as-HEAD")}


def test_the_log_of_a_step_is_whole_and_out_of_the_image_directory(
    finished: Build,
) -> None:
    text = finished.ask("logs", "build-packages").stdout
    assert text.startswith("coos-build: build-packages, attempt 1\n")
    assert (
        "$ cros_sdk -- ./build_packages --board=lakitu --nowithdebug --jobs 2" in text
    )
    assert ">>> Emerging (1 of " in text
    path = finished.ask("logs", "build-packages", "--path").stdout.strip()
    assert path == str(finished.state / "logs/build-packages.1.log")


def test_the_journal_holds_time_disk_host_and_configuration(finished: Build) -> None:
    (run,) = finished.records("run")
    assert run["config"]["board"] == "lakitu"
    assert int(run["host"]["memory_bytes"]) > 0
    ends = {one["step"]: one for one in finished.records("end")}
    packages = ends["build-packages"]
    assert packages["seconds"] > 0
    assert packages["exit"] == 0
    assert set(packages["disk"]) == {"before", "after", "least"}
    assert ends["build-image"]["facts"]["image_dir"] == "R85-13274.0.0-a1"
    assert ends["build-image"]["sizes"]["chromiumos_image.bin"] > 0
    assert ends["sync-local"]["facts"]["revision"]
    assert finished.records("finish")[0]["exit"] == 0


def test_the_password_is_nowhere(finished: Build) -> None:
    """Not in a log, the journal, a report, the configuration or a command line."""
    found = [
        path
        for path in finished.checkout.parent.rglob("*")
        if path.is_file() and PASSWORD.encode() in path.read_bytes()
    ]
    assert found == []


def test_the_password_reached_the_script(finished: Build) -> None:
    assert (finished.checkout / "chroot/etc/shared_user_passwd.txt").is_file()


def test_the_manifest_that_pins_the_sources_is_kept(finished: Build) -> None:
    assert "<manifest>" in (finished.state / "manifest.xml").read_text(encoding="utf-8")


# --- what is run again ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("gone", "again"),
    [
        ("chroot/build/lakitu/packages/Packages", "build-packages"),
        ("src/build/images/lakitu/R85-13274.0.0-a1/attribution", "attribution"),
        (".repo/project-objects", "sync-network"),
    ],
)
def test_a_step_whose_artifact_is_gone_runs_again(
    done: Build, gone: str, again: str
) -> None:
    path = done.checkout / gone
    shutil.rmtree(path) if path.is_dir() else path.unlink()
    answer = done.run()
    assert answer.returncode == 0, answer.stderr
    assert f"{again}: " in answer.stderr
    assert done.records("end")[-1]["run"] == done.records("run")[-1]["run"]
    ran = [one["step"] for one in done.records("start")[len(WORKING) + 1 :]]
    assert ran[:2] == ["preflight", again]


def test_sources_that_moved_on_are_built_again(done: Build) -> None:
    (done.fake / "revision").write_text("2", encoding="utf-8")
    assert done.run().returncode == 0
    ran = [one["step"] for one in done.records("start")[len(WORKING) + 1 :]]
    assert ran == ["preflight", *WORKING[2:]]


def test_another_policy_runs_the_attribution_and_no_more(done: Build) -> None:
    assert (
        done.run("--fail-on", "error", "--supplier", "Organization: X").returncode == 0
    )
    ran = [one["step"] for one in done.records("start")[len(WORKING) + 1 :]]
    assert ran == ["preflight", "attribution"]


def test_force_makes_a_second_image_of_the_day(done: Build) -> None:
    assert done.run("--force", "build-image", "--until", "vm-image").returncode == 0
    assert (done.images / "R85-13274.0.0-a1").is_dir()
    second = done.images / "R85-13274.0.0-a2"
    assert (second / "attribution/SHA256SUMS").is_file()
    assert (second / "chromiumos_qemu_image.bin").is_file()
    assert done.json("status")["image"] == "R85-13274.0.0-a2"


@pytest.mark.parametrize("lost", ["journal.jsonl", ""])
def test_an_attempt_has_a_number_that_no_image_directory_has(
    done: Build, lost: str
) -> None:
    """An official build has no date in its name, so numbers alone tell them apart."""
    assert (done.images / "R85-13274.0.0-a1").is_dir()
    (done.images / "R85-13274.0.0-a7").mkdir()
    if lost:
        (done.state / lost).unlink()
    answer = done.run("--until", "build-image", "--force", "build-image")
    assert answer.returncode == 0, answer.stderr
    assert (done.images / "latest").readlink() == Path("R85-13274.0.0-a8")
    assert done.records("end")[-1]["facts"]["image_dir"] == "R85-13274.0.0-a8"


@pytest.mark.parametrize(
    ("option", "name"),
    [
        ("--version=17162.40.35", "R85-17162.40.35"),
        ("--output_suffix=signed", "R85-13274.0.0-a2-signed"),
    ],
)
def test_an_image_may_be_named_by_the_options_of_build_image(
    done: Build, option: str, name: str
) -> None:
    answer = done.run(f"--image-options={option}")
    assert answer.returncode == 0, answer.stderr
    assert (done.images / name / "attribution/SHA256SUMS").is_file()
    again = done.run(f"--image-options={option}")
    assert "build-image: skipped, done" in again.stderr


def test_a_directory_that_is_there_by_its_given_version_says_what_cures_it(
    done: Build,
) -> None:
    options = ("--image-options=--version=1", "--until", "build-image")
    assert done.run(*options).returncode == 0
    answer = done.run(*options, "--force", "build-image")
    assert answer.returncode == 1
    assert "add --replace to image_options" in answer.stderr
    again = done.run(*options, "--image-options=--replace")
    assert again.returncode == 0, again.stderr


def test_an_older_image_is_pruned_after_the_new_one_is_complete(done: Build) -> None:
    assert done.run("--force", "build-image").returncode == 0
    assert [one.name for one in sorted(done.images.iterdir())] == [
        "R85-13274.0.0-a2",
        "latest",
    ]


def test_without_the_word_of_build_image_the_new_directory_is_found(
    done: Build,
) -> None:
    done.behave("build-image-words", "silent")
    assert done.run("--force", "build-image", "--until", "build-image").returncode == 0
    assert done.json("status")["image"] == "R85-13274.0.0-a2"


def test_latest_that_points_to_a_broken_attempt_is_not_believed(done: Build) -> None:
    broken = done.images / "R85-13274.0.0-a9"
    broken.mkdir()
    (done.images / "latest").unlink()
    (done.images / "latest").symlink_to(broken.name)
    answer = done.run("--force", "attribution")
    assert answer.returncode == 0, answer.stderr
    assert not (broken / "attribution").exists()
    # The image that is whole outlives the pruning.
    assert (done.images / "R85-13274.0.0-a1/chromiumos_image.bin").is_file()


def test_a_moved_checkout_is_noticed_and_goes_on(done: Build, finished: Build) -> None:
    answer = done.run()
    assert f"this checkout was at {finished.checkout} in the last run" in answer.stderr
    assert answer.returncode == 0


# --- steps that fail ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("tool", "step"),
    [
        *((step, step) for step in WORKING[1:8] if step != "attribution"),
        ("vm-image", "vm-image"),
    ],
)
def test_exit_0_without_the_artifact_is_a_failure(
    done: Build, tool: str, step: str
) -> None:
    forget(done, step)
    done.behave(tool, "empty")
    answer = done.run("--force", step, "--only", step)
    assert answer.returncode == 1, answer.stderr
    assert f"{step}: exited 0, but " in answer.stderr
    assert done.states()[step] == "failed"
    done.behave(tool, "")
    assert done.run("--only", step).returncode == 0


def forget(build: Build, step: str) -> None:
    """Remove what a step made."""
    made = {
        "sync-network": ".repo/project-objects",
        "sync-local": "src/scripts",
        "chroot": "chroot/etc/cros_chroot_version",
        "setup-board": "chroot/build/lakitu/etc",
        "password": "chroot/etc/shared_user_passwd.txt",
        "build-packages": "chroot/build/lakitu/packages",
        "vm-image": "src/build/images/lakitu/latest/chromiumos_qemu_image.bin",
    }
    path = build.checkout / made.get(step, "absent")
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def test_a_failure_shows_the_log_and_stops_the_run(fresh: Build) -> None:
    fresh.behave("setup-board", "die")
    answer = fresh.run()
    assert answer.returncode == 1
    assert "  | setup-board: it broke" in answer.stderr
    assert "setup-board: exit status 7" in answer.stderr
    assert "setup-board.1.log" in answer.stderr
    states = fresh.states()
    assert (states["setup-board"], states["password"]) == ("failed", "pending")


def test_a_failed_build_image_leaves_its_log(done: Build) -> None:
    done.behave("build-image", "die")
    answer = done.run("--force", "build-image", "--only", "build-image")
    assert answer.returncode == 1
    assert not (done.images / "R85-13274.0.0-a2").exists()
    assert "it broke" in done.ask("logs", "build-image").stdout
    assert "made" not in done.ask("logs", "build-image", "--attempt", "9").stdout


@pytest.mark.parametrize(
    ("tool", "mode", "step", "cause"),
    [
        ("build-packages", "full", "build-packages", "the disk is full"),
        ("build-packages", "hook", "build-packages", "the licence hook stopped"),
        ("repo-init", "unsigned", "repo-init", "not signed by a key that it trusts"),
    ],
)
def test_a_known_failure_says_cause_and_cure(
    fresh: Build, tool: str, mode: str, step: str, cause: str
) -> None:
    fresh.behave(tool, mode)
    answer = fresh.run()
    assert answer.returncode == 1
    assert f"{step}: exit status 1: " in answer.stderr
    assert cause in answer.stderr
    assert f"{step}: to cure it: " in answer.stderr


def test_an_option_that_repo_rejects_is_named(fresh: Build) -> None:
    """As --repo-ref of the notes, which reaches repo only by hand."""
    tool = fresh.home / "bin/repo"
    tool.write_text(
        tool.read_text(encoding="utf-8").replace('"$@"', '"$@" --repo-ref x'),
        encoding="utf-8",
    )
    answer = fresh.run("--until", "repo-init")
    assert answer.returncode == 1
    assert "use --repo-rev, as coos-build does" in answer.stderr


def test_a_step_that_hangs_is_ended_at_its_deadline(fresh: Build) -> None:
    fresh.behave("setup-board", "hang")
    answer = fresh.run("--deadlines", "setup-board=1")
    assert answer.returncode == 1
    assert "did not end within 1.0 s and was ended" in answer.stderr
    assert "--deadlines setup-board=SECONDS" in answer.stderr


def test_a_step_is_ended_before_the_disk_is_full(fresh: Build) -> None:
    fresh.behave("chroot", "hang")
    answer = fresh.run("--min-free-gib", "9000000")
    assert answer.returncode == 1
    assert "was ended before it filled the disk: " in answer.stderr
    fresh.behave("chroot", "")
    assert fresh.run("--until", "chroot").returncode == 0


@pytest.mark.parametrize(
    ("need_gib", "free", "said"),
    [(12, 11 << 30, "needs 12 GiB of free disk, 11.0 GiB are there"), (1, 1 << 30, "")],
)
def test_a_step_that_lacks_disk_does_not_start(
    need_gib: int, free: int, said: str
) -> None:
    assert lack_of_disk(need_gib, free) == said


def test_a_log_that_cannot_be_written_is_a_failure_of_the_step(fresh: Build) -> None:
    log = fresh.state / "logs/repo-init.1.log"
    log.parent.mkdir(parents=True)
    log.symlink_to("/dev/full")
    answer = fresh.run()
    assert answer.returncode == 1
    assert f"repo-init: {log}: No space left on device\n" in answer.stderr
    assert fresh.states()["repo-init"] == "failed"
    assert fresh.run("--until", "repo-init").returncode == 0


# --- what is refused ------------------------------------------------------------------


def test_two_runs_at_once_are_refused_and_the_holder_is_named(done: Build) -> None:
    lock = done.state / "lock"
    lock.write_text(
        '{"pid": 42, "host": "elsewhere", "started": "today"}', encoding="utf-8"
    )
    descriptor = os.open(lock, os.O_RDWR)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        answer = done.run()
        assert done.json("status")["at_work"]["pid"] == 42
    finally:
        os.close(descriptor)
    assert answer.returncode == 2
    assert "is held by process 42 on elsewhere, since today" in answer.stderr


def test_a_stale_lock_is_taken_over_and_said(done: Build) -> None:
    lock = done.state / "lock"
    lock.write_text(
        '{"pid": 42, "host": "elsewhere", "started": "today"}', encoding="utf-8"
    )
    answer = done.run()
    assert answer.returncode == 0
    assert "the last run left without an end: process 42 on elsewhere" in answer.stderr


def test_a_torn_journal_line_is_said_and_survived(done: Build) -> None:
    with (done.state / "journal.jsonl").open("ab") as file:
        file.write(b'{"v": 1, "kind": "end", "st')
    (fault,) = done.json("status")["journal_faults"]
    assert fault.endswith("was torn and is ignored")
    answer = done.run()
    assert answer.returncode == 0
    assert fault in answer.stderr
    assert (done.json("status"))["journal_faults"] != []


def test_without_a_password_and_a_terminal_nothing_starts(fresh: Build) -> None:
    answer = fresh.ask("run")
    assert answer.returncode == 2
    assert "give --password-stdin, --password-fd N" in answer.stderr
    assert fresh.calls() == []


@pytest.mark.parametrize("text", ["", "\n", "a\x07b\n", "x" * 2000])
def test_a_password_that_nobody_could_type_is_refused(fresh: Build, text: str) -> None:
    answer = fresh.ask("run", "--password-stdin", stdin=text)
    assert answer.returncode == 2
    assert "password: is empty, too long, or holds a character" in answer.stderr


def test_an_unknown_step_and_board_are_refused(done: Build) -> None:
    assert done.ask("logs", "chrot").returncode == 2
    answer = done.run("--board", "lakitoo")
    assert answer.returncode == 2
    assert "did you mean 'lakitu'?" in answer.stderr

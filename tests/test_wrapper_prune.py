# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""Which images stay, and that nothing else is touched."""

import os
from pathlib import Path

import pytest
from coos_build.actions.prune import plan_pruning, remove, weight
from coos_build.errors import StepError
from coos_build.history import History
from coos_build.layout import Layout, attempt_of, created_in
from coos_build.lock import Holder, hold
from coos_build.model import Attempt, State
from wrapper_build import Build, make_build

#: A day after the images of these tests were made.
NOW = 1_086_400.0


@pytest.fixture
def build(tmp_path: Path) -> Build:
    """A checkout without images."""
    made = make_build(tmp_path)
    made.images.mkdir(parents=True)
    return made


def image(build: Build, name: str, *, age: int, complete: bool = True) -> Path:
    folder = build.images / name
    folder.mkdir()
    made = (1_000_000 - age, 1_000_000 - age)
    if complete:
        (folder / "chromiumos_image.bin").write_text("x", encoding="utf-8")
        os.utime(folder / "chromiumos_image.bin", made)
    else:
        os.utime(folder, made)
    return folder


def latest(build: Build, name: str) -> None:
    (build.images / "latest").symlink_to(name)


def attempt(number: int, state: State, **facts: str) -> Attempt:
    words = ("./build_image", *([f"--build_attempt={number}"] if number > 1 else []))
    return Attempt(
        run="1",
        step="build-image",
        number=number,
        fingerprint="",
        state=state,
        started="1970-01-12T13:00:00Z",
        log="",
        commands=(words,),
        facts=facts,
    )


def removed(
    build: Build, *attempts: Attempt, built: str = "", keep: int = 1, now: float = NOW
) -> list[str]:
    layout = Layout(build.checkout, "lakitu")
    done = [attempt(1, State.DONE, image_dir=built)] if built else []
    history = History((), (*attempts, *done))
    return [one.name for one in plan_pruning(layout, history, keep, now).removed]


def test_all_go_but_latest(build: Build) -> None:
    for age, name in enumerate(("R1-3-a1", "R1-2-a1", "R1-1-a1")):
        image(build, name, age=age)
    latest(build, "R1-3-a1")
    assert removed(build) == ["R1-1-a1", "R1-2-a1"]


def test_the_image_built_last_stays_whatever_latest_says(build: Build) -> None:
    for age, name in enumerate(("R1-3-a1", "R1-2-a1", "R1-1-a1")):
        image(build, name, age=age)
    latest(build, "R1-3-a1")
    assert removed(build, built="R1-1-a1") == ["R1-2-a1"]


def test_of_two_images_of_one_day_the_newer_stays(build: Build) -> None:
    image(build, "R85-13274.0.2020_06_12_1147-a1", age=9)
    image(build, "R85-13274.0.2020_06_12_1147-a2", age=1)
    latest(build, "R85-13274.0.2020_06_12_1147-a2")
    assert removed(build) == ["R85-13274.0.2020_06_12_1147-a1"]


@pytest.mark.parametrize("keep", [0, 1])
def test_with_latest_broken_the_newest_complete_image_stays(
    build: Build, keep: int
) -> None:
    image(build, "R1-1-a1", age=9)
    image(build, "R1-2-a1", age=5)
    image(build, "R1-3-a1", age=1, complete=False)
    latest(build, "R1-3-a1")
    assert removed(build, keep=keep) == ["R1-1-a1"]


@pytest.mark.parametrize("target", ["", "R9-9-a9", "../..", "/etc"])
def test_with_latest_nowhere_the_newest_complete_image_stays(
    build: Build, target: str
) -> None:
    image(build, "R1-1-a1", age=9)
    image(build, "R1-2-a1", age=5)
    if target:
        latest(build, target)
    assert removed(build, keep=0) == ["R1-1-a1"]


def test_what_was_left_by_an_attempt_that_was_cut_off_is_no_complete_image(
    build: Build,
) -> None:
    """build_image makes the image's file first; killed, it leaves what looks whole."""
    image(build, "R1-1-a1", age=9)
    image(build, "R1-1-a2", age=1)
    latest(build, "R9-9-a9")
    assert removed(build, attempt(2, State.RUNNING), keep=1) == ["R1-1-a2"]


def test_an_image_older_than_the_attempt_of_its_number_was_not_left_by_it(
    build: Build,
) -> None:
    image(build, "R1-1-a1", age=900_000)
    image(build, "R1-1-a3", age=1)
    latest(build, "R1-1-a3")
    assert removed(build, attempt(1, State.RUNNING), keep=2) == []


def test_what_may_be_being_written_stays(build: Build) -> None:
    """build_image given by hand, or for an hour of which nobody knows: no lock."""
    folder = image(build, "R1-2-a7", age=0, complete=False)
    image(build, "R1-1-a1", age=9)
    latest(build, "R1-1-a1")
    assert removed(build, now=1_000_000 + 3_599) == []
    assert removed(build, now=1_000_000 + 3_601) == [folder.name]


def test_another_boards_image_does_not_hide_which_was_built_last(build: Build) -> None:
    image(build, "R1-1-a1", age=9)
    image(build, "R1-2-a1", age=1)
    latest(build, "R1-2-a1")
    mine = attempt(1, State.DONE, image_dir="R1-1-a1")
    assert removed(build, mine, built="R7-7-a7") == []


def test_a_directory_of_a_persons_own_name_is_not_looked_at(build: Build) -> None:
    image(build, "R1-keep", age=9)
    image(build, "R1-2-a1", age=1)
    latest(build, "R1-2-a1")
    assert removed(build) == []
    assert removed(build, attempt(1, State.DONE, image_dir="R1-keep"), built="x") == []


def test_images_are_not_removed_beside_a_run(build: Build) -> None:
    """The directory that a run writes is neither latest nor the one built last."""
    image(build, "R1-1-a1", age=9)
    image(build, "R1-2-a1", age=1)
    latest(build, "R1-2-a1")
    build.state.mkdir()
    with hold(build.state, Holder(7, "host", "now")):
        answer = build.ask("prune")
        assert answer.returncode == 2
        assert "is held by process 7 on host" in answer.stderr
        assert build.ask("prune", "--dry-run").returncode == 0
    assert (build.images / "R1-1-a1").exists()
    assert build.ask("prune").returncode == 0
    assert not (build.images / "R1-1-a1").exists()


def test_what_is_not_named_like_an_image_is_not_looked_at(build: Build) -> None:
    image(build, "R1-2-a1", age=1)
    latest(build, "R1-2-a1")
    (build.images / "notes").mkdir()
    (build.images / "R1-1-a1").symlink_to("notes")
    (build.images / "R1-0-a1").write_text("a file", encoding="utf-8")
    assert removed(build) == []


def test_a_link_inside_is_removed_and_not_followed(
    build: Build, tmp_path: Path
) -> None:
    folder = image(build, "R1-1-a1", age=9)
    precious = tmp_path / "precious"
    precious.mkdir()
    (precious / "file").touch()
    (folder / "link").symlink_to(precious)
    image(build, "R1-2-a1", age=1)
    latest(build, "R1-2-a1")
    answer = build.ask("prune")
    assert answer.returncode == 0
    assert not folder.exists()
    assert (precious / "file").exists()


def test_a_dry_run_says_what_would_go_and_removes_nothing(build: Build) -> None:
    image(build, "R1-1-a1", age=9)
    image(build, "R1-2-a1", age=1)
    latest(build, "R1-2-a1")
    answer = build.ask("prune", "--dry-run")
    assert answer.stdout.splitlines() == [
        "keep R1-2-a1: latest points to it",
        "would remove R1-1-a1 (4.0 KiB)",
    ]
    assert (build.images / "R1-1-a1").exists()


def test_what_cannot_be_removed_says_how(build: Build) -> None:
    image(build, "R1-1-a1", age=9)
    image(build, "R1-2-a1", age=1)
    latest(build, "R1-2-a1")
    pruning = plan_pruning(Layout(build.checkout, "lakitu"), History(), 1, NOW)
    remove(pruning)
    with pytest.raises(StepError, match="sudo rm -r"):
        remove(pruning)


def test_a_board_without_images_has_nothing_to_prune(tmp_path: Path) -> None:
    assert make_build(tmp_path).ask("prune").returncode == 0


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("Done. Image(s) created in /mnt/host/source/src/x/R1-2-a3", "R1-2-a3"),
        ("INFO    build_image : Done. Image(s) created in ../x/R1-2-a3", "R1-2-a3"),
        ("Done. Image(s) created in /x/R85-17162.40.35", "R85-17162.40.35"),
        ("Done. Image(s) created in /x/R85-1.2.3-a1-signed", "R85-1.2.3-a1-signed"),
        ("Done. Image(s) created in /etc", ""),
        ("Done. Image(s) created in ../../..", ""),
        ("nothing", ""),
    ],
)
def test_build_image_says_where(line: str, name: str) -> None:
    assert created_in([line]) == name


def test_what_goes_is_weighed_with_the_bundles_in_it(build: Build) -> None:
    folder = image(build, "R1-1-a1", age=1)
    distfiles = folder / "sources/distfiles"
    distfiles.mkdir(parents=True)
    (distfiles / "a.tar").write_bytes(b"x" * (3 << 20))
    (folder / "link").symlink_to("/usr")
    assert weight(folder) == "3.0 MiB"


@pytest.mark.parametrize(
    ("name", "number"),
    [
        ("R85-13274.0.0-a12", 12),
        ("R85-13274.0.0-a2-signed", 2),
        ("R111-15301.0.0-d2023_01_04_103804-a1", 1),
        ("R85-1.2.3", 0),
        ("R85-1.2.3-alpha", 0),
        (f"R85-1-a{'9' * 5000}", 0),
    ],
)
def test_a_directory_says_which_attempt_it_is(name: str, number: int) -> None:
    assert attempt_of(name) == number

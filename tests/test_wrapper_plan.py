# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""``coos-build plan``: the exact commands by profile and era, and nothing written."""

from pathlib import Path

import pytest
from coos_build.model import Era
from coos_build.probe import boards, probe
from coos_build.steps import STEPS as PIPELINE
from wrapper_build import STEPS, Build, make_build

NOTES = """\
repo init --manifest-url https://chromium.googlesource.com/chromiumos/manifest.git\
 --manifest-branch stable --groups minilayout\
 --repo-url https://chromium.googlesource.com/external/repo.git --repo-rev stable
repo sync --fail-fast --no-manifest-update --network-only --clone-bundle --jobs 4
repo sync --fail-fast --local-only --jobs 1
cros_sdk --enter -- true
cros_sdk -- setup_board --board lakitu --default
cros_sdk -- ./set_shared_user_password.sh   # the password on standard input
cros_sdk -- ./build_packages --board=lakitu --nowithdebug --jobs -1
cros_sdk -- ./build_image --board=lakitu dev
cros_sdk -- ./image_to_vm.sh --from=../build/images/lakitu/latest --board=lakitu
cros_sdk --enter -- true
""".splitlines()


@pytest.fixture
def build(tmp_path: Path) -> Build:
    """A build of which nothing is done."""
    made = make_build(tmp_path)
    (made.checkout / "coos-build.toml").unlink()
    return made


def commands(text: str) -> list[str]:
    lines = text.splitlines()
    return [line for line in lines if line and not line.startswith(("#", "mkdir"))]


def test_the_steps_have_their_fixed_names() -> None:
    assert tuple(step.name for step in PIPELINE) == STEPS


def test_a_step_comes_after_those_it_names() -> None:
    seen: set[str] = set()
    for step in PIPELINE:
        assert {*step.after, *step.redo_after} <= seen
        seen.add(step.name)


def test_seed_2020_is_the_pipeline_of_the_notes(build: Build) -> None:
    text = build.ask("plan", "--profile", "seed-2020").stdout
    found = [
        line
        for line in commands(text)
        if not line.startswith("coos-") and "tar" not in line and "portageq" not in line
    ]
    assert found == NOTES


def test_the_attribution_is_made_of_a_plain_tar(build: Build) -> None:
    text = build.ask("plan", "--only", "attribution").stdout
    tar, portageq, generate = commands(text)
    assert tar == (
        "cros_sdk -- tar --create"
        " --file /mnt/host/source/.coos-build/work/sysroot.tar"
        " --directory /build/lakitu var/db/pkg"
    )
    assert portageq.endswith("portageq-lakitu envvar PORTDIR PORTDIR_OVERLAY")
    assert generate.startswith("coos-license generate .coos-build/work/sysroot.tar")
    assert "--shipped src/build/images/lakitu/latest/chromiumos_image.bin" in generate


def test_cos_takes_its_manifest_and_the_wrappers_of_chromite(build: Build) -> None:
    found = commands(build.ask("plan", "--profile", "cos").stdout)
    assert found[1] == (
        "repo init --manifest-url https://cos.googlesource.com/cos/manifest.git"
        " --manifest-branch release-R125"
        " --repo-url https://chromium.googlesource.com/external/repo.git"
    )
    assert "cros_sdk -- build_packages --board=lakitu --nowithautotest" in found
    assert "cros_sdk -- build_image --board=lakitu base test" in found


def test_pinned_takes_a_snapshot_by_its_tag(build: Build) -> None:
    tag = "refs/tags/17162.40.35"
    words = ("--profile", "pinned", "--manifest-branch", tag)
    found = commands(build.ask("plan", *words).stdout)
    assert found[1].startswith(
        "repo init --manifest-url"
        " https://cos.googlesource.com/cos/manifest-snapshots.git"
        f" --manifest-branch {tag} --manifest-name snapshot.xml"
    )


@pytest.mark.parametrize("words", [("plan",), ("run", "--dry-run")])
def test_nothing_is_written(tmp_path: Path, words: tuple[str, ...]) -> None:
    build = make_build(tmp_path)
    before = sorted(build.checkout.rglob("*"))
    answer = build.ask(*words)
    assert answer.returncode == 0, answer.stderr
    assert sorted(build.checkout.rglob("*")) == before
    assert build.calls() == []


def test_before_a_checkout_the_era_is_the_profile_s_and_says_so(build: Build) -> None:
    told = build.json("plan")["tools"]
    assert told == ["no checkout yet: commands of the profile's era (scripts)"]


def test_the_shape_of_the_json(build: Build) -> None:
    plan = build.json("plan")
    assert sorted(plan) == ["board", "checkout", "profile", "schema", "steps", "tools"]
    assert [step["step"] for step in plan["steps"]] == list(STEPS)
    password = plan["steps"][STEPS.index("password")]
    assert password == {
        "step": "password",
        "summary": "set the password of the shared user",
        "verdict": "run",
        "reason": "not done yet",
        "commands": [["cros_sdk", "--", "./set_shared_user_password.sh"]],
        "stdin": "password",
        "deadline_s": 600,
        "disk_gib": 1,
    }


def test_install_runs_build_image_under_our_page(build: Build) -> None:
    (line,) = commands(build.ask("plan", "--install", "--only", "build-image").stdout)
    assert line == (
        "cros_sdk -- sh /mnt/host/source/.coos-build/install/enter.sh"
        " ./build_image --board=lakitu dev"
    )


@pytest.mark.parametrize(
    ("options", "step", "word"),
    [
        (("--partial-clone",), "repo-init", "--partial-clone"),
        (("--current-branch",), "sync-network", "--current-branch"),
        (("--nouse-image",), "chroot", "--nouse-image"),
        (("--nousepkg",), "build-packages", "--nousepkg"),
        (("--groups", "all"), "repo-init", "all"),
        (
            ("--accept-licenses", "@CHROMEOS"),
            "build-packages",
            "--accept_licenses=@CHROMEOS",
        ),
    ],
)
def test_the_questions_of_the_notes_are_options(
    build: Build, options: tuple[str, ...], step: str, word: str
) -> None:
    (one,) = build.json("plan", "--only", step, *options)["steps"]
    assert word in one["commands"][0]


# --- what a checkout has --------------------------------------------------------------


def checkout_with(folder: Path, *names: str) -> Path:
    for name in ("src/scripts/common.sh", *names):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    return folder


@pytest.mark.parametrize(
    ("evidence", "command"),
    [
        ("src/scripts/build_packages", ("cros_sdk", "--", "./build_packages")),
        ("chromite/bin/build_packages", ("cros_sdk", "--", "build_packages")),
        ("chromite/cli/cros/cros_build_packages.py", ("cros", "build-packages")),
    ],
)
def test_the_checkout_says_whose_commands_are_used(
    tmp_path: Path, evidence: str, command: tuple[str, ...]
) -> None:
    checkout = checkout_with(tmp_path, evidence)
    for era in Era:
        tools = probe(checkout, era)
        form = tools.forms["build-packages"]
        assert form.command[: len(command)] == command
        assert f"build-packages: {form.era} ({evidence})" in tools.sentences()


def test_of_two_tools_the_profile_s_era_is_taken(tmp_path: Path) -> None:
    checkout = checkout_with(
        tmp_path, "src/scripts/build_image", "chromite/bin/build_image"
    )
    for era in (Era.SCRIPTS, Era.CHROMITE):
        assert probe(checkout, era).forms["build-image"].era is era


def test_cros_spells_its_options_otherwise(build: Build) -> None:
    checkout_with(build.checkout, "chromite/cli/cros/cros_build_packages.py")
    words = ("--nousepkg", "--package-options=--no-withdebug")
    (step,) = build.json("plan", "--only", "build-packages", *words)["steps"]
    (found,) = step["commands"]
    assert " ".join(found) == (
        "cros build-packages --board=lakitu --no-usepkg --no-withdebug --jobs -1"
    )


def test_install_is_refused_where_the_command_enters_by_itself(build: Build) -> None:
    checkout_with(build.checkout, "chromite/cli/cros/cros_build_image.py")
    answer = build.ask("plan", "--install")
    assert answer.returncode == 2
    assert "which enters the chroot by itself" in answer.stderr


def test_a_checkout_without_image_to_vm_needs_no_vm_image(build: Build) -> None:
    checkout_with(build.checkout, "src/scripts/build_image")
    (step,) = build.json("plan", "--only", "vm-image")["steps"]
    assert step["verdict"] == "not-needed"


def test_boards_are_read_off_the_overlays(tmp_path: Path) -> None:
    for name in ("src/overlays/overlay-b", "src/private-overlays/overlay-a-private"):
        (tmp_path / name).mkdir(parents=True)
    (tmp_path / "src/overlays/README").touch()
    assert boards(tmp_path) == ("a", "b")


# --- what is refused ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--from", "build-package"), "did you mean 'build-packages'?"),
        (("--only", "cook"), "there is no step 'cook'"),
        (("--force", "bot"), "did you mean 'boot'?"),
        (("--only", "boot", "--from", "chroot"), "does not go with --from"),
        (("--from", "boot", "--until", "chroot"), "leaves no step to run"),
        (("--only", "boot", "--force", "chroot"), "is not among the chosen steps"),
        (("--config", ""), "is empty"),
        (("--board", "LAKITU"), "board is 'LAKITU'"),
    ],
)
def test_a_wrong_wish_is_one_line(
    build: Build, words: tuple[str, ...], said: str
) -> None:
    answer = build.ask("plan", *words)
    assert answer.returncode == 2
    assert said in answer.stderr
    assert len(answer.stderr.splitlines()) == 1


def test_a_board_that_the_sources_lack_names_the_near_one(build: Build) -> None:
    (build.checkout / "src/overlays/overlay-lakitu").mkdir(parents=True)
    answer = build.ask("plan", "--board", "lakito")
    assert answer.returncode == 2
    assert "the sources have no board 'lakito'; did you mean 'lakitu'?" in answer.stderr

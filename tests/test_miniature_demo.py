# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""What `./run demo` built: every SOURCE says the same, and no kill changes that."""

import json
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from command import run
from mini.demo import IMAGES, command
from mini.work import Work, work_directory

pytestmark = [pytest.mark.miniature, pytest.mark.slow]

Packages = Mapping[str, Mapping[str, Any]]
STEPS = (
    *("repo-init", "sync-network", "sync-local", "chroot", "setup-board", "password"),
    *("build-packages", "build-image", "attribution", "sources", "vm-image", "trim"),
    *("prune", "boot"),
)
#: Killed in every run of the tests; the others with --slow.
OFTEN = ("build-packages", "build-image", "attribution", "sources")
REPOSITORIES = (
    "src/third_party/portage-stable",
    "src/third_party/chromiumos-overlay",
    "src/overlays/overlay-lakitu",
)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "killed_step" in metafunc.fixturenames:
        every = metafunc.config.getoption("--slow")
        metafunc.parametrize("killed_step", STEPS if every else OFTEN)


@pytest.fixture(scope="module")
def work() -> Work:
    found = work_directory()
    if not (found.demo / IMAGES / "attribution/SHA256SUMS").is_file():
        pytest.skip("the demo was not run here as root: ./run demo")
    return found


@pytest.fixture(scope="module")
def environment(work: Work) -> dict[str, str]:
    """The environment of the pipeline."""
    lines = work.environment.read_text(encoding="utf-8").splitlines()
    return dict(line.split("=", 1) for line in lines)


def build(work: Work, environment: Mapping[str, str], *arguments: str) -> None:
    """Run the pipeline to its end."""
    done = subprocess.run(
        command(work, "run", "--password-stdin", *arguments),
        env=environment,
        input=(work.home / "password").read_bytes(),
        capture_output=True,
        check=False,
        timeout=600,
    )
    assert done.returncode == 0, done.stderr.decode()


def records(work: Work) -> list[dict[str, Any]]:
    """The journal; a line that is being written is left out."""
    text = (work.demo / ".coos-build/journal.jsonl").read_text(encoding="utf-8")
    return [json.loads(line) for line in text.splitlines() if line.endswith("}")]


#: What says where something lies, and how many files there are.
PLACES = {"evidence", "files", "texts", "copyright_evidence"}


def listed(source: Path, *options: str) -> Packages:
    """Package -> what `list` says of it."""
    shown = run("list", str(source), *options, "--format", "json", "--quiet")
    assert shown.returncode == 0, shown.stderr
    return {one["cpv"]: one for one in json.loads(shown.stdout)["packages"]}


def differing(one: Packages, other: Packages) -> set[str]:
    """The keys in which packages of both differ."""
    return {
        key
        for cpv in one.keys() & other.keys()
        for key in one[cpv]
        if one[cpv][key] != other[cpv][key]
    }


def texts(package: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Name and digest of the texts that are not of components."""
    return [
        (use["name"], use["sha256"])
        for use in package["texts"]
        if use["kind"] != "component"
    ]


@pytest.fixture(scope="module")
def sysroot(work: Work) -> Packages:
    """The packages of the checkout."""
    return listed(work.demo, "--board", "lakitu")


@pytest.fixture(scope="module")
def overlays(work: Work) -> list[str]:
    """The repositories, in the order in which a checkout has them."""
    return [
        word for name in REPOSITORIES for word in ("--overlay", str(work.demo / name))
    ]


# --- one build, many sources: docs/sources.md ----------------------------------------


def test_the_image_of_the_chroot_says_what_the_checkout_says(
    work: Work, sysroot: Packages, overlays: list[str]
) -> None:
    image = work.demo / "chroot.img"
    assert listed(image, "--sysroot", "build/lakitu", *overlays) == sysroot


def test_a_snapshot_says_what_the_checkout_says(
    work: Work, sysroot: Packages, tmp_path: Path
) -> None:
    file = tmp_path / "lakitu.tar.gz"
    options = ("--board", "lakitu", "-o", str(file), "--quiet")
    assert run("snapshot", str(work.demo), *options).returncode == 0
    assert listed(file) == sysroot


def test_binary_packages_lack_lists_of_files_and_what_the_files_say(
    work: Work, sysroot: Packages, overlays: list[str]
) -> None:
    image = work.demo / "chroot.img"
    packages = listed(image, "--sysroot", "build/lakitu/packages", *overlays)
    assert packages.keys() == sysroot.keys()
    in_files = {"components", "obligations"}
    lacking = PLACES | in_files | {"binary_package"}
    assert differing(packages, sysroot) <= lacking
    for cpv, package in packages.items():
        assert package["components"] == []
        assert texts(package) == texts(sysroot[cpv])
        if not sysroot[cpv]["components"]:
            assert package["obligations"] == sysroot[cpv]["obligations"]


@pytest.mark.parametrize("name", ["chromiumos_image.bin", "chromiumos_qemu_image.bin"])
def test_the_disk_lacks_what_only_builds_and_what_is_masked(
    work: Work, sysroot: Packages, overlays: list[str], name: str
) -> None:
    disk = listed(work.demo / IMAGES / name, *overlays)
    lacking = {sysroot[cpv]["category"] for cpv in sysroot.keys() - disk.keys()}
    assert disk.keys() < sysroot.keys()
    assert lacking == {"dev-libs", "sys-devel"}  # xxhash and gcc
    assert differing(disk, sysroot) <= PLACES | {"built_with"}
    assert any(disk[cpv]["files"] < sysroot[cpv]["files"] for cpv in disk)
    assert not any(
        one["name"] == "glibc" for one in (*disk.values(), *sysroot.values())
    )


# --- the pipeline --------------------------------------------------------------------


def test_every_step_is_done(work: Work, environment: Mapping[str, str]) -> None:
    shown = subprocess.run(
        command(work, "status", "--format", "json"),
        env=environment,
        capture_output=True,
        check=True,
    )
    steps = json.loads(shown.stdout)["steps"]
    assert {step["state"] for step in steps} == {"done"}


def test_the_password_is_nowhere(work: Work) -> None:
    password = (work.home / "password").read_bytes().strip()
    state = work.demo / ".coos-build"
    holding = [
        path
        for path in state.rglob("*")
        if path.is_file() and path.stat().st_size < 1 << 26
        if password in path.read_bytes()
    ]
    assert holding == []


def checksums(work: Work) -> tuple[bytes, ...]:
    """The checksums of both bundles."""
    names = ("attribution", "sources")
    return tuple(
        (work.demo / IMAGES / name / "SHA256SUMS").read_bytes() for name in names
    )


@pytest.fixture(scope="module")
def undisturbed(work: Work, environment: Mapping[str, str]) -> tuple[bytes, ...]:
    """The checksums of what the tool of today writes, in a run that nobody killed."""
    build(work, environment, "--force", "attribution", "--force", "sources")
    return checksums(work)


def test_a_killed_run_goes_on_to_the_same_bundles(
    work: Work,
    environment: Mapping[str, str],
    undisturbed: tuple[bytes, ...],
    killed_step: str,
) -> None:
    if killed_step == "sources":  # with nothing there that a run could go on from
        shutil.rmtree(work.demo / IMAGES / "sources")
    begun = sum(one["kind"] == "start" for one in records(work))
    with subprocess.Popen(
        command(work, "run", "--password-stdin", "--force", killed_step),
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as process:
        assert process.stdin is not None
        process.stdin.write((work.home / "password").read_bytes())
        process.stdin.close()
        end = time.monotonic() + 60
        while not any(
            one["kind"] == "start" and one["step"] == killed_step
            for one in [one for one in records(work) if one["kind"] == "start"][begun:]
        ):
            assert time.monotonic() < end, "the step did not begin"
            assert process.poll() is None, "the run ended before the step began"
            time.sleep(0.05)
        os.kill(process.pid, signal.SIGKILL)
    build(work, environment)
    assert checksums(work) == undisturbed

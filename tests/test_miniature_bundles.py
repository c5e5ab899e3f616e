# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""What `./run demo` left beside the image: whose each file is, and all source owed."""

import hashlib
import json
import re
import shutil
from pathlib import Path
from typing import Any

import pytest
from command import run
from mini.demo import IMAGES
from mini.work import Work, work_directory

pytestmark = [pytest.mark.miniature, pytest.mark.slow]

RULES = Path(__file__).parent / "miniature/implicit.toml"
#: The components that owe source.
OWING = ("glibc", "kernel-image", "syslinux")
DISKS = ("chromiumos_image.bin", "chromiumos_qemu_image.bin")


@pytest.fixture(scope="module")
def work() -> Work:
    found = work_directory()
    if not (found.demo / IMAGES / "sources/SHA256SUMS").is_file():
        pytest.skip("the demo was not run here as root: ./run demo")
    return found


@pytest.fixture(scope="module")
def latest(work: Work) -> Path:
    """The directory of the image."""
    return (work.demo / IMAGES).resolve()


def audited(*words: str | Path) -> dict[str, Any]:
    """What an audit with accounting says, as JSON."""
    rules = ("--implicit", str(RULES), "--implicit", "lakitu")
    asked = run("audit", *map(str, words), "--accounting", *rules, "--format", "json")
    value: dict[str, Any] = json.loads(asked.stdout)
    return value


def test_every_file_has_an_owner_in_what_the_pipeline_wrote(latest: Path) -> None:
    told = json.loads((latest / "attribution/findings.json").read_bytes())
    assert told["coverage"]["percent"] == 100
    assert told["coverage"]["files"] == told["coverage"]["accounted"] > 1000


@pytest.mark.parametrize("disk", DISKS)
def test_both_disks_are_accounted_for_and_carry_the_texts(
    work: Work, latest: Path, disk: str
) -> None:
    alone = audited(latest / disk)
    with_sysroot = audited(work.demo, "--board", "lakitu", "--shipped", latest / disk)
    for told in (alone, with_sysroot):
        assert told["coverage"]["percent"] == 100
        named = {one["name"] for one in told["findings"]}
        assert not named & {"unaccounted-file", "licenses-not-shipped"}


def test_an_image_alone_carries_the_texts_of_its_packages(
    latest: Path, tmp_path: Path
) -> None:
    """Its page was made before the image build put the components in."""
    disk = tmp_path / DISKS[0]
    shutil.copyfile(latest / DISKS[0], disk)
    told = audited(disk)
    disk.unlink()  # half a gigabyte that pytest would keep
    lacking = {
        one["cpv"].rpartition("/")[2]
        for one in told["findings"]
        if one["name"] == "licenses-not-shipped"
    }
    components = ("glibc", "kernel-image", "miniature-initramfs", "syslinux")
    assert {one for one in lacking if not one.startswith(components)} == set()
    assert len(lacking) == len(components)


def test_all_source_is_there_but_what_the_policy_waives(latest: Path) -> None:
    told = json.loads((latest / "sources/index.json").read_bytes())
    missing = [
        (re.sub(r".*/|-[0-9.]+(?:-r[0-9]+)?$", "", package["cpv"]), gap["role"])
        for package in (told | {"cpv": ""}, *told["packages"])
        for gap in package["missing"]
    ]
    assert missing == [
        ("gmp", "distfile"),
        ("gcc", "distfile"),
        ("lakitu-kernel-6_1", "distfile"),
        ("lakitu-kernel-6_1", "kernel configuration"),
        ("gcc-libs", "distfile"),
        ("libxcrypt", "distfile"),
        ("ncurses", "distfile"),
        ("readline", "distfile"),
        ("glibc", "source of the component"),
        ("syslinux", "source of the component"),
    ]
    assert told["gaps"] == {"open": 0, "waived": 10}
    components = {one["cpv"].partition("-6.1.")[0] for one in told["components"]}
    assert components == {f"implicit/{one}" for one in OWING}
    assert told["offer"]["file"] == "SOURCE-NOTICE.txt"
    assert told["image"]["name"] == "Miniature lakitu"
    assert told["build"]["profile"] == "repos/lakitu/profiles/base"
    listed = json.loads((latest / "sources/findings.json").read_bytes())["findings"]
    assert not [one for one in listed if one["severity"] == "error"]


@pytest.mark.parametrize("bundle", ["attribution", "sources"])
def test_checksums_are_those_of_all_files(latest: Path, bundle: str) -> None:
    place = latest / bundle
    lines = (place / "SHA256SUMS").read_text(encoding="utf-8").splitlines()
    told = {name: digest for digest, name in (line.split("  ", 1) for line in lines)}
    found = {
        str(path.relative_to(place)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in place.rglob("*")
        if path.is_file() and path.name != "SHA256SUMS"
    }
    assert told == found

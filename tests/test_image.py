# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""Disk images and file system images as SOURCE and for ``--shipped``."""

import json
import re
import shutil
import time
from pathlib import Path

import pytest
from builders_image import (
    ROOT_TYPE,
    Part,
    debugfs,
    make_disk,
    make_ext4,
    needs_e2fsprogs,
    patch,
)
from builders_vdb import write_entry
from command import MINI, OVERLAYS, SYSROOT, one_line, run

pytestmark = needs_e2fsprogs
RELEASE = "NAME=Miniature\nID=cos\nBUILD_ID=101.1\nVERSION_ID=101\n"
CUT = 2 << 20


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the images of this module are, and the directories they are made of."""
    base = tmp_path_factory.mktemp("images")
    shutil.copytree(f"{SYSROOT}/var/db", base / "state/var_overlay/db")
    (base / "root/etc").mkdir(parents=True)
    (base / "root/var").mkdir()
    (base / "root/etc/os-release").write_text(RELEASE, "utf-8")
    (base / "root/etc/lsb-release").write_text(
        "CHROMEOS_RELEASE_BOARD=lakitu\n", "utf-8"
    )
    shutil.copytree(SYSROOT, base / "chroot/build/lakitu")
    (base / "chroot/build/lakitu/etc").mkdir(exist_ok=True)
    shutil.copy(base / "root/etc/os-release", base / "chroot/build/lakitu/etc")
    (base / "chroot/build/board").symlink_to("/build/lakitu")
    (base / "chroot/build/out").symlink_to("../../..")
    for name in ("state", "root", "chroot"):
        make_ext4(base / f"{name}.ext4", base / name)
    patch(base / "root.ext4", 0x467, b"\xff")
    return base


@pytest.fixture(scope="module")
def disk(base: Path) -> Path:
    """A disk as ``build_image`` makes it, with the database on STATE."""
    parts = (
        Part("STATE", base / "state.ext4"),
        Part("KERN-A", 1 << 20),
        Part("ROOT-A", base / "root.ext4", ROOT_TYPE),
        Part("ROOT-B", 4096, ROOT_TYPE),
        Part("EFI-SYSTEM", 1 << 20),
    )
    return make_disk(base / "chromiumos_image.bin", parts)


def inventory(*arguments: str) -> dict[str, list[dict[str, str]]]:
    """Return what ``list --format json`` says."""
    result = run("list", "--format", "json", "-q", *arguments)
    assert result.returncode == 0, result.stderr
    found: dict[str, list[dict[str, str]]] = json.loads(result.stdout)
    return found


def test_a_disk_lists_equal_to_the_directory(base: Path, disk: Path) -> None:
    identity = ("--image-name", "Miniature", "--image-version", "101.1")
    state = inventory(str(base / "state"), *OVERLAYS, *identity, "--board", "lakitu")
    assert len(state["packages"]) == 15
    assert inventory(str(disk), *OVERLAYS) == state
    assert {one["shipped"] for one in state["packages"]} == {"yes"}


def test_what_a_source_was_taken_for_is_said(base: Path, disk: Path) -> None:
    said = run("list", str(disk)).stderr.decode()
    assert "disk image (partition STATE), 15 packages in var_overlay/db/pkg" in said
    bare = run("list", str(base / "chroot.ext4"), "--sysroot", "build/lakitu")
    assert b"file system image of a sysroot, 15 packages in var/db" in bare.stderr


def _without_cos(document: str) -> list[str]:
    """The lines of an SBOM but for its namespace and what only COS has."""
    text = re.sub(r'\n\nThe purl type "cos"[^<]*', "", document)
    skipped = ("DocumentNamespace:", "ExternalRef: PACKAGE-MANAGER purl pkg:cos/")
    return [line for line in text.splitlines() if not line.startswith(skipped)]


def test_outputs_of_disk_and_directory_agree(base: Path, disk: Path) -> None:
    names = ("inventory.json", "findings.json", "NOTICE", "credits.html")
    identity = ("--image-name", "x", "--image-version", "1", "--board", "b")
    for source, out in ((disk, "a"), (base / "state", "b")):
        options = (*OVERLAYS, *identity, "-o", str(base / out))
        assert run("generate", str(source), *options).returncode == 0
    for name in names:
        assert (base / "a" / name).read_bytes() == (base / "b" / name).read_bytes()
    # The release, which says that it is COS, is on another partition than the packages.
    image, directory = ((base / out / "sbom.spdx").read_text("utf-8") for out in "ab")
    assert _without_cos(image) == _without_cos(directory)
    evidence = (base / "a/findings.json").read_text("utf-8")
    assert "root/var_overlay/db/pkg/" in evidence


def test_outputs_of_disk_and_its_snapshot_agree(base: Path, disk: Path) -> None:
    archive = base / "disk.tar.gz"
    assert run("snapshot", str(disk), *OVERLAYS, "-o", str(archive)).returncode == 0
    live = run("generate", str(disk), *OVERLAYS, "-o", str(base / "live"))
    packed = run("generate", str(archive), "-o", str(base / "packed"))
    assert live.returncode == packed.returncode == 0
    for path in (base / "live").iterdir():
        assert path.read_bytes() == (base / "packed" / path.name).read_bytes()


def test_a_snapshot_below_a_sysroot(base: Path) -> None:
    archive, inside = base / "below.tar.gz", ("--sysroot", "build/lakitu")
    chroot = str(base / "chroot")
    assert run("snapshot", chroot, *inside, "-o", str(archive)).returncode == 0
    live = run("list", chroot, *inside, "--format", "json")
    assert run("list", str(archive), "--format", "json").stdout == live.stdout


def test_the_root_partition_counts_where_state_has_no_packages(
    base: Path, tmp_path: Path
) -> None:
    shutil.copytree(base / "chroot/build/lakitu", tmp_path / "root")
    (tmp_path / "state/var_overlay/cache").mkdir(parents=True)
    root = make_ext4(tmp_path / "r", tmp_path / "root")
    state = make_ext4(tmp_path / "s", tmp_path / "state")
    typed = Part("rootfs", root, ROOT_TYPE)
    for number, parts in enumerate(
        (
            [Part("STATE", state), Part("ROOT-A", root, ROOT_TYPE)],
            [Part("ROOT-A", root)],
            [Part("STATE", 1 << 20), typed, Part("other", 1 << 20, ROOT_TYPE)],
        )
    ):
        disk = make_disk(tmp_path / f"disk{number}", parts, 4096 if number else 512)
        answer = inventory(str(disk))
        assert len(answer["packages"]) == 15
        assert {one["shipped"] for one in answer["packages"]} == {"yes"}
        said = run("list", str(disk)).stderr.decode()
        assert "(partition ROOT-A), 15 packages in var/db/pkg" in said


def test_outputs_of_a_disk_with_packages_on_root_and_its_snapshot_agree(
    base: Path, tmp_path: Path
) -> None:
    """All of them ship, although a sysroot's database would be at the same place."""
    shutil.copytree(base / "chroot/build/lakitu", tmp_path / "root")
    write_entry(tmp_path / "root", "dev-build/tool-1", {"LICENSE": "MIT"})
    root = make_ext4(tmp_path / "r", tmp_path / "root")
    disk = make_disk(tmp_path / "disk", [Part("ROOT-A", root, ROOT_TYPE)])
    archive, again = tmp_path / "1.tar.gz", tmp_path / "2.tar.gz"
    options = (*OVERLAYS, "-o", str(archive))
    assert run("snapshot", str(disk), *options).returncode == 0
    live = run("generate", str(disk), *OVERLAYS, "-o", str(tmp_path / "live"))
    packed = run("generate", str(archive), "-o", str(tmp_path / "packed"))
    assert live.returncode == packed.returncode == 0
    for path in (tmp_path / "live").iterdir():
        assert path.read_bytes() == (tmp_path / "packed" / path.name).read_bytes()
    assert {one["shipped"] for one in inventory(str(archive))["packages"]} == {"yes"}
    assert b"snapshot of a root file system" in packed.stderr
    assert run("snapshot", str(archive), "-o", str(again)).returncode == 0
    assert again.read_bytes() == archive.read_bytes()


def test_sysroot_of_a_file_system_image_and_of_a_directory(base: Path) -> None:
    expected = inventory(str(base / "chroot/build/lakitu"), *OVERLAYS)
    for source in ("chroot", "chroot.ext4"):
        for sysroot in ("build/lakitu", "/build/lakitu/", "build/board"):
            options = (*OVERLAYS, "--sysroot", sysroot)
            assert inventory(str(base / source), *options) == expected
    owner = ("explain", str(base / "chroot.ext4"), "/bin/busybox")
    said = run(*owner, "--sysroot", "build/lakitu").stdout
    assert said == run("explain", str(base / "chroot/build/lakitu"), owner[2]).stdout
    assert b"sys-apps/busybox" in said


def test_a_sysroot_that_is_none(base: Path, disk: Path) -> None:
    for source in ("chroot", "chroot.ext4"):
        for sysroot, message in {
            "build/absent": "is not there",
            "build/out": "holds no package database",
            "build/lakitu/etc/os-release": "irectory",
        }.items():
            line = one_line(run("list", str(base / source), "--sysroot", sysroot))
            assert message in line
    assert "whole disk" in one_line(run("list", str(disk), "--sysroot", "build"))


def test_shipped_by_a_disk_image(base: Path, disk: Path, tmp_path: Path) -> None:
    shutil.copytree(SYSROOT, tmp_path / "sysroot")
    write_entry(tmp_path / "sysroot", "dev-build/only-here-1", {"LICENSE": "MIT"})
    answer = inventory(str(tmp_path / "sysroot"), "--shipped", str(disk))
    shipped = {one["cpv"]: one["shipped"] for one in answer["packages"]}
    assert shipped.pop("dev-build/only-here-1") == "build-time"
    assert set(shipped.values()) == {"yes"}
    plain = inventory(
        str(tmp_path / "sysroot"),
        "--shipped",
        str(base / "state"),
        "--image-name",
        "Miniature",
        "--image-version",
        "101.1",
        "--board",
        "lakitu",
    )
    assert answer == plain


def damaged(disk: Path, target: Path, offset: int, content: bytes) -> Path:
    """Return a copy of a disk with other bytes at an offset."""
    shutil.copy(disk, target)
    return patch(target, offset, content)


def test_damaged_images_are_one_line(base: Path, disk: Path, tmp_path: Path) -> None:
    state, content = 64 * 512, disk.read_bytes()
    gpt = damaged(disk, tmp_path / "gpt", 512 + 40, b"\xaa")
    patch(gpt, len(content) - 512 + 40, b"\xaa")
    (tmp_path / "cut").write_bytes(content[:CUT])
    (tmp_path / "bare").write_bytes((base / "chroot.ext4").read_bytes()[:CUT])
    twice = [Part("STATE", base / "state.ext4"), Part("STATE", 1 << 20)]
    overlap = [Part("STATE", base / "state.ext4"), Part("ROOT-A", 1 << 20, shift=-9)]
    larger = make_ext4(tmp_path / "larger.ext4", base / "state", megabytes=16)
    with larger.open("r+b") as file:
        file.truncate(8 << 20)
    # debugfs takes the slash for a part of the name.
    root = Path(shutil.copy(base / "root.ext4", tmp_path / "root.ext4"))
    debugfs(patch(root, 0x467, b"\0"), "mknod /dev/odd p")
    odd = [Part("STATE", base / "state.ext4"), Part("ROOT-A", root, ROOT_TYPE)]
    zeroed = damaged(disk, tmp_path / "zeroed", state + 8192, bytes(2 << 20))
    sources = {
        gpt: "header checksum",
        tmp_path / "cut": "cut off",
        tmp_path / "bare": "cut off",
        make_disk(tmp_path / "twice", twice): "2 partitions named STATE",
        make_disk(tmp_path / "overlap", overlap): "overlapping",
        make_disk(tmp_path / "lies", [Part("STATE", larger)]): "cut off",
        make_disk(tmp_path / "none", [Part("x\x1b[1m", 9)]): "partitions: x[1m",
        damaged(disk, tmp_path / "super", state + 1024 + 4, b"\xaa"): "superblock",
        damaged(disk, tmp_path / "group", state + 4096 + 8, b"\xaa"): "block group",
        make_disk(tmp_path / "slash", odd): "its root directory is a damaged",
        zeroed: "partition 1 (STATE) has a damaged inode",
    }
    for source, message in sources.items():
        before = time.monotonic()
        line = one_line(run("list", str(source)))
        assert time.monotonic() - before < 30
        assert message in line, line
        assert source.name in line


def test_a_damaged_entry_is_a_finding(base: Path, tmp_path: Path) -> None:
    """What can be read is listed; what cannot is said, and fails the audit."""
    image = tmp_path / "state.ext4"
    shutil.copy(base / "state.ext4", image)
    vdb = "var_overlay/db/pkg"
    debugfs(
        image,
        f"sif {vdb}/sys-apps/busybox-1.35.0-r2/LICENSE block[0] 0",
        f"ln {vdb}/app-arch {vdb}/app-loop",
        f"ln {vdb}/sys-libs {vdb}/sys-libs/loop-1",
    )
    disk = make_disk(tmp_path / "disk", [Part("STATE", image)])
    result = run("audit", str(disk), "--format", "json")
    assert result.returncode == 1
    found = json.loads(result.stdout)["findings"]
    said = " ".join(
        one["message"] for one in found if one["name"] == "unreadable-entry"
    )
    assert "LICENSE has a damaged block list" in said
    assert "more than one place" in said
    names = {one["cpv"] for one in inventory(str(disk))["packages"]}
    assert "sys-apps/busybox-1.35.0-r2" in names


def test_files_that_are_no_image(tmp_path: Path) -> None:
    (tmp_path / "zeros").write_bytes(bytes(1 << 20))
    (tmp_path / "text").write_bytes((MINI / "sysroot").as_posix().encode() * 999)
    for path in tmp_path.iterdir():
        line = one_line(run("list", str(path)))
        assert "no GPT disk and no file system that is read" in line

# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""The disk image that `./run miniature` built: what is in it, and that it boots."""

import hashlib
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from builders_guest import needs_qemu
from coos_build.vm import VmError, VmRequest, boot
from mini import booted
from mini.work import Work, work_directory
from miniature_packages import BUILT_WITH, DECLARED, column, listed

from coos_license.trees.base import FileTree, Kind
from coos_license.trees.gpt import read_partitions
from coos_license.trees.image import ImageTree
from coos_license.trees.window import Window

pytestmark = [pytest.mark.miniature, pytest.mark.slow]

CrosSdk = Callable[..., subprocess.CompletedProcess[str]]
IMAGES = Path("src/build/images/lakitu")
MIB = 1 << 20


@pytest.fixture(scope="module")
def work() -> Work:
    found = work_directory()
    if not (found.stamps / "vm-image").exists():
        pytest.skip("the miniature was not built here: ./run miniature")
    return found


@pytest.fixture(scope="module")
def latest(work: Work) -> Path:
    """The directory of the image."""
    return (work.checkout / IMAGES / "latest").resolve()


@pytest.fixture(scope="module")
def cros_sdk(work: Work) -> CrosSdk:
    """Run a command in the chroot, with variables before it."""
    lines = work.environment.read_text(encoding="utf-8").splitlines()
    environment = dict(line.split("=", 1) for line in lines)

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ["cros_sdk", *arguments],
            cwd=work.checkout,
            env=environment,
            capture_output=True,
            text=True,
            encoding="utf-8",
            check=False,
            timeout=600,
        )

    return run


@pytest.fixture
def disk(latest: Path) -> Iterator[Window]:
    with Window.open(latest / "chromiumos_image.bin") as window:
        yield window


def tree(disk: Window, name: str) -> FileTree:
    """The file system in the partition of that name."""
    part = next(part for part in read_partitions(disk) if part.name == name)
    return ImageTree.open(disk.part(part.start, part.size_bytes))


# --- what is in it ------------------------------------------------------------------


def test_the_partitions_have_the_numbers_and_names_of_chromium_os(disk: Window) -> None:
    names = {part.number: part.name for part in read_partitions(disk)}

    assert names == {
        1: "STATE",
        2: "KERN-A",
        3: "ROOT-A",
        4: "KERN-B",
        5: "ROOT-B",
        6: "KERN-C",
        7: "ROOT-C",
        8: "OEM",
        9: "reserved",
        10: "reserved",
        11: "RWFW",
        12: "EFI-SYSTEM",
    }


def test_the_package_database_is_on_state_and_var_of_the_root_is_empty(
    disk: Window,
) -> None:
    assert tree(disk, "STATE").at("var_overlay/db/pkg").entries()
    assert tree(disk, "ROOT-A").at("var").entries() == ()


def test_the_image_has_what_the_sysroot_has_without_what_only_builds(
    latest: Path,
) -> None:
    rows = listed(str(latest / "chromiumos_image.bin"))

    expected = {name: text for name, text in DECLARED.items() if name not in BUILT_WITH}
    assert column(rows, "declared") == expected


def test_the_root_is_marked_so_that_nobody_mounts_it_for_writing(disk: Window) -> None:
    root = next(part for part in read_partitions(disk) if part.name == "ROOT-A")

    assert disk.read(root.start + 0x467, 1) == b"\xff"


def test_no_package_owns_libc_and_initramfs(disk: Window) -> None:
    root, packages = tree(disk, "ROOT-A"), tree(disk, "STATE").at("var_overlay/db/pkg")
    owned: set[str] = set()
    for category in packages.entries():
        for package in packages.at(category.name).entries():
            place = f"{category.name}/{package.name}/CONTENTS"
            lines = packages.read(place, MIB).decode().splitlines()
            owned.update(line.split(" ")[1] for line in lines)

    for name in ("lib64/libc.so.6", "boot/initramfs.img"):
        assert root.read(name, 64 * MIB)
        assert f"/{name}" not in owned
    assert "/boot/vmlinuz" in owned


def test_install_mask_kept_the_headers_out(disk: Window) -> None:
    names = [entry.name for entry in tree(disk, "ROOT-A").at("usr").entries()]

    assert "include" not in names
    assert "bin" in names


def test_the_page_inside_is_the_one_beside(disk: Window, latest: Path) -> None:
    inside = tree(disk, "ROOT-A").read(booted.CREDITS_INSIDE.lstrip("/"), 8 * MIB)

    assert inside == (latest / booted.CREDITS_BESIDE).read_bytes()


def test_only_root_can_read_the_hash_of_the_password(disk: Window) -> None:
    entries = {entry.name: entry for entry in tree(disk, "ROOT-A").at("etc").entries()}

    assert entries["shadow"].kind is Kind.FILE
    shadow = tree(disk, "ROOT-A").read("etc/shadow", MIB).decode()
    assert "root:*:" in shadow
    assert "chronos:$" in shadow


def test_the_image_for_a_vm_has_the_same_partitions_and_a_larger_state(
    disk: Window, latest: Path
) -> None:
    with Window.open(latest / "chromiumos_qemu_image.bin") as grown:
        before = {part.number: part for part in read_partitions(disk)}
        after = {part.number: part for part in read_partitions(grown)}

        assert after[1].size_bytes == 128 * MIB > before[1].size_bytes
        assert before.pop(1).start == after.pop(1).start
        assert before == after


# --- the scripts --------------------------------------------------------------------


def test_an_unknown_option_is_refused(cros_sdk: CrosSdk) -> None:
    done = cros_sdk("--", "./build_image", "--board=lakitu", "--speed=high")

    assert done.returncode == 1
    assert "unknown option: --speed=high" in done.stderr


def test_a_second_build_of_one_name_is_refused(cros_sdk: CrosSdk, latest: Path) -> None:
    version = latest.name.partition("-")[2].rpartition("-a")[0]

    done = cros_sdk("--", "./build_image", "--board=lakitu", f"--version={version}")

    assert done.returncode == 1
    assert "already exists" in done.stderr
    assert latest.is_dir()


def test_a_base_image_does_not_become_one_for_a_vm(
    work: Work, cros_sdk: CrosSdk
) -> None:
    base = work.checkout / IMAGES / "R85-1.0.0-a1"
    base.mkdir()
    (base / "chromiumos_base_image.bin").touch()
    try:
        done = cros_sdk(
            *("--", "./image_to_vm.sh", "--board=lakitu"),
            f"--from=../build/images/lakitu/{base.name}",
        )
    finally:
        (base / "chromiumos_base_image.bin").unlink()
        base.rmdir()

    assert done.returncode == 1
    assert "a base image cannot become one for a VM" in done.stderr


def test_a_failed_build_takes_its_directory_along(
    work: Work, cros_sdk: CrosSdk, latest: Path
) -> None:
    done = cros_sdk(
        *("ROOT_MIB=8", "--", "./build_image", "--board=lakitu"),
        *("--version=13274.0.1", "dev"),
    )

    assert done.returncode == 1
    assert "MiB, ROOT-A has 8" in done.stderr
    assert not (work.checkout / IMAGES / "R85-13274.0.1-a1").exists()
    assert (work.checkout / IMAGES / "latest").resolve() == latest


# --- the boot -----------------------------------------------------------------------


@pytest.mark.vm
@needs_qemu
def test_it_boots_and_nothing_is_written(
    work: Work, latest: Path, tmp_path: Path
) -> None:
    image = latest / booted.IMAGE
    before = digest(image)
    password = (work.home / "password").read_text(encoding="utf-8").strip()

    report = boot(VmRequest(image=image, log_dir=tmp_path, password=password), print)

    booted.compare(report, latest)
    assert report.exit_status == 0
    assert digest(image) == before


@pytest.mark.vm
@needs_qemu
def test_a_wrong_password_is_refused(latest: Path, tmp_path: Path) -> None:
    request = VmRequest(
        image=latest / booted.IMAGE,
        log_dir=tmp_path,
        password="not-this-one",  # noqa: S106 - the point
    )

    with pytest.raises(VmError, match="refused this password for user chronos"):
        boot(request, print)


def digest(path: Path) -> bytes:
    """The SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").digest()

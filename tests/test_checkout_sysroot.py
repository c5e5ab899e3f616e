# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""Where the sysroot of a checkout is: in a chroot of any age, or where it is given."""

import os
from pathlib import Path

from builders_checkout import (
    BOARD,
    add_board,
    assert_same_outputs,
    by_hand,
    listed,
    make_checkout,
    make_repositories,
    refusal,
    sysroot_of,
)
from builders_image import make_ext4, needs_e2fsprogs, patch


def test_the_sysroot_of_2023_is_in_out(tmp_path: Path) -> None:
    source = make_checkout(tmp_path / "co", "out")
    (source / "chroot/build").mkdir(parents=True)
    assert sysroot_of(source) == "out/build/lakitu"
    assert_same_outputs(tmp_path, [str(source)], by_hand(source, "out/build/lakitu"))


def test_the_same_board_twice_is_refused_and_both_are_named(tmp_path: Path) -> None:
    source = make_checkout(tmp_path / "co")
    add_board(source, "lakitu", "out")
    line = refusal(source)
    assert "twice: in chroot/build/lakitu and out/build/lakitu" in line
    assert "--sysroot" in line
    for chroot in ("chroot", "out"):
        chosen = f"{chroot}/build/lakitu"
        assert sysroot_of(source, "--sysroot", chosen) == chosen


def test_a_sysroot_without_packages_does_not_count(tmp_path: Path) -> None:
    source = make_checkout(tmp_path / "co")
    (source / "out/build/lakitu/var/db/pkg").mkdir(parents=True)
    assert sysroot_of(source) == "chroot/build/lakitu"


def test_a_given_sysroot_keeps_the_repositories_of_the_board(checkout: Path) -> None:
    given = ("--sysroot", "chroot/build/lakitu")
    assert listed(str(checkout), *BOARD, *given) == listed(str(checkout), *BOARD)
    assert listed(str(checkout), *BOARD, "--sysroot", "") == listed(
        str(checkout), *BOARD
    )


def test_a_given_sysroot_that_is_none(checkout: Path) -> None:
    line = refusal(checkout, *BOARD, "--sysroot", "chroot/absent")
    assert "--sysroot takes a directory inside" in line
    for path in ("src", "../.."):
        line = refusal(checkout, *BOARD, "--sysroot", path)
        assert "holds no package database" in line


def image_checkout(base: Path) -> Path:
    """Make a checkout of 2020: a chroot in an image, and its empty mount point."""
    source = make_repositories(base / "co")
    add_board(base, "lakitu", "content")
    make_ext4(source / "chroot.img", base / "content")
    (source / "chroot").mkdir()
    return source


@needs_e2fsprogs
def test_the_sysroot_of_2020_is_in_an_image(tmp_path: Path) -> None:
    source = image_checkout(tmp_path)
    assert sysroot_of(source) == "build/lakitu of chroot.img"
    hand = [str(tmp_path / "content/build/lakitu"), *by_hand(source)[1:]]
    assert_same_outputs(tmp_path, [str(source)], hand)


@needs_e2fsprogs
def test_a_mounted_chroot_counts_and_not_its_image(tmp_path: Path) -> None:
    source = image_checkout(tmp_path)
    add_board(source, "other")
    assert "boards that are there: other" in refusal(source)


@needs_e2fsprogs
def test_an_image_beside_out_is_left_over(tmp_path: Path) -> None:
    source = image_checkout(tmp_path)
    add_board(source, "lakitu", "out")
    assert sysroot_of(source) == "out/build/lakitu"


@needs_e2fsprogs
def test_a_board_that_the_image_does_not_have(tmp_path: Path) -> None:
    source = image_checkout(tmp_path)
    assert "boards that are there: lakitu" in refusal(source, "--board", "other")


@needs_e2fsprogs
def test_a_damaged_chroot_image_says_what_to_do(tmp_path: Path) -> None:
    source = image_checkout(tmp_path)
    patch(source / "chroot.img", 1024 + 4, b"\xaa")
    line = refusal(source)
    assert "chroot.img is a damaged ext4" in line
    assert "mount it with cros_sdk" in line


def test_a_chroot_image_on_lvm_says_what_to_do(tmp_path: Path) -> None:
    """What cros_sdk made in 2020: a thin volume on LVM."""
    source = make_repositories(tmp_path / "co")
    image = source / "chroot.img"
    image.write_bytes(bytes(1 << 20))
    patch(image, 512, b"LABELONE" + bytes(16) + b"LVM2 001")
    line = refusal(source)
    assert "chroot.img is an LVM volume" in line
    assert "mount it with cros_sdk" in line


def test_a_chroot_image_that_is_none(tmp_path: Path) -> None:
    source = make_repositories(tmp_path / "co")
    (source / "chroot.img").write_bytes(b"")
    assert "mount it" in refusal(source)
    (source / "chroot.img").unlink()
    os.mkfifo(source / "chroot.img")
    assert "is not a regular file" in refusal(source)


def test_a_link_inside_of_the_chroot_is_followed_as_there(tmp_path: Path) -> None:
    source = make_checkout(tmp_path / "co")
    build = source / "chroot/build"
    (source / "chroot/mnt").mkdir()
    (build / "lakitu").rename(source / "chroot/mnt/lakitu")
    (build / "lakitu").symlink_to("/mnt/lakitu")
    assert sysroot_of(source) == "chroot/build/lakitu"

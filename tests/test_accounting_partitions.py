# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""What is in the partitions of a disk is accounted for, file by file."""

import gzip
import time
from pathlib import Path

import pytest
from builders_image import (
    FIRST_USABLE,
    Part,
    make_disk,
    make_ext4,
    make_fat,
    make_squashfs,
    needs_e2fsprogs,
    needs_fat_tools,
    needs_squashfs_tools,
    patch,
)
from builders_installed import install_mit
from command import one_line, run
from test_accounting import RULES, TOOL, found
from test_accounting_archives import archive
from test_fat import long_entry, with_root

from coos_license.accounting import mounts

pytestmark = needs_e2fsprogs
#: What an image of lakitu has on its EFI system partition.
BOOT = (
    *("efi/boot/bootx64.efi", "efi/boot/grub.cfg", "efi/boot/grubx64.efi"),
    *("syslinux/ldlinux.sys", "syslinux/syslinux.cfg", "syslinux/vmlinuz.A"),
)


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    path = tmp_path / "implicit.toml"
    path.write_text(RULES, encoding="utf-8")
    return path


@pytest.fixture
def root(tmp_path: Path) -> Path:
    path = tmp_path / "root"
    install_mit(path, "app-misc/tool-1", TOOL)
    return path


def esp(tmp_path: Path, *names: str, content: bytes = b"x") -> Path:
    """Return an EFI system partition with files of these names."""
    tree = tmp_path / "esp-files"
    for name in names:
        path = tree / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return make_fat(tmp_path / "esp.img", tree, 16, size=16 << 20)


def disk(tmp_path: Path, root: Path, *more: Part) -> Path:
    system = make_ext4(tmp_path / "root.img", root)
    return make_disk(tmp_path / "disk.bin", [Part("ROOT-A", system), *more])


@needs_fat_tools
def test_each_file_of_the_efi_system_partition_wants_an_owner(
    tmp_path: Path, root: Path, rules: Path
) -> None:
    image = disk(tmp_path, root, Part("EFI-SYSTEM", esp(tmp_path, *BOOT, "stray")))
    assert found(image, "--implicit", rules) == {
        "CL095": sorted(f"EFI-SYSTEM:/{name}" for name in (*BOOT, "stray"))
    }
    assert found(image, "--implicit", rules, "--implicit", "lakitu") == {
        "CL095": ["EFI-SYSTEM:/stray"]
    }


@needs_fat_tools
def test_names_on_all_partitions_are_bounded_and_what_is_left_out_is_named(
    tmp_path: Path, root: Path, rules: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    system = esp(tmp_path, *BOOT)
    image = disk(tmp_path, root, Part("EFI-SYSTEM", system), Part("OEM", system))
    monkeypatch.setattr(mounts, "_MOST_NAMES", 25)
    assert found(image, "--implicit", rules, "--implicit", "lakitu") == {
        "CL095": ["OEM:/"]
    }


@needs_fat_tools
def test_an_initramfs_on_the_efi_system_partition_is_looked_into(
    tmp_path: Path, root: Path, rules: Path
) -> None:
    packed = gzip.compress(archive({"my": b"x"}))
    partition = esp(tmp_path, "syslinux/initrd.A", content=packed)
    image = disk(tmp_path, root, Part("EFI-SYSTEM", partition))
    assert found(image, "--implicit", rules) == {
        "CL095": ["EFI-SYSTEM:/syslinux/initrd.A", "EFI-SYSTEM:/syslinux/initrd.A!/my"]
    }


@needs_fat_tools
@pytest.mark.parametrize("at", [19, "table"], ids=["boot-sector", "table"])
def test_a_damaged_partition_is_a_finding_and_the_others_are_read(
    tmp_path: Path, root: Path, rules: Path, at: int | str
) -> None:
    partition = esp(tmp_path, *BOOT)
    if isinstance(at, int):
        patch(partition, at, b"\xff\xff")
        named = ["EFI-SYSTEM:/"]
    else:
        content = partition.read_bytes()
        table = int.from_bytes(content[14:16], "little") * 512
        patch(partition, table + 4, bytes(60))
        named = ["EFI-SYSTEM:/efi/", "EFI-SYSTEM:/syslinux/"]
    (root / "stray").write_bytes(b"x")
    image = disk(tmp_path, root, Part("EFI-SYSTEM", partition))
    lakitu = ("--implicit", rules, "--implicit", "lakitu")
    assert found(image, *lakitu) == {"CL095": ["/stray", *named]}


def test_odd_names_of_a_fat_are_named_escaped(
    tmp_path: Path, root: Path, rules: Path
) -> None:
    odd = ("a\nb", "\x1b[31m", "\ud800", "\u202eevil")
    entries = (long_entry(name, b"%d" % n) for n, name in enumerate(odd))
    partition = with_root(tmp_path, *entries)
    image = disk(tmp_path, root, Part("EFI-SYSTEM", partition))
    shown = ("\\ud800", "\\u202eevil", "\\x1b[31m", "a\\nb")
    assert found(image, "--implicit", rules) == {
        "CL095": sorted(f"EFI-SYSTEM:/{name}" for name in shown)
    }


def test_a_damaged_top_of_a_partition_is_a_finding(
    tmp_path: Path, root: Path, rules: Path
) -> None:
    entry = long_entry("twice", b"A")
    image = disk(tmp_path, root, Part("EFI-SYSTEM", with_root(tmp_path, entry, entry)))
    assert found(image, "--implicit", rules) == {"CL095": ["EFI-SYSTEM:/"]}


def test_a_damaged_file_system_beside_the_root_is_a_finding(
    tmp_path: Path, root: Path, rules: Path
) -> None:
    oem = make_ext4(tmp_path / "oem.img", None, megabytes=1)
    patch(oem, 0x400 + 0x18, b"\xff\xff\xff\xff")
    image = disk(tmp_path, root, Part("OEM", oem))
    assert found(image, "--implicit", rules) == {"CL095": ["OEM:/"]}


@pytest.mark.parametrize(
    ("at", "told"),
    [("root", "partition 1 (ROOT-A) is a damaged ext4"), ("table", "partition table")],
)
def test_a_damaged_root_or_table_is_one_line(
    tmp_path: Path, root: Path, rules: Path, at: str, told: str
) -> None:
    image = disk(tmp_path, root)
    if at == "root":
        patch(image, FIRST_USABLE * 512 + 0x400 + 0x18, b"\xff\xff\xff\xff")
    else:
        for place in (512, image.stat().st_size - 512):
            patch(image, place + 40, b"\xaa")
    words = ("audit", str(image), "--accounting", "--implicit", str(rules))
    assert told in one_line(run(*words))


def test_a_sparse_file_of_5_gb_in_an_image_takes_no_time(
    tmp_path: Path, root: Path, rules: Path
) -> None:
    for name in ("usr/large.tar", "usr/large.squashfs", "usr/initrd.img"):
        with (root / name).open("wb") as large:
            large.truncate(5 << 30)
    image = make_ext4(tmp_path / "root.img", root)
    before = time.monotonic()
    assert found(image, "--implicit", rules) == {
        "CL095": ["/usr/initrd.img", "/usr/large.squashfs", "/usr/large.tar"]
    }
    assert time.monotonic() - before < 10


@needs_squashfs_tools
def test_a_root_that_is_a_squashfs_is_read_as_any(
    tmp_path: Path, root: Path, rules: Path
) -> None:
    (root / "stray").write_bytes(b"x")
    system = make_squashfs(tmp_path / "root.squashfs", root)
    assert found(system, "--implicit", rules) == {"CL095": ["/stray"]}
    image = make_disk(tmp_path / "disk.bin", [Part("ROOT-A", system)])
    assert found(image, "--implicit", rules) == {"CL095": ["/stray"]}

# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""BIOS or UEFI, judged from the image alone."""

import shutil
import subprocess
from pathlib import Path

import pytest
from builders_guest import (
    EFI_SYSTEM,
    LEGACY_BOOT,
    X64_LOADER,
    make_esp,
    make_guest,
    make_uefi_disk,
)
from builders_image import Part, make_disk, patch
from coos_build.vm import Firmware, VmError
from coos_build.vm.disk import DiskFacts, read_disk
from coos_build.vm.firmware import FirmwareFiles, choose_firmware

LEGACY = DiskFacts(has_boot_code=True, has_gpt=True, legacy_partitions=(12,))


@pytest.fixture
def ovmf(tmp_path: Path) -> FirmwareFiles:
    """A pair of flash files that is there."""
    files = FirmwareFiles(tmp_path / "code.fd", tmp_path / "vars.fd")
    files.code.touch()
    files.variables.touch()
    return files


def test_boot_code_and_a_legacy_partition_mean_bios(tmp_path: Path) -> None:
    facts = read_disk(make_guest(tmp_path / "disk.bin", b"hello"))

    choice = choose_firmware(Firmware.AUTO, facts, ())

    assert (choice.firmware, choice.files) == (Firmware.BIOS, None)
    assert "partition 1 is legacy-bootable" in choice.reason


def test_an_efi_loader_alone_means_uefi(tmp_path: Path, ovmf: FirmwareFiles) -> None:
    facts = read_disk(make_uefi_disk(tmp_path / "disk.bin", X64_LOADER))

    choice = choose_firmware(Firmware.AUTO, facts, (ovmf,))

    assert (choice.firmware, choice.files) == (Firmware.UEFI, ovmf)


def test_a_legacy_partition_without_boot_code_is_no_legacy_path(
    tmp_path: Path, ovmf: FirmwareFiles
) -> None:
    esp = make_esp(tmp_path / "esp", (X64_LOADER,))
    part = Part("EFI-SYSTEM", esp, EFI_SYSTEM, attributes=LEGACY_BOOT)
    facts = read_disk(make_disk(tmp_path / "disk.bin", [part]))

    assert choose_firmware(Firmware.AUTO, facts, (ovmf,)).firmware is Firmware.UEFI


def test_boot_code_without_a_legacy_partition_is_no_legacy_path(
    tmp_path: Path, ovmf: FirmwareFiles
) -> None:
    image = patch(make_uefi_disk(tmp_path / "disk.bin", X64_LOADER), 0, b"\xeb\xfe")

    choice = choose_firmware(Firmware.AUTO, read_disk(image), (ovmf,))

    assert choice.firmware is Firmware.UEFI


def test_boot_code_without_a_gpt_means_bios(tmp_path: Path) -> None:
    image = tmp_path / "disk.bin"
    image.write_bytes(b"\xeb\xfe".ljust(510, b"\0") + b"\x55\xaa" + bytes(4096))

    assert choose_firmware(Firmware.AUTO, read_disk(image)).firmware is Firmware.BIOS


def test_a_wish_is_followed(ovmf: FirmwareFiles) -> None:
    assert choose_firmware(Firmware.UEFI, LEGACY, (ovmf,)).firmware is Firmware.UEFI


def test_missing_ovmf_is_an_error_with_its_cure(tmp_path: Path) -> None:
    facts = read_disk(make_uefi_disk(tmp_path / "disk.bin", X64_LOADER))

    with pytest.raises(VmError, match="no OVMF firmware") as caught:
        choose_firmware(Firmware.AUTO, facts, ())

    assert "apt-get install ovmf" in caught.value.cure


def test_an_arm_image_is_refused_by_name(tmp_path: Path) -> None:
    facts = read_disk(make_uefi_disk(tmp_path / "disk.bin", "BOOTAA64.EFI"))

    with pytest.raises(VmError, match="64-bit ARM"):
        choose_firmware(Firmware.AUTO, facts, ())


def test_an_image_with_nothing_to_start_is_refused(tmp_path: Path) -> None:
    facts = read_disk(make_uefi_disk(tmp_path / "disk.bin"))

    with pytest.raises(VmError, match="neither a legacy boot path nor an EFI"):
        choose_firmware(Firmware.AUTO, facts, ())


@pytest.mark.skipif(shutil.which("mmd") is None, reason="no mmd: install mtools")
@pytest.mark.skipif(
    shutil.which("mkfs.vfat", path="/usr/sbin:/sbin") is None,
    reason="no mkfs.vfat: install dosfstools",
)
@pytest.mark.parametrize(("width", "mebibytes"), [(12, 4), (16, 32), (32, 64)])
def test_the_loader_is_found_on_each_width_of_fat(
    tmp_path: Path, width: int, mebibytes: int
) -> None:
    esp = tmp_path / "esp"
    with esp.open("wb") as file:
        file.truncate(mebibytes << 20)
    for command in (
        ["/usr/sbin/mkfs.vfat", "-F", str(width), str(esp)],
        ["mmd", "-i", str(esp), "::/efi", "::/efi/boot"],
        ["mcopy", "-i", str(esp), __file__, "::/efi/boot/bootx64.efi"],
    ):
        subprocess.run(command, check=True, capture_output=True)
    disk = make_disk(tmp_path / "disk.bin", [Part("EFI-SYSTEM", esp, EFI_SYSTEM)])

    assert X64_LOADER in read_disk(disk).loaders


# --- images that are none -----------------------------------------------------------


def test_a_missing_image_is_named(tmp_path: Path) -> None:
    with pytest.raises(VmError, match="there is no image"):
        read_disk(tmp_path / "nothing.bin")


def test_a_directory_is_not_an_image(tmp_path: Path) -> None:
    with pytest.raises(VmError, match="is a directory") as caught:
        read_disk(tmp_path)

    assert "the image file that lies in it" in caught.value.cure


def test_a_cut_off_image_is_refused(tmp_path: Path) -> None:
    image = make_uefi_disk(tmp_path / "disk.bin", X64_LOADER)
    with image.open("r+b") as file:
        file.truncate(64 * 512 + 100)

    with pytest.raises(VmError, match="is cut off: it ends at byte 32868"):
        read_disk(image)


def test_an_empty_file_is_refused(tmp_path: Path) -> None:
    image = tmp_path / "disk.bin"
    image.touch()

    with pytest.raises(VmError, match="holds 0 bytes, too few"):
        read_disk(image)


@pytest.mark.parametrize(("magic", "name"), [(b"QFI\xfb", "qcow2"), (b"KDMV", "VMDK")])
def test_another_format_is_named(tmp_path: Path, magic: bytes, name: str) -> None:
    image = tmp_path / "disk"
    image.write_bytes(magic.ljust(4096, b"\0"))

    with pytest.raises(VmError, match=f"is {name}, not a raw disk image"):
        read_disk(image)


def test_a_table_of_a_million_entries_is_not_read(tmp_path: Path) -> None:
    image = make_uefi_disk(tmp_path / "disk.bin", X64_LOADER)
    patch(image, 512 + 80, (1_000_000).to_bytes(4, "little"))

    with pytest.raises(VmError, match="partition table of 1000000 entries"):
        read_disk(image)


def test_a_directory_that_is_its_own_next_cluster_ends(tmp_path: Path) -> None:
    esp = make_esp(tmp_path / "esp", (X64_LOADER,))
    patch(esp, 512 + 3, b"\x02\x20\x00")  # cluster 2 follows cluster 2
    disk = make_disk(tmp_path / "disk.bin", [Part("EFI-SYSTEM", esp, EFI_SYSTEM)])

    assert read_disk(disk).loaders == {X64_LOADER}

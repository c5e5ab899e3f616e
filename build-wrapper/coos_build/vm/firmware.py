# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""BIOS or UEFI: what the image needs, and where the files of UEFI are."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from coos_build.vm.disk import DiskFacts
from coos_build.vm.model import Firmware, VmError

X64_LOADER = "BOOTX64.EFI"
OTHER_LOADERS = {
    "BOOTAA64.EFI": "64-bit ARM",
    "BOOTARM.EFI": "32-bit ARM",
    "BOOTRISCV64.EFI": "64-bit RISC-V",
}


@dataclass(frozen=True, slots=True)
class FirmwareFiles:
    """The two flash files of UEFI: its code, and the template of its variables."""

    code: Path
    variables: Path


@dataclass(frozen=True, slots=True)
class FirmwareChoice:
    """The firmware, why it, and its files, which BIOS has none of."""

    firmware: Firmware
    reason: str
    files: FirmwareFiles | None = None


# As packaged by Debian and Ubuntu (4 MiB, then the older 2 MiB), by QEMU itself, by
# Fedora, and by Arch.
OVMF = tuple(
    FirmwareFiles(Path(code), Path(variables))
    for code, variables in (
        ("/usr/share/OVMF/OVMF_CODE_4M.fd", "/usr/share/OVMF/OVMF_VARS_4M.fd"),
        ("/usr/share/OVMF/OVMF_CODE.fd", "/usr/share/OVMF/OVMF_VARS.fd"),
        (
            "/usr/share/qemu/edk2-x86_64-code.fd",
            "/usr/share/qemu/edk2-i386-vars.fd",
        ),
        (
            "/usr/share/edk2/ovmf/OVMF_CODE.fd",
            "/usr/share/edk2/ovmf/OVMF_VARS.fd",
        ),
        (
            "/usr/share/edk2/x64/OVMF_CODE.4m.fd",
            "/usr/share/edk2/x64/OVMF_VARS.4m.fd",
        ),
    )
)


def choose_firmware(
    wish: Firmware, facts: DiskFacts, known: Sequence[FirmwareFiles] | None = None
) -> FirmwareChoice:
    """Return the firmware for an image.

    ``known`` is where the files of UEFI may lie, if not at the usual places.

    Raises:
        VmError: the image is for another processor, nothing in it can be started, or
            UEFI is needed and its files are at none of the known places.
    """
    places = OVMF if known is None else known
    if wish is Firmware.BIOS:
        return FirmwareChoice(Firmware.BIOS, "asked for")
    if wish is Firmware.UEFI:
        return FirmwareChoice(Firmware.UEFI, "asked for", find_ovmf(places))
    reason = legacy_reason(facts)
    if reason is not None:
        return FirmwareChoice(Firmware.BIOS, reason)
    _check_loader(facts)
    reason = f"the EFI system partition has {X64_LOADER}, and no legacy boot path"
    return FirmwareChoice(Firmware.UEFI, reason, find_ovmf(places))


def legacy_reason(facts: DiskFacts) -> str | None:
    """Return why a BIOS can start the image; None if it cannot.

    With a GPT, boot code in the first sector starts the partition that has the
    attribute, so that both must be there.
    """
    if not facts.has_boot_code:
        return None
    if not facts.has_gpt:
        return "no partition table of UEFI, and boot code in the first sector"
    if not facts.legacy_partitions:
        return None
    numbers = ", ".join(str(number) for number in facts.legacy_partitions)
    return f"boot code in the first sector, and partition {numbers} is legacy-bootable"


def find_ovmf(known: Sequence[FirmwareFiles]) -> FirmwareFiles:
    """Return the first pair that is there.

    Raises:
        VmError: none is.
    """
    for files in known:
        if files.code.is_file() and files.variables.is_file():
            return files
    raise VmError(
        "the image boots by UEFI, and no OVMF firmware is installed",
        "install it (Debian: apt-get install ovmf)",
    )


def _check_loader(facts: DiskFacts) -> None:
    if X64_LOADER in facts.loaders:
        return
    for processor in _other_processors(facts):
        raise VmError(
            f"the image is for {processor} processors",
            "boot it on a host or a virtual machine of that kind; here only x86-64 is",
        )
    raise VmError(
        "the image has neither a legacy boot path nor an EFI boot loader",
        "boot an image that image_to_vm.sh made, or say which firmware to use",
    )


def _other_processors(facts: DiskFacts) -> Iterator[str]:
    for loader in sorted(facts.loaders):
        if loader in OTHER_LOADERS:
            yield OTHER_LOADERS[loader]

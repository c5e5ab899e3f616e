# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""The command line of QEMU, as data."""

from dataclasses import replace
from pathlib import Path

from coos_build.vm import Accel
from coos_build.vm.command import Machine, guest_command
from coos_build.vm.firmware import FirmwareFiles

MACHINE = Machine(
    image=Path("/images/disk.bin"),
    accel=Accel.TCG,
    memory_mib=1024,
    cpus=2,
    ssh_port=9222,
    uefi=None,
)


def test_the_whole_command() -> None:
    assert guest_command("qemu", MACHINE) == (
        *("qemu", "-accel", "tcg,thread=multi", "-cpu", "max"),
        *("-nodefaults", "-no-user-config", "-no-reboot", "-display", "none"),
        *("-m", "1024", "-smp", "2"),
        "-drive",
        "if=none,id=disk,format=raw,snapshot=on,file=/images/disk.bin",
        *("-device", "virtio-scsi-pci,id=scsi"),
        *("-device", "scsi-hd,drive=disk,bootindex=0"),
        "-netdev",
        "user,id=net,restrict=on,hostfwd=tcp:127.0.0.1:9222-:22",
        *("-device", "virtio-net-pci,netdev=net", "-device", "virtio-rng-pci"),
        *("-chardev", "stdio,id=serial,signal=off", "-serial", "chardev:serial"),
    )


def test_kvm_gives_the_guest_the_processor_of_the_host() -> None:
    command = guest_command("qemu", replace(MACHINE, accel=Accel.KVM))

    assert command[1:5] == ("-accel", "kvm", "-cpu", "host")


def test_uefi_brings_code_to_read_and_variables_to_write() -> None:
    files = FirmwareFiles(Path("/fw/code.fd"), Path("/scratch/vars.fd"))
    command = guest_command("qemu", replace(MACHINE, uefi=files))

    assert "if=pflash,format=raw,unit=0,readonly=on,file=/fw/code.fd" in command
    assert "if=pflash,format=raw,unit=1,file=/scratch/vars.fd" in command


def test_a_comma_in_a_name_does_not_end_it() -> None:
    machine = replace(MACHINE, image=Path("/a,readonly=off/disk.bin"))

    drive = guest_command("qemu", machine)[
        guest_command("qemu", machine).index("-drive") + 1
    ]

    assert drive.endswith("file=/a,,readonly=off/disk.bin")

# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""The command lines of QEMU, as data."""

import os
from dataclasses import dataclass
from pathlib import Path

from coos_build.vm.firmware import FirmwareFiles
from coos_build.vm.model import Accel

QEMU = "qemu-system-x86_64"

# Debug builds aside, "host" is what stock guests run on under KVM; "max" is all that
# TCG can emulate, so that a guest built for a newer baseline starts too.
ACCEL_OPTIONS = {
    Accel.KVM: ("-accel", "kvm", "-cpu", "host"),
    Accel.TCG: ("-accel", "tcg,thread=multi", "-cpu", "max"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Machine:
    """All that the command line of one boot depends on."""

    image: Path
    accel: Accel
    memory_mib: int
    cpus: int
    ssh_port: int
    uefi: FirmwareFiles | None


def guest_command(qemu: str, machine: Machine) -> tuple[str, ...]:
    """Return the command that boots an image headless, with the serial port on stdio.

    The disk is a SCSI one on virtio, as chromite's ``cros_vm`` sets it up. What the
    guest writes goes to a temporary file that QEMU makes and unlinks in ``TMPDIR``.
    Its network ends at this machine: nothing but ssh goes in, nothing goes out.
    """
    forward = f"hostfwd=tcp:127.0.0.1:{machine.ssh_port}-:22"
    image = _escape(machine.image)
    return (
        qemu,
        *ACCEL_OPTIONS[machine.accel],
        *("-nodefaults", "-no-user-config", "-no-reboot", "-display", "none"),
        *("-m", str(machine.memory_mib), "-smp", str(machine.cpus)),
        *_flash(machine.uefi),
        *("-drive", f"if=none,id=disk,format=raw,snapshot=on,file={image}"),
        *("-device", "virtio-scsi-pci,id=scsi"),
        *("-device", "scsi-hd,drive=disk,bootindex=0"),
        *("-netdev", f"user,id=net,restrict=on,{forward}"),
        *("-device", "virtio-net-pci,netdev=net"),
        *("-device", "virtio-rng-pci"),
        *("-chardev", "stdio,id=serial,signal=off", "-serial", "chardev:serial"),
    )


def trial_command(qemu: str, accel: Accel, sector: Path) -> tuple[str, ...]:
    """Return the command that starts the trial guest, its serial port on stdout."""
    return (
        qemu,
        *ACCEL_OPTIONS[accel],
        *("-nodefaults", "-no-user-config", "-no-reboot", "-display", "none"),
        *("-m", "32"),
        *("-drive", f"if=ide,format=raw,snapshot=on,file={_escape(sector)}"),
        *("-device", "isa-debug-exit,iobase=0xf4,iosize=4"),
        *("-serial", "stdio"),
    )


def guest_cpus() -> int:
    """Return how many processors a guest gets: those of this host, 4 at most."""
    return min(4, os.cpu_count() or 1)


def _flash(uefi: FirmwareFiles | None) -> tuple[str, ...]:
    if uefi is None:
        return ()
    code = f"if=pflash,format=raw,unit=0,readonly=on,file={_escape(uefi.code)}"
    variables = f"if=pflash,format=raw,unit=1,file={_escape(uefi.variables)}"
    return ("-drive", code, "-drive", variables)


def _escape(path: Path) -> str:
    """Return a file name as a value in an option list, where a comma ends one."""
    return str(path.absolute()).replace(",", ",,")

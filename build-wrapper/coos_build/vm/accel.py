# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""KVM or TCG: what has proved to run a guest on this machine.

That ``/dev/kvm`` is there, and even that its calls succeed, proves nothing: nested and
paravirtual hosts offer one that aborts QEMU or leaves a guest hanging for ever.
"""

import os
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

from coos_build.vm import trial_guest
from coos_build.vm.command import trial_command
from coos_build.vm.model import Accel, VmError

TRIAL_DEADLINE_S = 6.0
KVM_DEVICE = Path("/dev/kvm")


@dataclass(frozen=True, slots=True)
class AccelChoice:
    """The accelerator, never ``auto``, and why it."""

    accel: Accel
    reason: str


def choose_accel(wish: Accel, qemu: str, device: Path | None = None) -> AccelChoice:
    """Return what to boot with; the trial of KVM ends within its deadline.

    ``device`` is that of KVM, where it is not the usual one.

    Raises:
        VmError: KVM was asked for, and does not run a guest here.
    """
    if wish is Accel.TCG:
        return AccelChoice(Accel.TCG, "asked for")
    fault = kvm_fault(qemu, device or KVM_DEVICE)
    if fault is None:
        return AccelChoice(Accel.KVM, "a trial guest ran under it")
    if wish is Accel.KVM:
        raise VmError(f"KVM does not work here: {fault}", "boot with TCG, it is slower")
    return AccelChoice(Accel.TCG, f"KVM does not work here: {fault}")


def kvm_fault(qemu: str, device: Path) -> str | None:
    """Return why KVM cannot be used; None if a guest ran under it."""
    if not device.exists():
        return f"there is no {device}"
    if not os.access(device, os.R_OK | os.W_OK):
        return f"{device} may not be opened by this user"
    with tempfile.TemporaryDirectory(prefix="coos-build-") as scratch:
        sector = Path(scratch, "trial.bin")
        sector.write_bytes(trial_guest.BOOT_SECTOR)
        return trial_fault(trial_command(qemu, Accel.KVM, sector))


def trial_fault(
    command: tuple[str, ...], deadline_s: float | None = None
) -> str | None:
    """Return why the trial guest did not run to its end; None if it did."""
    deadline_s = TRIAL_DEADLINE_S if deadline_s is None else deadline_s
    try:
        done = subprocess.run(  # noqa: S603 - QEMU with our own options
            command,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=deadline_s,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return f"a trial guest hung for {deadline_s:g} s"
    if trial_guest.LINE in done.stdout and done.returncode == trial_guest.EXIT_STATUS:
        return None
    lines = done.stderr.decode("utf-8", "replace").splitlines() or ["no message"]
    return f"QEMU ended with status {done.returncode} ({printable(lines[0])})"


def printable(text: str) -> str:
    """Return a line of a program as it can be shown: no control characters, short."""
    return "".join(char if char.isprintable() else "?" for char in text)[:200]

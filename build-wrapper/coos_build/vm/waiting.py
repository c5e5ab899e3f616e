# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""Waiting for a guest: what counts as up, and what as lost."""

import re
import socket
import time

from coos_build.vm.accel import printable
from coos_build.vm.model import Accel, VmError
from coos_build.vm.process import Guest

POLL_S = 0.1
BANNER_S = 2.0
# A guest that works under KVM prints within a second or two.
KVM_SILENCE_S = 20.0

BOOTED = re.compile(rb"boot complete|\blogin: *$")
PANIC = re.compile(rb"Kernel panic - not syncing[^\r\n]*")


class SilentUnderKvmError(Exception):
    """KVM ran the trial guest, but not this one."""


def await_up(
    guest: Guest, accel: Accel, ssh_port: int | None, deadline_s: float
) -> float | None:
    """Return when the serial console was up; None if ssh answered before it.

    ``ssh_port`` is the forwarded one, None where nobody is to log in.

    Raises:
        VmError: QEMU ended, the kernel panicked, or the deadline passed.
    """
    probe_at = BANNER_S
    while guest.elapsed_s < deadline_s:
        tail = guest.serial_tail()
        _check_alive(guest, accel, tail)
        if BOOTED.search(tail):
            return guest.elapsed_s
        if ssh_port is not None and guest.elapsed_s > probe_at:
            if has_banner(ssh_port, BANNER_S):
                return None
            probe_at = guest.elapsed_s + BANNER_S
        time.sleep(POLL_S)
    raise _not_up(guest, deadline_s)


def _check_alive(guest: Guest, accel: Accel, tail: bytes) -> None:
    panic = PANIC.search(tail)
    if panic is not None:
        raise VmError(
            f"the guest stopped: {printable(panic[0].decode('ascii', 'replace'))}",
            f"see {guest.serial_log} for what led to it",
        )
    under_kvm = accel is Accel.KVM
    complaints = guest.complaints()
    for line in complaints if under_kvm else ():
        if "KVM internal error" in line:
            raise SilentUnderKvmError(line)
    if under_kvm and not tail and guest.elapsed_s > KVM_SILENCE_S:
        raise SilentUnderKvmError(f"nothing printed within {KVM_SILENCE_S:g} s")
    if guest.exit_status is None:
        return
    complaint = complaints[-1] if complaints else "no message"
    if under_kvm:
        raise SilentUnderKvmError(f"QEMU ended ({complaint})")
    raise VmError(
        f"QEMU ended with status {guest.exit_status} before the guest was up"
        f" ({complaint})",
        f"see {guest.qemu_log} and {guest.serial_log}",
    )


def _not_up(guest: Guest, deadline_s: float) -> VmError:
    if not guest.serial_tail():
        return VmError(
            f"the guest printed nothing on its serial port within {deadline_s:g} s",
            "try the other firmware, or check that its kernel has console=ttyS0",
        )
    return VmError(
        f"the guest was not up within {deadline_s:g} s",
        f"give it longer, or see {guest.serial_log} for where it stopped",
    )


def has_banner(port: int, deadline_s: float) -> bool:
    """Return whether an ssh server says its name; QEMU itself accepts in any case."""
    try:
        with socket.create_connection(("127.0.0.1", port), deadline_s) as connection:
            connection.settimeout(deadline_s)
            return connection.recv(4) == b"SSH-"
    except OSError:
        return False


def await_ssh(guest: Guest, port: int, deadline_s: float) -> None:
    """Wait until an ssh server answers.

    Raises:
        VmError: none does until so many seconds after QEMU was started.
    """
    while not has_banner(port, BANNER_S):
        if guest.exit_status is not None or guest.elapsed_s > deadline_s:
            raise VmError(
                "no ssh server answered in the guest",
                f"see {guest.serial_log}; the image needs one on port 22",
            )
        time.sleep(POLL_S)

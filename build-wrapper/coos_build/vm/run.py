# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""The boot from the first to the last step."""

import gzip
import io
import shutil
import socket
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path

from coos_build.vm.accel import AccelChoice, choose_accel
from coos_build.vm.command import QEMU, Machine, guest_command, guest_cpus
from coos_build.vm.disk import read_disk
from coos_build.vm.firmware import FirmwareChoice, FirmwareFiles, choose_firmware
from coos_build.vm.login import (
    MAX_ANSWER_BYTES,
    SSH_FAILED,
    Login,
    read_files,
    run_script,
)
from coos_build.vm.model import (
    RELEASE_FILES,
    Accel,
    GuestFile,
    Say,
    VmError,
    VmReport,
    VmRequest,
)
from coos_build.vm.process import Guest
from coos_build.vm.waiting import SilentUnderKvmError, await_ssh, await_up

POWER_OFF_S = 20.0
POWER_OFF_SCRIPT = "sudo -n poweroff 2>/dev/null || poweroff\n"
POWER_OFF_TYPED = b"\nsync; poweroff -f\n"


@dataclass(frozen=True, slots=True)
class _Plan:
    request: VmRequest
    qemu: str
    ssh: str | None
    port: int
    firmware: FirmwareChoice


def boot(request: VmRequest, say: Say) -> VmReport:
    """Boot an image, look inside, power it off, and return what was seen.

    The image is opened for reading only. Where KVM passed its trial but cannot run this
    guest, and nobody insisted on KVM, the guest is started once more under TCG.

    Raises:
        VmError: anything that keeps it from coming about, with its cure.
    """
    firmware = choose_firmware(request.firmware, read_disk(request.image))
    request.log_dir.mkdir(parents=True, exist_ok=True)
    plan = _Plan(request, _qemu(), _ssh(request), _port(request.ssh_port), firmware)
    say(f"firmware: {firmware.firmware.value} ({firmware.reason})")
    accel = choose_accel(request.accel, plan.qemu)
    say(f"accelerator: {accel.accel.value} ({accel.reason})")
    try:
        return _run(plan, accel, say)
    except SilentUnderKvmError as error:
        if request.accel is Accel.KVM:
            raise VmError(
                f"the guest does not run under KVM: {error}", "boot with TCG"
            ) from None
        say(f"KVM does not run this guest ({error}), once more under TCG")
        reason = f"KVM ran a trial guest but not this one: {error}"
        return _run(plan, AccelChoice(Accel.TCG, reason), say)


def _run(plan: _Plan, accel: AccelChoice, say: Say) -> VmReport:
    request = plan.request
    with _flash(plan.firmware.files) as uefi:
        machine = Machine(
            image=request.image,
            accel=accel.accel,
            memory_mib=request.memory_mib,
            cpus=guest_cpus(),
            ssh_port=plan.port,
            uefi=uefi,
        )
        command = guest_command(plan.qemu, machine)
        watched = plan.port if plan.ssh is not None else None
        with Guest(command, request.log_dir, accel.accel.value) as guest:
            serial_s = await_up(guest, accel.accel, watched, request.deadline_s)
            if serial_s is not None:
                say(f"serial console: up after {serial_s:.1f} s")
            files, ssh_s = _look_inside(guest, plan, say)
            power_off = _power_off(guest, plan)
            status = guest.end()
            say(f"powered off by {power_off} after {guest.elapsed_s:.1f} s")
    release = {path: text for path, text in _texts(files) if path in RELEASE_FILES}
    return VmReport(
        accel=accel.accel,
        accel_reason=accel.reason,
        firmware=plan.firmware.firmware,
        firmware_reason=plan.firmware.reason,
        serial_s=serial_s,
        ssh_s=ssh_s,
        whole_s=guest.elapsed_s,
        release=release,
        files=tuple(file for file in files if file.path not in RELEASE_FILES),
        power_off=power_off,
        exit_status=status,
        serial_log=guest.serial_log,
    )


# --- what the machine must have ---------------------------------------------------


def _qemu() -> str:
    qemu = shutil.which(QEMU)
    if qemu is None:
        raise VmError(
            f"there is no {QEMU} on PATH",
            "install it (Debian: apt-get install --no-install-recommends "
            "qemu-system-x86)",
        )
    return qemu


def _ssh(request: VmRequest) -> str | None:
    if not request.wants_login:
        return None
    if request.key is not None and not request.key.is_file():
        raise VmError(f"there is no key {request.key}", "name a private key file")
    ssh = shutil.which("ssh")
    if ssh is None:
        raise VmError(
            "there is no ssh client on PATH",
            "install it (Debian: apt-get install openssh-client)",
        )
    return ssh


def _port(wish: int) -> int:
    """Return the port to forward; one that is free now where none was asked for."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", wish))
        except OSError as error:
            raise VmError(
                f"port {wish} of 127.0.0.1 cannot be had: {error.strerror}",
                "end what uses it, or leave the choice of a free one to us (0)",
            ) from error
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def _flash(files: FirmwareFiles | None) -> Iterator[FirmwareFiles | None]:
    """Yield the flash files with a copy of the variables, which the guest writes."""
    if files is None:
        yield None
        return
    with tempfile.TemporaryDirectory(prefix="coos-build-") as scratch:
        variables = Path(scratch, "vars.fd")
        shutil.copyfile(files.variables, variables)
        yield replace(files, variables=variables)


# --- inside -----------------------------------------------------------------------


def _look_inside(
    guest: Guest, plan: _Plan, say: Say
) -> tuple[tuple[GuestFile, ...], float | None]:
    """Return the files, and when the login worked."""
    if plan.ssh is None:
        return (), None
    end = guest.elapsed_s + plan.request.deadline_s
    await_ssh(guest, plan.port, end)
    patterns = (*RELEASE_FILES, *plan.request.reads)
    left = max(1.0, end - guest.elapsed_s)
    stored = read_files(_login(plan, plan.ssh), patterns, left)
    ssh_s = guest.elapsed_s
    say(f"ssh: read {len(stored)} files as {plan.request.user} after {ssh_s:.1f} s")
    return tuple(_guest_files(stored)), ssh_s


def _login(plan: _Plan, ssh: str) -> Login:
    request = plan.request
    return Login(ssh, plan.port, request.user, request.password, request.key)


def _guest_files(stored: Mapping[str, bytes]) -> Iterator[GuestFile]:
    for path in sorted(stored):
        yield GuestFile(path, stored[path], unzip(path, stored[path]))


def unzip(path: str, stored: bytes) -> bytes:
    """Return what a file says, whether it is compressed by gzip or not.

    Raises:
        VmError: it starts like gzip and is not, or is too large once unpacked.
    """
    if not stored.startswith(b"\x1f\x8b"):
        return stored
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(stored)) as file:
            content = file.read(MAX_ANSWER_BYTES + 1)
    except (OSError, EOFError) as error:
        raise VmError(
            f"{path} in the guest is damaged gzip", "build the image again"
        ) from error
    if len(content) > MAX_ANSWER_BYTES:
        raise VmError(
            f"{path} in the guest unpacks to more than {MAX_ANSWER_BYTES} bytes",
            "look at what build_image wrote there",
        )
    return content


def _texts(files: tuple[GuestFile, ...]) -> Iterator[tuple[str, str]]:
    for file in files:
        yield file.path, file.content.decode("utf-8", "replace")


# --- the end ----------------------------------------------------------------------


def _power_off(guest: Guest, plan: _Plan) -> str:
    """Return what stopped the guest: ssh, else the serial console, else a signal."""
    if plan.ssh is not None:
        # The connection may break before the status comes through, or never end.
        with suppress(VmError):
            answer = run_script(_login(plan, plan.ssh), POWER_OFF_SCRIPT, POWER_OFF_S)
            if answer.status in {0, SSH_FAILED} and guest.wait(POWER_OFF_S):
                return "ssh"
    guest.type(POWER_OFF_TYPED)
    return "serial" if guest.wait(POWER_OFF_S / 2) else "signal"

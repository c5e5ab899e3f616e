# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""KVM counts only after a guest ran under it."""

import shutil
import subprocess
import time
from pathlib import Path

import pytest
from builders_guest import needs_qemu, put_program
from coos_build.vm import Accel, VmError, trial_guest
from coos_build.vm.accel import choose_accel, trial_fault
from coos_build.vm.command import trial_command

SOURCE = Path(trial_guest.__file__).with_name("trial_guest.S")
RUNS = "printf 'coos-build: guest runs\\r\\n'; exit 33"
ABORTS = "echo 'failed to set MSR 0x10a' >&2; exit 134"


@pytest.fixture
def device(tmp_path: Path) -> Path:
    """A file in place of the device of KVM."""
    path = tmp_path / "kvm"
    path.touch()
    return path


def test_kvm_that_runs_a_guest_is_taken(tmp_path: Path, device: Path) -> None:
    qemu = put_program(tmp_path / "bin", "qemu", RUNS)

    choice = choose_accel(Accel.AUTO, str(qemu), device)

    assert choice.accel is Accel.KVM


def test_kvm_that_aborts_gives_tcg_with_the_reason(
    tmp_path: Path, device: Path
) -> None:
    qemu = put_program(tmp_path / "bin", "qemu", ABORTS)

    choice = choose_accel(Accel.AUTO, str(qemu), device)

    assert choice.accel is Accel.TCG
    assert "status 134 (failed to set MSR 0x10a)" in choice.reason


def test_kvm_that_hangs_is_given_up_within_the_deadline(tmp_path: Path) -> None:
    qemu = put_program(tmp_path / "bin", "qemu", "exec sleep 60")
    started = time.monotonic()

    fault = trial_fault((str(qemu),), deadline_s=0.3)

    assert fault == "a trial guest hung for 0.3 s"
    assert time.monotonic() - started < 5


def test_a_guest_that_prints_but_never_ends_does_not_count(tmp_path: Path) -> None:
    qemu = put_program(
        tmp_path / "bin", "qemu", "printf 'coos-build: guest runs\\r\\n'; exec sleep 60"
    )

    assert trial_fault((str(qemu),), deadline_s=0.3) == "a trial guest hung for 0.3 s"


def test_without_the_device_nothing_is_tried(tmp_path: Path) -> None:
    choice = choose_accel(Accel.AUTO, "/no/such/qemu", tmp_path / "kvm")

    assert choice.accel is Accel.TCG
    assert "there is no" in choice.reason


def test_kvm_asked_for_is_never_replaced(tmp_path: Path, device: Path) -> None:
    qemu = put_program(tmp_path / "bin", "qemu", ABORTS)

    with pytest.raises(VmError, match="KVM does not work here") as caught:
        choose_accel(Accel.KVM, str(qemu), device)

    assert "TCG" in caught.value.cure


def test_tcg_asked_for_tries_nothing(device: Path) -> None:
    assert choose_accel(Accel.TCG, "/no/such/qemu", device).accel is Accel.TCG


@pytest.mark.vm
@needs_qemu
def test_the_trial_guest_runs_to_its_end(tmp_path: Path) -> None:
    sector = tmp_path / "trial.bin"
    sector.write_bytes(trial_guest.BOOT_SECTOR)

    command = trial_command("qemu-system-x86_64", Accel.TCG, sector)

    assert trial_fault(command, deadline_s=60) is None


@pytest.mark.skipif(
    shutil.which("as") is None or shutil.which("objcopy") is None,
    reason="no as and objcopy: install binutils",
)
def test_the_boot_sector_is_its_source_assembled(tmp_path: Path) -> None:
    made, raw = tmp_path / "trial.o", tmp_path / "trial.bin"
    subprocess.run(["as", "--64", "-o", made, SOURCE], check=True)
    subprocess.run(["objcopy", "-O", "binary", "-j", ".text", made, raw], check=True)

    assert raw.read_bytes() == trial_guest.BOOT_SECTOR

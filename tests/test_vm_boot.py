# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""A boot from start to power-off, and every way in which it does not come about."""

import gzip
import hashlib
import os
import re
import socket
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from builders_guest import make_guest, make_uefi_disk, needs_qemu, put_program
from coos_build.vm import Accel, Firmware, VmError, VmReport, VmRequest, accel, boot
from coos_build.vm.firmware import OVMF, FirmwareFiles

# Stands for QEMU: up at once, ends when something is typed.
UP = "echo 'lakitu: boot complete'; read -r line; exit 0"


def start(image: Path, **changes: Any) -> VmReport:
    """Boot an image with a log directory beside it; nobody logs in."""
    options = {"accel": Accel.TCG, "deadline_s": 20.0, **changes}
    return boot(VmRequest(image=image, log_dir=image.parent / "log", **options), print)


@pytest.fixture
def image(tmp_path: Path) -> Path:
    """A disk that a BIOS can start."""
    return make_guest(tmp_path / "disk.bin", b"lakitu: boot complete\r\n")


@pytest.fixture
def qemu(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The directory for a program in place of QEMU, first on PATH."""
    directory = tmp_path / "bin"
    monkeypatch.setenv("PATH", f"{directory}:{os.environ['PATH']}")
    return directory


# --- with QEMU ----------------------------------------------------------------------


@pytest.mark.vm
@needs_qemu
def test_a_guest_boots_and_is_powered_off_over_its_console(image: Path) -> None:
    report = start(image, deadline_s=60.0)

    assert (report.power_off, report.exit_status) == ("serial", 0)
    assert report.serial_s is not None
    assert report.serial_s < report.whole_s
    assert b"boot complete" in report.serial_log.read_bytes()


@pytest.mark.vm
@needs_qemu
@pytest.mark.skipif(
    not any(files.code.is_file() for files in OVMF), reason="no OVMF: install ovmf"
)
def test_an_image_without_a_legacy_path_boots_by_uefi(tmp_path: Path) -> None:
    script = b"echo lakitu: boot complete\r\npause\r\nreset -s\r\n"
    image = make_uefi_disk(tmp_path / "disk.bin", "BOOTX64.EFI", startup=script)

    report = start(image, deadline_s=90.0)

    assert report.firmware is Firmware.UEFI
    assert (report.power_off, report.exit_status) == ("serial", 0)


@pytest.mark.vm
@needs_qemu
def test_the_image_is_never_written(image: Path) -> None:
    image.chmod(0o444)
    before = hashlib.sha256(image.read_bytes()).digest()

    start(image, deadline_s=60.0)

    assert hashlib.sha256(image.read_bytes()).digest() == before


@pytest.mark.vm
@needs_qemu
def test_nothing_is_left_in_the_log_directory_but_logs(image: Path) -> None:
    start(image, deadline_s=60.0)

    names = sorted(path.name for path in (image.parent / "log").iterdir())
    assert names == ["qemu-tcg.log", "serial-tcg.log"]


@pytest.mark.vm
@needs_qemu
def test_a_name_with_a_comma_boots(tmp_path: Path) -> None:
    image = make_guest(tmp_path / "a,b.bin", b"lakitu: boot complete\r\n")

    assert start(image, deadline_s=60.0).exit_status == 0


@pytest.mark.vm
@needs_qemu
def test_a_guest_that_prints_nothing_is_given_up(tmp_path: Path) -> None:
    image = make_guest(tmp_path / "disk.bin", b"")

    with pytest.raises(VmError, match="printed nothing on its serial port within 3 s"):
        start(image, deadline_s=3.0)


@pytest.mark.vm
@needs_qemu
def test_a_guest_that_stays_before_its_login_is_given_up(tmp_path: Path) -> None:
    image = make_guest(tmp_path / "disk.bin", b"loading\r\n")

    with pytest.raises(VmError, match="was not up within 3 s"):
        start(image, deadline_s=3.0)


@pytest.mark.vm
@needs_qemu
def test_a_kernel_panic_ends_the_wait(tmp_path: Path) -> None:
    text = b"Kernel panic - not syncing: no \x1b[31minit\r\n"

    with pytest.raises(VmError, match=re.escape("not syncing: no ?[31minit")):
        start(make_guest(tmp_path / "disk.bin", text), deadline_s=60.0)


@pytest.mark.vm
@needs_qemu
def test_a_login_without_an_ssh_server_is_given_up(image: Path) -> None:
    with pytest.raises(VmError, match="no ssh server answered"):
        start(image, deadline_s=4.0, password="secret")  # noqa: S106 - of nobody


@pytest.mark.vm
@needs_qemu
def test_accel_auto_boots_whatever_this_machine_has(image: Path) -> None:
    report = start(image, accel=Accel.AUTO, deadline_s=60.0)

    assert report.accel in {Accel.KVM, Accel.TCG}
    assert report.accel_reason


# --- programs in place of QEMU and ssh ------------------------------------------------


def test_a_missing_qemu_comes_with_the_command_that_installs_it(
    image: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "/nonexistent")

    with pytest.raises(VmError, match="no qemu-system-x86_64 on PATH") as caught:
        start(image)

    assert "apt-get install" in caught.value.cure


def test_a_missing_image_is_found_before_anything_starts(tmp_path: Path) -> None:
    with pytest.raises(VmError, match="there is no image"):
        start(tmp_path / "nothing.bin")

    assert not (tmp_path / "log").exists()


def test_a_port_in_use_is_named(image: Path, qemu: Path) -> None:
    put_program(qemu, "qemu-system-x86_64", UP)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]

        with pytest.raises(VmError, match=f"port {port} of 127.0.0.1 cannot be had"):
            start(image, ssh_port=port)


def test_the_port_is_a_free_one_by_default(image: Path, qemu: Path) -> None:
    put_program(qemu, "qemu-system-x86_64", f'echo "$@" >&2; {UP}')

    report = start(image)

    said = report.serial_log.with_name("qemu-tcg.log").read_text(encoding="utf-8")
    found = re.search(r"hostfwd=tcp:127\.0\.0\.1:(\d+)-:22", said)
    assert found is not None
    assert int(found[1]) > 1023


def test_a_qemu_that_fails_is_quoted(image: Path, qemu: Path) -> None:
    put_program(qemu, "qemu-system-x86_64", "echo 'no such device' >&2; exit 1")

    with pytest.raises(VmError, match=r"ended with status 1 .*\(no such device\)"):
        start(image)


def test_a_guest_that_ignores_its_console_is_ended_by_signal(
    image: Path, qemu: Path
) -> None:
    put_program(qemu, "qemu-system-x86_64", "echo 'lakitu login: '; exec sleep 600")

    report = start(image)

    assert (report.power_off, report.exit_status) == ("signal", -15)


def test_an_error_leaves_no_process_behind(image: Path, qemu: Path) -> None:
    put_program(qemu, "qemu-system-x86_64", "echo $$ >&2; exec sleep 600")

    with pytest.raises(VmError):
        start(image, deadline_s=1.0)

    log = image.parent / "log" / "qemu-tcg.log"
    with pytest.raises(ProcessLookupError):
        os.kill(int(log.read_text(encoding="utf-8")), 0)


def test_kvm_that_hangs_in_its_trial_gives_tcg(
    image: Path, qemu: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(accel, "KVM_DEVICE", image)
    monkeypatch.setattr(accel, "TRIAL_DEADLINE_S", 0.5)
    hangs = f'case "$*" in *"-accel kvm"*) exec sleep 600 ;; esac; {UP}'
    put_program(qemu, "qemu-system-x86_64", hangs)

    report = start(image, accel=Accel.AUTO)

    assert report.accel is Accel.TCG
    assert report.accel_reason == (
        "KVM does not work here: a trial guest hung for 0.5 s"
    )


# What KVM did to a stock guest on a host where a small one ran.
FAILS_LATER = f"""
case "$*" in
*isa-debug-exit*) printf 'coos-build: guest runs\\r\\n'; exit 33 ;;
*"-accel kvm"*) echo 'KVM internal error. Suberror: 1' >&2; exec sleep 600 ;;
esac
{UP}"""


def test_kvm_that_fails_after_its_trial_gives_tcg(
    image: Path, qemu: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(accel, "KVM_DEVICE", image)
    put_program(qemu, "qemu-system-x86_64", FAILS_LATER)

    report = start(image, accel=Accel.AUTO)

    assert report.accel is Accel.TCG
    assert "KVM internal error. Suberror: 1" in report.accel_reason


def test_kvm_asked_for_is_not_replaced_after_its_trial(
    image: Path, qemu: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(accel, "KVM_DEVICE", image)
    put_program(qemu, "qemu-system-x86_64", FAILS_LATER)

    with pytest.raises(VmError, match="does not run under KVM"):
        start(image, accel=Accel.KVM)


# Stands for QEMU and the ssh server behind it: says a text on its console, and its name
# on the port that is forwarded.
SERVER = """
import re, socket, sys
port = int(re.search(r"127\\.0\\.0\\.1:(\\d+)-", " ".join(sys.argv))[1])
server = socket.create_server(("127.0.0.1", port))
sys.stdout.write(sys.argv[1] + chr(10))
sys.stdout.flush()
while True:
    server.accept()[0].sendall(b"SSH-2.0-guest" + bytes((13, 10)))
"""


@pytest.fixture
def guest(qemu: Path) -> Callable[[str, str], None]:
    """Put a guest in place of QEMU: what it says, what its power-off does.

    A script that is sent to it runs here, where no power-off but this one is on PATH.
    """

    def put(text: str, power_off: str) -> None:
        qemu.mkdir(exist_ok=True)
        server, pid = qemu / "server.py", qemu / "pid"
        server.write_text(SERVER, encoding="utf-8")
        run = f"exec {sys.executable} {server} '{text}' \"$@\""
        put_program(qemu, "qemu-system-x86_64", f"echo $$ >{pid}; {run}")
        put_program(qemu, "sudo", f"pid=$(cat {pid}); {power_off}")
        put_program(qemu, "poweroff", "exit 1")
        put_program(qemu, "ssh", f"PATH={qemu}:/usr/bin:/bin exec sh -s")

    return put


def test_files_are_read_and_ssh_powers_off(
    image: Path, tmp_path: Path, guest: Callable[[str, str], None]
) -> None:
    guest("lakitu: boot complete", "kill $pid")
    page = tmp_path / "credits.html.gz"
    page.write_bytes(gzip.compress(b"<html>"))

    report = start(image, password="secret", reads=(str(page),))  # noqa: S106 - nobody's

    assert [(file.path, file.content) for file in report.files] == [
        (str(page), b"<html>")
    ]
    assert report.power_off == "ssh"
    assert report.ssh_s is not None


def test_a_guest_that_cannot_be_powered_off_by_ssh_is_by_other_means(
    image: Path, guest: Callable[[str, str], None]
) -> None:
    guest("lakitu: boot complete", "exit 1")

    report = start(image, password="secret", reads=())  # noqa: S106 - nobody's

    assert report.power_off == "signal"


def test_ssh_alone_counts_as_up(image: Path, guest: Callable[[str, str], None]) -> None:
    guest("", "kill $pid")

    report = start(image, password="secret", reads=())  # noqa: S106 - nobody's

    assert report.serial_s is None
    assert report.ssh_s is not None


def test_a_missing_ssh_comes_with_the_command_that_installs_it(
    image: Path, qemu: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put_program(qemu, "qemu-system-x86_64", UP)
    monkeypatch.setenv("PATH", str(qemu))

    with pytest.raises(VmError, match="no ssh client on PATH") as caught:
        start(image, password="secret")  # noqa: S106 - nobody's

    assert "openssh-client" in caught.value.cure


def test_a_missing_key_is_named(image: Path, qemu: Path) -> None:
    put_program(qemu, "qemu-system-x86_64", UP)

    with pytest.raises(VmError, match="there is no key"):
        start(image, key=image.with_name("id_rsa"))


def test_uefi_variables_are_a_copy_that_goes(
    tmp_path: Path, qemu: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    code, variables = tmp_path / "code.fd", tmp_path / "vars.fd"
    code.touch()
    variables.write_bytes(b"untouched")
    files = FirmwareFiles(code, variables)
    monkeypatch.setattr("coos_build.vm.firmware.OVMF", (files,))
    put_program(qemu, "qemu-system-x86_64", f'echo "$@" >&2; {UP}')

    report = start(make_uefi_disk(tmp_path / "disk.bin", "BOOTX64.EFI"))

    said = report.serial_log.with_name("qemu-tcg.log").read_text(encoding="utf-8")
    copied = re.search(r"unit=1,file=(\S+)", said)
    assert report.firmware is Firmware.UEFI
    assert copied is not None
    assert Path(copied[1]) != variables
    assert not Path(copied[1]).exists()


def test_a_guest_that_prints_without_end_is_stopped(
    image: Path, qemu: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("coos_build.vm.process.MAX_LOG_BYTES", 100_000)
    put_program(qemu, "qemu-system-x86_64", "exec yes")
    started = time.monotonic()

    with pytest.raises(VmError, match="printed more than 100000 bytes"):
        start(image)

    assert time.monotonic() - started < 15


def test_no_secret_is_shown() -> None:
    request = VmRequest(image=Path("i"), log_dir=Path("l"), password="hunter2")  # noqa: S106 - the point

    assert "hunter2" not in repr(request)

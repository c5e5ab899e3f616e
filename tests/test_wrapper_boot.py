# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""The boot step: what is asked of the virtual machine, and what its answer means.

The machine itself is tried elsewhere, on real images.
"""

import hashlib
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from coos_build.actions.booting import (
    Boot,
    Expected,
    boot_and_compare,
    vm_request,
    write_report,
)
from coos_build.config import load_config
from coos_build.errors import StepError
from coos_build.layout import Layout
from coos_build.profiles import Value
from coos_build.secret import Secret
from coos_build.vm import (
    Accel,
    Firmware,
    GuestFile,
    VmError,
    VmReport,
    VmRequest,
)
from wrapper_build import PASSWORD, make_build

PAGE = "/opt/google/chrome/resources/about_os_credits.html"


def report_of(*files: tuple[str, bytes]) -> VmReport:
    return VmReport(
        accel=Accel.TCG,
        accel_reason="no KVM here",
        firmware=Firmware.BIOS,
        firmware_reason="the disk has boot code",
        serial_s=1.0,
        ssh_s=2.0,
        whole_s=3.0,
        release={},
        files=tuple(GuestFile(path, b"", content) for path, content in files),
        power_off="ssh",
        exit_status=0,
        serial_log=Path("/log"),
    )


def request(folder: Path, secret: Secret | None = None, **options: Value) -> VmRequest:
    config = load_config(folder, None, options)
    return vm_request(Layout(folder, "lakitu"), config, "R1-2-a1", secret)


@pytest.fixture
def images(tmp_path: Path) -> Path:
    """An image directory with a disk and its attribution."""
    folder = tmp_path / "src/build/images/lakitu/R1-2-a1"
    (folder / "attribution").mkdir(parents=True)
    (folder / "attribution/credits.html").write_bytes(b"ours")
    (folder / "chromiumos_image.bin").write_bytes(b"disk")
    return folder


def booted(
    images: Path,
    *files: tuple[str, bytes],
    installed: bool,
    login: bool = True,
    made: str = "",
) -> Boot:
    wanted = request(images.parents[4], Secret("x") if login else None)
    answer = report_of(*files)

    def boot(asked: VmRequest, say: Callable[[str], None]) -> VmReport:
        assert asked == wanted
        say("up")
        return answer

    said: list[str] = []
    expected = Expected(images / "attribution", installed=installed, made=made)
    result = boot_and_compare(wanted, expected, said.append, boot=boot)
    assert said == ["up"]
    return result


@pytest.mark.parametrize("installed", [True, False])
@pytest.mark.parametrize("path", [PAGE, f"{PAGE}.gz"])
def test_an_equal_page_inside_matches(images: Path, path: str, installed: bool) -> None:
    found = booted(images, (path, b"ours"), installed=installed)
    assert found.matches
    assert "equals credits.html beside" in found.sentences[0]


@pytest.mark.parametrize(
    ("files", "said"),
    [
        (((PAGE, b"other"),), "differs from credits.html beside"),
        ((), "there is no credits page inside"),
    ],
)
def test_another_page_or_none_is_a_failure_only_where_ours_was_installed(
    images: Path, files: tuple[tuple[str, bytes], ...], said: str
) -> None:
    assert said in booted(images, *files, installed=True).sentences[0]
    assert not booted(images, *files, installed=True).matches
    without = booted(images, *files, installed=False)
    assert without.matches
    assert "it is the build's own" in without.sentences[0]


def test_the_page_that_was_made_for_the_image_matches(images: Path) -> None:
    made = hashlib.sha256(b"made").hexdigest()
    found = booted(images, (PAGE, b"made"), installed=True, made=made)
    assert found.matches
    assert "and is the page that was made for it" in found.sentences[0]
    assert not booted(images, (PAGE, b"other"), installed=True, made=made).matches


def test_without_an_attribution_beside_there_is_nothing_to_match(images: Path) -> None:
    (images / "attribution/credits.html").unlink()
    found = booted(images, (PAGE, b""), installed=True)
    assert not found.matches
    assert "to compare with" in found.sentences[0]


def test_without_a_login_nothing_is_claimed(images: Path) -> None:
    found = booted(images, installed=True, login=False)
    assert not found.matches
    assert "nobody logged in" in found.sentences[0]


def test_a_machine_that_does_not_come_up_fails_the_step(images: Path) -> None:
    def boot(_asked: VmRequest, _say: Callable[[str], None]) -> VmReport:
        message = "the password was refused"
        raise VmError(message, "set it again")

    wanted = request(images.parents[4], Secret("x"))
    expected = Expected(images, installed=False)
    with pytest.raises(StepError) as caught:
        boot_and_compare(wanted, expected, print, boot=boot)
    assert caught.value.what == "the password was refused"
    assert caught.value.cure == "set it again"


def test_the_vm_image_is_booted_where_there_is_one(images: Path) -> None:
    assert request(images.parents[4]).image.name == "chromiumos_image.bin"
    (images / "chromiumos_qemu_image.bin").write_bytes(b"disk")
    assert request(images.parents[4]).image.name == "chromiumos_qemu_image.bin"


def test_a_broken_attempt_is_not_booted(images: Path) -> None:
    (images / "chromiumos_image.bin").write_bytes(b"")
    with pytest.raises(StepError, match="holds no image to boot"):
        request(images.parents[4])


def test_options_reach_the_machine(images: Path) -> None:
    wanted = request(
        images.parents[4], accel="tcg", firmware="uefi", memory_mib=7, ssh_port=9222
    )
    assert (wanted.accel, wanted.firmware) == (Accel.TCG, Firmware.UEFI)
    assert (wanted.memory_mib, wanted.ssh_port) == (7, 9222)
    assert wanted.password is None


def test_a_test_image_has_its_public_password(images: Path) -> None:
    (images / "chromiumos_test_image.bin").write_bytes(b"disk")
    wanted = request(images.parents[4], image_types=("test",))
    assert wanted.password == "test0000"  # noqa: S105 (it is public)


def test_the_report_keeps_the_comparison_and_no_password(
    images: Path, tmp_path: Path
) -> None:
    path = tmp_path / "boot.json"
    write_report(path, booted(images, (PAGE, b"ours"), installed=True))
    told = json.loads(path.read_text(encoding="utf-8"))
    assert told["matches"] is True
    assert told["accel_reason"] == "no KVM here"


def test_the_step_runs_the_command_with_the_password_on_its_input(
    tmp_path: Path,
) -> None:
    """On a host without QEMU the step says so, and the password is in no log."""
    build = make_build(tmp_path)
    config = build.checkout / "coos-build.toml"
    config.write_text(
        config.read_text(encoding="utf-8").replace("boot = false", "boot = true"),
        encoding="utf-8",
    )
    folder = build.images / "R1-2-a1"
    folder.mkdir(parents=True)
    (folder / "chromiumos_image.bin").write_bytes(b"no disk at all")
    (build.images / "latest").symlink_to(folder.name)
    answer = build.run("--only", "boot")
    assert answer.returncode == 1
    log = build.ask("logs", "boot").stdout
    assert "--image-dir R1-2-a1" in log
    assert "coos-build: error: " in log
    assert "boot: " in answer.stderr
    assert "Traceback" not in log
    for path in build.state.rglob("*"):
        assert not path.is_file() or PASSWORD.encode() not in path.read_bytes()

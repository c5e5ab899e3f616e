# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""Boot the image in a directory, and hold what is inside against what lies beside it.

The command line: the directory of the image; the password of the shared user on stdin.
"""

import json
import sys
from pathlib import Path

from coos_build.vm import VmError, VmReport, VmRequest, boot

from mini.errors import MiniatureError

IMAGE = "chromiumos_qemu_image.bin"
CREDITS_INSIDE = "/opt/google/chrome/resources/about_os_credits.html"
CREDITS_BESIDE = "license_credits.html"


def boot_and_compare(directory: Path, password: str) -> VmReport:
    """Boot, and write ``boot/report.json`` into the directory of the image.

    Raises:
        VmError: the guest did not boot, or nobody could log in.
        MiniatureError: the booted system is not the one that was built.
    """
    logs = directory / "boot"
    request = VmRequest(image=directory / IMAGE, log_dir=logs, password=password)
    report = boot(request, say)
    compare(report, directory)
    summary = {
        "accel": report.accel,
        "accel_reason": report.accel_reason,
        "firmware": report.firmware,
        "firmware_reason": report.firmware_reason,
        "serial_s": report.serial_s,
        "ssh_s": report.ssh_s,
        "whole_s": report.whole_s,
        "power_off": report.power_off,
        "release": dict(report.release),
    }
    text = json.dumps(summary, indent=2, sort_keys=True)
    (logs / "report.json").write_text(f"{text}\n", encoding="utf-8")
    return report


def compare(report: VmReport, directory: Path) -> None:
    """Hold the credits page and the version inside against those of the build.

    Raises:
        MiniatureError: they differ.
    """
    inside = {file.path: file.content for file in report.files}
    beside = (directory / CREDITS_BESIDE).read_bytes()
    if inside.get(CREDITS_INSIDE) != beside:
        raise MiniatureError(
            f"{CREDITS_INSIDE} in the guest is not {directory / CREDITS_BESIDE}"
        )
    version = directory.name.partition("-")[2].rpartition("-a")[0]
    if f"CHROMEOS_RELEASE_VERSION={version}\n" not in report.release.get(
        "/etc/lsb-release", ""
    ):
        raise MiniatureError(f"the guest does not say that its version is {version}")


def say(line: str) -> None:
    """Tell the log of the step."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    try:
        boot_and_compare(Path(sys.argv[1]).resolve(), sys.stdin.readline().rstrip("\n"))
    except (VmError, MiniatureError) as error:
        sys.exit(f"boot: {error}")

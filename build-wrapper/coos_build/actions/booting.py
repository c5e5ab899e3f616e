# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""boot: the image in a virtual machine, and the attribution inside against ours.

The step runs ``coos-build boot`` as a program, so that it has a log and a deadline,
and QEMU ends with it however this process ends.
"""

import hashlib
import json
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from coos_build.bench import Bench
from coos_build.commands import Command
from coos_build.config import Config
from coos_build.errors import StepError
from coos_build.layout import Layout, is_filled
from coos_build.plan import Scene
from coos_build.proofs import current_image
from coos_build.secret import Secret
from coos_build.vm import Accel, Firmware, VmError, VmReport, VmRequest
from coos_build.vm import boot as boot_vm

TEST_PASSWORD: Final = "test0000"  # noqa: S105 (public: every test image has it)
REPORT_NAME: Final = "boot.json"
_PASSED_ON: Final = ("accel", "firmware", "memory_mib", "ssh_port", "boot_deadline_s")
_QEMU_IMAGE: Final = "chromiumos_qemu_image.bin"


def boot_image(
    bench: Bench, scene: Scene, commands: tuple[Command, ...]
) -> Mapping[str, str]:
    """Run ``coos-build boot`` on the image of this build. Raises: StepError."""
    del commands
    layout, config = bench.session.layout, bench.session.config
    directory = current_image(scene.history, layout)
    if not directory:
        raise StepError("there is no image to boot", "run build-image first")
    words = [sys.executable, "-m", "coos_build", "boot"]
    words += ["--checkout", str(layout.checkout), "--board", layout.board]
    words += ["--image-dir", directory, "--login", config.text("login")]
    words += ["--image-types", config.words("image_types")[-1]]
    words += ["--install" if config.switch("install") else "--no-install"]
    for key in _PASSED_ON:
        words += ["--" + key.replace("_", "-"), str(config.values[key])]
    secret = bench.session.secret
    words += ["--password-stdin"] if secret else ["--no-set-password"]
    status = bench.run(tuple(words), stdin=secret, allowed=(0, 1))
    if status:
        told = _last_error(bench.tail)
        raise StepError(told or "the boot failed", "", status)
    return {}


def _last_error(tail: tuple[str, ...]) -> str:
    """Return what the boot said of its failure."""
    prefix = "coos-build: error: "
    found = [line.removeprefix(prefix) for line in tail if line.startswith(prefix)]
    return found[-1] if found else ""


@dataclass(frozen=True, slots=True)
class Boot:
    """A boot and what the comparison of the two attributions says."""

    report: VmReport
    sentences: tuple[str, ...]
    matches: bool


def vm_request(
    layout: Layout, config: Config, directory: str, secret: Secret | None
) -> VmRequest:
    """Return what is asked of the virtual machine. Raises: StepError."""
    folder = layout.images / directory
    images = [folder / _QEMU_IMAGE, folder / config.disk_image]
    image = next((one for one in images if is_filled(one)), None)
    if image is None:
        message = f"{folder} holds no image to boot"
        raise StepError(message, "run build-image again; this attempt is broken")
    if secret is None and config.is_test_image:
        secret = Secret(TEST_PASSWORD)
    return VmRequest(
        image=image,
        log_dir=layout.logs,
        memory_mib=config.number("memory_mib"),
        ssh_port=config.number("ssh_port"),
        deadline_s=float(config.number("boot_deadline_s")),
        accel=Accel(config.text("accel")),
        firmware=Firmware(config.text("firmware")),
        user=config.text("login"),
        password=secret.reveal() if secret else None,
    )


@dataclass(frozen=True, slots=True)
class Expected:
    """The bundle's directory beside an image, and which page is to be inside.

    With ``installed`` that is the one of the bundle, or the one that was made for the
    image, whose SHA-256 is ``made``: what came into the image later is only beside.
    """

    beside: Path
    installed: bool
    made: str = ""


def boot_and_compare(
    request: VmRequest,
    expected: Expected,
    say: Callable[[str], None],
    *,
    boot: Callable[[VmRequest, Callable[[str], None]], VmReport] = boot_vm,
) -> Boot:
    """Boot the image and compare the page inside with the one that is expected.

    Raises: StepError when it does not boot or does not let us in.
    """
    try:
        report = boot(request, say)
    except VmError as error:
        raise StepError(error.what, error.cure) from error
    if not request.wants_login:
        told = ("nobody logged in, so the attribution inside was not read",)
        return Boot(report, told, matches=not expected.installed)
    return _compare(report, expected)


def _compare(report: VmReport, expected: Expected) -> Boot:
    """Return the comparison of the pages."""
    page, made = expected.beside / "credits.html", expected.made
    ours = page.read_bytes() if page.is_file() else b""
    inside = [
        file for file in report.files if file.path.removesuffix(".gz").endswith(".html")
    ]
    equal = [file.path for file in inside if ours and file.content == ours]
    if equal:
        digest = hashlib.sha256(ours).hexdigest()
        told = f"{equal[0]} inside equals {page.name} beside (sha256 {digest[:16]})"
        return Boot(report, (told,), matches=True)
    if not inside:
        told = "there is no credits page inside"
    elif not ours:
        told = f"there is no {page} to compare with"
    else:
        told = f"{inside[0].path} inside differs from {page.name} beside"
        if any(hashlib.sha256(one.content).hexdigest() == made for one in inside):
            told = f"{told}, and is the page that was made for it (sha256 {made[:16]})"
            return Boot(report, (told,), matches=True)
    if expected.installed:
        return Boot(report, (told,), matches=False)
    return Boot(
        report, (f"{told}; it is the build's own (no --install)",), matches=True
    )


def write_report(path: Path, boot: Boot) -> None:
    """Keep what the boot showed, for the reports."""
    report = boot.report
    told = {
        "schema": 1,
        "accel": str(report.accel),
        "accel_reason": report.accel_reason,
        "firmware": str(report.firmware),
        "serial_s": report.serial_s,
        "ssh_s": report.ssh_s,
        "seconds": report.whole_s,
        "power_off": report.power_off,
        "matches": boot.matches,
        "comparison": list(boot.sentences),
    }
    path.write_text(json.dumps(told, indent=1, sort_keys=True) + "\n", "utf-8")

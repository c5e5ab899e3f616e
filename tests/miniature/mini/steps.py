# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""The pipeline as data: what each step runs, needs and leaves behind."""

import sys
from dataclasses import dataclass
from pathlib import Path

from mini.prepare import Prepared
from mini.work import PROJECT, SOURCE

BOARD = "lakitu"
MANIFEST_URL = "https://chromium.googlesource.com/chromiumos/manifest.git"
REPO_URL = "https://chromium.googlesource.com/external/repo.git"
IMAGES = f"src/build/images/{BOARD}"
LATEST = f"{IMAGES}/latest"


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the pipeline, run in the checkout.

    `needs` names earlier steps and prepared things: when one of them was made anew, so
    is this. `product` is a path below the checkout without which it is not done.
    """

    name: str
    commands: tuple[tuple[str, ...], ...]
    needs: tuple[str, ...]
    product: str
    stdin: Path | None = None


def pipeline(prepared: Prepared) -> tuple[Step, ...]:
    """All steps in order."""
    return (
        *_checkout(),
        *_packages(prepared),
        *_image(),
        _boot(prepared),
    )


def _checkout() -> tuple[Step, ...]:
    """The steps outside of the chroot; the options are those of the first notes."""
    return (
        Step(
            name="repo-init",
            commands=(
                (
                    *("repo", "init", "--manifest-url", MANIFEST_URL),
                    *("--manifest-branch", "stable", "--groups", "minilayout"),
                    *("--repo-url", REPO_URL, "--repo-rev", "stable"),
                ),
            ),
            needs=("projects", "repo"),
            product=".repo/manifest.xml",
        ),
        Step(
            name="sync-network",
            commands=(
                (
                    *("repo", "sync", "--fail-fast", "--no-manifest-update"),
                    *("--network-only", "--clone-bundle", "--jobs", "4"),
                ),
            ),
            needs=("repo-init",),
            product=".repo/projects",
        ),
        Step(
            name="sync-local",
            commands=(("repo", "sync", "--fail-fast", "--local-only", "--jobs", "1"),),
            needs=("sync-network",),
            product="src/scripts/build_packages",
        ),
    )


def _packages(prepared: Prepared) -> tuple[Step, ...]:
    """The steps that end with the board's packages in its sysroot."""
    return (
        Step(
            name="chroot",
            commands=(("cros_sdk", "--delete"), ("cros_sdk", "--enter", "--", "true")),
            needs=("sdk", "chroot-kind"),
            product="chroot",
        ),
        Step(
            name="setup-board",
            commands=(_inside("setup_board", "--board", BOARD, "--default"),),
            needs=("chroot", "sync-local"),
            product="src/scripts/.default_board",
        ),
        Step(
            name="password",
            commands=(_inside("./set_shared_user_password.sh"),),
            needs=("chroot", "password"),
            product="chroot",
            stdin=prepared.password,
        ),
        Step(
            name="build-packages",
            commands=(
                _inside(
                    "./build_packages",
                    f"--board={BOARD}",
                    "--nowithdebug",
                    "--jobs",
                    "2",
                ),
            ),
            needs=("setup-board",),
            product="chroot",
        ),
    )


def _image() -> tuple[Step, ...]:
    """The steps that end with a disk image for a virtual machine."""
    return (
        Step(
            name="build-image",
            commands=(
                ("rm", "-rf", IMAGES),  # of no use to anybody, and large
                _inside("./build_image", f"--board={BOARD}", "dev"),
            ),
            needs=("build-packages", "password"),
            product=f"{LATEST}/chromiumos_image.bin",
        ),
        Step(
            name="vm-image",
            commands=(
                _inside(
                    "./image_to_vm.sh",
                    f"--from=../build/images/{BOARD}/latest",
                    f"--board={BOARD}",
                ),
            ),
            needs=("build-image",),
            product=f"{LATEST}/chromiumos_qemu_image.bin",
        ),
    )


def _boot(prepared: Prepared) -> Step:
    """The virtual machine; who logs in has the password of the step before."""
    return Step(
        name="boot",
        commands=(
            (
                *("env", f"PYTHONPATH={SOURCE}:{PROJECT / 'build-wrapper'}"),
                *(sys.executable, "-m", "mini.booted", LATEST),
            ),
        ),
        needs=("vm-image",),
        product=f"{LATEST}/boot/report.json",
        stdin=prepared.password,
    )


def _inside(*command: str) -> tuple[str, ...]:
    return ("cros_sdk", "--", *command)

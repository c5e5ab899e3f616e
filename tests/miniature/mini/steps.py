# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""The pipeline as data: what each step runs, needs and leaves behind."""

from dataclasses import dataclass
from pathlib import Path

from mini.prepare import Prepared

BOARD = "lakitu"
PROJECT_ROOTS = ("chromite", "src/overlays", "src/scripts", "src/third_party")


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
        Step(
            name="checkout",
            commands=(
                ("rm", "-rf", *PROJECT_ROOTS),
                ("mkdir", "-p", ".repo"),
                ("cp", "-a", f"{prepared.projects}/.", "."),
            ),
            needs=("projects",),
            product="src/scripts/build_packages",
        ),
        Step(
            name="chroot",
            commands=(("cros_sdk", "--delete"), ("cros_sdk", "--enter", "--", "true")),
            needs=("sdk", "chroot-kind"),
            product="chroot",
        ),
        Step(
            name="setup-board",
            commands=(_inside("setup_board", "--board", BOARD, "--default"),),
            needs=("chroot", "checkout"),
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


def _inside(*command: str) -> tuple[str, ...]:
    return ("cros_sdk", "--", *command)

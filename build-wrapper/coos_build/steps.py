# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""The pipeline as data: every step, its command by era, its proof, what makes it stale.

Source of commands and options: the notes of June 2020 (scripts), the documents of
Container-Optimized OS (chromite), and chromite's ``cros`` (cros).
"""

from typing import Final

from coos_build.model import Each, Era, Form, If, Place, Proof, Step

_HOUR: Final = 3600
_CHROOT: Final = ("cros_sdk", "--")


def _always(*command: str | If | Each) -> tuple[Form, ...]:
    """Return the one form of a command that all eras spell alike."""
    return (Form(Era.SCRIPTS, "", command),)


def _checkout(*any_of: str) -> tuple[Proof, ...]:
    return (Proof(Place.CHECKOUT, any_of),)


def _chroot(*any_of: str) -> tuple[Proof, ...]:
    return (Proof(Place.CHROOT, any_of),)


_SETUP: Final = (
    "--board",
    "{board}",
    If("accept_licenses", ("--accept-licenses={accept_licenses}",)),
    Each("setup_options"),
)
_PACKAGES: Final = (
    "--board={board}",
    If("nousepkg", ("--nousepkg",)),
    If("accept_licenses", ("--accept_licenses={accept_licenses}",)),
    Each("package_options"),
    If("jobs", ("--jobs", "{jobs}")),
)
_CROS_PACKAGES: Final = (
    "--board={board}",
    If("nousepkg", ("--no-usepkg",)),
    If("accept_licenses", ("--accept-licenses={accept_licenses}",)),
    Each("package_options"),
    If("jobs", ("--jobs", "{jobs}")),
)
_IMAGE: Final = (
    "--board={board}",
    If("build_attempt", ("--build-attempt={build_attempt}",)),
    Each("image_options"),
    Each("image_types"),
)
#: Shell flags (shflags) know no dash in a name.
_SCRIPT_IMAGE: Final = (
    "--board={board}",
    If("build_attempt", ("--build_attempt={build_attempt}",)),
    Each("image_options"),
    Each("image_types"),
)
_VM: Final = (
    "--from=../build/images/{board}/{image_dir}",
    "--board={board}",
    If("test_image", ("--test_image",)),
    Each("vm_options"),
)

STEPS: Final[tuple[Step, ...]] = (
    Step(
        name="preflight",
        summary="check this host",
        action="preflight",
        accompanies=True,
        deadline_s=300,
    ),
    Step(
        name="repo-init",
        summary="choose the sources",
        forms=_always(
            *("repo", "init", "--manifest-url", "{manifest_url}"),
            If("manifest_branch", ("--manifest-branch", "{manifest_branch}")),
            If("manifest_name", ("--manifest-name", "{manifest_name}")),
            If("groups", ("--groups", "{groups}")),
            If("repo_url", ("--repo-url", "{repo_url}")),
            If("repo_rev", ("--repo-rev", "{repo_rev}")),
            If("partial_clone", ("--partial-clone",)),
        ),
        identity=(
            *("manifest_url", "manifest_branch", "manifest_name", "groups"),
            *("repo_url", "repo_rev", "partial_clone"),
        ),
        proofs=_checkout(".repo/manifest.xml"),
        deadline_s=_HOUR,
    ),
    Step(
        name="sync-network",
        summary="fetch the sources",
        forms=_always(
            *("repo", "sync", "--fail-fast", "--no-manifest-update", "--network-only"),
            If("clone_bundle", ("--clone-bundle",)),
            If("current_branch", ("--current-branch",)),
            *("--jobs", "{sync_jobs}"),
        ),
        identity=("current_branch",),
        after=("repo-init",),
        proofs=_checkout(".repo/project-objects", ".repo/projects"),
        deadline_s=24 * _HOUR,
        disk_gib=30,
    ),
    Step(
        name="sync-local",
        summary="check the sources out",
        forms=_always(
            *("repo", "sync", "--fail-fast", "--local-only", "--jobs", "1"),
        ),
        after=("sync-network",),
        redo_after=("sync-network",),
        proofs=(*_checkout("src/scripts"), *_checkout("chromite")),
        records="revision",
        deadline_s=6 * _HOUR,
        disk_gib=20,
    ),
    Step(
        name="chroot",
        summary="make the chroot, or update it",
        forms=_always(
            *("cros_sdk", "--enter"),
            If("nouse_image", ("--nouse-image",)),
            *("--", "true"),
        ),
        identity=("nouse_image",),
        after=("sync-local",),
        follows_revision=True,
        proofs=_chroot("/etc/cros_chroot_version"),
        deadline_s=6 * _HOUR,
        disk_gib=15,
    ),
    Step(
        name="setup-board",
        summary="set up the sysroot of the board",
        forms=(
            Form(
                Era.SCRIPTS,
                "src/scripts/setup_board",
                (*_CHROOT, "setup_board", *_SETUP),
            ),
            Form(
                Era.CHROMITE,
                "chromite/bin/setup_board",
                (*_CHROOT, "setup_board", *_SETUP),
            ),
        ),
        identity=("board", "accept_licenses", "setup_options"),
        after=("chroot",),
        proofs=_chroot("/build/{board}/etc/make.conf"),
        deadline_s=3 * _HOUR,
        disk_gib=5,
    ),
    Step(
        name="password",
        summary="set the password of the shared user",
        forms=_always(*_CHROOT, "./set_shared_user_password.sh"),
        after=("chroot",),
        proofs=_chroot("/etc/shared_user_passwd.txt"),
        wanted="set_password",
        needs_password=True,
        deadline_s=600,
    ),
    Step(
        name="build-packages",
        summary="build all packages",
        forms=(
            Form(
                Era.SCRIPTS,
                "src/scripts/build_packages",
                (*_CHROOT, "./build_packages", *_PACKAGES),
            ),
            Form(
                Era.CHROMITE,
                "chromite/bin/build_packages",
                (*_CHROOT, "build_packages", *_PACKAGES),
            ),
            Form(
                Era.CROS,
                "chromite/cli/cros/cros_build_packages.py",
                ("cros", "build-packages", *_CROS_PACKAGES),
            ),
        ),
        identity=("nousepkg", "accept_licenses", "package_options"),
        after=("setup-board",),
        redo_after=("setup-board",),
        proofs=(
            *_chroot("/build/{board}/packages/Packages"),
            *_chroot("/build/{board}/var/db/pkg"),
        ),
        deadline_s=24 * _HOUR,
        disk_gib=50,
    ),
    Step(
        name="build-image",
        summary="make the image",
        forms=(
            Form(
                Era.SCRIPTS,
                "src/scripts/build_image",
                (*_CHROOT, "./build_image", *_SCRIPT_IMAGE),
            ),
            Form(
                Era.CHROMITE,
                "chromite/bin/build_image",
                (*_CHROOT, "build_image", *_IMAGE),
            ),
            Form(
                Era.CROS,
                "chromite/cli/cros/cros_build_image.py",
                ("cros", "build-image", *_IMAGE),
            ),
        ),
        identity=("image_types", "image_options", "install"),
        after=("build-packages", "password"),
        redo_after=("build-packages", "password"),
        proofs=(
            Proof(Place.IMAGE, ("{disk_image}",)),
            Proof(Place.IMAGE, ("{credited_image}",)),
        ),
        records="image_dir",
        deadline_s=6 * _HOUR,
        disk_gib=12,
    ),
    Step(
        name="attribution",
        summary="write SBOM, credits and NOTICE beside the image",
        action="attribution",
        identity=(
            *("board", "policy", "curations", "baseline", "fail_on"),
            *("accounting", "implicit", "min_coverage"),
            *("supplier", "creator", "contact", "image_name", "image_version"),
        ),
        after=("build-image",),
        redo_after=("build-image",),
        proofs=(Proof(Place.IMAGE, ("attribution/SHA256SUMS",)),),
        deadline_s=2 * _HOUR,
        disk_gib=2,
    ),
    Step(
        name="sources",
        summary="put the source that is owed beside it",
        action="sources",
        identity=(
            *("board", "policy", "curations", "offer", "sources_fail_on"),
            *("accounting", "implicit"),
            *("supplier", "creator", "contact", "image_name", "image_version"),
        ),
        after=("build-image",),
        redo_after=("build-image",),
        proofs=(Proof(Place.IMAGE, ("sources/SHA256SUMS",)),),
        wanted="sources",
        deadline_s=6 * _HOUR,
        disk_gib=10,
    ),
    Step(
        name="vm-image",
        summary="make the image of a virtual machine",
        forms=(
            Form(
                Era.SCRIPTS,
                "src/scripts/image_to_vm.sh",
                (*_CHROOT, "./image_to_vm.sh", *_VM),
            ),
        ),
        identity=("vm_options",),
        after=("build-image",),
        redo_after=("build-image",),
        proofs=(Proof(Place.IMAGE, ("chromiumos_qemu_image.bin",)),),
        optional=True,
        deadline_s=2 * _HOUR,
        disk_gib=12,
    ),
    Step(
        name="trim",
        summary="give back what chroot.img does not use",
        action="trim",
        after=("build-packages",),
        redo_after=("build-packages",),
        deadline_s=_HOUR,
    ),
    Step(
        name="prune",
        summary="remove older images",
        action="prune",
        identity=("keep_images",),
        after=("build-image",),
        redo_after=("build-image",),
        deadline_s=_HOUR,
    ),
    Step(
        name="boot",
        summary="boot the image and compare the attribution inside",
        action="boot",
        identity=("firmware", "login"),
        after=("vm-image", "attribution"),
        redo_after=("vm-image", "attribution"),
        wanted="boot",
        deadline_s=_HOUR,
        disk_gib=2,
    ),
)
BY_NAME: Final = {step.name: step for step in STEPS}

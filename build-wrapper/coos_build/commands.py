# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""The commands of a step, as they run and as ``plan`` shows them."""

from collections.abc import Iterable
from pathlib import Path
from typing import Final

from coos_build.config import Config
from coos_build.errors import BuildError
from coos_build.layout import LATEST
from coos_build.model import Step
from coos_build.plan import Scene
from coos_build.probe import argv
from coos_build.profiles import Value

#: Where the checkout is inside of the chroot.
SOURCE: Final = "/mnt/host/source"
BOX: Final = f"{SOURCE}/.coos-build/install"
SYSROOT_TAR: Final = ".coos-build/work/sysroot.tar"
#: The same unpacked.
SYSROOT: Final = ".coos-build/work/sysroot"
#: The bundles, in the directory of the image.
ATTRIBUTION: Final = "attribution"
SOURCES: Final = "sources"
#: Stand for what is only known when a step runs.
_OVERLAYS: Final = ("--overlay", "OVERLAY...")
#: Of ``sources_fail_on``: whatever is missing, the build goes on.
NEVER: Final = "never"
#: Where a checkout keeps distfiles (chromite, ``path_util.py``); those of boards in a
#: place of their own once (chromiumos-overlay, ``make.conf.common-target``).
DISTFILES: Final = (".cache/distfiles", ".cache/distfiles/target")
#: Of a sysroot, beside its package database.
_BUILD_RECORDS: Final = (
    *("etc/make.profile", "etc/portage/make.profile", "etc/portage/repos.conf"),
    "etc/portage/patches",
    "boot",
)
_CHROOT: Final = ("cros_sdk", "--")

Command = tuple[str, ...]


def step_commands(step: Step, scene: Scene) -> tuple[Command, ...]:
    """Return the commands of a step in order.

    Raises: BuildError for a wish that the tools of the checkout cannot fulfil.
    """
    config = scene.config
    if step.action:
        return _action_commands(step.action, scene)
    form = scene.tools.forms.get(step.name)
    if form is None:
        return ()
    words = argv(form.command, config, more_values(scene))
    if step.name == "build-image" and config.switch("install"):
        words = _with_credits(words)
    return (words,)


def _action_commands(action: str, scene: Scene) -> tuple[Command, ...]:
    """Return the commands of a step of ours."""
    config = scene.config
    folder = f"src/build/images/{config.text('board')}/{image_directory(scene)}"
    image = f"{folder}/{config.credited_image}"
    match action:
        case "attribution":
            return attribution_commands(config, image, f"{folder}/{ATTRIBUTION}")
        case "sources":
            return sources_commands(config, image, f"{folder}/{SOURCES}")
        case "trim":
            return (("cros_sdk", "--enter", "--", "true"),)
        case "preflight":
            return (_ours("doctor", config),)
        case _:
            return (_ours(action, config),)


def image_directory(scene: Scene) -> str:
    """Return the image directory that commands name; ``latest`` before there is one."""
    return scene.history.fact("build-image", "image_dir") or LATEST


def more_values(scene: Scene) -> dict[str, Value]:
    """Return what commands may name besides the keys of the configuration.

    build_image names its directory by the minute and the attempt, official builds by
    the version and the attempt, and refuses one that is there: a run right after one
    that was cut off needs a number of its own. The first is its default. What lies
    there counts besides the journal, which may have been removed.
    """
    attempts = scene.history.next_number("build-image")
    attempt = max(attempts, scene.world.image_attempt + 1)
    return {
        "build_attempt": str(attempt) if attempt > 1 else "",
        "image_dir": image_directory(scene),
        "test_image": scene.config.is_test_image,
    }


def _ours(name: str, config: Config) -> Command:
    return ("coos-build", name, "--checkout", ".", "--board", config.text("board"))


def _with_credits(words: Command) -> Command:
    """Return a chroot command run where the credits page is ours.

    Raises: BuildError where the command enters the chroot by itself.
    """
    if words[:2] != _CHROOT:
        message = f"cannot be done with {words[0]!r}, which enters the chroot by itself"
        cure = "use a checkout that has build_image, or leave --install out"
        raise BuildError(message, where="--install", cure=cure)
    return (*_CHROOT, "sh", f"{BOX}/enter.sh", *words[2:])


def tar_command(board: str, *, whole: bool = False) -> Command:
    """Return the command that packs the sysroot's database from inside the chroot.

    With ``whole`` also what else tells how packages were built, as far as it is there:
    the configuration of portage, and what in ``boot`` begins with ``config``.
    """
    words = ("tar", "--create", "--file", f"{SOURCE}/{SYSROOT_TAR}")
    there = ("--directory", f"/build/{board}")
    chosen: Command = ("var/db/pkg",)
    if whole:
        options = ("--ignore-failed-read", "--exclude=boot/[!c]*")
        chosen = (*options, *chosen, *_BUILD_RECORDS)
    return (*_CHROOT, *words, *there, *chosen)


def unpack_command() -> Command:
    """Return the command that unpacks what :func:`tar_command` packed."""
    words = ("tar", "--extract", "--file", SYSROOT_TAR, "--no-same-owner")
    return (*words, "--directory", SYSROOT)


def overlays_command(board: str) -> Command:
    """Return the command that asks portage for its repositories."""
    return (*_CHROOT, f"portageq-{board}", "envvar", "PORTDIR", "PORTDIR_OVERLAY")


def attribution_commands(
    config: Config, image: str, output: str
) -> tuple[Command, ...]:
    """Return the commands of the attribution step, with names for what comes out."""
    board = config.text("board")
    return (
        tar_command(board),
        overlays_command(board),
        (
            *("coos-license", "generate", SYSROOT_TAR, *_OVERLAYS),
            *("--shipped", image),
            *identity_options(config),
            *coverage_options(config),
            *("--output", output),
        ),
    )


def sources_commands(config: Config, image: str, output: str) -> tuple[Command, ...]:
    """Return the commands of the sources step, with names for what comes out."""
    board = config.text("board")
    given = config.text("distdir")
    distdirs = (Path(given),) if given else ()
    return (
        tar_command(board, whole=True),
        unpack_command(),
        overlays_command(board),
        (
            *("coos-license", "sources", SYSROOT, *_OVERLAYS),
            *("--shipped", image, "--sources", "."),
            *who_options(config),
            *source_options(config, distdirs or (Path(DISTFILES[0]),)),
            *("--output", output),
        ),
    )


def who_options(config: Config) -> Command:
    """Return what the configuration says of the image and of who distributes it."""
    return _options(
        config,
        *("board", "image_name", "image_version", "supplier", "creator", "contact"),
    )


def identity_options(config: Config) -> Command:
    """Return what the configuration says of the image and of the rules."""
    rules = ("policy", "curations", "baseline", "fail_on")
    return (*who_options(config), *_options(config, *rules))


def _options(config: Config, *keys: str) -> Command:
    """Return the options of the keys that have a text."""
    words: list[str] = []
    for key in keys:
        if config.text(key):
            words += ["--" + key.replace("_", "-"), config.text(key)]
    return tuple(words)


def accounting_options(config: Config) -> Command:
    """Return the options by which every file of the image is accounted for."""
    if not config.switch("accounting"):
        return ()
    words = ["--accounting"]
    if config.text("implicit"):
        words += ["--implicit", config.text("implicit")]
    words += ["--implicit", "lakitu"]
    return tuple(words)


def coverage_options(config: Config) -> Command:
    """Return the accounting options, and how much of the files must have an owner."""
    words = accounting_options(config)
    if words and config.number("min_coverage"):
        words += ("--min-coverage", str(config.number("min_coverage")))
    return words


def source_options(config: Config, distdirs: Iterable[Path]) -> Command:
    """Return what ``coos-license sources`` is told of rules and distfiles."""
    words = list(_options(config, "policy", "curations", "offer"))
    words += accounting_options(config)
    if config.text("sources_fail_on") != NEVER:
        words += ["--fail-on", config.text("sources_fail_on")]
    for path in distdirs:
        words += ["--distdir", str(path)]
    return tuple(words)


def distfile_directories(config: Config, checkout: Path) -> tuple[Path, ...]:
    """Return the directories of distfiles that are given, or there by custom."""
    if config.text("distdir"):
        return (Path(config.text("distdir")),)
    customary = (checkout / place for place in DISTFILES)
    return tuple(path for path in customary if path.is_dir())


def host_path(checkout: Path, inside: str) -> Path | None:
    """Return where a path of the chroot lies outside, if it is of the checkout."""
    if inside != SOURCE and not inside.startswith(f"{SOURCE}/"):
        return None
    parts = Path(inside.removeprefix(SOURCE).strip("/")).parts
    return None if ".." in parts else checkout.joinpath(*parts)

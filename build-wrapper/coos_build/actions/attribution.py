# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""attribution: what the image owes, written beside it by ``coos-license``.

The package database is read where it lies, or packed by a plain tar inside the chroot,
where nothing is installed. coos-license is run as a command.
"""

import hashlib
import shutil
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final

from coos_build.bench import Bench
from coos_build.bundles import (
    FINDINGS,
    coverage,
    shipped,
    stopping_findings,
    unaccounted,
)
from coos_build.commands import (
    ATTRIBUTION,
    SYSROOT_TAR,
    Command,
    coverage_options,
    host_path,
    identity_options,
    overlays_command,
    tar_command,
)
from coos_build.config import Config
from coos_build.errors import StepError
from coos_build.layout import Layout, chroot_places, is_filled
from coos_build.plan import Scene
from coos_build.proofs import current_image
from coos_build.runner.capture import ask
from coos_build.text import clean_line

_SHOWN: Final = 5


def attribute(
    bench: Bench, scene: Scene, commands: tuple[Command, ...]
) -> Mapping[str, str]:
    """Write ``attribution/`` beside the image. Raises: StepError.

    A policy that stops is a failure, after everything has been written.
    """
    del commands
    config = bench.session.config
    image = credited_image(bench, scene)
    output = image.parent / ATTRIBUTION
    options = (*identity(config, image.parent.name), *coverage_options(config))
    words = generate_command(sysroot(bench), overlays(bench), image, options, output)
    if bench.run(words, allowed=(0, 1)):
        raise policy_error(output, config)
    if config.switch("install"):
        _compare_installed(bench, scene, output)
    return {"image_dir": image.parent.name, **coverage(output / FINDINGS)}


def credited_image(bench: Bench, scene: Scene) -> Path:
    """Return the image that is distributed. Raises: StepError where there is none."""
    layout, config = bench.session.layout, bench.session.config
    directory = current_image(scene.history, layout)
    image = layout.images / directory / config.credited_image
    if not directory or not is_filled(image):
        message = f"there is no {config.credited_image} to credit"
        raise StepError(message, "run build-image first; 'latest' may be a broken one")
    return image


def identity(config: Config, directory: str) -> Command:
    """Return the options that say who the image is, and which rules hold."""
    return (*identity_options(config), *name_options(config, directory))


def name_options(config: Config, directory: str) -> Command:
    """Return the options of name and version that the configuration does not give.

    A page that is made while the image is made cannot know what release files will
    say, so with ``install`` name and version are given, the same every time.
    """
    words: Command = ()
    if not config.switch("install"):
        return words
    if not config.text("image_name"):
        words += ("--image-name", config.text("board"))
    if not config.text("image_version"):
        rest = directory.partition("-")[2]
        version = rest.rpartition("-a")[0] or rest
        words += ("--image-version", version or directory)
    return words


def generate_command(
    source: Path,
    repositories: tuple[Path, ...],
    image: Path,
    who: Command,
    output: Path,
) -> Command:
    """Return the command line of coos-license."""
    given = overlay_options(repositories)
    words = (program(), "generate", str(source), *given, "--shipped", str(image))
    return (*words, *who, "--output", str(output))


def overlay_options(repositories: Iterable[Path]) -> Command:
    """Return the options that name repositories."""
    return tuple(word for path in repositories for word in ("--overlay", str(path)))


def program() -> str:
    """Return where coos-license is: beside this interpreter, or on PATH.

    Raises: StepError.
    """
    beside = Path(sys.executable).with_name("coos-license")
    found = str(beside) if beside.is_file() else shutil.which("coos-license")
    if found is None:
        raise StepError("coos-license is not installed", "pip install coos-license")
    return found


def sysroot(bench: Bench, *, whole: bool = False) -> Path:
    """Return the SOURCE of the sysroot: its directory, or a tar of its database.

    With ``whole`` the tar has more of how packages were built. Raises: StepError.
    """
    layout = bench.session.layout
    for place in chroot_places(layout, f"/build/{layout.board}"):
        if is_filled(place / "var/db/pkg"):
            bench.note(f"the sysroot can be read at {place}")
            return place
    tar = layout.checkout / SYSROOT_TAR
    tar.parent.mkdir(parents=True, exist_ok=True)
    tar.unlink(missing_ok=True)
    bench.run(tar_command(layout.board, whole=whole))
    if not is_filled(tar):
        raise StepError(f"{SYSROOT_TAR} was not written, although tar exited 0")
    return tar


def overlays(bench: Bench) -> tuple[Path, ...]:
    """Return the ebuild repositories of the board in portage's own order.

    Raises: StepError.
    """
    layout = bench.session.layout
    answer = layout.state / "work/overlays.txt"
    answer.parent.mkdir(parents=True, exist_ok=True)
    words = overlays_command(layout.board)
    bench.run(words, stdout=answer)
    content = answer.read_bytes()[: 1 << 16].decode("utf-8", "replace")
    found = parse_overlays(layout.checkout, content)
    if not found:
        message = f"{words[2]} names no repository of this checkout"
        raise StepError(message, f"it printed: {clean_line(content)[:200]!r}")
    return found


def parse_overlays(checkout: Path, content: str) -> tuple[Path, ...]:
    """Return the directories of a checkout that portage printed, each once.

    What lies elsewhere in the chroot cannot be read from outside and is left out;
    a package of it then has the finding that its texts are missing.
    """
    paths = (host_path(checkout, word) for word in content.split())
    there = (path for path in paths if path is not None and path.is_dir())
    return tuple(dict.fromkeys(there))


def policy_error(output: Path, config: Config) -> StepError:
    """Return the error of a policy that stops the run, with the first findings."""
    path = output / FINDINGS
    told = stopping_findings(path, config.text("fail_on"), config.text("baseline"))
    told = told or [_too_little(path, config)]
    listed = "; ".join(told[:_SHOWN])
    more = f"; and {len(told) - _SHOWN} more" if len(told) > _SHOWN else ""
    message = f"the licence policy stops the image here: {listed}{more}"
    cure = f"read {path}; mend the packages, elect in --policy, or"
    return StepError(
        message, f"{cure} give --baseline with the findings that are known", 1
    )


def _too_little(path: Path, config: Config) -> str:
    """Say how little of the image is accounted for, and which files are not."""
    least, percent = config.number("min_coverage"), coverage(path).get("coverage", "0")
    files = unaccounted(path)
    told = f"{percent} % of its files are accounted for, min_coverage asks {least} %"
    return f"{told}; {len(files)} are not: {', '.join(files[:_SHOWN])}"


def _compare_installed(bench: Bench, scene: Scene, output: Path) -> None:
    """Compare the page inside the image with the one beside it. Raises: StepError.

    build_image adds packages to dev and test images after it made the page; these
    images are not for distribution, so what the page lacks is said there, and is a
    failure for any other image.
    """
    page = bench.session.layout.state / "install/attribution"
    made = scene.history.fact("build-image", "installed")
    cure = "coos-build run --force build-image"
    if not made:
        raise StepError("the image was made without our credits page", cure)
    path = page / "credits.html"
    inside = path.read_bytes() if path.is_file() else b""
    if hashlib.sha256(inside).hexdigest() != made:
        raise StepError(f"{path} is not the page that was made for the image", cure)
    if inside == (output / "credits.html").read_bytes():
        bench.note("the page inside the image equals the one beside it")
        return
    lacks = shipped(output) - shipped(page)
    if not lacks:
        bench.note("the page beside the image says more of what came in after the page")
        return
    listed = ", ".join(clean_line(one) for one in sorted(lacks)[:_SHOWN])
    message = f"the page inside the image lacks {len(lacks)} packages: {listed}"
    if bench.session.config.credited_image == "chromiumos_base_image.bin":
        raise StepError(message, "make the image again; what was added after the page?")
    bench.session.monitor.say(f"{bench.step.name}: {message} (not a base image)")


def version_of(layout: Layout) -> str | None:
    """Return what coos-license says its version is, or None."""
    return ask((program(), "--version"), cwd=layout.checkout)

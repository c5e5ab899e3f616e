# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""attribution: what the image owes, written beside it by ``coos-license``.

The package database is read where it lies, or packed by a plain tar inside the chroot,
where nothing is installed. coos-license is run as a command.
"""

import json
import shutil
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from coos_build.bench import Bench
from coos_build.commands import (
    SYSROOT_TAR,
    Command,
    accounting_options,
    host_path,
    identity_options,
    overlays_command,
    source_options,
    tar_command,
)
from coos_build.config import Config
from coos_build.errors import StepError
from coos_build.layout import Layout, chroot_places, is_filled
from coos_build.plan import Scene
from coos_build.proofs import current_image
from coos_build.runner.capture import ask
from coos_build.text import clean_line

OUTPUT: Final = "attribution"
#: The corresponding source, in the image's directory too.
SOURCES: Final = "sources"
_FINDINGS: Final = "findings.json"
_SHOWN: Final = 5
_LIMIT: Final = 256 << 20
_LEVELS: Final = ("info", "warning", "error")


def attribute(
    bench: Bench, scene: Scene, commands: tuple[Command, ...]
) -> Mapping[str, str]:
    """Write ``attribution/`` beside the image. Raises: StepError.

    A policy that stops is a failure, after everything has been written.
    """
    del commands
    layout, config = bench.session.layout, bench.session.config
    directory = current_image(scene.history, layout)
    image = layout.images / directory / config.credited_image
    if not directory or not is_filled(image):
        message = f"there is no {config.credited_image} to credit"
        raise StepError(message, "run build-image first; 'latest' may be a broken one")
    output = image.parent / OUTPUT
    options = (*identity(config, directory), *accounting_options(config))
    source, repositories = sysroot(bench), overlays(bench)
    words = generate_command(source, repositories, image, options, output)
    if bench.run(words, allowed=(0, 1)):
        raise policy_error(output, config)
    if config.switch("sources"):
        _collect(bench, source, repositories, image)
    if config.switch("install"):
        _compare_installed(bench, scene, output)
    return {"image_dir": directory}


def identity(config: Config, directory: str) -> Command:
    """Return the options that say who the image is.

    A page that is made while the image is made cannot know what release files will
    say, so with ``install`` name and version are given, the same both times.
    """
    words = identity_options(config)
    if not config.switch("install"):
        return words
    if not config.text("image_name"):
        words += ("--image-name", config.text("board"))
    if not config.text("image_version"):
        version = directory.partition("-")[2].rpartition("-a")[0]
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
    given = [word for path in repositories for word in ("--overlay", str(path))]
    words = (program(), "generate", str(source), *given, "--shipped", str(image))
    return (*words, *who, "--output", str(output))


def _collect(
    bench: Bench, source: Path, repositories: tuple[Path, ...], image: Path
) -> None:
    """Put the corresponding source beside the attribution. Raises: StepError."""
    layout, config = bench.session.layout, bench.session.config
    output = image.parent / SOURCES
    words = [program(), "sources", str(source), "--shipped", str(image)]
    words += [word for path in repositories for word in ("--overlay", str(path))]
    words += [*source_options(config, layout.checkout), "--output", str(output)]
    if bench.run(tuple(words), allowed=(0, 1)):
        level = config.text("fail_on")
        told = stopping_findings(output / _FINDINGS, level, "")
        listed = "; ".join(told[:_SHOWN])
        message = f"the source of what is owed has gaps: {listed}"
        cure = f"see {output / 'index.html'}; fetch what is missing, or give --distdir"
        raise StepError(message, cure, 1)


def program() -> str:
    """Return where coos-license is: beside this interpreter, or on PATH.

    Raises: StepError.
    """
    beside = Path(sys.executable).with_name("coos-license")
    found = str(beside) if beside.is_file() else shutil.which("coos-license")
    if found is None:
        raise StepError("coos-license is not installed", "pip install coos-license")
    return found


def sysroot(bench: Bench) -> Path:
    """Return the SOURCE of the sysroot: its directory, or a tar of its database."""
    layout = bench.session.layout
    for place in chroot_places(layout, f"/build/{layout.board}"):
        if is_filled(place / "var/db/pkg"):
            bench.note(f"the sysroot can be read at {place}")
            return place
    tar = layout.checkout / SYSROOT_TAR
    tar.parent.mkdir(parents=True, exist_ok=True)
    tar.unlink(missing_ok=True)
    bench.run(tar_command(layout.board))
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
    level = config.text("fail_on")
    told = stopping_findings(output / _FINDINGS, level, config.text("baseline"))
    told = told or ["less of its files is accounted for than min_coverage asks"]
    listed = "; ".join(told[:_SHOWN])
    more = f"; and {len(told) - _SHOWN} more" if len(told) > _SHOWN else ""
    message = f"the licence policy stops the image here: {listed}{more}"
    cure = f"read {output / 'findings.json'}; mend the packages, elect in --policy, or"
    return StepError(
        message, f"{cure} give --baseline with the findings that are known", 1
    )


def stopping_findings(path: Path, level: str, baseline: str) -> list[str]:
    """Return one sentence a finding that is severe enough and not in the baseline."""
    known = {one.get("fingerprint") for one in _findings(Path(baseline))}
    severe = _LEVELS[_LEVELS.index(level) :]
    return [
        clean_line(" ".join(str(one.get(key) or "") for key in ("code", "name", "cpv")))
        + ": "
        + clean_line(str(one.get("message")))
        for one in _findings(path)
        if one.get("severity") in severe and one.get("fingerprint") not in known
    ]


def _findings(path: Path) -> list[dict[str, Any]]:
    """Return the findings of a file; none where it cannot be read as such."""
    try:
        with path.open("rb") as file:
            listed = json.loads(file.read(_LIMIT))["findings"]
    except (OSError, ValueError, KeyError, TypeError):
        return []
    return [one for one in listed if isinstance(one, dict)]


def _compare_installed(bench: Bench, scene: Scene, output: Path) -> None:
    """Compare the page inside the image with the one beside it. Raises: StepError.

    build_image adds packages to dev and test images after it made the page; these
    images are not for distribution, so what the page lacks is said there, and is a
    failure for any other image.
    """
    page = bench.session.layout.state / "install/attribution"
    if not scene.history.fact("build-image", "installed"):
        cure = "coos-build run --force build-image"
        raise StepError("the image was made without our credits page", cure)
    inside = (page / "credits.html").read_bytes()
    if inside == (output / "credits.html").read_bytes():
        bench.note("the page inside the image equals the one beside it")
        return
    lacks = shipped(output) - shipped(page)
    if not lacks:
        return
    listed = ", ".join(clean_line(one) for one in sorted(lacks)[:_SHOWN])
    message = f"the page inside the image lacks {len(lacks)} packages: {listed}"
    if bench.session.config.credited_image == "chromiumos_base_image.bin":
        raise StepError(message, "make the image again; what was added after the page?")
    bench.session.monitor.say(f"{bench.step.name}: {message} (not a base image)")


def shipped(directory: Path) -> frozenset[str]:
    """Return the packages that a bundle's inventory credits."""
    try:
        with (directory / "inventory.json").open("rb") as file:
            listed = json.loads(file.read(_LIMIT))["packages"]
        return frozenset(
            str(one["cpv"]) for one in listed if one["shipped"] != "build-time"
        )
    except (OSError, ValueError, KeyError, TypeError) as error:
        message = f"{directory / 'inventory.json'} cannot be read: {error}"
        raise StepError(message) from error


def version_of(layout: Layout) -> str | None:
    """Return what coos-license says its version is, or None."""
    return ask((program(), "--version"), cwd=layout.checkout)

# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""build-image; with ``install`` the credits page enters through the build's own hook.

The build calls ``chromite/licensing/licenses --output PAGE`` when the packages are in
the root file system and nothing is sealed yet. For the time of this step, and in the
mount name space of this one chroot session only, a copy of ``chromite/licensing`` lies
over the real one, in which ``licenses`` asks us. No file of the checkout is changed, so
there is nothing to put back: the kernel drops the mount with the session, however that
ends. The page is made of the packages that are in the image at that moment, and a
policy that stops does so before the image exists.
"""

import gzip
import hashlib
import os
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Final

from coos_build.actions.attribution import (
    generate_command,
    identity,
    overlays,
    policy_error,
    sysroot,
)
from coos_build.bench import Bench
from coos_build.commands import ATTRIBUTION, Command
from coos_build.errors import StepError
from coos_build.layout import Layout
from coos_build.plan import Scene
from coos_build.runner.capture import run_logged

_LICENSING: Final = "chromite/licensing"
_PAGE: Final = "credits.html"
_COPY: Final = "license_credits.html"
_REQUEST: Final = "request.tar"
_ANSWER: Final = "answer"
_LIMIT: Final = 256 << 20


def make_image(
    bench: Bench, scene: Scene, commands: tuple[Command, ...]
) -> Mapping[str, str]:
    """Make the image. Raises: StepError."""
    del scene
    if not bench.session.config.switch("install"):
        for words in commands:
            bench.run(words)
        return {}
    office = _open_office(bench)
    before = _copies(bench.session.layout)
    bench.service = office.serve
    try:
        for words in commands:
            bench.run(words)
    except StepError as error:
        raise office.refusal or error from error
    finally:
        bench.service = None
    return {"installed": office.installed(before)}


@dataclass(slots=True)
class Office:
    """Answers the stand-in inside the chroot, once for each page it asks for."""

    bench: Bench
    box: Path
    source: Path
    repositories: tuple[Path, ...]
    refusal: StepError | None = None
    page_sha256: str = ""

    def serve(self) -> None:
        """Make the page if one was asked for; called while build_image runs."""
        request = self.box / _REQUEST
        if not request.is_file():
            return
        answer = "refused"
        try:
            self._make(request)
            answer = "made"
        except StepError as error:
            self.refusal = error
        finally:
            request.unlink(missing_ok=True)
            part = self.box / f"{_ANSWER}.part"
            part.write_text(f"{answer}\n", encoding="ascii")
            part.replace(self.box / _ANSWER)

    def _make(self, request: Path) -> None:
        """Write the page of the packages in a request. Raises: StepError."""
        config = self.bench.session.config
        told = (self.box / "directory").read_text(encoding="utf-8", errors="replace")
        output = self.box / ATTRIBUTION
        words = generate_command(
            self.source,
            self.repositories,
            request,
            identity(config, told.strip()[:200]),
            output,
        )
        status = run_logged(
            words,
            self.bench.log,
            cwd=self.bench.session.layout.checkout,
            env=self.bench.session.env,
            timeout_s=self.bench.left_s(),
        )
        if status == 1:
            raise policy_error(output, config)
        if status:
            raise StepError(f"coos-license ended with status {status}", "", status)
        content = (output / _PAGE).read_bytes()
        self.page_sha256 = hashlib.sha256(content).hexdigest()
        (self.box / _PAGE).write_bytes(content)

    def installed(self, before: Mapping[Path, int]) -> str:
        """Return the digest of the page that went in. Raises: StepError.

        The build keeps a copy of the page beside the image; it must be ours. With
        ``--replace`` it is in a directory that was there ``before``.
        """
        if not self.page_sha256:
            message = "build_image never asked for the credits page"
            cure = f"see whether its scripts call {_LICENSING}/licenses"
            raise StepError(message, cure, 0)
        for copy, written in _copies(self.bench.session.layout).items():
            is_new = before.get(copy) != written
            if is_new and _page_digest(copy) != self.page_sha256:
                raise StepError(f"{copy} is not the page that was made for it")
        return self.page_sha256


def _copies(layout: Layout) -> dict[Path, int]:
    """Return the pages beside images, and when each was written, in nanoseconds."""
    pages = (folder / _COPY for folder in layout.image_directories())
    return {page: page.stat().st_mtime_ns for page in pages if page.is_file()}


def _page_digest(path: Path) -> str:
    """Return the digest of a page, decompressed; newer builds keep it gzipped."""
    with path.open("rb") as file:
        content = file.read(_LIMIT)
    if content.startswith(b"\x1f\x8b"):
        content = gzip.decompress(content)
    return hashlib.sha256(content).hexdigest()


def _open_office(bench: Bench) -> Office:
    """Lay out what the chroot session takes in. Raises: StepError."""
    layout = bench.session.layout
    box = layout.state / "install"
    licensing = layout.checkout / _LICENSING
    if not (licensing / "licenses").exists():
        message = f"there is no {_LICENSING}/licenses to stand in for"
        raise StepError(message, "leave --install out with this checkout")
    source, repositories = sysroot(bench), overlays(bench)
    try:
        shutil.rmtree(box, ignore_errors=True)
        box.mkdir(parents=True)
        unwanted = shutil.ignore_patterns("__pycache__", "licenses")
        shutil.copytree(licensing, box / "licensing", symlinks=True, ignore=unwanted)
        _write_script("licenses.sh", box / "licensing/licenses")
        _write_script("enter.sh", box / "enter.sh")
        space = str(Path("/proc/self/ns/mnt").readlink())
        (box / "host-mounts").write_text(f"{space}\n", encoding="ascii")
    except (OSError, shutil.Error) as error:
        message = f"{box} cannot be prepared: {error}"
        raise StepError(message, f"remove {box} and run again") from error
    return Office(bench, box, source, repositories)


def _write_script(name: str, target: Path) -> None:
    """Write one of the packaged scripts, to be run."""
    content = resources.files("coos_build").joinpath("data", name).read_bytes()
    descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o755)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)

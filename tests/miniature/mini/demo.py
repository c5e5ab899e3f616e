# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""``./run demo``: coos-build runs the whole pipeline on the miniature."""

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from mini.__main__ import say
from mini.errors import CannotRunError, MiniatureError
from mini.prepare import Prepared, prepare
from mini.work import SOURCE, Work, work_directory

# As test programs say that they were skipped; coos-build has no such exit code.
CANNOT_RUN = 77
CONFIG = SOURCE / "coos-build.toml"
IMAGES = "src/build/images/lakitu/latest"
SHOWN = {
    "attribution/credits.html": "what the image ships, with every license text",
    "attribution/NOTICE": "the same as plain text",
    "attribution/sbom.spdx.json": "the SBOM, SPDX 2.3",
    "attribution/findings.json": "what is missing or wrong, and what to do",
    "sources/index.html": "the source that is owed, and what is missing of it",
}


def main(arguments: list[str]) -> int:
    """Return the exit code of coos-build, or that this machine cannot run it."""
    work = work_directory()
    try:
        need_root()
        prepared = prepare(work, say, refresh=False)
    except CannotRunError as error:
        say(f"skipped: {error}")
        return CANNOT_RUN
    except MiniatureError as error:
        say(f"failed: {error}")
        return 1
    status = build(work, prepared, arguments)
    if status == 0:
        show(work)
    return status


def need_root() -> None:
    """Raise CannotRunError where chroot.img cannot be mounted: nobody is root."""
    if os.geteuid() != 0:
        raise CannotRunError("only root may mount the chroot's image")


def build(work: Work, prepared: Prepared, arguments: list[str]) -> int:
    """Run coos-build in a checkout of its own; return its exit code."""
    return subprocess.run(
        command(work, "run", "--password-stdin", *arguments),
        env=dict(environment(prepared)),
        input=prepared.password.read_bytes(),
        check=False,
    ).returncode


def command(work: Work, name: str, *arguments: str) -> list[str]:
    """Return a command line of coos-build for the demo's checkout."""
    program = Path(sys.executable).parent / "coos-build"
    places = ("--checkout", work.demo, "--config", CONFIG, "--distdir", work.distfiles)
    return [str(program), name, *map(str, places), *arguments]


def environment(prepared: Prepared) -> Mapping[str, str]:
    """Return the pipeline's environment, and what coverage of processes needs."""
    passed = ("TERM", "NO_COLOR", "COOS_LICENSE_DEBUG")
    kept = {
        name: value
        for name, value in os.environ.items()
        if name in passed or name.startswith("COVERAGE_")
    }
    return {**kept, **prepared.environment}


def show(work: Work) -> None:
    """Name the pages to open, on stdout."""
    lines = ["", "Open in a browser, or read:"]
    for name, what in SHOWN.items():
        lines.append(f"  {work.demo / IMAGES / name}   {what}")
    lines.append(f"  {work.demo / '.coos-build/report.html'}   time and disk per step")
    sys.stdout.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

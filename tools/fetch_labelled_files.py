# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""Get the files whose copyright statements ``tests/copyrights/labels.json`` labels.

Run it where a Debian 12 and Python's package index can be reached::

    python tools/fetch_labelled_files.py

Each file is written to ``.labelled-files/`` under its SHA-256, only with the content
that was labelled. It is taken from where it is installed, else from its package:
Debian's by ``apt-get download``, Python's by ``pip download``. What cannot be had is
named, and the tests go without it.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import shutil
import subprocess
import sys
import sysconfig
import tempfile
import zipfile
from collections import defaultdict
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
LABELS = ROOT / "tests" / "copyrights" / "labels.json"
TARGET = ROOT / ".labelled-files"


def keep(label: dict[str, Any], content: bytes) -> bool:
    """Write a file if it is the one that was labelled."""
    if hashlib.sha256(content).hexdigest() != label["sha256"]:
        return False
    (TARGET / label["sha256"]).write_bytes(content)
    return True


def installed(label: dict[str, Any]) -> bool:
    """Take a file from where its package is installed."""
    base = (
        Path("/") if label["origin"] == "deb" else Path(sysconfig.get_path("purelib"))
    )
    path = base / label["path"].lstrip("/")
    return path.is_file() and keep(label, path.read_bytes())


def from_deb(labels: list[dict[str, Any]], directory: Path) -> None:
    """Take files of one Debian package from its archive."""
    name = f"{labels[0]['package']}={labels[0]['version']}"
    run(["apt-get", "download", "-q", name], directory)
    for archive in directory.glob("*.deb"):
        run(["dpkg-deb", "-x", str(archive), "tree"], directory)
    for label in labels:
        path = directory / "tree" / label["path"].lstrip("/")
        if path.is_file():
            keep(label, path.read_bytes())


def from_wheel(labels: list[dict[str, Any]], directory: Path) -> None:
    """Take files of one Python distribution from its wheel."""
    name = f"{labels[0]['package']}=={labels[0]['version']}"
    options = ("--quiet", "--no-deps", "--only-binary", ":all:", "--dest", ".")
    run([sys.executable, "-m", "pip", "download", *options, name], directory)
    for archive in directory.glob("*.whl"):
        with zipfile.ZipFile(archive) as wheel:
            for label in labels:
                if label["path"] in wheel.namelist():
                    keep(label, wheel.read(label["path"]))


def run(command: list[str], directory: Path) -> None:
    """Run a program; what it did not do shows in what is missing."""
    program = shutil.which(command[0])
    if program is not None:
        subprocess.run(
            [program, *command[1:]],
            cwd=directory,
            check=False,
            capture_output=True,
        )


def main() -> int:
    """Get all files; answer 1 where some cannot be had."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument(
        "--installed", action="store_true", help="take installed files only"
    )
    options = parser.parse_args()
    labels = json.loads(LABELS.read_text(encoding="utf-8"))["files"]
    TARGET.mkdir(exist_ok=True)
    packages: dict[tuple[str, str, str], list[dict[str, Any]]] = defaultdict(list)
    for label in labels:
        if not (TARGET / label["sha256"]).is_file() and not installed(label):
            key = label["origin"], label["package"], label["version"]
            packages[key].append(label)
    for (origin, _, _), wanted in sorted(packages.items()):
        if not options.installed:
            with tempfile.TemporaryDirectory() as directory:
                getter = from_deb if origin == "deb" else from_wheel
                getter(wanted, Path(directory))
    missing = [one for one in labels if not (TARGET / one["sha256"]).is_file()]
    for label in missing:
        print(f"not to be had: {label['package']} {label['version']} {label['path']}")
    print(f"{len(labels) - len(missing)} of {len(labels)} files in {TARGET.name}/")
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main())

# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""Measures file accounting against a plain walk of the same image, as a ratio.

Usage: ``.venv/bin/python -m benchmarks.accounting [--runs N] [--files N]``. The image
is made here: packages with 120 files each, every 60th file nobody's, in a directory
and as ext4. Both the walk and the accounting start with nothing read.
"""

import argparse
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from functools import partial
from pathlib import Path

from coos_license.accounting.account import Image, account
from coos_license.accounting.containers import is_program_at, look_into
from coos_license.accounting.mounts import Mounts
from coos_license.accounting.owners import Database
from coos_license.accounting.policy_implicit import read_rules
from coos_license.identity import PackageId
from coos_license.portage.contents import listed
from coos_license.resources import implicit
from coos_license.trees.allowance import Allowance
from coos_license.trees.base import FileTree
from coos_license.trees.directory import DirectoryTree
from coos_license.trees.image import ImageTree
from coos_license.trees.listing import list_names
from coos_license.trees.window import Window

_OF_PACKAGE = 120
_STRAY = 60
_DIRECTORIES = 7


def make(root: Path, count: int) -> list[tuple[PackageId, bytes]]:
    """Write the files; return the packages, each with its CONTENTS."""
    lines: dict[int, list[str]] = {}
    for number in range(count):
        package = number // _OF_PACKAGE
        path = f"usr/share/package-{package}/part-{number % _DIRECTORIES}/file-{number}"
        target = root / path
        if number % _OF_PACKAGE < _DIRECTORIES:
            target.parent.mkdir(parents=True, exist_ok=True)
        target.touch()
        if number % _STRAY:
            line = f"obj /{path} {number:032x} 1700000000\n"
            lines.setdefault(package, []).append(line)
    return [
        (PackageId("app-misc", f"package-{number}", "1"), "".join(some).encode())
        for number, some in lines.items()
    ]


def ext4(root: Path, target: Path) -> Path:
    """Write an ext4 image of a directory."""
    mke2fs = shutil.which("mke2fs", path="/usr/sbin:/sbin:/usr/bin:/bin")
    if mke2fs is None:
        sys.exit("no mke2fs to make an image with: install e2fsprogs")
    with target.open("wb") as image:
        image.truncate(1 << 29)
    options = ["-q", "-F", "-t", "ext4", "-N", "200000", "-d", str(root)]
    subprocess.run([mke2fs, *options, str(target)], check=True)
    return target


def walk(opener: Callable[[], FileTree]) -> None:
    """Read all names."""
    list_names(opener())


def account_for(
    opener: Callable[[], FileTree], packages: list[tuple[PackageId, bytes]]
) -> None:
    """Account for all files, from the bytes of CONTENTS on."""
    mounts = Mounts((("", opener()),))
    allowance = Allowance()
    some = tuple((id_, listed(contents)) for id_, contents in packages)
    image = Image(
        names=mounts.names(),
        read_link=mounts.read_link,
        look_into=lambda path: look_into(path, mounts.open_file, allowance),
        is_program=lambda path: is_program_at(path, mounts.open_file),
        databases=(Database("root/var/db/pkg", some),),
    )
    account(image, read_rules(implicit("lakitu"), "lakitu", is_own=False))


def median(work: Callable[[], object], runs: int) -> float:
    """Return the median time of some runs in seconds."""
    times = []
    for _ in range(runs):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return statistics.median(times)


def main() -> None:
    """Measure both and print the ratios."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--files", type=int, default=60_000)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as made, ExitStack() as opened:
        root = Path(made) / "root"
        packages = make(root, options.files)
        image = ext4(root, Path(made) / "image")
        window = opened.enter_context(Window.open(image))
        trees: dict[str, Callable[[], FileTree]] = {
            "directory": lambda: opened.enter_context(DirectoryTree.open(root)),
            "ext4 image": lambda: ImageTree.open(window),
        }
        for name, tree in trees.items():
            plain = median(partial(walk, tree), options.runs)
            whole = median(partial(account_for, tree, packages), options.runs)
            print(
                f"{name}: accounting {whole * 1000:.0f} ms, walk {plain * 1000:.0f} ms,"
                f" ratio {whole / plain:.2f}"
            )


if __name__ == "__main__":
    main()

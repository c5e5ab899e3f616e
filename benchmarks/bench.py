# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""Measures what ``docs/performance.md`` claims, as ratios within one run.

Usage: ``./run bench [--runs N] [--write]``. ``--write`` puts the table into
``docs/performance.md``. The data is the Flatcar sysroot of ``../shared/data`` and ten
copies of it under other category names; without it there is nothing to compare.
"""

import argparse
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tarfile
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import zstandard

from coos_license.portage.vdb import read_vdb
from coos_license.trees.base import FileTree
from coos_license.trees.directory import DirectoryTree
from coos_license.trees.image import ImageTree
from coos_license.trees.window import Window

ROOT = Path(__file__).resolve().parent.parent
ARCHIVE = ROOT.parent / "shared/data/flatcar-sysroot.tar.zst"
PAGE = ROOT / "docs/performance.md"
MARKS = ("<!-- table begins -->\n", "<!-- table ends -->\n")
COPIES = 10
#: The read floor: these files of every entry, by os.open, os.read and os.close.
FLOOR_FILES = [
    "CATEGORY",
    "PF",
    "LICENSE",
    "HOMEPAGE",
    "DESCRIPTION",
    "SLOT",
    "USE",
    "RDEPEND",
    "PDEPEND",
    "SIZE",
    "repository",
    "BUILD_TIME",
]
#: Starts the command from a process so small that its own memory, which a child's
#: peak includes, does not count; prints exit code, wall-clock seconds, kilobytes.
LAUNCHER = """
import os, sys, time
null = os.open(os.devnull, os.O_RDWR)
moves = [(os.POSIX_SPAWN_DUP2, null, 1), (os.POSIX_SPAWN_DUP2, null, 2)]
start = time.perf_counter()
pid = os.posix_spawn(sys.argv[1], sys.argv[1:], os.environ, file_actions=moves)
_, status, usage = os.wait4(pid, 0)
wall = time.perf_counter() - start
print(os.waitstatus_to_exitcode(status), wall, usage.ru_maxrss)
"""
MINIMAL = """
import click
@click.command()
def main(): "Say nothing."
main()
"""


@dataclass(frozen=True)
class Measured:
    """The median of several runs: wall-clock seconds, and peak memory in MB."""

    seconds: float
    megabytes: float


def environment() -> dict[str, str]:
    """Return the environment of what is measured.

    Modules are compiled once, as pip does when it installs them; nothing is asked from
    the network.
    """
    told = {**os.environ, "SYFT_CHECK_FOR_APP_UPDATE": "false"}
    told.pop("PYTHONDONTWRITEBYTECODE", None)
    return told


def measure(command: Sequence[str], runs: int) -> Measured:
    """Run a command several times in processes of their own.

    Once more before: what it keeps for later runs, such as compiled modules, is there.
    """
    seconds, megabytes = [], []
    for _ in range(runs + 1):
        answer = subprocess.run(
            [sys.executable, "-I", "-S", "-c", LAUNCHER, *command],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            env=environment(),
            check=True,
        )
        code, wall, kilobytes = answer.stdout.split()
        if int(code) not in (0, 1):
            sys.exit(f"failed: {' '.join(command)}")
        seconds.append(float(wall))
        megabytes.append(int(kilobytes) / 1024)
    return Measured(statistics.median(seconds[1:]), statistics.median(megabytes[1:]))


def floor(sysroot: Path, runs: int) -> float:
    """Return the median seconds of the plain read of the named files."""

    def read() -> None:
        vdb = f"{sysroot}/var/db/pkg"
        for category in sorted(os.listdir(vdb)):
            for entry in sorted(os.listdir(f"{vdb}/{category}")):
                for name in FLOOR_FILES:
                    path = f"{vdb}/{category}/{entry}/{name}"
                    try:
                        descriptor = os.open(path, os.O_RDONLY)
                    except FileNotFoundError:
                        continue
                    os.read(descriptor, 1 << 20)
                    os.close(descriptor)

    return _median_of(read, runs)


def _median_of(work: Callable[[], None], runs: int) -> float:
    """Return the median seconds of a function."""
    seconds = []
    for _ in range(runs):
        before = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - before)
    return statistics.median(seconds)


def unpack(target: Path) -> None:
    """Unpack the data set."""
    with (
        ARCHIVE.open("rb") as compressed,
        zstandard.ZstdDecompressor().stream_reader(compressed) as stream,
        tarfile.open(fileobj=stream, mode="r|") as tar,
    ):
        # Debian 12's 3.11.2 knows no filters; newer Pythons warn without one.
        if hasattr(tarfile, "tar_filter"):
            tar.extractall(target, filter="tar")
        else:
            tar.extractall(target)  # noqa: S202 (our own data set)


def multiply(sysroot: Path, target: Path, copies: int = COPIES) -> None:
    """Copy a sysroot several times into one, under other category names each time."""
    for category in sorted((sysroot / "var/db/pkg").iterdir()):
        for number in range(copies):
            name = f"{category.name}-copy{number}"
            copy = target / "var/db/pkg" / name
            shutil.copytree(category, copy)
            for entry in copy.iterdir():
                (entry / "CATEGORY").write_text(f"{name}\n", "utf-8")


def ext4_image(tree: Path, target: Path) -> Path:
    """Write an ext4 image with the usual features that holds a tree."""
    mke2fs = shutil.which("mke2fs", path="/usr/sbin:/sbin:/usr/bin:/bin")
    if mke2fs is None:
        sys.exit("no mke2fs to make an image with: install e2fsprogs")
    with target.open("wb") as image:
        image.truncate(300 << 20)
    options = ("-q", "-F", "-t", "ext4", "-N", "40000", "-d", str(tree))
    subprocess.run([mke2fs, *options, str(target)], check=True)
    return target


def read_times(directory: str, image: str, runs: int) -> tuple[float, float]:
    """Return the median seconds to read the vdb of a directory, and of an image."""

    def read(tree: FileTree) -> None:
        with tree, tree.at("var/db/pkg") as vdb:
            read_vdb(vdb, "root/var/db/pkg")

    def read_image() -> None:
        with Window.open(image) as window:
            read(ImageTree.open(window))

    return (
        _median_of(lambda: read(DirectoryTree.open(directory)), runs),
        _median_of(read_image, runs),
    )


def rows(directory: Path, runs: int) -> list[tuple[str, str, str, str]]:
    """Measure everything; return the rows of the table."""
    unpack(directory)
    small, large = directory / "flatcar-sysroot", directory / "ten"
    multiply(small, large)
    tool = [sys.executable, "-m", "coos_license"]
    repositories = directory / "flatcar-repos"
    overlays = [
        f"--overlay={repositories / name}"
        for name in ("portage-stable", "coreos-overlay")
    ]
    listing = ["list", "--format", "json", "-q", *overlays]
    syft = Path(sys.executable).with_name("syft")

    usage = measure([*tool, "--help"], runs * 3)
    click = measure([sys.executable, "-c", MINIMAL, "--help"], runs * 3)
    small_floor, large_floor = floor(small, runs), floor(large, runs)
    small_list = measure([*tool, *listing, str(small)], runs)
    large_list = measure([*tool, *listing, str(large)], runs)
    output = str(directory / "out")
    generated = measure(
        [*tool, "generate", "-q", *overlays, str(small), "-o", output], runs
    )
    other = measure(
        [str(syft), "scan", f"dir:{small}", "-o", f"spdx-json={output}.syft", "-q"],
        runs,
    )
    archive = directory / "snapshot.tar.gz"
    packed = measure(
        [*tool, "snapshot", "-q", *overlays, str(small), "-o", str(archive)], runs
    )
    from_archive = measure([*tool, "generate", "-q", str(archive), "-o", output], runs)
    read = sum(
        path.stat().st_size
        for root in (small, repositories)
        for path in root.rglob("*")
        if path.is_file()
    )
    size = archive.stat().st_size
    image = str(ext4_image(small, directory / "vdb.ext4"))
    image_list = measure([*tool, *listing, image], runs)
    directory_read, image_read = read_times(str(small), image, runs)
    time_growth = (large_list.seconds - small_list.seconds) / (
        small_list.seconds - usage.seconds
    )
    memory_growth = (large_list.megabytes - small_list.megabytes) / (
        small_list.megabytes - usage.megabytes
    )
    return [
        (
            "`--help` against a one-command click program",
            f"{_ms(usage)} : {_ms(click)}",
            f"{usage.seconds / click.seconds:.2f}",
            "at most 1.6",
        ),
        (
            "`list --format json`, 753 packages, against the read floor",
            f"{_ms(small_list)} : {small_floor * 1000:.0f} ms",
            f"{small_list.seconds / small_floor:.2f}",
            "",
        ),
        (
            "`list --format json`, 7,530 packages, against the read floor",
            f"{_ms(large_list)} : {large_floor * 1000:.0f} ms",
            f"{large_list.seconds / large_floor:.2f}",
            "at most 3",
        ),
        (
            "growth of its time, (t7530 - t753) / (t753 - t_help)",
            f"{_ms(large_list)}, {_ms(small_list)}, {_ms(usage)}",
            f"{time_growth:.2f}",
            "at most 9.9",
        ),
        (
            "growth of its memory, likewise",
            f"{_mb(large_list)}, {_mb(small_list)}, {_mb(usage)}",
            f"{memory_growth:.2f}",
            "at most 9.9",
        ),
        (
            "`syft scan dir: -o spdx-json` against `generate`, 753 packages",
            f"{_ms(other)} : {_ms(generated)}",
            f"{other.seconds / generated.seconds:.2f}",
            "at least 3",
        ),
        (
            "reading the vdb, 753 packages, from an ext4 image against a directory",
            f"{image_read * 1000:.0f} ms : {directory_read * 1000:.0f} ms",
            f"{image_read / directory_read:.2f}",
            "at most 5",
        ),
        (
            "`list --format json` of the same",
            f"{_ms(image_list)} : {_ms(small_list)}",
            f"{image_list.seconds / small_list.seconds:.2f}",
            "at most 5",
        ),
        (
            "peak memory of `generate`, 753 packages (syft's beside it)",
            f"{_mb(generated)} : {_mb(other)}",
            f"{generated.megabytes / other.megabytes:.2f}",
            "under 100 MB",
        ),
        (
            "`snapshot`, 753 packages and two repositories, against `generate`",
            f"{_ms(packed)} : {_ms(generated)}",
            f"{packed.seconds / generated.seconds:.2f}",
            "",
        ),
        (
            "size of the snapshot against that of the files it is made from",
            f"{size / 1e6:.2f} MB : {read / 1e6:.1f} MB",
            f"{size / read:.3f}",
            "a few MB",
        ),
        (
            "`generate` from the snapshot against the directories",
            f"{_ms(from_archive)} : {_ms(generated)}",
            f"{from_archive.seconds / generated.seconds:.2f}",
            "",
        ),
    ]


def _ms(measured: Measured) -> str:
    """Return the time in milliseconds."""
    return f"{measured.seconds * 1000:.0f} ms"


def _mb(measured: Measured) -> str:
    """Return the memory in megabytes."""
    return f"{measured.megabytes:.0f} MB"


def table(measured: list[tuple[str, str, str, str]], runs: int) -> str:
    """Return the table in Markdown, and under what it was measured."""
    version = platform.python_version()
    lines = [
        f"Medians of {runs} runs in one go, CPython {version}, {os.cpu_count()} cores.",
        "",
        "| what | measured | ratio | wanted |",
        "|---|---|---|---|",
        *(f"| {' | '.join(row)} |" for row in measured),
    ]
    return "\n".join(lines) + "\n"


def main() -> None:
    """Measure, print the table, and with ``--write`` put it into the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=5, help="runs of each (default 5)")
    parser.add_argument("--write", action="store_true", help="write the page's table")
    options = parser.parse_args()
    if not ARCHIVE.is_file():
        sys.exit(f"nothing to measure: no {ARCHIVE.name} in ../shared/data")
    with tempfile.TemporaryDirectory() as directory:
        text = table(rows(Path(directory), options.runs), options.runs)
    print(text)
    if options.write:
        page = PAGE.read_text("utf-8")
        before, _, rest = page.partition(MARKS[0])
        _, _, after = rest.partition(MARKS[1])
        PAGE.write_text(f"{before}{MARKS[0]}\n{text}\n{MARKS[1]}{after}", "utf-8")


if __name__ == "__main__":
    main()

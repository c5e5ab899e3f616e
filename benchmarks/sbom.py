# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""Measures the SBOM: what it takes beside reading, and ``--files`` beside hashing.

Usage: ``python benchmarks/sbom.py [--runs N]``. Prints ratios of times within one run.
The packages are those of ``benchmarks/bench.py``, seven copies; the 60,000 files, of
30 KiB in the mean, are made here from a fixed seed.
"""

import argparse
import hashlib
import os
import random
import resource
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack
from pathlib import Path

from bench import ARCHIVE, measure, multiply, unpack

from coos_license.bom.build import bill_of_materials
from coos_license.model import DocumentMeta, Image, Inventory, RawPackage
from coos_license.portage.repository import Repository, read_repository
from coos_license.portage.vdb import read_vdb
from coos_license.render import spdx, spdx_json, spdx_tag_value
from coos_license.resolve.inventory import build
from coos_license.resolve.shipping import ship_all
from coos_license.resolve.texts import TextFinder
from coos_license.trees.directory import DirectoryTree

COPIES = 7
FILES = 60_000
MEAN_BYTES = 30 << 10
MOST_BYTES = 1 << 19
AT_ONCE = 500
ALGORITHMS = ("md5", "sha1", "sha256", "sha512")
META = DocumentMeta(
    created="2026-01-31T00:00:00Z", epoch=0, namespace="https://example.org/spdx/0"
)


def read(sysroot: Path) -> tuple[RawPackage, ...]:
    """Return the packages of a sysroot, with what they link."""
    with DirectoryTree.open(sysroot) as tree, tree.at("var/db/pkg") as vdb:
        return read_vdb(vdb, "root/var/db/pkg", links=True)[0]


def resolved(packages: tuple[RawPackage, ...], repositories: Path) -> Inventory:
    """Return the inventory of the packages."""
    with ExitStack() as trees:
        opened: list[Repository] = []
        for name in ("portage-stable", "coreos-overlay"):
            tree = trees.enter_context(DirectoryTree.open(repositories / name))
            repository = read_repository(tree)
            if repository is None:
                sys.exit(f"{name} is no repository")
            opened.append(repository)
        image = Image(name="Example OS", version="1", supplier="Example")
        return build(packages, TextFinder(opened), ship_all(packages), image)


def cpu_of(work: Callable[[], object]) -> float:
    """Return the seconds of CPU that some work takes."""
    before = time.process_time()
    work()
    return time.process_time() - before


def documents(found: Inventory) -> int:
    """Make the bill and both documents of SPDX 2.3; return how many bytes they have."""
    bill_of_materials.cache_clear()
    spdx.document.cache_clear()
    renderers = (spdx_json.render, spdx_tag_value.render)
    return sum(len(piece) for render in renderers for piece in render(found, META))


def packages_row(directory: Path, runs: int) -> str:
    """Return the row of the SPDX part without files."""
    large = directory / "large"
    multiply(directory / "flatcar-sysroot", large, COPIES)
    reading, writing = [], []
    packages = read(large)
    found = resolved(packages, directory / "flatcar-repos")
    for _ in range(runs):
        reading.append(cpu_of(lambda: read(large)))
        writing.append(cpu_of(lambda: documents(found)))
    wrote, took = statistics.median(writing), statistics.median(reading)
    return (
        f"| the SPDX part of `generate`, {len(packages):,} packages, against reading "
        f"their vdb, CPU | {wrote * 1000:.0f} ms : {took * 1000:.0f} ms "
        f"| {wrote / took:.2f} | at most 1 |"
    )


def write_files(sysroot: Path) -> None:
    """Give every package of a sysroot files of its own."""
    chance = random.Random(1)  # noqa: S311 (of no secret)
    stock = chance.randbytes(2 * MOST_BYTES)
    entries = sorted((sysroot / "var/db/pkg").glob("*/*"))
    for number in range(FILES):
        entry = entries[number % len(entries)]
        directory = sysroot / "usr/share" / entry.name / str(number // 15_000)
        directory.mkdir(parents=True, exist_ok=True)
        size = min(int(chance.expovariate(1 / MEAN_BYTES)), MOST_BYTES)
        start = chance.randrange(MOST_BYTES)
        content = b"%d\n" % number + stock[start : start + size]
        file = directory / f"f{number}"
        file.write_bytes(content)
        md5 = hashlib.md5(content, usedforsecurity=False).hexdigest()
        with (entry / "CONTENTS").open("a", encoding="utf-8") as contents:
            contents.write(f"obj /{file.relative_to(sysroot)} {md5} 1\n")


def hash_all(paths: list[str]) -> None:
    """Read files and make their digests: the least that must be done."""
    for path in paths:
        descriptor = os.open(path, os.O_RDONLY)
        content = os.read(descriptor, MOST_BYTES << 1)
        os.close(descriptor)
        for name in ALGORITHMS:
            hashlib.new(name, content, usedforsecurity=False).digest()


def floor(sysroot: Path) -> None:
    """Hash all files of a sysroot on all cores."""
    paths = [
        f"{place}/{name}"
        for place, _, names in os.walk(sysroot / "usr")
        for name in names
    ]
    some = [paths[at : at + AT_ONCE] for at in range(0, len(paths), AT_ONCE)]
    with ProcessPoolExecutor() as pool:
        list(pool.map(hash_all, some))


def children_of(work: Callable[[], object]) -> float:
    """Return the seconds of CPU that the processes take which some work starts."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    work()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    user = after.ru_utime - before.ru_utime
    return user + after.ru_stime - before.ru_stime


def files_rows(directory: Path, runs: int) -> list[str]:
    """Return the rows of ``--files``: time beside hashing, and memory."""
    sysroot = directory / "flatcar-sysroot"
    write_files(sysroot)
    command = [
        *(sys.executable, "-m", "coos_license", "generate", "--files", "-q"),
        *("-o", str(directory / "out"), str(sysroot)),
        *(
            f"--overlay={directory / 'flatcar-repos' / name}"
            for name in ("portage-stable", "coreos-overlay")
        ),
    ]
    ratios, least, took = [], [], []
    megabytes: list[float] = []
    for _ in range(runs):
        least.append(children_of(lambda: floor(sysroot)))
        took.append(
            children_of(lambda: megabytes.append(measure(command, 1).megabytes))
        )
        ratios.append(took[-1] / least[-1])
    seconds = f"{statistics.median(took):.1f} s : {statistics.median(least):.1f} s"
    ratio = statistics.median(ratios)
    what = (
        "`generate --files`, 753 packages and 60,000 files, against hashing them, CPU"
    )
    return [
        f"| {what} | {seconds} | {ratio:.2f} | at most 3 |",
        f"| peak memory of the same | {max(megabytes):.0f} MB | | under 300 MB |",
    ]


def main() -> None:
    """Measure and print the rows."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=3, help="runs of each (default 3)")
    runs = parser.parse_args().runs
    if not ARCHIVE.is_file():
        sys.exit(f"nothing to measure: no {ARCHIVE.name} in ../shared/data")
    with tempfile.TemporaryDirectory() as name:
        directory = Path(name)
        unpack(directory)
        print(packages_row(directory, runs))
        print("\n".join(files_rows(directory, runs)))


if __name__ == "__main__":
    main()

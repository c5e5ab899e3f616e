# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""How fast ``coos-license sources`` fills a bundle, against ``cp`` of the same files.

    python benchmarks/source_bundle.py [--mb 4096] [--runs 3] [--directory DIR]

Makes packages with one distfile of 64 MB each, and times in turn a copy by cp(1), a
first run of the command, a second one, which writes nothing, and a first one with
--all-digests. Each ends with all bytes on the disk (sync). Prints medians with the CPU
time of a GB, and exits 1 where the first run has less than half the throughput of cp.
A run starts in half a second, which counts: of 1 GB that is a third.
"""

import argparse
import hashlib
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from statistics import median

FILE_MB = 64
MB = 1 << 20
WANTED = 0.5


def make(root: Path, mb: int) -> None:
    """Write a sysroot, a repository and distfiles of ``mb`` MB in all."""
    repository = root / "repo"
    for name, text in (
        ("profiles/repo_name", "bench\n"),
        ("metadata/layout.conf", "masters =\n"),
        ("licenses/GPL-2", "text\n"),
    ):
        path = repository / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    (root / "distdir").mkdir()
    for number in range(max(mb // FILE_MB, 1)):
        package(root, f"p{number}")


def package(root: Path, name: str) -> None:
    """Write one installed package, its ebuild and its distfile."""
    content = os.urandom(FILE_MB * MB)
    file = f"{name}-1.tar"
    (root / "distdir" / file).write_bytes(content)
    blake, sha = hashlib.blake2b(content), hashlib.sha512(content)
    digests = f"BLAKE2B {blake.hexdigest()} SHA512 {sha.hexdigest()}"
    beside = root / "repo/app-misc" / name
    beside.mkdir(parents=True)
    manifest = f"DIST {file} {len(content)} {digests}\n"
    (beside / "Manifest").write_text(manifest, encoding="utf-8")
    (beside / f"{name}-1.ebuild").write_text("EAPI=8\n", encoding="utf-8")
    entry = root / f"sysroot/var/db/pkg/app-misc/{name}-1"
    entry.mkdir(parents=True)
    for key, value in (
        ("LICENSE", "GPL-2"),
        ("SLOT", "0"),
        ("repository", "bench"),
        ("SRC_URI", f"https://example.org/{file}"),
    ):
        (entry / key).write_text(f"{value}\n", encoding="utf-8")


@dataclass(frozen=True)
class Took:
    """What a run took: seconds by the clock, and of processors."""

    clock: float
    user: float
    system: float


def took(run: Callable[[], object]) -> Took:
    """Return what a run takes until all is on the disk."""
    os.sync()
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    start = time.monotonic()
    run()
    os.sync()
    clock = time.monotonic() - start
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    user, system = after.ru_utime - before.ru_utime, after.ru_stime - before.ru_stime
    return Took(clock, user, system)


def command(root: Path, out: Path, *more: str) -> None:
    """Run the command; without an offer it exits 1."""
    words = [sys.executable, "-m", "coos_license", "sources", str(root / "sysroot")]
    words += ["-o", str(out), "-q", "--overlay", str(root / "repo"), *more]
    words += ["--distdir", str(root / "distdir")]
    done = subprocess.run(words, check=False, stdout=subprocess.DEVNULL)
    if done.returncode not in (0, 1):
        sys.exit(f"the command failed: {done.returncode}")


def copy(root: Path, out: Path) -> None:
    """Copy the distfiles by cp(1)."""
    words = ["cp", "-r", str(root / "distdir"), str(out)]
    subprocess.run(words, check=True)


def measured(root: Path) -> Iterator[tuple[str, Took]]:
    """Yield what each way takes once; each but the second run fills a new directory."""
    out = root / "out"
    for name, run in (
        ("cp", partial(copy, root, out)),
        ("first run", partial(command, root, out)),
        ("second run", partial(command, root, out)),
        ("all digests", partial(command, root, out, "--all-digests")),
    ):
        if name != "second run":
            shutil.rmtree(out, ignore_errors=True)
        yield name, took(run)
    shutil.rmtree(out)


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--mb", type=int, default=4096)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--directory", help="where the files go")
    given = parser.parse_args()
    times: dict[str, list[Took]] = {}
    with tempfile.TemporaryDirectory(dir=given.directory) as directory:
        root = Path(directory)
        make(root, given.mb)
        for _ in range(given.runs):
            for name, one in measured(root):
                times.setdefault(name, []).append(one)
    clock = {name: median(one.clock for one in every) for name, every in times.items()}
    for name, every in times.items():
        user = median(one.user for one in every) * 1024 / given.mb
        system = median(one.system for one in every) * 1024 / given.mb
        print(
            f"{name:>11}: {given.mb / clock[name]:5.0f} MB/s by the clock,"
            f" {clock['cp'] / clock[name]:.2f} of cp;"
            f" CPU of 1 GB: {user:.2f} s user, {system:.2f} s system"
        )
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    share = clock["cp"] / clock["first run"]
    print(f"peak memory of a run: {peak:.0f} MB")
    print(f"throughput of a first run: {share:.2f} of cp, wanted {WANTED} or more")
    return int(share < WANTED)


if __name__ == "__main__":
    sys.exit(main())

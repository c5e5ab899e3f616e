# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""How fast ``coos-license sources`` fills a bundle, against ``cp`` of the same files.

    python benchmarks/source_bundle.py [--mb 1024] [--runs 3] [--directory DIR]

Makes packages with one distfile of 64 MB each, and times a copy by cp(1), a first run
of the command and a second one, which writes nothing. Each run ends with all bytes on
the disk (sync). Prints the medians, and exits 1 where the first run has less than half
the throughput of cp.
"""

import argparse
import hashlib
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

FILE_MB = 64
MB = 1 << 20


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


def seconds(run: Callable[[], object]) -> float:
    """Return how long a run takes until all is on the disk."""
    os.sync()
    start = time.monotonic()
    run()
    os.sync()
    return time.monotonic() - start


def command(root: Path, out: Path) -> None:
    """Run the command; without an offer it exits 1."""
    words = [sys.executable, "-m", "coos_license", "sources", str(root / "sysroot")]
    words += ["-o", str(out), "-q", "--overlay", str(root / "repo")]
    words += ["--distdir", str(root / "distdir")]
    done = subprocess.run(words, check=False, stdout=subprocess.DEVNULL)
    if done.returncode not in (0, 1):
        sys.exit(f"the command failed: {done.returncode}")


def copied(root: Path) -> float:
    """Return the seconds of cp(1)."""
    goal = root / "copy"
    words = ["cp", "-r", "--reflink=never", str(root / "distdir"), str(goal)]
    took = seconds(lambda: subprocess.run(words, check=True))
    shutil.rmtree(goal)
    return took


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--mb", type=int, default=1024)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--directory", help="where the files go")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=given.directory) as directory:
        root = Path(directory)
        make(root, given.mb)
        out = root / "out"
        times: dict[str, list[float]] = {"cp": [], "first": [], "second": []}
        for _ in range(given.runs):
            times["cp"].append(copied(root))
            shutil.rmtree(out, ignore_errors=True)
            times["first"].append(seconds(lambda: command(root, out)))
            times["second"].append(seconds(lambda: command(root, out)))
    medians = {name: statistics.median(every) for name, every in times.items()}
    for name, took in medians.items():
        print(f"{name:>7}: {took:6.2f} s, {given.mb / took:7.0f} MB/s")
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    share = medians["cp"] / medians["first"]
    print(f"peak memory of a run: {peak:.0f} MB; throughput is {share:.2f} of cp's")
    return int(share < 0.5)  # noqa: PLR2004 (the goal, as said above)


if __name__ == "__main__":
    sys.exit(main())

# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""Measures how long 50,000 links take, against reading the files that record them.

Usage: ``.venv/bin/python benchmarks/links.py [--runs N]``. The database is made up:
1,000 packages of ten files, each of which links five libraries of others; one package
of ten is under the GPL, and links go round in circles.
"""

import argparse
import os
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from coos_license.licenses.expressions import parse_expression
from coos_license.model import RawPackage
from coos_license.obligations.graph import Edge, EdgeKind, Graph, Node
from coos_license.obligations.policy_propagation import propagate
from coos_license.obligations.terms import options_of
from coos_license.portage.vdb import read_vdb
from coos_license.resolve.links import resolve_links
from coos_license.trees.directory import DirectoryTree

PACKAGES, FILES, NEEDS = 1000, 10, 5
LICENSES = ("GPL-3.0-or-later", "LGPL-2.1-or-later", "MPL-2.0", *("MIT",) * 7)


def write(root: Path) -> None:
    """Write the database."""
    for package in range(PACKAGES):
        entry = root / f"var/db/pkg/dev-libs/p{package}-1"
        entry.mkdir(parents=True)
        lines = []
        for file in range(FILES):
            names = ",".join(
                f"libp{(package * 7 + file * 13 + need * 101) % PACKAGES}"
                f"f{(file + need) % FILES}.so"
                for need in range(NEEDS)
            )
            name = f"libp{package}f{file}.so"
            lines.append(f"X86_64;/usr/lib64/{name};{name};;{names};x86_64\n")
        (entry / "NEEDED.ELF.2").write_text("".join(lines), "utf-8")
        (entry / "LICENSE").write_text("MIT\n", "utf-8")


def plain_read(root: Path) -> None:
    """Read the records by os.open, os.read and os.close."""
    for package in range(PACKAGES):
        path = f"{root}/var/db/pkg/dev-libs/p{package}-1/NEEDED.ELF.2"
        descriptor = os.open(path, os.O_RDONLY)
        os.read(descriptor, 1 << 20)
        os.close(descriptor)


def read(root: Path) -> tuple[RawPackage, ...]:
    """Return the packages as a command reads them."""
    with DirectoryTree.open(root) as tree, tree.at("var/db/pkg") as vdb:
        return read_vdb(vdb, "root/var/db/pkg", links=True)[0]


def graph_of(packages: tuple[RawPackage, ...]) -> Graph:
    """Return the graph of the files, by package every tenth under the GPL."""
    links = resolve_links(packages)
    options = [options_of(parse_expression(text)) for text in LICENSES]
    nodes: list[Node] = []
    numbers: dict[str, int] = {}
    for place, (package, files) in enumerate(links.files.items()):
        for file in files:
            numbers[file.path] = len(nodes)
            nodes.append(Node(file.path, options[place % 10], package, file.path))
    edges: list[Edge] = [
        (numbers[file.path], numbers[provider.path], EdgeKind.DYNAMIC)
        for _, file, need in links.links()
        for provider in need.providers
    ]
    return Graph(tuple(nodes), tuple(edges))


def seconds(work: Callable[[], object], runs: int) -> float:
    """Return the median seconds of some work."""
    taken = []
    for _ in range(runs):
        before = time.perf_counter()
        work()
        taken.append(time.perf_counter() - before)
    return statistics.median(taken)


def main() -> None:
    """Print the times and their ratios."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=5)
    runs = parser.parse_args().runs
    with tempfile.TemporaryDirectory() as name:
        root = Path(name)
        write(root)
        packages = read(root)
        graph = graph_of(packages)
        floor = seconds(lambda: plain_read(root), runs)
        reading = seconds(lambda: read(root), runs)
        resolving = seconds(lambda: resolve_links(packages), runs)
        reach = seconds(lambda: propagate(graph), runs)
    print(f"{len(graph.nodes)} files, {len(graph.edges)} links")
    print(f"plain read of the records  {floor * 1000:6.0f} ms")
    print(f"reading the database       {reading * 1000:6.0f} ms")
    print(f"resolving the sonames      {resolving * 1000:6.0f} ms")
    print(f"propagation                {reach * 1000:6.0f} ms")
    print(f"propagation : reading and resolving {reach / (reading + resolving):.2f}")


if __name__ == "__main__":
    main()

# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""Compares the identification of licence texts with scancode-toolkit's.

Usage: ``python benchmarks/identify.py --scancode VENV/bin/scancode [--write]``. The
data is ``license-texts.tar.zst`` of ``../shared/data``: each distinct file of each name
once, and what a person decided that it is, by ``gentoo-names.tsv``. scancode wants an
environment of its own (``pip install scancode-toolkit 'pluggy<1.7'``) and takes a
quarter of an hour. ``--write`` puts the table into ``docs/identification.md``.
"""

import argparse
import hashlib
import json
import os
import re
import resource
import subprocess
import sys
import tarfile
import tempfile
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import zstandard

from coos_license.licenses import spdx_index
from coos_license.licenses.identify import identify
from coos_license.licenses.names import candidates, name_rows
from coos_license.trees.text import clean_bytes

ROOT = Path(__file__).resolve().parent.parent
ARCHIVE = ROOT.parent / "shared/data/license-texts.tar.zst"
PAGE = ROOT / "docs/identification.md"
MARKS = ("<!-- table begins -->\n", "<!-- table ends -->\n")
#: The rows whose text a person has compared with the SPDX list.
COMPARED = ("text-read", "spdx-same-text", "gentoo-mapping")
#: A file of a row with `points_to` that is no longer than this only points.
POINTER_BYTES = 600
ROWS = {
    "one, right": "of {one} texts with an SPDX id: that id alone",
    "one, with others": "that id among others",
    "one, another": "another answer",
    "none, named": "of {none} texts that are none of the list by the table:"
    " one id of the list all the same",
}
OPERATORS = {"AND", "OR", "WITH"}


def unpack(target: Path) -> None:
    """Write each distinct file of each name as ``NAME@DIGEST``."""
    with (
        ARCHIVE.open("rb") as compressed,
        zstandard.ZstdDecompressor().stream_reader(compressed) as stream,
        tarfile.open(fileobj=stream, mode="r|") as tar,
    ):
        for member in tar:
            path = Path(member.name)
            reader = tar.extractfile(member) if member.isfile() else None
            if reader is not None and path.parent.name == "licenses":
                content = reader.read()
                digest = hashlib.sha256(content).hexdigest()[:8]
                (target / f"{path.name}@{digest}").write_bytes(content)


def ours(directory: Path) -> dict[str, tuple[str, ...]]:
    """Return the ids that we assert of each file."""
    return {
        path.name: identify(clean_bytes(path.read_bytes())[0]).ids
        for path in sorted(directory.iterdir())
    }


def scancodes(answers: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    """Return the ids that scancode names for each file."""
    found = {}
    for one in answers["files"]:
        if one["type"] == "file":
            words = re.findall(
                r"[A-Za-z0-9.+-]+", one["detected_license_expression_spdx"] or ""
            )
            ids = dict.fromkeys(word for word in words if word not in OPERATORS)
            found[Path(one["path"]).name] = tuple(ids)
    return found


def measured(command: Sequence[str]) -> tuple[float, float]:
    """Run a command; return its wall-clock seconds, and those of the processors."""
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    busy = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return time.perf_counter() - start, busy


def judged(answers: Mapping[str, tuple[str, ...]], directory: Path) -> Counter[str]:
    """Count how the answers compare with what the name table says."""
    counts: Counter[str] = Counter()
    families = {one: ids for ids in spdx_index.index().families for one in ids}
    for name, ids in answers.items():
        row = name_rows().get(name.partition("@")[0])
        if row is None or row.origin not in COMPARED or " " in row.expression:
            continue
        if row.points_to and (directory / name).stat().st_size <= POINTER_BYTES:
            continue
        if not row.expression:
            listed = not any(one.startswith("LicenseRef") for one in ids)
            one_family = len({families.get(one, (one,)) for one in ids}) == 1
            counts["none"] += 1
            counts["none, named"] += bool(ids) and listed and one_family
            continue
        counts["one"] += 1
        may_be = candidates(row.name) or families.get(row.expression, (row.expression,))
        right = {row.expression, *may_be}
        counts["one, right"] += bool(ids) and set(ids) & right == set(ids)
        counts["one, with others"] += bool(set(ids) & right) and not set(ids) <= right
        counts["one, another"] += bool(ids) and not set(ids) & right
    return counts


def main() -> None:
    """Measure, print the table, and with ``--write`` put it into the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--scancode", help="the program in its own environment")
    parser.add_argument("--only-ours", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--write", action="store_true", help="write the page's table")
    options = parser.parse_args()
    if options.only_ours:
        ours(options.only_ours)
        return
    if not options.scancode or not ARCHIVE.is_file():
        sys.exit("give --scancode, and have license-texts.tar.zst in ../shared/data")
    with tempfile.TemporaryDirectory() as directory:
        text = table(Path(directory), options.scancode)
    print(text)
    if options.write:
        before, _, rest = PAGE.read_text("utf-8").partition(MARKS[0])
        after = rest.partition(MARKS[1])[2]
        PAGE.write_text(
            before + MARKS[0] + "\n" + text + "\n" + MARKS[1] + after, "utf-8"
        )


def table(directory: Path, scancode: str) -> str:
    """Return the table in Markdown."""
    corpus, answers = directory / "corpus", directory / "scancode.json"
    corpus.mkdir()
    unpack(corpus)
    our_time = measured([sys.executable, __file__, "--only-ours", str(corpus)])
    their_time = measured(
        [scancode, "-q", "-n", "1", "--license", "--json", str(answers), str(corpus)]
    )
    us = judged(ours(corpus), corpus)
    them = judged(scancodes(json.loads(answers.read_bytes())), corpus)
    rows = [
        ("", "coos-license", "scancode-toolkit"),
        ("---", "---", "---"),
        ("processor time", f"{our_time[1]:.1f} s", f"{their_time[1]:.0f} s"),
        ("ratio of it", "1", f"{their_time[1] / our_time[1]:.0f}"),
    ]
    for key, says in ROWS.items():
        rows.append((says.format(**us), str(us[key]), str(them[key])))
    lines = [
        f"{len(os.listdir(corpus))} files in one process each, on a shared machine.",
        "",
        *(f"| {' | '.join(row)} |" for row in rows),
    ]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    main()

# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""Hold our choice of licence files in real sources against scancode's, as Markdown.

Fetch source packages and scancode into scratch directories first::

    apt-get source --download-only busybox glibc openssl ...   # wants deb-src lines
    pip download --no-binary :all: --no-deps requests urllib3 ...
    python -m venv VENV && VENV/bin/pip install scancode-toolkit 'pluggy<1.7'
    python benchmarks/source_names.py DIR... --scancode VENV/bin/python \
        > docs/sources-measured.md

Of scancode only the classification by file name is run (``summarycode.classify``,
the flag ``is_legal``), by its own function in a process of its own environment.
"""

import argparse
import json
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from coos_license.errors import ReadError
from coos_license.sources.names import rule_of
from coos_license.sources.places import Place, read_place
from coos_license.sources.scan import show_path
from coos_license.sources.values import Role
from coos_license.trees.directory import DirectoryTree
from coos_license.trees.packed import packing_of, walk

SCANCODE: Final = """
import json, sys
from types import SimpleNamespace
from commoncode.fileutils import file_base_name
from summarycode.classify import LEGAL_STARTS_ENDS, check_resource_name_start_and_end
from scancode_config import __version__

def is_legal(path):
    name = path.rpartition("/")[2]
    one = SimpleNamespace(name=name, base_name=file_base_name(name))
    return check_resource_name_start_and_end(one, LEGAL_STARTS_ENDS)

paths = json.load(sys.stdin)
json.dump([__version__, [path for path in paths if is_legal(path)]], sys.stdout)
"""
#: Why a file that only we take is taken: rows of ``sources/names.py``.
OURS: Final = {
    "authors": "`AUTHORS` is no legal file to scancode; notices such as 'The X Authors'"
    " refer to it.",
    "terms": "It is a text in a directory of licences, or named after a licence file"
    " in a way that scancode does not look for.",
    "GNU terms": "It is a text in a directory of licences, or named after a licence"
    " file in a way that scancode does not look for.",
    "notice": "Attributions and third-party notices, whose names neither begin nor end"
    " as scancode wants.",
    "debian copyright": "Debian's list of holders, packed.",
    "copyright": "The name is packed, or has a suffix that scancode does not see past.",
}
#: Why a file that only scancode takes is not.
THEIRS: Final = {
    "code": "Written in a programming or data language: it deals with licences, or is"
    " data on them (`tiniLicense.h` is `LICENSE` as numbers); its head is read as that"
    " of any source file.",
    "no text": "A picture or printable document, of which no text can be made.",
    "licence list": "In a copy of a licence list, none of which is the package's.",
    "metadata": "Metadata of a package, no text.",
    "version control": "Kept by version control, no source.",
    "": "The word is part of another, or stands in the middle of the name.",
}
LIMIT: Final = 12


@dataclass(frozen=True, slots=True)
class Compared:
    """One source package: how many files it has, and which of them who takes."""

    name: str
    files: int
    ours: frozenset[str]
    theirs: frozenset[str]
    left_out: dict[str, str]
    notices: int
    faults: tuple[str, ...]


def archives(directories: Iterable[Path]) -> dict[str, list[Path]]:
    """Return the archives of each source package, by its name."""
    found: dict[str, list[Path]] = {}
    for directory in directories:
        for path in sorted(directory.iterdir()):
            if re.search(r"\.(?:tar\.(?:gz|bz2|xz)|zip|diff\.gz)$", path.name):
                name = re.split(r"[_-]v?\d", path.name)[0]
                found.setdefault(f"{directory.name}/{name}", []).append(path)
    return found


def paths_of(archive: Path) -> Iterator[str]:
    """Yield the names of all files and links of an archive."""
    with DirectoryTree.open(archive.parent) as tree:
        content = tree.open_file(archive.name)
        with content:
            for found in walk(content, packing_of(content)):
                if found.kind != "directory":
                    parts = (part for part in found.path.split("/") if part != ".")
                    yield show_path(tuple(filter(None, parts)))


def legal(python: str, paths: list[str]) -> tuple[str, set[str]]:
    """Return scancode's version, and which of the paths it calls legal."""
    done = subprocess.run(
        [python, "-c", SCANCODE],
        input=json.dumps(paths).encode(),
        capture_output=True,
        check=True,
    )
    version, found = json.loads(done.stdout)
    return version, set(found)


def compare(name: str, files: list[Path], python: str) -> tuple[str, Compared]:
    """Return scancode's version, and one source package as both see it."""
    paths: list[str] = []
    ours: set[str] = set()
    left_out: dict[str, str] = {}
    faults: list[str] = []
    notices = 0
    for archive in files:
        try:
            paths += paths_of(archive)
        except ReadError as error:
            faults.append(f"{archive.name} {error}")
        base = str(archive.parent)
        scanned = read_place(Place(base, archive.name, archive.name, is_file=True))
        ours.update(file.path for file in scanned.files if file.role is not Role.LIST)
        notices += sum(file.role is Role.NOTICE for file in scanned.files)
        left_out.update((one.path, one.reason) for one in scanned.left_out)
        faults += [f"{one.path} {one.reason}" for one in scanned.faults]
    version, theirs = legal(python, paths)
    return version, Compared(
        name,
        len(paths),
        frozenset(ours),
        frozenset(theirs),
        left_out,
        notices,
        tuple(faults),
    )


def row_name(path: str) -> str:
    """Return the row of the table that decides a path, ``""`` where none does."""
    rule = rule_of(tuple(path.split("/")))
    return "" if rule is None else rule.name


def table(compared: list[Compared]) -> Iterator[str]:
    """Yield the table, a row for each source package."""
    yield "| source package | files | ours | of them NOTICE | scancode | both | only ours | only scancode |"  # noqa: E501 (a heading of a table is one line)
    yield "|---|---|---|---|---|---|---|---|"
    for one in compared:
        both = len(one.ours & one.theirs)
        cells = (
            *(one.name, one.files, len(one.ours), one.notices, len(one.theirs), both),
            *(len(one.ours - one.theirs), len(one.theirs - one.ours)),
        )
        yield f"| {' | '.join(map(str, cells))} |"
    total = Counter[str]()
    for one in compared:
        total["files"] += one.files
        total["ours"] += len(one.ours)
        total["notices"] += one.notices
        total["theirs"] += len(one.theirs)
        total["both"] += len(one.ours & one.theirs)
    yield (
        f"| all {len(compared)} | {total['files']} | {total['ours']} |"
        f" {total['notices']} | {total['theirs']} | {total['both']} |"
        f" {total['ours'] - total['both']} | {total['theirs'] - total['both']} |"
    )


def differences(compared: list[Compared], *, ours: bool) -> Iterator[str]:
    """Yield each reason for a difference, with the files that it is of."""
    groups: dict[str, list[str]] = {}
    for one in compared:
        only = one.ours - one.theirs if ours else one.theirs - one.ours
        for path in sorted(only):
            if not ours and path in one.left_out:
                why = f"Left out: {re.sub(r':.*', '', one.left_out[path])}."
            else:
                why = (OURS if ours else THEIRS).get(row_name(path), "")
            groups.setdefault(why, []).append(f"{one.name}: `{path}`")
    for why, files in sorted(groups.items(), key=lambda pair: (-len(pair[1]), pair[0])):
        yield ""
        yield f"**{len(files)}.** {why or 'NOT EXPLAINED'}"
        yield ""
        shown = files if len(files) <= LIMIT else [*files[: LIMIT - 1]]
        yield from (f"- {file}" for file in shown)
        if len(shown) < len(files):
            counts = Counter(file.partition(":")[0] for file in files[len(shown) :])
            rest = ", ".join(f"{name} {count}" for name, count in counts.items())
            yield f"- and {len(files) - len(shown)} more of this kind: {rest}"


def page(compared: list[Compared], version: str) -> Iterator[str]:
    """Yield the page."""
    # REUSE-IgnoreStart
    yield "<!--"
    yield "SPDX-FileCopyrightText: 2026 The coos-license authors"
    yield "SPDX-License-Identifier: CC-BY-4.0"
    yield "-->"
    # REUSE-IgnoreEnd
    yield ""
    yield "# Licence files in real sources, measured"
    yield ""
    yield (
        f"`benchmarks/source_names.py` made this page from {len(compared)} source"
        f" packages of Debian 12 (`apt`) and of Python (`pip`), November 2026, and"
        f" scancode-toolkit {version}."
    )
    yield (
        "*Ours* are the files that [`--sources`](usage.md#sources-of-the-packages)"
        " takes for terms, notices or lists of holders; *scancode* are those that its"
        " classification by file name calls legal (`is_legal`)."
    )
    yield (
        "Each difference is below, with its reason; of a reason with more than"
        f" {LIMIT} files the first {LIMIT - 1} are listed."
    )
    yield ""
    yield from table(compared)
    for title, ours in (("Only ours", True), ("Only scancode", False)):
        yield ""
        yield f"## {title}"
        yield from differences(compared, ours=ours)
    faults = [f"{one.name}: {fault}" for one in compared for fault in one.faults]
    yield ""
    yield "## Not read"
    yield ""
    yield from (f"- {fault}" for fault in faults) if faults else ("Nothing.",)


def main() -> int:
    """Compare, and print the page."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("directories", nargs="+", type=Path, metavar="DIR")
    parser.add_argument("--scancode", required=True, metavar="PYTHON")
    given = parser.parse_args()
    compared = []
    version = ""
    for name, files in sorted(archives(given.directories).items()):
        print(name, file=sys.stderr)
        version, one = compare(name, files, given.scancode)
        compared.append(one)
    print("\n".join(page(compared, version)))
    return 0


if __name__ == "__main__":
    sys.exit(main())

# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""The database of installed packages: ``var/db/pkg/<category>/<PF>/``.

The directory names are the identity, as they are for portage; the files CATEGORY and
PF, which pkgcore does not write, are for binary packages. Every file may be absent.
"""

import re
from collections.abc import Collection, Iterable, Iterator
from functools import partial
from itertools import groupby
from operator import attrgetter
from typing import Final

from coos_license import findings
from coos_license.errors import ReadError
from coos_license.model import (
    Evidence,
    Finding,
    PackageId,
    RawPackage,
)
from coos_license.portage.entry import (
    ALL_FILES,
    FILES,
    LIMITS,
    parse_package,
)
from coos_license.portage.names import (
    is_category,
    package_id,
)
from coos_license.processes import MANY, beside
from coos_license.trees.base import Entry, FileTree, Kind
from coos_license.trees.text import in_full

_MERGING: Final = "-MERGING-"


def read_vdb(
    vdb: FileTree, place: str, *, links: bool = False
) -> tuple[tuple[RawPackage, ...], tuple[Finding, ...]]:
    """Return the packages of a vdb in order of its names, and what is odd about it.

    ``place`` is the evidence path of the vdb: ``root/var/db/pkg``. Names that begin
    with a dot, and ``-MERGING-`` entries of an interrupted merge, are not packages.
    With ``links`` it is read what links what.
    """
    odd: list[Finding] = []
    places = list(_entries(vdb, place, odd))
    read = partial(_read_some, vdb, place, ALL_FILES if links else FILES)
    half = len(places) // 2
    rest = partial(read, places[half:])
    worth = len(places) >= MANY and not vdb.has_one_bound
    with beside(rest, worth=worth) as answer:
        packages, lost = read(places[:half])
        more, lost_too = answer()
    return (*packages, *more), (*odd, *lost, *lost_too)


def _entries(vdb: FileTree, place: str, odd: list[Finding]) -> Iterator[PackageId]:
    """Yield what the names of a vdb say is installed; note what else is there."""
    for category in _directories(vdb, place, odd):
        where = f"{place}/{in_full(category)}"
        if not is_category(category):
            odd.append(_odd(where, "is no category name"))
            continue
        try:
            with vdb.at(category) as entries:
                for pf in _directories(entries, where, odd):
                    package = package_id(category, pf)
                    if package is None:
                        what = "is no package name (PMS 3.1)"
                        odd.append(_odd(f"{where}/{in_full(pf)}", what))
                    else:
                        yield package
        except ReadError as error:
            odd.append(_odd(where, str(error)))


def _read_some(
    vdb: FileTree, place: str, names: Collection[str], some: Iterable[PackageId]
) -> tuple[list[RawPackage], list[Finding]]:
    """Return what the named files of some entries say, and what was gone meanwhile."""
    packages: list[RawPackage] = []
    odd: list[Finding] = []
    for category, found in groupby(some, attrgetter("category")):
        where = f"{place}/{category}"
        try:
            with vdb.at(category) as entries:
                for one in found:
                    at = f"{where}/{one.pf}"
                    packages.append(_read_package(entries, one, at, names))
        except ReadError as error:
            odd.append(_odd(where, str(error)))
    return packages, odd


def is_ignored(name: str) -> bool:
    """Return whether a name of a vdb is neither a package nor odd."""
    return name.startswith((".", _MERGING))


def _directories(tree: FileTree, place: str, odd: list[Finding]) -> Iterator[str]:
    """Yield the names of the directories that count; note what else is there."""
    for entry in tree.entries():
        if is_ignored(entry.name):
            continue
        if entry.kind is Kind.DIRECTORY:
            yield entry.name
        else:
            odd.append(_stray(f"{place}/{in_full(entry.name)}", entry))


def _odd(path: str, what: str) -> Finding:
    """Return the finding that an entry cannot be read."""
    return Finding(
        findings.UNREADABLE_ENTRY, path, f"{path} {what}", evidence=(Evidence(path),)
    )


def _stray(path: str, entry: Entry) -> Finding:
    """Return the finding for a name that is no directory."""
    kind = (
        findings.STRAY_ENTRY if entry.kind is Kind.FILE else findings.UNREADABLE_ENTRY
    )
    return Finding(
        kind,
        path,
        f"{path} is a {entry.kind}, not a directory",
        evidence=(Evidence(path),),
    )


def _read_package(
    entries: FileTree, package: PackageId, where: str, names: Collection[str]
) -> RawPackage:
    """Return what the named files of one entry say."""
    try:
        files, failed = entries.read_files(package.pf, names, LIMITS)
    except ReadError as error:
        files, failed = {}, {"": error}
    return parse_package(package, where, files, failed)


def find_owners(vdb: FileTree, file: str) -> Iterator[tuple[PackageId, int]]:
    """Yield the packages whose CONTENTS lists the file or symlink, and its line."""
    path = re.escape(file.encode("utf-8", "surrogateescape"))
    line = re.compile(
        rb"^(?:obj " + path + rb" [0-9a-f]+ \d+|sym " + path + rb" -> .*)$",
        re.MULTILINE,
    )
    for category in vdb.entries():
        if category.kind is not Kind.DIRECTORY or not is_category(category.name):
            continue
        with vdb.at(category.name) as entries:
            for entry in entries.entries():
                package = package_id(category.name, entry.name)
                if package is None or entry.kind is not Kind.DIRECTORY:
                    continue
                files, _ = entries.read_files(entry.name, ("CONTENTS",), LIMITS)
                content = files.get("CONTENTS", b"")
                if match := line.search(content):
                    yield package, content.count(b"\n", 0, match.start()) + 1

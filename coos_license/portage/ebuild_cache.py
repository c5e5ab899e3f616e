# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""The metadata cache of an ebuild repository: what its ebuilds say.

``metadata/md5-cache/<category>/<PF>``, one ``KEY=value`` a line. Nothing is installed
there, so no USE flags are known: conditions stay, and lists of files there are none.
Source: PMS 14.2 (md5-dict).
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from typing import Final

from coos_license import findings
from coos_license.errors import ReadError
from coos_license.model import Evidence, Finding, PackageId, RawPackage
from coos_license.portage.entry import FILES, parse_package, without_defaults
from coos_license.portage.names import is_category, package_id
from coos_license.portage.repository import CACHE_LIMIT
from coos_license.trees.base import Entry, FileTree, Kind
from coos_license.trees.text import in_full, show

#: Values of a built package; in a cache they mean nothing.
_READ: Final = (FILES | {"BDEPEND"}) - {
    "BUILD_TIME",
    "CONTENTS",
    "IUSE_EFFECTIVE",
    "USE",
    "repository",
}
#: Every entry has the checksum of its ebuild.
_MARK: Final = b"_md5_="
_LOOKED_AT: Final = 20
#: A repository that is served by rsync has checksums of its files in every directory.
_MANIFEST: Final = "Manifest"


@dataclass(frozen=True, slots=True)
class Name:
    """A name met in a cache: an entry, or something odd, as ``reason`` says.

    ``is_unreadable`` is of a category whose names cannot be had.
    """

    category: str
    name: str
    kind: Kind
    reason: str = ""
    is_unreadable: bool = False

    @property
    def path(self) -> str:
        """Return where it lies below the cache."""
        return f"{self.category}/{self.name}" if self.name else self.category


def names(cache: FileTree) -> Iterator[Name]:
    """Yield the entries in order, and what is odd.

    Raises: ReadError where the cache itself cannot be read.
    """
    for entry in _counting(cache):
        category = entry.name
        if entry.kind is not Kind.DIRECTORY:
            reason = f"is a {entry.kind}, not a directory"
            yield Name(category, "", entry.kind, reason)
        elif not is_category(category):
            yield Name(category, "", entry.kind, "is no category name")
        else:
            try:
                with cache.at(category) as directory:
                    found = _counting(directory)
            except ReadError as error:
                yield Name(category, "", entry.kind, str(error), is_unreadable=True)
                continue
            for one in found:
                yield Name(category, one.name, one.kind, _oddity(category, one))


def _counting(directory: FileTree) -> tuple[Entry, ...]:
    """Return the names that count: no Manifest, nothing hidden. Raises: ReadError."""
    return tuple(
        entry
        for entry in directory.entries()
        if not entry.name.startswith((".", _MANIFEST))
    )


def _oddity(category: str, entry: Entry) -> str:
    """Return what is odd about a name in a category, ``""`` for an entry."""
    if package_id(category, entry.name) is None:
        return "is no package name (PMS 3.1)"
    return "" if entry.kind is Kind.FILE else f"is a {entry.kind}, not a file"


def looks_like_cache(tree: FileTree) -> bool:
    """Return whether the tree itself is a cache: one of its first entries says so."""
    try:
        for count, name in enumerate(names(tree)):
            if count >= _LOOKED_AT:
                break
            if not name.reason and _MARK in tree.read(name.path, CACHE_LIMIT):
                return True
    except ReadError:
        return False
    return False


def read_cache(
    cache: FileTree, place: str, repository: str
) -> tuple[tuple[RawPackage, ...], tuple[Finding, ...]]:
    """Return what the ebuilds of a cache say, in order, and what is odd about it.

    ``place`` is its evidence path. Raises: ReadError.
    """
    packages: list[RawPackage] = []
    odd: list[Finding] = []
    by_category: dict[str, list[str]] = {}
    for name in names(cache):
        if name.reason:
            odd.append(_odd(name, f"{place}/{in_full(name.path)}"))
        else:
            by_category.setdefault(name.category, []).append(name.name)
    for category, found in by_category.items():
        where = f"{place}/{category}"
        packages += _read_category(cache, category, found, where, repository)
    return tuple(packages), tuple(odd)


def _read_category(
    cache: FileTree, category: str, found: Collection[str], place: str, repository: str
) -> Iterator[RawPackage]:
    """Yield what the entries of a category say."""
    try:
        contents, failed = cache.read_files(category, found, {"": CACHE_LIMIT})
    except ReadError as error:
        contents, failed = {}, dict.fromkeys(found, error)
    for pf in found:
        package = package_id(category, pf)
        if package is not None:
            missing = ReadError("is not there any more")
            content = contents.get(pf, failed.get(pf, missing))
            yield read_entry(package, f"{place}/{pf}", content, repository)


def read_entry(
    package: PackageId, where: str, content: bytes | ReadError, repository: str
) -> RawPackage:
    """Return what one entry says; ``where`` is its evidence path."""
    if isinstance(content, ReadError):
        raw = parse_package(package, where, {}, {"": content}, {})
        return replace(raw, files=None, repository=repository)
    values: dict[str, bytes] = {}
    lines: dict[str, int] = {}
    odd: list[tuple[int, str]] = []
    for number, line in enumerate(content.split(b"\n"), start=1):
        key, equals, value = line.partition(b"=")
        name = key.decode("ascii", "replace")
        if equals and name not in values:
            values[name], lines[name] = value, number
        elif equals:
            values[name], lines[name] = value, number
            odd.append((number, f"{show(name)} is there twice; the last counts"))
        elif line:
            odd.append((number, "this is no 'KEY=value'"))
    read = {name: values[name] for name in _READ if name in values}
    read["IUSE_EFFECTIVE"] = without_defaults(values.get("IUSE", b""))
    raw = parse_package(package, where, read, {}, lines)
    told = tuple(_line_fault(raw, number, what) for number, what in odd[:10])
    return replace(raw, files=None, repository=repository, faults=(*raw.faults, *told))


def _line_fault(raw: RawPackage, number: int, what: str) -> Finding:
    """Return the finding that a line of an entry cannot be read."""
    return Finding(
        findings.UNREADABLE_ENTRY,
        "md5-cache",
        f"line {number}: {what}",
        raw.id,
        raw.slot,
        (Evidence(raw.place, number),),
    )


def _odd(name: Name, where: str) -> Finding:
    """Return the finding about a name that is no entry."""
    is_stray = name.kind is Kind.FILE and not name.name
    kind = findings.STRAY_ENTRY if is_stray else findings.UNREADABLE_ENTRY
    return Finding(kind, where, f"{where} {name.reason}", evidence=(Evidence(where),))

# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""A directory of binary packages (PKGDIR), with or without its index.

``<category>/<PF>.tbz2`` and ``.gpkg.tar``, ``<category>/<PN>/<PF>-<BUILD_ID>.xpak`` and
``.gpkg.tar``, and ``All/<PF>.tbz2`` of old. What counts is the packages; the index is
compared with them. Without any package the index counts.
Source: portage 3.0.83, ``binarytree`` of ``dbapi/bintree.py``.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Final

from coos_license import findings
from coos_license.errors import ReadError
from coos_license.model import (
    BinaryFile,
    Evidence,
    Finding,
    FindingKind,
    PackageId,
    RawPackage,
)
from coos_license.portage.binary_package import (
    BinaryPackage,
    read_binary_package,
    read_unpacked,
)
from coos_license.portage.builds import Build, newest
from coos_license.portage.entry import number_of, parse_package
from coos_license.portage.names import is_category, package_id
from coos_license.portage.package_index import (
    INDEX,
    INDEX_LIMIT,
    Index,
    index_problems,
    listed_builds,
    looks_like_index,
    read_index,
)
from coos_license.trees.base import AbsentError, Entry, FileTree, Kind
from coos_license.trees.text import clean, clean_line, in_full

SUFFIXES: Final = (".tbz2", ".xpak", ".gpkg.tar")
_ALL: Final = "All"
_KNOWN: Final = frozenset((INDEX, f"{INDEX}.gz"))
_BUILD_ID: Final = re.compile(r"-[0-9]+\Z", re.ASCII)
#: ``<category>/<PN>/<file>``.
_DEEPEST: Final = 3
#: Names until the first package: any directory may be asked, even ``/``.
_LOOKED_AT: Final = 20_000


@dataclass(frozen=True, slots=True)
class Name:
    """A name met in the directory: a binary package, or something odd.

    ``reason`` says what is odd about it; ``is_unreadable`` that it is a directory
    whose names cannot be had.
    """

    path: str
    kind: Kind
    reason: str = ""
    is_unreadable: bool = False


def names(tree: FileTree) -> Iterator[Name]:
    """Yield the binary packages in order of their paths, and what is odd.

    A directory that is named like a package holds its values, as in a snapshot.
    Raises: ReadError where the directory itself cannot be read.
    """
    top = [one for one in tree.entries() if not _is_ignored(one.name)]
    has_all = any(one.name == _ALL and one.kind is Kind.DIRECTORY for one in top)
    for entry in top:
        if entry.name in _KNOWN and entry.kind is Kind.FILE:
            continue
        if entry.kind is not Kind.DIRECTORY:
            yield Name(entry.name, entry.kind, f"is a {entry.kind}, not a directory")
        elif not is_category(entry.name):
            yield Name(entry.name, entry.kind, "is no category name")
        else:
            for name in _below(tree, entry.name):
                # Where ``All`` is, the categories hold links to it.
                if not (has_all and name.kind is Kind.SYMLINK):
                    yield name


def _below(tree: FileTree, path: str) -> Iterator[Name]:
    """Yield what is in a directory of a category, and below."""
    try:
        with tree.at(path) as directory:
            entries = directory.entries()
    except ReadError as error:
        yield Name(path, Kind.DIRECTORY, str(error), is_unreadable=True)
        return
    for entry in entries:
        if not _is_ignored(entry.name):
            yield from _named(tree, f"{path}/{entry.name}", entry)


def _named(tree: FileTree, path: str, entry: Entry) -> Iterator[Name]:
    """Yield what one name of a category is, or what is below it."""
    if entry.name.endswith(SUFFIXES):
        is_one = entry.kind in (Kind.FILE, Kind.DIRECTORY)
        reason = "" if is_one else f"is a {entry.kind}, not a binary package"
        yield Name(path, entry.kind, reason)
    elif entry.kind is Kind.DIRECTORY and path.count("/") + 1 < _DEEPEST:
        yield from _below(tree, path)
    else:
        yield Name(path, entry.kind, f"is a {entry.kind}, not a binary package")


def _is_ignored(name: str) -> bool:
    """Return whether a name is neither a package nor odd: locks and caches."""
    return name.startswith(".")


def has_packages(tree: FileTree) -> bool:
    """Return whether a directory has a binary package anywhere. Raises: ReadError."""
    return any(not name.reason for name in islice(names(tree), _LOOKED_AT))


def has_index(tree: FileTree) -> bool:
    """Return whether a directory has an index. Raises: ReadError."""
    content = _index_bytes(tree)
    return content is not None and looks_like_index(content)


def _index_bytes(tree: FileTree) -> bytes | None:
    """Return the index, ``None`` where there is none. Raises: ReadError."""
    try:
        return tree.read(INDEX, INDEX_LIMIT)
    except AbsentError:
        return None


def read_binhost(
    tree: FileTree, place: str
) -> tuple[tuple[RawPackage, ...], tuple[Finding, ...]]:
    """Return the packages of a directory in order, and what is odd about it.

    ``place`` is its evidence path. Raises: ReadError.
    """
    odd: list[Finding] = []
    builds: list[Build] = []
    sizes: dict[str, int | None] = {}
    for name in names(tree):
        where = f"{place}/{in_full(name.path)}"
        if name.reason:
            is_stray = name.kind is Kind.FILE
            kind = findings.STRAY_ENTRY if is_stray else findings.UNREADABLE_ENTRY
            odd.append(_odd(kind, where, f"{where} {name.reason}"))
            continue
        try:
            package = read_named(tree, name)
            sizes[name.path] = package.size_bytes
            build = _build(name.path, where, package)
        except ReadError as error:
            sizes[name.path] = None
            build = _unread(name.path, where, error)
        if build is None:
            message = f"{where} is no name of a package (PMS 3.1)"
            odd.append(_odd(findings.UNREADABLE_ENTRY, where, message))
        else:
            builds.append(build)
    index = _index(tree, f"{place}/{INDEX}", odd)
    if index is not None:
        odd += index_problems(index)
        if not sizes:
            builds += listed_builds(index)
        else:
            odd += _compared(index, place, sizes)
            builds = list(_with_digests(builds, index, place))
    packages, told = newest(builds)
    return packages, (*odd, *told)


def _index(tree: FileTree, where: str, odd: list[Finding]) -> Index | None:
    """Return the index; note where it cannot be read."""
    try:
        content = _index_bytes(tree)
        return None if content is None else read_index(content, where)
    except ReadError as error:
        odd.append(_odd(findings.UNREADABLE_ENTRY, where, f"{where} {error}"))
        return None


def _with_digests(builds: Sequence[Build], index: Index, place: str) -> Iterator[Build]:
    """Yield the builds with the digests that the index has for their files.

    One of another size is another file.
    """
    listed = {f"{place}/{in_full(one.path)}": one.binary for one in index.packages}
    for build in builds:
        package, binary = build.package, build.package.binary
        stated = listed.get(package.place)
        if binary and stated and stated.size_bytes == binary.size_bytes:
            binary = replace(binary, digests=stated.digests)
        yield replace(build, package=replace(package, binary=binary))


def read_named(tree: FileTree, name: Name) -> BinaryPackage:
    """Return what a binary package says. Raises: ReadError."""
    if name.kind is Kind.DIRECTORY:
        above, _, last = name.path.rpartition("/")
        with tree.at(above) as directory:
            return read_unpacked(directory, last)
    with tree.open_file(name.path) as content:
        return read_binary_package(content)


def _build(path: str, where: str, package: BinaryPackage) -> Build | None:
    """Return what a package says, ``None`` where nothing says which one it is.

    Its own CATEGORY and PF count, as for portage; its place only where they lack.
    """
    get = package.files.get
    category, pf = (clean_line(get(key, b"")) for key in ("CATEGORY", "PF"))
    stated, placed = package_id(category, pf), _placed(path, category)
    identity = stated or next(iter(placed), None)
    if identity is None:
        return None
    faults = list(package.faults)
    if stated is not None and stated not in placed:
        faults.append(("CATEGORY PF", f"says that it is {stated.cpv}"))
    raw = parse_package(identity, where, package.files, package.failed, {})
    told = tuple(
        Finding(
            findings.CONTRADICTORY_PACKAGE,
            subject,
            f"{where} {message}",
            identity,
            raw.slot,
            (Evidence(where),),
        )
        for subject, message in faults
    )
    binary = BinaryFile(clean(path.rpartition("/")[2]), package.size_bytes, ())
    faults_of = (*raw.faults, *told)
    raw = replace(raw, files=package.owned, faults=faults_of, binary=binary)
    return Build(raw, number_of(clean_line(get("BUILD_ID", b""))))


def _unread(path: str, where: str, error: ReadError) -> Build | None:
    """Return a package of which the name alone is known, if that is one."""
    for identity in _placed(path, ""):
        raw = parse_package(identity, where, {}, {"": error}, {})
        return Build(replace(raw, files=None), None)
    return None


def _placed(path: str, category: str) -> tuple[PackageId, ...]:
    """Return which packages a path may be of.

    ``category`` is the stated one: in the directory ``All`` the path has none.

    >>> [one.cpv for one in _placed("app-misc/foo/foo-1-r2-3.xpak", "")]
    ['app-misc/foo-1-r2']
    """
    above, *between, name = path.split("/")
    stem = next(name.removesuffix(end) for end in SUFFIXES if name.endswith(end))
    above = category if above == _ALL else above
    stems = [_BUILD_ID.sub("", stem), stem] if between else [stem]
    found = (package_id(above, one) for one in dict.fromkeys(stems))
    return tuple(
        one for one in found if one is not None and between in ([], [one.name])
    )


def _compared(
    index: Index, place: str, sizes: Mapping[str, int | None]
) -> Iterator[Finding]:
    """Yield where the index and the packages differ.

    Checksums are not compared: that would read every package as a whole.
    """
    listed = {one.path: one for one in index.packages}
    for path, paragraph in sorted(listed.items()):
        where = (index.evidence(paragraph, "PATH"),)
        if path not in sizes:
            message = f"{index.place} lists {in_full(path)}, which is not there"
            yield _mismatch(path, message, where)
        elif sizes[path] not in (None, number_of(paragraph.text("SIZE"))):
            stated = in_full(paragraph.text("SIZE")) or "none"
            message = f"{place}/{in_full(path)} is {sizes[path]} bytes long,"
            message += f" {index.place} says {stated}"
            yield _mismatch(path, message, (index.evidence(paragraph, "SIZE"),))
    for path in sizes:
        if path not in listed:
            message = f"{place}/{in_full(path)} is not listed in {index.place}"
            yield _mismatch(path, message, (Evidence(f"{place}/{in_full(path)}"),))


def _mismatch(path: str, message: str, where: Sequence[Evidence]) -> Finding:
    """Return the finding that index and packages differ about a path."""
    return Finding(
        findings.INDEX_MISMATCH, in_full(path), message, evidence=tuple(where)
    )


def _odd(kind: FindingKind, where: str, message: str) -> Finding:
    """Return a finding about a name of the directory."""
    return Finding(kind, where, message, evidence=(Evidence(where),))

# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""The database of installed packages: ``var/db/pkg/<category>/<PF>/``.

The directory names are the identity, as they are for portage; the files CATEGORY and
PF, which pkgcore does not write, are for binary packages. Every file may be absent.
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Final

from coos_license import findings
from coos_license.errors import ReadError
from coos_license.model import Evidence, Finding, FindingKind, PackageId, RawPackage
from coos_license.portage.names import (
    is_category,
    is_repository_name,
    is_slot,
    package_id,
)
from coos_license.trees.base import Entry, FileTree, Kind
from coos_license.trees.text import clean_value, decode, show

#: What the licence hook of Chromium OS leaves in an entry; the first that is there
#: counts. Their content is read by ``chromiumos/license_cache.py``.
LICENSE_CACHES: Final = ("license.json", "license.yaml")
#: The files read of each entry.
FILES: Final = frozenset(
    (
        *LICENSE_CACHES,
        "BUILD_TIME",
        "CONTENTS",
        "DEPEND",
        "DESCRIPTION",
        "HOMEPAGE",
        "IUSE_EFFECTIVE",
        "LICENSE",
        "PDEPEND",
        "RDEPEND",
        "SLOT",
        "SRC_URI",
        "USE",
        "repository",
    )
)
#: Bytes read at most; the longest LICENSE met has 6,000, CONTENTS of a kernel 20 MB.
LIMITS: Final = {
    "": 1 << 20,
    "LICENSE": 1 << 22,
    "CONTENTS": 1 << 28,
    **dict.fromkeys(LICENSE_CACHES, 1 << 24),
}
#: Enough for every year that a date can have.
_EPOCH_DIGITS: Final = 11
_URI: Final = re.compile(r"[a-z][a-z0-9+.-]*://", re.ASCII)
#: CONTENTS is a list, and LICENSE is left to its grammar as it stands.
_NOT_LINES: Final = frozenset({"CONTENTS", "LICENSE", *LICENSE_CACHES})
_MERGING: Final = "-MERGING-"


def read_vdb(
    vdb: FileTree, place: str
) -> tuple[tuple[RawPackage, ...], tuple[Finding, ...]]:
    """Return the packages of a vdb in order of its names, and what is odd about it.

    ``place`` is the evidence path of the vdb: ``root/var/db/pkg``. Names that begin
    with a dot, and ``-MERGING-`` entries of an interrupted merge, are not packages.
    """
    packages: list[RawPackage] = []
    odd: list[Finding] = []
    for category in _directories(vdb, place, odd):
        if not is_category(category):
            odd.append(_odd(f"{place}/{show(category)}", "is no category name"))
            continue
        where = f"{place}/{category}"
        try:
            with vdb.at(category) as entries:
                for pf in _directories(entries, where, odd):
                    package = package_id(category, pf)
                    if package is None:
                        odd.append(
                            _odd(f"{where}/{show(pf)}", "is no package name (PMS 3.1)")
                        )
                        continue
                    packages.append(_read_package(entries, package, f"{where}/{pf}"))
        except ReadError as error:
            odd.append(_odd(where, str(error)))
    return tuple(packages), tuple(odd)


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
            odd.append(_stray(f"{place}/{show(entry.name)}", entry))


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


def _read_package(entries: FileTree, package: PackageId, where: str) -> RawPackage:
    """Return what one entry says."""
    try:
        files, failed = entries.read_files(package.pf, FILES, LIMITS)
    except ReadError as error:
        files, failed = {}, {"": error}
    return parse_package(package, where, files, failed)


def parse_package(
    package: PackageId,
    where: str,
    files: dict[str, bytes],
    failed: dict[str, ReadError],
) -> RawPackage:
    """Return the entry that the file contents make up."""
    texts: dict[str, str] = {}
    dirty: list[str] = []
    for name, content in files.items():
        if name in _NOT_LINES:
            continue
        texts[name], dropped = clean_value(content)
        if dropped:
            dirty.append(name)
    get = texts.get
    slot, _, subslot = get("SLOT", "0").partition("/")
    faults = [
        (findings.UNREADABLE_ENTRY, name, f"{name or 'the entry'} {error}")
        for name, error in sorted(failed.items())
    ]
    if not is_slot(slot):
        message = f"SLOT is no slot name (PMS 3.1.3): {show(slot)!r}"
        faults.append((findings.SUSPICIOUS_VALUE, "SLOT", message))
        slot, subslot = "0", ""
    faults += _suspicious(texts, dirty)
    field = files.get("LICENSE")
    is_repository = is_repository_name(get("repository", ""))
    return RawPackage(
        id=package,
        directory=where,
        license_field=None if field is None else _field(field),
        slot=slot,
        subslot=subslot or slot,
        repository=texts.get("repository", "") if is_repository else "",
        homepage=tuple(get("HOMEPAGE", "").split()),
        description=get("DESCRIPTION", ""),
        use=_flags(texts["USE"]) if "USE" in texts else None,
        iuse=_flags(get("IUSE_EFFECTIVE", "")),
        rdepend=get("RDEPEND", ""),
        pdepend=get("PDEPEND", ""),
        depend=get("DEPEND", ""),
        src_uri=get("SRC_URI", ""),
        build_time=_number(get("BUILD_TIME", "")),
        files=_owned(files.get("CONTENTS", b"")),
        license_cache=next(
            ((name, files[name]) for name in LICENSE_CACHES if name in files), None
        ),
        unreadable=FILES if "" in failed else frozenset(failed),
        faults=tuple(
            Finding(kind, name or ".", message, package, slot, (_place(where, name),))
            for kind, name, message in faults
        ),
    )


def _suspicious(
    texts: dict[str, str], dirty: list[str]
) -> Iterator[tuple[FindingKind, str, str]]:
    """Yield the values that are not what their variables may hold.

    LICENSE is left to its grammar. HOMEPAGE and SRC_URI hold URIs (PMS 7.2, 7.3.2).
    """
    for name in sorted(dirty):
        message = f"{name} holds control characters, which were left out"
        yield findings.SUSPICIOUS_VALUE, name, message
    for uri in texts.get("HOMEPAGE", "").split():
        if not _URI.match(uri):
            message = f"HOMEPAGE holds what is no web address: {show(uri)!r}"
            yield findings.SUSPICIOUS_VALUE, "HOMEPAGE", message
            break
    stated = texts.get("BUILD_TIME", "")
    if stated and _number(stated) is None:
        message = f"BUILD_TIME is no number of seconds: {show(stated)!r}"
        yield findings.SUSPICIOUS_VALUE, "BUILD_TIME", message
    repository = texts.get("repository")
    if repository and not is_repository_name(repository):
        message = f"repository is no repository name (PMS 3.1.5): {show(repository)!r}"
        yield findings.SUSPICIOUS_VALUE, "repository", message


def _place(where: str, name: str) -> Evidence:
    """Return where a file of an entry lies, or the entry itself."""
    return Evidence(f"{where}/{name}" if name else where)


def _field(content: bytes) -> str:
    """Return LICENSE as written but for its line ends; the grammar sees the rest.

    Control characters stay visible as escapes: a finding must show what is there.
    """
    text = decode(content)[0].strip("\n")
    if text.isprintable():
        return text.strip()
    return "".join(
        char
        if char.isprintable()
        else " "
        if char in "\t\r\n"
        else f"\\x{ord(char):02x}"
        for char in text
    ).strip()


@lru_cache(maxsize=1 << 14)
def _flags(text: str) -> frozenset[str]:
    """Return the USE flags of a list."""
    return frozenset(text.split())


def _number(text: str) -> int | None:
    """Return BUILD_TIME as seconds since 1970, ``None`` where it is none."""
    if not (text.isascii() and text.isdigit() and len(text) <= _EPOCH_DIGITS):
        return None
    return int(text)


def _owned(contents: bytes) -> int:
    """Return how many files and symlinks CONTENTS lists."""
    count = contents.count(b"\nobj ") + contents.count(b"\nsym ")
    return count + contents.startswith((b"obj ", b"sym "))


def find_owners(vdb: FileTree, file: str) -> Iterator[PackageId]:
    """Yield the packages whose CONTENTS lists the file or symlink."""
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
                if line.search(files.get("CONTENTS", b"")):
                    yield package

# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""What the values of one package say, whatever they were written in.

The database of installed packages, binary packages and their index, and ebuild caches
have the same variables under the same names (PMS 7.2, 14).
"""

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from itertools import islice
from typing import Final

from coos_license import findings
from coos_license.errors import ReadError
from coos_license.model import (
    Finding,
    FindingKind,
    PackageId,
    RawPackage,
    evidence_of,
)
from coos_license.portage.names import is_repository_name, is_slot
from coos_license.portage.needed import (
    NEEDED,
    NEEDED_LIMIT,
    PROVIDES,
    REQUIRES,
    read_objects,
)
from coos_license.trees.text import clean_value, decode, show

#: What the licence hook of Chromium OS leaves in an entry; the first that is there
#: counts. Their content is read by ``chromiumos/license_cache.py``.
LICENSE_CACHES: Final = ("license.json", "license.yaml")
#: The files read of each entry.
FILES: Final = frozenset(
    (
        *LICENSE_CACHES,
        "BDEPEND",
        "BUILD_TIME",
        "CBUILD",
        "CHOST",
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
#: What is read besides where a command asks what links what.
LINK_FILES: Final = frozenset((NEEDED, PROVIDES, REQUIRES))
#: What a snapshot keeps.
ALL_FILES: Final = FILES | LINK_FILES
#: Bytes read at most; the longest LICENSE met has 6,000, CONTENTS of a kernel 20 MB.
LIMITS: Final = {
    "": 1 << 20,
    "LICENSE": 1 << 22,
    "CONTENTS": 1 << 26,
    NEEDED: NEEDED_LIMIT,
    **dict.fromkeys(LICENSE_CACHES, 1 << 24),
}
#: Digits of a size in bytes, and enough for every year that a date can have.
_DIGITS: Final = 11
#: Files of a metapackage that a message names.
_FIRST: Final = 3
_URI: Final = re.compile(r"[a-z][a-z0-9+.-]*://", re.ASCII)
#: CONTENTS is a list, and LICENSE is left to its grammar as it stands.
_NOT_LINES: Final = frozenset(
    {"CONTENTS", "LICENSE", NEEDED, PROVIDES, REQUIRES, *LICENSE_CACHES}
)


def parse_package(
    package: PackageId,
    where: str,
    files: Mapping[str, bytes],
    failed: Mapping[str, ReadError],
    lines: Mapping[str, int] | None = None,
) -> RawPackage:
    """Return the entry that the values make up.

    ``where`` is its evidence path, ``failed`` holds what cannot be read, under ``""``
    the entry itself; ``lines`` is as in the answer.
    """
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
    objects, odd = read_objects(files)
    faults += [(findings.UNREADABLE_ENTRY, name, message) for name, message in odd]
    field, contents = files.get("LICENSE"), files.get("CONTENTS", b"")
    is_repository = is_repository_name(get("repository", ""))
    return RawPackage(
        id=package,
        place=where,
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
        build_time=number_of(get("BUILD_TIME", "")),
        files=count_owned(contents),
        first_files=_first_owned(contents) if b"metapackage" in (field or b"") else (),
        license_cache=next(
            ((name, files[name]) for name in LICENSE_CACHES if name in files), None
        ),
        objects=objects,
        bdepend=get("BDEPEND", ""),
        is_native=get("CHOST", "") != "" and get("CBUILD") == get("CHOST"),
        unreadable=ALL_FILES if "" in failed else frozenset(failed),
        faults=tuple(
            Finding(
                kind,
                name or ".",
                message,
                package,
                slot,
                (evidence_of(where, name, lines),),
            )
            for kind, name, message in faults
        ),
        lines=lines,
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
    if stated and number_of(stated) is None:
        message = f"BUILD_TIME is no number of seconds: {show(stated)!r}"
        yield findings.SUSPICIOUS_VALUE, "BUILD_TIME", message
    repository = texts.get("repository")
    if repository and not is_repository_name(repository):
        message = f"repository is no repository name (PMS 3.1.5): {show(repository)!r}"
        yield findings.SUSPICIOUS_VALUE, "repository", message


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


def count_owned(contents: bytes) -> int:
    """Return how many files and symlinks CONTENTS lists."""
    count = contents.count(b"\nobj ") + contents.count(b"\nsym ")
    return count + contents.startswith((b"obj ", b"sym "))


def _first_owned(contents: bytes) -> tuple[str, ...]:
    """Return the first files and symlinks that CONTENTS lists, printable (portage(5)).

    An ``obj`` line has path, MD5 and time, a ``sym`` line path, target and time.
    """
    paths = (
        line[4:].rsplit(b" ", 2)[0]
        if line.startswith(b"obj ")
        else line[4:].partition(b" -> ")[0]
        for line in contents.split(b"\n")
        if line.startswith((b"obj ", b"sym "))
    )
    return tuple(show(decode(path)[0]) for path in islice(paths, _FIRST))


def without_defaults(iuse: bytes) -> bytes:
    """Return the flags of IUSE without the ``+`` and ``-`` of their defaults.

    Source: PMS 7.2, IUSE.

    >>> without_defaults(b"+doc -static x")
    b'doc static x'
    """
    return b" ".join(flag.lstrip(b"+-") for flag in iuse.split())


def number_of(text: str) -> int | None:
    """Return a number of eleven digits at most, ``None`` where the text is none.

    >>> number_of("12"), number_of("-1"), number_of("9" * 5000)
    (12, None, None)
    """
    if text.isascii() and text.isdigit() and len(text) <= _DIGITS:
        return int(text)
    return None

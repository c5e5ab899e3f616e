# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""One binary package: its metadata, and how many files it would install.

The format is told by the content, as portage's own reader does where names mislead.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from coos_license.errors import ReadError
from coos_license.portage.entry import ALL_FILES, LIMITS, count_owned
from coos_license.portage.gpkg import is_gpkg, read_gpkg
from coos_license.portage.xpak import Metadata, has_xpak, read_xpak
from coos_license.trees.base import Content, FileTree, Kind
from coos_license.trees.tar_members import members
from coos_license.trees.text import clean
from coos_license.trees.unpack import Stream

#: The values read: those of a database entry, and what says which package it is.
KEYS: Final = ALL_FILES | {"BUILD_ID", "CATEGORY", "PF"}
#: What a snapshot keeps of a package beside its values.
OUTER: Final = "binary-package.json"
OUTER_LIMIT: Final = 1 << 20
_HEAD_BYTES: Final = 512
#: Unpacked bytes of an archive that are looked through for a first file.
_MOST_SEARCHED_BYTES: Final = 1 << 26
_MOST_FAULTS: Final = 100
_OWNED: Final = (Kind.FILE, Kind.SYMLINK, None)


@dataclass(frozen=True, kw_only=True, slots=True)
class BinaryPackage:
    """What one binary package says, unjudged.

    ``files`` are its values by name, ``failed`` those that cannot be read, ``faults``
    what else is wrong with it, as (subject, message). ``size_bytes`` is that of the
    whole package. ``owned`` counts the files and symlinks that it would install,
    ``None`` where they were not looked for.
    """

    files: Mapping[str, bytes]
    failed: Mapping[str, ReadError]
    faults: tuple[tuple[str, str], ...]
    size_bytes: int | None
    owned: int | None


def read_binary_package(content: Content) -> BinaryPackage:
    """Return what a binary package says. Raises: ReadError where it is none."""
    read = _metadata(content)
    package = BinaryPackage(
        files=read.files,
        failed=read.failed,
        faults=read.faults[:_MOST_FAULTS],
        size_bytes=content.size_bytes,
        owned=None,
    )
    if "CONTENTS" in read.files:
        return replace(package, owned=count_owned(read.files["CONTENTS"]))
    if b"metapackage" not in read.files.get("LICENSE", b"").split():
        return package
    try:
        return replace(package, owned=_count(content, read.archive))
    except ReadError as error:
        unlisted = ReadError(f"is not there, and the archive {error}")
        return replace(package, failed={**package.failed, "CONTENTS": unlisted})


def is_binary_package(content: Content) -> bool:
    """Return whether a file is one, by its first and last bytes. Raises: ReadError."""
    head = content.read(0, min(_HEAD_BYTES, content.size_bytes))
    return is_gpkg(head) or has_xpak(content)


def _metadata(content: Content) -> Metadata:
    """Return the values of a package of either format. Raises: ReadError."""
    if is_gpkg(content.read(0, min(_HEAD_BYTES, content.size_bytes))):
        return read_gpkg(content, KEYS, LIMITS)
    if has_xpak(content):
        return read_xpak(content, KEYS, LIMITS)
    raise ReadError("is no binary package: it is no gpkg, and has no xpak at its end")


def _count(content: Content, archive: range | None) -> int:
    """Return how many files and symlinks the archive of a package holds.

    Where it unpacks to more than is searched, those met by then are told: one is
    enough for what depends on it. Raises: ReadError.
    """
    if archive is None:
        raise ReadError("is not there")
    if not archive:
        return 0
    count = 0
    try:
        stream = Stream.part(content, archive.start, len(archive), _MOST_SEARCHED_BYTES)
        for member in members(stream):
            count += member.kind in _OWNED
    except ReadError:
        if not count:
            raise
    return count


def write_outer(package: BinaryPackage) -> bytes:
    """Return as JSON what a snapshot cannot keep as values of the package."""
    value = {
        "size": package.size_bytes,
        "files": package.owned,
        "faults": package.faults,
    }
    return f"{json.dumps(value, indent=2, sort_keys=True)}\n".encode()


def read_unpacked(tree: FileTree, name: str) -> BinaryPackage:
    """Return the package whose values lie in a directory, as in a snapshot.

    Raises: ReadError where they cannot be read.
    """
    files, failed = tree.read_files(
        name, KEYS | {OUTER}, {**LIMITS, OUTER: OUTER_LIMIT}
    )
    outer = files.pop(OUTER, b"{}")
    if OUTER in failed:
        raise failed[OUTER]
    try:
        value = json.loads(outer)
    except (ValueError, RecursionError) as error:
        raise ReadError(f"has a {OUTER} that is no JSON") from error
    if not _is_outer(value):
        raise ReadError(f"has a {OUTER} that does not say what it must")
    return BinaryPackage(
        files=files,
        failed=failed,
        faults=tuple((_line(one), _line(two)) for one, two in value.get("faults", ())),
        size_bytes=value.get("size"),
        owned=value.get("files"),
    )


def _is_outer(value: object) -> bool:
    """Return whether JSON has the shape that :func:`write_outer` gives it."""
    if not isinstance(value, dict):
        return False
    faults = value.get("faults", [])
    return (
        all(_is_count(value.get(key)) for key in ("size", "files"))
        and isinstance(faults, list)
        and all(_is_pair(fault) for fault in faults)
    )


def _is_count(value: object) -> bool:
    """Return whether a value is a number of things, or not known."""
    return value is None or (type(value) is int and value >= 0)


def _is_pair(value: object) -> bool:
    """Return whether a value is two texts."""
    return isinstance(value, list) and [type(one) for one in value] == [str, str]


def _line(text: str) -> str:
    """Return a text of a snapshot, which anybody may have written, as one line."""
    return clean(text).replace("\n", " ")

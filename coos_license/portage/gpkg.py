# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""gpkg: a binary package that is a tar of archives, with a Manifest of checksums.

::

    <PF>/gpkg-1  <PF>/metadata.tar.zst  <PF>/image.tar.zst  <PF>/Manifest

The metadata is read and compared with the Manifest; the image, which may be large, is
passed by: its length alone is compared. Signatures are not looked at, for want of keys.
Source: GLEP 78.
"""

import hashlib
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from coos_license.errors import ReadError
from coos_license.portage.xpak import Metadata
from coos_license.trees.base import Content, Kind
from coos_license.trees.content import Memory
from coos_license.trees.tar_members import members
from coos_license.trees.text import decode, show
from coos_license.trees.unpack import Stream

_VERSION: Final = "gpkg-1"
_MANIFEST: Final = "Manifest"
#: GLEP 78 knows five members and a signature for each.
_MOST_MEMBERS: Final = 32
_MOST_MANIFEST_BYTES: Final = 1 << 16
#: With the environment of a build it is 30 KB, and 300 KB unpacked.
_MOST_METADATA_BYTES: Final = 1 << 24
_MOST_UNPACKED_BYTES: Final = 1 << 26
#: Those of the Manifest that Python always has; GLEP 78 wants one at least.
_HASHES: Final = {"BLAKE2B": "blake2b", "SHA512": "sha512", "SHA256": "sha256"}
_INNER: Final = "metadata/"
_NO_DIRECTORY: Final = ("", ".", "..")

Faults = list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class _Member:
    """A member of the outer tar: where its bytes begin, and how many there are."""

    start: int
    size_bytes: int


def is_gpkg(head: bytes) -> bool:
    """Return whether a file that begins so is a gpkg: its first member says it."""
    name = head[:100].partition(b"\0")[0]
    return name.rpartition(b"/")[2] == _VERSION.encode()


def read_gpkg(
    content: Content, names: Collection[str], limits: Mapping[str, int]
) -> Metadata:
    """Return the wanted values of a gpkg.

    ``limits`` gives the bound of a name, ``""`` that of all others.
    Raises: ReadError where there is no metadata that can be read.
    """
    faults: Faults = []
    outer = _outer(content, faults)
    name, member = _only(outer, "metadata.tar")
    if member.size_bytes > _MOST_METADATA_BYTES:
        raise ReadError(f"has metadata of {member.size_bytes} bytes")
    packed = content.read(member.start, member.size_bytes)
    _verify(content, outer, name, packed, faults)
    try:
        files, failed = _inner(packed, names, limits, faults)
    except ReadError as error:
        raise ReadError(f"has metadata that {error}") from error
    try:
        _, image = _only(outer, "image.tar")
    except ReadError as error:
        faults.append(("image", str(error)))
        return Metadata(files, failed, tuple(faults), None)
    archive = range(image.start, image.start + image.size_bytes)
    return Metadata(files, failed, tuple(faults), archive)


def _outer(content: Content, faults: Faults) -> dict[str, _Member]:
    """Return the members of the outer tar by their names below its directory.

    Raises: ReadError.
    """
    found: dict[str, _Member] = {}
    stream = Stream.part(content, 0, content.size_bytes)
    above: set[str] = set()
    for count, member in enumerate(members(stream)):
        if count >= _MOST_MEMBERS:
            raise ReadError(f"has more than {_MOST_MEMBERS} members")
        directory, _, name = member.name.rpartition("/")
        above.add(directory)
        is_below = "/" not in directory and directory not in _NO_DIRECTORY
        if member.kind is not Kind.FILE or not is_below or not name:
            shown = show(member.name)
            faults.append((shown, f"has a member that no gpkg has: {shown!r}"))
            continue
        if name in found:
            raise ReadError(f"has {show(name)!r} twice")
        found[name] = _Member(stream.position, member.size)
    if len(above) > 1:
        faults.append(("directory", "has members in more than one directory"))
    if _VERSION not in found:
        raise ReadError(f"has no member {_VERSION}")
    return found


def _only(outer: Mapping[str, _Member], stem: str) -> tuple[str, _Member]:
    """Return the archive of that name, however it is packed. Raises: ReadError."""
    found = [name for name in outer if name == stem or _is_packed(name, stem)]
    if len(found) != 1:
        raise ReadError(f"has {len(found) or 'no'} members {stem}*")
    return found[0], outer[found[0]]


def _is_packed(name: str, stem: str) -> bool:
    """Return whether a name is the stem with one suffix more, and no signature."""
    suffix = name.removeprefix(f"{stem}.")
    return suffix != name and suffix.isalnum() and suffix != "sig"


def _verify(
    content: Content,
    outer: Mapping[str, _Member],
    metadata: str,
    packed: bytes,
    faults: Faults,
) -> None:
    """Compare the Manifest with what is there; note what differs. Raises: ReadError."""
    manifest = outer.get(_MANIFEST)
    if manifest is None or manifest.size_bytes > _MOST_MANIFEST_BYTES:
        what = "has no Manifest" if manifest is None else "has a Manifest that is long"
        faults.append((_MANIFEST, f"{what}: nothing vouches for the package"))
        return
    rows = dict(_rows(content.read(manifest.start, manifest.size_bytes)))
    for name, member in sorted(outer.items()):
        if name == _MANIFEST or (name == _VERSION and name not in rows):
            continue
        stated = rows.pop(name, None)
        if stated is None:
            faults.append((name, f"has {show(name)}, which its Manifest lacks"))
        elif stated[:1] != [str(member.size_bytes)]:
            faults.append((name, f"has {show(name)}, whose size its Manifest denies"))
        elif name == metadata and (fault := _digest_fault(stated[1:], packed)):
            faults.append((name, f"has {show(name)}, {fault}"))
    faults += [(name, f"lacks {show(name)}, which its Manifest lists") for name in rows]


def _rows(content: bytes) -> Iterator[tuple[str, list[str]]]:
    """Yield name and the rest of each row ``DATA <name> <size> <HASH> <hex>...``.

    A signature around them (OpenPGP clear text) has no such rows. Source: GLEP 74.
    """
    for line in decode(content)[0].splitlines():
        kind, *words = line.split()[:64] or [""]
        if kind == "DATA" and words:
            yield words[0], words[1:]


def _digest_fault(stated: list[str], content: bytes) -> str | None:
    """Return what is wrong with the checksums of a row, ``None`` where they hold."""
    known = [
        (_HASHES[name], value)
        for name, value in zip(stated[::2], stated[1::2], strict=False)
        if name in _HASHES
    ]
    if not known:
        return "for which its Manifest has no checksum that is known"
    for name, value in known:
        if hashlib.new(name, content).hexdigest() != value.lower():
            return "whose checksum its Manifest denies"
    return None


def _inner(
    packed: bytes,
    names: Collection[str],
    limits: Mapping[str, int],
    faults: Faults,
) -> tuple[dict[str, bytes], dict[str, ReadError]]:
    """Return the wanted files of the metadata archive, and what failed.

    Raises: ReadError.
    """
    files: dict[str, bytes] = {}
    failed: dict[str, ReadError] = {}
    seen: set[str] = set()
    stream = Stream.part(Memory(packed), 0, len(packed), _MOST_UNPACKED_BYTES)
    for member in members(stream):
        if member.kind is Kind.DIRECTORY:
            continue
        name = member.name.removeprefix(_INNER)
        if name == member.name or "/" in name or member.kind is not Kind.FILE:
            shown = show(member.name)
            faults.append((shown, f"has metadata of a name that is none: {shown!r}"))
            continue
        if name in seen:
            shown = show(name)
            faults.append((shown, f"{shown} is twice in the metadata; the last counts"))
        seen.add(name)
        if name not in names:
            continue
        files.pop(name, None)
        failed.pop(name, None)
        limit = limits.get(name, limits[""])
        if member.size > limit:
            message = f"is {member.size} bytes long, more than the {limit} allowed"
            failed[name] = ReadError(message)
            continue
        files[name] = stream.read(member.size)
        if len(files[name]) < member.size:
            raise ReadError("is truncated")
    return files, failed

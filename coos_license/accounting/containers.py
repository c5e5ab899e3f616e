# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""What is in the archives of an image: initramfs, and images of containers.

Which files may be one is told by their names, so that a walk opens no others; what
they are, by their content. An ordinary tar is one file; a container image is many.
"""

import hashlib
import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from coos_license.accounting.places import INSIDE, shown
from coos_license.accounting.programs import HEAD, is_program
from coos_license.errors import ReadError
from coos_license.trees.allowance import Allowance, Charged
from coos_license.trees.base import Content, FileTree, Kind
from coos_license.trees.content import Part
from coos_license.trees.cpio_members import is_initramfs, walk_cpio
from coos_license.trees.found import Found
from coos_license.trees.image import ImageTree
from coos_license.trees.packed import Packing, packing_of, walk, walk_nested
from coos_license.trees.squashfs import SquashFileSystem
from coos_license.trees.squashfs_superblock import has_squashfs
from coos_license.trees.unpack import Form, form_of

#: Opens a file of the image by its path. Raises: ReadError.
Opener = Callable[[str], Content]

_INITRAMFS: Final = ("initramfs", "initrd")
_CPIO: Final = (".cpio", ".cpio.gz", ".cpio.xz", ".cpio.zst", ".cpio.lz4")
#: ``.img`` is what a loadable module of Chromium OS is (DLC).
_SQUASHFS: Final = (".squashfs", ".squash", ".sqfs", ".sfs", ".snap", ".img")
_TAR: Final = (".tar", ".tar.gz", ".tgz", ".tar.xz", ".tar.zst", ".tar.lz4")
_ENDS: Final = (*_CPIO, *_SQUASHFS, *_TAR)
_BLOBS: Final = "/blobs/sha256/"
#: What the tar of a container image has at its top (OCI image layout 1.1, and the
#: format of ``docker save``).
_MARKS: Final = frozenset(("oci-layout", "manifest.json", "repositories"))
_CHUNK: Final = 1 << 18
_TAR_HEAD: Final = 512
#: Of a file of zeros no more is read; the kernel skips any number before an archive.
_ZEROS: Final = 1 << 20
_MOST_MEMBERS: Final = 1_000_000
_DEEPEST: Final = 200


@dataclass(frozen=True, slots=True)
class Member:
    """A name in an archive; ``md5`` of a file in hexadecimal digits, else ``""``.

    ``is_program`` is whether it is an ELF program.
    """

    path: str
    md5: str
    is_program: bool = False


@dataclass(frozen=True, slots=True)
class Inside:
    """What is in an archive, as far as it was read; ``fault`` says why no further."""

    members: tuple[Member, ...]
    fault: str = ""


def may_hold(path: str) -> bool:
    """Return whether a file may be an archive to look into, by its path.

    FAT knows no small letters; elsewhere they are what is usual.
    """
    path = path.lower()
    return (
        path.endswith(_ENDS)
        or _BLOBS in path
        or ("init" in path and path.rpartition("/")[2].startswith(_INITRAMFS))
    )


def is_program_at(path: str, open_file: Opener) -> bool | None:
    """Return whether a file of the image is a program, ``None`` if it is not read."""
    try:
        with open_file(path) as file:
            return is_program(file.read(0, min(HEAD, file.size_bytes)))
    except ReadError:
        return None


def look_into(path: str, open_file: Opener, allowance: Allowance) -> Inside | None:
    """Return what is in an archive, ``None`` where the file is none.

    ``allowance`` is that of all archives of the image.
    """
    try:
        with open_file(path) as content:
            return _looked(path, content, allowance)
    except ReadError as error:
        return Inside((), str(error))


def _looked(path: str, content: Content, allowance: Allowance) -> Inside | None:
    """Return what is in an open file. Raises: ReadError where it cannot be read."""
    if has_squashfs(content):
        return _squashfs(path, content, allowance)
    name = path.rpartition("/")[2].lower()
    if name.startswith(_INITRAMFS) or name.endswith(_CPIO):
        head = content.read(0, min(_ZEROS, content.size_bytes))
        if not is_initramfs(head.lstrip(b"\0")):
            return None
        walk_ = walk_cpio(Charged(content, allowance), allowance)
        return _gathered(path, walk_, allowance, may_nest=False)
    if name.endswith(_TAR) or _BLOBS in path:
        return _tar(path, content, allowance)
    return None


def _squashfs(path: str, content: Content, allowance: Allowance) -> Inside:
    """Return what is in a squashfs. Raises: ReadError where nothing can be read."""
    tree = ImageTree.over(SquashFileSystem(Charged(content, allowance), allowance))
    members: list[Member] = []
    faults: list[str] = []
    try:
        for member in _bounded(_below(tree, path + INSIDE, faults, 0), allowance):
            members.append(member)  # noqa: PERF402 (what came before a fault counts)
    except ReadError as error:
        faults.append(str(error))
    more = f", and {len(faults) - 1} more" if faults[1:] else ""
    return Inside(tuple(members), faults[0] + more if faults else "")


def _below(
    tree: FileTree, path: str, faults: list[str], depth: int
) -> Iterator[Member]:
    """Yield the files below a directory; what of them cannot be read is a fault.

    Raises: ReadError where the directory itself cannot be read.
    """
    if depth > _DEEPEST:
        raise ReadError(f"has directories more than {_DEEPEST} deep")
    for entry in tree.entries():
        own = f"{path}{entry.name}"
        digest, program = "", False
        try:
            if entry.kind is Kind.DIRECTORY:
                with tree.at(entry.name) as below:
                    yield from _below(below, f"{own}/", faults, depth + 1)
                continue
            if entry.kind is Kind.FILE:
                with tree.open_file(entry.name) as file:
                    stream = Part(file, 0, file.size_bytes).buffered()
                    program = is_program(stream.peek(HEAD)[:HEAD])
                    digest = _md5(stream)
        except ReadError as error:
            faults.append(f"holds {shown(own).rpartition('!')[2]}, which {error}")
        if entry.kind is not Kind.DIRECTORY:
            yield Member(own, digest, program)


def _tar(path: str, content: Content, allowance: Allowance) -> Inside | None:
    """Return what is in a tar, where it is a container image or a layer of one."""
    try:
        packing = packing_of(content)
    except ReadError as error:
        return Inside((), str(error)) if _BLOBS in path else None
    if packing is not Packing.TAR:
        return None
    walk_ = walk(Charged(content, allowance), packing, allowance)
    inside = _gathered(path, walk_, allowance, may_nest=_BLOBS not in path)
    if _BLOBS in path:
        return inside
    tops = {one.path.rpartition(INSIDE)[2] for one in inside.members}
    if tops & _MARKS:
        return inside
    # What would tell that it is a container image may be where it breaks off.
    return Inside((), inside.fault) if inside.fault else None


def _gathered(
    path: str, walk_: Iterator[Found], allowance: Allowance, *, may_nest: bool
) -> Inside:
    """Return all members of a walk, and why it ended early, if it did."""
    members: dict[str, Member] = {}
    fault = ""
    try:
        found = _members(path, walk_, allowance, may_nest=may_nest)
        for member in _bounded(found, allowance):
            members[member.path] = member
    except ReadError as error:
        fault = str(error)
    return Inside(tuple(members.values()), fault)


def _bounded(members: Iterator[Member], allowance: Allowance) -> Iterator[Member]:
    """Yield the members. Raises: ReadError where there are too many."""
    for count, member in enumerate(members, start=1):
        if count > _MOST_MEMBERS:
            raise ReadError(f"has more than {_MOST_MEMBERS} members")
        allowance.take_name()
        yield member


def _members(
    path: str, walk_: Iterator[Found], allowance: Allowance, *, may_nest: bool
) -> Iterator[Member]:
    """Yield what a walk finds; a layer of a container image as what is in it."""
    digests: dict[str, str] = {}
    told: dict[str, bool] = {}
    for found in walk_:
        if found.kind is Kind.DIRECTORY:
            continue
        name = _plain(found.path)
        own = f"{path}{INSIDE}{name}"
        if found.kind is Kind.FILE and found.size and not found.fault:
            with found.open() as stream:
                is_tar = may_nest and _is_tar(stream)
                if is_tar:
                    yield from _layer(own, stream, found.size, allowance)
                    continue
                try:
                    told[name] = is_program(stream.peek(HEAD)[:HEAD])
                    digests[name] = _md5(stream)
                except ReadError:
                    yield Member(own, "")
                    raise
        elif found.kind is None:
            target = _plain(found.target or "")
            digests[name] = digests.get(target, "")
            told[name] = told.get(target, False)
        yield Member(own, digests.get(name, ""), told.get(name, False))


def _layer(
    path: str, stream: io.BufferedReader, size: int, allowance: Allowance
) -> Iterator[Member]:
    """Yield what is in a layer; a packed file that is no tar is one file.

    Raises: ReadError where it is a tar and breaks off.
    """
    count = 0
    try:
        walk_ = walk_nested(stream, size, allowance)
        for member in _members(path, walk_, allowance, may_nest=False):
            yield member
            count += 1
    except ReadError:
        if count:
            raise
        yield Member(path, "")


def _is_tar(stream: io.BufferedReader) -> bool:
    """Return whether a stream begins as a tar, or as a packed file."""
    return form_of(stream.peek(_TAR_HEAD)[:_TAR_HEAD]) is not Form.OTHER


def _plain(name: str) -> str:
    """Return a member's name without what leads nowhere."""
    return "/".join(part for part in name.split("/") if part not in ("", "."))


def _md5(stream: io.BufferedReader) -> str:
    """Return the digest that CONTENTS has of a file."""
    digest = hashlib.md5(usedforsecurity=False)
    while chunk := stream.read(_CHUNK):
        digest.update(chunk)
    return digest.hexdigest()

# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""Archives that sources come in, told by their content and walked in place."""

import io
from collections.abc import Iterator
from enum import StrEnum
from typing import BinaryIO, Final

from coos_license.errors import ReadError
from coos_license.trees import decoders
from coos_license.trees.allowance import Allowance
from coos_license.trees.ar_members import MAGIC as AR_MAGIC
from coos_license.trees.ar_members import walk_ar
from coos_license.trees.base import Content
from coos_license.trees.content import Memory
from coos_license.trees.found import Found, walk_tar
from coos_license.trees.unpack import Form, Stream, form_of, is_header
from coos_license.trees.zip_members import MAGICS as ZIP_MAGICS
from coos_license.trees.zip_members import walk_zip

#: The source of Chromium, the largest met, unpacks to 20 GB.
MOST_UNPACKED: Final = 1 << 35
#: A zip in an archive is read into memory; the largest module met has 30 MB.
_MOST_ZIPPED: Final = 1 << 26
_BLOCK: Final = 512
_BZIP2: Final = b"BZh"
_DECODERS: Final = {
    Form.TAR_GZ: decoders.gunzip,
    Form.TAR_XZ: decoders.unxz,
    Form.TAR_ZST: decoders.unzstd,
    Form.TAR_BZ2: decoders.bunzip2,
    Form.TAR_LZ4: decoders.unlz4,
}
#: What holds files too, and is not read.
_OTHERS: Final = (
    (b"LZIP", "lzip"),
    (b"7z\xbc\xaf\x27\x1c", "7z"),
    (b"Rar!\x1a\x07", "rar"),
    (b"\xed\xab\xee\xdb", "rpm"),
    (b"\x1f\x9d", "compress"),
    (b"]\x00\x00", "lzma"),
    (b"070701", "cpio"),
)


class Packing(StrEnum):
    """What a file is, for one who looks for the files in it."""

    TAR = "tar"
    ZIP = "zip"
    AR = "ar"
    #: One file and no archive, packed or not.
    SINGLE = "single file"


def packing_of(content: Content) -> Packing:
    """Return what a file is. Raises: ReadError where it is an archive not read."""
    head = content.read(0, min(_BLOCK, content.size_bytes))
    if head.startswith(ZIP_MAGICS):
        return Packing.ZIP
    if head.startswith(AR_MAGIC):
        return Packing.AR
    for magic, name in _OTHERS:
        if head.startswith(magic):
            raise ReadError(f"is an archive of a kind that is not read ({name})")
    form = _form(head)
    if form is Form.OTHER:
        return Packing.SINGLE
    if form is Form.TAR:
        return Packing.TAR
    stream = Stream.part(content, 0, content.size_bytes, MOST_UNPACKED)
    block = stream.read(_BLOCK)
    is_tar = is_header(block) or (len(block) == _BLOCK and not block.strip(b"\0"))
    return Packing.TAR if is_tar else Packing.SINGLE


def walk(
    content: Content, packing: Packing, allowance: Allowance | None = None
) -> Iterator[Found]:
    """Return the members of an archive; none of a single file.

    ``allowance`` is what a tar may unpack to, with others. Raises: ReadError.
    """
    match packing:
        case Packing.ZIP:
            return walk_zip(content)
        case Packing.AR:
            return walk_ar(content)
        case Packing.TAR:
            size = content.size_bytes
            stream = Stream.part(content, 0, size, MOST_UNPACKED, allowance)
            return walk_tar(stream)
        case Packing.SINGLE:
            return iter(())


def walk_nested(
    stream: io.BufferedReader, size: int, allowance: Allowance | None = None
) -> Iterator[Found]:
    """Return the members of a tar that is itself a member of ``size`` bytes.

    Raises: ReadError.
    """
    form = _form(stream.peek(_BLOCK)[:_BLOCK])
    if form is Form.OTHER:
        raise ReadError("is no tar, or packed in a way that is not read")
    return walk_tar(Stream(stream, form, size, MOST_UNPACKED, allowance))


def walk_zip_member(stream: io.BufferedReader) -> Iterator[Found]:
    """Return the members of a zip that is itself a member. Raises: ReadError."""
    content = stream.read(_MOST_ZIPPED + 1)
    if len(content) > _MOST_ZIPPED:
        raise ReadError(f"is longer than the {_MOST_ZIPPED} bytes that are read")
    return walk_zip(Memory(content))


def unpacked(content: bytes, most: int) -> bytes:
    """Return the first ``most`` bytes of what a packed file unpacks to.

    What is not packed is returned as it is. Raises: ReadError.
    """
    form = _form(content[:_BLOCK])
    if form not in _DECODERS:
        return content
    raw: BinaryIO = io.BytesIO(content)
    found = bytearray()
    for chunk in decoders.chunks(_DECODERS[form], raw):
        found += chunk
        if len(found) >= most:
            break
    return bytes(found[:most])


def is_packed(head: bytes) -> bool:
    """Return whether a file begins as a packed one."""
    return _form(head) in _DECODERS


def _form(head: bytes) -> Form:
    """Return what begins with these bytes."""
    return Form.TAR_BZ2 if head.startswith(_BZIP2) else form_of(head)

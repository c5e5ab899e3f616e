# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""The superblock of a squashfs: how it is packed, and where its tables are.

Source: Linux, ``Documentation/filesystems/squashfs.rst`` and
``fs/squashfs/squashfs_fs.h``: version 4.0, little-endian.
"""

import struct
from dataclasses import dataclass
from typing import Final

from coos_license.errors import ReadError
from coos_license.trees.base import Content
from coos_license.trees.squashfs_packing import NAMES, UNPACKERS, Unpack

_MAGIC: Final = b"hsqs"
_SWAPPED: Final = b"sqsh"
_BYTES: Final = 96
#: Inodes, date, bytes of a block, fragments; packing, logarithm of the block, flags,
#: owners, version.
_NUMBERS: Final = struct.Struct("<4x4I6H")
#: Root, length; places of owners, attributes, inodes, directories, fragments.
_PLACES: Final = struct.Struct("<7Q")
_VERSION: Final = [4, 0]
_LEAST_LOG, _MOST_LOG = 12, 20


@dataclass(frozen=True, slots=True)
class Superblock:
    """What is read of it; places are bytes of the image, ``root`` names an inode."""

    block_bytes: int
    fragments: int
    unpack: Unpack
    root: int
    size_bytes: int
    inodes_at: int
    directories_at: int
    fragments_at: int


def has_squashfs(content: Content) -> bool:
    """Return whether a file begins as a squashfs, of whatever version.

    Raises: ReadError.
    """
    if content.size_bytes < _BYTES:
        return False
    return content.read(0, len(_MAGIC)) in (_MAGIC, _SWAPPED)


def read_superblock(content: Content) -> Superblock:
    """Return the superblock.

    Raises: ReadError where it cannot be right, and where it is of a version or packed
    in a way that is not read.
    """
    if not has_squashfs(content):
        raise ReadError("is no squashfs")
    raw = content.read(0, _BYTES)
    _, _, block_bytes, fragments, packing, log, _, _, *version = _NUMBERS.unpack_from(
        raw
    )
    root, size_bytes, _, _, inodes_at, directories_at, fragments_at = (
        _PLACES.unpack_from(raw, _NUMBERS.size)
    )
    if raw.startswith(_SWAPPED) or version != _VERSION:
        raise ReadError("is a squashfs of another version than 4.0, which is not read")
    if packing not in UNPACKERS:
        name = NAMES.get(packing, f"number {packing}")
        raise ReadError(f"is a squashfs packed in a way that is not read ({name})")
    if not _LEAST_LOG <= log <= _MOST_LOG or block_bytes != 1 << log:
        raise ReadError("is a damaged squashfs (superblock)")
    if size_bytes > content.size_bytes:
        raise ReadError("was cut off: the squashfs in it is larger than what is there")
    return Superblock(
        block_bytes=block_bytes,
        fragments=fragments,
        unpack=UNPACKERS[packing],
        root=root,
        size_bytes=size_bytes,
        inodes_at=inodes_at,
        directories_at=directories_at,
        fragments_at=fragments_at,
    )

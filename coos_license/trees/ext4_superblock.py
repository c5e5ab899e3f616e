# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""The superblock and the group descriptors of ext4: where its inode tables are.

Source: kernel.org/doc/html/latest/filesystems/ext4/ (Super Block, Block Group
Descriptors, Checksums). Numbers are little-endian; offsets are those of that page.
"""

import struct
from dataclasses import dataclass
from typing import Final

import google_crc32c

from coos_license.errors import ReadError
from coos_license.trees.window import Window

SUPERBLOCK_AT: Final = 1024
_SUPERBLOCK_BYTES: Final = 1024
_MAGIC: Final = b"\x53\xef"
_MAGIC_AT: Final = 0x38
_ONES: Final = 0xFFFFFFFF

_SPARSE_SUPER2: Final = 0x200  # compat
_RECOVER: Final = 0x4  # incompat, as the next four
_META_BG: Final = 0x10
_64BIT: Final = 0x80
_CHECKSUM_SEED: Final = 0x2000
_FILE_TYPE: Final = 0x2
#: File types, needs recovery, meta_bg, extents, 64bit, mmp, flex_bg, ea_inode, seed,
#: large directories, inline data, encryption (of single files), case folding.
_READABLE: Final = 0x3E7D6 & ~_RECOVER
_SPARSE_SUPER: Final = 0x1  # ro_compat, as the next two
_GROUP_CHECKSUM: Final = 0x10
_METADATA_CHECKSUM: Final = 0x400
#: Chromium OS forbids writing by an unknown feature: all bits of this byte are set
#: after the checksum was made (crosutils, disable_rw_mount).
_READ_ONLY_BYTE: Final = 0x67

_MAX_BLOCK_BYTES_LOG: Final = 6
_INODE_BYTES: Final = range(128, 1025)
_DESCRIPTOR_BYTES: Final = range(64, 1025)
_SMALL_DESCRIPTOR: Final = 32


def crc32c(seed: int, data: bytes) -> int:
    """Return the checksum of ext4: CRC-32C without the last inversion.

    >>> hex(crc32c(0xFFFFFFFF, b"123456789") ^ 0xFFFFFFFF)
    '0xe3069283'
    """
    return int(google_crc32c.extend(seed ^ _ONES, data)) ^ _ONES


def crc16(seed: int, data: bytes) -> int:
    """Return the checksum of old group descriptors: CRC-16 by the polynomial 8005.

    >>> hex(crc16(0, b"123456789"))
    '0xbb3d'
    """
    crc = seed
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ (0xA001 if crc & 1 else 0)
    return crc


@dataclass(frozen=True, kw_only=True, slots=True)
class Superblock:
    """What reading needs of a superblock; ``seed`` starts each checksum if any."""

    block_bytes: int
    blocks: int
    first_block: int
    blocks_per_group: int
    inodes: int
    inodes_per_group: int
    inode_bytes: int
    descriptor_bytes: int
    compat: int
    incompat: int
    ro_compat: int
    first_meta_group: int
    backup_groups: tuple[int, int]
    uuid: bytes
    seed: int

    @property
    def has_checksums(self) -> bool:
        """Whether inodes, directories and extents carry a checksum."""
        return bool(self.ro_compat & _METADATA_CHECKSUM)

    @property
    def has_file_types(self) -> bool:
        """Whether a directory entry tells what it names."""
        return bool(self.incompat & _FILE_TYPE)


def has_ext4(window: Window) -> bool:
    """Return whether the signature of ext2, ext3 or ext4 is there."""
    if window.size_bytes < SUPERBLOCK_AT + _SUPERBLOCK_BYTES:
        return False
    return window.read(SUPERBLOCK_AT + _MAGIC_AT, len(_MAGIC)) == _MAGIC


def read_superblock(window: Window) -> Superblock:
    """Return the superblock. Raises: ReadError where it cannot be right."""
    if not has_ext4(window):
        raise ReadError("is no ext4 file system")
    raw = window.read(SUPERBLOCK_AT, _SUPERBLOCK_BYTES)
    superblock = _parse(raw)
    if unknown := superblock.incompat & ~(_READABLE | _RECOVER):
        raise ReadError(f"is an ext4 with features that are not known: {unknown:#x}")
    if superblock.has_checksums and not _is_genuine(raw):
        raise ReadError("is a damaged ext4 (superblock checksum)")
    if not _is_possible(superblock):
        raise ReadError("is a damaged ext4 (superblock)")
    if superblock.blocks * superblock.block_bytes > window.size_bytes:
        raise ReadError("was cut off: the ext4 in it is larger than what is there")
    if superblock.incompat & _RECOVER:
        raise ReadError("is an ext4 that is mounted or was not unmounted cleanly")
    return superblock


def _parse(raw: bytes) -> Superblock:
    """Return the fields as they stand."""
    inodes, blocks = struct.unpack_from("<II", raw, 0)
    first_block, block_log = struct.unpack_from("<II", raw, 0x14)
    (blocks_per_group,) = struct.unpack_from("<I", raw, 0x20)
    (inodes_per_group,) = struct.unpack_from("<I", raw, 0x28)
    (revision,) = struct.unpack_from("<I", raw, 0x4C)
    (inode_bytes,) = struct.unpack_from("<H", raw, 0x58)
    compat, incompat, ro_compat = struct.unpack_from("<III", raw, 0x5C)
    (descriptor_bytes,) = struct.unpack_from("<H", raw, 0xFE)
    (first_meta_group,) = struct.unpack_from("<I", raw, 0x104)
    (blocks_high,) = struct.unpack_from("<I", raw, 0x150)
    (seed,) = struct.unpack_from("<I", raw, 0x270)
    uuid = raw[0x68:0x78]
    is_wide = bool(incompat & _64BIT)
    return Superblock(
        block_bytes=1024 << min(block_log, _MAX_BLOCK_BYTES_LOG + 1),
        blocks=blocks | (blocks_high << 32 if is_wide else 0),
        first_block=first_block,
        blocks_per_group=blocks_per_group,
        inodes=inodes,
        inodes_per_group=inodes_per_group,
        inode_bytes=inode_bytes if revision else _INODE_BYTES.start,
        descriptor_bytes=descriptor_bytes if is_wide else _SMALL_DESCRIPTOR,
        compat=compat,
        incompat=incompat,
        ro_compat=ro_compat,
        first_meta_group=first_meta_group,
        backup_groups=struct.unpack_from("<II", raw, 0x24C),
        uuid=uuid,
        seed=seed if incompat & _CHECKSUM_SEED else crc32c(_ONES, uuid),
    )


def _is_genuine(raw: bytes) -> bool:
    """Return whether the checksum is right, as it is or before Chromium OS's mark."""
    (stated,) = struct.unpack_from("<I", raw, 0x3FC)
    before = bytearray(raw)
    if before[_READ_ONLY_BYTE] == 0xFF:  # noqa: PLR2004 (the mark: every bit)
        before[_READ_ONLY_BYTE] = 0
    return any(crc32c(_ONES, bytes(one[:0x3FC])) == stated for one in (raw, before))


def _is_possible(superblock: Superblock) -> bool:
    """Return whether the sizes fit each other, so that nothing divides by zero."""
    size, inode = superblock.block_bytes, superblock.inode_bytes
    descriptor = superblock.descriptor_bytes
    sizes = (
        size <= 1024 << _MAX_BLOCK_BYTES_LOG
        and inode in _INODE_BYTES
        and inode & (inode - 1) == 0
        and (descriptor == _SMALL_DESCRIPTOR or descriptor in _DESCRIPTOR_BYTES)
        and descriptor & (descriptor - 1) == 0
    )
    counts = (
        superblock.first_block < superblock.blocks
        and superblock.blocks_per_group > 0
        and 0 < superblock.inodes_per_group <= size * 8
        and superblock.inodes > 0
    )
    return sizes and counts


def inode_table(window: Window, superblock: Superblock, group: int) -> int:
    """Return the block where the inode table of a group begins. Raises: ReadError."""
    offset = _descriptor_at(superblock, group)
    raw = window.read(offset, superblock.descriptor_bytes)
    if _descriptor_checksum(superblock, group, raw) not in (raw[0x1E:0x20], b""):
        raise ReadError(f"is damaged (checksum of block group {group})")
    (block,) = struct.unpack_from("<I", raw, 8)
    if superblock.descriptor_bytes > _SMALL_DESCRIPTOR:
        block |= struct.unpack_from("<I", raw, 0x28)[0] << 32
    return int(block)


def _descriptor_at(superblock: Superblock, group: int) -> int:
    """Return the byte where a group descriptor is, with meta_bg or without."""
    size = superblock.block_bytes
    per_block = size // superblock.descriptor_bytes
    index, place = divmod(group, per_block)
    block = superblock.first_block + 1 + index
    if superblock.incompat & _META_BG and index >= superblock.first_meta_group:
        first = index * per_block
        block = superblock.first_block + first * superblock.blocks_per_group
        block += _has_superblock(superblock, first)
    return block * size + place * superblock.descriptor_bytes


def _has_superblock(superblock: Superblock, group: int) -> bool:
    """Return whether a group begins with a superblock or its copy."""
    if group == 0:
        return True
    if superblock.compat & _SPARSE_SUPER2:
        return group in superblock.backup_groups
    if group == 1 or not superblock.ro_compat & _SPARSE_SUPER:
        return True
    return any(_is_power(group, base) for base in (3, 5, 7))


def _is_power(number: int, base: int) -> bool:
    """Return whether a number is a power of the base."""
    while number % base == 0:
        number //= base
    return number == 1


def _descriptor_checksum(superblock: Superblock, group: int, raw: bytes) -> bytes:
    """Return the checksum that a descriptor must have, ``b""`` where it has none."""
    number = struct.pack("<I", group)
    if superblock.has_checksums:
        covered = raw[:0x1E] + bytes(2) + raw[0x20:]
        whole = crc32c(crc32c(superblock.seed, number), covered)
        return struct.pack("<H", whole & 0xFFFF)
    if superblock.ro_compat & _GROUP_CHECKSUM:
        covered = superblock.uuid + number + raw[:0x1E] + raw[0x20:]
        return struct.pack("<H", crc16(0xFFFF, covered))
    return b""

# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""Images for tests: ext4, FAT and squashfs by their tools, disks by ourselves."""

import shutil
import struct
import subprocess
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID, uuid5

import pytest

MISSING = [
    name
    for name in ("mke2fs", "debugfs", "e2fsck")
    if shutil.which(name, path="/usr/sbin:/sbin:/usr/bin:/bin") is None
]
needs_e2fsprogs = pytest.mark.skipif(
    bool(MISSING), reason=f"no {', '.join(MISSING)}: install e2fsprogs"
)
NO_FAT = [
    name
    for name in ("mkfs.vfat", "mcopy")
    if shutil.which(name, path="/usr/sbin:/sbin:/usr/bin:/bin") is None
]
needs_fat_tools = pytest.mark.skipif(
    bool(NO_FAT), reason=f"no {', '.join(NO_FAT)}: install dosfstools and mtools"
)
needs_squashfs_tools = pytest.mark.skipif(
    shutil.which("mksquashfs") is None, reason="no mksquashfs: install squashfs-tools"
)
SBIN = {"PATH": "/usr/sbin:/sbin:/usr/bin:/bin", "MKE2FS_CONFIG": "/dev/null"}
DATA = UUID("0fc63daf-8483-4772-8e79-3d69d8477de4")
ROOT_TYPE = UUID("3cb8e202-3b7e-47dd-8a3c-7ff2a13cfcec")
FEATURES = "extent,64bit,metadata_csum,dir_index,filetype,sparse_super,flex_bg"
FIRST_USABLE = 64
#: Four entries of a master boot record; the first says that a GPT rules.
PROTECTIVE = struct.pack(
    "<8B2I", 0, 0, 2, 0, 0xEE, 255, 255, 255, 1, 0xFFFFFFFF
) + bytes(48)


def make_ext4(
    target: Path, tree: Path | None, *options: str, megabytes: int = 8
) -> Path:
    """Write a file system that holds a tree; return its path."""
    with target.open("wb") as image:
        image.truncate(megabytes << 20)
    filled = ("-d", str(tree)) if tree else ()
    subprocess.run(
        [
            *("mke2fs", "-q", "-F", "-t", "ext4", "-I", "256", "-N", "2048"),
            *("-O", f"none,{FEATURES}", *options, *filled, str(target)),
        ],
        env=SBIN,
        check=True,
        capture_output=True,
    )
    return target


def make_fat(target: Path, tree: Path, bits: int, *options: str, size: int) -> Path:
    """Write a FAT file system of ``size`` bytes that holds a tree; return its path."""
    with target.open("wb") as image:
        image.truncate(size)
    copied = sorted(map(str, tree.iterdir()))
    for command in (
        ["mkfs.vfat", "-F", str(bits), *options, str(target)],
        ["mcopy", "-Q", "-s", "-i", str(target), *copied, "::/"],
    ):
        subprocess.run(
            command,
            env={**SBIN, "LC_ALL": "C.UTF-8"},
            check=True,
            capture_output=True,
        )
    return target


def make_squashfs(target: Path, tree: Path, *options: str) -> Path:
    """Write a squashfs that holds a tree; return its path."""
    subprocess.run(
        ["mksquashfs", str(tree), str(target), "-noappend", "-quiet", *options],
        check=True,
        capture_output=True,
    )
    return target


def debugfs(image: Path, *commands: str) -> None:
    """Change a file system as no kernel would; its checksums stay right."""
    for command in commands:
        subprocess.run(
            ["debugfs", "-w", "-R", command, str(image)],
            env=SBIN,
            check=True,
            capture_output=True,
        )


@dataclass
class Part:
    """A partition to write: its content, or how many bytes it has.

    What its entry says may be wrong by sectors: ``shift`` of its start, ``grow`` of
    its end.
    """

    name: str
    content: Path | int
    type: UUID = DATA
    shift: int = 0
    grow: int = 0
    attributes: int = 0

    @property
    def size_bytes(self) -> int:
        """Return how long it is."""
        if isinstance(self.content, int):
            return self.content
        return self.content.stat().st_size


def make_disk(target: Path, parts: Sequence[Part], sector: int = 512) -> Path:
    """Write a disk with a GPT and its backup."""
    entries, place, writes = b"", FIRST_USABLE, []
    for part in parts:
        first = place + part.shift
        place += -(-part.size_bytes // sector)
        guid = uuid5(part.type, part.name)
        entries += struct.pack(
            "<16s16sQQQ72s",
            *(part.type.bytes_le, guid.bytes_le, first, place - 1 + part.grow),
            part.attributes,
            part.name.encode("utf-16-le"),
        )
        if isinstance(part.content, Path):
            writes.append((first * sector, part.content.read_bytes()))
    table = entries.ljust(128 * 128, b"\0")
    table_sectors = len(table) // sector
    last = place + table_sectors
    primary = header(table, 1, last, 2, sector)
    with target.open("wb") as disk:
        disk.truncate((last + 1) * sector)
        for offset, content in (
            *writes,
            (446, PROTECTIVE + b"\x55\xaa"),
            (sector, primary),
            (2 * sector, table),
            (place * sector, table),
            (last * sector, header(table, last, 1, place, sector)),
        ):
            disk.seek(offset)
            disk.write(content)
    return target


def header(table: bytes, own: int, other: int, table_at: int, sector: int) -> bytes:
    """Return one copy of the header, padded to a sector."""
    last_usable = max(own, other) - 1 - len(table) // sector

    def fields(crc: int) -> bytes:
        return struct.pack(
            "<8s4sIIIQQQQ16sQIII",
            *(b"EFI PART", b"\0\0\1\0", 92, crc, 0, own, other),
            *(FIRST_USABLE, last_usable, DATA.bytes, table_at),
            *(len(table) // 128, 128, zlib.crc32(table)),
        )

    return fields(zlib.crc32(fields(0))).ljust(sector, b"\0")


def patch(image: Path, offset: int, content: bytes) -> Path:
    """Overwrite bytes of an image; return its path."""
    with image.open("r+b") as file:
        file.seek(offset)
        file.write(content)
    return image

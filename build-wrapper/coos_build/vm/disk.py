# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""What a raw disk image says about how it boots.

Source: UEFI specification 2.10, sections 5.2.3 (protective MBR) and 5.3 (GPT).
"""

import functools
import os
import struct
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from coos_build.vm.fat import read_names
from coos_build.vm.model import VmError

SECTOR = 512
BOOT_CODE_BYTES = 440
MAX_ENTRIES = 1024
MIN_ENTRY_BYTES = 128
MAX_ENTRY_BYTES = 4096
LEGACY_BOOT = 1 << 2
EFI_SYSTEM = uuid.UUID("c12a7328-f81f-11d2-ba4b-00a0c93ec93b")

# Formats that QEMU would read as a raw disk full of nonsense.
OTHER_FORMATS = {
    b"QFI\xfb": "qcow2",
    b"KDMV": "VMDK",
    b"conectix": "VHD",
    b"vhdxfile": "VHDX",
    b"\x1f\x8b": "gzip",
    b"\x28\xb5\x2f\xfd": "zstd",
}
RAW_CURE = "give the raw image, or make one (qemu-img convert -O raw, or unpack it)"


@dataclass(frozen=True, slots=True)
class DiskFacts:
    """What decides the firmware.

    ``legacy_partitions`` are the numbers of those that have the attribute "legacy BIOS
    bootable"; ``loaders`` the upper-case names in ``EFI/BOOT`` of the EFI system
    partition.
    """

    has_boot_code: bool
    has_gpt: bool
    legacy_partitions: tuple[int, ...] = ()
    loaders: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class _Partition:
    number: int
    kind: uuid.UUID
    start: int
    end: int
    attributes: int


def read_disk(image: Path) -> DiskFacts:
    """Return the boot facts of a raw image.

    Raises:
        VmError: there is no such file, it cannot be read, it is no raw disk image, or
            it ends before its last partition does.
    """
    try:
        with image.open("rb") as file:
            _check_regular(image, file.fileno())
            return _facts(image, file.fileno())
    except FileNotFoundError:
        raise VmError(
            f"there is no image {image}", "name the file that image_to_vm.sh made"
        ) from None
    except IsADirectoryError:
        raise VmError(
            f"{image} is a directory", "name the image file that lies in it"
        ) from None
    except OSError as error:
        raise VmError(
            f"{image} cannot be read: {error.strerror}", "check its owner and mode"
        ) from error


def _check_regular(image: Path, fd: int) -> None:
    if os.fstat(fd).st_size < 2 * SECTOR:
        raise VmError(
            f"{image} holds {os.fstat(fd).st_size} bytes, too few for a disk",
            "copy or build it again",
        )


def _facts(image: Path, fd: int) -> DiskFacts:
    mbr = os.pread(fd, SECTOR, 0)
    for magic, name in OTHER_FORMATS.items():
        if mbr.startswith(magic):
            raise VmError(f"{image} is {name}, not a raw disk image", RAW_CURE)
    has_code = mbr[510:512] == b"\x55\xaa" and any(mbr[:BOOT_CODE_BYTES])
    header = os.pread(fd, 92, SECTOR)
    if header[:8] != b"EFI PART":
        return DiskFacts(has_boot_code=has_code, has_gpt=False)
    partitions = tuple(_partitions(image, fd, header))
    _check_length(image, os.fstat(fd).st_size, partitions)
    return DiskFacts(
        has_boot_code=has_code,
        has_gpt=True,
        legacy_partitions=tuple(
            part.number for part in partitions if part.attributes & LEGACY_BOOT
        ),
        loaders=frozenset().union(
            *(_loaders(fd, part) for part in partitions if part.kind == EFI_SYSTEM)
        ),
    )


def _partitions(image: Path, fd: int, header: bytes) -> Iterator[_Partition]:
    at, count, size = struct.unpack_from("<QII", header, 72)
    if count > MAX_ENTRIES or not MIN_ENTRY_BYTES <= size <= MAX_ENTRY_BYTES:
        raise VmError(
            f"{image} has a partition table of {count} entries of {size} bytes",
            "no table is like that: build the image again",
        )
    table = os.pread(fd, count * size, at * SECTOR)
    for number in range(1, len(table) // size + 1):
        entry = table[(number - 1) * size : number * size]
        first, last, attributes = struct.unpack_from("<QQQ", entry, 32)
        if any(entry[:16]):
            kind = uuid.UUID(bytes_le=entry[:16])
            end = (last + 1) * SECTOR
            yield _Partition(number, kind, first * SECTOR, end, attributes)


def _check_length(image: Path, size: int, partitions: tuple[_Partition, ...]) -> None:
    end = max((part.end for part in partitions), default=0)
    if end > size:
        raise VmError(
            f"{image} is cut off: it ends at byte {size}, its last partition at {end}",
            "copy or build it again",
        )


def _loaders(fd: int, part: _Partition) -> frozenset[str]:
    return read_names(functools.partial(_read_part, fd, part), "EFI", "BOOT")


def _read_part(fd: int, part: _Partition, offset: int, size: int) -> bytes:
    left = part.end - part.start - offset
    return os.pread(fd, min(size, left), part.start + offset) if left > 0 else b""

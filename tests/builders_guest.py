# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""Guests for tests: tiny ones of our own that QEMU runs, and programs in its place."""

import shutil
import struct
from pathlib import Path
from uuid import UUID

import pytest
from builders_image import Part, make_disk, patch

needs_qemu = pytest.mark.skipif(
    shutil.which("qemu-system-x86_64") is None,
    reason="no qemu-system-x86_64: install qemu-system-x86",
)
EFI_SYSTEM = UUID("c12a7328-f81f-11d2-ba4b-00a0c93ec93b")
LEGACY_BOOT = 4
X64_LOADER = "BOOTX64.EFI"

# Prints the text after it on the first serial port, waits for a byte there, and
# switches the machine off:
#   xor ax,ax; mov ds,ax; mov si,0x7c25; mov cx,[0x7c23]; mov dx,0x3f8; cld; rep outsb
#   1: mov dx,0x3fd; in al,dx; test al,1; jz 1b
#   mov dx,0x604; mov ax,0x2000; out dx,ax; 2: hlt; jmp 2b; dw LENGTH
GUEST = bytes.fromhex(
    "31c08ed8be257c8b0e237cbaf803fcf36ebafd03eca80174f8ba0406b80020eff4ebfd"
)


def make_guest(target: Path, text: bytes) -> Path:
    """Write a disk whose boot code prints a text and obeys a key; return its path."""
    esp = make_esp(target.with_suffix(".esp"), ())
    part = Part("EFI-SYSTEM", esp, EFI_SYSTEM, attributes=LEGACY_BOOT)
    # No BIOS reads a disk that is smaller than one of its cylinders.
    rest = Part("STATE", 8 << 20)
    code = GUEST + struct.pack("<H", len(text)) + text
    assert len(code) <= 440
    return patch(make_disk(target, [part, rest]), 0, code)


def make_uefi_disk(target: Path, *loaders: str, startup: bytes = b"") -> Path:
    """Write a disk with nothing but loaders on an EFI system partition.

    The loaders are empty, so that firmware falls back to its shell, which runs the
    script ``startup``.
    """
    esp = make_esp(target.with_suffix(".esp"), loaders, startup)
    return make_disk(target, [Part("EFI-SYSTEM", esp, EFI_SYSTEM)])


def make_esp(target: Path, loaders: tuple[str, ...], startup: bytes = b"") -> Path:
    """Write a FAT12 file system of 64 clusters with these empty files in EFI/BOOT.

    ``startup``, one cluster at most, becomes the script ``startup.nsh`` above them.
    """
    sector, clusters = 512, 64
    boot = bytearray(sector)
    struct.pack_into("<HBHBHHBH", boot, 11, sector, 1, 1, 1, 16, clusters + 3, 0xF8, 1)
    boot[510:512] = b"\x55\xaa"
    table = bytearray(sector)
    # Clusters 2 to 5 end their chains.
    table[:9] = b"\xf8\xff\xff\xff\xff\xff\xff\xff\xff"
    root = directory_entry("EFI", 2) + file_entry("STARTUP.NSH", 5, len(startup))
    efi = directory_entry("BOOT", 3)
    files = b"".join(file_entry(name) for name in loaders)
    sectors = (bytes(boot), bytes(table), root, efi, files, b"", startup)
    target.write_bytes(
        b"".join(content.ljust(sector, b"\0") for content in sectors).ljust(
            (clusters + 3) * sector, b"\0"
        )
    )
    return target


def directory_entry(name: str, cluster: int) -> bytes:
    """Return a directory as it stands in the one above it."""
    return struct.pack("<11sB14sHI", name.encode().ljust(11), 0x10, b"", cluster, 0)


def file_entry(name: str, cluster: int = 0, size: int = 0) -> bytes:
    """Return a file, an empty one by default, as it stands in its directory."""
    base, _, extension = name.partition(".")
    short = base.encode().ljust(8) + extension.encode().ljust(3)
    return struct.pack("<11sB14sHI", short, 0x20, b"", cluster, size)


def put_program(directory: Path, name: str, script: str) -> Path:
    """Write a shell script that stands for a program; return its path."""
    directory.mkdir(exist_ok=True)
    path = directory / name
    path.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    path.chmod(0o755)
    return path

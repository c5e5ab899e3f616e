#!/usr/bin/python3
# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""Write an initramfs: make_initramfs.py OUTPUT SOURCE=NAME...

A gzip of a cpio archive in the format "newc", as the kernel's buffer-format.rst has it.
Directories on the way to each name are made, and the console, without which the first
process has no output.
"""

import gzip
import itertools
import stat
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

CONSOLE = (5, 1)


@dataclass(frozen=True)
class Entry:
    """One member: name, mode with kind, content, device number."""

    name: str
    mode: int
    content: bytes = b""
    device: tuple[int, int] = (0, 0)


def entries(sources: dict[str, Path]) -> Iterator[Entry]:
    """Yield the members, parents before what lies in them."""
    names = [PurePosixPath(name) for name in (*sources, "dev/console")]
    parents = {str(parent) for name in names for parent in name.parents} - {"."}
    for parent in sorted(parents):
        yield Entry(parent, stat.S_IFDIR | 0o755)
    yield Entry("dev/console", stat.S_IFCHR | 0o600, device=CONSOLE)
    for name, source in sorted(sources.items()):
        yield Entry(name, stat.S_IFREG | 0o755, source.read_bytes())
    yield Entry("TRAILER!!!", 0)


def pack(inode: int, entry: Entry) -> bytes:
    """Return a member as it stands in the archive."""
    name = entry.name.encode() + b"\0"
    fields = (
        *(inode, entry.mode, 0, 0, 1, 0, len(entry.content), 0, 0),
        *(*entry.device, len(name), 0),
    )
    head = b"070701" + b"".join(b"%08X" % field for field in fields) + name
    return padded(head) + padded(entry.content)


def padded(data: bytes) -> bytes:
    """Return data filled up to a multiple of four bytes."""
    return data + b"\0" * (-len(data) % 4)


def main(output: str, *arguments: str) -> None:
    """Write the archive."""
    pairs = (argument.rpartition("=") for argument in arguments)
    sources = {name: Path(source) for source, _, name in pairs}
    numbered = zip(itertools.count(1), entries(sources), strict=False)
    archive = b"".join(pack(inode, entry) for inode, entry in numbered)
    Path(output).write_bytes(gzip.compress(archive, compresslevel=1, mtime=0))


if __name__ == "__main__":
    main(*sys.argv[1:])

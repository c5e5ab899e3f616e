# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""ELF files for tests, byte by byte: programs of Go and Rust without a compiler."""

import json
import struct
import zlib
from collections.abc import Iterable, Mapping
from typing import Any

GO_MAGIC = b"\xff Go buildinf:"
FRAME = b"\x30\x77\xaf\x0c\x92\x74\x08\x02\x41\xe1\xc1\x07\xe6\xd6\x18\xe6"
FRAME_END = b"\xf9\x32\x43\x31\x86\x18\x20\x72\x00\x82\x42\x10\x41\x16\xd8\xf2"
BASE = 0x400000
MODULES = (
    "path\texample.org/cmd/tool\n"
    "mod\texample.org/tool\t(devel)\t\n"
    "dep\tgithub.com/Azure/x\tv1.2.0\th1:AAA=\n"
    "dep\texample.org/old\tv0.1.0\n"
    "=>\texample.org/fork\tv0.2.0+incompatible\th1:BBB=\n"
    "dep\tk8s.io/api\tv0.0.0\n"
    "=>\t./staging/src/k8s.io/api\t(devel)\t\n"
    "build\t-compiler=gc\n"
)


def elf(
    sections: Mapping[bytes, bytes] = {},
    *,
    bits: int = 64,
    order: str = "<",
    data: bytes = b"",
    table: bool = True,
) -> bytes:
    """Return an ELF file with these sections.

    ``data`` is loaded at ``BASE`` as a writable segment; without ``table`` no section
    is named at all.
    """
    header, section, segment = (
        ("HHIQQQIHHHHHH", "IIQQQQIIQQ", "IIQQQQQQ")
        if bits == 64
        else ("HHIIIIIHHHHHH", "IIIIIIIIII", "IIIIIIII")
    )
    header_bytes = 16 + struct.calcsize(order + header)
    segment_bytes = struct.calcsize(order + segment)
    body = bytearray(data)
    start = header_bytes + segment_bytes
    rows: list[tuple[int, int, int, bytes]] = [(0, 0, 0, b"")]
    for name, content in sections.items():
        body += bytes(-(start + len(body)) % 16)
        rows.append((1, start + len(body), len(content), name))
        body += content
    names = b"\0".join(row[3] for row in rows) + b"\0.shstrtab\0"
    rows.append((3, start + len(body), len(names), b".shstrtab"))
    body += names
    shoff = start + len(body) if table else 0
    for kind, offset, size, name in rows:
        at = names.index(name + b"\0") if name else len(names) - 1
        body += struct.pack(order + section, at, kind, 0, 0, offset, size, 0, 0, 1, 0)
    loaded = (
        (1, 6, start, BASE, BASE, len(data), len(data), 16)
        if bits == 64
        else (1, start, BASE, BASE, len(data), len(data), 6, 16)
    )
    ident = b"\x7fELF" + bytes([bits // 32, 1 if order == "<" else 2, 1]) + bytes(9)
    count = len(rows) if table else 0
    return (
        ident
        + struct.pack(
            order + header,
            *(2, 62, 1, 0, header_bytes, shoff, 0, header_bytes),
            *(segment_bytes, 1, struct.calcsize(order + section), count),
            count - 1 if table else 0,
        )
        + struct.pack(order + segment, *loaded)
        + bytes(body)
    )


def varint(number: int) -> bytes:
    """Return a number as Go writes it: seven bits a byte, the lowest first."""
    out = bytearray()
    while number > 0x7F:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    return bytes((*out, number))


def build_info(listed: str = MODULES, version: str = "go1.22.1") -> bytes:
    """Return build information as Go 1.18 and later leave it."""
    framed = FRAME + listed.encode() + FRAME_END if listed else b""
    strings = (version.encode(), framed)
    header = GO_MAGIC + bytes([8, 2]) + bytes(16)
    return header + b"".join(varint(len(one)) + one for one in strings)


def go_program(listed: str = MODULES, version: str = "go1.22.1", **how: Any) -> bytes:
    """Return a program of Go 1.18 or later."""
    return elf(
        {b".text": b"\x90", b".go.buildinfo": build_info(listed, version)}, **how
    )


def old_go_program(
    listed: str = MODULES,
    version: str = "go1.16.5",
    *,
    bits: int = 64,
    order: str = "<",
) -> bytes:
    """Return a program of Go before 1.18: a header that points at two strings."""
    size = bits // 8
    letter = order + ("Q" if bits == 64 else "I")
    framed = FRAME + listed.encode() + FRAME_END
    strings = (version.encode(), framed)
    pointers = BASE + 32
    at = pointers + 4 * size
    pairs = b""
    for one in strings:
        pairs += struct.pack(letter, at) + struct.pack(letter, len(one))
        at += len(one)
    header = GO_MAGIC + bytes([size, 0 if order == "<" else 1])
    header += struct.pack(letter, pointers) + struct.pack(letter, pointers + 2 * size)
    data = header.ljust(32, b"\0") + pairs + b"".join(strings)
    return elf(
        {b".go.buildinfo": header.ljust(32, b"\0")}, bits=bits, order=order, data=data
    )


def audit(packages: Iterable[Mapping[str, Any]]) -> bytes:
    """Return the list of crates as ``cargo auditable`` packs it."""
    return zlib.compress(json.dumps({"packages": list(packages)}).encode())


CRATES = (
    {"name": "adler", "version": "1.0.2", "source": "crates.io"},
    {"name": "cc", "version": "1.0.0", "source": "crates.io", "kind": "build"},
    {"name": "tool", "version": "0.3.0", "source": "local", "root": True},
)


def rust_program(packages: Iterable[Mapping[str, Any]] = CRATES, **how: Any) -> bytes:
    """Return a program of Rust that was built with ``cargo auditable``."""
    return elf({b".text": b"\x90", b".dep-v0": audit(packages)}, **how)

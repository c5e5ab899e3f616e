# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""The members of an initramfs: cpio archives one after the other, each packed or not.

Source: Linux, ``Documentation/driver-api/early-userspace/buffer-format.rst``: archives
of the formats 070701 and 070702, with zeros between them, plain or packed; and
``init/initramfs.c``, by which a packed one ends together with what is in it.
"""

import io
import stat
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, nullcontext
from functools import partial
from typing import Final

from coos_license.errors import ReadError
from coos_license.trees.allowance import Allowance
from coos_license.trees.base import Content, Kind
from coos_license.trees.cpio_decoders import BROKEN, DECODERS
from coos_license.trees.cpio_source import CHUNK, Budget, Source
from coos_license.trees.found import Found, Passing

#: How what is read begins; others are packed in a way that is not read.
MAGICS: Final = (b"070701", b"070702")
_MOST_MEMBERS: Final = 1_000_000
#: A kernel's initramfs has a handful; of very many empty ones the time to step over
#: them would be all.
_MOST_ARCHIVES: Final = 10_000
_HEADER_BYTES: Final = 110
_MOST_NAME: Final = 1 << 12
_BUFFER_BYTES: Final = 1 << 14
_TRAILER: Final = "TRAILER!!!"
#: No library of lzo that is kept has a licence that goes with that of this tool.
_NOT_READ: Final = ((b"\x89LZO", "lzo"),)
_KINDS: Final = {
    stat.S_IFREG: Kind.FILE,
    stat.S_IFDIR: Kind.DIRECTORY,
    stat.S_IFLNK: Kind.SYMLINK,
}


def walk_cpio(content: Content, allowance: Allowance | None = None) -> Iterator[Found]:
    """Yield the members of all archives, in order; the content of each in passing.

    Raises: ReadError where something is broken, or no archive that is read; what was
    yielded before counts.
    """
    budget = Budget(allowance=allowance or Allowance())
    source = Source(_raw(content, budget))
    try:
        yield from _archives(source, budget, is_packed=False)
    except BROKEN as error:
        raise ReadError(f"cannot be unpacked ({error})") from error


def is_initramfs(head: bytes) -> bool:
    """Return whether a file that begins so may hold cpio archives."""
    return head.startswith((*MAGICS, *DECODERS, *(magic for magic, _ in _NOT_READ)))


def _raw(content: Content, budget: Budget) -> Iterator[bytes]:
    """Yield a file, counted."""
    for start in range(0, content.size_bytes, CHUNK):
        chunk = content.read(start, min(CHUNK, content.size_bytes - start))
        budget.packed += len(chunk)
        yield chunk


def _archives(source: Source, budget: Budget, *, is_packed: bool) -> Iterator[Found]:
    """Yield the members of one archive after the other."""
    while True:
        source.skip_zeros()
        head = source.peek(6)
        if not head:
            return
        budget.begin(_MOST_ARCHIVES)
        if head in MAGICS:
            yield from _archive(source, budget)
            continue
        named = next((name for magic, name in _NOT_READ if head.startswith(magic)), "")
        if named:
            raise ReadError(f"is packed in a way that is not read ({named})")
        make = next((DECODERS[one] for one in DECODERS if head.startswith(one)), None)
        if make is None or is_packed:
            raise ReadError(f"is no cpio archive from byte {source.position} on")
        inner = Source(make(source, budget))
        yield from _archives(inner, budget, is_packed=True)


def _archive(source: Source, budget: Budget) -> Iterator[Found]:
    """Yield the members of one archive, its hard links behind what they name."""
    waiting: dict[tuple[int, int, int], list[str]] = {}
    written: dict[tuple[int, int, int], str] = {}
    while True:
        fields, name = _header(source)
        if name == _TRAILER:
            break
        budget.members += 1
        if budget.members > _MOST_MEMBERS:
            raise ReadError(f"has more than {_MOST_MEMBERS} members")
        links, size = fields[4], fields[6]
        kind = _KINDS.get(stat.S_IFMT(fields[1]), Kind.OTHER)
        key = (fields[0], fields[7], fields[8])
        if kind is Kind.FILE and links > 1 and not size:
            waiting.setdefault(key, []).append(name)
            continue
        if kind is Kind.FILE and links > 1:
            written[key] = name
        end = source.position + size
        yield _found(source, name, kind, size)
        source.skip(end + -size % 4 - source.position)
    for key, names in waiting.items():
        target = written.get(key)
        for name in names:
            yield _linked(name, target)


def _header(source: Source) -> tuple[tuple[int, ...], str]:
    """Return the fields of a header, and the name. Raises: ReadError."""
    at = source.position
    head = source.read(_HEADER_BYTES)
    if len(head) < _HEADER_BYTES:
        raise ReadError("is truncated")
    try:
        fields = tuple(int(head[n : n + 8], 16) for n in range(6, _HEADER_BYTES, 8))
    except ValueError as error:
        raise ReadError(f"has no cpio header at byte {at}") from error
    length = fields[11]
    if head[:6] not in MAGICS or not 0 < length <= _MOST_NAME or min(fields) < 0:
        raise ReadError(f"has no cpio header at byte {at}")
    name = source.read(length)
    source.skip(-(_HEADER_BYTES + length) % 4)
    return fields, name.rstrip(b"\0").decode("utf-8", "surrogateescape")


def _found(source: Source, name: str, kind: Kind, size: int) -> Found:
    """Return a member whose content the source stands at."""
    target = "" if kind is Kind.SYMLINK else None
    return Found(name, kind, target, "", size, partial(_passed, source.read, size))


def _linked(name: str, target: str | None) -> Found:
    """Return a member that has the content of another, or none."""
    kind = Kind.FILE if target is None else None
    return Found(name, kind, target, "", 0, partial(_passed, lambda _: b"", 0))


def _passed(
    take: Callable[[int], bytes], size: int
) -> AbstractContextManager[io.BufferedReader]:
    """Return the bytes that a source stands at."""
    return nullcontext(io.BufferedReader(Passing(take, size), _BUFFER_BYTES))

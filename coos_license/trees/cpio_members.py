# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""The members of an initramfs: cpio archives one after the other, each packed or not.

Source: Linux, ``Documentation/driver-api/early-userspace/buffer-format.rst``: archives
of the formats 070701 and 070702, with zeros between them, plain or packed; and
``init/initramfs.c``, by which a packed one ends together with what is in it.
"""

import bz2
import io
import lzma
import stat
import zlib
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from functools import partial
from typing import Final

from coos_license.errors import ReadError
from coos_license.trees.base import Content, Kind
from coos_license.trees.found import Found, Passing

#: How what is read begins; others are packed in a way that is not read.
MAGICS: Final = (b"070701", b"070702")
_CHUNK: Final = 1 << 16
#: zstd has no bound for what a piece makes; this much may make 16 MB.
_ZSTD_CHUNK: Final = 1 << 9
_DECODER_BYTES: Final = 1 << 27
_MOST_UNPACKED: Final = 1 << 33
_MOST_RATIO: Final = 300
_FREE: Final = 1 << 26
_MOST_MEMBERS: Final = 1_000_000
_HEADER_BYTES: Final = 110
_MOST_NAME: Final = 1 << 12
_BUFFER_BYTES: Final = 1 << 14
_TRAILER: Final = "TRAILER!!!"
_NOT_READ: Final = (
    (b"\x02\x21\x4c\x18", "lz4"),
    (b"\x04\x22\x4d\x18", "lz4"),
    (b"\x89LZO", "lzo"),
)
_KINDS: Final = {
    stat.S_IFREG: Kind.FILE,
    stat.S_IFDIR: Kind.DIRECTORY,
    stat.S_IFLNK: Kind.SYMLINK,
}


@dataclass(slots=True)
class _Budget:
    """How much was read, and what it unpacked to."""

    packed: int = 0
    unpacked: int = 0
    members: int = 0

    def charge(self, unpacked: int) -> None:
        """Count what was unpacked. Raises: ReadError."""
        self.unpacked += unpacked
        if self.unpacked > _MOST_UNPACKED:
            raise ReadError(f"is larger than {_MOST_UNPACKED} bytes unpacked")
        if self.unpacked > _FREE + _MOST_RATIO * self.packed:
            raise ReadError(f"unpacks to more than {_MOST_RATIO} times its size")


class _Source:
    """Bytes that only go forward, with a look at the next ones."""

    def __init__(self, chunks: Iterator[bytes]) -> None:
        """Take the bytes as they come."""
        self._chunks = chunks
        self._ready = b""
        self.position = 0

    def peek(self, count: int) -> bytes:
        """Return the next bytes, fewer at the end only, and stay before them."""
        while len(self._ready) < count:
            chunk = next(self._chunks, None)
            if chunk is None:
                break
            self._ready += chunk
        return self._ready[:count]

    def read(self, count: int) -> bytes:
        """Return the next bytes, fewer at the end only."""
        parts, missing = [], count
        while missing and self.peek(1):
            part = self._ready[:missing]
            self._ready = self._ready[len(part) :]
            parts.append(part)
            missing -= len(part)
        self.position += count - missing
        return b"".join(parts)

    def unread(self, content: bytes) -> None:
        """Go back before bytes that were read last."""
        self._ready = content + self._ready
        self.position -= len(content)

    def skip(self, count: int) -> None:
        """Go on. Raises: ReadError where there are not that many bytes."""
        while count:
            part = self.read(min(count, _CHUNK))
            if not part:
                raise ReadError("is truncated")
            count -= len(part)

    def skip_zeros(self) -> None:
        """Go to the next byte that is not nought."""
        while chunk := self.peek(_CHUNK):
            zeros = len(chunk) - len(chunk.lstrip(b"\0"))
            self.read(zeros)
            if zeros < len(chunk):
                return


def walk_cpio(content: Content) -> Iterator[Found]:
    """Yield the members of all archives, in order; the content of each in passing.

    Raises: ReadError where something is broken, or no archive that is read; what was
    yielded before counts.
    """
    budget = _Budget()
    source = _Source(_raw(content, budget))
    try:
        yield from _archives(source, budget, is_packed=False)
    except (OSError, zlib.error, lzma.LZMAError, EOFError) as error:
        raise ReadError(f"cannot be unpacked ({error})") from error


def is_initramfs(head: bytes) -> bool:
    """Return whether a file that begins so may hold cpio archives."""
    return head.startswith((*MAGICS, *_DECODERS, *(magic for magic, _ in _NOT_READ)))


def _raw(content: Content, budget: _Budget) -> Iterator[bytes]:
    """Yield a file, counted."""
    for start in range(0, content.size_bytes, _CHUNK):
        chunk = content.read(start, min(_CHUNK, content.size_bytes - start))
        budget.packed += len(chunk)
        yield chunk


def _archives(source: _Source, budget: _Budget, *, is_packed: bool) -> Iterator[Found]:
    """Yield the members of one archive after the other."""
    while True:
        source.skip_zeros()
        head = source.peek(6)
        if not head:
            return
        if head in MAGICS:
            yield from _archive(source, budget)
            continue
        named = next((name for magic, name in _NOT_READ if head.startswith(magic)), "")
        if named:
            raise ReadError(f"is packed in a way that is not read ({named})")
        make = next((_DECODERS[one] for one in _DECODERS if head.startswith(one)), None)
        if make is None or is_packed:
            raise ReadError(f"is no cpio archive from byte {source.position} on")
        inner = _Source(make(source, budget))
        yield from _archives(inner, budget, is_packed=True)


def _archive(source: _Source, budget: _Budget) -> Iterator[Found]:
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


def _header(source: _Source) -> tuple[tuple[int, ...], str]:
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


def _found(source: _Source, name: str, kind: Kind, size: int) -> Found:
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


def _gunzip(source: _Source, budget: _Budget) -> Iterator[bytes]:
    """Yield what one gzip member unpacks to."""
    decoder = zlib.decompressobj(wbits=31)
    while not decoder.eof:
        packed = decoder.unconsumed_tail or _next(source)
        yield _counted(decoder.decompress(packed, _CHUNK), budget)
    source.unread(decoder.unused_data)


def _by_need(
    make: Callable[[], "bz2.BZ2Decompressor | lzma.LZMADecompressor"],
    source: _Source,
    budget: _Budget,
) -> Iterator[bytes]:
    """Yield what one stream unpacks to, of a decoder that says when it needs more."""
    decoder = make()
    while not decoder.eof:
        packed = _next(source) if decoder.needs_input else b""
        yield _counted(decoder.decompress(packed, _CHUNK), budget)
    source.unread(decoder.unused_data)


def _unzstd(source: _Source, budget: _Budget) -> Iterator[bytes]:
    """Yield what one Zstandard frame unpacks to."""
    import zstandard  # noqa: PLC0415 (a library that other sources do not need)

    decoder = zstandard.ZstdDecompressor(max_window_size=_DECODER_BYTES).decompressobj()
    try:
        while not decoder.eof:
            packed = _next(source, _ZSTD_CHUNK)
            yield _counted(decoder.decompress(packed), budget)
    except zstandard.ZstdError as error:
        raise ReadError(f"cannot be unpacked ({error})") from error
    source.unread(decoder.unused_data)


def _next(source: _Source, count: int = _CHUNK) -> bytes:
    """Return more packed bytes. Raises: ReadError at the end."""
    packed = source.read(count)
    if not packed:
        raise ReadError("is truncated")
    return packed


def _counted(chunk: bytes, budget: _Budget) -> bytes:
    """Return what was unpacked, charged. Raises: ReadError."""
    budget.charge(len(chunk))
    return chunk


def _xz() -> lzma.LZMADecompressor:
    """Return a decoder of xz with bounded memory."""
    return lzma.LZMADecompressor(lzma.FORMAT_XZ, memlimit=_DECODER_BYTES)


def _lzma() -> lzma.LZMADecompressor:
    """Return a decoder of the older format with bounded memory."""
    return lzma.LZMADecompressor(lzma.FORMAT_ALONE, memlimit=_DECODER_BYTES)


_DECODERS: Final[dict[bytes, Callable[[_Source, _Budget], Iterator[bytes]]]] = {
    b"\x1f\x8b": _gunzip,
    b"\xfd7zXZ\x00": partial(_by_need, _xz),
    b"]\x00\x00": partial(_by_need, _lzma),
    b"BZh": partial(_by_need, bz2.BZ2Decompressor),
    b"\x28\xb5\x2f\xfd": _unzstd,
}

# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""How the archives of an initramfs are packed: by how each begins, one decoder.

A decoder yields what one stream unpacks to and leaves the source behind that stream.
The names are those of ``lib/decompress.c`` of Linux, which has lzo besides.
"""

import bz2
import lzma
import zlib
from collections.abc import Callable, Iterator
from functools import partial
from typing import Final

from coos_license.errors import ReadError
from coos_license.trees.cpio_source import CHUNK, Budget, Source

#: zstd has no bound for what a piece makes; this much may make 16 MB.
_ZSTD_CHUNK: Final = 1 << 9
_DECODER_BYTES: Final = 1 << 27
#: What ``lz4 -l`` packs at once, and the most that so much may be packed
#: (``LZ4_compressBound``). Source: Linux, ``lib/decompress_unlz4.c``.
_LEGACY_BLOCK: Final = 1 << 23
_LEGACY_PACKED: Final = _LEGACY_BLOCK + _LEGACY_BLOCK // 255 + 16
_LEGACY_MAGIC: Final = b"\x02\x21\x4c\x18"

#: Yields what one stream unpacks to. Raises: ReadError, and what :data:`BROKEN` has.
Decoder = Callable[[Source, Budget], Iterator[bytes]]
#: What decoders raise where bytes are no stream.
BROKEN: Final = (OSError, zlib.error, lzma.LZMAError, EOFError)


def _gunzip(source: Source, budget: Budget) -> Iterator[bytes]:
    """Yield what one gzip member unpacks to."""
    decoder = zlib.decompressobj(wbits=31)
    while not decoder.eof:
        packed = decoder.unconsumed_tail or _next(source)
        yield _counted(decoder.decompress(packed, CHUNK), budget)
    source.unread(decoder.unused_data)


def _by_need(
    make: Callable[[], "bz2.BZ2Decompressor | lzma.LZMADecompressor"],
    source: Source,
    budget: Budget,
) -> Iterator[bytes]:
    """Yield what one stream unpacks to, of a decoder that says when it needs more."""
    decoder = make()
    while not decoder.eof:
        packed = _next(source) if decoder.needs_input else b""
        yield _counted(decoder.decompress(packed, CHUNK), budget)
    source.unread(decoder.unused_data)


def _unzstd(source: Source, budget: Budget) -> Iterator[bytes]:
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


def _unlz4(source: Source, budget: Budget) -> Iterator[bytes]:
    """Yield what one LZ4 frame unpacks to."""
    import lz4.frame  # noqa: PLC0415 (a library that other sources do not need)

    decoder = lz4.frame.LZ4FrameDecompressor()
    try:
        while not decoder.eof:
            packed = _next(source) if decoder.needs_input else b""
            yield _counted(decoder.decompress(packed, CHUNK), budget)
    except RuntimeError as error:
        raise ReadError(f"cannot be unpacked ({error})") from error
    source.unread(decoder.unused_data or b"")


def _unlz4_legacy(source: Source, budget: Budget) -> Iterator[bytes]:
    """Yield what ``lz4 -l`` packed: blocks after their lengths, and no end mark.

    A block that is not full is the last; so is one before what can be no length, as
    zeros and the beginnings of other streams cannot.
    """
    import lz4.block  # noqa: PLC0415 (a library that other sources do not need)

    source.read(len(_LEGACY_MAGIC))
    length = _LEGACY_BLOCK
    while length == _LEGACY_BLOCK:
        size = int.from_bytes(source.peek(4), "little")
        if not 0 < size <= _LEGACY_PACKED:
            return
        source.read(4)
        packed = source.read(size)
        if len(packed) < size:
            raise ReadError("is truncated")
        try:
            block = lz4.block.decompress(packed, uncompressed_size=_LEGACY_BLOCK)
        except lz4.block.LZ4BlockError as error:
            raise ReadError(f"cannot be unpacked ({error})") from error
        yield _counted(block, budget)
        length = len(block)


def _next(source: Source, count: int = CHUNK) -> bytes:
    """Return more packed bytes. Raises: ReadError at the end."""
    packed = source.read(count)
    if not packed:
        raise ReadError("is truncated")
    return packed


def _counted(chunk: bytes, budget: Budget) -> bytes:
    """Return what was unpacked, charged. Raises: ReadError."""
    budget.charge(len(chunk))
    return chunk


def _xz() -> lzma.LZMADecompressor:
    """Return a decoder of xz with bounded memory."""
    return lzma.LZMADecompressor(lzma.FORMAT_XZ, memlimit=_DECODER_BYTES)


def _lzma() -> lzma.LZMADecompressor:
    """Return a decoder of the older format with bounded memory."""
    return lzma.LZMADecompressor(lzma.FORMAT_ALONE, memlimit=_DECODER_BYTES)


DECODERS: Final[dict[bytes, Decoder]] = {
    b"\x1f\x8b": _gunzip,
    b"\xfd7zXZ\x00": partial(_by_need, _xz),
    b"]\x00\x00": partial(_by_need, _lzma),
    b"BZh": partial(_by_need, bz2.BZ2Decompressor),
    b"\x28\xb5\x2f\xfd": _unzstd,
    b"\x04\x22\x4d\x18": _unlz4,
    _LEGACY_MAGIC: _unlz4_legacy,
}

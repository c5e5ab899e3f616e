# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""Decoders of packed archives: bytes in, chunks out, memory bounded."""

import bz2
import gzip
import lzma
import zlib
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, BinaryIO, Final

from coos_license.errors import ReadError

if TYPE_CHECKING:
    import lz4.frame

#: What a decoder may take: ``xz -9`` needs 65 MB, ``zstd --long=27`` 128 MB.
_DECODER_BYTES: Final = 1 << 27
_CHUNK: Final = 1 << 18
_MOST_STREAMS: Final = 10_000


def chunks(
    decoder: Callable[[BinaryIO], Iterator[bytes]], raw: BinaryIO
) -> Iterator[bytes]:
    """Yield what ``decoder`` makes of a file. Raises: ReadError."""
    try:
        yield from decoder(raw)
    except EOFError as error:
        message = "is truncated"
        raise ReadError(message) from error
    except (OSError, zlib.error, lzma.LZMAError) as error:
        message = f"cannot be unpacked ({error})"
        raise ReadError(message) from error


def gunzip(raw: BinaryIO) -> Iterator[bytes]:
    """Yield what a gzip file unpacks to, all of its members."""
    with gzip.GzipFile(fileobj=raw, mode="rb") as unpacked:
        while chunk := unpacked.read(_CHUNK):
            yield chunk


def unxz(raw: BinaryIO) -> Iterator[bytes]:
    """Yield what an xz file unpacks to, all of its streams.

    ``lzma.LZMAFile`` takes no limit, and a header may ask for 4 GB of dictionary.
    """
    packed = raw.read(_CHUNK)
    while packed:
        decoder = lzma.LZMADecompressor(lzma.FORMAT_XZ, memlimit=_DECODER_BYTES)
        while not decoder.eof:
            yield decoder.decompress(packed, _CHUNK)
            packed = raw.read(_CHUNK) if decoder.needs_input else b""
            if decoder.needs_input and not packed:
                raise EOFError
        # Streams may be padded with zeros, in fours (xz format 2.2).
        packed = (decoder.unused_data or raw.read(_CHUNK)).lstrip(b"\0")


def bunzip2(raw: BinaryIO) -> Iterator[bytes]:
    """Yield what a bzip2 file unpacks to, all of its streams.

    A stream may be empty; of very many the time to step over them would be all.
    """
    packed = raw.read(_CHUNK)
    streams = 0
    while packed:
        streams += 1
        if streams > _MOST_STREAMS:
            message = f"more than {_MOST_STREAMS} streams"
            raise OSError(message)
        decoder = bz2.BZ2Decompressor()
        while not decoder.eof:
            yield decoder.decompress(packed, _CHUNK)
            packed = raw.read(_CHUNK) if decoder.needs_input else b""
            if decoder.needs_input and not packed:
                raise EOFError
        packed = decoder.unused_data or raw.read(_CHUNK)


def unzstd(raw: BinaryIO) -> Iterator[bytes]:
    """Yield what a Zstandard file unpacks to, all of its frames.

    A frame that is cut off ends without an error; the tar in it then lacks its end.
    """
    import zstandard  # noqa: PLC0415 (a library that other sources do not need)

    decoder = zstandard.ZstdDecompressor(max_window_size=_DECODER_BYTES)
    try:
        with decoder.stream_reader(
            raw, read_size=_CHUNK, read_across_frames=True, closefd=False
        ) as unpacked:
            while chunk := unpacked.read(_CHUNK):
                yield chunk
    except zstandard.ZstdError as error:
        raise OSError(str(error)) from error


def unlz4(raw: BinaryIO) -> Iterator[bytes]:
    """Yield what an LZ4 file unpacks to, all of its frames."""
    import lz4.frame  # noqa: PLC0415 (a library that other sources do not need)

    packed = raw.read(_CHUNK)
    streams = 0
    while packed:
        streams += 1
        if streams > _MOST_STREAMS:
            message = f"more than {_MOST_STREAMS} frames"
            raise OSError(message)
        decoder = lz4.frame.LZ4FrameDecompressor()
        try:
            yield from _lz4_frame(decoder, packed, raw)
        except RuntimeError as error:
            raise OSError(str(error)) from error
        packed = decoder.unused_data or raw.read(_CHUNK)


def _lz4_frame(
    decoder: "lz4.frame.LZ4FrameDecompressor", packed: bytes, raw: BinaryIO
) -> Iterator[bytes]:
    """Yield what one frame unpacks to, which begins with bytes that were read.

    Raises: EOFError where it is cut off.
    """
    yield decoder.decompress(packed, _CHUNK)
    while not decoder.eof:
        packed = raw.read(_CHUNK) if decoder.needs_input else b""
        if decoder.needs_input and not packed:
            raise EOFError
        yield decoder.decompress(packed, _CHUNK)

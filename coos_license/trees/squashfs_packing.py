# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""How the blocks of a squashfs are packed: bytes in, a bounded number of bytes out."""

import lzma
import zlib
from collections.abc import Callable
from typing import Final

from coos_license.errors import ReadError

#: Packed bytes, and how many they may unpack to -> what they unpack to. Raises:
#: ReadError.
Unpack = Callable[[bytes, int], bytes]
#: A dictionary is as long as a block, 1 MiB at most.
_DECODER_BYTES: Final = 1 << 26
_WINDOW_BYTES: Final = 1 << 23
_TOO_LONG: Final = "has a damaged block (it unpacks to too much)"


def _damaged(reason: object) -> ReadError:
    """Return that a block cannot be unpacked."""
    return ReadError(f"has a damaged block (it cannot be unpacked: {reason})")


def _gunzip(packed: bytes, most: int) -> bytes:
    """Unpack a zlib stream."""
    decoder = zlib.decompressobj()
    try:
        found = decoder.decompress(packed, most + 1)
    except zlib.error as error:
        raise _damaged(error) from error
    return _checked(found, most, is_whole=decoder.eof)


def _lzma_by(form: int) -> Unpack:
    """Return what unpacks streams of xz, or of the older lzma."""

    def unpack(packed: bytes, most: int) -> bytes:
        decoder = lzma.LZMADecompressor(form, memlimit=_DECODER_BYTES)
        try:
            found = decoder.decompress(packed, most + 1)
        except lzma.LZMAError as error:
            raise _damaged(error) from error
        return _checked(found, most, is_whole=decoder.eof)

    return unpack


def _unlz4(packed: bytes, most: int) -> bytes:
    """Unpack a block of LZ4, which has no frame here."""
    import lz4.block  # noqa: PLC0415 (a library that other sources do not need)

    try:
        return bytes(lz4.block.decompress(packed, uncompressed_size=most))
    except lz4.block.LZ4BlockError as error:
        raise _damaged(error) from error


def _unzstd(packed: bytes, most: int) -> bytes:
    """Unpack a Zstandard frame, which must say how long it gets."""
    import zstandard  # noqa: PLC0415 (a library that other sources do not need)

    decoder = zstandard.ZstdDecompressor(max_window_size=_WINDOW_BYTES)
    try:
        size = zstandard.frame_content_size(packed)
        if size > most:
            raise ReadError(_TOO_LONG)
        if size < 0:
            raise _damaged("it does not say its length")
        return decoder.decompress(packed, max_output_size=most)
    except zstandard.ZstdError as error:
        raise _damaged(error) from error


def _checked(found: bytes, most: int, *, is_whole: bool) -> bytes:
    """Return what was unpacked. Raises: ReadError where that is too much or cut off."""
    if len(found) > most:
        raise ReadError(_TOO_LONG)
    if not is_whole:
        raise _damaged("it is truncated")
    return found


NAMES: Final = {1: "gzip", 2: "lzma", 3: "lzo", 4: "xz", 5: "lz4", 6: "zstd"}
#: No library of lzo that is kept has a licence that goes with that of this tool.
UNPACKERS: Final[dict[int, Unpack]] = {
    1: _gunzip,
    2: _lzma_by(lzma.FORMAT_ALONE),
    4: _lzma_by(lzma.FORMAT_XZ),
    5: _unlz4,
    6: _unzstd,
}

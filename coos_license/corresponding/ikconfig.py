# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""The configuration that a kernel carries in itself, where it was built to.

``CONFIG_IKCONFIG`` puts it, packed by gzip, between two marks into the kernel or into
the module ``configs.ko``; ``/proc/config.gz`` is the same. Source: Linux,
``kernel/configs.c`` and ``scripts/extract-ikconfig``.
"""

import zlib
from collections.abc import Iterator
from itertools import chain
from typing import Final

from coos_license.errors import ReadError
from coos_license.trees.base import Content
from coos_license.trees.cpio_decoders import BROKEN, DECODERS, Decoder
from coos_license.trees.cpio_source import CHUNK, Budget, Source

_MARK: Final = b"IKCFG_ST\x1f\x8b"
_GZIP_BYTES: Final = 2
#: Of a distribution's kernel it has 300 KB.
_CONFIG_LIMIT: Final = 1 << 23
_CHUNK: Final = 1 << 20
#: A kernel image has 15 MB.
_IMAGE_LIMIT: Final = 1 << 27
#: Much in an image looks like a beginning and is none, which the decoder soon says.
_MOST_TRIED: Final = 256

#: As ``extract-ikconfig`` looks for them: two bytes of gzip alone are met too often.
_MAGICS: Final = {b"\x1f\x8b": b"\x1f\x8b\x08", b"]\0\0": b"]\0\0\0"}
_PACKINGS: Final = {_MAGICS.get(one, one): make for one, make in DECODERS.items()}


def embedded_config(content: Content) -> bytes | None:
    """Return the configuration that a kernel or module carries, ``None`` for none.

    Looks into what it is packed as, also by lz4 and lzma. Raises: ReadError.
    """
    found = _search(_pieces(content))
    if found is not None or content.size_bytes > _IMAGE_LIMIT:
        return found
    budget = Budget()
    for place, decoder in _payloads(content):
        try:
            found = _search(decoder(Source(_packed(content, place, budget)), budget))
        except (ReadError, *BROKEN):
            continue
        if found is not None:
            return found
    return None


def _pieces(content: Content) -> Iterator[bytes]:
    """Yield a file. Raises: ReadError."""
    for at in range(0, content.size_bytes, _CHUNK):
        yield content.read(at, min(_CHUNK, content.size_bytes - at))


def _payloads(content: Content) -> list[tuple[int, Decoder]]:
    """Return where something packed may begin, and how it is. Raises: ReadError."""
    found = []
    before = b""
    for at, piece in enumerate(_pieces(content)):
        text = before + piece
        start = at * _CHUNK - len(before)
        for magic, decoder in _PACKINGS.items():
            place = text.find(magic)
            while place >= 0:
                found.append((start + place, decoder))
                place = text.find(magic, place + 1)
        before = piece[-5:]
    return sorted(dict(found).items())[:_MOST_TRIED]


def _packed(content: Content, place: int, budget: Budget) -> Iterator[bytes]:
    """Yield a file from a place on, counted. Raises: ReadError."""
    for at in range(place, content.size_bytes, CHUNK):
        piece = content.read(at, min(CHUNK, content.size_bytes - at))
        budget.packed += len(piece)
        yield piece


def _search(pieces: Iterator[bytes]) -> bytes | None:
    """Return what follows the first mark that is one."""
    before = b""
    for piece in pieces:
        text = before + piece
        at = text.find(_MARK)
        if at >= 0:
            start = text[at + len(_MARK) - _GZIP_BYTES :]
            return _gunzipped(chain((start,), pieces))
        before = text[1 - len(_MARK) :]
    return None


def _gunzipped(pieces: Iterator[bytes]) -> bytes | None:
    """Return what a gzip member unpacks to, ``None`` where it is none, or too long."""
    engine = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)
    found = bytearray()
    try:
        for piece in pieces:
            found += engine.decompress(piece, _CONFIG_LIMIT + 1 - len(found))
            if engine.eof or len(found) > _CONFIG_LIMIT:
                break
    except zlib.error:
        return None
    return bytes(found) if engine.eof and found else None

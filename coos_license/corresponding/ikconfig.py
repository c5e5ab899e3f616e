# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""The configuration that a kernel carries in itself, where it was built to.

``CONFIG_IKCONFIG`` puts it, packed by gzip, between two marks into the kernel or into
the module ``configs.ko``; ``/proc/config.gz`` is the same. Source: Linux,
``kernel/configs.c`` and ``scripts/extract-ikconfig``.
"""

import zlib
from collections.abc import Callable, Iterator
from functools import partial
from itertools import chain
from typing import BinaryIO, Final

from coos_license.errors import ReadError
from coos_license.trees import decoders
from coos_license.trees.base import Content
from coos_license.trees.content import Part

_MARK: Final = b"IKCFG_ST\x1f\x8b"
_GZIP_BYTES: Final = 2
#: Of a distribution's kernel it has 300 KB.
_CONFIG_LIMIT: Final = 1 << 23
_CHUNK: Final = 1 << 20
#: A kernel image has 15 MB, with all in it 60 MB unpacked; some unpack themselves from
#: data that looks like a beginning and is none.
_IMAGE_LIMIT: Final = 1 << 28
_UNPACKED_LIMIT: Final = 1 << 29
_MOST_TRIED: Final = 16


def _gunzip(raw: BinaryIO) -> Iterator[bytes]:
    """Yield the first member; what follows a payload is no other."""
    engine = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)
    packed = b""
    while not engine.eof:
        packed = packed or raw.read(_CHUNK)
        if not packed:
            raise EOFError
        yield engine.decompress(packed, _CHUNK)
        packed = engine.unconsumed_tail


_PACKINGS: Final[dict[bytes, Callable[[BinaryIO], Iterator[bytes]]]] = {
    b"\x1f\x8b\x08": _gunzip,
    b"\xfd7zXZ\0": decoders.unxz,
    b"BZh": decoders.bunzip2,
    b"\x28\xb5\x2f\xfd": partial(decoders.unzstd, is_one=True),
}


def embedded_config(content: Content) -> bytes | None:
    """Return the configuration that a kernel or module carries, ``None`` for none.

    Looks into what it is packed as: gzip, xz, bzip2 or zstd. Raises: ReadError.
    """
    found = _search(_pieces(content))
    if found is not None or content.size_bytes > _IMAGE_LIMIT:
        return found
    budget = _Budget(_UNPACKED_LIMIT)
    for place, decoder in _payloads(content):
        try:
            found = _search(budget.of(_unpacked(content, place, decoder)))
        except ReadError:  # no payload, or what comes after it
            continue
        if found is not None:
            return found
    return None


class _Budget:
    """How much is unpacked in all, in bytes."""

    def __init__(self, left: int) -> None:
        """Allow so many bytes."""
        self._left = left

    def of(self, pieces: Iterator[bytes]) -> Iterator[bytes]:
        """Yield pieces as long as there is room for them."""
        for piece in pieces:
            self._left -= len(piece)
            if self._left < 0:
                return
            yield piece


def _pieces(content: Content) -> Iterator[bytes]:
    """Yield a file. Raises: ReadError."""
    for at in range(0, content.size_bytes, _CHUNK):
        yield content.read(at, min(_CHUNK, content.size_bytes - at))


def _payloads(
    content: Content,
) -> list[tuple[int, Callable[[BinaryIO], Iterator[bytes]]]]:
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


def _unpacked(
    content: Content, place: int, decoder: Callable[[BinaryIO], Iterator[bytes]]
) -> Iterator[bytes]:
    """Yield what a part of a file unpacks to. Raises: ReadError."""
    raw = Part(content, place, content.size_bytes - place).buffered()
    return decoders.chunks(decoder, raw)


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

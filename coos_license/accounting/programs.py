# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""Whether a file is a program, by its first bytes.

Source: System V ABI, chapter 4 and 5: ``e_type``, and ``PT_INTERP`` of its segments,
which a program that is linked at run time has, and a library has not.
"""

import struct
from typing import Final

#: Of a file; the table of segments follows the header at once.
HEAD: Final = 4096
_MAGIC: Final = b"\x7fELF"
#: Bytes of the header of a 64-bit file; that of a 32-bit one is shorter.
_HEADER: Final = 64
_BIG_ENDIAN: Final = 2
_EXEC, _DYN, _INTERP = 2, 3, 3
#: By class (32, 64 bits): e_type, e_phoff and e_phentsize, e_phnum, with their places.
_LAYOUTS: Final = {1: ("I", 28, 42), 2: ("Q", 32, 54)}


def is_program(head: bytes) -> bool:
    """Return whether a file that begins so is an ELF program."""
    if not head.startswith(_MAGIC) or len(head) < _HEADER or head[4] not in _LAYOUTS:
        return False
    order = ">" if head[5] == _BIG_ENDIAN else "<"
    (kind,) = struct.unpack_from(f"{order}H", head, 16)
    if kind != _DYN:
        return bool(kind == _EXEC)
    word, at, sizes = _LAYOUTS[head[4]]
    (start,) = struct.unpack_from(f"{order}{word}", head, at)
    size, count = struct.unpack_from(f"{order}HH", head, sizes)
    places = range(start, min(start + size * count, len(head) - 4 + 1), size or HEAD)
    return any(
        struct.unpack_from(f"{order}I", head, place) == (_INTERP,) for place in places
    )

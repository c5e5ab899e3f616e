# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""Sections and segments of an ELF file, read by position: never the whole file.

Every number of the file is a claim: what leads outside of it is an error. Source:
System V ABI (gABI), chapters 4 and 5.
"""

import struct
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, NamedTuple

from coos_license.errors import ReadError
from coos_license.trees.base import Content

_MAGIC: Final = b"\x7fELF"
_HEADER_BYTES: Final = 64
_BITS: Final = {1: 32, 2: 64}
_ORDERS: Final = {1: "<", 2: ">"}
#: Field layouts behind the identification: header, section, segment.
_HEADERS: Final = {32: "HHIIIIIHHHHHH", 64: "HHIQQQIHHHHHH"}
_SECTIONS: Final = {32: "IIIIIIIIII", 64: "IIQQQQIIQQ"}
_SEGMENTS: Final = {32: "IIIIIIII", 64: "IIQQQQQQ"}
_NOBITS: Final = 8
_LOAD: Final = 1
_EXECUTE, _WRITE = 1, 2
_EXTENDED: Final = 0xFFFF
#: A kernel module with a section for each function has some thousands.
_MOST_SECTIONS: Final = 1 << 16
_MOST_NAMES_BYTES: Final = 1 << 24


class Section(NamedTuple):
    """Where a section lies in the file, and at which address in memory."""

    offset: int
    size_bytes: int
    address: int


class Segment(NamedTuple):
    """A loadable segment: its place in the file and in memory, and its rights."""

    offset: int
    size_bytes: int
    address: int
    flags: int

    @property
    def is_data(self) -> bool:
        """Return whether it is written to and not executed."""
        return self.flags & (_EXECUTE | _WRITE) == _WRITE


class _Header(NamedTuple):
    """The fields of the file header, in the order of the gABI."""

    type: int
    machine: int
    version: int
    entry: int
    phoff: int
    shoff: int
    flags: int
    ehsize: int
    phentsize: int
    phnum: int
    shentsize: int
    shnum: int
    shstrndx: int


@dataclass(frozen=True, slots=True)
class Elf:
    """An ELF file that is open; ``order`` is that of :mod:`struct`."""

    content: Content
    bits: int
    order: str
    header: _Header

    @property
    def names_sections(self) -> bool:
        """Return whether there is a table of sections."""
        return self.header.shoff != 0

    def sections(self, wanted: Iterable[bytes]) -> dict[bytes, Section]:
        """Return the sections of those names; of equal ones the first.

        Raises: ReadError.
        """
        if not self.names_sections:
            return {}
        rows = self._section_rows()
        index = self.header.shstrndx
        if index == _EXTENDED:
            index = rows[0][6]
        if index >= len(rows):
            raise ReadError(_damaged("number of the section of names"))
        names = self._part(rows[index][4], rows[index][5], _MOST_NAMES_BYTES)
        ended = tuple((name, name + b"\0") for name in wanted)
        found: dict[bytes, Section] = {}
        for row in rows:
            for name, bytes_ in ended:
                if names.startswith(bytes_, row[0]) and row[1] != _NOBITS:
                    found.setdefault(name, Section(row[4], row[5], row[3]))
        return found

    def segments(self) -> tuple[Segment, ...]:
        """Return the loadable segments. Raises: ReadError."""
        rows = self._rows(
            _SEGMENTS, self.header.phoff, self.header.phentsize, self.header.phnum
        )
        wide = self.bits == 64  # noqa: PLR2004 (the two classes order their fields apart)
        return tuple(
            Segment(row[2], row[5], row[3], row[1])
            if wide
            else Segment(row[1], row[4], row[2], row[6])
            for row in rows
            if row[0] == _LOAD
        )

    def bytes_of(self, section: Section, limit: int) -> bytes:
        """Return the content of a section. Raises: ReadError."""
        return self._part(section.offset, section.size_bytes, limit)

    def at_address(self, address: int, length: int, limit: int) -> bytes:
        """Return what the file loads to an address. Raises: ReadError."""
        for segment in self.segments():
            inside = address - segment.address
            if inside >= 0 and inside + length <= segment.size_bytes:
                return self._part(segment.offset + inside, length, limit)
        raise ReadError(_damaged("address"))

    def _section_rows(self) -> list[tuple[int, ...]]:
        """Return the section headers. Raises: ReadError."""
        header = self.header
        count = header.shnum
        if not count:  # more than fit: the first one says how many (gABI, e_shnum)
            first = self._rows(_SECTIONS, header.shoff, header.shentsize, 1)
            count = first[0][5]
        rows = self._rows(_SECTIONS, header.shoff, header.shentsize, count)
        if not rows:
            raise ReadError(_damaged("number of sections"))
        return rows

    def _rows(
        self, layouts: dict[int, str], offset: int, entry_bytes: int, count: int
    ) -> list[tuple[int, ...]]:
        """Return the rows of a table. Raises: ReadError."""
        layout = struct.Struct(self.order + layouts[self.bits])
        if not count:
            return []
        if entry_bytes != layout.size or count > _MOST_SECTIONS:
            raise ReadError(_damaged("table"))
        table = self._part(offset, entry_bytes * count, entry_bytes * _MOST_SECTIONS)
        return list(layout.iter_unpack(table))

    def _part(self, offset: int, length: int, limit: int) -> bytes:
        """Return a part of the file. Raises: ReadError."""
        if length > limit:
            raise ReadError(_damaged(f"a part of {length} bytes"))
        if offset + length > self.content.size_bytes:
            raise ReadError(_damaged("a part outside of the file"))
        return self.content.read(offset, length)


def open_elf(content: Content) -> Elf | None:
    """Return the ELF file that the content is, ``None`` where it is none.

    Raises: ReadError where it begins like one and is none.
    """
    head = content.read(0, min(_HEADER_BYTES, content.size_bytes))
    if not head.startswith(_MAGIC):
        return None
    bits = _BITS.get(head[4]) if len(head) > 5 else None  # noqa: PLR2004 (e_ident)
    order = _ORDERS.get(head[5]) if bits else None
    if bits is None or order is None:
        raise ReadError(_damaged("class"))
    layout = struct.Struct(order + _HEADERS[bits])
    if len(head) < 16 + layout.size:
        raise ReadError(_damaged("header"))
    return Elf(content, bits, order, _Header(*layout.unpack_from(head, 16)))


def _damaged(what: str) -> str:
    """Return what is wrong with the file."""
    return f"is a damaged ELF file ({what})"

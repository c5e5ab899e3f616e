# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
r"""Go modules from the build information that the linker leaves in a program.

Two formats: since Go 1.18 two strings with their lengths follow a header of 32 bytes;
before, the header points at two Go strings. The second string lists the modules, one
a line, as ``go version -m`` prints them. Source: the Go project,
``src/debug/buildinfo/buildinfo.go`` (``Read``) and ``src/runtime/debug/mod.go``
(``ParseBuildInfo``).
"""

from dataclasses import dataclass
from typing import Final

from coos_license.components.elf import Elf, Section
from coos_license.errors import ReadError
from coos_license.trees.text import clean_bytes, in_full

SECTION: Final = b".go.buildinfo"
_MAGIC: Final = b"\xff Go buildinf:"
_ALIGNED: Final = 16
_HEADER_BYTES: Final = 32
_INLINE, _BIG_ENDIAN = 2, 1
#: The longest met has 50 KB.
_MOST_BYTES: Final = 1 << 22
#: Where no section is named; the linker puts it near the beginning of the data.
_SEARCHED_BYTES: Final = 1 << 20
#: The list stands between two marks of this length.
_FRAME_BYTES: Final = 16
_VARINT_BYTES: Final = 10
_VERSION: Final = "go\t"


@dataclass(frozen=True, slots=True)
class Module:
    """A module: its path, its version (maybe ``(devel)``), its go.sum checksum.

    ``replaces`` is the path of the module that it stands in for, else empty.
    """

    path: str
    version: str
    checksum: str = ""
    replaces: str = ""


@dataclass(frozen=True, slots=True)
class GoBuild:
    """What a program was built of; no ``main`` and no modules where it does not say."""

    go_version: str
    main: Module | None
    modules: tuple[Module, ...]


def read_build(elf: Elf, section: Section | None) -> bytes | None:
    """Return the build information as text, ``None`` where it is no Go program.

    The first line is ``go``, a tab and the version of Go; the rest is the list as the
    linker left it. Raises: ReadError.
    """
    if section is not None:
        data = elf.bytes_of(section, _MOST_BYTES)
    elif elf.names_sections:
        return None
    else:
        data = _first_data(elf)
    start = data.find(_MAGIC)
    while start % _ALIGNED and start > 0:
        start = data.find(_MAGIC, start + 1)
    if start < 0:
        if section is not None:
            raise ReadError("has damaged Go build information (no mark)")
        return None
    header = data[start : start + _HEADER_BYTES]
    if len(header) < _HEADER_BYTES:
        raise ReadError("has damaged Go build information (header)")
    if header[15] & _INLINE:
        rest = data[start + _HEADER_BYTES :]
        version, rest = _sized(rest)
        listed, _ = _sized(rest)
    else:
        version, listed = _pointed(elf, header)
    if not version:
        raise ReadError("has damaged Go build information (no version)")
    return _VERSION.encode() + b" ".join(version.split()) + b"\n" + _unframed(listed)


def _first_data(elf: Elf) -> bytes:
    """Return the beginning of the first segment of data. Raises: ReadError."""
    for segment in elf.segments():
        if segment.is_data:
            length = min(segment.size_bytes, _SEARCHED_BYTES)
            return elf.bytes_of(Section(segment.offset, length, 0), length)
    return b""


def _sized(data: bytes) -> tuple[bytes, bytes]:
    """Return the string behind its length, and what follows. Raises: ReadError."""
    length = shift = 0
    for index, byte in enumerate(data[:_VARINT_BYTES]):
        length |= (byte & 0x7F) << shift
        shift += 7
        if byte < 0x80:  # noqa: PLR2004 (the last byte of a varint)
            start = index + 1
            if length > len(data) - start:
                break
            return data[start : start + length], data[start + length :]
    raise ReadError("has damaged Go build information (length)")


def _pointed(elf: Elf, header: bytes) -> tuple[bytes, bytes]:
    """Return the two strings that a header before Go 1.18 points at.

    Raises: ReadError.
    """
    size = header[14]
    if size not in (4, 8):
        raise ReadError("has damaged Go build information (size of a pointer)")
    big = header[15] & _BIG_ENDIAN

    def number(data: bytes) -> int:
        return int.from_bytes(data, "big" if big else "little")

    strings = []
    for start in (16, 16 + size):
        address = number(header[start : start + size])
        if not address:
            strings.append(b"")
            continue
        pair = elf.at_address(address, 2 * size, _MOST_BYTES)
        length = number(pair[size:])
        strings.append(
            elf.at_address(number(pair[:size]), length, _MOST_BYTES) if length else b""
        )
    return strings[0], strings[1]


def _unframed(listed: bytes) -> bytes:
    """Return the list without its marks; nothing where it has none, as Go does."""
    least = 2 * _FRAME_BYTES + 1
    if len(listed) < least or listed[-_FRAME_BYTES - 1 : -_FRAME_BYTES] != b"\n":
        return b""
    return listed[_FRAME_BYTES:-_FRAME_BYTES]


def parse_build(content: bytes) -> GoBuild:
    r"""Return what the text of :func:`read_build` says. Raises: ReadError.

    A replaced module counts as what replaces it, for that is what was linked. One
    replaced by a directory keeps its path, and has no version that anybody could
    fetch.

    >>> parse_build(b"go\tgo1.22.1\ndep\texample.org/a\tv1.0.0\th1:AbC=\n").modules
    (Module(path='example.org/a', version='v1.0.0', checksum='h1:AbC=', replaces=''),)
    """
    first, *lines = clean_bytes(content)[0].split("\n")
    if not first.startswith(_VERSION):
        raise _line_error(1)
    main: Module | None = None
    modules: list[Module] = []
    for number, line in enumerate(lines, start=2):
        word, *fields = line.split("\t")
        match word:
            case "mod":
                main = _module(fields, number)
            case "dep":
                modules.append(_module(fields, number))
            case "=>" if modules:
                modules[-1] = _replaced(modules[-1], _module(fields, number))
            case "=>" if main is not None:
                main = _replaced(main, _module(fields, number))
            case "=>":
                raise _line_error(number)
            case _:
                continue
    return GoBuild(first.removeprefix(_VERSION), main, tuple(modules))


def _module(fields: list[str], number: int) -> Module:
    """Return the module of a line. Raises: ReadError."""
    if len(fields) not in (2, 3) or not fields[0].strip():
        raise _line_error(number)
    return Module(fields[0], fields[1], fields[2] if len(fields) > 2 else "")  # noqa: PLR2004 (path, version, sum)


def _replaced(module: Module, by: Module) -> Module:
    """Return what was linked in place of a module."""
    if by.path.startswith(("./", "../", "/")):
        return Module(module.path, "(devel)", "", module.path)
    return Module(by.path, by.version, by.checksum, module.path)


def _line_error(number: int) -> ReadError:
    """Return the error that a line is not understood."""
    return ReadError(f"has Go build information whose line {number} is damaged")


def language_version(go_version: str) -> str:
    """Return the release of Go, empty for one between releases.

    >>> language_version("go1.22.1 X:boringcrypto"), language_version("devel go1.23-ab")
    ('1.22.1', '')
    """
    word = go_version.partition(" ")[0]
    return in_full(word.removeprefix("go")) if word.startswith("go") else ""

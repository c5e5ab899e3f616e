# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""The members of a tar, one header at a time: ustar, GNU, pax and what came before.

Not ``tarfile``: that reads a pax header into memory whatever size it claims, goes
back on negative sizes (CVE-2025-8194) and keeps every member. Here every length is
bounded before anything is read, and nothing of what was passed is kept.
Source: POSIX pax (ustar and pax interchange formats); GNU tar manual, "Tar Internals".
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from coos_license.errors import ReadError
from coos_license.trees.base import Kind
from coos_license.trees.text import in_full, show
from coos_license.trees.unpack import Stream, is_header, octal

#: Names the keyword under which a snapshot says what could not be read.
FAULT: Final = "COOS_LICENSE.fault"
_BLOCK: Final = 512
_MOST_MEMBERS: Final = 2_000_000
#: ``PATH_MAX`` of Linux: no longer path can be in any directory.
_LONGEST_NAME: Final = 4096
#: A pax header may hold extended attributes, of 64 KiB each.
_LONGEST_HEADER: Final = 1 << 20
_KINDS: Final = {
    b"2": Kind.SYMLINK,
    b"3": Kind.OTHER,
    b"4": Kind.OTHER,
    b"5": Kind.DIRECTORY,
    b"6": Kind.OTHER,
    b"D": Kind.DIRECTORY,
}
#: Types whose size is no length of data (POSIX; size of a directory is a hint).
_NO_DATA: Final = frozenset((b"1", b"2", b"3", b"4", b"5", b"6"))
_PAX: Final = frozenset((b"x", b"X", b"g"))
_LONG: Final = {b"L": "path", b"K": "linkpath"}
_VOLUME_LABEL: Final = b"V"
_CONTINUED: Final = b"M"
_KEYS: Final = frozenset(("path", "linkpath", "size", "GNU.sparse.name", FAULT))
_SPARSE: Final = ("GNU.sparse.", "SCHILY.realsize")
_IS_SPARSE: Final = "sparse"


@dataclass(frozen=True, slots=True)
class Member:
    """One member: its name as stated, what it is, and how many bytes follow.

    ``kind`` is ``None`` for a hard link; ``target`` is of both kinds of link.
    ``fault`` says why the content cannot be had.
    """

    name: str
    kind: Kind | None
    size: int
    target: str = ""
    fault: str = ""


def members(stream: Stream) -> Iterator[Member]:
    """Yield the members; the consumer may read the ``size`` bytes of each, or not.

    Raises: ReadError where the archive is truncated, damaged or too long.
    """
    common: dict[str, str] = {}
    stated: dict[str, str] = {}
    count = 0
    while (block := _header(stream)) is not None:
        count += 1
        if count > _MOST_MEMBERS:
            message = f"has more than {_MOST_MEMBERS} members"
            raise ReadError(message)
        flag = block[156:157]
        if flag in _PAX or flag in _LONG:
            told = _extended(stream, flag, _size(stream, block))
            (common if flag == b"g" else stated).update(told)
            continue
        member = _member(stream, block, {**common, **stated})
        stated = {}
        end = stream.position + _padded(member.size)
        if flag != _VOLUME_LABEL:
            yield member
        stream.skip(end - stream.position)
    stream.drain()


def _header(stream: Stream) -> bytes | None:
    """Return the next header, ``None`` at the end mark. Raises: ReadError.

    One block of zeros is taken for the end, as GNU tar does with a warning. An archive
    without any lacks what followed: no packages may go missing without a word.
    """
    at = stream.position
    block = stream.read(_BLOCK)
    if len(block) < _BLOCK:
        message = "is truncated"
        raise ReadError(message)
    if not block.strip(b"\0"):
        return None
    if not is_header(block):
        message = f"is damaged at byte {at}" if at else "holds no tar archive"
        raise ReadError(message)
    return block


def _size(stream: Stream, block: bytes) -> int:
    """Return the size field. Raises: ReadError."""
    size = octal(block[124:136])
    if size is None:
        message = f"is damaged at byte {stream.position}: a size is no number"
        raise ReadError(message)
    return size


def _padded(size: int) -> int:
    """Return the bytes that data takes in whole blocks."""
    return -(-size // _BLOCK) * _BLOCK


def _extended(stream: Stream, flag: bytes, size: int) -> dict[str, str]:
    """Return what a header says of the next one. Raises: ReadError."""
    if size > _LONGEST_HEADER:
        message = f"has an extended header of {size} bytes"
        raise ReadError(message)
    content = stream.read(size)
    stream.skip(_padded(size) - size)
    if len(content) < size:
        message = "is truncated"
        raise ReadError(message)
    if flag in _LONG:
        return {_LONG[flag]: _text(content.partition(b"\0")[0])}
    return _pax(content)


def _pax(content: bytes) -> dict[str, str]:
    """Return the records that count: ``<length> <key>=<value>LF``.

    Raises: ReadError.
    """
    records = {}
    at = 0
    while at < len(content):
        length = content[at : at + 10].partition(b" ")[0]
        end = at + int(length) if length.isdigit() else at
        record = content[at + len(length) + 1 : end]
        if end > len(content) or not record.endswith(b"\n"):
            message = "has an extended header that is damaged"
            raise ReadError(message)
        key, _, value = record[:-1].partition(b"=")
        name = _text(key)
        if name in _KEYS:
            records[name] = _text(value)
        elif name.startswith(_SPARSE):
            records[_IS_SPARSE] = name
        at = end
    return records


def _text(content: bytes) -> str:
    """Return a name as the system would give it."""
    return content.decode("utf-8", "surrogateescape")


def _member(stream: Stream, block: bytes, stated: Mapping[str, str]) -> Member:
    """Return the member of a header and of what was said before it."""
    flag = block[156:157]
    if flag == _CONTINUED:
        message = "is one volume of several"
        raise ReadError(message)
    size = 0 if flag in _NO_DATA else _size(stream, block)
    if "size" in stated and flag not in _NO_DATA:
        told = stated["size"]
        if not (told.isascii() and told.isdigit() and len(told) < 20):  # noqa: PLR2004 (digits)
            message = "has an extended header with a size that is no number"
            raise ReadError(message)
        size = int(told)
    name = stated.get("GNU.sparse.name") or stated.get("path") or _short_name(block)
    _check_name(name)
    fault = in_full(stated.get(FAULT, ""))
    if flag == b"S" or _IS_SPARSE in stated:
        fault = "is a sparse member of an archive, which is not read"
        if flag == b"S":
            _skip_sparse_map(stream, block)
    kind = None if flag == b"1" else _KINDS.get(flag, Kind.FILE)
    if kind is Kind.FILE and flag == b"\0" and name.endswith("/"):
        kind = Kind.DIRECTORY  # before POSIX, directories had no type
    target = ""
    if kind is None or kind is Kind.SYMLINK:
        target = stated.get("linkpath") or _text(block[157:257].partition(b"\0")[0])
        _check_name(target)
    return Member(name, kind, size, target, fault)


def _short_name(block: bytes) -> str:
    """Return the name in a header, with the prefix that POSIX puts elsewhere."""
    name = _text(block[:100].partition(b"\0")[0])
    prefix = b""
    if block[257:263] == b"ustar\0":
        prefix = block[345:500].partition(b"\0")[0]
    return f"{_text(prefix)}/{name}" if prefix else name


def _check_name(name: str) -> None:
    """Refuse a name that no file system could hold. Raises: ReadError."""
    if len(name) > _LONGEST_NAME:
        message = f"has a member whose name is {len(name)} characters long"
        raise ReadError(message)
    if "\0" in name:
        message = f"has a member whose name holds NUL: {show(name)!r}"
        raise ReadError(message)


def _skip_sparse_map(stream: Stream, block: bytes) -> None:
    """Go past the rest of an old GNU sparse map, to the data. Raises: ReadError."""
    more = block[482]
    while more:
        extension = stream.read(_BLOCK)
        if len(extension) < _BLOCK:
            message = "is truncated"
            raise ReadError(message)
        more = extension[504]

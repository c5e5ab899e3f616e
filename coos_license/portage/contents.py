# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""CONTENTS: the files and symbolic links that a package owns.

A line is ``dir PATH``, ``obj PATH MD5 MTIME`` or ``sym PATH -> TARGET MTIME``. Paths
hold anything but a line feed, spaces and arrows too, so a line is read from the right.
Source: portage 3.0.83, ``_contents_re`` of ``dbapi/vartree.py``.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from coos_license.trees.base import Kind

_LINE: Final = re.compile(
    rb"(?:obj /(?P<file>.+) (?P<md5>[0-9a-f]{32}) \d+|sym /(?P<link>.+) -> .+ \d+)",
    re.DOTALL,
)
#: That a path is a directory, or something that has no content.
_PASSED: Final = (b"dir ", b"dev ", b"fif ")
_BEGINS: Final = ("obj /", "sym /", "dir /", "dev /", "fif /")
#: How the last line of a file or link ends.
_FILE_END: Final = re.compile(r" [0-9a-f]{32} \d+\Z")
_LINK_END: Final = re.compile(r" \d+\Z")
#: Twice ``PATH_MAX`` of Linux, of four bytes a character: a line is no longer.
_LONGEST: Final = 1 << 15
_MD5_DIGITS: Final = 32
_NOT_NAMES: Final = frozenset(("", ".", ".."))


@dataclass(frozen=True, slots=True)
class Owned:
    """A file or link: ``path`` below the root, no slash before it; ``md5`` of a file.

    Bytes of a path that are no UTF-8 are surrogate-escaped.
    """

    path: str
    kind: Kind
    md5: bytes = b""


def owned(contents: bytes) -> tuple[tuple[Owned, ...], tuple[bytes, ...]]:
    r"""Return what CONTENTS lists, each path once, and the lines that say nothing.

    >>> owned(b"obj /a b -> c d41d8cd98f00b204e9800998ecf8427e 1\nnonsense")[1]
    (b'nonsense',)
    """
    found: dict[str, Owned] = {}
    odd: list[bytes] = []
    for line in contents.split(b"\n"):
        if not line or line.startswith(_PASSED):
            continue
        one = _parsed(line)
        if one is None:
            odd.append(line)
        else:
            found[one.path] = one
    return tuple(found.values()), tuple(odd)


def _parsed(line: bytes) -> Owned | None:
    """Return what a line lists, ``None`` where it says nothing that can be there."""
    match = _LINE.fullmatch(line)
    if match is None:
        return None
    path = (match["file"] or match["link"]).decode("utf-8", "surrogateescape")
    if not _NOT_NAMES.isdisjoint(path.split("/")) or "\0" in path:
        return None
    if match["link"]:
        return Owned(path, Kind.SYMLINK)
    return Owned(path, Kind.FILE, bytes.fromhex(match["md5"].decode("ascii")))


@dataclass(frozen=True, slots=True)
class Listed:
    """What CONTENTS lists, below the root and without a slash before it.

    ``names`` are all but directories, each with its MD5 in hexadecimal digits, or
    ``""`` where it is no file. ``odd`` are the lines that say nothing.
    """

    names: dict[str, str]
    directories: tuple[str, ...]
    odd: tuple[str, ...]


def listed(contents: bytes) -> Listed:
    r"""Return all that CONTENTS lists: devices and FIFOs, and directories, too.

    Portage writes a line feed in a path as it is: a line that is not whole goes on in
    the next, up to one that begins as a line does.

    >>> listed(b"dev /dev/a\nobj /a\nb d41d8cd98f00b204e9800998ecf8427e 1\n").names
    {'dev/a': '', 'a\nb': 'd41d8cd98f00b204e9800998ecf8427e'}
    """
    names: dict[str, str] = {}
    directories: list[str] = []
    odd: list[str] = []
    for line in _whole_lines(contents.decode("utf-8", "surrogateescape")):
        kind, path = line[:5], line[5:]
        if kind == "obj /":
            match path.rsplit(" ", 2):
                case [name, md5, time] if len(md5) == _MD5_DIGITS and time.isdecimal():
                    names[name] = md5
                    continue
        elif kind == "sym /":
            path, arrow, _ = path.rpartition(" -> ")
            if arrow:
                names[path] = ""
                continue
        elif kind in ("dev /", "fif /"):
            names[path] = ""
            continue
        elif kind == "dir /":
            directories.append(path)
            continue
        odd.append(line)
    return Listed(names, tuple(directories), tuple(odd))


def _whole_lines(text: str) -> Iterator[str]:
    """Yield the lines, each with those that go on with it."""
    whole = last = ""
    for line in text.split("\n"):
        goes_on = not line.startswith(_BEGINS) and len(whole) < _LONGEST
        if goes_on and not (line and _is_whole(whole, last)):
            whole += f"\n{line}" if whole else line
            last = line or last
            continue
        if whole:
            yield whole.rstrip("\n")
        whole = last = line
    if whole:
        yield whole.rstrip("\n")


def _is_whole(whole: str, last: str) -> bool:
    """Return whether lines are a whole one; ``last`` is the last that is not empty.

    Of files it is enough to look at that: each line more must not cost all before it.
    """
    match whole[:5]:
        case "obj /":
            return _FILE_END.search(last) is not None
        case "sym /":
            return _LINK_END.search(last) is not None and " -> " in whole
        case kind:
            return kind in _BEGINS


def by_directory(paths: Iterator[str]) -> dict[str, list[str]]:
    """Return the names of files by the directory that they are in, both in order.

    >>> by_directory(iter(["b", "usr/bin/x", "usr/bin/a"]))
    {'': ['b'], 'usr/bin': ['a', 'x']}
    """
    found: dict[str, list[str]] = {}
    for path in paths:
        directory, _, name = path.rpartition("/")
        found.setdefault(directory, []).append(name)
    return {directory: sorted(found[directory]) for directory in sorted(found)}

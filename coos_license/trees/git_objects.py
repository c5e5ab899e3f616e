# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""The objects of a Git repository by their ids, each compared with its id.

An id is the SHA-1 of what it names, so it does not matter what else a repository holds
or says. Source: gitrepository-layout, gitformat-loose.
"""

import hashlib
from collections import OrderedDict
from collections.abc import Generator, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Final

from coos_license.errors import ReadError
from coos_license.trees.base import AbsentError, Content, FileTree
from coos_license.trees.git_packs import KINDS, Pack, exactly, inflated, patched
from coos_license.trees.text import show

#: Git keeps longer ones whole (``core.bigFileThreshold``); a delta takes memory.
_DELTA_LIMIT: Final = 1 << 29
#: Git makes chains of 50, and made some of 250 (``pack.depth``).
_DEEPEST: Final = 500
_CACHE_BYTES: Final = 1 << 26
#: What all deltas of a repository may make: a minute. A tree of Linux takes 2 GB.
_MOST_MADE: Final = 1 << 36
_MOST_PACKS: Final = 10_000
_MOST_ALTERNATES: Final = 20
_HEADER: Final = 32


class MissingObjectError(ReadError):
    """A repository has not the object; its id is in the message."""


@dataclass(frozen=True, slots=True)
class GitObject:
    """An object that was found; ``pieces`` can be walked once, and checks it."""

    kind: str
    size_bytes: int
    pieces: Iterator[bytes]


class GitObjects:
    """The objects in ``objects`` directories: a repository's own, and what it uses."""

    def __init__(self, directories: Sequence[FileTree]) -> None:
        """Look into open directories, which are closed with it. Raises: ReadError."""
        self._directories = list(directories)
        self._stack = ExitStack()
        self._cache: OrderedDict[tuple[int, int], tuple[int, bytes]] = OrderedDict()
        self._cached = 0
        self._made_left = _MOST_MADE
        self._unread: list[str] = []
        for one in directories:
            self._stack.callback(one.close)
        self._packs = [pack for one in directories for pack in self._opened(one)]

    def close(self) -> None:
        """Close all."""
        self._stack.close()

    def _opened(self, directory: FileTree) -> Iterator[Pack]:
        """Yield the packs of a directory; what cannot be read is noted."""
        try:
            with directory.at("pack") as packs:
                names = [entry.name for entry in packs.entries()]
        except AbsentError:
            return
        except ReadError as error:
            self._unread.append(f"pack {error}")
            return
        for name in [one for one in names if one.endswith(".idx")][:_MOST_PACKS]:
            bare = f"pack/{name.removesuffix('.idx')}"
            with ExitStack() as files:
                try:
                    index = files.enter_context(directory.open_file(f"{bare}.idx"))
                    content = files.enter_context(directory.open_file(f"{bare}.pack"))
                    pack = Pack(index, content)
                except ReadError as error:
                    self._unread.append(f"{show(bare)} {error}")
                    continue
                self._stack.callback(files.pop_all().close)
                yield pack

    @property
    def unread(self) -> str:
        """Return what cannot be read, as the end of a line that something lacks."""
        if not self._unread:
            return ""
        more = len(self._unread) - 1
        rest = f" and {more} more" if more else ""
        return f"; of its packs {self._unread[0]}{rest}"

    def __contains__(self, oid: str) -> bool:
        """Return whether an object is there. Raises: ReadError."""
        raw = bytes.fromhex(oid)
        if any(pack.find(raw) is not None for pack in self._packs):
            return True
        loose = self._loose(oid)
        if loose is not None:
            loose.close()
        return loose is not None

    def open(self, oid: str) -> GitObject:
        """Return an object. Raises: MissingObjectError, ReadError."""
        found = self._packed(oid) or self._unpacked(oid)
        if found is None:
            raise MissingObjectError(f"has not the object {oid}{self.unread}")
        pieces = _checked(oid, found)
        return GitObject(found.kind, found.size_bytes, pieces)

    def read(self, oid: str, kind: str, limit: int) -> bytes:
        """Return an object of a kind, ``limit`` bytes at most. Raises: ReadError."""
        found = self.open(oid)
        if found.kind != kind or found.size_bytes > limit:
            raise ReadError(f"has {oid} as no {kind} of at most {limit} bytes")
        return b"".join(found.pieces)

    def _packed(self, oid: str) -> GitObject | None:
        """Return an object of a pack. Raises: ReadError."""
        for number, pack in enumerate(self._packs):
            place = pack.find(bytes.fromhex(oid))
            if place is None:
                continue
            entry = pack.entry(place)
            if entry.kind in KINDS:
                pieces = exactly(inflated(pack.content, entry.at), entry.size)
                return GitObject(KINDS[entry.kind], entry.size, pieces)
            kind, content = self._resolved(number, place)
            return GitObject(KINDS[kind], len(content), iter((content,)))
        return None

    def _resolved(self, number: int, place: int) -> tuple[int, bytes]:
        """Return type and content of an object that may be a delta. Raises: ReadError.

        Goes down to what is whole, or was met before, and applies the deltas upwards.
        """
        pack = self._packs[number]
        deltas: list[tuple[int, bytes]] = []
        left = _DELTA_LIMIT
        while True:
            known = self._cache.get((number, place))
            if known is not None:
                self._cache.move_to_end((number, place))
                kind, content = known
                break
            entry = pack.entry(place)
            left -= entry.size
            if left < 0 or len(deltas) > _DEEPEST:
                raise ReadError("has a delta that is too long, or of too many")
            packed = b"".join(exactly(inflated(pack.content, entry.at), entry.size))
            if entry.base is None:
                kind, content = entry.kind, packed
                self._keep((number, place), kind, content)
                break
            deltas.append((place, packed))
            base = (
                pack.find(entry.base) if isinstance(entry.base, bytes) else entry.base
            )
            if base is None:
                raise ReadError("has a delta whose base is not in its pack")
            place = base
        for above, delta in reversed(deltas):
            content = patched(content, delta, _DELTA_LIMIT)
            self._made_left -= len(content)
            if self._made_left < 0:
                raise ReadError("has deltas that make more than is read of one")
            self._keep((number, above), kind, content)
        return kind, content

    def _keep(self, key: tuple[int, int], kind: int, content: bytes) -> None:
        """Remember an object that others may count from."""
        if len(content) > _CACHE_BYTES // 8:
            return
        self._cache[key] = kind, content
        self._cached += len(content)
        while self._cached > _CACHE_BYTES:
            _, (_, oldest) = self._cache.popitem(last=False)
            self._cached -= len(oldest)

    def _unpacked(self, oid: str) -> GitObject | None:
        """Return an object that has a file of its own. Raises: ReadError."""
        content = self._loose(oid)
        if content is None:
            return None
        pieces = _closing(content)
        start = b""
        while b"\0" not in start and len(start) < _HEADER:
            piece = next(pieces, None)
            if piece is None:
                break
            start += piece
        header, end, rest = start.partition(b"\0")
        kind, _, size = header.decode("ascii", "replace").partition(" ")
        if not end or kind not in KINDS.values() or not size.isdigit():
            pieces.close()
            raise ReadError(f"has {oid} as a file that is no object")
        return GitObject(kind, int(size), exactly(_with(rest, pieces), int(size)))

    def _loose(self, oid: str) -> Content | None:
        """Return the file of an object, ``None`` where there is none."""
        for one in self._directories:
            try:
                return one.open_file(f"{oid[:2]}/{oid[2:]}")
            except AbsentError:
                continue
        return None


def _closing(content: Content) -> Generator[bytes, None, None]:
    """Yield what a file holds, and close it."""
    with content:
        yield from inflated(content, 0)


def _with(first: bytes, rest: Iterator[bytes]) -> Iterator[bytes]:
    """Yield one more piece first."""
    yield first
    yield from rest


def _checked(oid: str, found: GitObject) -> Iterator[bytes]:
    """Yield an object. Raises: ReadError where it is not the one of its id."""
    header = f"{found.kind} {found.size_bytes}\0".encode()
    digest = hashlib.sha1(header, usedforsecurity=False)
    for piece in found.pieces:
        digest.update(piece)
        yield piece
    if digest.hexdigest() != oid:
        raise ReadError(f"has another object under the id {oid}")


def alternates(directory: FileTree) -> list[str]:
    """Return the other ``objects`` directories that one uses, as it names them."""
    try:
        content = directory.read("info/alternates", 1 << 16)
    except ReadError:
        return []
    lines = content.decode("utf-8", "surrogateescape").splitlines()
    return [one for one in lines if one and one[0] != "#"][:_MOST_ALTERNATES]

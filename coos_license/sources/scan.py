# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""The licence and notice files of one source tree or archive, and its header lines.

One pass; further ones only for links to files whose own names say nothing. Whatever
cannot be read is in the answer with the reason, and the rest is read all the same.
"""

import hashlib
from collections.abc import Iterator
from typing import Final

from coos_license.errors import ReadError
from coos_license.portage.repository import TEXT_LIMIT
from coos_license.sources.headers import (
    HEAD_BYTES,
    header_of,
    license_fields,
    listed_files,
)
from coos_license.sources.names import is_code, role_of
from coos_license.sources.values import (
    EMPTY,
    PASSED_ON,
    SCRIPT,
    Fault,
    Header,
    LeftOut,
    Role,
    Scan,
    SourceFile,
)
from coos_license.sources.walks import Name, Path, Walk, every
from coos_license.trees.base import Kind
from coos_license.trees.packed import is_packed, unpacked
from coos_license.trees.text import in_full, show

#: Files kept of one source, and their bytes; that of Chromium has 2,000 licence files.
MOST_FILES: Final = 20_000
MOST_BYTES: Final = 1 << 27
#: Faults and distinct header lines that are told one by one.
MOST_TOLD: Final = 200
_MOST_LINKS: Final = 8
#: A link to a name that says nothing may lead on to another one.
_MORE_PASSES: Final = 2
_TOO_LONG: Final = f"is longer than the {TEXT_LIMIT} bytes that are read"
_BOMS: Final = (b"\xff\xfe", b"\xfe\xff", b"\0\0\xfe\xff")
_HEAD: Final = 512
#: Control characters that no text has on purpose. Where NUL is among them and they are
#: more than this share, it is no text: of packed or compiled data they are 10 in 100 at
#: least, of UTF-16 without a mark half.
_CONTROLS: Final = bytes(sorted({*range(32), 127} - set(b"\t\n\v\f\r\x1b")))
_CONTROL_SHARE: Final = 0.05


class _SpentError(ReadError):
    """A bound of the whole source was reached: nothing more of it is read."""


def scan(walk: Walk, *, archive: bool) -> Scan:
    """Return what a source says; ``walk`` begins a walk through it.

    In an ``archive``, another one at its top is looked into.
    """
    collector = _Collector()
    collector.collect(every(walk, collector.blame, archive=archive))
    for _ in range(_MORE_PASSES):
        wanted = collector.unresolved()
        if not wanted:
            break
        collector.fetch(every(walk, collector.blame, archive=archive), wanted)
    collector.follow()
    return collector.result()


class _Collector:
    """What was found so far."""

    def __init__(self) -> None:
        """Start with nothing."""
        self._files: dict[Path, tuple[Role, str]] = {}
        self._contents: dict[str, bytes] = {}
        self._links: dict[Path, Path] = {}
        self._targets: dict[Path, str] = {}
        self._headers: dict[str, tuple[int, Path, int]] = {}
        self._metadata: list[tuple[Path, tuple[str, ...]]] = []
        self._faults: dict[Fault, None] = {}
        self._left_out: dict[Path, tuple[Role, str]] = {}
        self._bytes = 0

    def blame(self, path: str, reason: str) -> None:
        """Note what was not read."""
        if len(self._faults) < MOST_TOLD:
            self._faults[Fault(in_full(path), reason)] = None

    def collect(self, names: Iterator[Name]) -> None:
        """Look at every name of a source, until a bound is reached."""
        for name in names:
            try:
                self._take(name)
            except _SpentError as error:
                self.blame("", str(error))
                return
            except ReadError as error:
                self.blame("/".join(name.path), str(error))

    def _take(self, name: Name) -> None:
        """Take what a name is for, if anything. Raises: ReadError."""
        path, found = name.path, name.found
        role = role_of(path[len(name.root) :])
        if role is None:
            if found.kind is Kind.FILE and not found.fault and is_code(path):
                self._count_header(path, found.read(HEAD_BYTES))
        elif found.kind is Kind.OTHER:
            raise ReadError(f"is a {Kind.OTHER}, which is not read")
        elif found.fault:
            raise ReadError(found.fault)
        elif found.kind is Kind.FILE:
            self._keep(path, role, _whole(name))
        elif found.target is None:
            self._read_link(name, role)
        else:
            self._note_link(name)

    def _read_link(self, name: Name, role: Role) -> None:
        """Keep what a link of a directory leads to. Raises: ReadError."""
        try:
            content = name.found.read(TEXT_LIMIT + 1)
        except ReadError as error:
            self._left_out[name.path] = role, f"it is a link to what {error}"
            return
        if len(content) > TEXT_LIMIT:
            raise ReadError(_TOO_LONG)
        self._keep(name.path, role, content)

    def _note_link(self, name: Name) -> None:
        """Remember where a link of an archive leads. Raises: ReadError."""
        target = name.target()
        if target is None:
            shown = show(name.found.target or "")
            raise ReadError(f"is a link that leads outside: {shown!r}")
        self._links[name.path] = target

    def _keep(self, path: Path, role: Role, content: bytes) -> None:
        """Keep the content of a file, unpacked, where there is anything to pass on.

        Raises: ReadError.
        """
        if is_packed(content[:_HEAD]):
            content = unpacked(content, TEXT_LIMIT + 1)
            if len(content) > TEXT_LIMIT:
                raise ReadError(f"unpacks to more than {TEXT_LIMIT} bytes")
        nothing = _nothing_in(content)
        if role is Role.METADATA:
            self._fields(path, content)
        elif nothing:
            self._left_out[path] = role, nothing
        else:
            self._bytes += len(content)
            if len(self._files) >= MOST_FILES or self._bytes > MOST_BYTES:
                most = f"{MOST_FILES} licence files, or {MOST_BYTES} bytes of them"
                raise _SpentError(f"has more than {most}")
            self._files[path] = role, self._put(content)
            if role is Role.LIST:
                self._count_header(path, content)

    def _put(self, content: bytes) -> str:
        """Remember a content; return its SHA-256."""
        sha256 = hashlib.sha256(content).hexdigest()
        self._contents.setdefault(sha256, content)
        return sha256

    def _fields(self, path: Path, content: bytes) -> None:
        """Note what metadata says of licences."""
        if path[-1] == "SOURCES.txt":
            self._metadata.append((path, listed_files(content)))
            return
        names, stated = license_fields(content)
        self._metadata.append((path, names))
        if stated is not None:
            self._count(*stated, path)

    def _count_header(self, path: Path, content: bytes) -> None:
        """Count what a file of code says at its head."""
        header = header_of(content[:HEAD_BYTES]) if is_code(path) else None
        if header is not None:
            self._count(*header, path)

    def _count(self, expression: str, line: int, path: Path) -> None:
        """Count one file that says an expression; the first by path is remembered."""
        count, first, at = self._headers.get(expression, (0, path, line))
        if path < first:
            first, at = path, line
        if expression in self._headers or len(self._headers) < MOST_TOLD:
            self._headers[expression] = count + 1, first, at

    def unresolved(self) -> frozenset[Path]:
        """Return what links lead to and is not known yet."""
        ends = map(self._end, self._links)
        return frozenset(
            end for end in ends if end not in self._files and end not in self._targets
        )

    def _end(self, path: Path) -> Path:
        """Return where a link leads in the end."""
        for _ in range(_MOST_LINKS):
            if path not in self._links:
                break
            path = self._links[path]
        return path

    def fetch(self, names: Iterator[Name], wanted: frozenset[Path]) -> None:
        """Read the files that links lead to, and links on the way."""
        for name in names:
            if name.path not in wanted or name.found.fault:
                continue
            try:
                if name.found.kind is Kind.FILE:
                    self._targets[name.path] = self._put(_whole(name))
                elif name.found.kind is not Kind.OTHER:
                    self._note_link(name)
            except ReadError as error:
                self.blame("/".join(name.path), str(error))

    def follow(self) -> None:
        """Give each link that counts the content that it leads to."""
        for path in sorted(self._links):
            role = role_of(path)
            if role is None:
                continue
            end = self._end(path)
            sha256 = self._targets.get(end)
            if end in self._files:
                sha256 = self._files[end][1]
            if sha256 is None:
                reason = "it is a link to what is not there or no file"
                self._left_out[path] = role, f"{reason}: {show_path(end)!r}"
                continue
            try:
                self._keep(path, role, self._contents[sha256])
            except ReadError as error:
                self.blame("/".join(path), str(error))

    def result(self) -> Scan:
        """Return what was found, sorted."""
        told = sorted({sha256 for _, sha256 in self._files.values()})
        left_out = sorted(self._left_out.items())[:MOST_TOLD]
        return Scan(
            files=tuple(
                SourceFile(show_path(path), role, sha256)
                for path, (role, sha256) in sorted(self._files.items())
            ),
            contents={sha256: self._contents[sha256] for sha256 in told},
            headers=tuple(
                Header(expression, count, show_path(path), line)
                for expression, (count, path, line) in sorted(self._headers.items())
            ),
            faults=tuple(sorted(self._faults)),
            left_out=tuple(LeftOut(show_path(path), *why) for path, why in left_out),
            named=tuple(sorted(self._missing())),
        )

    def _missing(self) -> Iterator[tuple[str, str]]:
        """Yield the licence files that metadata names and that are not there.

        They lie beside the metadata, in ``licenses/`` there (PEP 639), or, of
        setuptools' ``.egg-info``, beside that directory or the one that holds it.
        """
        there = self._files.keys() | self._left_out.keys()
        for path, names in self._metadata:
            beside = path[:-1]
            places = [beside, (*beside, "licenses")]
            if beside and beside[-1].endswith(".egg-info"):
                places += beside[:-1], beside[:-2]
            for name in names:
                parts = tuple(name.split("/"))
                if role_of(parts) in PASSED_ON and not any(
                    (*place, *parts) in there for place in places
                ):
                    yield show_path(path), in_full(name)


def _whole(name: Name) -> bytes:
    """Return the content of a file. Raises: ReadError, also where it is too long."""
    content = name.found.read(TEXT_LIMIT + 1)
    if len(content) > TEXT_LIMIT:
        raise ReadError(_TOO_LONG)
    return content


def _nothing_in(content: bytes) -> str:
    """Return why a file has nothing to pass on, ``""`` where it has."""
    if not content.strip():
        return EMPTY
    if content.startswith(b"#!"):
        return SCRIPT
    return "" if _is_text(content) else "it is no text"


def _is_text(content: bytes) -> bool:
    """Return whether people can read it; a stray NUL does not make it data."""
    if b"\0" not in content or content.startswith(_BOMS):
        return True
    kept = content.translate(None, _CONTROLS)
    return len(content) - len(kept) <= _CONTROL_SHARE * len(content)


def show_path(path: Path) -> str:
    """Return a path so that it can be printed and be evidence."""
    return in_full("/".join(path))

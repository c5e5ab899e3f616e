# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""``Packages``: the list of the binary packages of a directory.

A header and one paragraph a package, ``KEY: value``, with an empty line between them.
Values that are the default are not written. Source: portage 3.0.83, ``PackageIndex``
of ``getbinpkg.py`` and ``binarytree`` of ``dbapi/bintree.py``.
"""

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import Final

from coos_license import findings
from coos_license.errors import ReadError
from coos_license.model import (
    BinaryFile,
    Evidence,
    Finding,
    PackageId,
    RawPackage,
)
from coos_license.portage.builds import Build
from coos_license.portage.entry import (
    ALL_FILES,
    number_of,
    parse_package,
    without_defaults,
)
from coos_license.portage.names import package_id
from coos_license.trees.text import clean, clean_line, show

INDEX: Final = "Packages"
#: That of a public server with 30,000 packages has 45 MB.
INDEX_LIMIT: Final = 1 << 26
#: What a paragraph does not say is as the header has it, for these alone.
_INHERITED: Final = "repository"
#: The last version of the format that is known.
_VERSION: Final = 0
_MOST_PROBLEMS: Final = 100
_HEADER: Final = re.compile(rb"(?:[A-Za-z_][A-Za-z0-9_]*:[^\0\n]*\n)+")
#: That of a public server has 50,000.
_MOST_PACKAGES: Final = 200_000
_READ: Final = ALL_FILES - {"CONTENTS"}
#: The digests that portage writes of a package (``_pkgindex_hashes``).
_DIGESTS: Final = ("MD5", "SHA1")
_OF_INDEX: Final = frozenset(
    ("BUILD_ID", "CPV", "IUSE", "PATH", "SIZE", "VERSION", *_DIGESTS)
)
#: Keys that are read, and what they are called elsewhere.
_KEYS: Final = {
    **{name.encode(): name for name in _READ | _OF_INDEX},
    b"DESC": "DESCRIPTION",
    b"REPO": "repository",
}


@dataclass(frozen=True, slots=True)
class Paragraph:
    """The values of one paragraph, and the line that each is on.

    The line of ``""`` is that of the paragraph itself. ``odd`` are the lines that say
    nothing, with the reason.
    """

    values: dict[str, bytes]
    lines: dict[str, int]
    odd: list[tuple[int, str]] = field(default_factory=list)

    def text(self, key: str) -> str:
        """Return a value as one line, ``""`` where it is the default."""
        return clean_line(self.values.get(key, b""))

    @property
    def path(self) -> str:
        """Return where the package lies, below the directory of the index."""
        stated = self.values.get("PATH", b"").decode("utf-8", "surrogateescape")
        return stated or f"{self.text('CPV')}.tbz2"

    @property
    def binary(self) -> BinaryFile:
        """Return the file that the paragraph is about, with the digests it states."""
        digests = tuple(
            (name, digits.lower()) for name in _DIGESTS if (digits := self.text(name))
        )
        name = clean(self.path.rpartition("/")[2])
        return BinaryFile(name, number_of(self.text("SIZE")), digests)


@dataclass(frozen=True, slots=True)
class Index:
    """A header and the packages in order; ``place`` is the evidence path."""

    place: str
    header: Paragraph
    packages: tuple[Paragraph, ...]

    def evidence(self, paragraph: Paragraph, key: str = "") -> Evidence:
        """Return where a value of a package lies, or its paragraph."""
        line = paragraph.lines.get(key, paragraph.lines[""])
        return Evidence(self.place, line)


def looks_like_index(content: bytes) -> bool:
    """Return whether bytes begin as an index does: a header that has its version.

    An image may hold an index among its first bytes and is none.
    """
    match = _HEADER.match(content)
    return match is not None and b"\nVERSION:" in b"\n" + match[0]


def read_index(content: bytes, place: str) -> Index:
    """Return what an index says. Raises: ReadError where its version is not known."""
    paragraphs = _paragraphs(content)
    header = next(paragraphs, Paragraph({}, {"": 1}))
    version = header.text("VERSION")
    number = number_of(version)
    if number is None or number > _VERSION:
        message = f"is of version {show(version)!r}, of which nothing is known"
        raise ReadError(message)
    found = tuple(islice(paragraphs, _MOST_PACKAGES + 1))
    if len(found) > _MOST_PACKAGES:
        message = f"lists more than {_MOST_PACKAGES} packages"
        raise ReadError(message)
    packages = tuple(one for one in found if "CPV" in one.values)
    inherited = header.values.get(_INHERITED)
    if inherited is not None:
        for one in packages:
            one.values.setdefault(_INHERITED, inherited)
    return Index(place, header, packages)


def _paragraphs(content: bytes) -> Iterator[Paragraph]:
    """Yield the paragraphs, the header first."""
    paragraph = Paragraph({}, {"": 1})
    for number, line in enumerate(io.BytesIO(content), start=1):
        if line.strip():
            _take(paragraph, number, line.rstrip(b"\n"))
            continue
        if paragraph.values or paragraph.odd:
            yield paragraph
        paragraph = Paragraph({}, {"": number + 1})
    if paragraph.values or paragraph.odd:
        yield paragraph


def _take(paragraph: Paragraph, number: int, line: bytes) -> None:
    """Add a line to a paragraph: a value that is read, or that it says nothing."""
    key, colon, value = line.partition(b":")
    name = _KEYS.get(key)
    odd = "" if colon else "this is no 'KEY: value'"
    if name is not None and name in paragraph.values:
        odd = f"{name} is there twice; the last counts"
    if odd and len(paragraph.odd) < _MOST_PROBLEMS:
        paragraph.odd.append((number, odd))
    if colon and name is not None:
        paragraph.values[name] = value.removeprefix(b" ")
        paragraph.lines[name] = number


def listed_builds(index: Index) -> Iterator[Build]:
    """Yield the packages that an index lists, all builds of a version."""
    for paragraph in index.packages:
        package = _cpv(paragraph)
        if package is not None:
            build_id = number_of(paragraph.text("BUILD_ID"))
            yield Build(_package(index, paragraph, package), build_id)


def _cpv(paragraph: Paragraph) -> PackageId | None:
    """Return which package a paragraph is about, ``None`` where that is no name."""
    category, _, pf = paragraph.text("CPV").partition("/")
    return package_id(category, pf)


def _package(index: Index, paragraph: Paragraph, package: PackageId) -> RawPackage:
    """Return the package of a paragraph; nothing lists its files."""
    stated = paragraph.values
    values = {name: stated[name] for name in _READ if name in stated}
    values.setdefault("USE", b"")
    values["IUSE_EFFECTIVE"] = without_defaults(stated.get("IUSE", b""))
    raw = parse_package(package, index.place, values, {}, paragraph.lines)
    return replace(raw, files=None, binary=paragraph.binary)


def index_problems(index: Index) -> Iterator[Finding]:
    """Yield the lines of an index that cannot be read, the first hundred."""
    odd = [told for one in (index.header, *index.packages) for told in one.odd]
    odd += [
        (one.lines["CPV"], f"{show(one.text('CPV'))!r} is no package (PMS 3.1)")
        for one in index.packages
        if _cpv(one) is None
    ]
    for line, what in sorted(odd)[:_MOST_PROBLEMS]:
        yield Finding(
            findings.UNREADABLE_ENTRY,
            index.place,
            f"{index.place}, line {line}: {what}",
            evidence=(Evidence(index.place, line),),
        )

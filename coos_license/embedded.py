# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""The frozen values of components: what tells about them, and what they are.

``model`` hands them on; they stand apart for their number.
"""

from dataclasses import dataclass
from enum import StrEnum

from coos_license.expression import Declared


class Ecosystem(StrEnum):
    """Where a component comes from: the type of its purl."""

    GO = "golang"
    RUST = "cargo"
    PYTHON = "pypi"
    NODE = "npm"

    def counted(self, count: int) -> str:
        """Return a number of components in words.

        >>> Ecosystem.GO.counted(1), Ecosystem.NODE.counted(2)
        ('1 Go module', '2 npm packages')
        """
        return f"{count:,} {_WORDS[self]}{'' if count == 1 else 's'}"


_WORDS = {
    Ecosystem.GO: "Go module",
    Ecosystem.RUST: "Rust crate",
    Ecosystem.PYTHON: "Python distribution",
    Ecosystem.NODE: "npm package",
}


class Linkage(StrEnum):
    """How a component is in a package: linked into a program, or a part beside.

    ``DECLARED``: the build names it as what it may use, and no program tells whether it
    is in.
    """

    STATIC = "static"
    CONTAINED = "contained"
    DECLARED = "declared"


class EvidenceKind(StrEnum):
    """What tells about components; the value names it in a snapshot."""

    ELF = "elf"
    GO_BUILD_INFO = "go-buildinfo"
    RUST_AUDIT = "cargo-auditable.json"
    MODULE_INFO = "modinfo"
    PYTHON_METADATA = "python-metadata"
    NODE_PACKAGE = "node-package"
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class Evidence:
    """A place that a claim rests on; ``line`` counts from 1 where one is known."""

    path: str
    line: int | None = None


@dataclass(frozen=True, slots=True)
class EmbeddedFile:
    """What one installed file of a package says of the components in it.

    ``path`` is where the file lies below the root of the image, without a leading
    slash. ``content`` is what was read: of an ELF file the build information alone.
    ``fault`` says why nothing was. The parsers are in ``components/``.
    """

    kind: EvidenceKind
    path: str
    content: bytes = b""
    fault: str = ""


@dataclass(frozen=True, slots=True, order=True)
class ComponentFile:
    """A text of a component, which may be its NOTICE file."""

    path: str
    sha256: str
    notice: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Component:
    """A part of a package that has a name, a version and a licence of its own.

    ``version`` is empty where nothing states one. ``stated`` are the words that the
    evidence has for the licence, ``declared`` what they are in SPDX terms. ``digests``
    are checksums that the evidence has for the component, in its own notation.
    ``evidence`` are the installed files that name it, ``lists`` the lines of lists in
    the sources, or of SRC_URI, that do. ``texts`` are those of its licences and its
    NOTICE files, ``source`` the directories of the sources that are its own, and
    ``copyrights`` the statements in its texts. All are sorted.
    """

    ecosystem: Ecosystem
    name: str
    version: str
    purl: str
    declared: Declared
    stated: str
    linked: Linkage
    digests: tuple[str, ...]
    evidence: tuple[str, ...]
    lists: tuple[Evidence, ...] = ()
    source: tuple[str, ...] = ()
    texts: tuple[ComponentFile, ...] = ()
    copyrights: tuple[str, ...] = ()

    @property
    def key(self) -> tuple[Ecosystem, str, str]:
        """Return what makes two components the same one."""
        return self.ecosystem, self.name, self.version

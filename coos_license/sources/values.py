# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""What is said of sources: the values that a scan makes and that the rest goes by.

Nothing here reads: runs without sources load this module alone.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from coos_license.model import PackageId

#: How names of archives end, lower case; content decides what they are.
ARCHIVES: Final = (
    *(".tar", ".tar.gz", ".tgz", ".tar.bz2", ".tbz2", ".tar.xz", ".txz", ".tar.zst"),
    *(".zip", ".jar", ".whl", ".deb", ".gem", ".crate", ".tar.lz", ".7z", ".rpm"),
)


class Role(StrEnum):
    """What a file is to the package that it lies in."""

    #: Terms, often under the package's own copyright lines.
    TERMS = "terms"
    #: Terms of the GNU family: their own copyright line is not the package's.
    GNU_TERMS = "gnu-terms"
    #: Who holds the copyright, with or without terms.
    ATTRIBUTION = "attribution"
    #: Who wrote it.
    AUTHORS = "authors"
    #: To be passed on whole (Apache-2.0 section 4(d)).
    NOTICE = "notice"
    #: Metadata of a package of another kind, which names its licence files.
    METADATA = "metadata"
    #: Names components, or describes one: lock files of Go and Rust, and manifests.
    LIST = "list"


#: Roles of files that are passed on; the others only tell of such.
PASSED_ON: Final = (
    *(Role.TERMS, Role.GNU_TERMS, Role.ATTRIBUTION, Role.AUTHORS, Role.NOTICE),
)


@dataclass(frozen=True, slots=True, order=True)
class SourceFile:
    """A file that counts: where it lies below its source, and its content's SHA-256."""

    path: str
    role: Role
    sha256: str


@dataclass(frozen=True, slots=True)
class Header:
    """That ``files`` files say this expression; the first of them at ``path``."""

    expression: str
    files: int
    path: str
    line: int


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """What was not read, and why; ``path`` is ``""`` for the source itself."""

    path: str
    reason: str


#: Why a file is left out that would hold nothing to pass on, wherever it came from.
EMPTY: Final = "it is empty"
SCRIPT: Final = "it is a script"


@dataclass(frozen=True, slots=True, order=True)
class LeftOut:
    """A file that counts by its name and has nothing to pass on, and why."""

    path: str
    role: Role
    reason: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Scan:
    """What one source says; paths are printable and sorted.

    ``contents`` maps SHA-256 to bytes. ``named`` are licence files that metadata names
    and that are not there, as (metadata, name).
    """

    files: tuple[SourceFile, ...] = ()
    contents: Mapping[str, bytes] = field(default_factory=dict)
    headers: tuple[Header, ...] = ()
    faults: tuple[Fault, ...] = ()
    left_out: tuple[LeftOut, ...] = ()
    named: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class PackageSources:
    """What the sources of one package say; all paths begin with ``sources/``.

    ``missing`` are distfiles that were not found, ``unlocated`` is why the place of its
    sources in a checkout is not known. ``read``: something was found and read to its
    end, so that a file that is not among ``files`` is not there.
    """

    files: tuple[SourceFile, ...] = ()
    headers: tuple[Header, ...] = ()
    faults: tuple[Fault, ...] = ()
    left_out: tuple[LeftOut, ...] = ()
    named: tuple[tuple[str, str], ...] = ()
    missing: tuple[str, ...] = ()
    unlocated: str = ""
    read: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Sources:
    """What ``--sources`` says of each package, and the bytes of each distinct file."""

    packages: Mapping[PackageId, PackageSources] = field(default_factory=dict)
    contents: Mapping[str, bytes] = field(default_factory=dict)

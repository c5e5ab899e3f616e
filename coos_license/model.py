# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""The frozen values that travel between the layers.

Nothing here reads, decides or writes. Every fact carries its :class:`Evidence`,
whose path is relative to a named root (``root/var/db/pkg/...``,
``<repo_name>/licenses/BSD``): never a path of the machine that ran the tool.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from coos_license.accounted import Accounting, Implicit
from coos_license.embedded import (
    Component,
    ComponentFile,
    Ecosystem,
    EmbeddedFile,
    Evidence,
    EvidenceKind,
    Linkage,
)
from coos_license.expression import Claim, Declared, Expression
from coos_license.identity import PackageId
from coos_license.linkage import ElfObject, LinkedFile, LinkGraph, Need, Provider
from coos_license.origin import BinaryFile, Digests, FetchedFile, InstalledFile
from coos_license.vocabulary import (
    Context,
    LicenseCategory,
    Obligation,
    Severity,
    Shipped,
    TextKind,
)


@dataclass(frozen=True, slots=True)
class FindingKind:
    """One kind of finding: stable code, name, default severity, and words for people.

    ``summary`` says what is wrong, ``cure`` what to do: both in one sentence. A kind
    is the same kind whatever its severity; the default is that of nearly all findings.
    """

    code: str
    name: str
    severity: Severity = field(compare=False)
    summary: str
    cure: str


@dataclass(frozen=True, slots=True)
class Finding:
    """A defect of the audited input, or a fact that a person should know.

    ``package`` is ``None`` for the image as a whole. ``slot`` and ``subject`` make
    the fingerprint together with the code and ``category/name``: never version,
    line or message, so that a version bump is not a new finding. ``licenses`` are the
    SPDX ids that it is about: where an election leaves none of them, it falls.
    """

    kind: FindingKind
    subject: str
    message: str
    package: PackageId | None = None
    slot: str = ""
    evidence: tuple[Evidence, ...] = ()
    licenses: frozenset[str] = frozenset()


@dataclass(frozen=True, kw_only=True, slots=True)
class RawPackage:
    """What the values of one entry say, cleaned but unjudged.

    An entry is one of a vdb, a binary package, or a part of a list of packages.

    ``license_field`` is ``None`` when there is no LICENSE file. ``slot`` has no
    sub-slot; that is in ``subslot`` (the slot itself where none is written: PMS 7.2).
    ``files`` counts its files and symlinks, ``None`` where nothing lists them;
    ``first_files`` are the first of them, looked up for metapackages only.
    ``license_cache`` is what Chromium OS's licence hook left, as (name, content).
    ``unreadable`` names values that are there and could not be read, all of them where
    the entry cannot. ``place`` is the evidence path of the entry; ``lines`` is ``None``
    where that is a directory of values, else the lines of the values in it that have
    one, that of the entry itself under ``""``. ``use`` is ``None`` where no flags are
    recorded. ``embedded`` is read where SOURCE has the installed files; ``root`` is the
    evidence path that those are below. ``objects`` are the ELF files that it records,
    where they were asked for, and ``search_path`` is where the linker of their image
    looks. ``is_native``: it was built for machines like the one
    that built it. ``binary`` is the binary package that the entry is, if it is one.
    ``stated`` is whether it ships, where a list says that; of what a list alone names
    all is ``unreadable``.
    """

    id: PackageId
    place: str
    license_field: str | None
    slot: str
    subslot: str
    repository: str
    homepage: tuple[str, ...]
    description: str
    use: frozenset[str] | None
    iuse: frozenset[str]
    rdepend: str
    pdepend: str
    depend: str
    src_uri: str
    build_time: int | None
    files: int | None
    first_files: tuple[str, ...] = ()
    license_cache: tuple[str, bytes] | None = None
    embedded: tuple[EmbeddedFile, ...] = ()
    root: str = ""
    objects: tuple[ElfObject, ...] = ()
    search_path: tuple[str, ...] = ()
    bdepend: str = ""
    is_native: bool = False
    binary: BinaryFile | None = None
    unreadable: frozenset[str] = frozenset()
    faults: tuple[Finding, ...] = ()
    lines: Mapping[str, int] | None = None
    stated: Shipped | None = None

    def evidence(self, name: str = "") -> Evidence:
        """Return where a value of the entry lies, or the entry itself."""
        return evidence_of(self.place, name, self.lines)


def evidence_of(place: str, name: str, lines: Mapping[str, int] | None) -> Evidence:
    """Return where a value of an entry at ``place`` lies, or the entry itself."""
    if lines is None:
        return Evidence(f"{place}/{name}" if name else place)
    return Evidence(place, lines.get(name))


@dataclass(frozen=True, kw_only=True, slots=True)
class LicenseText:
    """One distinct text: the bytes as found, and the cleaned text made from them.

    ``sha256`` is of ``content``. ``spdx`` is the id that it stands for in outputs.
    """

    sha256: str
    content: bytes
    text: str
    encoding: str
    spdx: str


@dataclass(frozen=True, slots=True)
class TextUse:
    """That a package's licence ``name`` is backed by the text ``sha256`` at ``path``.

    ``pointed_from`` is the licence name whose text only points at this one.
    """

    sha256: str
    name: str
    kind: TextKind
    path: str
    pointed_from: str | None = None


@dataclass(frozen=True, slots=True)
class CopyrightUse:
    """A copyright statement, word for word, and every place that it stands at."""

    text: str
    places: tuple[Evidence, ...]


@dataclass(frozen=True, slots=True)
class HeaderUse:
    """That ``files`` source files begin with an expression; the first is ``first``."""

    expression: str
    files: int
    first: Evidence


@dataclass(frozen=True, slots=True)
class Election:
    """The distributor's recorded choice between the options of one ``||`` group."""

    options: tuple[str, ...]
    elected: str
    by: str
    reason: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Curated:
    """What a curation did to a package, and who answers for it."""

    id: str
    concluded: str | None
    elected: str | None
    copyrights: tuple[str, ...]
    reason: str
    comment: str
    owner: str
    evidence: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Package:
    """One package of the inventory with every claim made about it.

    ``notices`` are the SHA-256 of the NOTICE files that ``notice_files`` locates;
    ``notices_sought``: they are all, for its sources were read, or it came with them.
    ``built_with`` are the installed packages that it needed to be built. ``fetched``
    are the files that it was made from, ``binary`` is the one that it was read from;
    ``ebuild`` is given where it fetches nothing, its ``location`` is empty. ``use`` are
    the flags that it was built with, ``None`` where they are not recorded.
    ``copyrights`` are the statements that ``copyright_evidence`` locates, then those
    that a curation adds. ``shipped_reason`` is there where it ships by what is in the
    image, whatever its database lists.
    """

    id: PackageId
    slot: str
    subslot: str
    repository: str
    purl: str
    shipped: Shipped
    license_field: str | None
    license_names: tuple[str, ...]
    declared: Declared
    concluded: Declared
    effective: Declared
    license_comment: str
    elections: tuple[Election, ...]
    texts: tuple[TextUse, ...]
    copyrights: tuple[str, ...]
    notices: tuple[str, ...]
    homepage: tuple[str, ...]
    description: str
    download_location: str
    depends_on: tuple[PackageId, ...]
    category: LicenseCategory
    obligations: tuple[Obligation, ...]
    build_time: int | None
    files: int | None
    evidence: Evidence
    license_evidence: Evidence
    components: tuple[Component, ...] = ()
    curations: tuple[Curated, ...] = ()
    notice_files: tuple[TextUse, ...] = ()
    license_headers: tuple[HeaderUse, ...] = ()
    notices_sought: bool = True
    built_with: tuple[PackageId, ...] = ()
    fetched: tuple[FetchedFile, ...] = ()
    binary: BinaryFile | None = None
    patches: tuple[FetchedFile, ...] = ()
    cpes: tuple[str, ...] = ()
    ebuild: FetchedFile | None = None
    use: frozenset[str] | None = None
    copyright_evidence: tuple[CopyrightUse, ...] = ()
    shipped_reason: str = ""

    @property
    def credited(self) -> bool:
        """Return whether credits and NOTICE name the package."""
        return self.shipped is not Shipped.BUILD_TIME


@dataclass(frozen=True, kw_only=True, slots=True)
class Image:
    """Who the image is; ``None`` where neither options nor the image say it.

    ``milestone`` is the one of Container-Optimized OS, where the image says it is that.
    ``file`` is the file that it is distributed as.
    """

    name: str | None = None
    version: str | None = None
    board: str | None = None
    supplier: str | None = None
    creator: str | None = None
    contact: str | None = None
    milestone: str | None = None
    file: BinaryFile | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class ExtractedLicense:
    """A LicenseRef of the document: the text it names, or ``None`` where missing."""

    id: str
    name: str
    sha256: str | None


_NO_LINKS = LinkGraph()
#: The category of components that no package database lists; no repository has it.
IMPLICIT = "implicit"


@dataclass(frozen=True, kw_only=True, eq=False)
class Inventory:
    """Everything known about one image, sorted when built; equal to itself only.

    ``texts`` maps sha256 to text in order of sha256; ``defects`` are the findings
    met on the way here. ``extracted`` maps every LicenseRef used to its text.
    ``links`` is empty where the command does not ask for it, and so are ``files``, the
    installed ones by path; ``accounting`` is ``None`` where nobody asked for it.
    ``note`` is what every document says of it, where it is not the whole. ``implicit``
    are the components of ``accounting`` in their order, as what is owed for them; their
    category is ``IMPLICIT``.
    """

    image: Image
    packages: tuple[Package, ...]
    texts: Mapping[str, LicenseText]
    extracted: Mapping[str, ExtractedLicense]
    defects: tuple[Finding, ...] = ()
    links: LinkGraph = _NO_LINKS
    files: tuple[InstalledFile, ...] = ()
    accounting: Accounting | None = None
    note: str = ""
    implicit: tuple[Package, ...] = ()

    @cached_property
    def credited(self) -> tuple[Package, ...]:
        """Return what credits and NOTICE name: packages, then implicit components."""
        shipped = (package for package in self.packages if package.credited)
        return (*shipped, *self.implicit)


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class DocumentMeta:
    """What a document says of itself; derived from the input, never from a clock.

    ``created`` is UTC in the form ``2026-01-31T00:00:00Z``. ``namespace`` is a URI
    made from the digest of inputs, policy and tool version. ``context`` is when the
    input was: that of a build, or what it was built from or made.
    """

    created: str
    epoch: int
    namespace: str
    tool: str = "coos-license"
    tool_version: str = ""
    findings: tuple[Finding, ...] = field(default=())
    context: Context = Context.DURING_BUILD


__all__ = [
    "IMPLICIT",
    "Accounting",
    "BinaryFile",
    "Claim",
    "Component",
    "ComponentFile",
    "Context",
    "CopyrightUse",
    "Curated",
    "Declared",
    "Digests",
    "DocumentMeta",
    "Ecosystem",
    "Election",
    "ElfObject",
    "EmbeddedFile",
    "Evidence",
    "EvidenceKind",
    "Expression",
    "ExtractedLicense",
    "FetchedFile",
    "Finding",
    "FindingKind",
    "HeaderUse",
    "Image",
    "Implicit",
    "InstalledFile",
    "Inventory",
    "LicenseCategory",
    "LicenseText",
    "LinkGraph",
    "Linkage",
    "LinkedFile",
    "Need",
    "Obligation",
    "Package",
    "PackageId",
    "Provider",
    "RawPackage",
    "Severity",
    "Shipped",
    "TextKind",
    "TextUse",
]

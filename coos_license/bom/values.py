# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""The frozen values of a bill of materials, which belong to no format.

A writer of a format turns them into its own words and decides no fact. Words are
cleaned: no control characters, no lone surrogates; addresses are well-formed or empty.
``""``, ``None`` and ``()`` stand for what is not known.
"""

from dataclasses import dataclass
from enum import StrEnum

from coos_license.expression import Claim, Declared
from coos_license.vocabulary import Context


class ElementKind(StrEnum):
    """What an element of the bill is."""

    IMAGE = "image"
    PACKAGE = "package"
    COMPONENT = "component"
    SOURCE = "source"
    PATCH = "patch"


class Purpose(StrEnum):
    """What an element is for."""

    OPERATING_SYSTEM = "operating-system"
    LIBRARY = "library"
    FIRMWARE = "firmware"
    SOURCE = "source"
    ARCHIVE = "archive"
    PATCH = "patch"


class Relation(StrEnum):
    """How an element, the first one, has to do with another, the second one."""

    #: The second is in the first.
    CONTAINS = "contains"
    #: The first may hold code of the second, by static linking; nobody recorded it.
    MAY_CONTAIN = "may-contain"
    #: The first was built with the second, which is not in it.
    BUILT_WITH = "built-with"
    #: The first needs the second at run time.
    DEPENDS_ON = "depends-on"
    STATIC_LINK = "static-link"
    DYNAMIC_LINK = "dynamic-link"
    #: The first was built from the second.
    GENERATED_FROM = "generated-from"
    #: The second, a patch, was applied to the sources of the first.
    PATCHED_BY = "patched-by"


class AgentKind(StrEnum):
    """Who acts; the values are the words of SPDX 2.3 (clause 6.8)."""

    PERSON = "Person"
    ORGANIZATION = "Organization"
    TOOL = "Tool"


class Algorithm(StrEnum):
    """A digest; the values are the names of SPDX 2.3 (clause 7.10)."""

    MD5 = "MD5"
    SHA1 = "SHA1"
    SHA256 = "SHA256"
    SHA512 = "SHA512"
    BLAKE2B_512 = "BLAKE2b-512"


class Completeness(StrEnum):
    """Whether a list of relationships is known to name all there is."""

    COMPLETE = "complete"
    INCOMPLETE = "incomplete"
    NOT_KNOWN = "not-known"


@dataclass(frozen=True, slots=True)
class Agent:
    """A person, an organization or a tool, with an e-mail address where one is known.

    The name of a tool holds its version: ``coos-license-1.2``.
    """

    kind: AgentKind
    name: str
    email: str = ""


@dataclass(frozen=True, slots=True)
class Digest:
    """A digest in lower-case hexadecimal digits."""

    algorithm: Algorithm
    value: str


@dataclass(frozen=True, slots=True)
class Build:
    """How an element was built: from which ebuild of which repository, with which USE.

    ``ebuild`` is its path in the repository, ``digests`` are of it where it was read.
    ``flags`` are ``None`` where they are not recorded.
    """

    ebuild: str
    repository: str
    flags: tuple[str, ...] | None
    digests: tuple[Digest, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Element:
    """One thing of the bill.

    ``id`` is unique in it, of letters, digits, dots and hyphens, and the same as long
    as the thing is the same. ``location`` is where it can be downloaded. ``file_name``
    and ``digests`` are of the one file that the element is, if it is one.
    ``copyright`` is one statement a line, ``NONE`` where there is nothing to have one.
    ``built`` is when it was built, as ``2026-01-31T00:00:00Z``. ``verification_code``
    is that of its files (SPDX 2.3, clause 7.9), ``""`` where the bill lists none. Of
    several ``purls`` the first is the one by which the element is known here.
    ``annotations`` are decisions about it, made
    by the first creator of the bill when it was created. ``dependencies`` tells whether
    ``DEPENDS_ON`` names all that it says it needs at run time. All are supplied by who
    supplies the image.
    """

    kind: ElementKind
    id: str
    name: str
    version: str = ""
    purpose: Purpose | None = None
    purls: tuple[str, ...] = ()
    cpes: tuple[str, ...] = ()
    homepage: str = ""
    location: str = ""
    file_name: str = ""
    digests: tuple[Digest, ...] = ()
    declared: Declared = Claim.NOASSERTION
    concluded: Declared = Claim.NOASSERTION
    license_comment: str = ""
    copyright: str = ""
    attributions: tuple[str, ...] = ()
    summary: str = ""
    source_info: str = ""
    comment: str = ""
    built: str = ""
    annotations: tuple[str, ...] = ()
    verification_code: str = ""
    dependencies: Completeness = Completeness.NOT_KNOWN
    build: Build | None = None


@dataclass(frozen=True, slots=True)
class FileElement:
    """An installed file: ``path`` is below the root of the image, no slash before it.

    ``owners`` are the ids of the packages that contain it.
    """

    id: str
    path: str
    sha1: bytes
    sha256: bytes
    sha512: bytes
    owners: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Relationship:
    """That an element, by its id, has to do with another."""

    source: str
    relation: Relation
    target: str
    comment: str = ""


@dataclass(frozen=True, slots=True)
class OwnLicense:
    """A licence that SPDX does not list: its LicenseRef, its name, and its text."""

    id: str
    name: str
    text: str


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Bom:
    """A whole bill of materials, sorted.

    ``image`` is its root; ``elements`` are all the others, packages first; ``files``
    the installed files, if they were asked for, each contained in its ``owners``.
    ``creators`` answer for it, the tool last. ``contact`` is an e-mail address or a
    web address, ``board`` what the image runs on. ``created`` is UTC, as
    ``2026-01-31T00:00:00Z``; ``context`` when the bill was made. ``namespace`` is a
    URI that only an equal bill has.
    """

    name: str
    namespace: str
    created: str
    creators: tuple[Agent, ...]
    supplier: Agent | None
    contact: str
    board: str
    comment: str
    context: Context
    image: Element
    elements: tuple[Element, ...]
    licenses: tuple[OwnLicense, ...]
    relationships: tuple[Relationship, ...]
    files: tuple[FileElement, ...] = ()

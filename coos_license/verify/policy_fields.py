# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""Which fields regulators want in an SBOM, asserted one by one.

Checkers of these lists are lenient with SPDX 2 (one passes "hashes" where there are
none), so each field is looked at here. A field that is not there is a problem, unless
a finding of the bundle admits it: then, and where no build records it, it is a note.

Sources: NTIA, "The Minimum Elements For a Software Bill of Materials", 2021, page 9;
CISA, "2025 Minimum Elements for a Software Bill of Materials", draft of August 2025;
BSI TR-03183-2 version 2.1.0 of August 2025, clause 5.2. Its properties of single files
(executable, archive, structured) have no field in SPDX 2 and are not asserted.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Final

from coos_license.documents.spdx import (
    IMPLICIT_ID,
    Element,
    elements,
    made_from,
    purl_of,
    relations,
    text,
    texts,
)
from coos_license.verify.bundle import SBOM, Bundle, Problem

CHECK: Final = "fields"
#: NTIA and CISA want an unknown value to be stated as such: "unknown" is a version.
_UNKNOWN: Final = frozenset({"", "NOASSERTION"})
_IDENTITY: Final = ("missing-identity",)
_TIME: Final = ("missing-build-time",)
_LICENSE: Final = (
    *("missing-license", "license-syntax", "tainted", "empty-any-of", "unknown-use"),
    *("unreadable-entry", "no-ebuild", "ambiguous-ebuild", "license-cache-mismatch"),
    *("component-license-unknown", "metapackage-with-files"),
)
_SHOWN: Final = 3
#: The types of SBOM by CISA, which tell when in the life of the software it was made.
_STAGE = re.compile(
    r"\b(design|source|build|analyzed|deployed|runtime)\b", re.IGNORECASE
)
#: Returns the names of the elements that lack a field.
Lacking = Callable[[Element], list[str]]


def _nothing(document: Element) -> list[str]:
    """Return that no element lacks a field."""
    del document
    return []


@dataclass(frozen=True, slots=True)
class Row:
    """One field: who wants it, where its rule stands, and which elements lack it.

    ``explained`` are the findings that admit that it is not known. ``recorded``:
    whether what a build records of its packages can have it at all; ``unrecorded`` are
    the elements of which nothing can be recorded.
    """

    standard: str
    field: str
    source: str
    lacking: Lacking
    explained: tuple[str, ...] = ()
    recorded: bool = True
    unrecorded: Lacking = _nothing


def _root(document: Element) -> frozenset[str]:
    """Return the ids of what the document describes."""
    own = (text(document, "SPDXID"), "DESCRIBES")
    return frozenset(
        to for start, kind, to in relations(document) if (start, kind) == own
    )


def _packages(document: Element) -> list[Element]:
    """Return what is in the image: neither the root, nor sources and patches."""
    passed = _root(document) | made_from(document)
    return [
        one
        for one in elements(document, "packages")
        if text(one, "SPDXID") not in passed
    ]


def _named(package: Element) -> str:
    """Return what a package is called in a message."""
    return f"{text(package, 'name')}-{text(package, 'versionInfo')}"


def _in_all(key: str) -> Lacking:
    """Return the rule that every package, the root too, states a key."""
    return lambda document: [
        _named(one)
        for one in elements(document, "packages")
        if text(one, key) in _UNKNOWN
    ]


def _in_packages(key: str) -> Lacking:
    """Return the rule that every package but the root has a value under a key."""
    return lambda document: [
        _named(one) for one in _packages(document) if text(one, key) in _UNKNOWN
    ]


def _creation(key: str) -> Lacking:
    """Return the rule that the creation information states a key."""

    def lacking(document: Element) -> list[str]:
        info = document.get("creationInfo")
        return [] if isinstance(info, dict) and info.get(key) else ["the document"]

    return lacking


def _created(document: Element) -> list[str]:
    """Return the document where it states no time but that of 1970."""
    info = document.get("creationInfo")
    created = text(info, "created") if isinstance(info, dict) else ""
    return ["the document"] if created in {"", "1970-01-01T00:00:00Z"} else []


def _creator(*kinds: str, contact: bool = False) -> Lacking:
    """Return the rule that a creator is of a kind, perhaps with an address."""

    def lacking(document: Element) -> list[str]:
        info = document.get("creationInfo")
        creators = texts(info, "creators") if isinstance(info, dict) else ()
        found = any(
            one.startswith(kinds) and (not contact or "@" in one or "://" in one)
            for one in creators
        )
        return [] if found else ["the document"]

    return lacking


def _identifier(*, implicit: bool) -> Lacking:
    """Return the rule that a package has a purl, or that an implicit component has."""
    return lambda document: [
        _named(one)
        for one in _packages(document)
        if not purl_of(one) and text(one, "SPDXID").startswith(IMPLICIT_ID) is implicit
    ]


def _related(document: Element) -> list[str]:
    """Return the packages that no relationship names."""
    links = relations(document)
    ends = {start for start, _, _ in links} | {to for _, _, to in links}
    return [
        _named(one) for one in _packages(document) if text(one, "SPDXID") not in ends
    ]


def _hash(*algorithms: str) -> Lacking:
    """Return the rule that every package has a digest of one of the algorithms."""

    def lacking(document: Element) -> list[str]:
        return [
            _named(one)
            for one in _packages(document)
            if not any(
                text(digest, "algorithm").replace("-", "") in algorithms
                for digest in elements(one, "checksums")
            )
        ]

    return lacking


def _context(document: Element) -> list[str]:
    """Return the document where no comment says at which stage it was made."""
    info = document.get("creationInfo")
    comments = text(document, "comment")
    if isinstance(info, dict):
        comments += text(info, "comment")
    return [] if _STAGE.search(comments) else ["the document"]


_OF_PACKAGES: Final = _identifier(implicit=False)
#: What a rule declares was in no package, so nothing says by which purl it is known.
_OF_IMPLICIT: Final = _identifier(implicit=True)
_AUTHOR: Final = ("Organization:", "Person:")
_NTIA: Final = "NTIA 2021"
_CISA: Final = "CISA 2025"
_BSI: Final = "BSI TR-03183-2"
_REQUIRED: Final = "5.2, required"
_ADDITIONAL: Final = "5.2, additional"
_PAGE: Final = "Data Fields, page 9"
_DRAFT: Final = "Data Fields"
#: The rows, in the order of each list.
ROWS: Final = (
    Row(_NTIA, "Supplier Name", _PAGE, _in_all("supplier"), _IDENTITY),
    Row(_NTIA, "Component Name", _PAGE, _in_all("name")),
    Row(_NTIA, "Version of the Component", _PAGE, _in_all("versionInfo"), _IDENTITY),
    Row(
        _NTIA,
        "Other Unique Identifiers",
        _PAGE,
        _OF_PACKAGES,
        unrecorded=_OF_IMPLICIT,
    ),
    Row(_NTIA, "Dependency Relationship", _PAGE, _related),
    Row(_NTIA, "Author of SBOM Data", _PAGE, _creator(*_AUTHOR), _IDENTITY),
    Row(_NTIA, "Timestamp", _PAGE, _created, _TIME),
    Row(_CISA, "SBOM Author", _DRAFT, _creator(*_AUTHOR), _IDENTITY),
    Row(_CISA, "Software Producer", _DRAFT, _in_all("supplier"), _IDENTITY),
    Row(_CISA, "Component Name", _DRAFT, _in_all("name")),
    Row(_CISA, "Component Version", _DRAFT, _in_all("versionInfo"), _IDENTITY),
    Row(_CISA, "Software Identifiers", _DRAFT, _OF_PACKAGES, unrecorded=_OF_IMPLICIT),
    Row(
        _CISA,
        "Component Hash",
        _DRAFT,
        _hash("SHA256", "SHA384", "SHA512"),
        recorded=False,
    ),
    Row(_CISA, "License", _DRAFT, _in_packages("licenseConcluded"), _LICENSE),
    Row(_CISA, "Dependency Relationship", _DRAFT, _related),
    Row(_CISA, "Tool Name", _DRAFT, _creator("Tool:")),
    Row(_CISA, "Timestamp", _DRAFT, _created, _TIME),
    Row(_CISA, "Generation Context", _DRAFT, _context),
    Row(
        _BSI,
        "Creator of the SBOM with an e-mail address or URL",
        _REQUIRED,
        _creator(*_AUTHOR, contact=True),
        recorded=False,
    ),
    Row(_BSI, "Timestamp", _REQUIRED, _created, _TIME),
    Row(_BSI, "Component creator", _REQUIRED, _in_all("supplier"), _IDENTITY),
    Row(_BSI, "Component name", _REQUIRED, _in_all("name")),
    Row(_BSI, "Component version", _REQUIRED, _in_all("versionInfo"), _IDENTITY),
    Row(
        _BSI,
        "Filename of the component",
        _REQUIRED,
        _in_packages("packageFileName"),
        recorded=False,
    ),
    Row(_BSI, "Dependencies on other components", _REQUIRED, _related),
    Row(
        _BSI,
        "Distribution licences",
        _REQUIRED,
        _in_packages("licenseConcluded"),
        _LICENSE,
    ),
    Row(
        _BSI,
        "Original licences",
        _ADDITIONAL,
        _in_packages("licenseDeclared"),
        _LICENSE,
    ),
    Row(
        _BSI,
        "Hash value of the deployable component",
        _REQUIRED,
        _hash("SHA512"),
        recorded=False,
    ),
    Row(
        _BSI,
        "Other unique identifiers",
        _ADDITIONAL,
        _OF_PACKAGES,
        unrecorded=_OF_IMPLICIT,
    ),
)


def check(bundle: Bundle) -> Iterator[Problem]:
    """Yield the fields that are not there."""
    if bundle.sbom is None:
        return
    found = _admitted(bundle)
    for row in ROWS:
        if apart := row.unrecorded(bundle.sbom):
            yield replace(_problem(row, apart), is_note=True)
        lacking = row.lacking(bundle.sbom)
        if not lacking:
            continue
        problem = _problem(row, lacking)
        admitted = sorted(found.intersection(row.explained))
        if admitted:
            message = f"{problem.message}; admitted by {', '.join(admitted)}"
            problem = replace(problem, message=message)
        yield replace(problem, is_note=bool(admitted) or not row.recorded)


def _problem(row: Row, lacking: list[str]) -> Problem:
    """Return that some packages lack a field."""
    names = ", ".join(lacking[:_SHOWN])
    more = f" and {len(lacking) - _SHOWN} more" if len(lacking) > _SHOWN else ""
    where = f"{row.standard}, {row.source}"
    return Problem(CHECK, SBOM, f"no {row.field} ({where}): {names}{more}")


def _admitted(bundle: Bundle) -> frozenset[str]:
    """Return the names of the findings of the bundle."""
    found = elements(bundle.findings or {}, "findings")
    return frozenset(text(one, "name") for one in found)

# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""SPDX 3.0.1 documents of this tool, in the shape of SPDX 2 (``documents.spdx``).

Licences, purposes and relationships get the words of SPDX 2.3, so that one reader of
packages is enough. Documents of other tools are refused: in SPDX 3 the same thing may
be said by other classes, and what is not looked for would seem not to be said.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from coos_license.documents.spdx import (
    OUR_TOOL,
    Element,
    elements,
    objects,
    text,
    texts,
)
from coos_license.errors import ReadError

_PACKAGE: Final = "software_Package"
_EXPRESSION: Final = "simplelicensing_LicenseExpression"
_RELATIONSHIPS: Final = frozenset({"Relationship", "LifecycleScopedRelationship"})
#: What a package that holds nothing has for a licence in our documents: NONE.
_NOTHING: Final = "LicenseRef-coos-license-nothing-to-license"
_LICENSES: Final = {
    "hasDeclaredLicense": "licenseDeclared",
    "hasConcludedLicense": "licenseConcluded",
}
_PURPOSES: Final = {"operatingSystem": "OPERATING_SYSTEM"}
_BUILD: Final = "build"

Relation = tuple[str, str, str]


def looks_like_spdx3(document: Element) -> bool:
    """Return whether a JSON object is an SPDX 3 document."""
    return "@graph" in document and "@context" in document


def from_spdx3(document: Element) -> Element:
    """Return the document in the shape of SPDX 2, as far as packages need it.

    Raises: ReadError where this tool did not write it.
    """
    graph = objects(document, "@graph")
    tools = [text(one, "name") for one in graph if one.get("type") == "Tool"]
    if not any(name.startswith(OUR_TOOL) for name in tools):
        raise ReadError(
            "is SPDX 3 of another tool, which is not read here; give its SPDX 2.3"
        )
    known = {text(one, "spdxId"): one for one in graph if text(one, "spdxId")}
    roots = frozenset(_roots(graph, known))
    licenses = _licenses(graph, known)
    packages = [
        _package(one) | licenses.get(text(one, "spdxId"), {})
        for one in graph
        if one.get("type") == _PACKAGE
    ]
    return {
        "creationInfo": {"creators": [f"Tool: {name}" for name in tools]},
        "name": next((text(one, "name") for one in _documents(graph)), ""),
        "documentDescribes": sorted(map(_id, roots)),
        "packages": packages,
        "relationships": _relationships(graph, roots),
    }


def _id(iri: str) -> str:
    """Return the id that our SPDX 2 document has for an element: by its fragment."""
    return f"SPDXRef-{iri.rpartition('#')[2]}"


def _documents(graph: Iterable[Element]) -> Iterator[Element]:
    """Yield the elements that are the document itself: one, in a sound one."""
    return (one for one in graph if one.get("type") == "SpdxDocument")


def _roots(graph: Iterable[Element], known: Mapping[str, Element]) -> Iterator[str]:
    """Yield the ids of what the document is about: its root, or that of its SBOM."""
    for document in _documents(graph):
        for root in texts(document, "rootElement"):
            yield from texts(known.get(root, {}), "rootElement") or (root,)


def _package(one: Element) -> Element:
    """Return a package in the words of SPDX 2."""
    purls = [text(one, "software_packageUrl")] + [
        text(other, "identifier")
        for other in elements(one, "externalIdentifier")
        if other.get("externalIdentifierType") == "packageUrl"
    ]
    return {
        "SPDXID": _id(text(one, "spdxId")),
        "name": text(one, "name"),
        "versionInfo": text(one, "software_packageVersion"),
        "primaryPackagePurpose": _PURPOSES.get(
            text(one, "software_primaryPurpose"), ""
        ),
        "attributionTexts": list(texts(one, "software_attributionText")),
        "externalRefs": [
            {"referenceType": "purl", "referenceLocator": purl}
            for purl in dict.fromkeys(filter(None, purls))
        ],
    }


def _licenses(
    graph: Iterable[Element], known: Mapping[str, Element]
) -> dict[str, Element]:
    """Return id -> the licences of an element, by their keys in SPDX 2."""
    found: dict[str, Element] = {}
    for one in graph:
        key = _LICENSES.get(text(one, "relationshipType"))
        targets = texts(one, "to")
        if key and text(one, "type") in _RELATIONSHIPS and len(targets) == 1:
            of = found.setdefault(text(one, "from"), {})
            of[key] = _expression(known.get(targets[0], {}))
    return found


def _expression(one: Element) -> str:
    """Return an expression; what is no expression is one of the two claims."""
    words = text(one, "simplelicensing_licenseExpression")
    if one.get("type") != _EXPRESSION or not words:
        return "NOASSERTION"
    return "NONE" if words == _NOTHING else words


def _relationships(graph: Iterable[Element], roots: frozenset[str]) -> list[Element]:
    """Return what contains and needs what; what is said of the roots goes first."""
    found = [
        relation
        for one in graph
        if text(one, "type") in _RELATIONSHIPS
        for relation in _related(one, roots)
    ]
    found.sort(key=lambda one: roots.isdisjoint((one[0], one[2])))
    return [
        {
            "spdxElementId": _id(start),
            "relationshipType": kind,
            "relatedSpdxElement": _id(to),
        }
        for start, kind, to in found
    ]


def _related(one: Element, roots: frozenset[str]) -> Iterator[Relation]:
    """Yield a relationship as (from, type, to) of SPDX 2, one for each target."""
    start, word = text(one, "from"), text(one, "relationshipType")
    for to in texts(one, "to"):
        match word:
            case "contains":
                yield start, "CONTAINS", to
            case "dependsOn" if start in roots and text(one, "scope") == _BUILD:
                yield to, "BUILD_DEPENDENCY_OF", start
            case "dependsOn":
                yield start, "DEPENDS_ON", to
            case _:
                continue

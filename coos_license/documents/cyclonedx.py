# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""CycloneDX documents of this tool, in the shape of SPDX 2 (``documents.spdx``).

What CycloneDX 1.6 has no field for stands in properties that only this tool writes, a
licence that is NONE among them: documents of other tools are refused.
"""

from collections.abc import Iterator
from typing import Final

from coos_license.documents.spdx import OUR_TOOL, Element, elements, objects, text
from coos_license.errors import ReadError
from coos_license.trees.text import show

_PROPERTY: Final = "coos-license:"
_PARTS: Final = "components"
_RELATIONS: Final = {"required": "CONTAINS", "optional": "DEPENDS_ON"}
_EXCLUDED: Final = "excluded"
_OPERATING_SYSTEM: Final = "operating-system"
_NOASSERTION: Final = "NOASSERTION"


def looks_like_cyclonedx(document: Element) -> bool:
    """Return whether a JSON object is a CycloneDX document."""
    return document.get("bomFormat") == "CycloneDX"


def from_cyclonedx(document: Element) -> Element:
    """Return the document in the shape of SPDX 2, as far as packages need it.

    Raises: ReadError where this tool did not write it.
    """
    metadata = _object(document, "metadata")
    named = [text(one, "name") for one in elements(_object(metadata, "tools"), _PARTS)]
    if OUR_TOOL.removesuffix("-") not in named:
        raise ReadError(
            "is CycloneDX of another tool, which is not read here; give its SPDX 2.3"
        )
    root = _object(metadata, "component")
    image = _reference(root)
    packages = {image: _package(root, image)}
    relationships: list[Element] = []
    for component in objects(document, _PARTS):
        ref = _reference(component)
        if ref in packages:
            raise ReadError(f"has two components of the bom-ref {show(ref)!r}")
        packages[ref] = _package(component, ref)
        relationships.append(_related(component, image, ref))
    for part, whole in _parts(document):
        # One that several packages hold is nested, and named after, each of them.
        ref = _reference(part).removeprefix(f"{whole}/")
        packages.setdefault(ref, _package(part, ref))
        relationships.append(_related(part, whole, ref))
    return {
        "creationInfo": {"creators": [f"Tool: {OUR_TOOL}"]},
        "documentDescribes": [_id(image)],
        "packages": list(packages.values()),
        "relationships": relationships,
    }


def _reference(component: Element) -> str:
    """Return what a component is referred to by. Raises: ReadError."""
    ref = text(component, "bom-ref")
    if not ref:
        raise ReadError("has a component without bom-ref")
    return ref


def _id(ref: str) -> str:
    """Return the id that our SPDX 2 document has for a component."""
    return f"SPDXRef-{ref}"


def _object(element: Element, key: str) -> Element:
    """Return an object in an element, an empty one where there is none."""
    value = element.get(key)
    return value if isinstance(value, dict) else {}


def _parts(document: Element) -> Iterator[tuple[Element, str]]:
    """Yield what is in packages, with the reference of the package. Raises: ReadError.

    This tool nests no deeper.
    """
    for component in elements(document, _PARTS):
        for part in objects(component, _PARTS):
            if _PARTS in part:
                raise ReadError("nests components more than twice")
            yield part, text(component, "bom-ref")


def _related(part: Element, whole: str, ref: str) -> Element:
    """Return how a component belongs to what it is in: by its scope."""
    scope = text(part, "scope") or "required"
    start, kind, to = whole, _RELATIONS.get(scope, ""), ref
    if scope == _EXCLUDED:
        start, kind, to = ref, "BUILD_DEPENDENCY_OF", whole
    return {
        "spdxElementId": _id(start),
        "relationshipType": kind,
        "relatedSpdxElement": _id(to),
    }


def _package(one: Element, ref: str) -> Element:
    """Return a component in the words of SPDX 2."""
    properties = _properties(one)
    names = (text(one, "group"), text(one, "name"))
    purls = [text(one, "purl"), *properties.get("purl", ())]
    declared, concluded = _licenses(one, properties)
    is_system = one.get("type") == _OPERATING_SYSTEM
    return {
        "SPDXID": _id(ref),
        "name": "/".join(filter(None, names)),
        "versionInfo": text(one, "version"),
        "licenseDeclared": declared,
        "licenseConcluded": concluded,
        "primaryPackagePurpose": "OPERATING_SYSTEM" if is_system else "",
        "attributionTexts": properties.get("attribution", []),
        "externalRefs": [
            {"referenceType": "purl", "referenceLocator": purl}
            for purl in filter(None, purls)
        ],
    }


def _properties(one: Element) -> dict[str, list[str]]:
    """Return our properties: name without its beginning -> values."""
    found: dict[str, list[str]] = {}
    for each in elements(one, "properties"):
        name = text(each, "name")
        if name.startswith(_PROPERTY):
            key = name.removeprefix(_PROPERTY)
            found.setdefault(key, []).append(text(each, "value"))
    return found


def _licenses(one: Element, properties: dict[str, list[str]]) -> tuple[str, str]:
    """Return what is declared and what is concluded.

    There is one field; another licence that is declared is evidence, and a claim, such
    as NONE, a property.
    """
    fields = elements(one, "licenses")
    stated = {
        text(each, "acknowledgement"): text(each, "expression") for each in fields
    }
    found = elements(_object(one, "evidence"), "licenses")
    evidence = next((text(each, "expression") for each in found), "")
    (declared_claim,) = properties.get("license-declared", [""])[:1]
    (concluded_claim,) = properties.get("license-concluded", [""])[:1]
    declared = stated.get("declared", "") or evidence or declared_claim
    concluded = stated.get("concluded", "") or concluded_claim or declared
    return declared or _NOASSERTION, concluded or _NOASSERTION

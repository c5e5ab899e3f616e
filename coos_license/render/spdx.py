# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""The SPDX 2.3 document as one plain value, which both its formats are written from.

Shape: the SPDX 2.3 JSON schema. No fact is decided here: a bill of materials is put
into the words of SPDX 2.3. ``docs/spdx-mapping.md`` says which and why.
"""

from collections.abc import Iterator
from functools import lru_cache
from typing import Any, Final

from coos_license.bom.build import bill_of_materials
from coos_license.bom.values import (
    Bom,
    ElementKind,
    OwnLicense,
    Purpose,
    Relation,
    Relationship,
)
from coos_license.bom.values import Element as BomElement
from coos_license.licenses.spdx_list import LIST_VERSION
from coos_license.model import DocumentMeta, Inventory
from coos_license.render.spdx_values import NOASSERTION, TEXT_END, actor, single_line

#: A JSON object in the making.
Element = dict[str, Any]

DOCUMENT_ID: Final = "SPDXRef-DOCUMENT"
_ID: Final = "SPDXRef-"
#: Clause 7.3 has no word for a version that nobody stated; NTIA wants one.
_NO_VERSION: Final = "unknown"

_TEXT_END_NOTE: Final = (
    'A value of this element holds "</" directly followed by "text>". The tag-value '
    "format ends a text there and knows no escape, so in that format a space was put "
    "between the two."
)
_NO_TEXT: Final = "The text of this license was not found; see the findings."
_PURPOSES: Final = {
    Purpose.OPERATING_SYSTEM: "OPERATING_SYSTEM",
    Purpose.LIBRARY: "LIBRARY",
    Purpose.FIRMWARE: "FIRMWARE",
    Purpose.SOURCE: "SOURCE",
    Purpose.ARCHIVE: "ARCHIVE",
    # There is no word for a patch: it is "a single file" (clause 7.24).
    Purpose.PATCH: "FILE",
}
#: Relation -> its type, and whether that is read from the second to the first.
_TYPES: Final = {
    Relation.CONTAINS: ("CONTAINS", False),
    Relation.MAY_CONTAIN: ("DEPENDS_ON", False),
    Relation.BUILT_WITH: ("BUILD_DEPENDENCY_OF", True),
    Relation.DEPENDS_ON: ("DEPENDS_ON", False),
    Relation.STATIC_LINK: ("STATIC_LINK", False),
    Relation.DYNAMIC_LINK: ("DYNAMIC_LINK", False),
    Relation.GENERATED_FROM: ("GENERATED_FROM", False),
    Relation.PATCHED_BY: ("PATCH_APPLIED", True),
}


@lru_cache(maxsize=1)
def document(inventory: Inventory, meta: DocumentMeta) -> Element:
    """Return the document in the shape of the SPDX 2.3 JSON schema."""
    bom = bill_of_materials(inventory, meta)
    supplier = actor(bom.supplier) if bom.supplier else NOASSERTION
    return {
        "spdxVersion": "SPDX-2.3",
        "dataLicense": "CC0-1.0",
        "SPDXID": DOCUMENT_ID,
        "name": single_line(bom.name),
        "documentNamespace": bom.namespace,
        "comment": bom.comment,
        "creationInfo": {
            "created": bom.created,
            "creators": [actor(one) for one in bom.creators],
            "licenseListVersion": ".".join(LIST_VERSION.split(".")[:2]),
        },
        "packages": [_package(one, supplier) for one in (bom.image, *bom.elements)],
        "hasExtractedLicensingInfos": [_extracted(one) for one in bom.licenses],
        "relationships": list(_relationships(bom)),
    }


def _package(element: BomElement, supplier: str) -> Element:
    """Return one element of the bill as a package (clause 7)."""
    references = [
        {
            "referenceCategory": "PACKAGE-MANAGER",
            "referenceType": "purl",
            "referenceLocator": element.purl,
        }
    ]
    package: Element = {
        "SPDXID": f"{_ID}{element.id}",
        "name": single_line(element.name),
        "versionInfo": _version(element),
        "primaryPackagePurpose": _PURPOSES[element.purpose]
        if element.purpose
        else None,
        "supplier": supplier,
        "downloadLocation": element.location or NOASSERTION,
        "filesAnalyzed": False,
        "homepage": element.homepage,
        "sourceInfo": element.source_info,
        "licenseConcluded": str(element.concluded),
        "licenseDeclared": str(element.declared),
        "licenseComments": element.license_comment,
        "copyrightText": element.copyright or NOASSERTION,
        "summary": element.summary,
        "comment": element.comment,
        "externalRefs": references if element.purl else None,
        "attributionTexts": list(element.attributions),
        "builtDate": element.built,
    }
    return _finished(package)


def _version(element: BomElement) -> str:
    """Return the version; of a component there is a word for none."""
    missing = _NO_VERSION if element.kind is ElementKind.COMPONENT else ""
    return single_line(element.version) or missing


def _finished(element: Element) -> Element:
    """Return the element without empty values, and a word on ``</text>`` in it."""
    kept = {key: value for key, value in element.items() if value not in ("", None, [])}
    if any(map(_ends_a_text, kept.values())):
        kept["comment"] = "\n".join(filter(None, (kept.get("comment"), _TEXT_END_NOTE)))
    return kept


def _ends_a_text(value: object) -> bool:
    """Return whether tag-value cannot hold the value, or one in the list, as it is."""
    if isinstance(value, list):
        return any(map(_ends_a_text, value))
    return isinstance(value, str) and TEXT_END.search(value) is not None


def _extracted(license_: OwnLicense) -> Element:
    """Return a LicenseRef with the text that it stands for (clause 10)."""
    element: Element = {
        "licenseId": license_.id,
        "name": single_line(license_.name) or NOASSERTION,
        "extractedText": license_.text or NOASSERTION,
        "comment": "" if license_.text else _NO_TEXT,
    }
    return _finished(element)


def _relationships(bom: Bom) -> Iterator[Element]:
    """Yield what the document describes, and what has to do with what."""
    yield _related(DOCUMENT_ID, "DESCRIBES", f"{_ID}{bom.image.id}")
    for relationship in bom.relationships:
        yield _relationship(relationship)


def _relationship(relationship: Relationship) -> Element:
    """Return one relationship, in the direction that its type is read in."""
    kind, is_reversed = _TYPES[relationship.relation]
    ends = [f"{_ID}{relationship.source}", f"{_ID}{relationship.target}"]
    if is_reversed:
        ends.reverse()
    element = _related(ends[0], kind, ends[1])
    if relationship.comment:
        element["comment"] = relationship.comment
    return element


def _related(from_id: str, kind: str, to_id: str) -> Element:
    """Return one relationship (clause 11.1)."""
    return {
        "spdxElementId": from_id,
        "relationshipType": kind,
        "relatedSpdxElement": to_id,
    }

# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""The SPDX 2.3 document as one plain value, which both its formats are written from.

Shape: the SPDX 2.3 JSON schema. No fact is decided here: a bill of materials is put
into the words of SPDX 2.3. ``docs/spdx-mapping.md`` says which and why.
"""

from collections.abc import Iterator
from functools import lru_cache
from typing import Final

from coos_license.bom.build import bill_of_materials
from coos_license.bom.values import Bom, FileElement, OwnLicense
from coos_license.licenses.spdx_list import LIST_VERSION
from coos_license.model import DocumentMeta, Inventory
from coos_license.render.spdx_packages import package_element
from coos_license.render.spdx_relationships import related, relationship_element
from coos_license.render.spdx_values import (
    DOCUMENT_ID,
    NOASSERTION,
    Element,
    actor,
    file_name,
    finished,
    single_line,
    spdx_id,
)

_NO_TEXT: Final = "The text of this license was not found; see the findings."


@lru_cache(maxsize=1)
def document(inventory: Inventory, meta: DocumentMeta) -> Element:
    """Return the document in the shape of the SPDX 2.3 JSON schema, without files.

    Those are many, and so are yielded by :func:`files` and :func:`contained`.
    """
    return document_of(bill_of_materials(inventory, meta))


def document_of(bom: Bom) -> Element:
    """Return the document of a bill, without files."""
    return {
        "spdxVersion": "SPDX-2.3",
        "dataLicense": "CC0-1.0",
        "SPDXID": DOCUMENT_ID,
        "name": single_line(bom.name),
        "documentNamespace": bom.namespace,
        "comment": bom.comment,
        "creationInfo": {
            "comment": f"Generation context: {bom.context}.",
            "created": bom.created,
            "creators": [actor(one) for one in bom.creators],
            "licenseListVersion": ".".join(LIST_VERSION.split(".")[:2]),
        },
        "packages": [package_element(one, bom) for one in (bom.image, *bom.elements)],
        "hasExtractedLicensingInfos": [_extracted(one) for one in bom.licenses],
        "relationships": [
            related(DOCUMENT_ID, "DESCRIBES", spdx_id(bom.image.id)),
            *map(relationship_element, bom.relationships),
        ],
    }


def files(bom: Bom) -> Iterator[Element]:
    """Yield the installed files (clause 8)."""
    return map(_file, bom.files)


def contained(bom: Bom) -> Iterator[Element]:
    """Yield which package each file is in (clause 11.1)."""
    for file in bom.files:
        for owner in file.owners:
            yield related(spdx_id(owner), "CONTAINS", spdx_id(file.id))


def _file(file: FileElement) -> Element:
    """Return one file; nothing is known of its own license."""
    digests: tuple[tuple[str, bytes], ...] = (
        ("SHA1", file.sha1),
        ("SHA256", file.sha256),
        ("SHA512", file.sha512),
    )
    return {
        "SPDXID": spdx_id(file.id),
        "fileName": file_name(file.path),
        "checksums": [
            {"algorithm": algorithm, "checksumValue": digest.hex()}
            for algorithm, digest in digests
        ],
    }


def _extracted(license_: OwnLicense) -> Element:
    """Return a LicenseRef with the text that it stands for (clause 10)."""
    element: Element = {
        "licenseId": license_.id,
        "name": single_line(license_.name) or NOASSERTION,
        "extractedText": license_.text or NOASSERTION,
        "comment": "" if license_.text else _NO_TEXT,
    }
    return finished(element)

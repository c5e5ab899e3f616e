# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""The elements of a bill as packages of an SPDX 2.3 document (clause 7).

Whatever is one thing with a name, a version and a licence is a package there.
"""

from collections.abc import Iterator
from typing import Final

from coos_license.bom.values import Bom, ElementKind, Purpose
from coos_license.bom.values import Element as BomElement
from coos_license.render.spdx_values import (
    NOASSERTION,
    Element,
    actor,
    finished,
    single_line,
    spdx_id,
)

#: Clause 7.3 has no word for a version that nobody stated; NTIA wants one.
NO_VERSION: Final = "unknown"
_PURPOSES: Final = {
    Purpose.OPERATING_SYSTEM: "OPERATING_SYSTEM",
    Purpose.LIBRARY: "LIBRARY",
    Purpose.FIRMWARE: "FIRMWARE",
    Purpose.SOURCE: "SOURCE",
    Purpose.ARCHIVE: "ARCHIVE",
    # There is no word for a patch: it is "a single file" (clause 7.24).
    Purpose.PATCH: "FILE",
}


def package_element(element: BomElement, bom: Bom) -> Element:
    """Return one element of the bill as a package."""
    package: Element = {
        "SPDXID": spdx_id(element.id),
        "name": single_line(element.name),
        "versionInfo": _version(element),
        "packageFileName": single_line(element.file_name),
        "primaryPackagePurpose": _PURPOSES[element.purpose]
        if element.purpose
        else None,
        "supplier": actor(bom.supplier) if bom.supplier else NOASSERTION,
        "downloadLocation": element.location or NOASSERTION,
        "filesAnalyzed": element.verification_code != "",
        "packageVerificationCode": _verification_code(element),
        "checksums": [
            {"algorithm": one.algorithm, "checksumValue": one.value}
            for one in element.digests
        ],
        "homepage": element.homepage,
        "sourceInfo": element.source_info,
        "licenseConcluded": str(element.concluded),
        "licenseDeclared": str(element.declared),
        "licenseComments": element.license_comment,
        "copyrightText": element.copyright or NOASSERTION,
        "summary": element.summary,
        "comment": element.comment,
        "externalRefs": list(_references(element)),
        "attributionTexts": list(element.attributions),
        "builtDate": element.built,
        "annotations": [_annotation(text, bom) for text in element.annotations],
    }
    return finished(package)


def _version(element: BomElement) -> str:
    """Return the version; of what is not the image or a package, a word for none."""
    is_own = element.kind in (ElementKind.IMAGE, ElementKind.PACKAGE)
    return single_line(element.version) or ("" if is_own else NO_VERSION)


def _verification_code(element: BomElement) -> Element | None:
    """Return the code of the element's files, where the document lists them (7.9)."""
    code = element.verification_code
    return {"packageVerificationCodeValue": code} if code else None


def _references(element: BomElement) -> Iterator[Element]:
    """Yield what the element is called elsewhere (clause 7.21, annex F)."""
    named = [("PACKAGE-MANAGER", "purl", purl) for purl in element.purls]
    named += [("SECURITY", "cpe23Type", cpe) for cpe in element.cpes]
    for category, kind, locator in named:
        yield {
            "referenceCategory": category,
            "referenceType": kind,
            "referenceLocator": locator,
        }


def _annotation(text: str, bom: Bom) -> Element:
    """Return a decision about the element (clause 12)."""
    return {
        "annotationDate": bom.created,
        "annotationType": "OTHER",
        "annotator": actor(bom.creators[0]),
        "comment": text,
    }

# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""SPDX 2.3 as tag-value: the same document as the JSON, element by element.

Written by hand and not by spdx-tools: its import alone takes 0.2 s of CPU, more than
reading an image and writing all its documents. In the tests spdx-tools reads both
formats and must find them equal.

Every free text stands in ``<text>`` even if it is one line: else a description that
begins with ``Tool:`` or a date would be read as something else. The format cannot
hold ``</text>`` inside a text; it becomes ``</ text>``, and the element's comment (in
both formats) says so. That is the one difference to the JSON, which keeps the text.
"""

from collections.abc import Iterator, Mapping
from itertools import chain
from typing import Final

from coos_license.bom.build import bill_of_materials
from coos_license.bom.values import Bom
from coos_license.model import DocumentMeta, Inventory
from coos_license.render import spdx
from coos_license.render.spdx_values import TEXT_END, Element, file_name, spdx_id

# Key in the JSON -> tag, in the order of the clauses of SPDX 2.3.
_DOCUMENT: Final = {
    "spdxVersion": "SPDXVersion",
    "dataLicense": "DataLicense",
    "SPDXID": "SPDXID",
    "name": "DocumentName",
    "documentNamespace": "DocumentNamespace",
    "comment": "DocumentComment",
}
_CREATION: Final = {
    "comment": "CreatorComment",
    "licenseListVersion": "LicenseListVersion",
    "creators": "Creator",
    "created": "Created",
}
_PACKAGE: Final = {
    "name": "PackageName",
    "SPDXID": "SPDXID",
    "versionInfo": "PackageVersion",
    "packageFileName": "PackageFileName",
    "supplier": "PackageSupplier",
    "downloadLocation": "PackageDownloadLocation",
    "filesAnalyzed": "FilesAnalyzed",
    "packageVerificationCode": "PackageVerificationCode",
    "checksums": "PackageChecksum",
    "homepage": "PackageHomePage",
    "sourceInfo": "PackageSourceInfo",
    "licenseConcluded": "PackageLicenseConcluded",
    "licenseDeclared": "PackageLicenseDeclared",
    "licenseComments": "PackageLicenseComments",
    "copyrightText": "PackageCopyrightText",
    "summary": "PackageSummary",
    "comment": "PackageComment",
    "externalRefs": "ExternalRef",
    "attributionTexts": "PackageAttributionText",
    "primaryPackagePurpose": "PrimaryPackagePurpose",
    "builtDate": "BuiltDate",
}
_ANNOTATION: Final = {
    "annotator": "Annotator",
    "annotationDate": "AnnotationDate",
    "annotationType": "AnnotationType",
    "SPDXREF": "SPDXREF",
    "comment": "AnnotationComment",
}
_EXTRACTED: Final = {
    "licenseId": "LicenseID",
    "extractedText": "ExtractedText",
    "name": "LicenseName",
    "comment": "LicenseComment",
}
_FREE_TEXT: Final = frozenset(
    {
        "AnnotationComment",
        "CreatorComment",
        "DocumentComment",
        "ExtractedText",
        "LicenseComment",
        "PackageAttributionText",
        "PackageComment",
        "PackageCopyrightText",
        "PackageLicenseComments",
        "PackageSourceInfo",
        "PackageSummary",
        "RelationshipComment",
    }
)
#: These two stand bare: within ``<text>`` they would be mere words.
_CLAIMS: Final = frozenset({"NONE", "NOASSERTION"})


def render(inventory: Inventory, meta: DocumentMeta) -> Iterator[bytes]:
    """Yield the document as UTF-8 that ends in a line feed, element by element."""
    bom = bill_of_materials(inventory, meta)
    document = spdx.document(inventory, meta)
    yield _section("Document Information", document, _DOCUMENT)
    yield _section("Creation Information", document["creationInfo"], _CREATION)
    # Behind a package they would be taken for its own (clause 8.1).
    yield from _files(bom)
    for package in document["packages"]:
        yield _section("Package Information", package, _PACKAGE)
    for extracted in document["hasExtractedLicensingInfos"]:
        yield _section("License Information", extracted, _EXTRACTED)
    yield b"## Relationships\n"
    for relationship in chain(document["relationships"], spdx.contained(bom)):
        yield _relationship(relationship)
    yield from _annotations(document)


def _files(bom: Bom) -> Iterator[bytes]:
    """Yield the installed files; of their many values none needs a second look."""
    for file in bom.files:
        yield (
            f"## File Information\nFileName: {file_name(file.path)}\n"
            f"SPDXID: {spdx_id(file.id)}\nFileChecksum: SHA1: {file.sha1.hex()}\n"
            f"FileChecksum: SHA256: {file.sha256.hex()}\n"
            f"FileChecksum: SHA512: {file.sha512.hex()}\n\n"
        ).encode()


def _annotations(document: Element) -> Iterator[bytes]:
    """Yield what was decided about the packages (clause 12)."""
    for package in document["packages"]:
        for annotation in package.get("annotations", ()):
            value = annotation | {"SPDXREF": package["SPDXID"]}
            yield b"\n" + _section("Annotation Information", value, _ANNOTATION)[:-1]


def _section(title: str, element: Element, tags: Mapping[str, str]) -> bytes:
    """Return one element: a comment with the title, its fields, and an empty line."""
    lines = [f"## {title}"]
    for key, tag in tags.items():
        value = element.get(key)
        if value is not None:
            values = value if isinstance(value, list) else [value]
            lines += [f"{tag}: {_value(tag, one)}" for one in values]
    return ("\n".join(lines) + "\n\n").encode()


def _value(tag: str, value: object) -> str:
    """Return one value as the format wants it behind its tag."""
    match value:
        case str() if tag in _FREE_TEXT:
            return _free_text(value)
        case str():
            # The JSON schema spells this one with an underscore.
            return "OPERATING-SYSTEM" if value == "OPERATING_SYSTEM" else value
        case bool():
            return str(value).lower()
        case {
            "referenceCategory": str(category),
            "referenceType": str(kind),
            "referenceLocator": str(locator),
        }:
            return f"{category} {kind} {locator}"
        case {"algorithm": str(algorithm), "checksumValue": str(digits)}:
            return f"{algorithm}: {digits}"
        case {"packageVerificationCodeValue": str(code)}:
            return code
        case _:
            raise TypeError(f"{tag} cannot hold {value!r}")


def _free_text(text: str) -> str:
    """Return the text between its marks, an end mark in it broken."""
    if text in _CLAIMS:
        return text
    return f"<text>{TEXT_END.sub('</ ', text)}</text>"


def _relationship(element: Element) -> bytes:
    """Return one relationship, its comment behind it."""
    line = (
        f"Relationship: {element['spdxElementId']} {element['relationshipType']} "
        f"{element['relatedSpdxElement']}\n"
    )
    comment = element.get("comment")
    if comment is not None:
        line += f"RelationshipComment: {_free_text(comment)}\n"
    return line.encode()

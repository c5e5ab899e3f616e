# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""The tag-value format of SPDX 2.x, read into the shape of the JSON schema.

spdx-tools reads it too, at 66 ms a package. Tags of files, snippets, annotations and
reviews are passed over: nothing here asks for them. Source: SPDX 2.3, clauses 6 to 11
and annex B.
"""

import re
from collections.abc import Callable, Iterator
from typing import Any, Final

from coos_license.errors import ReadError
from coos_license.trees.text import clean_bytes

_TAG = re.compile(r"([A-Za-z]+):[ \t]*(.*)", re.DOTALL)
_START: Final = "<text>"
_END: Final = "</text>"

#: Tag that begins an element -> the list of the document that the element is in, and
#: the key that the tag's value has. A list without a name is passed over.
_BEGIN: Final = {
    "PackageName": ("packages", "name"),
    "LicenseID": ("hasExtractedLicensingInfos", "licenseId"),
    "Relationship": ("relationships", ""),
    "FileName": ("", ""),
    "SnippetSPDXID": ("", ""),
    "Annotator": ("", ""),
    "Reviewer": ("", ""),
}
#: List of the document -> tag -> key; ``""`` is the document itself.
_KEYS: Final[dict[str, dict[str, str]]] = {
    "document": {
        "SPDXVersion": "spdxVersion",
        "DataLicense": "dataLicense",
        "SPDXID": "SPDXID",
        "DocumentName": "name",
        "DocumentNamespace": "documentNamespace",
        "DocumentComment": "comment",
        "LicenseListVersion": "licenseListVersion",
        "Created": "created",
        "CreatorComment": "creatorComment",
    },
    "packages": {
        "SPDXID": "SPDXID",
        "PackageVersion": "versionInfo",
        "PackageFileName": "packageFileName",
        "PackageVerificationCode": "packageVerificationCode",
        "PackageSupplier": "supplier",
        "PackageOriginator": "originator",
        "PackageDownloadLocation": "downloadLocation",
        "PackageHomePage": "homepage",
        "PackageSourceInfo": "sourceInfo",
        "PackageLicenseConcluded": "licenseConcluded",
        "PackageLicenseDeclared": "licenseDeclared",
        "PackageLicenseComments": "licenseComments",
        "PackageCopyrightText": "copyrightText",
        "PackageSummary": "summary",
        "PackageDescription": "description",
        "PackageComment": "comment",
        "PrimaryPackagePurpose": "primaryPackagePurpose",
        "BuiltDate": "builtDate",
        "ReleaseDate": "releaseDate",
        "ValidUntilDate": "validUntilDate",
    },
    "hasExtractedLicensingInfos": {
        "ExtractedText": "extractedText",
        "LicenseName": "name",
        "LicenseComment": "comment",
    },
    "relationships": {"RelationshipComment": "comment"},
}
#: Tags whose values are gathered in a list.
_LISTS: Final = {
    "Creator": "creators",
    "PackageAttributionText": "attributionTexts",
    "PackageChecksum": "checksums",
    "ExternalRef": "externalRefs",
    "LicenseCrossReference": "seeAlsos",
    "ExternalDocumentRef": "externalDocumentRefs",
}
_IN_CREATION: Final = frozenset(
    {"created", "creators", "licenseListVersion", "creatorComment"}
)


def parse_tag_value(content: bytes) -> dict[str, Any]:
    """Return the document; creation information is where the JSON has it.

    Raises: ReadError where a line is no tag, or a text does not end.
    """
    document: dict[str, Any] = {}
    element: dict[str, Any] | None = document
    place = "document"
    for number, tag, value in _fields(clean_bytes(content)[0]):
        if tag in _BEGIN:
            place, key = _BEGIN[tag]
            element = _begun(document, place, key, value, number) if place else None
        elif element is not None:
            _put(element, place, tag, value)
    creation = {key: document.pop(key) for key in _IN_CREATION & document.keys()}
    if "creatorComment" in creation:
        creation["comment"] = creation.pop("creatorComment")
    if creation:
        document["creationInfo"] = creation
    return document


def _fields(text: str) -> Iterator[tuple[int, str, str]]:
    """Yield line, tag and value, a value of many lines as one. Raises: ReadError."""
    lines = enumerate(text.split("\n"), start=1)
    for number, line in lines:
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        match = _TAG.fullmatch(line)
        if match is None:
            raise ReadError(f"is no tag-value document: line {number} has no tag")
        tag, value = match.groups()
        if value.startswith(_START):
            parts = [value.removeprefix(_START)]
            while _END not in parts[-1]:
                following = next(lines, None)
                if following is None:
                    raise ReadError(f"is cut off: the text of line {number} has no end")
                parts.append(following[1])
            value = "\n".join(parts).partition(_END)[0]
        else:
            value = value.strip()
        yield number, tag, value


def _begun(
    document: dict[str, Any], place: str, key: str, value: str, number: int
) -> dict[str, Any]:
    """Return a new element of the document. Raises: ReadError."""
    if place == "relationships":
        words = value.split()
        if len(words) != 3:  # noqa: PLR2004 (from, type, to: clause 11.1)
            raise ReadError(f"is no tag-value document: line {number} relates nothing")
        keys = ("spdxElementId", "relationshipType", "relatedSpdxElement")
        element = dict(zip(keys, words, strict=True))
    else:
        element = {key: value}
    document.setdefault(place, []).append(element)
    return element


def _put(element: dict[str, Any], place: str, tag: str, value: str) -> None:
    """Add one field to an element; a tag that is not known is passed over."""
    known: dict[str, str] = _KEYS[place]
    if tag == "PackageVerificationCode":
        element[known[tag]] = {"packageVerificationCodeValue": value}
    elif tag in known:
        element.setdefault(known[tag], value)
        if known[tag] == "primaryPackagePurpose":
            element[known[tag]] = value.replace("-", "_")
    elif tag == "FilesAnalyzed":
        element["filesAnalyzed"] = value.lower() == "true"
    elif tag in _LISTS:
        read = _PARSERS.get(tag, str)
        element.setdefault(_LISTS[tag], []).append(read(value))


def _reference(value: str) -> dict[str, str]:
    """Return an external reference: category, type, locator (clause 7.21)."""
    keys = ("referenceCategory", "referenceType", "referenceLocator")
    return dict(zip(keys, value.split(maxsplit=2), strict=False))


def _checksum(value: str) -> dict[str, str]:
    """Return a checksum: algorithm and value (clause 7.10)."""
    algorithm, _, digest = value.partition(":")
    return {"algorithm": algorithm, "checksumValue": digest.strip()}


#: Tag -> how a value of a list is read; others are strings.
_PARSERS: Final[dict[str, Callable[[str], object]]] = {
    "ExternalRef": _reference,
    "PackageChecksum": _checksum,
}

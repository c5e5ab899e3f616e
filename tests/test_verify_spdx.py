# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""The fast validator of SPDX 2 documents against the full one of spdx-tools."""

import copy
import json
from collections.abc import Callable
from typing import Any

import pytest
from spdx_builders import json_bytes, read_json, rich_inventory, validation_messages

from coos_license.verify.spdx_fast import faults

Document = dict[str, Any]


def base() -> Document:
    """Return a valid document with a file, a snippet, an annotation and checksums."""
    document: Document = json.loads(json_bytes(rich_inventory()))
    digest = {"algorithm": "SHA1", "checksumValue": "0" * 40}
    package = document["packages"][1]
    package["filesAnalyzed"] = True
    package["packageVerificationCode"] = {"packageVerificationCodeValue": "1" * 40}
    package["checksums"] = [digest]
    document["files"] = [
        {
            "SPDXID": "SPDXRef-File",
            "fileName": "./usr/bin/a",
            "checksums": [digest],
            "licenseConcluded": "MIT",
            "licenseInfoInFiles": ["MIT"],
            "copyrightText": "NOASSERTION",
        }
    ]
    document["snippets"] = [
        {
            "SPDXID": "SPDXRef-Snippet",
            "snippetFromFile": "SPDXRef-File",
            "licenseConcluded": "MIT",
            "ranges": [
                {
                    "startPointer": {"offset": 1, "reference": "SPDXRef-File"},
                    "endPointer": {"offset": 9, "reference": "SPDXRef-File"},
                }
            ],
        }
    ]
    document["annotations"] = [
        {
            "annotationDate": "2026-01-01T00:00:00Z",
            "annotationType": "OTHER",
            "annotator": "Tool: coos-license",
            "comment": "x",
        }
    ]
    document["relationships"].append(
        {
            "spdxElementId": package["SPDXID"],
            "relationshipType": "CONTAINS",
            "relatedSpdxElement": "SPDXRef-File",
        }
    )
    return document


def put(value: object, *path: str | int) -> Callable[[Document], None]:
    """Return a fault: that the value stands at the path."""

    def inject(document: Document) -> None:
        at: Any = document
        for step in path[:-1]:
            at = at[step]
        at[path[-1]] = value

    return inject


def drop(*path: str | int) -> Callable[[Document], None]:
    """Return a fault: that what is at the path is not there."""

    def inject(document: Document) -> None:
        at: Any = document
        for step in path[:-1]:
            at = at[step]
        del at[path[-1]]

    return inject


def relate(start: str, kind: str, to: str) -> Callable[[Document], None]:
    """Return a fault: one relationship more."""
    keys = ("spdxElementId", "relationshipType", "relatedSpdxElement")
    value = dict(zip(keys, (start, kind, to), strict=True))
    return lambda document: document["relationships"].append(value)


def undescribed(document: Document) -> None:
    document["relationships"] = [
        one
        for one in document["relationships"]
        if one["relationshipType"] != "DESCRIBES"
    ]


def twice(document: Document) -> None:
    document["packages"].append(copy.deepcopy(document["packages"][-1]))


REFERENCE = {
    "referenceCategory": "PACKAGE-MANAGER",
    "referenceType": "purl",
    "referenceLocator": "pkg:ebuild/a/b@1",
}
P = ("packages", 2)
#: What is done to the valid document -> whether the full validator minds; both kinds,
#: so that neither "all bad" nor "all good" would pass.
FAULTS: dict[str, Callable[[Document], None]] = {
    "version 1": put("SPDX-1.2", "spdxVersion"),
    "version 3": put("SPDX-3.0", "spdxVersion"),
    "no version": drop("spdxVersion"),
    "version 2.2 with fields of 2.3": put("SPDX-2.2", "spdxVersion"),
    "data licence": put("MIT", "dataLicense"),
    "document id": put("SPDXRef-Other", "SPDXID"),
    "no document name": drop("name"),
    "namespace with a fragment": put("https://example.org/a#b", "documentNamespace"),
    "namespace without a scheme": put("example.org/a", "documentNamespace"),
    "no creators": put([], "creationInfo", "creators"),
    "creator of no kind": put(["Somebody"], "creationInfo", "creators"),
    "date of another form": put("2026-01-31", "creationInfo", "created"),
    "no date": drop("creationInfo", "created"),
    "list version": put("three", "creationInfo", "licenseListVersion"),
    "package without a name": drop(*P, "name"),
    "package without an id": drop(*P, "SPDXID"),
    "package id with an underscore": put("SPDXRef-a_b", *P, "SPDXID"),
    "package id without its prefix": put("Package-a", *P, "SPDXID"),
    "id twice": twice,
    "no download location": drop(*P, "downloadLocation"),
    "download location": put("over there", *P, "downloadLocation"),
    "homepage": put("not a url", *P, "homepage"),
    "supplier of no kind": put("Example", *P, "supplier"),
    "purpose": put("THING", *P, "primaryPackagePurpose"),
    "built date": put("yesterday", *P, "builtDate"),
    "unknown licence": put("Nope-1.0", *P, "licenseDeclared"),
    "licence of lower case": put("mit", *P, "licenseDeclared"),
    "deprecated licence": put("GPL-2.0", *P, "licenseDeclared"),
    "LicenseRef without a text": put("LicenseRef-none", *P, "licenseConcluded"),
    "exception as licence": put("GCC-exception-3.1", *P, "licenseDeclared"),
    "licence as exception": put("MIT WITH ISC", *P, "licenseDeclared"),
    "open parenthesis": put("(MIT", *P, "licenseDeclared"),
    "operator at the end": put("MIT OR", *P, "licenseDeclared"),
    "licence of another document": put(
        "DocumentRef-a:LicenseRef-b", *P, "licenseDeclared"
    ),
    "licence of files not analyzed": put(["MIT"], *P, "licenseInfoFromFiles"),
    "verification code without files": put(
        {"packageVerificationCodeValue": "0" * 40}, *P, "packageVerificationCode"
    ),
    "verification code": put(
        "xyz", "packages", 1, "packageVerificationCode", "packageVerificationCodeValue"
    ),
    "checksum too short": put(
        [{"algorithm": "SHA256", "checksumValue": "00"}], *P, "checksums"
    ),
    "checksum of no kind": put(
        [{"algorithm": "CRC", "checksumValue": "00"}], *P, "checksums"
    ),
    "reference of no type": put(
        [{**REFERENCE, "referenceType": "urn"}], *P, "externalRefs"
    ),
    "purl": put([{**REFERENCE, "referenceLocator": "zlib"}], *P, "externalRefs"),
    "cpe": put(
        [
            {
                "referenceCategory": "SECURITY",
                "referenceType": "cpe23Type",
                "referenceLocator": "cpe:2.3:a:sys-devel/gcc",
            }
        ],
        *P,
        "externalRefs",
    ),
    "LicenseRef with a plus": put(
        "LicenseRef-a+b", "hasExtractedLicensingInfos", 0, "licenseId"
    ),
    "extracted text gone": drop("hasExtractedLicensingInfos", 1, "extractedText"),
    "extracted texts gone": put([], "hasExtractedLicensingInfos"),
    "cross reference": put(["nowhere"], "hasExtractedLicensingInfos", 0, "seeAlsos"),
    "relationship to nothing": relate("SPDXRef-Image", "CONTAINS", "SPDXRef-none"),
    "relationship from nothing": relate("SPDXRef-none", "CONTAINS", "SPDXRef-Image"),
    "relationship to two colons": relate("SPDXRef-Image", "CONTAINS", "a:b:c"),
    "relationship to another document": relate(
        "SPDXRef-Image", "CONTAINS", "DocumentRef-x:SPDXRef-y"
    ),
    "relationship of no type": relate("SPDXRef-Image", "LIKES", "SPDXRef-Image"),
    "describes nothing": undescribed,
    "file in a closed package": relate("SPDXRef-Image", "CONTAINS", "SPDXRef-File"),
    "file in a closed package, the other way": relate(
        "SPDXRef-File", "CONTAINED_BY", "SPDXRef-Image"
    ),
    "absolute file": put("/usr/bin/a", "files", 0, "fileName"),
    "file without SHA1": put([], "files", 0, "checksums"),
    "licence of a file": put("Nope", "files", 0, "licenseConcluded"),
    "licence in a file": put(["Nope"], "files", 0, "licenseInfoInFiles"),
    "snippet of no file": put("SPDXRef-Image", "snippets", 0, "snippetFromFile"),
    "snippet licence": put("Nope", "snippets", 0, "licenseConcluded"),
    "snippet range": put(0, "snippets", 0, "ranges", 0, "startPointer", "offset"),
    "annotator": put("coos-license", "annotations", 0, "annotator"),
    "packages of no list": put(7, "packages"),
    # Not faults: what differs from ours and is valid.
    "none": lambda _document: None,
    "no comment": drop("comment"),
    "relationship to nobody knows": relate("SPDXRef-Image", "CONTAINS", "NOASSERTION"),
    "relationship to none": relate("SPDXRef-Image", "CONTAINS", "NONE"),
    "licence none": put("NONE", *P, "licenseDeclared"),
    "new licence of the list": put(
        "MPL-2.0-no-copyleft-exception", *P, "licenseDeclared"
    ),
}


def full_verdict(document: Document) -> bool:
    """Return whether spdx-tools' full validator takes the document."""
    from spdx_tools.spdx.parser.error import SPDXParsingError  # noqa: PLC0415 (heavy)

    try:
        return validation_messages(read_json(json.dumps(document).encode())) == []
    except SPDXParsingError:
        return False
    except TypeError:  # its reader stumbles over a list that is none
        return False


@pytest.mark.parametrize("name", list(FAULTS))
def test_the_verdict_is_that_of_the_full_validator(name: str) -> None:
    document = base()
    FAULTS[name](document)
    found = list(faults(document))
    assert (found == []) is full_verdict(document), found


def test_the_table_has_both_kinds_and_enough_of_them() -> None:
    verdicts = []
    for inject in FAULTS.values():
        document = base()
        inject(document)
        verdicts.append(list(faults(document)) == [])
    assert verdicts.count(False) >= 50
    assert verdicts.count(True) >= 5

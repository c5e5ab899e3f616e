# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""How SPDX 3.0.1 names things: ids, types, and the words of its vocabularies.

Source: the model of SPDX 3.0.1, its profiles Core, Software, SimpleLicensing and Build;
``docs/spdx-mapping.md`` says for each field why.
"""

import hashlib
from typing import Any, Final

from coos_license.bom.values import Algorithm, Digest, Purpose

#: A JSON object in the making.
Json = dict[str, Any]

CONTEXT: Final = "https://spdx.org/rdf/3.0.1/spdx-context.jsonld"
SPEC_VERSION: Final = "3.0.1"
#: All elements share one creation information, which is no element and has no URI.
CREATION_INFO: Final = "_:creation-info"

_PURPOSES: Final = {
    Purpose.OPERATING_SYSTEM: "operatingSystem",
    Purpose.LIBRARY: "library",
    Purpose.FIRMWARE: "firmware",
    Purpose.SOURCE: "source",
    Purpose.ARCHIVE: "archive",
    Purpose.PATCH: "patch",
}
_ALGORITHMS: Final = {
    Algorithm.MD5: "md5",
    Algorithm.SHA1: "sha1",
    Algorithm.SHA256: "sha256",
    Algorithm.SHA512: "sha512",
    Algorithm.BLAKE2B_512: "blake2b512",
}
_SHORT: Final = 20


def element(kind: str, spdx_id: str, **properties: object) -> Json:
    """Return an element without the properties that are empty: not known, not said."""
    said = {
        name: value
        for name, value in properties.items()
        if value not in ("", None, [], ())
    }
    return {"type": kind, "spdxId": spdx_id, "creationInfo": CREATION_INFO, **said}


def iri(namespace: str, ref: str) -> str:
    """Return the spdxId of what a bill calls ``ref``.

    >>> iri("https://spdx.org/spdxdocs/x", "Image")
    'https://spdx.org/spdxdocs/x#Image'
    """
    return f"{namespace}#{ref}"


def short_digest(words: str) -> str:
    """Return what names a thing that has no id but its words; 80 bits, so unique."""
    return hashlib.sha256(words.encode()).hexdigest()[:_SHORT]


def purpose(value: Purpose | None) -> str:
    """Return the word of SoftwarePurpose, ``""`` where no purpose is known."""
    return _PURPOSES[value] if value else ""


def hashes(digests: tuple[Digest, ...]) -> list[Json]:
    """Return the digests as integrity methods."""
    return [
        {
            "type": "Hash",
            "algorithm": _ALGORITHMS[digest.algorithm],
            "hashValue": digest.value,
        }
        for digest in digests
    ]


def identifiers(kind: str, *values: str) -> list[Json]:
    """Return external identifiers of one kind, without those that are empty."""
    return [
        {
            "type": "ExternalIdentifier",
            "externalIdentifierType": kind,
            "identifier": value,
        }
        for value in values
        if value
    ]

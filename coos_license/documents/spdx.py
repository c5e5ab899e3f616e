# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""SPDX 2.x documents of any tool, in the shape of their JSON schema.

What is read is checked for its shape alone, since others' documents are seldom valid:
a field of another type than the schema's is as one that is absent. A list of packages
that is none is an error: packages would be lost.
"""

from typing import Any, Final

from coos_license.documents.tag_value import parse_tag_value
from coos_license.errors import ReadError
from coos_license.model import IMPLICIT

#: What ids of our components begin with that no package database lists.
IMPLICIT_ID: Final = f"SPDXRef-Component-{IMPLICIT}..s"
#: A document with 50,000 files has 40 MB.
LIMIT: Final = 1 << 27
Element = dict[str, Any]
#: How the name of this tool begins where a document says what wrote it.
OUR_TOOL: Final = "coos-license-"
_TAG_VALUE: Final = (b"SPDXVersion:", b"#", b"\xef\xbb\xbfSPDXVersion:")


def looks_like_tag_value(content: bytes) -> bool:
    """Return whether a file begins as a tag-value document does."""
    return content.lstrip().startswith(_TAG_VALUE) and b"SPDXVersion:" in content


def parse_spdx(content: bytes) -> Element:
    """Return an SPDX 2.x document, JSON or tag-value. Raises: ReadError."""
    if looks_like_tag_value(content):
        return checked(parse_tag_value(content))
    return parse_spdx_json(content)


def parse_spdx_json(content: bytes) -> Element:
    """Return an SPDX 2.x document in JSON. Raises: ReadError."""
    return checked(parse_object(content))


def parse_object(content: bytes) -> Element:
    """Return the object that a JSON file is. Raises: ReadError."""
    import orjson  # noqa: PLC0415 (heavy: only where JSON is read)

    try:
        value = orjson.loads(content.removeprefix(b"\xef\xbb\xbf"))
    except orjson.JSONDecodeError as error:
        raise ReadError(f"is no JSON ({error})") from error
    if not isinstance(value, dict):
        raise ReadError("is no JSON object")
    return value


def checked(document: Element) -> Element:
    """Return a document that says it is SPDX 2, with packages. Raises: ReadError."""
    version = document.get("spdxVersion")
    if isinstance(version, str) and version.startswith("SPDX-2."):
        objects(document, "packages")
        return document
    if "@graph" in document or "@context" in document:
        raise ReadError("is SPDX 3, which is not read here; give the 2.3 document")
    raise ReadError("is JSON, but no SPDX 2 document: it has no spdxVersion SPDX-2")


def objects(document: Element, key: str) -> list[Element]:
    """Return a list of which none may be lost, an empty one where it is absent.

    Raises: ReadError where it is something else, or holds something else than objects.
    """
    found = document.get(key, [])
    if isinstance(found, list) and all(isinstance(one, dict) for one in found):
        return found
    raise ReadError(f"is damaged: {key!r} is no list of objects")


def elements(document: Element, key: str) -> list[Element]:
    """Return the objects in a list of the document, none where it is no list."""
    found = document.get(key)
    if not isinstance(found, list):
        return []
    return [one for one in found if isinstance(one, dict)]


def text(element: Element, key: str) -> str:
    """Return a string of an element, ``""`` where it has none."""
    value = element.get(key)
    return value if isinstance(value, str) else ""


def texts(element: Element, key: str) -> tuple[str, ...]:
    """Return the strings in a list of an element."""
    value = element.get(key)
    if not isinstance(value, list):
        return ()
    return tuple(one for one in value if isinstance(one, str))


def purl_of(package: Element) -> str:
    """Return the first purl of a package, ``""`` where it has none."""
    return next(iter(purls_of(package)), "")


def relations(document: Element) -> list[tuple[str, str, str]]:
    """Return (from, type, to) of the relationships; types in capitals with ``_``.

    ``documentDescribes`` of the JSON is a DESCRIBES (clause 11).
    """
    found = [
        (
            text(one, "spdxElementId"),
            text(one, "relationshipType").upper().replace("-", "_"),
            text(one, "relatedSpdxElement"),
        )
        for one in elements(document, "relationships")
    ]
    own = text(document, "SPDXID")
    found += [(own, "DESCRIBES", one) for one in texts(document, "documentDescribes")]
    return found


def made_from(document: Element) -> frozenset[str]:
    """Return the ids of sources and patches: they are in no image, what is made is."""
    return frozenset(
        to if kind == "GENERATED_FROM" else start
        for start, kind, to in relations(document)
        if kind in {"GENERATED_FROM", "PATCH_APPLIED"}
    )


def purls_of(package: Element) -> tuple[str, ...]:
    """Return the purls of a package (Annex F)."""
    return tuple(
        text(reference, "referenceLocator")
        for reference in elements(package, "externalRefs")
        if text(reference, "referenceType") == "purl"
    )

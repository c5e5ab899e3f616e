# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""The two formats of the SBOM against each other, and the archive against its files."""

import hashlib
from collections.abc import Iterator, Mapping
from typing import Any, Final

from coos_license.documents.inventory import implicit_of
from coos_license.documents.spdx import Element, elements
from coos_license.render.spdx_values import TEXT_END
from coos_license.trees.text import in_full
from coos_license.verify import checksums
from coos_license.verify.bundle import (
    ARCHIVE,
    CHECKSUMS,
    CREDITS,
    NOTICE,
    TAG_VALUE,
    Bundle,
    Problem,
)

CHECK: Final = "formats"
#: Lists of the document -> what tells their elements apart.
_LISTS: Final = {
    "packages": ("SPDXID",),
    "hasExtractedLicensingInfos": ("licenseId",),
    "relationships": ("spdxElementId", "relationshipType", "relatedSpdxElement"),
}
#: What the tag-value reader passes over, and the JSON may have.
_PASSED: Final = frozenset(
    {
        *("annotations", "externalDocumentRefs", "files", "hasFiles"),
        *("licenseInfoFromFiles", "snippets"),
    }
)
_LICENSES: Final = "licenses/"
_PACKAGES: Final = "packages/"


def check(bundle: Bundle) -> Iterator[Problem]:
    """Yield where tag-value and JSON differ, and where the archive does."""
    if bundle.sbom is not None and bundle.tag_value is not None:
        yield from _tag_value(bundle.sbom, bundle.tag_value)
    if bundle.archive is not None:
        yield from _archive(bundle, bundle.archive)


def _tag_value(json: Element, tags: Element) -> Iterator[Problem]:
    """Yield where the two documents differ."""
    for key in _LISTS:
        left, right = (_keyed(one, key) for one in (json, tags))
        for name in sorted(left.keys() ^ right.keys()):
            where = "JSON" if name in left else "tag-value"
            yield Problem(CHECK, TAG_VALUE, f"{' '.join(name)} is in the {where} only")
        for name in sorted(left.keys() & right.keys()):
            for field in _differing(left[name], right[name]):
                message = f"{' '.join(name)}: {field} differs from the JSON"
                yield Problem(CHECK, TAG_VALUE, message)
    rest = _LISTS.keys() | {"documentDescribes"}
    json, tags = (
        {key: value for key, value in one.items() if key not in rest}
        for one in (json, tags)
    )
    for field in _differing(json, tags):
        yield Problem(CHECK, TAG_VALUE, f"{field} differs from the JSON")


def _keyed(document: Element, key: str) -> dict[tuple[str, ...], Element]:
    """Return the elements of a list by what tells them apart."""
    return {
        tuple(str(one.get(part)) for part in _LISTS[key]): one
        for one in elements(document, key)
    }


def _differing(json: Mapping[str, Any], tags: Mapping[str, Any]) -> list[str]:
    """Return the fields that differ, of those that both formats have."""
    keys = (json.keys() | tags.keys()) - _PASSED
    return sorted(key for key in keys if _broken(json.get(key)) != tags.get(key))


def _broken(value: object) -> object:
    """Return a value of the JSON as tag-value can hold it: no end mark in a text."""
    match value:
        case str():
            return TEXT_END.sub("</ ", value)
        case list():
            return [_broken(one) for one in value]
        case dict():
            return {key: _broken(one) for key, one in value.items()}
        case _:
            return value


def _archive(bundle: Bundle, members: Mapping[str, bytes]) -> Iterator[Problem]:
    """Yield where the archive is not what lies beside it and what it says itself."""
    for name in (NOTICE, CREDITS):
        if name in bundle.files and members.get(name) != bundle.files[name]:
            word = "is not" if name in members else "is missing or is not"
            message = f"member {name} {word} the file beside the archive"
            yield Problem(CHECK, ARCHIVE, message)
    given = {name: one for name, one in members.items() if name != CHECKSUMS}
    sums = members.get(CHECKSUMS, b"")
    yield from checksums.compare(sums, given, CHECKSUMS, f"{ARCHIVE}: ")
    if bundle.inventory is not None:
        yield from _members(bundle.inventory, members)


def _members(
    inventory: Mapping[str, Any], members: Mapping[str, bytes]
) -> Iterator[Problem]:
    """Yield texts that are too many or missing, by what the inventory credits."""
    digests = {
        name: hashlib.sha256(content).hexdigest() for name, content in members.items()
    }
    for name, digest in digests.items():
        if name.startswith((_LICENSES, _PACKAGES)) and digest not in inventory["texts"]:
            message = f"member {in_full(name)} is no text of the inventory"
            yield Problem(CHECK, ARCHIVE, message)
    there = {one for name, one in digests.items() if name.startswith(_LICENSES)}
    wanted = {
        sha256
        for package in (*inventory["packages"], *implicit_of(inventory))
        if package["shipped"] != "build-time"
        for sha256 in (
            *(use["sha256"] for use in package["texts"]),
            *package["notices"],
        )
    }
    for sha256 in sorted(wanted - there):
        yield Problem(CHECK, ARCHIVE, f"text {sha256} is missing in licenses/")
    for sha256 in sorted(there - wanted):
        yield Problem(CHECK, ARCHIVE, f"text {sha256} belongs to no credited package")

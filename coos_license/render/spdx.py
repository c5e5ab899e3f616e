# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""The SPDX 2.3 document as one plain value, which both its formats are written from.

Shape: the SPDX 2.3 JSON schema. ``docs/spdx-mapping.md`` says field by field where
each value comes from and why. Pure and deterministic: sorted, no clock, no chance.
"""

from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Any, Final

from coos_license.expression import Claim, leaves
from coos_license.licenses.spdx_list import LIST_VERSION
from coos_license.model import (
    DocumentMeta,
    ExtractedLicense,
    Image,
    Inventory,
    Package,
    Shipped,
)
from coos_license.render import spdx_components
from coos_license.render.spdx_values import (
    NOASSERTION,
    TEXT_END,
    actor,
    download_location,
    multi_line,
    purl_locator,
    single_line,
    spdx_id,
    timestamp,
    web_page,
)

#: A JSON object in the making.
Element = dict[str, Any]

DOCUMENT_ID: Final = "SPDXRef-DOCUMENT"
IMAGE_ID: Final = "SPDXRef-Image"

_DOCUMENT_COMMENT: Final = """\
Made from what the build recorded about its packages. Not legal advice.

Declared licenses are the LICENSE fields of the ebuilds, as SPDX expressions; a choice \
that the field offers stays an OR. Concluded licenses equal them unless the \
distributor recorded an election or a correction; the comment on license then says \
which. NOASSERTION means that nothing is known; it never means that nothing is owed.

The purl type "ebuild" is not registered with the purl specification."""

_TEXT_END_NOTE: Final = (
    'A value of this element holds "</" directly followed by "text>". The tag-value '
    "format ends a text there and knows no escape, so in that format a space was put "
    "between the two."
)

_SHIPPED_COMMENTS: Final = {
    Shipped.YES: "Shipped: the package is in the image.",
    Shipped.LINKED_UNKNOWN: (
        "Linked: unknown. The package is not in the image, but packages of the image "
        "were built with it and may hold its code by static linking; it is credited "
        "like a shipped one."
    ),
    Shipped.BUILD_TIME: "Build-time: the package is not in the image.",
}
_LINKED_COMMENT: Final = (
    "A dependency at build time whose code may be linked statically into the image: "
    "CONTAINS would claim that it is there, BUILD_DEPENDENCY_OF that it is not."
)

# What the category itself promises, nothing guessed: Gentoo's categories ending in
# -libs hold libraries, sys-firmware holds firmware.
_FIRMWARE_CATEGORY: Final = "sys-firmware"
_LIBRARY_CATEGORY_END: Final = "-libs"


@lru_cache(maxsize=1)
def document(inventory: Inventory, meta: DocumentMeta) -> Element:
    """Return the document in the shape of the SPDX 2.3 JSON schema."""
    image = inventory.image
    packages = sorted(inventory.packages, key=lambda package: package.id)
    supplier = actor(image.supplier) or NOASSERTION
    return {
        "spdxVersion": "SPDX-2.3",
        "dataLicense": "CC0-1.0",
        "SPDXID": DOCUMENT_ID,
        "name": _document_name(image),
        "documentNamespace": meta.namespace,
        "comment": _DOCUMENT_COMMENT,
        "creationInfo": {
            "created": meta.created,
            "creators": _creators(image, meta),
            "licenseListVersion": ".".join(LIST_VERSION.split(".")[:2]),
        },
        "packages": [
            _image(image, supplier),
            *(_package(package, inventory, supplier) for package in packages),
            *map(_finished, spdx_components.elements(packages, supplier)),
        ],
        "hasExtractedLicensingInfos": [
            _extracted(license_, inventory) for license_ in _references(inventory)
        ],
        "relationships": list(_relationships(packages)),
    }


def _document_name(image: Image) -> str:
    """Return the image's name and version, as far as they are known."""
    known = (part for part in (image.name, image.version) if part)
    return single_line("-".join(known)) or "image"


def _creators(image: Image, meta: DocumentMeta) -> list[str]:
    """Return who answers for the document, then the tool that wrote it."""
    tool = single_line("-".join(filter(None, (meta.tool, meta.tool_version))))
    person = actor(image.creator or image.supplier, image.contact)
    return [*filter(None, [person]), f"Tool: {tool}"]


def _image(image: Image, supplier: str) -> Element:
    """Return the root package: the image as a whole."""
    comments = ["The image that the packages of this document make up."]
    if image.board:
        comments.append(f"Board: {single_line(image.board)}.")
    if image.contact:
        comments.append(f"Contact: {single_line(image.contact)}")
    element: Element = {
        "SPDXID": IMAGE_ID,
        "name": single_line(image.name or "") or "image",
        "versionInfo": single_line(image.version or ""),
        "primaryPackagePurpose": "OPERATING_SYSTEM",
        "supplier": supplier,
        "downloadLocation": NOASSERTION,
        "filesAnalyzed": False,
        "licenseConcluded": NOASSERTION,
        "licenseDeclared": NOASSERTION,
        "licenseComments": "The image has no license of its own: see its packages.",
        "copyrightText": NOASSERTION,
        "comment": "\n".join(comments),
    }
    return _finished(element)


def _package(package: Package, inventory: Inventory, supplier: str) -> Element:
    """Return one package with every claim made about it."""
    purl = purl_locator(package.purl)
    reference = {
        "referenceCategory": "PACKAGE-MANAGER",
        "referenceType": "purl",
        "referenceLocator": purl,
    }
    copyrights = "\n".join(package.copyrights)
    element: Element = {
        "SPDXID": spdx_id(package.id),
        "name": single_line(package.id.key),
        "versionInfo": single_line(package.id.version),
        "primaryPackagePurpose": _purpose(package.id.category),
        "supplier": supplier,
        "downloadLocation": download_location(package.download_location),
        "filesAnalyzed": False,
        "homepage": web_page(package.homepage),
        "sourceInfo": multi_line(_source_info(package)),
        "licenseConcluded": str(package.concluded),
        "licenseDeclared": str(package.declared),
        "licenseComments": multi_line("\n".join(_license_comments(package))),
        "copyrightText": multi_line(copyrights).strip() or NOASSERTION,
        "summary": multi_line(package.description).strip(),
        "comment": _SHIPPED_COMMENTS[package.shipped],
        "externalRefs": [reference] if purl else None,
        "attributionTexts": _attributions(package, inventory),
        "builtDate": timestamp(package.build_time),
    }
    return _finished(element)


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


def _purpose(category: str) -> str | None:
    """Return what the category's name promises of its packages (clause 7.24)."""
    if category == _FIRMWARE_CATEGORY:
        return "FIRMWARE"
    return "LIBRARY" if category.endswith(_LIBRARY_CATEGORY_END) else None


def _source_info(package: Package) -> str:
    """Return where the package was read and which ebuild made it (clause 7.12)."""
    slot = package.slot
    if package.subslot and package.subslot != slot:
        slot = f"{slot}/{package.subslot}"
    facts = [f"Read from {package.evidence.path}"]
    if package.repository:
        facts.append(f"ebuild repository {package.repository}")
    if slot:
        facts.append(f"slot {slot}")
    return "; ".join(facts)


def _license_comments(package: Package) -> Iterator[str]:
    """Yield the field as written, and what led from it to the conclusion."""
    if package.license_field is None:
        yield "No LICENSE is recorded."
    else:
        yield f'LICENSE="{package.license_field}"'
    for election in package.elections:
        options = ", ".join(election.options)
        yield f"Elected {election.elected} out of {options}, by {election.by}: " + (
            election.reason or "no reason recorded"
        )
    for curated in package.curations:
        if curated.concluded:
            yield f"Concluded by curation {curated.id} of {curated.owner}: " + (
                curated.comment or curated.reason
            )
    if package.license_comment:
        yield package.license_comment
    explained = package.elections or package.curations or package.license_comment
    if package.concluded != package.declared and not explained:
        yield "Concluded differs from declared by the policy or a curation."
    if package.concluded is Claim.NOASSERTION and not explained:
        yield "The field does not say which license applies."


def _attributions(package: Package, inventory: Inventory) -> list[str]:
    """Return the package's NOTICE texts, to be passed on (clause 7.23)."""
    texts = (inventory.texts[sha256].text for sha256 in package.notices)
    return [text for text in map(multi_line, texts) if text.strip()]


def _references(inventory: Inventory) -> list[ExtractedLicense]:
    """Return every LicenseRef of the document, also one that was not collected."""
    found = dict(inventory.extracted)
    for package in inventory.packages:
        for claim in (package.declared, package.concluded):
            for leaf in leaves(claim):
                if leaf.id.startswith("LicenseRef-") and leaf.id not in found:
                    found[leaf.id] = ExtractedLicense(id=leaf.id, name="", sha256=None)
    return [found[id_] for id_ in sorted(found)]


def _extracted(license_: ExtractedLicense, inventory: Inventory) -> Element:
    """Return a LicenseRef with the text that it stands for (clause 10)."""
    text = comment = ""
    if license_.sha256 is not None:
        text = multi_line(inventory.texts[license_.sha256].text)
    if not text.strip():
        text = NOASSERTION
        comment = "The text of this license was not found; see the findings."
    element: Element = {
        "licenseId": license_.id,
        "name": single_line(license_.name) or NOASSERTION,
        "extractedText": text,
        "comment": comment,
    }
    return _finished(element)


def _relationships(packages: Iterable[Package]) -> Iterator[Element]:
    """Yield what is in the image, what built it, and what depends on what."""
    ids = {package.id: spdx_id(package.id) for package in packages}
    yield _related(DOCUMENT_ID, "DESCRIBES", IMAGE_ID)
    for package in packages:
        yield _related_to_image(ids[package.id], package.shipped)
    for package in packages:
        own = ids[package.id]
        # One outside the inventory has no element here to point at; a package that
        # depends on itself (to bootstrap) says nothing.
        others = {ids.get(other, own) for other in package.depends_on} - {own}
        for other in sorted(others):
            yield _related(own, "DEPENDS_ON", other)
        for relationship in spdx_components.relationships(own, package):
            yield _related(*relationship)


def _related_to_image(package: str, shipped: Shipped) -> Element:
    """Return how the package belongs to the image; the type tells the three apart."""
    if shipped is Shipped.YES:
        return _related(IMAGE_ID, "CONTAINS", package)
    if shipped is Shipped.LINKED_UNKNOWN:
        linked = _related(IMAGE_ID, "DEPENDS_ON", package)
        return linked | {"comment": _LINKED_COMMENT}
    return _related(package, "BUILD_DEPENDENCY_OF", IMAGE_ID)


def _related(from_id: str, kind: str, to_id: str) -> Element:
    """Return one relationship (clause 11.1)."""
    return {
        "spdxElementId": from_id,
        "relationshipType": kind,
        "relatedSpdxElement": to_id,
    }

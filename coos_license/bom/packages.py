# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""The image and its packages as elements of the bill."""

from collections.abc import Iterator
from typing import Final
from urllib.parse import quote

from coos_license.bom import ids
from coos_license.bom.digests import known_digests
from coos_license.bom.values import (
    Build,
    Completeness,
    Element,
    ElementKind,
    Purpose,
)
from coos_license.bom.wellformed import (
    download_location,
    multi_line,
    one_line,
    purl_locators,
    timestamp,
    web_page,
)
from coos_license.expression import Claim
from coos_license.findings import (
    DEPENDENCY_SYNTAX,
    UNKNOWN_USE,
    UNMATCHED_DEPENDENCY,
    UNREADABLE_ENTRY,
)
from coos_license.model import Image, Inventory, Package, PackageId, Shipped
from coos_license.portage.repository import EBUILD

_SHIPPED_COMMENTS: Final = {
    Shipped.YES: "Shipped: the package is in the image.",
    Shipped.LINKED_UNKNOWN: (
        "Linked: unknown. The package is not in the image, but packages of the image "
        "were built with it and may hold its code by static linking; it is credited "
        "like a shipped one."
    ),
    Shipped.BUILD_TIME: "Build-time: the package is not in the image.",
}
_INCOMPLETE: Final = (
    DEPENDENCY_SYNTAX,
    UNKNOWN_USE,
    UNMATCHED_DEPENDENCY,
    UNREADABLE_ENTRY,
)
# What the category itself promises, nothing guessed: Gentoo's categories ending in
# -libs hold libraries, sys-firmware holds firmware.
_FIRMWARE_CATEGORY: Final = "sys-firmware"
_LIBRARY_CATEGORY_END: Final = "-libs"


def image_element(image: Image) -> Element:
    """Return the root: the image as a whole."""
    comments = ["The image that the packages of this document make up."]
    if image.board:
        comments.append(f"Board: {one_line(image.board)}.")
    if image.contact:
        comments.append(f"Contact: {one_line(image.contact)}")
    return Element(
        kind=ElementKind.IMAGE,
        id=ids.IMAGE,
        name=one_line(image.name or "") or "image",
        version=one_line(image.version or ""),
        purpose=Purpose.OPERATING_SYSTEM,
        file_name=one_line(image.file.name) if image.file else "",
        digests=known_digests(image.file.digests) if image.file else (),
        license_comment="The image has no license of its own: see its packages.",
        comment="\n".join(comments),
    )


def incomplete_dependencies(inventory: Inventory) -> frozenset[PackageId]:
    """Return the packages whose dependencies could not all be read or found.

    An inventory with a note is not the whole: what a package needs may be left out.
    """
    if inventory.note:
        return frozenset(one.id for one in inventory.packages)
    return frozenset(
        one.package
        for one in inventory.defects
        if one.kind in _INCOMPLETE and one.package is not None
    )


def package_element(
    package: Package,
    inventory: Inventory,
    incomplete: frozenset[PackageId],
    verification_code: str,
) -> Element:
    """Return one package with every claim made about it."""
    binary = package.binary
    return Element(
        kind=ElementKind.PACKAGE,
        id=ids.package_ref(package.id),
        name=one_line(package.id.key),
        version=one_line(package.id.version),
        purpose=_purpose(package.id.category),
        purls=purl_locators(package.purl, cos_purl(package, inventory.image)),
        cpes=package.cpes,
        homepage=web_page(package.homepage),
        location=download_location(package.download_location),
        file_name=one_line(binary.name) if binary else "",
        digests=known_digests(binary.digests) if binary else (),
        declared=package.declared,
        concluded=package.concluded,
        license_comment=multi_line("\n".join(_license_comments(package))),
        copyright=copyright_of(package),
        attributions=attributions_of(package, inventory),
        summary=multi_line(package.description).strip(),
        source_info=multi_line(_source_info(package)),
        annotations=tuple(decisions(package)),
        comment=_shipped_comment(package),
        built=timestamp(package.build_time),
        dependencies=_completeness(package, incomplete),
        verification_code=verification_code,
        build=_build(package),
    )


def _shipped_comment(package: Package) -> str:
    """Return whether the package ships, and why where no database lists it."""
    said = _SHIPPED_COMMENTS[package.shipped]
    if package.shipped_reason:
        said += f" {multi_line(package.shipped_reason)}."
    return said


def cos_purl(package: Package, image: Image) -> str:
    """Return the purl of a package of Container-Optimized OS, ``""`` of any other.

    Name, version of the image, and milestone, as the proposal for the type has them;
    only of what is in the image.
    """
    if not (image.milestone and image.version and package.shipped is Shipped.YES):
        return ""
    name, version, milestone = (
        quote(one, safe="") for one in (package.id.name, image.version, image.milestone)
    )
    return f"pkg:cos/{name}@{version}?distro=cos-{milestone}"


def copyright_of(package: Package) -> str:
    """Return the statements found; ``NONE`` where there is nothing to have any."""
    holds_nothing = package.files == 0 and package.declared is Claim.NONE
    found = multi_line("\n".join(package.copyrights)).strip()
    return found or ("NONE" if holds_nothing else "")


def _build(package: Package) -> Build | None:
    """Return how the package was built, ``None`` where nothing says that it was."""
    if package.build_time is None and package.use is None:
        return None
    flags = None if package.use is None else tuple(sorted(package.use))
    digests = known_digests(package.ebuild.digests) if package.ebuild else ()
    ebuild = f"{package.id.key}/{package.id.pf}{EBUILD}"
    return Build(ebuild, package.repository, flags, digests)


def _completeness(package: Package, incomplete: frozenset[PackageId]) -> Completeness:
    """Return whether all dependencies are named; nobody looks at what does not ship."""
    if package.id in incomplete:
        return Completeness.INCOMPLETE
    if package.shipped is not Shipped.YES:
        return Completeness.NOT_KNOWN
    return Completeness.COMPLETE


def _purpose(category: str) -> Purpose | None:
    """Return what the category's name promises of its packages."""
    if category == _FIRMWARE_CATEGORY:
        return Purpose.FIRMWARE
    return Purpose.LIBRARY if category.endswith(_LIBRARY_CATEGORY_END) else None


def _source_info(package: Package) -> str:
    """Return where the package was read and which ebuild made it."""
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
    yield from decisions(package)
    if package.license_comment:
        yield package.license_comment
    explained = package.elections or package.curations or package.license_comment
    if package.concluded != package.declared and not explained:
        yield "Concluded differs from declared by the policy or a curation."
    if package.concluded is Claim.NOASSERTION and not explained:
        yield "The field does not say which license applies."


def decisions(package: Package) -> Iterator[str]:
    """Yield what people decided about the licence, who and why."""
    for election in package.elections:
        options = ", ".join(election.options)
        yield multi_line(
            f"Elected {election.elected} out of {options}, by {election.by}: "
            + (election.reason or "no reason recorded")
        )
    for curated in package.curations:
        if curated.concluded:
            yield multi_line(
                f"Concluded by curation {curated.id} of {curated.owner}: "
                + (curated.comment or curated.reason)
            )


def attributions_of(package: Package, inventory: Inventory) -> tuple[str, ...]:
    """Return the package's NOTICE texts, to be passed on."""
    texts = (inventory.texts[sha256].text for sha256 in package.notices)
    return tuple(text for text in map(multi_line, texts) if text.strip())

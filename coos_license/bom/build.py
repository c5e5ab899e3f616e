# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""Makes the bill of materials from an inventory: once, for all formats.

``docs/spdx-mapping.md`` says field by field where each value comes from and why. Pure
and deterministic: sorted, no clock, no chance.
"""

from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Final

from coos_license.bom import (
    components,
    files,
    ids,
    implicit,
    packages,
    patches,
    sources,
)
from coos_license.bom.values import (
    Agent,
    AgentKind,
    Bom,
    Element,
    OwnLicense,
    Relation,
    Relationship,
)
from coos_license.bom.wellformed import agent, multi_line, one_line
from coos_license.expression import Declared, leaves
from coos_license.model import (
    DocumentMeta,
    ExtractedLicense,
    Image,
    Inventory,
    LinkGraph,
    Package,
    PackageId,
    Shipped,
)

_COMMENT: Final = """\
Made from what the build recorded about its packages. Not legal advice.

Declared licenses are the LICENSE fields of the ebuilds, as SPDX expressions; a choice \
that the field offers stays an OR. Concluded licenses equal them unless the \
distributor recorded an election or a correction; the comment on license then says \
which. NOASSERTION means that nothing is known; it never means that nothing is owed.

The purl type "ebuild" is not registered with the purl specification."""

_COS_COMMENT: Final = (
    '\n\nThe purl type "cos" is a proposal: pull request 270 of the purl '
    "specification. The version in it is that of the image."
)
_LINKED_COMMENT: Final = (
    "A dependency at build time whose code may be linked statically into the image: "
    "CONTAINS would claim that it is there, BUILD_DEPENDENCY_OF that it is not."
)


@lru_cache(maxsize=1)
def bill_of_materials(inventory: Inventory, meta: DocumentMeta) -> Bom:
    """Return what every SBOM of the inventory says."""
    image = inventory.image
    some = sorted(inventory.packages, key=lambda package: package.id)
    refs = {package.id: ids.package_ref(package.id) for package in some}
    return Bom(
        name=_name(image),
        namespace=meta.namespace,
        created=meta.created,
        creators=tuple(_creators(image, meta)),
        supplier=agent(image.supplier),
        contact=one_line(image.contact or ""),
        board=one_line(image.board or ""),
        comment=_comment(inventory),
        context=meta.context,
        image=packages.image_element(image),
        elements=(
            *_packages(some, inventory),
            *components.elements(some),
            *implicit.elements(inventory),
            *sources.elements(some),
            *patches.elements(some),
        ),
        licenses=tuple(
            _own_license(license_, inventory) for license_ in _references(inventory)
        ),
        relationships=(
            *_relationships(some, refs, inventory.links),
            *implicit.relationships(inventory),
        ),
        files=tuple(files.elements(inventory.files, refs)),
    )


def _packages(some: Iterable[Package], inventory: Inventory) -> Iterator[Element]:
    """Yield the packages; with a code of its files each that has any listed."""
    incomplete = packages.incomplete_dependencies(inventory)
    codes = files.verification_codes(inventory.files)
    for one in some:
        code = codes.get(one.id, "")
        yield packages.package_element(one, inventory, incomplete, code)


def _comment(inventory: Inventory) -> str:
    """Return what every SBOM says of itself."""
    release = _COS_COMMENT if inventory.image.milestone else ""
    return "\n\n".join(filter(None, (inventory.note, _COMMENT + release)))


def _name(image: Image) -> str:
    """Return the image's name and version, as far as they are known."""
    known = (part for part in (image.name, image.version) if part)
    return one_line("-".join(known)) or "image"


def _creators(image: Image, meta: DocumentMeta) -> Iterator[Agent]:
    """Yield who answers for the document, then the tool that wrote it."""
    person = agent(image.creator or image.supplier, image.contact)
    if person is not None:
        yield person
    tool = "-".join(filter(None, (meta.tool, meta.tool_version)))
    yield Agent(AgentKind.TOOL, one_line(tool))


def _references(inventory: Inventory) -> list[ExtractedLicense]:
    """Return every LicenseRef of the document, also one that was not collected."""
    found = dict(inventory.extracted)
    for claim in _claims(inventory):
        for leaf in leaves(claim):
            if leaf.id.startswith("LicenseRef-") and leaf.id not in found:
                found[leaf.id] = ExtractedLicense(id=leaf.id, name="", sha256=None)
    return [found[id_] for id_ in sorted(found)]


def _claims(inventory: Inventory) -> Iterator[Declared]:
    """Yield what is claimed of packages and of components that rules declare."""
    for package in (*inventory.packages, *inventory.implicit):
        yield package.declared
        yield package.concluded


def _own_license(license_: ExtractedLicense, inventory: Inventory) -> OwnLicense:
    """Return a LicenseRef with the text that it stands for, ``""`` where missing."""
    text = ""
    if license_.sha256 is not None:
        text = multi_line(inventory.texts[license_.sha256].text)
    return OwnLicense(
        license_.id, one_line(license_.name), text if text.strip() else ""
    )


def _relationships(
    some: Iterable[Package], refs: Mapping[PackageId, str], links: LinkGraph
) -> Iterator[Relationship]:
    """Yield what is in the image, what built it, and what depends on what."""
    for package in some:
        yield _to_image(refs[package.id], package.shipped)
    for package in some:
        own = refs[package.id]
        for relation, others in (
            (Relation.DEPENDS_ON, package.depends_on),
            (Relation.BUILT_WITH, package.built_with),
            (Relation.DYNAMIC_LINK, _linked(package, links)),
        ):
            # One outside the inventory has no element here to point at; a package that
            # depends on itself (to bootstrap) says nothing.
            for other in sorted({refs.get(other, own) for other in others} - {own}):
                yield Relationship(own, relation, other)
        yield from sources.relationships(own, package)
        yield from patches.relationships(own, package)
        yield from components.relationships(own, package)


def _linked(package: Package, links: LinkGraph) -> set[PackageId]:
    """Return the packages whose libraries the programs of a package load.

    Where several have a library, which of them is loaded is not known, and none is
    claimed.
    """
    return {
        need.providers[0].package
        for file in links.files.get(package.id, ())
        for need in file.needs
        if len({provider.package for provider in need.providers}) == 1
    }


def _to_image(package: str, shipped: Shipped) -> Relationship:
    """Return how the package belongs to the image; the relation tells three apart."""
    match shipped:
        case Shipped.YES:
            return Relationship(ids.IMAGE, Relation.CONTAINS, package)
        case Shipped.LINKED_UNKNOWN:
            comment = _LINKED_COMMENT
            return Relationship(ids.IMAGE, Relation.MAY_CONTAIN, package, comment)
        case Shipped.BUILD_TIME:
            return Relationship(ids.IMAGE, Relation.BUILT_WITH, package)

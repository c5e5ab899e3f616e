# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""Packages and their parts as components of CycloneDX 1.6.

A part is nested in each package that holds it. What has no field is a property whose
name begins with ``coos-license:``.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from cyclonedx.model import (
    Copyright,
    ExternalReference,
    ExternalReferenceType,
    HashAlgorithm,
    HashType,
    Property,
    XsUri,
)
from cyclonedx.model.bom_ref import BomRef
from cyclonedx.model.component import (
    Component,
    ComponentScope,
    ComponentType,
    Patch,
    PatchClassification,
    Pedigree,
)
from cyclonedx.model.component_evidence import ComponentEvidence
from cyclonedx.model.contact import OrganizationalEntity
from cyclonedx.model.license import LicenseAcknowledgement, LicenseExpression
from packageurl import PackageURL

from coos_license.bom.values import (
    Algorithm,
    Bom,
    Digest,
    Element,
    ElementKind,
    Purpose,
    Relation,
)
from coos_license.expression import Claim, Declared

#: Where names of properties begin.
PROPERTY: Final = "coos-license:"
_TYPES: Final = {
    Purpose.OPERATING_SYSTEM: ComponentType.OPERATING_SYSTEM,
    Purpose.LIBRARY: ComponentType.LIBRARY,
    Purpose.FIRMWARE: ComponentType.FIRMWARE,
}
_ALGORITHMS: Final = {
    Algorithm.MD5: HashAlgorithm.MD5,
    Algorithm.SHA1: HashAlgorithm.SHA_1,
    Algorithm.SHA256: HashAlgorithm.SHA_256,
    Algorithm.SHA512: HashAlgorithm.SHA_512,
    Algorithm.BLAKE2B_512: HashAlgorithm.BLAKE2B_512,
}
_SCOPES: Final = {
    Relation.CONTAINS: ComponentScope.REQUIRED,
    Relation.MAY_CONTAIN: ComponentScope.OPTIONAL,
    Relation.BUILT_WITH: ComponentScope.EXCLUDED,
}
_PART: Final = "/"


@dataclass(frozen=True, slots=True, eq=False)
class Neighbours:
    """What lies next to what, by id; ``refs`` are the references of all components.

    A part has one for each package that holds it: ``<package>/<part>``.
    """

    items: dict[str, Element]
    by_source: dict[tuple[str, Relation], list[str]]
    refs: dict[str, BomRef]

    @classmethod
    def of(cls, bom: Bom) -> "Neighbours":
        """Return the neighbours of a bill's elements."""
        items = {one.id: one for one in bom.elements}
        by_source: dict[tuple[str, Relation], list[str]] = {}
        for one in bom.relationships:
            by_source.setdefault((one.source, one.relation), []).append(one.target)
        found = cls(items, by_source, {bom.image.id: BomRef(bom.image.id)})
        for item in found.wholes(bom):
            for ref in (item.id, *found.part_refs(item.id)):
                found.refs[ref] = BomRef(ref)
        return found

    def wholes(self, bom: Bom) -> Iterator[Element]:
        """Yield what lies in no package: packages, and what the image itself holds."""
        inside = set(self.targets(bom.image.id, Relation.CONTAINS))
        for item in bom.elements:
            is_part = item.kind is ElementKind.COMPONENT and item.id in inside
            if item.kind is ElementKind.PACKAGE or is_part:
                yield item

    def targets(self, source: str, relation: Relation) -> list[str]:
        """Return what an element has to do with in one way."""
        return self.by_source.get((source, relation), [])

    def part_refs(self, package: str) -> list[str]:
        """Return the references of the parts of a package."""
        kinds = (Relation.CONTAINS, Relation.MAY_CONTAIN)
        parts = [part for kind in kinds for part in self.targets(package, kind)]
        return [f"{package}{_PART}{part}" for part in parts if part in self.items]


def image_component(bom: Bom) -> Component:
    """Return what the document is about."""
    return _component(bom.image, bom, bom.image.id)


def components(bom: Bom, neighbours: Neighbours) -> Iterator[Component]:
    """Yield each package with its parts in it, and what is in the image alone."""
    scopes = {
        one.target: _SCOPES[one.relation]
        for one in bom.relationships
        if one.source == bom.image.id and one.relation in _SCOPES
    }
    for item in neighbours.wholes(bom):
        component = _component(item, bom, item.id)
        component.scope = scopes.get(item.id)
        component.components.update(_parts(item, bom, neighbours))
        component.external_references.update(_sources(item, neighbours))
        component.pedigree = _pedigree(item, neighbours)
        component.properties.update(_links(item, neighbours))
        yield component


def _parts(item: Element, bom: Bom, neighbours: Neighbours) -> Iterator[Component]:
    """Yield the Go modules, crates and so on that are in a package."""
    maybe = set(neighbours.targets(item.id, Relation.MAY_CONTAIN))
    for ref in neighbours.part_refs(item.id):
        part = neighbours.items[ref.removeprefix(item.id + _PART)]
        component = _component(part, bom, ref)
        if part.id in maybe:
            component.scope = ComponentScope.OPTIONAL
        yield component


def _component(item: Element, bom: Bom, ref: str) -> Component:
    """Return one element as a component."""
    group, _, name = item.name.rpartition("/")
    is_package = item.kind is ElementKind.PACKAGE
    other = (
        ComponentType.LIBRARY
        if item.kind is ElementKind.COMPONENT
        else ComponentType.APPLICATION
    )
    return Component(
        type=_TYPES.get(item.purpose, other) if item.purpose else other,
        bom_ref=ref,
        group=group if is_package else None,
        name=name if is_package else item.name,
        version=item.version or None,
        description=item.summary or None,
        supplier=OrganizationalEntity(name=bom.supplier.name) if bom.supplier else None,
        hashes=_hashes(item.digests),
        licenses=_concluded(item),
        evidence=_evidence(item),
        purl=PackageURL.from_string(item.purls[0]) if item.purls else None,
        cpe=item.cpes[0] if item.cpes else None,
        external_references=_references(item),
        properties=_properties(item),
    )


def _hashes(digests: tuple[Digest, ...]) -> list[HashType]:
    """Return digests in their words."""
    return [
        HashType(alg=_ALGORITHMS[one.algorithm], content=one.value) for one in digests
    ]


def _concluded(item: Element) -> list[LicenseExpression]:
    """Return the concluded license, called declared where nothing else was concluded.

    There is room for one expression only, and no word for none.
    """
    word = LicenseAcknowledgement.CONCLUDED
    if item.concluded == item.declared:
        word = LicenseAcknowledgement.DECLARED
    return _expression(item.concluded, word)


def _expression(
    declared: Declared, word: LicenseAcknowledgement
) -> list[LicenseExpression]:
    """Return an expression as a list of one, of none where there is none."""
    if isinstance(declared, Claim):
        return []
    return [LicenseExpression(str(declared), acknowledgement=word)]


def _evidence(item: Element) -> ComponentEvidence | None:
    """Return what was found: copyright lines, and what is declared if not concluded."""
    found = []
    if item.concluded != item.declared:
        found = _expression(item.declared, LicenseAcknowledgement.DECLARED)
    lines = [Copyright(text=line) for line in item.copyright.splitlines()]
    if not (found or lines):
        return None
    return ComponentEvidence(licenses=found, copyright=lines)


def _references(item: Element) -> Iterator[ExternalReference]:
    """Yield the home page, and where the thing can be had."""
    named = (
        (ExternalReferenceType.WEBSITE, item.homepage),
        (ExternalReferenceType.DISTRIBUTION, item.location),
    )
    for kind, location in named:
        if location not in ("", "NONE"):
            yield ExternalReference(type=kind, url=XsUri(location))


def _sources(item: Element, neighbours: Neighbours) -> Iterator[ExternalReference]:
    """Yield the files that a package was built from, with their digests."""
    for target in neighbours.targets(item.id, Relation.GENERATED_FROM):
        source = neighbours.items[target]
        yield ExternalReference(
            type=ExternalReferenceType.SOURCE_DISTRIBUTION,
            url=XsUri(source.location or source.file_name or source.name),
            comment=source.file_name or source.name,
            hashes=_hashes(source.digests),
        )


def _pedigree(item: Element, neighbours: Neighbours) -> Pedigree | None:
    """Return the patches that were applied."""
    targets = neighbours.targets(item.id, Relation.PATCHED_BY)
    if not targets:
        return None
    names = "\n".join(neighbours.items[one].name for one in targets)
    patches = [Patch(type=PatchClassification.UNOFFICIAL) for _ in targets]
    return Pedigree(patches=patches, notes=names)


def _links(item: Element, neighbours: Neighbours) -> Iterator[Property]:
    """Yield what a package links, by reference."""
    for relation in (Relation.STATIC_LINK, Relation.DYNAMIC_LINK):
        for target in neighbours.targets(item.id, relation):
            part = f"{item.id}{_PART}{target}"
            value = part if part in neighbours.refs else target
            yield Property(name=f"{PROPERTY}{relation}", value=value)


def _properties(item: Element) -> Iterator[Property]:
    """Yield what has no field of its own."""
    named: list[tuple[str, Iterable[str]]] = [
        ("annotation", item.annotations),
        ("attribution", item.attributions),
        ("built", [item.built]),
        ("comment", [item.comment]),
        ("cpe", item.cpes[1:]),
        ("file-name", [item.file_name]),
        ("license-comment", [item.license_comment]),
        ("purl", item.purls[1:]),
        ("source-info", [item.source_info]),
    ]
    for word, claim in (("concluded", item.concluded), ("declared", item.declared)):
        if isinstance(claim, Claim):
            named.append((f"license-{word}", [claim]))
    for name, values in named:
        for value in filter(None, values):
            yield Property(name=f"{PROPERTY}{name}", value=value)

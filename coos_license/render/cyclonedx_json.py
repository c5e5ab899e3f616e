# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""CycloneDX 1.6 as JSON, through cyclonedx-python-lib (extra ``cyclonedx``).

Imported only where it is asked for. Serial number and time are those of the bill, so
equal input gives equal bytes here too.
"""

import uuid
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Final

from cyclonedx.model import Property, XsUri
from cyclonedx.model.bom import Bom as Document
from cyclonedx.model.bom import BomMetaData
from cyclonedx.model.component import Component, ComponentType
from cyclonedx.model.contact import OrganizationalContact, OrganizationalEntity
from cyclonedx.model.dependency import Dependency
from cyclonedx.model.lifecycle import LifecyclePhase, PredefinedLifecycle
from cyclonedx.model.tool import ToolRepository
from cyclonedx.output import make_outputter
from cyclonedx.schema import OutputFormat, SchemaVersion

from coos_license.bom.build import bill_of_materials
from coos_license.bom.values import Agent, AgentKind, Bom, Relation
from coos_license.model import Context, DocumentMeta, Inventory
from coos_license.render.cyclonedx_components import (
    PROPERTY,
    Neighbours,
    components,
    image_component,
)

_PHASES: Final = {
    Context.BEFORE_BUILD: LifecyclePhase.PRE_BUILD,
    Context.DURING_BUILD: LifecyclePhase.BUILD,
    Context.AFTER_BUILD: LifecyclePhase.POST_BUILD,
}
#: What the image is made of, as far as it is known; what only built it is not.
_IN_IMAGE: Final = frozenset({Relation.CONTAINS, Relation.MAY_CONTAIN})


def render(inventory: Inventory, meta: DocumentMeta) -> Iterator[bytes]:
    """Yield the document as UTF-8 that ends in a line feed."""
    return pieces(bill_of_materials(inventory, meta))


def pieces(bom: Bom) -> Iterator[bytes]:
    """Yield the document of a bill."""
    writer = make_outputter(_document(bom), OutputFormat.JSON, SchemaVersion.V1_6)
    yield writer.output_as_string(indent=2).encode()
    yield b"\n"


def _document(bom: Bom) -> Document:
    """Return the bill in the words of CycloneDX."""
    image = image_component(bom)
    neighbours = Neighbours.of(bom)
    document = Document(
        serial_number=uuid.uuid5(uuid.NAMESPACE_URL, bom.namespace),
        metadata=_metadata(bom, image),
        components=components(bom, neighbours),
        properties=_texts(bom),
    )
    document.dependencies.update(_dependencies(bom, neighbours))
    return document


def _metadata(bom: Bom, image: Component) -> BomMetaData:
    """Return who wrote the document about what, when, and with which tool."""
    name, _, version = bom.creators[-1].name.rpartition("-")
    tool = Component(
        type=ComponentType.APPLICATION, name=name, version=version, bom_ref="Tool"
    )
    authors = [one for one in bom.creators if one.kind is not AgentKind.TOOL]
    return BomMetaData(
        timestamp=datetime.fromisoformat(bom.created),
        lifecycles=[PredefinedLifecycle(_PHASES[bom.context])],
        tools=ToolRepository(components=[tool]),
        authors=[_contact(one) for one in authors],
        component=image,
        supplier=_supplier(bom),
        properties=[Property(name=f"{PROPERTY}comment", value=bom.comment)],
    )


def _contact(agent: Agent) -> OrganizationalContact:
    """Return a person or an organization that answers for the document."""
    return OrganizationalContact(name=agent.name, email=agent.email or None)


def _supplier(bom: Bom) -> OrganizationalEntity | None:
    """Return who supplies the image, and where to ask."""
    if bom.supplier is None:
        return None
    pages = [bom.contact] if bom.contact.startswith(("http://", "https://")) else []
    address = bom.supplier.email or (bom.contact if "@" in bom.contact else "")
    contacts = [OrganizationalContact(email=address)] if address else []
    return OrganizationalEntity(
        name=bom.supplier.name, urls=map(XsUri, pages), contacts=contacts
    )


def _texts(bom: Bom) -> Iterator[Property]:
    """Yield the texts of the LicenseRefs: an expression has no room for them in 1.6."""
    for own in bom.licenses:
        text = own.text or "NOASSERTION"
        yield Property(name=f"{PROPERTY}text:{own.id}", value=text)


def _dependencies(bom: Bom, neighbours: Neighbours) -> Iterable[Dependency]:
    """Yield what each component needs: the image all in it, a package what it says."""
    inside = [
        one.target
        for one in bom.relationships
        if one.source == bom.image.id and one.relation in _IN_IMAGE
    ]
    yield _dependency(bom.image.id, inside, neighbours)
    for item in bom.elements:
        if item.id in neighbours.refs:
            needed = neighbours.targets(item.id, Relation.DEPENDS_ON)
            parts = neighbours.part_refs(item.id)
            for ref in parts:
                yield Dependency(neighbours.refs[ref])
            yield _dependency(item.id, [*needed, *parts], neighbours)


def _dependency(
    source: str, targets: Iterable[str], neighbours: Neighbours
) -> Dependency:
    """Return what one component needs."""
    refs = neighbours.refs
    return Dependency(refs[source], [Dependency(refs[one]) for one in targets])

# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""SPDX 3.0.1 as JSON-LD, indented by two.

The root is the document; its one root is the ``software_Sbom``, which lists every other
element and whose root is the image. The Sbom stands last, when all have been listed.
"""

from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Final

from coos_license.bom.build import bill_of_materials
from coos_license.bom.values import Bom
from coos_license.model import Context, DocumentMeta, Inventory
from coos_license.render.json_lists import json_object
from coos_license.render.spdx3_annotations import annotations
from coos_license.render.spdx3_builds import builds
from coos_license.render.spdx3_elements import (
    agent_id,
    agents,
    artifacts,
    created_by,
    installed_files,
)
from coos_license.render.spdx3_licenses import (
    DATA_LICENSE,
    image_license,
    license_elements,
    license_id,
    license_relationships,
)
from coos_license.render.spdx3_relationships import relationships
from coos_license.render.spdx3_values import (
    CONTEXT,
    CREATION_INFO,
    SPEC_VERSION,
    Json,
    element,
    iri,
)

_COMPLETENESS: Final = (
    "Relationships of the type dependsOn say whether they are complete. A package of "
    "the image that none starts from names no package that it needs at run time."
)
#: SPDX has a type for each kind of source; CISA's words only tell them in time.
_SBOM_TYPES: Final = {
    Context.BEFORE_BUILD: "source",
    Context.DURING_BUILD: "build",
    Context.AFTER_BUILD: "analyzed",
}
_PROFILES: Final = ["core", "software", "simpleLicensing"]


def render(inventory: Inventory, meta: DocumentMeta) -> Iterator[bytes]:
    """Yield the document as UTF-8 that ends in a line feed, piece by piece."""
    bom = bill_of_materials(inventory, meta)
    return json_object({"@context": CONTEXT, "@graph": graph(bom)})


def graph(bom: Bom) -> Iterator[Json]:
    """Yield the objects of the document; all but the first are elements."""
    yield _creation_info(bom)
    yield _document(bom)
    listed: list[str] = []
    for one in _listed(bom):
        listed.append(one["spdxId"])
        yield one
    yield element(
        "software_Sbom",
        _sbom_id(bom),
        name=bom.name,
        software_sbomType=[_SBOM_TYPES[bom.context]],
        rootElement=[iri(bom.namespace, bom.image.id)],
        element=listed,
    )


def _listed(bom: Bom) -> Iterable[Json]:
    """Return all elements but the document and its Sbom."""
    return chain(
        agents(bom),
        artifacts(bom),
        installed_files(bom),
        license_elements(bom),
        [image_license(bom)],
        chain.from_iterable(
            license_relationships(bom.namespace, one) for one in bom.elements
        ),
        relationships(bom),
        builds(bom),
        annotations(bom),
    )


def _profiles(bom: Bom) -> list[str]:
    """Return the profiles whose classes occur."""
    is_built = any(one.build is not None for one in bom.elements)
    return [*_PROFILES, "build"] if is_built else _PROFILES


def _sbom_id(bom: Bom) -> str:
    return iri(bom.namespace, "Sbom")


def _creation_info(bom: Bom) -> Json:
    """Return who wrote the document, when, and with what."""
    return {
        "type": "CreationInfo",
        "@id": CREATION_INFO,
        "specVersion": SPEC_VERSION,
        "created": bom.created,
        "createdBy": [agent_id(bom.namespace, created_by(bom))],
        "createdUsing": [iri(bom.namespace, "Tool")],
    }


def _document(bom: Bom) -> Json:
    """Return the root of all."""
    return element(
        "SpdxDocument",
        iri(bom.namespace, "Document"),
        name=bom.name,
        comment=f"{bom.comment}\n\n{_COMPLETENESS}",
        dataLicense=license_id(bom.namespace, DATA_LICENSE),
        profileConformance=_profiles(bom),
        rootElement=[_sbom_id(bom)],
        element=[_sbom_id(bom)],
    )

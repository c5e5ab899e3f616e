# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""Relationships of an SPDX 2.3 document (clause 11.1)."""

from typing import Final

from coos_license.bom.values import Relation, Relationship
from coos_license.render.spdx_values import Element, spdx_id

#: Relation -> its type, and whether that is read from the second to the first.
_TYPES: Final = {
    Relation.CONTAINS: ("CONTAINS", False),
    Relation.MAY_CONTAIN: ("DEPENDS_ON", False),
    Relation.BUILT_WITH: ("BUILD_DEPENDENCY_OF", True),
    Relation.DEPENDS_ON: ("DEPENDS_ON", False),
    Relation.STATIC_LINK: ("STATIC_LINK", False),
    Relation.DYNAMIC_LINK: ("DYNAMIC_LINK", False),
    Relation.GENERATED_FROM: ("GENERATED_FROM", False),
    Relation.PATCHED_BY: ("PATCH_APPLIED", True),
}


def relationship_element(relationship: Relationship) -> Element:
    """Return one relationship, in the direction that its type is read in."""
    kind, is_reversed = _TYPES[relationship.relation]
    ends = [spdx_id(relationship.source), spdx_id(relationship.target)]
    if is_reversed:
        ends.reverse()
    element = related(ends[0], kind, ends[1])
    if relationship.comment:
        element["comment"] = relationship.comment
    return element


def related(from_id: str, kind: str, to_id: str) -> Element:
    """Return a relationship between two ids."""
    return {
        "spdxElementId": from_id,
        "relationshipType": kind,
        "relatedSpdxElement": to_id,
    }

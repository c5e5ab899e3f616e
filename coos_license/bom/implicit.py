# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""The components that rules declare: in the image, and in no package database."""

from collections.abc import Iterator
from typing import Final

from coos_license.bom.ids import IMAGE, component_ref
from coos_license.bom.values import Element, ElementKind, Relation, Relationship
from coos_license.bom.wellformed import multi_line, one_line
from coos_license.model import Accounting, Implicit

#: As the ecosystem of other components; no purl type has this name.
_ECOSYSTEM: Final = "implicit"


def elements(accounting: Accounting | None) -> Iterator[Element]:
    """Yield one element for each component, in order of name and version."""
    for component in accounting.components if accounting else ():
        yield Element(
            kind=ElementKind.COMPONENT,
            id=_ref(component),
            name=one_line(component.name),
            version=one_line(component.version),
            declared=component.declared,
            concluded=component.declared,
            license_comment=multi_line(_comment(component)),
            source_info=multi_line(_source_info(component)),
        )


def relationships(accounting: Accounting | None) -> Iterator[Relationship]:
    """Yield that the image contains them."""
    for component in accounting.components if accounting else ():
        yield Relationship(IMAGE, Relation.CONTAINS, _ref(component))


def _ref(component: Implicit) -> str:
    """Return the id of a component."""
    return component_ref(_ECOSYSTEM, component.name, component.version)


def _comment(component: Implicit) -> str:
    """Return where the licence is from."""
    if component.package and component.stated:
        return f"Known from {component.package}, which states: {component.stated}"
    return f"Declared by a rule: {component.stated}" if component.stated else ""


def _source_info(component: Implicit) -> str:
    """Return which files it is, and how that is known."""
    files = f"{component.files:,} file{'' if component.files == 1 else 's'}"
    return (
        f"In no package database; {files} by the rule {', '.join(component.paths)}:"
        f" {component.reason} (source: {component.source})"
    )

# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""The components that rules declare: in the image, and in no package database."""

from collections.abc import Iterator
from dataclasses import astuple

from coos_license.bom.ids import IMAGE, component_ref
from coos_license.bom.packages import attributions_of, copyright_of, decisions
from coos_license.bom.values import Element, ElementKind, Relation, Relationship
from coos_license.bom.wellformed import multi_line, one_line
from coos_license.model import Implicit, Inventory, Package


def elements(inventory: Inventory) -> Iterator[Element]:
    """Yield one element for each component, in order of name and version."""
    for component, package in _components(inventory):
        yield Element(
            kind=ElementKind.COMPONENT,
            id=_ref(package),
            name=one_line(component.name),
            version=one_line(component.version),
            declared=package.declared,
            concluded=package.concluded,
            license_comment=multi_line(
                "\n".join(filter(None, (_comment(component), *decisions(package))))
            ),
            copyright=copyright_of(package),
            attributions=attributions_of(package, inventory),
            annotations=tuple(decisions(package)),
            source_info=multi_line(_source_info(component)),
        )


def relationships(inventory: Inventory) -> Iterator[Relationship]:
    """Yield that the image contains them."""
    for package in inventory.implicit:
        yield Relationship(IMAGE, Relation.CONTAINS, _ref(package))


def _components(inventory: Inventory) -> Iterator[tuple[Implicit, Package]]:
    """Yield what the rules say of each component, and what is owed for it."""
    parts = inventory.accounting.components if inventory.accounting else ()
    yield from zip(parts, inventory.implicit, strict=True)


def _ref(package: Package) -> str:
    """Return the id of a component; its category is the ecosystem of no purl type."""
    return component_ref(*astuple(package.id))


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

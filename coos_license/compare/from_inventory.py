# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""A side from an inventory: the value itself, or ``inventory.json``."""

from collections.abc import Iterator
from typing import Any, Final

from coos_license.compare.sides import Entry, Fact, Kind, Side
from coos_license.documents.inventory import implicit_of
from coos_license.errors import ReadError
from coos_license.model import (
    Component,
    Inventory,
    LicenseCategory,
    Obligation,
    Package,
    Shipped,
)

_ALL: Final = frozenset(Fact)
_BYTES: Final = "bytes"


def title_of(name: str | None, version: str | None) -> str:
    """Return who an image is, as far as it is known."""
    return " ".join(filter(None, (name, version)))


def side_of(inventory: Inventory) -> Side:
    """Return what the inventory of a source says."""
    every = (*inventory.packages, *inventory.implicit)
    entries = [_package(package) for package in every]
    found: dict[tuple[str, str, str], Entry] = {}
    for package in inventory.packages:
        for component in package.components:
            entry = _component(component, package.shipped)
            found[component.key] = _merged(found.get(component.key), entry)
    image = inventory.image
    return Side(
        kind=Kind.SOURCE,
        title=title_of(image.name, image.version),
        entries=(*entries, *found.values()),
        tells=_ALL,
        digest=_BYTES,
    )


def _package(package: Package) -> Entry:
    """Return one package."""
    return Entry(
        name=package.id.key,
        version=package.id.version,
        slot=package.slot,
        shipped=package.shipped,
        declared=str(package.declared),
        concluded=str(package.concluded),
        effective=str(package.effective),
        names=frozenset(package.license_names),
        category=package.category,
        owed=frozenset(package.obligations),
        texts=frozenset(use.sha256 for use in package.texts),
        notices=frozenset(package.notices),
    )


def _component(component: Component, shipped: Shipped) -> Entry:
    """Return one component of a package."""
    return Entry(
        name=component.name,
        version=component.version,
        ecosystem=str(component.ecosystem),
        shipped=shipped,
        declared=str(component.declared),
        concluded=str(component.declared),
    )


def _merged(known: Entry | None, entry: Entry) -> Entry:
    """Return a component that several packages hold: it ships where one does."""
    if known is None or known.shipped is not Shipped.YES:
        return entry
    return known


def side_of_json(document: dict[str, Any], kind: Kind = Kind.INVENTORY) -> Side:
    """Return what an ``inventory.json`` says, whose shape was checked.

    Raises: ReadError where a word is of no vocabulary that is known.
    """
    try:
        entries = list(_entries(document))
    except ValueError as error:
        raise ReadError(f"holds a word that is not known ({error})") from error
    image = document["image"]
    return Side(
        kind=kind,
        title=title_of(image.get("name"), image.get("version")),
        entries=tuple(entries),
        tells=_ALL,
        digest=_BYTES,
    )


def _entries(document: dict[str, Any]) -> Iterator[Entry]:
    """Yield the packages, then the components. Raises: ValueError."""
    found: dict[tuple[str, str, str], Entry] = {}
    for package in (*document["packages"], *implicit_of(document)):
        shipped = Shipped(package["shipped"])
        yield Entry(
            name=f"{package['category']}/{package['name']}",
            version=package["version"],
            slot=package["slot"],
            shipped=shipped,
            declared=package["declared"],
            concluded=package["concluded"],
            effective=package["effective"],
            names=frozenset(map(str, package["license_names"])),
            category=LicenseCategory(package["license_category"]),
            owed=frozenset(map(Obligation, package["obligations"])),
            texts=frozenset(use["sha256"] for use in package["texts"]),
            notices=frozenset(package["notices"]),
        )
        for one in package["components"]:
            key = (one["ecosystem"], one["name"], one["version"])
            entry = Entry(
                name=one["name"],
                version=one["version"],
                ecosystem=one["ecosystem"],
                shipped=shipped,
                declared=one["declared"],
                concluded=one["declared"],
            )
            found[key] = _merged(found.get(key), entry)
    yield from found.values()

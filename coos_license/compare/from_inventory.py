# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""A side from an inventory: the value itself, or ``inventory.json``."""

from collections.abc import Iterator
from typing import Any, Final

from coos_license.audit.owed import reached
from coos_license.compare.sides import Entry, Fact, Kind, Side
from coos_license.documents.inventory import implicit_of
from coos_license.errors import ReadError
from coos_license.model import (
    Component,
    Inventory,
    LicenseCategory,
    Obligation,
    Package,
    PackageId,
    Shipped,
)
from coos_license.obligations.resolutions import Propagation

#: What links are, and so how far copyleft reaches, is in no inventory.json.
_ALL: Final = frozenset(Fact) - {Fact.REACH}
_BYTES: Final = "bytes"


def title_of(name: str | None, version: str | None) -> str:
    """Return who an image is, as far as it is known."""
    return " ".join(filter(None, (name, version)))


def side_of(inventory: Inventory, made: Propagation | None = None) -> Side:
    """Return what the inventory of a source says.

    ``made`` is how far licences reach, where its links were read.
    """
    recorded = made is not None and inventory.links.is_recorded
    reach = _reach(inventory, made) if made is not None and recorded else {}
    every = (*inventory.packages, *inventory.implicit)
    entries = [
        _package(package, frozenset(reach.get(package.id, ()))) for package in every
    ]
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
        tells=_ALL | {Fact.REACH} if recorded else _ALL,
        digest=_BYTES,
    )


def _reach(inventory: Inventory, made: Propagation) -> dict[PackageId, list[str]]:
    """Return package -> what licences of others ask of it over links."""
    found: dict[PackageId, list[str]] = {}
    for one in reached(inventory, made):
        sure = "" if one.first.is_sure else ", perhaps"
        words = f"{one.first.obligation} for {one.first.license}{sure}"
        found.setdefault(one.package.id, []).append(words)
    return found


def _package(package: Package, reach: frozenset[str]) -> Entry:
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
        reached=reach,
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

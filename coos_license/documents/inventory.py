# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""``inventory.json`` read back, as far as its shape is needed."""

from collections.abc import Mapping
from typing import Any, Final

from coos_license.documents.spdx import parse_object
from coos_license.errors import ReadError
from coos_license.model import IMPLICIT, PackageId, Shipped

NAME: Final = "inventory.json"
SCHEMA: Final = 1
#: That of 753 packages has 2 MB.
LIMIT: Final = 1 << 28
_STRINGS: Final = (
    *("cpv", "category", "name", "version", "slot", "shipped", "purl"),
    *("declared", "concluded", "effective", "license_category"),
)
_IMAGE: Final = ("name", "version", "board", "supplier")
_LISTS: Final = ("obligations", "notices", "texts", "components", "license_names")


def parse_inventory(content: bytes) -> dict[str, Any]:
    """Return the document; what is asked of it here is of the right type.

    Raises: ReadError where it is no inventory of this schema.
    """
    document = parse_object(content)
    if document.get("schema") != SCHEMA:
        raise ReadError(f"is no inventory.json of schema {SCHEMA}")
    packages, image = document.get("packages"), document.get("image")
    if not (
        isinstance(packages, list)
        and isinstance(image, dict)
        and all(isinstance(image.get(key), str | None) for key in _IMAGE)
        and isinstance(document.get("texts"), dict)
        and all(map(_is_package, packages))
        and all(map(_is_package, implicit_of(document)))
    ):
        raise ReadError(f"is no inventory.json of schema {SCHEMA}: a field is missing")
    return document


def implicit_of(document: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the implicit components, as packages that ship. Raises: ReadError."""
    accounting = document.get("accounting", {"components": []})
    parts = accounting.get("components") if isinstance(accounting, dict) else None
    if not isinstance(parts, list) or not all(isinstance(one, dict) for one in parts):
        raise ReadError(f"is no inventory.json of schema {SCHEMA}: odd accounting")
    return [
        {
            **one,
            "cpv": PackageId(
                IMPLICIT, str(one.get("name")), str(one.get("version"))
            ).cpv,
            "category": IMPLICIT,
            "slot": "",
            "shipped": Shipped.YES.value,
            "purl": "",
            "components": [],
            "license_names": [],
        }
        for one in parts
    ]


def _is_package(value: object) -> bool:
    """Return whether a value has what is asked of a package, of the right type."""
    return (
        isinstance(value, dict)
        and all(isinstance(value.get(key), str) for key in _STRINGS)
        and all(isinstance(value.get(key), list) for key in _LISTS)
        and all(isinstance(one, str) for one in value["notices"])
        and all(map(_is_text, value["texts"]))
        and all(map(_is_component, value["components"]))
    )


def _is_text(value: object) -> bool:
    """Return whether a value names a text."""
    return isinstance(value, dict) and isinstance(value.get("sha256"), str)


def _is_component(value: object) -> bool:
    """Return whether a value names a component."""
    keys = ("ecosystem", "name", "version", "declared")
    return isinstance(value, dict) and all(
        isinstance(value.get(key), str) for key in keys
    )

# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""The gate of SPDX 3.0.1 sees each fault, and no document makes it fail."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from spdx_builders import (
    NAMESPACE,
    Json,
    inventory,
    package,
    rich_inventory,
    spdx3_bytes,
)

from coos_license.expression import License
from coos_license.verify.spdx3 import faults


def first(graph: list[Json], kind: str) -> Json:
    """Return the first object of a type."""
    return next(one for one in graph if one["type"] == kind)


def _unknown_property(graph: list[Json]) -> None:
    first(graph, "software_Package")["licenseConcluded"] = "MIT"


def _unknown_class(graph: list[Json]) -> None:
    first(graph, "software_Package")["type"] = "software_Parcel"


def _wrong_word(graph: list[Json]) -> None:
    first(graph, "Relationship")["relationshipType"] = "holds"


def _wrong_type(graph: list[Json]) -> None:
    first(graph, "software_Package")["name"] = 7


def _no_creation_info(graph: list[Json]) -> None:
    del first(graph, "software_Package")["creationInfo"]


def _relationship_from_nowhere(graph: list[Json]) -> None:
    del first(graph, "Relationship")["from"]


def _bad_date(graph: list[Json]) -> None:
    first(graph, "CreationInfo")["created"] = "yesterday"


def _second_document(graph: list[Json]) -> None:
    document = first(graph, "SpdxDocument")
    graph.append(document | {"spdxId": document["spdxId"] + "2"})


def _dangling(graph: list[Json]) -> None:
    first(graph, "Relationship")["to"].append(f"{NAMESPACE}Package-lost")


def _twice(graph: list[Json]) -> None:
    tool = first(graph, "Tool")
    graph.append(dict(tool, name="another"))


def _unreachable(graph: list[Json]) -> None:
    tool = first(graph, "Tool")
    lonely = tool | {"spdxId": f"{NAMESPACE}Lonely"}
    graph.append(lonely)
    first(graph, "software_Sbom")["element"].append(lonely["spdxId"])


def _deprecated(graph: list[Json]) -> None:
    one = first(graph, "simplelicensing_LicenseExpression")
    one["simplelicensing_licenseExpression"] = "GPL-2.0"


def _no_expression(graph: list[Json]) -> None:
    one = first(graph, "simplelicensing_LicenseExpression")
    one["simplelicensing_licenseExpression"] = "MIT OR"


def _no_text(graph: list[Json]) -> None:
    one = first(graph, "simplelicensing_LicenseExpression")
    one["simplelicensing_licenseExpression"] = "LicenseRef-elsewhere"


@pytest.mark.parametrize(
    ("spoil", "told"),
    [
        (_unknown_property, "not SPDX 3.0.1"),
        (_unknown_class, "not SPDX 3.0.1"),
        (_wrong_word, "not SPDX 3.0.1"),
        (_wrong_type, "not SPDX 3.0.1"),
        (_no_creation_info, "not SPDX 3.0.1"),
        (_relationship_from_nowhere, "not SPDX 3.0.1"),
        (_bad_date, "not SPDX 3.0.1"),
        (_second_document, "2 documents in one file"),
        (_dangling, "nothing is named"),
        (_twice, "named twice"),
        (_unreachable, "not reachable from the root"),
        (_deprecated, "deprecated"),
        (_no_expression, "no SPDX expression"),
        (_no_text, "no text of LicenseRef-elsewhere"),
    ],
)
def test_the_gate_sees(spoil: Callable[[list[Json]], None], told: str) -> None:
    document = json.loads(spdx3_bytes(rich_inventory()))
    spoil(document["@graph"])
    seen = faults(json.dumps(document).encode())
    assert any(told in one for one in seen), seen


def test_the_gate_takes_no_other_file() -> None:
    for content in (b"", b"[]", b'{"@graph": 7}', b'{"spdxVersion": "SPDX-2.3"}'):
        assert faults(content)


JUNK: list[Any] = [None, True, 7, "", "x", [], {}, [[]], [None], {"type": "Tool"}]


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Yield the way to each value below one."""
    match value:
        case dict():
            parts: list[tuple[Any, Any]] = list(value.items())
        case list():
            parts = list(enumerate(value))
        case _:
            parts = []
    for key, part in parts:
        yield (*path, key)
        yield from places(part, (*path, key))


def test_no_document_makes_the_gate_fail() -> None:
    found = inventory([package("a", "b", "1", declared=License("LicenseRef-x"))])
    content = spdx3_bytes(found)
    for number, way in enumerate(places(json.loads(content))):
        document = json.loads(content)
        inner = document
        for key in way[:-1]:
            inner = inner[key]
        inner[way[-1]] = JUNK[number % len(JUNK)]
        assert isinstance(faults(json.dumps(document).encode()), tuple)
    assert faults(b"[" * 100_000)
    assert faults(b'{"@context": "x", "type": "SpdxDocument"}')

# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""Reads an SPDX 3.0.1 document back, strictly.

``spdx-python-model`` (extra ``spdx3-check``) is generated from the official shapes: it
refuses unknown classes and properties, wrong types, words outside of a vocabulary, and
what is missing. What shapes cannot say is looked at here: that all elements hang
together, that no two share an id, and that each license is one.
"""

import io
import json
from collections import Counter
from collections.abc import Iterator
from typing import Any, Final

from coos_license.errors import ParseError
from coos_license.expression import leaves
from coos_license.licenses.expressions import parse_expression

Json = dict[str, Any]

_REFERENCE: Final = "LicenseRef-"
#: These stand beside of what they are about: who follows the graph meets them there.
_BESIDE: Final = frozenset({"from", "subject"})
#: From what a thing was made to the thing.
_MAKES: Final = frozenset({"generates", "hasOutput"})
#: What a collection lists hangs together by that alone, if at all.
_NOT_FOLLOWED: Final = frozenset({"@id", "element", "spdxId", "type"})


def faults(content: bytes) -> tuple[str, ...]:
    """Return what is wrong with the document, nothing where it is sound.

    Raises: ImportError where spdx-python-model is not installed.
    """
    try:
        dangling = _read_back(content)
        objects = _objects(content)
    except ValueError as error:
        return (f"not SPDX 3.0.1: {error}",)
    return (
        *(f"nothing is named {id_}" for id_ in dangling),
        *(f"named twice: {id_}" for id_ in _twice(objects)),
        *(f"not reachable from the root: {id_}" for id_ in _unreachable(objects)),
        *_license_faults(objects),
    )


def _read_back(content: bytes) -> list[str]:
    """Return the ids that are referred to and that nothing has.

    Raises: ValueError where the model refuses the document.
    """
    from spdx_python_model.bindings import v3_0_1 as model  # noqa: PLC0415 (heavy)

    found = model.SHACLObjectSet()
    try:
        model.JSONLDDeserializer().read(io.BytesIO(content), found)
        # What an object must have is looked at when it is written.
        model.JSONLDSerializer().write(found, io.BytesIO())
    except (AttributeError, LookupError, RecursionError, TypeError) as error:
        # It takes the shape of JSON-LD for granted.
        raise ValueError(str(error)) from error
    documents = len(list(found.foreach_type(model.SpdxDocument)))
    if documents != 1:
        message = f"{documents} documents in one file"
        raise ValueError(message)
    return sorted(found.missing_ids)


def _objects(content: bytes) -> list[Json]:
    """Return the objects of the graph, which the model has read. Raises: ValueError."""
    match json.loads(content):
        case {"@graph": [*objects]}:
            return objects
        case _:
            message = "the file has no @graph"
            raise ValueError(message)


def _twice(objects: list[Json]) -> list[str]:
    """Return the ids that more than one object has."""
    counts = Counter(filter(None, map(_id, objects)))
    return sorted(id_ for id_, count in counts.items() if count > 1)


def _unreachable(objects: list[Json]) -> list[str]:
    """Return the ids that no way leads to from the document."""
    by_id = {id_: one for one in objects if (id_ := _id(one))}
    ways: dict[str, set[str]] = {id_: set() for id_ in by_id}
    for id_, one in by_id.items():
        for name, other in _references(one):
            if other in by_id:
                ways[id_].add(other)
                if name in _BESIDE or _is_turned(one, name):
                    ways[other].add(id_)
    waiting = [_id(one) for one in objects if one["type"] == "SpdxDocument"]
    seen = set(waiting)
    while waiting:
        new = ways[waiting.pop()] - seen
        seen |= new
        waiting += new
    return sorted(set(by_id) - seen)


def _is_turned(one: Json, name: str) -> bool:
    """Return whether a relationship is read from its end, where its product is."""
    return name == "to" and one["relationshipType"] in _MAKES


def _id(one: Json) -> str:
    """Return the id of an object of the graph, ``""`` where it has none."""
    return str(one.get("spdxId") or one.get("@id") or "")


def _references(value: object, name: str = "") -> Iterator[tuple[str, str]]:
    """Yield every text below a value with the property that holds it."""
    match value:
        case str():
            yield name, value
        case list():
            for one in value:
                yield from _references(one, name)
        case dict():
            for key, one in value.items():
                if key not in _NOT_FOLLOWED:
                    yield from _references(one, name or key)
        case _:
            return


def _license_faults(objects: list[Json]) -> Iterator[str]:
    """Yield the expressions that are none, or that lack the text of a LicenseRef."""
    texts = {
        one["spdxId"]
        for one in objects
        if one["type"] == "simplelicensing_SimpleLicensingText"
    }
    for one in objects:
        if one["type"] == "simplelicensing_LicenseExpression":
            with_text = {key for key, place in _places(one) if place in texts}
            yield from _expression_faults(
                one["simplelicensing_licenseExpression"], with_text
            )


def _places(expression: Json) -> Iterator[tuple[object, object]]:
    """Yield each LicenseRef of an expression with the id of its text."""
    given = expression.get("simplelicensing_customIdToUri", [])
    # A reader takes one entry for a list of one, and an id for what it names.
    for entry in given if isinstance(given, list) else [given]:
        if isinstance(entry, dict):
            yield entry.get("key"), entry.get("value")


def _expression_faults(words: str, with_text: set[object]) -> Iterator[str]:
    """Yield what is wrong with one expression."""
    try:
        expression = parse_expression(words)
    except ParseError as error:
        yield str(error)
        return
    for leaf in leaves(expression):
        if leaf.id.startswith(_REFERENCE) and leaf.id not in with_text:
            yield f"{words!r}: the document has no text of {leaf.id}"

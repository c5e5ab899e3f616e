# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""``inventory.json``: the whole model; ``docs/schema/inventory.schema.json``."""

from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Any, Final

from coos_license.expression import Declared
from coos_license.model import (
    Accounting,
    BinaryFile,
    Component,
    CopyrightUse,
    Curated,
    Election,
    FetchedFile,
    HeaderUse,
    Implicit,
    Inventory,
    LicenseText,
    Package,
    PackageId,
    TextUse,
)

SCHEMA: Final = 1
_PACKAGES_AT_ONCE: Final = 200
#: What is said of an implicit component as of a package.
_OWED: Final = (
    *("concluded", "effective", "license_category", "elections"),
    *("texts", "copyrights", "copyright_evidence", "notices", "notice_files"),
    "obligations",
)


def render(inventory: Inventory) -> Iterator[bytes]:
    """Yield the document, a few hundred packages at a time, indented by two."""
    import orjson  # noqa: PLC0415 (only where JSON is written)

    options = orjson.OPT_INDENT_2
    image = inventory.image
    head = {
        "name": image.name,
        "board": image.board,
        "version": image.version,
        "supplier": image.supplier,
        "file": _file(image.file) if image.file else None,
    }
    yield b'{\n  "schema": %d,\n  "image": ' % SCHEMA
    yield orjson.dumps(head, option=options).replace(b"\n", b"\n  ")
    if inventory.note:
        yield b',\n  "note": ' + orjson.dumps(inventory.note)
    yield b',\n  "packages": ['
    for start in range(0, len(inventory.packages), _PACKAGES_AT_ONCE):
        some = inventory.packages[start : start + _PACKAGES_AT_ONCE]
        # The list's own brackets go; its members already stand at the right depth.
        block = orjson.dumps([package_value(one) for one in some], option=options)
        if start:
            yield b","
        yield block[1:-2].replace(b"\n", b"\n  ")
    yield b'\n  ],\n  "texts": ' if inventory.packages else b'],\n  "texts": '
    texts = {sha256: _text_value(text) for sha256, text in inventory.texts.items()}
    yield orjson.dumps(texts, option=options).replace(b"\n", b"\n  ")
    if inventory.accounting is not None:
        yield b',\n  "accounting": '
        value = _accounting(inventory.accounting, inventory.implicit)
        yield orjson.dumps(value, option=options).replace(b"\n", b"\n  ")
    yield b"\n}\n"


def _accounting(accounting: Accounting, implicit: Iterable[Package]) -> dict[str, Any]:
    """Return how many files have an owner, and the declared components."""
    pairs = zip(accounting.components, implicit, strict=True)
    return {
        "files": accounting.files,
        "accounted": accounting.accounted,
        "components": [_implicit(*pair) for pair in pairs],
    }


def _implicit(component: Implicit, package: Package) -> dict[str, Any]:
    """Return a component that a rule declares, and what is owed for it."""
    owed = _package_value(package)
    said = {
        "name": component.name,
        "version": component.version,
        "declared": _expression(component.declared),
        "stated": component.stated,
        "package": component.package,
        "reason": component.reason,
        "source": component.source,
        "paths": component.paths,
        "files": component.files,
        "evidence": {
            "path": component.evidence.path,
            "line": component.evidence.line,
        },
    }
    return said | {key: owed[key] for key in _OWED}


def _text_value(text: LicenseText) -> dict[str, str | int]:
    """Return a distinct text; ``encoding`` only where it is not plain UTF-8."""
    value: dict[str, str | int] = {"spdx": text.spdx, "bytes": len(text.content)}
    if text.encoding != "utf-8":
        value["encoding"] = text.encoding
    return value


def package_value(package: Package) -> dict[str, Any]:
    """Return a package as JSON values; ``shipped_reason`` only where there is one."""
    value = _package_value(package)
    if package.shipped_reason:
        value["shipped_reason"] = package.shipped_reason
    return value


def _package_value(package: Package) -> dict[str, Any]:
    """Return what is said of every package, in the order of the schema."""
    return {
        "cpv": package.id.cpv,
        "category": package.id.category,
        "name": package.id.name,
        "version": package.id.version,
        "slot": package.slot,
        "subslot": package.subslot,
        "repository": package.repository,
        "purl": package.purl,
        "shipped": package.shipped,
        "license_field": package.license_field,
        "license_names": package.license_names,
        "declared": _expression(package.declared),
        "concluded": _expression(package.concluded),
        "effective": _expression(package.effective),
        "license_comment": package.license_comment,
        "license_category": package.category,
        "elections": [_election(one) for one in package.elections],
        "curations": [_curated(one) for one in package.curations],
        "texts": _texts(package.texts),
        "copyrights": package.copyrights,
        "copyright_evidence": [_statement(one) for one in package.copyright_evidence],
        "notices": package.notices,
        "notice_files": [
            {"sha256": use.sha256, "path": use.path} for use in package.notice_files
        ],
        "license_headers": [_header(one) for one in package.license_headers],
        "components": [_component(one) for one in package.components],
        "homepage": package.homepage,
        "description": package.description,
        "download_location": package.download_location,
        "depends_on": _cpvs(package.depends_on),
        "built_with": _cpvs(package.built_with),
        "fetched": [_file(one) for one in package.fetched],
        "ebuild": _file(package.ebuild) if package.ebuild else None,
        "use": None if package.use is None else sorted(package.use),
        "binary_package": _file(package.binary) if package.binary else None,
        "patches": [_file(one) for one in package.patches],
        "cpes": package.cpes,
        "obligations": package.obligations,
        "build_time": package.build_time,
        "files": package.files,
        "evidence": package.evidence.path,
    }


@lru_cache(maxsize=1 << 12)
def _expression(expression: Declared) -> str:
    """Return the SPDX text of an expression; the same few come again and again."""
    return str(expression)


@lru_cache(maxsize=1 << 12)
def _texts(uses: tuple[TextUse, ...]) -> list[dict[str, str | None]]:
    """Return the texts of a package."""
    return [_text(use) for use in uses]


def _text(use: TextUse) -> dict[str, str | None]:
    """Return one text; ``pointed_from`` only where it is reached through another."""
    value: dict[str, str | None] = {
        "sha256": use.sha256,
        "name": use.name,
        "kind": use.kind,
        "path": use.path,
    }
    if use.pointed_from is not None:
        value["pointed_from"] = use.pointed_from
    return value


def _statement(use: CopyrightUse) -> dict[str, Any]:
    """Return a copyright statement with its places."""
    places = [{"path": place.path, "line": place.line} for place in use.places]
    return {"text": use.text, "places": places}


def _header(header: HeaderUse) -> dict[str, Any]:
    """Return what source files say in their heads."""
    return {
        "expression": header.expression,
        "files": header.files,
        "path": header.first.path,
        "line": header.first.line,
    }


@lru_cache(maxsize=1 << 12)
def _cpvs(ids: tuple[PackageId, ...]) -> list[str]:
    """Return the names of packages."""
    return [one.cpv for one in ids]


def _file(file: FetchedFile | BinaryFile) -> dict[str, Any]:
    """Return a file that the package was made from, or packed into."""
    value: dict[str, Any] = {"name": file.name}
    if isinstance(file, FetchedFile):
        value["location"] = file.location
    return value | {"bytes": file.size_bytes, "digests": dict(file.digests)}


def _component(component: Component) -> dict[str, Any]:
    """Return one component."""
    return {
        "ecosystem": component.ecosystem,
        "name": component.name,
        "version": component.version,
        "purl": component.purl,
        "declared": _expression(component.declared),
        "stated": component.stated,
        "linked": component.linked,
        "digests": component.digests,
        "evidence": component.evidence,
        "lists": [
            {"path": one.path, "line": one.line}
            if one.line is not None
            else {"path": one.path}
            for one in component.lists
        ],
        "source": component.source,
        "texts": [
            {"path": one.path, "sha256": one.sha256, "notice": one.notice}
            for one in component.texts
        ],
        "copyrights": component.copyrights,
    }


def _curated(curated: Curated) -> dict[str, Any]:
    """Return one curation."""
    return {
        "id": curated.id,
        "concluded": curated.concluded,
        "elected": curated.elected,
        "copyrights": curated.copyrights,
        "reason": curated.reason,
        "comment": curated.comment,
        "owner": curated.owner,
        "evidence": curated.evidence,
    }


def _election(election: Election) -> dict[str, Any]:
    """Return one election."""
    return {
        "options": election.options,
        "elected": election.elected,
        "by": election.by,
        "reason": election.reason,
    }

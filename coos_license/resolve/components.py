# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""The components of a package from what its installed files say, and what is not known.

A component stands once in a package, whatever number of files names it.
"""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Final

from coos_license import findings
from coos_license.components.parts import Part, names_modules, parts_of
from coos_license.components.places import component_directory, is_notice
from coos_license.components.purls import component_purl
from coos_license.errors import ReadError
from coos_license.expression import Claim, Declared
from coos_license.model import (
    Component,
    ComponentFile,
    Ecosystem,
    EmbeddedFile,
    Evidence,
    EvidenceKind,
    Finding,
    Linkage,
    RawPackage,
)
from coos_license.resolve.component_licenses import license_of
from coos_license.resolve.copyrights import statements
from coos_license.resolve.missing_components import is_package
from coos_license.trees.text import clean_bytes, in_full

_Key = tuple[Ecosystem, str, str]


@dataclass(frozen=True, slots=True)
class ComponentText:
    """A text that came with a component: a licence text, or a NOTICE file.

    ``component`` is its key, ``declared`` what it declares. ``own``: it is the package
    itself, installed under its name, so its notice is the package's.
    """

    path: str
    content: bytes
    component: _Key | None
    declared: Declared
    notice: bool
    own: bool


@dataclass(frozen=True, slots=True)
class Embedded:
    """All that the installed files of a package say; ``faults`` what they do not."""

    components: tuple[Component, ...] = ()
    texts: tuple[ComponentText, ...] = ()
    faults: tuple[Finding, ...] = ()


_NOTHING: Final = Embedded()
#: Metadata that lies in a directory of its own, with the texts of what it describes.
_BESIDE_TEXTS: Final = (EvidenceKind.PYTHON_METADATA, EvidenceKind.NODE_PACKAGE)


def embedded_of(package: RawPackage) -> Embedded:
    """Return the components of a package, sorted, with texts and findings."""
    if not package.embedded:
        return _NOTHING
    found: dict[_Key, Component] = {}
    faults: list[Finding] = []
    described: dict[str, Component] = {}
    for file in package.embedded:
        try:
            parts = parts_of(file)
            if _is_silent(file):
                what = "is a Go program that lists no modules"
                faults.append(_unread(package, file, what))
        except ReadError as error:
            faults.append(_unread(package, file, str(error)))
            continue
        for part in parts:
            component = _component(part, _place(package, file))
            if file.kind in _BESIDE_TEXTS:
                described[component_directory(file.path)] = component
            known = found.get(component.key)
            found[component.key] = _merged(known, component) if known else component
    texts = tuple(_texts(package, described))
    components = (_with_texts(found[key], texts) for key in sorted(found))
    return Embedded(tuple(components), texts, tuple(faults))


def _with_texts(component: Component, texts: Iterable[ComponentText]) -> Component:
    """Return the component with those of the texts that came with it."""
    own = [text for text in texts if text.component == component.key]
    if not own:
        return component
    files = {
        ComponentFile(text.path, hashlib.sha256(text.content).hexdigest(), text.notice)
        for text in own
    }
    lines = dict.fromkeys(
        line for text in own for line in statements(clean_bytes(text.content)[0])
    )
    return replace(component, texts=tuple(sorted(files)), copyrights=tuple(lines))


def _component(part: Part, place: str) -> Component:
    """Return the component that one file names."""
    declared, stated = license_of(part)
    return Component(
        ecosystem=part.ecosystem,
        name=part.name,
        version=part.version,
        purl=component_purl(part.ecosystem, part.name, part.version),
        declared=declared,
        stated=stated,
        linked=part.linked,
        digests=(part.digest,) if part.digest else (),
        evidence=(place,),
    )


def _merged(one: Component, other: Component) -> Component:
    """Return two findings of a component as one.

    Where the two do not agree on the licence, nothing is asserted.
    """
    stated = dict.fromkeys(filter(None, (one.stated, other.stated)))
    static = Linkage.STATIC in (one.linked, other.linked)
    return replace(
        one,
        declared=one.declared if one.declared == other.declared else Claim.NOASSERTION,
        stated="; ".join(stated),
        linked=Linkage.STATIC if static else Linkage.CONTAINED,
        digests=tuple(sorted({*one.digests, *other.digests})),
        evidence=tuple(sorted({*one.evidence, *other.evidence})),
    )


def _is_silent(file: EmbeddedFile) -> bool:
    """Return whether a Go program says nothing of its modules. Raises: ReadError."""
    is_go = file.kind is EvidenceKind.GO_BUILD_INFO
    return is_go and not names_modules(file.content)


def _texts(
    package: RawPackage, described: dict[str, Component]
) -> Iterator[ComponentText]:
    """Yield the texts that lie beside the metadata of a component."""
    for file in package.embedded:
        if file.kind is not EvidenceKind.TEXT or file.fault:
            continue
        if not clean_bytes(file.content)[0].strip():
            continue
        component = described.get(component_directory(file.path))
        yield ComponentText(
            _place(package, file),
            file.content,
            component.key if component else None,
            component.declared if component else Claim.NOASSERTION,
            is_notice(file.path),
            component is not None and is_package(component, package),
        )


def _place(package: RawPackage, file: EmbeddedFile) -> str:
    """Return the evidence path of a file."""
    return f"{package.root}/{in_full(file.path)}"


def _unread(package: RawPackage, file: EmbeddedFile, what: str) -> Finding:
    """Return the finding that a file does not say what is in it."""
    place = _place(package, file)
    is_text = file.kind is EvidenceKind.TEXT
    lost = "it is not credited" if is_text else "the components in it are not known"
    return Finding(
        findings.COMPONENT_LICENSE_UNKNOWN,
        f"/{in_full(file.path)}",
        f"{place} {what}; {lost}",
        package.id,
        package.slot,
        (Evidence(place),),
    )

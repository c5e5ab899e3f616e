# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""The components of a package from what its installed files say, and what is not known.

A component stands once in a package, whatever number of files names it.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Final

from coos_license import findings
from coos_license.components.parts import Part, names_modules, parts_of
from coos_license.components.places import component_directory, is_notice
from coos_license.components.purls import component_purl, python_name
from coos_license.errors import ReadError
from coos_license.expression import Claim, Declared, leaves
from coos_license.licenses.expressions import obligations_of
from coos_license.model import (
    Component,
    Ecosystem,
    EmbeddedFile,
    Evidence,
    EvidenceKind,
    Finding,
    Linkage,
    Obligation,
    RawPackage,
)
from coos_license.resolve.component_licenses import license_of
from coos_license.trees.text import clean_bytes, show

_SUBJECT: Final = "components"
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
    components = tuple(found[key] for key in sorted(found))
    texts = tuple(_texts(package, described))
    with_text = {text.component for text in texts if not text.notice}
    faults += _missing(package, components, with_text)
    return Embedded(components, texts, tuple(faults))


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
            component is not None and _is_package(component, package),
        )


def _is_package(component: Component, package: RawPackage) -> bool:
    """Return whether a component is the package itself, by its name."""
    return python_name(component.name) == python_name(package.id.name)


def _place(package: RawPackage, file: EmbeddedFile) -> str:
    """Return the evidence path of a file."""
    path = file.path if file.path.isprintable() else show(file.path)
    return f"{package.root}/{path}"


def _unread(package: RawPackage, file: EmbeddedFile, what: str) -> Finding:
    """Return the finding that a file does not say what is in it."""
    place = _place(package, file)
    is_text = file.kind is EvidenceKind.TEXT
    lost = "it is not credited" if is_text else "the components in it are not known"
    return Finding(
        findings.COMPONENT_LICENSE_UNKNOWN,
        f"/{show(file.path)}",
        f"{place} {what}; {lost}",
        package.id,
        package.slot,
        (Evidence(place),),
    )


def _missing(
    package: RawPackage, components: tuple[Component, ...], with_text: set[_Key | None]
) -> Iterator[Finding]:
    """Yield the one finding that counts the components without a licence, or its text.

    The package's own text stands for the component that is the package itself.
    """
    unknown = [one for one in components if one.declared is Claim.NOASSERTION]
    textless = [
        one
        for one in components
        if Obligation.LICENSE_TEXT in obligations_of(leaves(one.declared))
        and one.key not in with_text
        and not _is_package(one, package)
    ]
    said = [
        f"{what}: {_counted(some)}"
        for what, some in (
            ("licence not known", unknown),
            ("came without the text that their licence wants", textless),
        )
        if some
    ]
    if said:
        places = {place for one in (*unknown, *textless) for place in one.evidence}
        yield Finding(
            findings.COMPONENT_LICENSE_UNKNOWN,
            _SUBJECT,
            f"of {_plural(len(components))}, {'; '.join(said)}",
            package.id,
            package.slot,
            tuple(map(Evidence, sorted(places))),
        )


def _plural(count: int) -> str:
    """Return a number of components of any kind."""
    return f"{count:,} component{'' if count == 1 else 's'}"


def _counted(components: Iterable[Component]) -> str:
    """Return how many there are of each ecosystem.

    >>> _counted(())
    ''
    """
    counts = Counter(one.ecosystem for one in components)
    return ", ".join(one.counted(count) for one, count in sorted(counts.items()))

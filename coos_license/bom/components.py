# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""The components of all packages as elements of the bill.

One component is one element, whatever number of packages hold it: an element says
what a thing is, relationships say where it is.
"""

from collections.abc import Iterable, Iterator
from typing import Final

from coos_license.bom.ids import component_ref
from coos_license.bom.values import Element, ElementKind, Relation, Relationship
from coos_license.bom.wellformed import multi_line, one_line, purl_locators
from coos_license.expression import Claim, Declared
from coos_license.model import Component, Ecosystem, Linkage, Package

_MOST_PLACES: Final = 3
_MAYBE: Final = (
    "Named by lists of what the build may use; no program tells whether it is in."
)
#: A Go module's own checksum is of a list of files and none that SPDX knows.
_DIGESTS: Final = {Ecosystem.GO: "go.sum"}


def elements(packages: Iterable[Package]) -> Iterator[Element]:
    """Yield one element for each component, in order of ecosystem, name and version."""
    groups: dict[tuple[Ecosystem, str, str], list[Component]] = {}
    for package in packages:
        for component in package.components:
            groups.setdefault(component.key, []).append(component)
    for key in sorted(groups):
        yield _element(groups[key])


def relationships(own: str, package: Package) -> Iterator[Relationship]:
    """Yield what a package, whose id is ``own``, is made of."""
    for component in package.components:
        other = component_ref(*component.key)
        if component.linked is Linkage.DECLARED:
            yield Relationship(own, Relation.MAY_CONTAIN, other, _MAYBE)
            continue
        yield Relationship(own, Relation.CONTAINS, other)
        if component.linked is Linkage.STATIC:
            yield Relationship(own, Relation.STATIC_LINK, other)


def _element(same: list[Component]) -> Element:
    """Return the element of a component that one or more packages hold."""
    first = same[0]
    agreed = {one.declared for one in same}
    declared = first.declared if len(agreed) == 1 else Claim.NOASSERTION
    return Element(
        kind=ElementKind.COMPONENT,
        id=component_ref(*first.key),
        name=one_line(first.name),
        version=one_line(first.version),
        purls=purl_locators(first.purl),
        declared=declared,
        concluded=declared,
        license_comment=multi_line(_comments(same, agreed)),
        copyright=_copyright(same),
        source_info=multi_line(_source_info(same)),
    )


def _source_info(same: list[Component]) -> str:
    """Return which files name the component, and its checksum there.

    Lists of the sources only where no installed file does.
    """
    lists = {f"{at.path}:{at.line or 1}" for one in same for at in one.lists}
    places = sorted({place for one in same for place in one.evidence} or lists)
    more = len(places) - _MOST_PLACES
    facts = [f"Named by {', '.join(places[:_MOST_PLACES])}"]
    if more > 0:
        facts[0] += f" and {more} more"
    texts = sorted({text.path for one in same for text in one.texts})
    if texts:
        facts.append(f"text at {texts[0]}")
    digests = sorted({digest for one in same for digest in one.digests})
    kind = _DIGESTS.get(same[0].ecosystem, "checksum")
    facts += [f"{kind} {digest}" for digest in digests]
    return "; ".join(facts)


def _comments(same: list[Component], agreed: set[Declared]) -> str:
    """Return the words that the licence was read from."""
    if len(agreed) > 1:
        said = ", ".join(sorted(map(str, agreed)))
        return f"The files that name it do not agree: {said}."
    stated = sorted({one.stated for one in same if one.stated})
    if stated:
        return "Stated: " + "; ".join(f'"{words}"' for words in stated)
    if same[0].declared is Claim.NOASSERTION:
        return "Neither installed files nor sources state its license."
    texts = sorted({text.path for one in same for text in one.texts})
    return f"By its text {texts[0]}." if texts else ""


def _copyright(same: list[Component]) -> str:
    """Return the statements in the texts of the component."""
    lines = dict.fromkeys(line for one in same for line in one.copyrights)
    return multi_line("\n".join(lines)).strip()

# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""A side from an SBOM in the shape of SPDX 2.x, of ours or of any other tool.

Which packages ship is told by the relationships with the element that the document
describes; a document of another tool that has only packages tells nothing of it.
"""

import hashlib
from collections.abc import Iterable, Iterator
from typing import Final
from urllib.parse import unquote

from coos_license.compare.sides import Entry, Fact, Kind, Side
from coos_license.documents.spdx import (
    IMPLICIT_ID,
    OUR_TOOL,
    Element,
    elements,
    made_from,
    purl_of,
    relations,
    text,
    texts,
)
from coos_license.model import IMPLICIT, Shipped

#: Purls of packages of portage: ours and syft's type, and that of osv-scalibr.
_PORTAGE: Final = frozenset({"ebuild", "portage", "gentoo"})
_NOTHING: Final = frozenset({"", "NOASSERTION"})
_OPERATING_SYSTEM: Final = "OPERATING_SYSTEM"
_ROOT_PURPOSES: Final = frozenset({_OPERATING_SYSTEM, "CONTAINER", "FILE", "DEVICE"})
_UNKNOWN: Final = "unknown"


def side_of(document: Element, kind: Kind = Kind.SPDX) -> Side:
    """Return what a document says of its packages.

    The described root is left out, and sources and patches: they are in no image.
    """
    packages = elements(document, "packages")
    links = relations(document)
    roots = _roots(document, packages, links)
    shipped = _shipping(roots, links)
    passed = roots | made_from(document)
    entries = tuple(
        _entry(one, shipped.get(text(one, "SPDXID")))
        for one in packages
        if text(one, "SPDXID") not in passed
    )
    return Side(
        kind=kind,
        title=_title(document, packages, roots),
        entries=entries,
        tells=frozenset(_told(entries, ours=_is_ours(document))),
        digest="text",
    )


def _roots(
    document: Element, packages: list[Element], links: Iterable[tuple[str, str, str]]
) -> frozenset[str]:
    """Return the ids of what the document is about and that is no package of portage.

    A document that describes each of its packages has no root among them.
    """
    own = text(document, "SPDXID")
    described = {to for start, kind, to in links if (start, kind) == (own, "DESCRIBES")}
    described |= {
        start for start, kind, to in links if (kind, to) == ("DESCRIBED_BY", own)
    }
    return frozenset(
        text(one, "SPDXID")
        for one in packages
        if text(one, "SPDXID") in described
        and (
            text(one, "primaryPackagePurpose") in _ROOT_PURPOSES
            or (len(described) == 1 and len(packages) > 1 and not purl_of(one))
        )
    )


def _shipping(
    roots: frozenset[str], links: Iterable[tuple[str, str, str]]
) -> dict[str, Shipped]:
    """Return id -> whether it ships, by our own use of the types."""
    found: dict[str, Shipped] = {}
    for start, kind, to in links:
        if kind == "BUILD_DEPENDENCY_OF" and to in roots:
            found.setdefault(start, Shipped.BUILD_TIME)
        elif kind == "DEPENDS_ON" and start in roots:
            found.setdefault(to, Shipped.LINKED_UNKNOWN)
        elif kind == "CONTAINS":
            # A component is in a package, and ships as that does.
            whole = Shipped.YES if start in roots else found.get(start)
            if whole is not None:
                found[to] = Shipped.YES if start in roots else found.get(to, whole)
    return found


def _title(document: Element, packages: list[Element], roots: frozenset[str]) -> str:
    """Return who the described image is, else what the document is called."""
    for one in packages:
        if text(one, "SPDXID") in roots:
            parts = (text(one, "name"), text(one, "versionInfo"))
            return " ".join(filter(None, parts))
    return text(document, "name")


def _entry(package: Element, shipped: Shipped | None) -> Entry:
    """Return one package of the document."""
    ecosystem, name = _named(package)
    version = text(package, "versionInfo")
    is_part = bool(ecosystem) or text(package, "SPDXID").startswith(IMPLICIT_ID)
    notices = (one.strip() for one in texts(package, "attributionTexts"))
    declared = text(package, "licenseDeclared")
    return Entry(
        name=name,
        version="" if is_part and version == _UNKNOWN else version,
        ecosystem=ecosystem,
        shipped=shipped,
        declared=declared,
        concluded=text(package, "licenseConcluded"),
        notices=frozenset(map(digest_of, filter(None, notices))),
    )


def digest_of(notice: str) -> str:
    """Return the digest of a text, whatever its white space at both ends."""
    return hashlib.sha256(notice.strip().encode("utf-8", "replace")).hexdigest()


def _named(package: Element) -> tuple[str, str]:
    """Return ecosystem and name; a package of portage has no ecosystem.

    The purl tells the category where the name does not have it.
    """
    name = text(package, "name")
    kind, _, rest = purl_of(package).removeprefix("pkg:").partition("/")
    if kind.lower() in _PORTAGE or not rest:
        path = unquote(rest.partition("@")[0].partition("?")[0])
        if kind.lower() == "ebuild" and "/" in path and "/" not in name:
            name = path
        if text(package, "SPDXID").startswith(IMPLICIT_ID) and not kind:
            name = f"{IMPLICIT}/{name}"
        return "", name
    return kind.lower(), name


def _is_ours(document: Element) -> bool:
    """Return whether this tool wrote the document."""
    info = document.get("creationInfo")
    made_by = texts(info, "creators") if isinstance(info, dict) else ()
    return any(one.startswith(f"Tool: {OUR_TOOL}") for one in made_by)


def _told(entries: Iterable[Entry], *, ours: bool) -> Iterator[Fact]:
    """Yield what is told: all by this tool, by others what at least one package tells.

    Other tools put whatever they found under their root: that says nothing of what
    ships.
    """
    some = tuple(entries)
    for fact, tells in (
        (Fact.SHIPPED, False),
        (Fact.DECLARED, any(one.declared not in _NOTHING for one in some)),
        (Fact.CONCLUDED, any(one.concluded not in _NOTHING for one in some)),
        (Fact.NOTICES, any(one.notices for one in some)),
        (Fact.COMPONENTS, any(one.ecosystem for one in some)),
    ):
        if ours or tells:
            yield fact

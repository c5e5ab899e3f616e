# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""Relationships of SPDX 3.0.1: one from each element of each kind, to all others.

Each says whether its list is complete, as BSI TR-03183-2 wants of dependencies. An
empty list is not written: some readers take NoneElement for a broken link.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from coos_license.bom.values import (
    Bom,
    Completeness,
    ElementKind,
    Relation,
    Relationship,
)
from coos_license.render.spdx3_elements import packed_id
from coos_license.render.spdx3_values import Json, element, iri

_COMPLETENESS: Final = {
    Completeness.COMPLETE: "complete",
    Completeness.INCOMPLETE: "incomplete",
    Completeness.NOT_KNOWN: "noAssertion",
}
_FILE_COMMENT: Final = "The binary package that this was read from."
_SOURCE_COMMENT: Final = (
    "In this file its makers distribute it. What is in the image was built from it, "
    "and has no file of its own."
)


@dataclass(frozen=True, slots=True)
class _Kind:
    """How a relation is said: the word, the time that it holds, and the direction."""

    word: str
    scope: str = ""
    turned: bool = False


_KINDS: Final = {
    Relation.CONTAINS: _Kind("contains"),
    Relation.MAY_CONTAIN: _Kind("dependsOn"),
    Relation.BUILT_WITH: _Kind("dependsOn", "build"),
    Relation.DEPENDS_ON: _Kind("dependsOn", "runtime"),
    Relation.STATIC_LINK: _Kind("hasStaticLink", "build"),
    Relation.DYNAMIC_LINK: _Kind("hasDynamicLink", "runtime"),
    Relation.GENERATED_FROM: _Kind("generates", turned=True),
    Relation.PATCHED_BY: _Kind("patchedBy", "build"),
}


def relationships(bom: Bom) -> Iterator[Json]:
    """Yield what the elements have to do with each other."""
    known = {one.id: one.dependencies for one in bom.elements}
    groups: dict[tuple[str, Relation], list[Relationship]] = {}
    for one in bom.relationships:
        turned = _KINDS[one.relation].turned
        source = one.target if turned else one.source
        groups.setdefault((source, one.relation), []).append(one)
    for (source, relation), some in groups.items():
        asserted = Completeness.NOT_KNOWN
        if relation is Relation.DEPENDS_ON:
            asserted = known[source]
        yield _related(bom.namespace, source, relation, some, asserted)
    yield from _contained_files(bom)
    yield from _distributed(bom)


def _contained_files(bom: Bom) -> Iterator[Json]:
    """Yield which installed files each package contains."""
    owned: dict[str, list[str]] = {}
    for file in bom.files:
        for owner in file.owners:
            owned.setdefault(owner, []).append(iri(bom.namespace, file.id))
    for owner, files in owned.items():
        yield element(
            "Relationship",
            iri(bom.namespace, f"Relationship-contains-files-{owner}"),
            relationshipType="contains",
            **{"from": iri(bom.namespace, owner)},
            to=files,
            completeness=_COMPLETENESS[Completeness.NOT_KNOWN],
        )


def _related(
    namespace: str,
    source: str,
    relation: Relation,
    some: list[Relationship],
    known: Completeness,
) -> Json:
    """Return one relationship."""
    kind = _KINDS[relation]
    targets = sorted(one.source if kind.turned else one.target for one in some)
    return element(
        "LifecycleScopedRelationship" if kind.scope else "Relationship",
        iri(namespace, f"Relationship-{relation}-{source}"),
        relationshipType=kind.word,
        scope=kind.scope,
        **{"from": iri(namespace, source)},
        to=[iri(namespace, target) for target in targets],
        completeness=_COMPLETENESS[known],
        comment="\n".join(dict.fromkeys(one.comment for one in some)),
    )


def _distributed(bom: Bom) -> Iterator[Json]:
    """Yield in which files packages are distributed: their own, else their sources."""
    files = {one.id for one in bom.elements if one.kind is ElementKind.SOURCE}
    sources: dict[str, list[str]] = {}
    for one in bom.relationships:
        if one.relation is Relation.GENERATED_FROM and one.target in files:
            sources.setdefault(one.source, []).append(iri(bom.namespace, one.target))
    for item in (bom.image, *bom.elements):
        if item.kind in (ElementKind.SOURCE, ElementKind.PATCH):
            continue
        if item.file_name:
            own = [packed_id(bom.namespace, item)]
            is_image = item.kind is ElementKind.IMAGE
            comment = "" if is_image else _FILE_COMMENT
            yield _distribution(bom.namespace, item.id, own, comment)
        elif item.id in sources:
            yield _distribution(
                bom.namespace, item.id, sorted(sources[item.id]), _SOURCE_COMMENT
            )


def _distribution(namespace: str, ref: str, files: list[str], comment: str) -> Json:
    """Return the files that a package is distributed as."""
    return element(
        "Relationship",
        iri(namespace, f"Relationship-hasDistributionArtifact-{ref}"),
        relationshipType="hasDistributionArtifact",
        **{"from": iri(namespace, ref)},
        to=files,
        completeness=_COMPLETENESS[Completeness.NOT_KNOWN],
        comment=comment,
    )

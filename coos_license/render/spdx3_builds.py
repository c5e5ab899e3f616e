# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""Builds of SPDX 3.0.1 (profile Build): how portage made each package, as recorded.

The end is BUILD_TIME, which portage writes when a package is ready to be merged. Who
built it, on which machine and when that began nothing records.
"""

from collections.abc import Iterator
from typing import Final

from coos_license.bom.values import Bom, Build, Element, ElementKind, Relation
from coos_license.render.spdx3_values import Json, element, hashes, iri

#: By these rules an ebuild becomes a package: the Package Manager Specification.
_BUILD_TYPE: Final = "https://projects.gentoo.org/pms/"


def builds(bom: Bom) -> Iterator[Json]:
    """Yield the build of each package, with what went in and what came out."""
    files = {one.id for one in bom.elements if one.kind is ElementKind.SOURCE}
    sources: dict[str, list[str]] = {}
    for one in bom.relationships:
        if one.relation is Relation.GENERATED_FROM and one.target in files:
            sources.setdefault(one.source, []).append(one.target)
    for item in bom.elements:
        if item.build is not None:
            yield _build(bom, item, item.build)
            yield _related(bom, item, "hasOutput", [item.id])
            if item.id in sources:
                yield _related(bom, item, "hasInput", sorted(sources[item.id]))


def _build(bom: Bom, item: Element, build: Build) -> Json:
    """Return how one package was built."""
    parameters = [("repository", build.repository)] if build.repository else []
    if build.flags is not None:
        parameters.append(("USE", " ".join(build.flags)))
    return element(
        "build_Build",
        _build_id(bom, item),
        build_buildType=_BUILD_TYPE,
        build_buildEndTime=item.built,
        build_configSourceEntrypoint=[build.ebuild],
        build_configSourceDigest=hashes(build.digests),
        build_parameter=[
            {"type": "DictionaryEntry", "key": key, "value": value}
            for key, value in parameters
        ],
    )


def _build_id(bom: Bom, item: Element) -> str:
    """Return the id of the build of a package."""
    return iri(bom.namespace, f"Build-{item.id}")


def _related(bom: Bom, item: Element, word: str, refs: list[str]) -> Json:
    """Return what a build took or made."""
    return element(
        "LifecycleScopedRelationship",
        iri(bom.namespace, f"Relationship-{word}-{item.id}"),
        relationshipType=word,
        scope="build",
        **{"from": _build_id(bom, item)},
        to=[iri(bom.namespace, ref) for ref in refs],
    )

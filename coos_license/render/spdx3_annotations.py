# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""Annotations of SPDX 3.0.1: the decisions that somebody took about an element."""

from collections.abc import Iterator

from coos_license.bom.values import Bom
from coos_license.render.spdx3_values import Json, element, iri


def annotations(bom: Bom) -> Iterator[Json]:
    """Yield the annotations of each element, in their order."""
    for item in (bom.image, *bom.elements):
        for number, one in enumerate(item.annotations, start=1):
            yield element(
                "Annotation",
                iri(bom.namespace, f"Annotation-{number}-{item.id}"),
                annotationType="other",
                subject=iri(bom.namespace, item.id),
                statement=one,
            )

# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""A part of the graph: what is around some nodes, over links."""

from collections.abc import Iterable
from typing import Final

from coos_license.obligations.graph import EdgeKind, Graph

#: Over these alone a neighbourhood grows; others are shown where both ends are in.
LINKS: Final = frozenset(EdgeKind) - {EdgeKind.AGGREGATE, EdgeKind.TOOLCHAIN}


def around(graph: Graph, start: Iterable[int], depth: int, most: int) -> dict[int, int]:
    """Return the nodes around some, nearest first, each with its column.

    Columns count links: users are below 0, what is used above. ``most`` nodes are
    taken, the others left out.
    """
    users, used = graph.users(), graph.used()
    columns: dict[int, int] = dict.fromkeys(start, 0)
    for neighbours, sign in ((users, -1), (used, 1)):
        front = [number for number, column in columns.items() if column == 0]
        for step in range(1, depth + 1):
            after: dict[int, None] = {}
            for number in front:
                for other, kind in sorted(neighbours[number]):
                    if kind in LINKS and other not in columns and len(columns) < most:
                        columns[other] = sign * step
                        after[other] = None
            front = list(after)
    return columns

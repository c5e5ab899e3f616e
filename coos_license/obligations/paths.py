# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""Paths of the graph in words."""

from collections.abc import Sequence
from typing import Final

from coos_license.obligations.graph import EdgeKind, Graph
from coos_license.obligations.resolutions import Hop
from coos_license.trees.text import in_full

_UP: Final = {
    EdgeKind.DYNAMIC: "links",
    EdgeKind.ONE_OF: "links this or another",
    EdgeKind.STATIC: "holds",
    EdgeKind.UNKNOWN: "may hold",
    EdgeKind.MODULE: "is loaded into",
    EdgeKind.AGGREGATE: "is beside",
    EdgeKind.TOOLCHAIN: "was built by",
}
_DOWN: Final = {
    EdgeKind.DYNAMIC: "is linked by",
    EdgeKind.ONE_OF: "may be linked by",
    EdgeKind.STATIC: "is held by",
    EdgeKind.UNKNOWN: "may be held by",
}


def named(graph: Graph, number: int) -> str:
    """Return a node with its package."""
    node = graph.nodes[number]
    of = f" ({node.package.cpv})" if node.package and node.path else ""
    return f"{in_full(node.name)}{of}"


def told_path(graph: Graph, number: int, path: Sequence[Hop]) -> str:
    """Return a path in one sentence: ``A (pkg) links B (pkg), which links C``."""
    words = [named(graph, number)]
    for hop in path:
        verb = _UP[hop.kind] if hop.is_up else _DOWN[hop.kind]
        words.append(f"{verb} {named(graph, hop.node)}")
    return f"{' '.join(words[:2])}{''.join(f', which {one}' for one in words[2:])}"


def hop_lines(graph: Graph, path: Sequence[Hop]) -> list[str]:
    """Return a path, one step a line."""
    return [
        f"{_UP[hop.kind] if hop.is_up else _DOWN[hop.kind]} {named(graph, hop.node)}"
        for hop in path
    ]

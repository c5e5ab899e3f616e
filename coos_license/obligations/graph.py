# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""The graph that obligations travel on: who is made of, linked to or beside whom."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from coos_license.expression import License
from coos_license.model import PackageId


class EdgeKind(StrEnum):
    """How one node uses another; ``ONE_OF``: several files have the soname."""

    DYNAMIC = "dynamic"
    ONE_OF = "dynamic-one-of"
    STATIC = "static"
    UNKNOWN = "unknown"
    MODULE = "kernel-module"
    AGGREGATE = "aggregate"
    TOOLCHAIN = "toolchain"


@dataclass(frozen=True, slots=True)
class Node:
    """A file, a component or the rest of a package.

    ``options`` are the ways to fulfil its licence: of each all licences apply, and one
    is enough; the first is the one that asks for least, or the elected one.
    ``path`` is empty for the package itself; ``package`` is ``None`` for what stands
    between a package and what it may have linked. ``is_bare``: a licence rests on a
    bare name such as ``GPL-2``, which nobody compared with the sources.
    ``excepted`` are the ids of the exceptions bound to the file; ``stated`` is what a
    kernel module says of its licence.
    """

    name: str
    options: tuple[tuple[License, ...], ...]
    package: PackageId | None = None
    path: str = ""
    is_bare: bool = False
    is_elected: bool = False
    excepted: tuple[str, ...] = ()
    stated: tuple[str, ...] = ()

    @property
    def terms(self) -> tuple[License, ...]:
        """Return the licences that are taken to apply."""
        return self.options[0] if self.options else ()


Edge = tuple[int, int, EdgeKind]


@dataclass(frozen=True, slots=True)
class Graph:
    """Nodes, and edges ``(user, used, kind)`` between their numbers."""

    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]

    def users(self) -> list[list[tuple[int, EdgeKind]]]:
        """Return for each node who uses it, and how."""
        found: list[list[tuple[int, EdgeKind]]] = [[] for _ in self.nodes]
        for user, used, kind in self.edges:
            found[used].append((user, kind))
        return found

    def used(self) -> list[list[tuple[int, EdgeKind]]]:
        """Return for each node what it uses, and how."""
        found: list[list[tuple[int, EdgeKind]]] = [[] for _ in self.nodes]
        for user, used, kind in self.edges:
            found[user].append((used, kind))
        return found


def of_package(graph: Graph, package: PackageId) -> Sequence[int]:
    """Return the numbers of the nodes of a package."""
    return [
        number for number, node in enumerate(graph.nodes) if node.package == package
    ]

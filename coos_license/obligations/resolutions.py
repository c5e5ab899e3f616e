# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""What follows from the reach of licences: resolutions with their paths, conflicts.

A resolution is a triple, as in Android's compliance tools: it attaches to the work
that is passed on, acts on a part of it, and names one obligation.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from coos_license.expression import License
from coos_license.licenses.expressions import license_row
from coos_license.licenses.linking import conflict as conflict_of
from coos_license.model import LicenseCategory, Obligation
from coos_license.obligations.graph import EdgeKind, Graph, Node
from coos_license.obligations.policy_propagation import (
    Reach,
    Spread,
    propagate,
    reaches_if_static,
)

#: Source cannot be given, and what may hang on a reading of the terms.
_CLOSED: Final = frozenset((LicenseCategory.PROPRIETARY, LicenseCategory.NOT_ALLOWED))
_DOUBTFUL: Final = frozenset(
    (LicenseCategory.BY_EXCEPTION_ONLY, LicenseCategory.UNKNOWN)
)

#: The licence in the way, why it is, and whether that is certain.
_Met = tuple[License | None, str, bool]


@dataclass(frozen=True, slots=True)
class Hop:
    """One step of a path: how the node before uses this one."""

    kind: EdgeKind
    node: int
    is_up: bool = True


@dataclass(frozen=True, slots=True)
class Resolution:
    """That for ``attaches_to`` an obligation about ``acts_on`` is to be met.

    ``license`` is why, at the last node of ``path``; without a path it is the
    licence of ``acts_on`` itself. Not ``is_sure``: a person must look at the link.
    """

    attaches_to: int
    acts_on: int
    obligation: Obligation
    license: License
    path: tuple[Hop, ...] = ()
    is_sure: bool = True

    @property
    def origin(self) -> int:
        """Return the node whose licence it is, of a path that is cut its last one."""
        return self.path[-1].node if self.path else self.acts_on


@dataclass(frozen=True, slots=True)
class LinkConflict:
    """That what a licence asks for at ``node`` cannot be had there.

    ``against`` is the licence that is in the way, ``None`` where none is known.
    Not ``is_sure``: it rests on a bare name, a choice or a link that is not known.
    """

    node: int
    license: License
    against: License | None
    path: tuple[Hop, ...]
    reason: str
    is_sure: bool
    is_elected: bool = False


@dataclass(frozen=True, slots=True)
class Propagation:
    """A graph with where its licences reach."""

    graph: Graph
    reach: Reach

    @classmethod
    def of(cls, graph: Graph) -> "Propagation":
        """Return what the rules make of a graph."""
        return cls(graph, propagate(graph))

    def part(self, numbers: Sequence[int]) -> "Propagation":
        """Return some nodes, in order, with what reaches them in the whole graph.

        Paths may lead out of the part, so it is for what is at its nodes alone.
        """
        new = {number: place for place, number in enumerate(numbers)}
        graph = Graph(
            tuple(self.graph.nodes[number] for number in numbers),
            tuple(
                (new[user], new[used], kind)
                for user, used, kind in self.graph.edges
                if user in new and used in new
            ),
        )
        up, down = (
            Spread(
                [spread.sure[number] for number in numbers],
                [spread.unsure[number] for number in numbers],
                [()] * len(numbers),
            )
            for spread in (self.reach.up, self.reach.down)
        )
        return replace(self, graph=graph, reach=replace(self.reach, up=up, down=down))

    def source_owed(self, number: int) -> bool | None:
        """Return whether source of a node is owed, ``None`` for perhaps."""
        up, down, strong = self.reach.up, self.reach.down, self.reach.strong
        own = any(
            Obligation.SOURCE in license_row(leaf).obligations
            for leaf in self.graph.nodes[number].terms
        )
        if own or (up.sure[number] & strong) or down.sure[number]:
            return True
        return None if (up.unsure[number] & strong) or down.unsure[number] else False

    def shares(self, *, sure: bool = False) -> frozenset[int]:
        """Return the nodes whose source is owed; with ``sure`` no doubtful ones."""
        return frozenset(
            number
            for number in range(len(self.graph.nodes))
            if (owed := self.source_owed(number)) or (owed is None and not sure)
        )

    def resolutions(self) -> Iterator[Resolution]:
        """Yield all resolutions, in order of the nodes that they attach to."""
        used = self.graph.used()
        for number in range(len(self.graph.nodes)):
            yield from self.at(number, used[number])

    def at(
        self, number: int, used: Sequence[tuple[int, EdgeKind]]
    ) -> Iterator[Resolution]:
        """Yield the resolutions that act on a node; ``used`` is what it uses."""
        node = self.graph.nodes[number]
        for leaf in node.terms:
            for obligation in license_row(leaf).obligations:
                yield Resolution(number, number, obligation, leaf)
        for leaf, is_sure in self._arrived(number):
            strong = self.reach.bit(leaf) & self.reach.strong
            obligation = Obligation.SOURCE if strong else Obligation.RELINKING
            path = self.way(number, leaf)
            yield Resolution(number, number, obligation, leaf, path, is_sure)
        for leaf, is_sure in self._acting(number):
            path = self.way(number, leaf, is_part=True)
            top = [hop.node for hop in path if not hop.is_up][-1]
            yield Resolution(top, number, Obligation.SOURCE, leaf, path, is_sure)
        for other, kind in used:
            if kind is EdgeKind.DYNAMIC:
                for leaf in self.graph.nodes[other].terms:
                    if reaches_if_static(leaf):
                        permitted = Obligation.REVERSE_ENGINEERING_PERMITTED
                        hops = (Hop(kind, other),)
                        yield Resolution(number, number, permitted, leaf, hops)

    def _arrived(self, number: int) -> Iterator[tuple[License, bool]]:
        """Yield the licences that came up to a node, and whether for sure."""
        up = self.reach.up
        own = sum(
            self.reach.bit(leaf)
            for leaf in dict.fromkeys(self.graph.nodes[number].terms)
            if leaf in self.reach.leaves
        )
        for leaf in self.reach.licenses(up.sure[number] & ~own):
            yield leaf, True
        for leaf in self.reach.licenses(up.unsure[number] & ~own):
            yield leaf, False

    def _acting(self, number: int) -> Iterator[tuple[License, bool]]:
        """Yield the licences of works that a node is a part of."""
        down = self.reach.down
        for leaf in self.reach.licenses(down.sure[number]):
            yield leaf, True
        for leaf in self.reach.licenses(down.unsure[number]):
            yield leaf, False

    def way(
        self, number: int, leaf: License, *, is_part: bool = False
    ) -> tuple[Hop, ...]:
        """Return how a licence came to a node: up from its origin.

        To a node that ``is_part`` of a work it came down from the work before.
        """
        bit = self.reach.bit(leaf)
        hops: list[Hop] = []
        if is_part:
            steps = self.reach.down.path(number, bit)
            hops += (Hop(step.kind, step.origin, is_up=False) for step in steps)
            number = steps[-1].origin
        hops += (
            Hop(step.kind, step.origin) for step in self.reach.up.path(number, bit)
        )
        return tuple(hops)

    def conflicts(self) -> Iterator[LinkConflict]:
        """Yield where a licence asks for what another one does not allow."""
        for number, node in enumerate(self.graph.nodes):
            for leaf, is_sure, is_part in self._met(number):
                met = self._against(node, leaf)
                if met is None:
                    continue
                against, reason, is_certain = met
                path = self.way(number, leaf, is_part=is_part)
                origin = self.graph.nodes[path[-1].node]
                bare = against is not None and conflict_of(leaf, against) is not None
                bare = bare and (node.is_bare or origin.is_bare)
                several = len(node.options) > 1 or len(origin.options) > 1
                yield LinkConflict(
                    number,
                    leaf,
                    against,
                    path,
                    reason,
                    is_sure and is_certain and not bare and not several,
                    node.is_elected or origin.is_elected,
                )

    def _met(self, number: int) -> Iterator[tuple[License, bool, bool]]:
        """Yield each licence that came to a node once, the surer way first."""
        seen: set[License] = set()
        ways = [
            *((leaf, is_sure, False) for leaf, is_sure in self._arrived(number)),
            *((leaf, is_sure, True) for leaf, is_sure in self._acting(number)),
        ]
        for leaf, is_sure, is_part in sorted(ways, key=lambda way: not way[1]):
            if leaf not in seen:
                seen.add(leaf)
                yield leaf, is_sure, is_part

    def _against(self, node: Node, leaf: License) -> _Met | None:
        """Return what is in the way of a licence at a node, ``None`` if nothing is.

        Nothing is where one option of the node goes with the licence.
        """
        is_strong = bool(self.reach.bit(leaf) & self.reach.strong)
        if not node.options and is_strong:
            return None, "its licence is not known", False
        look = _beside if is_strong else _relinked
        found = [look(option, leaf) for option in node.options]
        return found[0] if found and all(found) else None


def _beside(option: Sequence[License], leaf: License) -> _Met | None:
    """Return the first licence of an option that does not go with another."""
    for own in option:
        category = license_row(own).category
        if category in _CLOSED:
            return own, "its terms do not let its source be passed on", True
        if category in _DOUBTFUL:
            return own, "its terms may not let its source be passed on", False
        rule = conflict_of(leaf, own)
        if rule is not None:
            return own, rule.reason, True
    return None


def _relinked(option: Sequence[License], leaf: License) -> _Met | None:
    """Return the first licence of an option that may not let the work be relinked."""
    del leaf
    for own in option:
        if license_row(own).category in _CLOSED:
            return own, "who gets it must be able to relink it", False
    return None


def in_the_way(own: License, leaf: License) -> str:
    """Return why a licence does not go with one that reaches it, ``""`` if it does."""
    met = _beside((own,), leaf)
    return met[1] if met else ""

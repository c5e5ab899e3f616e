# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""How far a licence reaches: the rules, and a worklist that applies them.

Up, from what is used to who uses it: the user is a work based on the used one.
Down, from such a work to all that it is made of: its whole source is owed.

============  =======================================  ================================
edge          up                                       down
============  =======================================  ================================
dynamic       restricted, network-restricted           the same
static        these and restricted-if-static           the same
one of many   as dynamic, not sure                     as dynamic, not sure
unknown       as static, not sure                      as dynamic, not sure
kernel module as dynamic, not sure                     nothing
aggregate     nothing                                  nothing
toolchain     nothing                                  nothing
============  =======================================  ================================

Source: GPL-2.0 sections 2 and 3, GPL-3.0 section 5(c), LGPL-2.1 sections 5 and 6; the
same as ``policy_policy.go`` and ``policy_resolve.go`` of Android's compliance tools but
for two things: static linking of a library under the LGPL obliges to what relinking
needs and not to source of the whole, and what is not known is not taken for certain.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from coos_license.expression import License
from coos_license.licenses.expressions import license_row
from coos_license.licenses.linking import is_of_documents
from coos_license.model import LicenseCategory
from coos_license.obligations.graph import EdgeKind, Graph

#: Reach over every link, and over static ones alone.
_STRONG: Final = frozenset(
    (LicenseCategory.RESTRICTED, LicenseCategory.NETWORK_RESTRICTED)
)
_WEAK: Final = LicenseCategory.RESTRICTED_IF_STATIC


def reaches(leaf: License) -> bool:
    """Return whether a licence reaches who links the work, and what that links."""
    return license_row(leaf).category in _STRONG and not is_of_documents(leaf.id)


def reaches_if_static(leaf: License) -> bool:
    """Return whether a licence reaches who links the work statically."""
    return license_row(leaf).category is _WEAK and not is_of_documents(leaf.id)


@dataclass(frozen=True, slots=True)
class Step:
    """How bits came to a node: from which other, over what kind of edge."""

    bits: int
    origin: int
    kind: EdgeKind


@dataclass(frozen=True, slots=True)
class Spread:
    """Which licences are at each node, as bits of ``Reach.leaves``, and whence.

    ``sure`` and ``unsure`` are disjoint at each node. ``steps`` tell the way.
    """

    sure: Sequence[int]
    unsure: Sequence[int]
    steps: Sequence[Sequence[Step]]

    def path(self, node: int, bit: int) -> tuple[Step, ...]:
        """Return the way that a licence came, nearest step first; empty at its own."""
        found: list[Step] = []
        while True:
            step = next((one for one in self.steps[node] if one.bits & bit), None)
            if step is None:
                return tuple(found)
            found.append(step)
            node = step.origin


@dataclass(frozen=True, slots=True)
class Reach:
    """Where every licence reaches. ``up`` holds those of a node itself, ``down`` not.

    ``strong`` are the bits that reach over every link.
    """

    leaves: tuple[License, ...]
    strong: int
    up: Spread
    down: Spread

    def licenses(self, bits: int) -> tuple[License, ...]:
        """Return the licences that the bits stand for."""
        return tuple(
            leaf for number, leaf in enumerate(self.leaves) if bits >> number & 1
        )

    def bit(self, leaf: License) -> int:
        """Return the bit of a licence."""
        return 1 << self.leaves.index(leaf)


def propagate(graph: Graph) -> Reach:
    """Return where the licences of the nodes reach; cycles are fine.

    Each licence comes to each node once for sure and once unsure at most, so the time
    is that of the edges times the licences that meet.
    """
    numbers: dict[License, int] = {}
    strong = weak = 0
    own: list[int] = []
    for node in graph.nodes:
        bits = 0
        for leaf in node.terms:
            is_strong = reaches(leaf)
            if not is_strong and not reaches_if_static(leaf):
                continue
            bit = 1 << numbers.setdefault(leaf, len(numbers))
            bits |= bit
            strong, weak = strong | bit * is_strong, weak | bit * (not is_strong)
        own.append(bits)
    up = _spread(own, [0] * len(own), graph.users(), _upward(strong, strong | weak))
    sure = [bits & strong for bits in up.sure]
    unsure = [bits & strong for bits in up.unsure]
    down = _spread(sure, unsure, graph.used(), _downward(strong))
    return Reach(
        tuple(numbers),
        strong,
        up,
        _without(down, up),
    )


def _upward(strong: int, every: int) -> dict[EdgeKind, tuple[int, int]]:
    """Return for each edge which bits pass it up for sure, and which unsure."""
    return {
        EdgeKind.DYNAMIC: (strong, 0),
        EdgeKind.STATIC: (every, 0),
        EdgeKind.ONE_OF: (0, strong),
        EdgeKind.UNKNOWN: (0, every),
        EdgeKind.MODULE: (0, strong),
    }


def _downward(strong: int) -> dict[EdgeKind, tuple[int, int]]:
    """Return for each edge which bits pass it down for sure, and which unsure."""
    return {
        EdgeKind.DYNAMIC: (strong, 0),
        EdgeKind.STATIC: (strong, 0),
        EdgeKind.ONE_OF: (0, strong),
        EdgeKind.UNKNOWN: (0, strong),
    }


def _spread(
    sure: Sequence[int],
    unsure: Sequence[int],
    neighbours: Sequence[Sequence[tuple[int, EdgeKind]]],
    passing: dict[EdgeKind, tuple[int, int]],
) -> Spread:
    """Return what is where when nothing moves any more; first what is sure."""
    certain, open_ = list(sure), list(unsure)
    steps: list[list[Step]] = [[] for _ in certain]

    def run(have: list[int], offered: Callable[[int, EdgeKind], int]) -> None:
        todo = [node for node, bits in enumerate(have) if bits]
        waiting = [bool(bits) for bits in have]
        for node in todo:  # grows while it is walked: breadth first, shortest ways
            waiting[node] = False
            for other, kind in neighbours[node]:
                fresh = offered(node, kind) & ~have[other] & ~certain[other]
                if not fresh:
                    continue
                have[other] |= fresh
                steps[other].append(Step(fresh, node, kind))
                if not waiting[other]:
                    waiting[other] = True
                    todo.append(other)

    run(certain, lambda node, kind: certain[node] & passing.get(kind, (0, 0))[0])
    for node, bits in enumerate(certain):
        open_[node] &= ~bits
    for node, bits in enumerate(certain):  # what is sure here, unsure there
        for other, kind in neighbours[node] if bits else ():
            fresh = (
                bits & passing.get(kind, (0, 0))[1] & ~certain[other] & ~open_[other]
            )
            if fresh:
                open_[other] |= fresh
                steps[other].append(Step(fresh, node, kind))
    either = {kind: one | two for kind, (one, two) in passing.items()}
    run(open_, lambda node, kind: open_[node] & either.get(kind, 0))
    return Spread(certain, open_, steps)


def _without(down: Spread, up: Spread) -> Spread:
    """Return what came down only: a work that is reached itself owes anyway."""
    return Spread(
        [bits & ~up.sure[node] for node, bits in enumerate(down.sure)],
        [
            bits & ~up.sure[node] & ~up.unsure[node]
            for node, bits in enumerate(down.unsure)
        ],
        down.steps,
    )

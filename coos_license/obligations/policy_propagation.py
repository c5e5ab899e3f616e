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

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

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

#: Steps of a path that is shown.
MOST_STEPS: Final = 64

_Passing = Mapping[EdgeKind, tuple[int, int]]
_Way = tuple[int, int, EdgeKind]


def reaches(leaf: License) -> bool:
    """Return whether a licence reaches who links the work, and what that links."""
    return license_row(leaf).category in _STRONG and not is_of_documents(leaf.id)


def reaches_if_static(leaf: License) -> bool:
    """Return whether a licence reaches who links the work statically."""
    return license_row(leaf).category is _WEAK and not is_of_documents(leaf.id)


class Step(NamedTuple):
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
        """Return the way that a licence came, nearest step first; empty at its own.

        It is cut after 64 steps, so that no chain of files can keep the tool busy.
        """
        found: list[Step] = []
        while len(found) < MOST_STEPS:
            step = next((one for one in self.steps[node] if one.bits & bit), None)
            if step is None:
                break
            found.append(step)
            node = step.origin
        return tuple(found)


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
    known: dict[int, int] = {}  # by identity: the nodes of a package share their terms
    own: list[int] = []
    for node in graph.nodes:
        if id(node.options) in known:
            own.append(known[id(node.options)])
            continue
        bits = 0
        for leaf in node.terms:
            is_strong = reaches(leaf)
            if is_strong or reaches_if_static(leaf):
                bit = 1 << numbers.setdefault(leaf, len(numbers))
                bits |= bit
                strong, weak = strong | bit * is_strong, weak | bit * (not is_strong)
        own.append(bits)
        known[id(node.options)] = bits
    up = _spread(own, [0] * len(own), _ways(graph, _upward(strong, strong | weak)))
    sure = [bits & strong for bits in up.sure]
    unsure = [bits & strong for bits in up.unsure]
    down = _spread(sure, unsure, _ways(graph, _downward(strong), is_down=True))
    return Reach(
        tuple(numbers),
        strong,
        up,
        _without(down, up),
    )


def _upward(strong: int, every: int) -> _Passing:
    """Return for each edge which bits pass it up for sure, and which unsure."""
    return {
        EdgeKind.DYNAMIC: (strong, 0),
        EdgeKind.STATIC: (every, 0),
        EdgeKind.ONE_OF: (0, strong),
        EdgeKind.UNKNOWN: (0, every),
        EdgeKind.MODULE: (0, strong),
    }


def _downward(strong: int) -> _Passing:
    """Return for each edge which bits pass it down for sure, and which unsure."""
    return {
        EdgeKind.DYNAMIC: (strong, 0),
        EdgeKind.STATIC: (strong, 0),
        EdgeKind.ONE_OF: (0, strong),
        EdgeKind.UNKNOWN: (0, strong),
    }


@dataclass(frozen=True, slots=True)
class _Ways:
    """From each node the neighbours, each with the bits that pass and the edge.

    Over ``sure`` ones a sure bit stays so, over ``unsure`` ones it becomes unsure;
    unsure bits go over both.
    """

    sure: Sequence[Sequence[_Way]]
    unsure: Sequence[Sequence[_Way]]
    has_unsure: bool


def _ways(graph: Graph, passing: _Passing, *, is_down: bool = False) -> _Ways:
    """Return where bits go: to who uses a node, or down to what it uses."""
    count = len(graph.nodes)
    sure: list[list[_Way]] = [[] for _ in range(count)]
    unsure: list[list[_Way]] = [[] for _ in range(count)]
    has_unsure = False
    # By identity: the hash of an enumeration is a function of Python.
    masks = {id(kind): passing.get(kind, (0, 0)) for kind in EdgeKind}
    for user, used, kind in graph.edges:
        certain, doubtful = masks[id(kind)]
        start, end = (user, used) if is_down else (used, user)
        if certain:
            sure[start].append((end, certain, kind))
        if doubtful:
            has_unsure = True
            unsure[start].append((end, doubtful, kind))
    return _Ways(sure, unsure, has_unsure)


def _spread(start: Sequence[int], doubtful: Sequence[int], ways: _Ways) -> Spread:
    """Return what is where when nothing moves any more; first what is sure."""
    sure, unsure = list(start), list(doubtful)
    steps: list[list[Step]] = [[] for _ in sure]
    _run(sure, sure, (ways.sure,), steps)
    for node, bits in enumerate(sure):
        unsure[node] &= ~bits
    if ways.has_unsure or any(unsure):
        for node, bits in enumerate(sure):  # what is sure here, unsure there
            for other, mask, kind in ways.unsure[node] if bits else ():
                fresh = bits & mask & ~sure[other] & ~unsure[other]
                if fresh:
                    unsure[other] |= fresh
                    steps[other].append(Step(fresh, node, kind))
        _run(unsure, sure, (ways.sure, ways.unsure), steps)
    return Spread(sure, unsure, steps)


def _run(
    have: list[int],
    known: Sequence[int],
    ways: Sequence[Sequence[Sequence[_Way]]],
    steps: Sequence[list[Step]],
) -> None:
    """Carry the bits on until nothing moves; what is ``known`` does not come again."""
    todo = [node for node, bits in enumerate(have) if bits]
    waiting = [bool(bits) for bits in have]
    for node in todo:  # grows while it is walked: breadth first, shortest ways
        waiting[node] = False
        bits = have[node]
        for neighbours in ways:
            for other, mask, kind in neighbours[node]:
                fresh = bits & mask & ~have[other] & ~known[other]
                if fresh:
                    have[other] |= fresh
                    steps[other].append(Step(fresh, node, kind))
                    if not waiting[other]:
                        waiting[other] = True
                        todo.append(other)


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

# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""How far licences reach: the table of cases, and what holds of any graph."""

import time
import tomllib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coos_license.expression import Claim, Declared, License
from coos_license.licenses.expressions import parse_expression
from coos_license.model import Obligation
from coos_license.obligations.graph import Edge, EdgeKind, Graph, Node
from coos_license.obligations.policy_propagation import MOST_STEPS
from coos_license.obligations.resolutions import LinkConflict, Propagation
from coos_license.obligations.terms import options_of

TABLE = Path(__file__).with_name("propagation_cases.toml")
CASES: list[dict[str, Any]] = tomllib.loads(TABLE.read_text("utf-8"))["cases"]
KEYS = {"name", "nodes", "edges", "why", "elected"} | {
    *("shares", "review", "relink", "notices", "conflicts", "doubts")
}


def expression(text: str) -> Declared:
    """Return what a cell of the table says."""
    return Claim(text) if text in set(Claim) else parse_expression(text)


def graph_of(case: dict[str, Any]) -> Graph:
    """Return the graph of a case."""
    nodes = tuple(
        Node(
            name,
            options_of(expression(text.removesuffix(" bare"))),
            is_bare=text.endswith(" bare"),
            is_elected=name in case.get("elected", ()),
        )
        for name, text in case["nodes"].items()
    )
    numbers = {node.name: number for number, node in enumerate(nodes)}
    edges: list[Edge] = []
    for line in case["edges"]:
        user, _, used, kind = line.split()
        edges.append((numbers[user], numbers[used], EdgeKind(kind)))
    return Graph(nodes, tuple(edges))


def named(one: LinkConflict, graph: Graph) -> str:
    """Return a conflict as the table writes it."""
    return f"{graph.nodes[one.node].name} {one.license} {one.against or '-'}"


def test_the_table_is_large_and_every_row_says_why() -> None:
    assert len(CASES) >= 60
    assert len({case["name"] for case in CASES}) == len(CASES)
    assert all(case["why"] and case.keys() <= KEYS for case in CASES)


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_case(case: dict[str, Any]) -> None:
    graph = graph_of(case)
    made = Propagation.of(graph)
    found: dict[str, set[str]] = {key: set() for key in ("shares", "review", "relink")}
    found["notices"] = set()
    for one in made.resolutions():
        name = graph.nodes[one.acts_on].name
        match one.obligation:
            case Obligation.SOURCE:
                found["shares" if one.is_sure else "review"].add(name)
            case Obligation.RELINKING if one.path:
                found["relink"].add(name)
            case Obligation.LICENSE_TEXT:
                found["notices"].add(name)
            case _:
                pass  # what the categories ask for is held elsewhere
    found["review"] -= found["shares"]
    expected = {key: set(case.get(key, ())) for key in found}
    assert found == expected
    conflicts = sorted(named(one, graph) for one in made.conflicts() if one.is_sure)
    doubts = sorted(named(one, graph) for one in made.conflicts() if not one.is_sure)
    assert conflicts == sorted(case.get("conflicts", ()))
    assert doubts == sorted(case.get("doubts", ()))


LICENSES = ("MIT", "MPL-2.0", "LGPL-2.1-or-later", "GPL-3.0-or-later", "AGPL-3.0-only")


@st.composite
def graphs(draw: st.DrawFn) -> Graph:
    """Draw a graph of up to eight nodes, cycles and loops among them."""
    count = draw(st.integers(1, 8))
    nodes = tuple(
        Node(f"n{number}", ((License(draw(st.sampled_from(LICENSES))),),))
        for number in range(count)
    )
    number = st.integers(0, count - 1)
    edge = st.tuples(number, number, st.sampled_from(EdgeKind))
    return Graph(nodes, tuple(draw(st.lists(edge, max_size=16, unique=True))))


@given(graphs())
def test_every_path_leads_to_who_has_the_license(graph: Graph) -> None:
    for one in Propagation.of(graph).resolutions():
        assert one.license in graph.nodes[one.origin].terms


@given(graphs())
def test_every_step_of_a_path_is_an_edge(graph: Graph) -> None:
    edges = set(graph.edges)
    for one in Propagation.of(graph).resolutions():
        at = one.acts_on
        for hop in one.path:
            pair = (at, hop.node) if hop.is_up else (hop.node, at)
            assert (*pair, hop.kind) in edges
            at = hop.node


@given(graphs(), st.data())
def test_one_edge_less_never_asks_for_more(graph: Graph, data: st.DataObject) -> None:
    if not graph.edges:
        return
    gone = data.draw(st.sampled_from(graph.edges))
    fewer = Graph(graph.nodes, tuple(one for one in graph.edges if one != gone))
    for sure in (True, False):
        less = Propagation.of(fewer).shares(sure=sure)
        assert less <= Propagation.of(graph).shares(sure=sure)


@given(graphs())
def test_the_order_of_edges_does_not_matter(graph: Graph) -> None:
    turned = Graph(graph.nodes, graph.edges[::-1])
    one, other = Propagation.of(graph), Propagation.of(turned)
    assert one.shares(sure=True) == other.shares(sure=True)
    assert one.shares() == other.shares()


def test_of_too_many_options_all_licenses_count() -> None:
    """What cannot be told option by option is taken to ask for all of it."""
    choices = " AND ".join(f"(MIT OR {one})" for one in ("ISC", "Zlib", "X11", "Vim"))
    few = options_of(parse_expression(f"({choices}) AND (MIT OR GPL-2.0-only)"))
    assert len(few) == 2**5
    more = f"({choices}) AND (Zlib OR HPND) AND (ISC OR NTP) AND (X11 OR GPL-2.0-only)"
    (every,) = options_of(parse_expression(more))
    assert License("GPL-2.0-only") in every
    assert len(set(every)) == len(every) == 8


def test_a_long_chain_is_walked_without_recursion() -> None:
    count = 20_000
    names = ["GPL-3.0-or-later" if not n else "MIT" for n in range(count)]
    nodes = tuple(Node(f"n{n}", ((License(one),),)) for n, one in enumerate(names))
    edges = tuple((n + 1, n, EdgeKind.DYNAMIC) for n in range(count - 1))
    made = Propagation.of(Graph(nodes, edges))
    assert all(made.reach.up.sure)
    assert len(made.way(63, License("GPL-3.0-or-later"))) == 63


def test_paths_of_a_long_chain_are_cut_and_take_no_time() -> None:
    count = 5_000
    names = ["GPL-3.0-or-later", *("LicenseRef-gentoo-Adobe" for _ in range(count))]
    options = {name: ((License(name),),) for name in set(names)}
    nodes = tuple(Node(f"n{n}", options[one]) for n, one in enumerate(names))
    edges = tuple((n + 1, n, EdgeKind.DYNAMIC) for n in range(count))
    made = Propagation.of(Graph(nodes, edges))
    before = time.process_time()
    found = list(made.conflicts())
    assert time.process_time() - before < 10
    assert len(found) == count
    assert max(len(one.path) for one in found) == MOST_STEPS

# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""The LICENSE and dependency grammar, with portage's use_reduce as the oracle."""

import csv
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from portage.dep import paren_enclose, use_reduce

from coos_license.errors import ParseError
from coos_license.portage import depset
from coos_license.portage.depset import EMPTY_ANY_OF, Group, Leaf, Node

_FLAGS = ("a", "b", "c")
_WORDS = st.sampled_from(["A", "B", "C-1.0+", "D_x"])
_TREES = st.recursive(
    _WORDS,
    lambda inner: st.builds(
        lambda head, parts: f"{head}( {' '.join(parts)} )",
        st.sampled_from(["", "|| ", "a? ", "!a? ", "b? ", "!c? "]),
        st.lists(inner, min_size=1, max_size=4),
    ),
    max_leaves=14,
)
VALUES = st.lists(_TREES, max_size=4).map(" ".join)


def as_portage(tree: Group) -> str:
    """Return a reduced tree the way portage writes it into a vdb."""

    def leaf(word: Leaf) -> list[str]:
        return [word.word]

    def group(node: Group, below: list[list[str]]) -> list[str]:
        parts = [part for part in below if part]
        if node.kind == "any":
            options: list[str] = []
            for child, part in zip(
                (c for c, p in zip(node.children, below, strict=True) if p),
                parts,
                strict=True,
            ):
                if isinstance(child, Group) and child.kind == "any" and part[0] == "||":
                    options += part[2:-1]
                elif len(part) == 1 or part[0] == "||":
                    options += part
                else:
                    options += ["(", *part, ")"]
            if len(parts) == 1:
                return parts[0]
            return ["||", "(", *options, ")"] if options else []
        return [word for part in parts for word in part]

    words: list[str] = depset.fold(tree, leaf, group)
    return " ".join(words)


def language(text: str) -> object:
    """Return what a value means: choices as sets, order and nesting aside."""

    def group(node: Group, below: list[object]) -> object:
        flat: list[object] = []
        for part in below:
            if isinstance(part, tuple) and part[0] == node.kind:
                flat += part[1]
            else:
                flat.append(part)
        if len(flat) == 1:
            return flat[0]
        return (node.kind, tuple(flat))

    return depset.fold(depset.parse(text), lambda leaf: leaf.word, group)


@given(VALUES, st.sets(st.sampled_from(_FLAGS)))
def test_reducing_by_flags_means_what_portage_means(value: str, use: set[str]) -> None:
    reduced = depset.reduce(depset.parse(value), frozenset(use))
    expected = paren_enclose(use_reduce(value, uselist=list(use)))
    assert language(as_portage(reduced)) == language(expected)
    assert not depset.has_conditions(reduced)


@given(VALUES)
def test_words_are_those_that_portage_flattens_to(value: str) -> None:
    expected = use_reduce(value, matchall=True, flat=True)
    actual = [leaf.word for leaf in depset.words(depset.parse(value))]
    assert actual == [word for word in expected if word not in ("||", EMPTY_ANY_OF)]


@given(VALUES)
def test_columns_point_at_their_words(value: str) -> None:
    for leaf in depset.words(depset.parse(value)):
        assert value[leaf.column - 1 :].startswith(leaf.word)


@given(st.text("A(|)? !b\n", max_size=16))
def test_what_portage_refuses_is_refused(value: str) -> None:
    try:
        use_reduce(value, matchall=True)
    except Exception:  # noqa: BLE001 (whatever portage raises: it refuses)
        with pytest.raises(ParseError):
            depset.parse(value)


@pytest.mark.parametrize(
    ("value", "column"),
    [
        ("|| ( BSD", 1),
        ("BSD )", 5),
        ("|| foo? ( BSD )", 4),
        ("A (B )", 3),
        ("A ||", 5),
        ("foo? BSD", 6),
        ("A foo?", 7),
        ("A ( B ) )", 9),
        ("A( B )", 1),
        ("A B? C", 6),
        ("MIT (ISC)", 5),
    ],
)
def test_a_fault_names_its_column(value: str, column: int) -> None:
    with pytest.raises(ParseError) as caught:
        depset.parse(value)
    assert caught.value.column == column


@pytest.mark.parametrize("depth", [10, 100_000])
def test_depth_is_not_bounded_by_recursion(depth: int) -> None:
    tree = depset.parse("|| ( A ( " * depth + "B" + " ) )" * depth)
    assert [leaf.word for leaf in depset.words(tree)] == ["A"] * depth + ["B"]
    assert depset.reduce(tree, frozenset()).children


def test_a_hundred_thousand_open_parentheses_are_one_fault() -> None:
    with pytest.raises(ParseError, match="never closed"):
        depset.parse("( " * 100_000)


def test_an_emptied_choice_is_marked_as_portage_marks_it() -> None:
    reduced = depset.reduce(depset.parse("|| ( x? ( BSD ) )"), frozenset())
    assert depset.words(reduced) == [Leaf(EMPTY_ANY_OF, 1)]


def test_every_real_value_reduces_as_portage_reduced_it(shared_data: Path) -> None:
    """1,288 values of 21 trees, all flags on and all off, none flattened."""
    table = (shared_data / "license-values-oracle.tsv").read_text("utf-8")
    rows = list(csv.DictReader(table.splitlines(), delimiter="\t", quoting=3))
    assert len(rows) > 1_000
    for row in rows:
        value = row["value"] or ""
        tree = depset.parse(value)
        off = depset.reduce(tree, frozenset())
        on = _all_on(tree)
        assert language(as_portage(on)) == language(row["all_flags_on"] or ""), value
        assert language(as_portage(off)) == language(row["all_flags_off"] or ""), value


def _all_on(tree: Group) -> Group:
    """Return the tree with every condition taken to hold, as matchall does."""

    def group(node: Group, below: list[Node]) -> Node:
        kind = "any" if node.kind == "any" else "all"
        return Group(kind, tuple(below), node.column)

    folded = depset.fold(tree, lambda leaf: leaf, group)
    assert isinstance(folded, Group)
    return depset.reduce(folded, frozenset())

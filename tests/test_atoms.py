# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""Atoms and what they mean, against portage's own matching."""

import pytest
from builders_vdb import raw
from hypothesis import given
from hypothesis import strategies as st
from portage.dep import Atom as PortageAtom
from portage.dep import match_from_list
from portage.exception import InvalidAtom
from test_names import VERSIONS

from coos_license.errors import ParseError
from coos_license.portage.atoms import Atom, parse_atom
from coos_license.portage.installed import Installed, closure


@given(
    st.sampled_from(["<", "<=", "=", "~", ">=", ">"]),
    VERSIONS,
    st.lists(VERSIONS, min_size=1, max_size=5, unique=True),
)
def test_version_ranges_match_as_in_portage(
    operator: str, version: str, present: list[str]
) -> None:
    try:
        oracle = PortageAtom(f"{operator}cat/pkg-{version}")
    except InvalidAtom:
        with pytest.raises(ParseError):
            parse_atom(f"{operator}cat/pkg-{version}")
        return
    atom = parse_atom(f"{operator}cat/pkg-{version}")
    for one in present:
        expected = bool(match_from_list(oracle, [f"cat/pkg-{one}"]))
        found = Installed([raw(f"cat/pkg-{one}")]).best(atom)
        assert (found is not None) == expected, one


@pytest.mark.parametrize(
    ("prefix", "version"),
    [
        ("1", "1.2"),
        ("1", "10"),
        ("1.2", "1.2.3"),
        ("1.2", "1.20"),
        ("1", "1a"),
        ("1.2_p", "1.2_p3"),
        ("0", "0.1"),
        ("1.2", "1.2-r3"),
        ("01", "1.5"),
        ("1", "01"),
    ],
)
def test_prefix_ranges_match_as_in_portage(prefix: str, version: str) -> None:
    text = f"=cat/pkg-{prefix}*"
    expected = bool(match_from_list(PortageAtom(text), [f"cat/pkg-{version}"]))
    found = Installed([raw(f"cat/pkg-{version}")]).best(parse_atom(text))
    assert (found is not None) == expected


@given(st.text("<>=~!ab/-1.2*:0[]+,?", max_size=16))
def test_what_portage_takes_for_no_atom_is_none(text: str) -> None:
    try:
        PortageAtom(text, allow_wildcard=False, allow_repo=True)
    except InvalidAtom:
        with pytest.raises(ParseError):
            parse_atom(text)


def test_an_atom_in_full() -> None:
    atom = parse_atom(">=dev-libs/icu-74.1:0/74.1=::gentoo[abi_x86_64(-),!x?,y=]")
    assert atom.key == "dev-libs/icu"
    assert (atom.operator, atom.version) == (">=", "74.1")
    assert (atom.slot, atom.subslot, atom.repository) == ("0", "74.1", "gentoo")
    assert [dep.flag for dep in atom.use] == ["abi_x86_64", "x", "y"]
    assert [dep.default for dep in atom.use] == [False, None, None]
    assert parse_atom("!!sys-apps/x").blocker
    assert parse_atom("a/b:=") == Atom("a", "b")


@pytest.mark.parametrize(
    ("atom", "wanted"),
    [
        ("a/b", "2"),
        ("a/b:1", "1"),
        ("a/b:2/2.5", "2"),
        ("a/b:2/9", None),
        ("<a/b-2", "1"),
        ("=a/b-1*", "1"),
        ("a/b::other", None),
        ("a/c", None),
    ],
)
def test_the_highest_match_in_slot_and_subslot(atom: str, wanted: str | None) -> None:
    installed = Installed(
        [raw("a/b-1", slot="1"), raw("a/b-2", slot="2", subslot="2.5")]
    )
    best = installed.best(parse_atom(atom))
    assert (best.id.version if best else None) == wanted


@pytest.mark.parametrize(
    ("dep", "parent", "matches"),
    [
        ("on", "", True),
        ("off", "", False),
        ("-on", "", False),
        ("-off", "", True),
        ("on?", "on", True),
        ("off?", "off", False),
        ("off?", "", True),
        ("!off?", "", True),
        ("!on?", "", False),
        ("!on?", "on", True),
        ("on=", "on", True),
        ("on=", "", False),
        ("off=", "", True),
        ("!on=", "", True),
        ("!off=", "off", True),
        ("!off=", "", False),
        ("none", "", False),
        ("none(+)", "", True),
        ("none(-)", "", False),
        ("-none(-)", "", True),
        ("-none(+)", "", False),
        ("on(-)", "", True),
    ],
)
def test_use_dependencies(dep: str, parent: str, matches: bool) -> None:
    installed = Installed([raw("a/b-1", use="on", iuse="on off")])
    best = installed.best(parse_atom(f"a/b[{dep}]"), frozenset(parent.split()))
    assert (best is not None) == matches


def test_a_choice_takes_its_first_installed_option_and_blockers_nothing() -> None:
    installed = Installed([raw("a/b-1"), raw("a/c-1"), raw("a/d-1")])
    text = "|| ( a/x ( a/b a/y ) a/c a/d ) !a/d !!a/b z? ( a/b )"
    found, missing = installed.resolve(text, frozenset())
    assert [package.id.name for package in found] == ["c"]
    assert missing == ()
    found, _ = installed.resolve(text, frozenset({"z"}))
    assert [package.id.name for package in found] == ["c", "b"]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("|| ( ( a/b a/none ) )", ["b"]),
        ("|| ( ( a/b a/none ) ( a/c a/none ) )", ["b", "c"]),
        ("|| ( ( a/b a/none ) a/c )", ["c"]),
    ],
)
def test_a_choice_of_which_none_is_whole_pulls_in_what_is_there(
    text: str, names: list[str]
) -> None:
    installed = Installed([raw("a/b-1"), raw("a/c-1")])
    found, _ = installed.resolve(text, frozenset())
    assert [package.id.name for package in found] == names


def test_what_nothing_answers_is_told() -> None:
    found, missing = Installed([]).resolve("a/b || ( a/c a/d )", frozenset())
    assert (found, missing) == ((), ("a/b", "a/c"))


def test_closure_follows_rdepend_and_pdepend_through_cycles_but_not_depend() -> None:
    packages = [
        raw("a/root-1", rdepend="a/run", pdepend="a/post", depend="a/static"),
        raw("a/run-1", rdepend="a/root"),
        raw("a/post-1"),
        raw("a/static-1", rdepend="a/deep"),
        raw("a/deep-1"),
        raw("a/other-1"),
    ]
    installed = Installed(packages)
    run_time = closure(installed, packages[:1], linked=False)
    assert sorted(one.name for one in run_time.reached) == ["post", "root", "run"]
    assert run_time.unanswered == []
    assert run_time.unknown == []
    linked = closure(installed, packages[:1], linked=True)
    assert sorted(one.name for one in linked.reached) == [
        "deep",
        "post",
        "root",
        "run",
        "static",
    ]


def test_closure_tells_whose_needs_cannot_be_read() -> None:
    packages = [raw("a/root-1", rdepend="a/b || ( a/c", depend="( )"), raw("a/b-1")]
    found = closure(Installed(packages), packages[:1], linked=True)
    assert [one.id.name for one in found.unknown] == ["root", "root"]

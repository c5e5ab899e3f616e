# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""What ships, what may be linked, what stays out."""

import pytest
from builders_inventory import inventory
from builders_vdb import raw

from coos_license.errors import InputError
from coos_license.model import Shipped
from coos_license.portage.installed import Installed, closure
from coos_license.portage.repository import Repository
from coos_license.resolve.shipping import (
    Shipping,
    merged,
    ship_closure,
    ship_default,
    ship_set,
)


def test_needs_under_unknown_flags_are_all_followed(
    repositories: tuple[Repository, ...],
) -> None:
    packages = (
        raw("a/root-1", rdepend="f? ( a/b ) !f? ( a/c ) || ( g? ( a/e ) a/f a/g )"),
        *(raw(f"a/{name}-1") for name in "bcdefg"),
    )
    shipping = ship_closure(packages, Installed(packages), "a/root")
    shipped = {name for name, how in decided(shipping).items() if how is Shipped.YES}
    assert shipped == {"root", "b", "c", "e", "f"}
    assert decided(shipping)["d"] is Shipped.BUILD_TIME
    found = inventory(repositories, *packages).defects
    told = [one for one in found if one.kind.name == "unknown-use"]
    assert [(one.package, one.subject) for one in told] == [(None, "dependencies")]


def test_flags_that_are_not_known_may_be_what_an_atom_wants() -> None:
    packages = (
        raw("a/root-1", rdepend="a/lib[ssl]", use=""),
        raw("a/lib-3", slot="3"),
        raw("a/lib-2", slot="2", use="ssl", iuse="ssl"),
        raw("a/lib-1", slot="1", use="ssl", iuse="ssl"),
        raw("a/lib-4", slot="4", use="", iuse="ssl"),
    )
    reached = closure(Installed(packages), packages[:1], linked=False).reached
    assert [one.cpv for one in reached] == ["a/root-1", "a/lib-2", "a/lib-3"]


def test_no_atom_is_missing_that_a_condition_may_rule_out() -> None:
    packages = (raw("a/root-1", rdepend="f? ( a/none ) a/gone"),)
    found = closure(Installed(packages), packages, linked=False)
    assert [atom for _, atom in found.unanswered] == ["a/gone"]


def test_a_broken_dependency_proves_nothing_to_stay_out() -> None:
    for variable in ("depend", "rdepend", "pdepend"):
        packages = (raw("a/root-1", **{variable: "( a/b"}), raw("a/b-1"), raw("a/c-1"))
        shipping = ship_closure(packages, Installed(packages), "a/root")
        assert decided(shipping)["b"] is Shipped.LINKED_UNKNOWN
        assert decided(shipping)["c"] is Shipped.LINKED_UNKNOWN


SYSROOT = (
    raw("virtual/target-os-1", rdepend="a/run"),
    raw("a/run-1", depend="a/static a/tool"),
    raw("a/static-1", rdepend="a/deep"),
    raw("a/deep-1"),
    raw("a/tool-1"),
    raw("a/builder-1"),
)


def decided(shipping: Shipping) -> dict[str, Shipped]:
    """Return the decision by package name."""
    return {package.name: shipped for package, shipped in shipping.decided.items()}


def test_what_ships_by_closure() -> None:
    shipping = ship_closure(SYSROOT, Installed(SYSROOT), "a/run")
    assert decided(shipping) == {
        "target-os": Shipped.BUILD_TIME,
        "run": Shipped.YES,
        "static": Shipped.LINKED_UNKNOWN,
        "deep": Shipped.LINKED_UNKNOWN,
        "tool": Shipped.LINKED_UNKNOWN,
        "builder": Shipped.BUILD_TIME,
    }


def test_what_ships_by_default() -> None:
    shipping = ship_default(SYSROOT, Installed(SYSROOT))
    assert shipping.rule == "closure:virtual/target-os"
    assert decided(shipping)["target-os"] is Shipped.YES
    rest = SYSROOT[1:]
    assert set(decided(ship_default(rest, Installed(rest))).values()) == {Shipped.YES}


@pytest.mark.parametrize("atom", ["a/absent", "not an atom", ">=a/run-2"])
def test_a_closure_of_nothing_is_an_error(atom: str) -> None:
    with pytest.raises(InputError, match="--shipped closure:"):
        ship_closure(SYSROOT, Installed(SYSROOT), atom)


def test_the_set_of_an_image_and_its_facts_win() -> None:
    image = (raw("a/run-1", license="MIT"), raw("a/only-1", license="ISC"))
    source = (raw("a/run-1", license="GPL-2", depend="a/lib"), raw("a/lib-1"))
    packages = merged(source, image)
    assert [one.license_field for one in packages] == ["MIT", "ISC", None]
    assert packages[0].depend == "a/lib"
    shipping = ship_set(packages, Installed(packages), image)
    assert decided(shipping) == {
        "run": Shipped.YES,
        "only": Shipped.YES,
        "lib": Shipped.LINKED_UNKNOWN,
    }

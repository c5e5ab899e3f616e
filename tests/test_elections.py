# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""Elections: recorded, checked, and never made by the tool itself."""

from collections.abc import Iterable
from contextlib import ExitStack
from pathlib import Path

import pytest
from builders_inventory import STOCK, inventory, opened, problems
from builders_vdb import raw, write_repository

from coos_license.errors import PolicyError
from coos_license.expression import Claim
from coos_license.model import Inventory
from coos_license.policy.policy_elections import Elections, elect
from coos_license.policy.policy_file import parse_policy
from coos_license.portage.repository import Repository
from coos_license.resources import preset


@pytest.fixture
def repositories(tmp_path: Path) -> Iterable[tuple[Repository, ...]]:
    """A stock repository."""
    path = write_repository(tmp_path / "stock", "portage-stable", STOCK)
    with ExitStack() as trees:
        yield opened([path], trees)


def elected(repositories: tuple[Repository, ...], field: str, policy: str) -> Inventory:
    """Return the inventory of a/b-1 with this LICENSE under the policy."""
    package = raw("a/b-1", license=field, repository="portage-stable")
    elections = parse_policy(f"schema = 1\n{policy}", "policy.toml", preset).elections
    return elect(inventory(repositories, package), elections)


def entry(elect: str, package: str = "a/b") -> str:
    """Return one entry of a policy file."""
    return f"[[elections]]\npackage='{package}'\nelect='{elect}'\nreason='because'\n"


def test_without_a_policy_a_choice_stays_a_choice(
    repositories: tuple[Repository, ...],
) -> None:
    before = inventory(repositories, raw("a/b-1", license="|| ( GPL-2 BSD )"))
    assert elect(before, Elections()) is before


def test_where_no_licence_is_known_none_is_elected(
    repositories: tuple[Repository, ...],
) -> None:
    found = elected(repositories, "TAINTED", entry("BSD-3-Clause"))
    assert found.packages[0].elections == ()
    assert found.packages[0].concluded is Claim.NOASSERTION
    assert "election-unused" in {one.kind.name for one in found.defects}


def test_an_election_for_a_package(repositories: tuple[Repository, ...]) -> None:
    found = elected(repositories, "|| ( GPL-2 BSD ) MIT", entry("BSD-3-Clause"))
    (package,) = found.packages
    assert str(package.declared) == "(GPL-2.0-only OR BSD-3-Clause) AND MIT"
    assert str(package.concluded) == str(package.effective) == "BSD-3-Clause AND MIT"
    (election,) = package.elections
    assert election.options == ("GPL-2.0-only", "BSD-3-Clause")
    assert election.by == "policy elections[0]"
    assert election.reason == "because"
    assert "source" not in package.obligations
    assert "choice-unset" not in [name for name, _ in problems(found)]
    # The texts of all options stay: to credit too much is harmless.
    assert [use.name for use in package.texts] == ["GPL-2", "BSD", "MIT"]


def test_a_preference_serves_where_no_entry_does(
    repositories: tuple[Repository, ...],
) -> None:
    policy = "prefer = ['ISC', 'mit', 'GPL-2.0-only']\n"
    found = elected(repositories, "|| ( GPL-2 MIT )", policy)
    assert str(found.packages[0].effective) == "MIT"
    assert found.packages[0].elections[0].by == "policy prefer[1]"
    found = elected(repositories, "|| ( GPL-2 MIT )", policy + entry("GPL-2.0-only"))
    assert str(found.packages[0].effective) == "GPL-2.0-only"


def test_each_group_is_elected_by_itself(
    repositories: tuple[Repository, ...],
) -> None:
    field = "|| ( GPL-2 BSD ) || ( MIT ISC )"
    found = elected(repositories, field, entry("ISC"))
    assert str(found.packages[0].effective) == "(GPL-2.0-only OR BSD-3-Clause) AND ISC"
    left = [pair for pair in problems(found) if pair[0] == "choice-unset"]
    assert left == [("choice-unset", "GPL-2.0-only | BSD-3-Clause")]


def test_an_option_may_be_a_conjunction_with_a_choice_inside(
    repositories: tuple[Repository, ...],
) -> None:
    field = "|| ( ( MIT || ( ISC BSD ) ) GPL-2 )"
    policy = entry("MIT AND (ISC OR BSD-3-Clause)") + entry("ISC")
    found = elected(repositories, field, policy)
    assert str(found.packages[0].effective) == "MIT AND ISC"


@pytest.mark.parametrize(
    ("field", "elect"),
    [
        (
            "|| ( GPL-3 gcc-runtime-library-exception-3.1 )",
            "LicenseRef-gentoo-gcc-runtime-library-exception-3.1",
        ),
        ("|| ( MIT Nope-1 )", "LicenseRef-gentoo-Nope-1"),
    ],
)
def test_what_cannot_be_elected_is_not(
    repositories: tuple[Repository, ...], field: str, elect: str
) -> None:
    found = elected(repositories, field, entry(elect))
    assert found.packages[0].effective == found.packages[0].declared
    assert ("election-rejected", elect) in problems(found)


def test_a_choice_in_an_option_not_taken_is_none_any_more(
    repositories: tuple[Repository, ...],
) -> None:
    field = "|| ( MIT ( GPL-2 || ( ISC BSD ) ) )"
    found = elected(repositories, field, "prefer = ['MIT', 'ISC']\n")
    (package,) = found.packages
    assert str(package.effective) == "MIT"
    assert [one.elected for one in package.elections] == ["MIT"]
    assert "choice-unset" not in [name for name, _ in problems(found)]


def test_what_is_owed_for_an_option_not_taken_is_no_finding(
    repositories: tuple[Repository, ...],
) -> None:
    found = elected(repositories, "|| ( GPL-2 BSD Nope-1 )", entry("GPL-2.0-only"))
    assert problems(found) == []
    found = elected(repositories, "|| ( GPL-2 BSD ) BSD", entry("GPL-2.0-only"))
    assert problems(found) == [("missing-attribution", "BSD")]


def test_an_election_for_what_is_not_there_is_told(
    repositories: tuple[Repository, ...],
) -> None:
    found = elected(repositories, "MIT", entry("ISC") + entry("MIT", "a/gone"))
    assert [text for name, text in problems(found) if name == "election-unused"] == [
        "a/b ISC",
        "a/gone MIT",
    ]


@pytest.mark.parametrize(
    ("policy", "message"),
    [
        ("schema = 2\n", "schema = 1"),
        ("", "lacks schema"),
        ("schema = 1\nschema = 1\n", "is no TOML"),
        ("schema = 1\nprefers = []\n", "unknown key 'prefers'"),
        ("schema = 1\nprefer = 3\n", "must be a list"),
        ("schema = 1\nprefer = ['GPL-9']\n", r"prefer\[0\]: 'GPL-9'"),
        ("schema = 1\nprefer = " + "[" * 100_000, "is no TOML"),
        ("schema = 1\nprefer = ['GPL-3.0']\n", "deprecated"),
        ("schema = 1\nprefer = [1]\n", r"prefer\[0\]: must be a text"),
        ("schema = 1\nprefer = ['MIT OR']\n", r"prefer\[0\]: 'MIT OR'"),
        ("schema = 1\n[[elections]]\npackage='a/b'\n", "lacks elect"),
        ("schema = 1\nelections = ['x']\n", "must be a table"),
        (
            "schema = 1\n[[elections]]\npackage='a/b'\nelect='MIT'\nreason=' '\n",
            "not empty",
        ),
        (
            "schema = 1\n[[elections]]\npackage='a/b'\nelect='Mitt'\nreason='x'\n",
            r"elections\[0\]\.elect: 'Mitt'",
        ),
    ],
)
def test_a_broken_policy_names_its_fault(policy: str, message: str) -> None:
    with pytest.raises(PolicyError, match=message):
        parse_policy(policy, "policy.toml", preset)

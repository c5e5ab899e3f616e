# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""Policies: what their rules and presets are about, and what each denies."""

import json
from collections.abc import Iterable
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import pytest
from builders import make_inventory, make_package
from builders_policy import GPL3, judged, package, policy, rule
from builders_vdb import write_entry, write_repository
from command import run

from coos_license.embedded import Component, Ecosystem, Linkage
from coos_license.errors import PolicyError
from coos_license.expression import Claim, License
from coos_license.model import LinkedFile, LinkGraph, PackageId, Shipped
from coos_license.policy.policy_file import read_preset, with_groups
from coos_license.policy.policy_rules import policy_findings
from coos_license.portage.license_groups import LicenseGroups, read_groups
from coos_license.portage.repository import Repository, read_repository
from coos_license.resources import preset
from coos_license.trees.directory import DirectoryTree


@pytest.mark.parametrize(
    ("about", "declared", "denied"),
    [
        ("license = 'MIT'", "MIT", ["MIT"]),
        ("license = 'MIT'", "ISC", []),
        ("license = ['GPL-3*', 'ISC']", f"{GPL3} AND MIT", [GPL3]),
        ("license = 'GPL-3+'", GPL3, [GPL3]),  # the name that ebuilds use
        ("license = 'GPL-*'", "MIT OR GPL-2.0-only", []),  # an option passes
        ("license = ['GPL-*', 'MIT']", "MIT OR GPL-2.0-only", ["MIT"]),
        ("category = 'restricted'", "GPL-2.0-only AND MPL-2.0", ["GPL-2.0-only"]),
        ("category = 'restricted'", "GPL-2.0-only WITH GCC-exception-2.0", []),
        ("license = 'MIT'\npackage = 'x/*'", "MIT", []),
        ("license = 'MIT'\npackage = ['x/*', 'a/?']", "MIT", ["MIT"]),
        ("package = 'a/b'", "MIT AND ISC", ["MIT", "ISC"]),
        ("license = 'MIT'\nshipped = 'build-time'", "MIT", []),
    ],
)
def test_a_rule_is_about_what_it_says(
    about: str, declared: str, denied: list[str]
) -> None:
    found = judged(rule("deny", about), package(declared))
    assert found == [f"denied-license {one}" for one in denied]


def test_the_first_rule_that_is_about_a_license_decides() -> None:
    allow = rule("allow", "license = 'AGPL-3*'\npackage = 'a/b'")
    deny = rule("deny", "license = 'AGPL-*'")
    agpl = package("AGPL-3.0-only")
    assert judged(allow + deny, agpl) == []
    assert judged(deny + allow, agpl) == ["denied-license AGPL-3.0-only"]


def test_a_policy_may_deny_what_no_rule_allows() -> None:
    allow = "default = 'deny'\n" + rule("allow", "category = 'permissive'")
    assert judged(allow, package("BSL-1.0")) == []
    assert judged(allow, package("MIT")) == ["denied-license MIT"]


def test_review_is_a_finding_of_its_own() -> None:
    found = judged(rule("review", "license = 'MIT'"), package("MIT"))
    assert found == ["review-required MIT"]


def test_build_time_packages_are_judged_where_a_rule_says_so() -> None:
    built = package("MIT", shipped=Shipped.BUILD_TIME)
    assert judged(rule("deny", "license = 'MIT'"), built) == []
    told = rule("deny", "license = 'MIT'\nshipped = ['build-time']")
    assert judged(told, built) == ["denied-license MIT"]


def test_what_is_not_known_is_of_the_category_unknown() -> None:
    odd = make_package(("a", "b", "1"), Claim.NOASSERTION)
    none = make_package(("a", "c", "1"), Claim.NONE)
    text = rule("deny", "category = 'unknown'")
    assert judged(text, odd, none) == ["denied-license NOASSERTION"]


@pytest.mark.parametrize(
    ("text", "denied"),
    [
        ("default = 'deny'", True),
        ("default = 'deny'\n" + rule("allow", "package = 'a/*'"), False),
        (rule("deny", "package = 'a/b'"), True),
        (rule("deny", "package = 'a/c'"), False),
        (rule("deny", "license = 'AGPL-*'\ncategory = 'unknown'"), True),
        (rule("deny", "license = 'AGPL-*'"), False),
        (rule("allow", "category = 'unknown'") + rule("deny", "package = '*'"), False),
    ],
)
def test_what_is_not_known_passes_no_rule_unseen(text: str, *, denied: bool) -> None:
    """Else a package without a known licence would pass a policy that denies all."""
    odd = make_package(("a", "b", "1"), Claim.NOASSERTION)
    assert judged(text, odd) == (["denied-license NOASSERTION"] if denied else [])


def test_components_are_judged_also_where_their_package_is_good() -> None:
    text = rule("deny", "license = 'GPL-3*'")
    parts = tuple(
        Component(
            ecosystem=Ecosystem.GO,
            name=f"example.org/{name}",
            version="1",
            purl=f"pkg:golang/example.org/{name}@1",
            declared=License(spdx),
            stated="",
            linked=Linkage.STATIC,
            digests=(),
            evidence=(),
        )
        for name, spdx in (("good", "MIT"), ("bad", GPL3))
    )
    mit = package("MIT")
    good = [replace(mit, id=PackageId("a", name, "1")) for name in "cde"]
    whole = replace(mit, components=parts)
    assert judged(text, *good, whole) == [
        f"denied-license golang/example.org/bad {GPL3}"
    ]


FILES = LinkGraph(
    {
        package("MIT").id: (
            LinkedFile("/usr/lib64/liba.so.1", "x86_64", "liba.so.1", ()),
            LinkedFile("/usr/bin/a", "x86_64", "", ()),
        )
    },
    is_recorded=True,
)


@pytest.mark.parametrize(
    ("verdict", "glob", "denied"),
    [
        ("deny", "/usr/lib*/*.so*", True),
        ("deny", "/opt/*", False),
        ("allow", "/usr/lib*/*.so*", True),  # not all of its files are meant
        ("allow", "/usr/*", False),
    ],
)
def test_one_file_is_enough_to_deny_and_all_are_needed_to_allow(
    verdict: str, glob: str, *, denied: bool
) -> None:
    text = rule(verdict, f"file = '{glob}'")
    if verdict == "allow":
        text = f"default = 'deny'\n{text}"
    found = judged(text, package("MIT"), links=FILES)
    assert found == (["denied-license MIT"] if denied else [])


@pytest.fixture(name="repository")
def make_repository(tmp_path: Path) -> Iterable[Repository]:
    """A repository with license groups that hold each other."""
    path = write_repository(tmp_path / "stock", "portage-stable", {})
    groups = "FSF GPL-2 GPL-3+ # free\nFREE @FSF MIT @LOOP\n\nLOOP @FREE\n"
    (path / "profiles/license_groups").write_text(groups, "utf-8")
    with ExitStack() as trees:
        found = read_repository(trees.enter_context(DirectoryTree.open(path)))
        assert found is not None
        yield found


def test_license_groups_hold_groups_and_end(repository: Repository) -> None:
    groups = read_groups([repository])
    assert groups["@FREE"] == groups["@LOOP"] == {"GPL-2", "GPL-3+", "MIT"}


def test_only_groups_that_are_asked_for_are_put_together() -> None:
    chain = {f"@{number}": [f"@{number + 1}", "MIT"] for number in range(100_000)}
    assert LicenseGroups(chain)["@5"] == {"MIT"}


def test_a_rule_may_be_about_a_license_group(repository: Repository) -> None:
    text = rule("deny", "group = '@FSF'")
    bound = with_groups(policy(text), read_groups([repository]))
    inventory = make_inventory([package(GPL3), package("MIT", "c")])
    found = policy_findings(inventory, bound)
    assert [one.subject for one in found] == [GPL3]
    assert bound.digest != policy(text).digest


def test_an_unknown_group_is_told_with_its_line(repository: Repository) -> None:
    text = policy(rule("deny", "group = '@FRE'"))
    with pytest.raises(PolicyError, match=r"policy.toml:2: .*did you mean '@FREE'"):
        with_groups(text, read_groups([repository]))


@pytest.mark.parametrize(
    ("name", "denied", "passed"),
    [
        ("permissive-only", ["MPL-2.0", GPL3], ["MIT", "BSL-1.0", "Unlicense"]),
        ("no-gpl3", [GPL3, "LGPL-3.0-only", "AGPL-3.0-only"], ["GPL-2.0-or-later"]),
        ("chromium-os", ["AGPL-3.0-only", "WTFPL", "EUPL-1.2", "CPAL-1.0"], [GPL3]),
        ("chromium-os", ["CC-BY-NC-4.0", "LicenseRef-gentoo-as-is"], ["MIT"]),
        ("strict", ["LicenseRef-nobody-knows", "CC-BY-NC-4.0"], [GPL3]),
        ("default", [], [GPL3, "AGPL-3.0-only", "CC-BY-NC-4.0"]),
    ],
)
def test_presets_deny_what_they_say(
    name: str, denied: list[str], passed: list[str]
) -> None:
    found = read_preset(name, preset)
    for text in (*denied, *passed):
        told = list(policy_findings(make_inventory([package(text)]), found))
        assert bool([one for one in told if one.kind.code == "CL016"]) == (
            text in denied
        ), text


def test_what_is_denied_cannot_be_elected(tmp_path: Path) -> None:
    entry = {"LICENSE": "|| ( GPL-2 MIT )"}
    write_entry(tmp_path / "root", "a/b-1", entry)
    text = "schema = 1\nprefer = ['GPL-2.0-only', 'MIT']\n"
    file = tmp_path / "policy.toml"
    file.write_text(text + rule("deny", "license = 'GPL-*'"), "utf-8")
    options = (str(tmp_path / "root"), "--policy", str(file), "--format", "json")
    listed = json.loads(run("list", *options).stdout)
    assert listed["packages"][0]["effective"] == "MIT"
    found = json.loads(run("audit", *options).stdout)["findings"]
    assert "CL027" in [one["code"] for one in found]

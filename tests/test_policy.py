# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""Policies: what they say, what they must not say, and what follows from them."""

import json
import tomllib
from collections.abc import Iterable
from contextlib import ExitStack
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from builders import make_inventory, make_package
from builders_vdb import write_entry, write_repository
from command import run

from coos_license.audit.policy_gate import audit, fingerprint
from coos_license.errors import PolicyError
from coos_license.expression import Claim
from coos_license.licenses.expressions import parse_expression
from coos_license.licenses.linking import link_rules
from coos_license.model import (
    Finding,
    Inventory,
    LinkedFile,
    LinkGraph,
    Package,
    Shipped,
)
from coos_license.policy.policy_file import (
    PRESETS,
    parse_policy,
    read_preset,
    with_groups,
)
from coos_license.policy.policy_licenses import license_fault
from coos_license.policy.policy_rules import policy_findings
from coos_license.policy.policy_values import Policy
from coos_license.policy.policy_waivers import expired_waivers
from coos_license.policy.toml_lines import key_lines
from coos_license.portage.license_groups import LicenseGroups, read_groups
from coos_license.portage.repository import Repository, read_repository
from coos_license.resources import preset
from coos_license.trees.directory import DirectoryTree

ROOT = Path(__file__).parent.parent
MINIATURE = str(ROOT / "tests/fixtures/miniature/sysroot")
GPL3 = "GPL-3.0-or-later"
WAIVER = """
[[waivers]]
finding = "denied-license"
package = "a/b"
reason = "known"
owner = "me"
expires = 2027-01-01
"""


def policy(text: str) -> Policy:
    """Return the policy of a file."""
    return parse_policy(f"schema = 1\n{text}", "policy.toml", preset)


def rule(verdict: str, about: str, more: str = "") -> str:
    """Return a rule of a file."""
    head = f"[[rules]]\nid = 'r-{verdict}'\nverdict = '{verdict}'\nreason = 'because'\n"
    return f"{head}{about}\n{more}\n"


def package(declared: str, name: str = "b", **fields: Any) -> Package:
    """Return a package of that licence."""
    return make_package(("a", name, "1"), parse_expression(declared), **fields)


def judged(text: str, *packages: Package, links: LinkGraph | None = None) -> list[str]:
    """Return name and subject of what a policy says of packages."""
    inventory = make_inventory(packages)
    if links is not None:
        inventory = Inventory(
            image=inventory.image,
            packages=inventory.packages,
            texts={},
            extracted={},
            links=links,
        )
    found = policy_findings(inventory, policy(text))
    return [f"{one.kind.name} {one.subject}" for one in found]


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
    ("text", "line", "message"),
    [
        ("extends = ['stric']", 2, "no preset 'stric'; did you mean 'strict'"),
        ("extend = []", 2, "unknown key 'extend'; did you mean 'extends'"),
        ("\ndefault = 'denied'", 3, "no default 'denied'; did you mean 'deny'"),
        (rule("den", "license = 'MIT'"), 4, "no verdict 'den'; did you mean 'deny'"),
        (rule("deny", "license = [\n'MIT',\n'Apache-2']"), 8, "'Apache-2'; did you"),
        (rule("deny", "license = 'Foo*'"), 6, "no known licence is meant by 'Foo*'"),
        (rule("deny", "license = 'GPL-[23'"), 6, "is no glob"),
        (rule("deny", "category = 'restrictd'"), 6, "did you mean 'restricted'"),
        (rule("deny", "group = 'FREE'"), 6, "is no license group"),
        (rule("deny", "package = 'glibc'"), 6, "is no glob of category/name"),
        (rule("deny", "file = 'lib.so'"), 6, "is no glob of a path"),
        (
            rule("deny", "shipped = 'maybe'\nlicense = 'MIT'"),
            6,
            "there is no shipped 'maybe'",
        ),
        (rule("deny", "except = 'gcc'\nlicense = 'MIT'"), 6, "no exception 'gcc'"),
        (rule("deny", ""), 2, "is about nothing"),
        (rule("deny", "license = []"), 6, "must be a list that is not empty"),
        ("rules = 'x'", 2, "must be an array of tables"),
        ("[[rules]]\nid = 'x'", 2, "lacks verdict"),
        (rule("deny", "license = 'MIT'") * 2, 9, "two rules of the id 'r-deny'"),
        (WAIVER.replace("2027-01-01", "'2027-01-01'"), 8, "must be a date"),
        (WAIVER.replace("denied-", "denid-"), 4, "did you mean 'denied-license'"),
        (WAIVER.replace('"me"', '" "'), 7, "must be a text of one line"),
        ("[[severities]]\nfinding = 'CL999'", 2, "lacks severity"),
        ("prefer = ['MIT',\n'GPL-3.0']", 3, "deprecated"),
    ],
)
def test_a_fault_is_told_with_its_line(text: str, line: int, message: str) -> None:
    with pytest.raises(PolicyError) as caught:
        policy(text)
    assert caught.value.where == f"policy.toml:{line}"
    assert message in caught.value.what


def test_lines_are_found_whatever_toml_allows() -> None:
    text = (
        'a = """x\n[b]\n"""\n'
        "# c = 1\n"
        "'d e'.f = { g = '''\n\n''', h = [1,\n2] }\n"
        "[[t]]\n"
        "x = [[1, 2], # one\n"
        "  [3]]\n"
        "[t.u]\n"
        'y = "]" # z = 1\n'
        "[[t]]\n"
        "x = 1"
    )
    tomllib.loads(text)
    lines = key_lines(text)
    assert lines["a",] == 1
    assert ("b",) not in lines
    assert lines["d e", "f"] == 5
    assert lines["t", 0] == 9
    assert lines["t", 0, "x", 1] == 11
    assert lines["t", 0, "u", "y"] == 13
    assert lines["t", 1, "x"] == 15


def test_what_a_file_says_goes_before_what_it_extends() -> None:
    text = "extends = ['no-gpl3']\n" + rule("allow", f"license = '{GPL3}'")
    assert judged(text, package(GPL3)) == []
    assert judged(text, package("LGPL-3.0-only")) == ["denied-license LGPL-3.0-only"]


@pytest.mark.parametrize("name", PRESETS)
def test_every_preset_is_good_and_denies_what_nobody_may_distribute(name: str) -> None:
    found = read_preset(name, preset)
    inventory = make_inventory([package("LicenseRef-gentoo-all-rights-reserved")])
    assert {one.kind.name for one in policy_findings(inventory, found)} == {
        "denied-license"
    }
    assert all(one.reason and one.by.startswith("preset ") for one in found.rules)


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


def found_with(text: str, *packages: Package) -> tuple[Finding, ...]:
    """Return all findings of packages under a policy."""
    made = policy(text)
    return audit(make_inventory(packages), epoch_known=True, policy=made)


def test_a_waived_finding_stays_and_says_who_waived_it() -> None:
    deny = rule("deny", "license = 'MIT'")
    (before,) = (one for one in found_with(deny, package("MIT")) if one.package)
    (after,) = (one for one in found_with(deny + WAIVER, package("MIT")) if one.package)
    assert before.kind.severity.word == "error"
    assert after.kind.severity.word == "info"
    assert after.message.startswith("waived until 2027-01-01 by me: known (was: error)")
    assert fingerprint(before) == fingerprint(after)


def test_a_waiver_of_nothing_is_told() -> None:
    names = [one.kind.name for one in found_with(WAIVER, package("MIT"))]
    assert "unused-waiver" in names


def test_a_waiver_that_is_past_its_day_is_an_error() -> None:
    made = policy(WAIVER)
    assert expired_waivers(made, date(2027, 1, 1)) == ()
    (found,) = expired_waivers(made, date(2027, 1, 2))
    assert found.kind.name == "expired-waiver"


def test_an_expired_waiver_fails_the_run_and_is_in_no_file(tmp_path: Path) -> None:
    entry = {"LICENSE": "MIT", "NEEDED.ELF.2": ""}
    write_entry(tmp_path / "root", "a/b-1", entry)
    file = tmp_path / "policy.toml"
    deny = rule("deny", "license = 'MIT'")
    file.write_text(f"schema = 1\n{deny}{WAIVER}", "utf-8")
    options = (str(tmp_path / "root"), "--policy", str(file), "--template-texts")
    good = run("audit", *options, "--as-of", "2026-12-31", "--format", "json")
    late = run("audit", *options, "--as-of", "2027-12-31", "--format", "json")
    codes = [one["code"] for one in json.loads(late.stdout)["findings"]]
    assert "CL017" in codes
    assert "CL017" not in [one["code"] for one in json.loads(good.stdout)["findings"]]
    for day in ("2026-12-31", "2027-12-31"):
        out = tmp_path / day
        run("generate", *options, "--as-of", day, "-o", str(out))
    one, other = (tmp_path / day for day in ("2026-12-31", "2027-12-31"))
    for path in one.iterdir():
        assert path.read_bytes() == (other / path.name).read_bytes(), path.name
    assert str(tmp_path).encode() not in (one / "findings.json").read_bytes()


def test_severities_weigh_all_findings_of_a_kind() -> None:
    text = "[[severities]]\nfinding='CL014'\nseverity='info'\nreason='x'\n"
    levels = {one.kind.name: one.kind.severity.word for one in found_with(text)}
    assert levels["missing-identity"] == "info"


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


def test_the_digest_is_of_what_is_decided_and_not_of_where() -> None:
    text = rule("deny", "license = 'MIT'")
    moved = parse_policy(f"# moved\nschema = 1\n{text}", "elsewhere.toml", preset)
    assert policy(text).digest == moved.digest
    assert policy(text).digest != policy(text.replace("MIT", "ISC")).digest


def test_on_the_miniature_libgcc_passes_no_gpl3_and_gcc_does_not() -> None:
    done = run("audit", MINIATURE, "--policy", "no-gpl3", "--shipped", "all", "-q")
    text = done.stdout.decode()
    denied = text.partition("CL016 denied-license")[2].partition("What to do")[0]
    assert "    sys-devel/gcc-12.2.0-r1401 " in denied
    assert "GPL-3.0-or-later is denied" in denied
    assert "sys-libs/readline-8.2-r100" in denied
    assert "gcc-libs" not in denied
    passed = text.partition("CL070 policy-exception")[2].partition("What to do")[0]
    assert "    sys-libs/gcc-libs-12.2.0-r1401 " in passed
    assert "passes the rule no-gpl3" in passed
    # What it owes for its own files stays.
    owed = text.partition("restricted: GPL-3.0-or-later")[2].partition("restricted")[0]
    assert "source, source-offer" in owed
    assert "sys-libs/gcc-libs-12.2.0-r1401" in owed


def test_on_the_miniature_a_gpl_library_reaches_both_ways() -> None:
    text = run("audit", MINIATURE, "--shipped", "all", "-q").stdout.decode()
    reach = text.partition("copyleft of others reaches ")[2].partition("\n\n")[0]
    assert reach == (
        "2 credited packages\n"
        "  dev-lang/lua-5.4.4: source for GPL-3.0-or-later\n"
        "    /usr/bin/lua (dev-lang/lua-5.4.4) links /usr/lib64/libreadline.so.8.2"
        " (sys-libs/readline-8.2-r100)\n"
        "  sys-libs/ncurses-6.4-r400: source for GPL-3.0-or-later\n"
        "    /usr/lib64/libtinfo.so.6.4 (sys-libs/ncurses-6.4-r400) is linked by"
        " /usr/lib64/libreadline.so.8.2 (sys-libs/readline-8.2-r100)"
    )


def test_a_proprietary_program_that_links_readline_is_a_conflict(
    tmp_path: Path,
) -> None:
    library = {
        "LICENSE": "GPL-3+",
        "NEEDED.ELF.2": "X86_64;/usr/lib64/libreadline.so.8;libreadline.so.8;;;x86_64",
    }
    program = {
        "LICENSE": "Adobe",
        "NEEDED.ELF.2": "X86_64;/opt/bin/x;;;libreadline.so.8;x86_64",
    }
    write_entry(tmp_path, "sys-libs/readline-8.2", library)
    write_entry(tmp_path, "app-misc/closed-1", program)
    found = json.loads(run("audit", str(tmp_path), "--format", "json").stdout)
    (one,) = (one for one in found["findings"] if one["code"] == "CL066")
    assert one["cpv"] == "app-misc/closed-1"
    assert one["subject"] == "GPL-3.0-or-later | LicenseRef-gentoo-Adobe"
    assert one["message"].endswith(
        "/opt/bin/x (app-misc/closed-1) links /usr/lib64/libreadline.so.8"
        " (sys-libs/readline-8.2)"
    )


def test_without_records_that_is_said_once(tmp_path: Path) -> None:
    write_entry(tmp_path, "sys-libs/readline-8.2", {"LICENSE": "GPL-3+"})
    needs = {"LICENSE": "MIT", "RDEPEND": "sys-libs/readline"}
    write_entry(tmp_path, "app-misc/b-1", needs)
    found = json.loads(run("audit", str(tmp_path), "--format", "json").stdout)
    (one,) = (one for one in found["findings"] if one["code"] == "CL068")
    assert "app-misc/b-1 depend on" in one["message"]


def test_policy_check_and_show(tmp_path: Path) -> None:
    file = tmp_path / "policy.toml"
    file.write_text("schema = 1\nextends = ['strict']\n", "utf-8")
    done = run("policy", "check", str(file))
    assert (done.returncode, done.stdout) == (
        0,
        b"good: 4 rules, 0 elections, 0 waivers\n",
    )
    shown = run("policy", "show", str(file)).stdout.decode()
    assert "extends strict, default" in shown
    assert f"digest sha256:{read_preset('strict', preset).digest}" in shown
    file.write_text("schema = 1\nrules = 1\n", "utf-8")
    done = run("policy", "check", str(file))
    assert done.returncode == 2
    assert f"{file}:2: rules: must be an array of tables" in done.stderr.decode()
    done = run("policy", "show", "stric")
    assert done.returncode == 2
    assert b"did you mean 'strict'" in done.stderr


def test_every_license_of_the_exceptions_and_presets_is_known() -> None:
    rules = link_rules()
    named = {one for rule in rules.conflicts for one in (*rule.one, *rule.other)}
    named |= {one for rule in rules.exceptions for one in rule.licenses}
    assert [one for one in sorted(named) if license_fault(one)] == []
    assert all(one.reason and one.source for one in rules.exceptions)
    assert all(one.reason and one.source for one in rules.conflicts)


def test_without_records_a_conflict_that_may_be_is_reviewed(tmp_path: Path) -> None:
    write_entry(tmp_path, "sys-libs/readline-8.2", {"LICENSE": "GPL-3+"})
    needs = {"LICENSE": "Adobe", "RDEPEND": "sys-libs/readline"}
    write_entry(tmp_path, "app-misc/closed-1", needs)
    found = json.loads(run("audit", str(tmp_path), "--format", "json").stdout)
    (one,) = (one for one in found["findings"] if one["code"] == "CL067")
    assert one["cpv"] == "app-misc/closed-1"
    assert "whether it links it is not recorded" in one["message"]

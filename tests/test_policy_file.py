# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""The file of a policy: what it may say, and how a fault in it is told."""

import tomllib
from pathlib import Path

import pytest
from builders import make_inventory
from builders_policy import GPL3, WAIVER, judged, package, policy, rule
from command import run

from coos_license.errors import PolicyError
from coos_license.licenses.linking import link_rules
from coos_license.policy.policy_file import PRESETS, parse_policy, read_preset
from coos_license.policy.policy_licenses import license_fault
from coos_license.policy.policy_rules import policy_findings
from coos_license.policy.toml_lines import key_lines
from coos_license.resources import preset


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
        (
            "[[elections]]\npackage = 'a/*'\nelect = 'MIT'\nreason = 'x'",
            3,
            "must be category/name: 'a/*'",
        ),
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


def test_a_preset_that_extends_itself_is_refused() -> None:
    texts = {
        name: f"schema = 1\nextends = ['{other}']\n"
        for name, other in (("strict", "no-gpl3"), ("no-gpl3", "strict"))
    }
    with pytest.raises(PolicyError) as caught:
        parse_policy(texts["strict"], "policy.toml", texts.__getitem__)
    assert caught.value.where == "preset strict:2"
    assert caught.value.what == "extends[0]: 'no-gpl3' extends itself"


@pytest.mark.parametrize("name", PRESETS)
def test_every_preset_is_good_and_denies_what_nobody_may_distribute(name: str) -> None:
    found = read_preset(name, preset)
    inventory = make_inventory([package("LicenseRef-gentoo-all-rights-reserved")])
    assert {one.kind.name for one in policy_findings(inventory, found)} == {
        "denied-license"
    }
    assert all(one.reason and one.by.startswith("preset ") for one in found.rules)


def test_the_digest_is_of_what_is_decided_and_not_of_where() -> None:
    text = rule("deny", "license = 'MIT'")
    moved = parse_policy(f"# moved\nschema = 1\n{text}", "elsewhere.toml", preset)
    assert policy(text).digest == moved.digest
    assert policy(text).digest != policy(text.replace("MIT", "ISC")).digest


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

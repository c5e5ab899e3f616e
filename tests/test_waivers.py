# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""Waivers: a finding stays and says who waived it, until a day."""

import json
from datetime import date
from pathlib import Path

from builders import make_inventory
from builders_policy import WAIVER, package, policy, rule
from builders_vdb import write_entry
from command import run

from coos_license.audit.policy_gate import audit, fingerprint
from coos_license.model import Finding, Package
from coos_license.policy.policy_waivers import expired_waivers


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

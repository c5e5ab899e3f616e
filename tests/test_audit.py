# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""Findings as a whole: order, fingerprints, baseline and gate."""

import hashlib
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import pytest
from builders_inventory import STOCK, inventory, opened
from builders_vdb import raw, write_repository

from coos_license import findings
from coos_license.audit.baseline import Known, read_baseline, write_baseline
from coos_license.audit.policy_gate import (
    State,
    audit,
    baseline_of,
    fingerprint,
    new_findings,
    resolved,
    state,
    verdict,
)
from coos_license.errors import ExitCode, InputError
from coos_license.model import Finding, PackageId, Severity
from coos_license.render import findings_json

FINDING = Finding(
    findings.MISSING_LICENSE_TEXT,
    "Nope-1",
    "no text of Nope-1",
    PackageId("a", "b", "1.2-r3"),
    "0",
)


def test_codes_and_names_are_unique_and_name_themselves() -> None:
    codes = [kind.code for kind in findings.KINDS.values()]
    assert len(set(codes)) == len(codes) == len(findings.KINDS)
    assert codes == sorted(codes)
    assert all(name == kind.name for name, kind in findings.KINDS.items())
    assert findings.KINDS["missing-license-text"].code == "CL003"


def test_a_fingerprint_outlives_version_and_message() -> None:
    expected = hashlib.sha256(b"CL003\0a/b\x000\0Nope-1").hexdigest()
    assert fingerprint(FINDING) == expected
    later = Finding(
        FINDING.kind, "Nope-1", "other words", PackageId("a", "b", "2"), "0"
    )
    assert fingerprint(later) == expected
    for changed in (
        Finding(findings.UNKNOWN_LICENSE, "Nope-1", "", FINDING.package, "0"),
        Finding(FINDING.kind, "Nope-2", "", FINDING.package, "0"),
        Finding(FINDING.kind, "Nope-1", "", FINDING.package, "1"),
        Finding(FINDING.kind, "Nope-1", "", PackageId("a", "c", "1"), "0"),
    ):
        assert fingerprint(changed) != expected


def test_default_severities_are_those_of_the_contract() -> None:
    expected = {
        "error": {
            "missing-license",
            "license-syntax",
            "unknown-license",
            "missing-license-text",
            "pointer-text-unresolved",
            "tainted",
            "metapackage-with-files",
            "unreadable-entry",
        },
        "warning": {
            "empty-any-of",
            "bare-exception",
            "missing-attribution",
            "unknown-use",
            "missing-identity",
        },
        "info": {
            "no-license-needed",
            "choice-unset",
            "missing-build-time",
            "missing-master",
        },
    }
    for word, names in expected.items():
        assert {findings.KINDS[name].severity.word for name in names} == {word}


def test_findings_come_heaviest_first_and_once(tmp_path: Path) -> None:
    path = write_repository(tmp_path / "r", "portage-stable", STOCK)
    with ExitStack() as trees:
        found = inventory(
            opened([path], trees),
            raw("z/z-1", license="|| ( MIT BSD )", repository="portage-stable"),
            raw("a/a-1", repository="portage-stable"),
            raw("a/a-2", slot="2", repository="portage-stable"),
        )
    listed = audit(found, epoch_known=False)
    assert [
        (one.kind.name, one.package.cpv if one.package else "") for one in listed
    ] == [
        ("missing-license", "a/a-1"),
        ("missing-license", "a/a-2"),
        ("missing-attribution", "z/z-1"),
        ("missing-attribution", "z/z-1"),
        ("missing-identity", ""),
        ("choice-unset", "z/z-1"),
        ("missing-build-time", ""),
        *[("missing-sbom-field", "")] * 4,
        ("missing-contact", ""),
    ]


def test_findings_of_equal_fingerprint_are_all_told(tmp_path: Path) -> None:
    with ExitStack() as trees:
        path = write_repository(tmp_path / "r", "portage-stable", STOCK)
        packages = [raw(f"a/b-{version}") for version in (1, 2, 3)]
        found = inventory(opened([path], trees), *packages)
    told = [one for one in audit(found, epoch_known=True) if one.package]
    assert len(told) == 3
    assert len({fingerprint(one) for one in told}) == 1


@pytest.mark.parametrize(
    ("fail_on", "code"),
    [
        (Severity.ERROR, ExitCode.CLEAN),
        (Severity.WARNING, ExitCode.FINDINGS),
        (Severity.INFO, ExitCode.FINDINGS),
    ],
)
def test_the_gate(fail_on: Severity, code: ExitCode) -> None:
    finding = Finding(findings.MISSING_IDENTITY, "image", "unknown")
    assert verdict([finding], fail_on) == code
    assert verdict([], fail_on) == ExitCode.CLEAN


def test_a_baseline_holds_what_is_old() -> None:
    content = b"".join(findings_json.render([FINDING]))
    baseline = read_baseline(content, "findings.json")
    later = Finding(findings.TAINTED, "TAINTED", "", FINDING.package, "0")
    assert new_findings([FINDING, later], baseline) == (later,)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b'{"schema": 2, "findings": []}',
        b'{"schema": 1}',
        b'{"schema": 1, "findings": [{}]}',
        b'{"schema": 1, "findings": ["x"]}',
        b'{"schema": 1, "findings": [{"fingerprint": 1}]}',
        b'{"schema": true, "findings": []}',
        b'{"schema": 1, "findings": [{"fingerprint": "a"}]}',
        b'{"schema": 1, "findings": [{"fingerprint": "a", "severity": "x"}]}',
        b"[" * 100_000,
        b"\xff",
    ],
)
def test_what_is_no_baseline(content: bytes) -> None:
    with pytest.raises(InputError, match=r"^base\.json.*: .*baseline update"):
        read_baseline(content, "base.json")


def test_a_worse_finding_is_new_and_a_lighter_one_is_not() -> None:
    known = baseline_of([FINDING])
    mark = fingerprint(FINDING)
    lighter = {mark: replace(known[mark], severity=Severity.WARNING)}
    assert state(FINDING, None) is State.NEW
    assert state(FINDING, {}) is State.NEW
    assert state(FINDING, known) is State.KNOWN
    assert state(FINDING, lighter) is State.WORSENED
    kind = replace(FINDING.kind, severity=Severity.INFO)
    assert state(replace(FINDING, kind=kind), known) is State.KNOWN
    assert new_findings([FINDING], lighter) == (FINDING,)


def test_what_was_cured_is_resolved() -> None:
    later = Finding(findings.TAINTED, "TAINTED", "", FINDING.package, "0")
    gone = resolved([later], baseline_of([FINDING, later]))
    assert gone == {fingerprint(FINDING): Known("CL003", Severity.ERROR, "a/b")}


def test_a_written_baseline_reads_as_it_was() -> None:
    later = Finding(findings.MISSING_IDENTITY, "image", "unknown")
    known = baseline_of([FINDING, later])
    written = write_baseline(known)
    assert read_baseline(written, "base.json") == known
    assert write_baseline(baseline_of([later, FINDING])) == written
    assert len(written.splitlines()) == 2 + len(known), "one finding a line"


def test_of_equal_findings_the_heaviest_is_known() -> None:
    light = replace(FINDING.kind, severity=Severity.INFO)
    both = [FINDING, replace(FINDING, kind=light)]
    for order in (both, both[::-1]):
        (one,) = baseline_of(order).values()
        assert one.severity is Severity.ERROR

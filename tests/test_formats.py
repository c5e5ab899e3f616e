# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""The eight formats of ``audit``: each holds the same findings, read back from it."""

import json
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from builders_report import FOUND, make_hostile_report, make_report, with_baseline
from command import OVERLAYS, SYSROOT, run
from lxml import html

from coos_license import findings
from coos_license.audit.report import Report
from coos_license.policy.policy_values import Policy
from coos_license.render.formats import FORMATS

#: Code, package, subject and severity: what a finding is.
Told = tuple[str, str, str, str]

LEVELS = {"error": "error", "warning": "warning", "note": "info", "notice": "info"}
QUALITIES = {"critical": "error", "minor": "warning", "info": "info"}
LINE = re.compile(r"(\S+) \[(.*?)\]: ")


def expected(report: Report) -> list[Told]:
    return sorted(
        (
            one.kind.code,
            one.package.cpv if one.package else "image",
            one.subject,
            one.kind.severity.word,
        )
        for one in report.findings
    )


def named(line: str) -> tuple[str, str]:
    """Return package and subject of a line that begins with them."""
    found = LINE.match(line)
    assert found, line
    return found[1], found[2]


def from_text(written: bytes) -> list[Told]:
    told = []
    severity = code = ""
    for line in written.decode().splitlines():
        if head := re.fullmatch(r"(error|warning|info): (CL\d+) \S+ \(\d+\)", line):
            severity, code = head.groups()
        elif re.match(r"    \S+ \[", line):
            told.append((code, *named(line.strip()), severity))
    return told


def from_json(written: bytes) -> list[Told]:
    return [
        (one["code"], one["cpv"] or "image", one["subject"], one["severity"])
        for one in json.loads(written)["findings"]
    ]


def from_sarif(written: bytes) -> list[Told]:
    return [
        (
            one["ruleId"],
            one["locations"][0].get("logicalLocations", [{"name": "image"}])[0]["name"],
            one["properties"]["subject"],
            LEVELS[one["level"]],
        )
        for one in json.loads(written)["runs"][0]["results"]
    ]


def from_junit(written: bytes) -> list[Told]:
    told = []
    for case in ET.fromstring(written).iter("testcase"):  # noqa: S314 (ours)
        body = case.findtext("failure") or case.findtext("system-out")
        if body:
            head, package, subject, *_ = body.splitlines()
            severity, _, title = head.partition(": ")
            told.append(
                (
                    title.split()[0],
                    package.removeprefix("package: "),
                    subject.removeprefix("subject: "),
                    severity,
                )
            )
    return told


def from_github(written: bytes) -> list[Told]:
    told = []
    for line in written.decode().splitlines():
        if command := re.match(r"::\w+ title=(\w+) (CL\d+) [^,:]+,.*?::(.*)", line):
            severity, code, message = command.groups()
            for mark, character in (("%0D", "\r"), ("%0A", "\n"), ("%25", "%")):
                message = message.replace(mark, character)
            told.append((code, *named(message), severity))
    return told


def from_gitlab(written: bytes) -> list[Told]:
    return [
        (
            one["check_name"].split()[0],
            *named(one["description"]),
            QUALITIES[one["severity"]],
        )
        for one in json.loads(written)
    ]


def from_markdown(written: bytes) -> list[Told]:
    told = []
    for line in written.decode().splitlines():
        cells = re.split(r"(?<!\\) \| ", line.strip("|").strip())
        if len(cells) >= 5 and cells[0] in QUALITIES.values():
            severity, title, package, subject, *_ = (
                re.sub(r"\\(.)", r"\1", cell) for cell in cells
            )
            told.append((title.split()[0], package, subject, severity))
    return told


def from_html(written: bytes) -> list[Told]:
    told = []
    for article in html.fromstring(written.decode()).iter("article"):
        code, _, severity = str(article.get("id")).partition("-")
        for row in article.findall(".//tbody/tr"):
            package, subject = row.findall("th/span")[:2]
            told.append(
                (code, package.text_content(), subject.text_content(), severity)
            )
    return told


READERS: dict[str, Callable[[bytes], list[Told]]] = {
    "text": from_text,
    "json": from_json,
    "sarif": from_sarif,
    "junit": from_junit,
    "github": from_github,
    "gitlab": from_gitlab,
    "markdown": from_markdown,
    "html": from_html,
}


def rendered(form: str, report: Report) -> bytes:
    return b"".join(FORMATS[form](report))


def test_every_format_has_a_reader() -> None:
    assert list(READERS) == list(FORMATS)


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("known", [None, FOUND[:1], FOUND])
def test_all_formats_hold_the_same_findings(form: str, known: Any) -> None:
    report = make_report()
    if known is not None:
        report = with_baseline(report, known)
    assert sorted(READERS[form](rendered(form, report))) == expected(report)


def test_one_run_writes_all_formats_of_a_sysroot(tmp_path: Path) -> None:
    also = [
        word
        for form in FORMATS
        for word in ("--also", f"{form}={tmp_path / f'audit.{form}'}")
    ]
    first = run("audit", SYSROOT, *OVERLAYS, "--format", "json", *also)
    assert first.returncode == 0
    told = sorted(from_json(first.stdout))
    assert len(told) > 4
    for form, reader in READERS.items():
        assert sorted(reader((tmp_path / f"audit.{form}").read_bytes())) == told, form


@pytest.mark.parametrize("form", FORMATS)
def test_no_findings(form: str) -> None:
    written = rendered(form, make_report([]))
    assert written
    assert READERS[form](written) == []


@pytest.mark.parametrize("form", FORMATS)
def test_hostile_text_makes_no_finding_more(form: str) -> None:
    report = make_hostile_report()
    written = rendered(form, report)
    written.decode()
    if form in {"json", "sarif"}:
        assert sorted(READERS[form](written)) == expected(report)
    elif form == "gitlab":
        assert len(json.loads(written)) == len(report.findings)
    elif form == "html":
        page = html.fromstring(written.decode())
        assert len(page.findall(".//script")) == 1
        assert len(from_html(written)) == len(report.findings)
    elif form == "junit":
        root = ET.fromstring(written)  # noqa: S314 (ours)
        assert len(root.findall(".//failure")) == len(report.findings)
    elif form == "github":
        lines = written.decode().splitlines()
        assert len(lines) == len(report.findings) + 2
        assert sum(line.startswith("::error ") for line in lines) == len(lines) - 2
    elif form == "markdown":
        rows = [line for line in written.decode().splitlines() if "CL004" in line]
        # One of the list of what to do.
        assert len(rows) == len(report.findings) + 1
        assert not any("<script" in row.replace("\\<", "") for row in rows)
    else:
        assert b"\x1b" not in written
        lines = written.decode().splitlines()
        assert sum(line.startswith("    app-shells/") for line in lines) == 6


def test_a_job_summary_stays_below_its_limit() -> None:
    many = [
        replace(FOUND[0], subject=f"L-{number}", message="|" * 150)
        for number in range(9_000)
    ]
    written = rendered("markdown", with_baseline(make_report(many), many[:8_999]))
    assert 700_000 < len(written) < 1 << 20
    text = written.decode()
    assert "L-8999" in text, "the new one is there"
    left = re.search(r"\*\*([\d,]+) findings left out: a job summary", text)
    assert left
    assert len(from_markdown(written)) == len(many) - int(left[1].replace(",", ""))


def test_junit_counts_and_what_decides() -> None:
    report = with_baseline(make_report(), FOUND[1:2])
    root = ET.fromstring(rendered("junit", report))  # noqa: S314 (ours)
    assert root.attrib == {
        "name": "coos-license",
        "tests": "6",
        "failures": "1",
        "errors": "0",
        "skipped": "4",
    }
    cases = [(one.get("classname"), one.get("name")) for one in root.iter("testcase")]
    assert ("a.clean", "clean") in cases
    assert ("app-arch.zstd", "CL006 tainted [TAINTED]") in cases
    assert ("app-arch.zstd", "CL006 tainted [TAINTED] (1.5.7-r1)") in cases
    assert len(set(cases)) == len(cases), "each has a name of its own"
    (failure,) = root.iter("failure")
    assert failure.get("type") == "CL003"
    reasons = {
        str(one.get("message")).partition(": ")[0] for one in root.iter("skipped")
    }
    assert reasons == {
        "error, in the baseline",
        "warning, below error",
        "info, below error",
    }


def test_gitlab_fingerprints_are_unique_and_stay() -> None:
    issues = json.loads(rendered("gitlab", make_report()))
    marks = [one["fingerprint"] for one in issues]
    assert len(set(marks)) == len(marks) == len(FOUND)
    again = json.loads(rendered("gitlab", make_report(FOUND[1:3])))
    assert {one["fingerprint"] for one in again} < set(marks)
    assert {one["location"]["path"][:1] for one in issues} == {"r"}, "relative"


def test_github_says_what_it_will_not_show() -> None:
    many = [replace(FOUND[0], subject=f"L-{number}") for number in range(13)]
    lines = rendered("github", make_report(many)).decode().splitlines()
    assert lines[13].startswith("3 findings are in this log only: a step shows 10")
    known = rendered("github", with_baseline(make_report(many), many[:2])).decode()
    assert [line[:8] for line in known.splitlines()[:13]] == [
        *["::error "] * 11,
        *["::notice"] * 2,
    ]


def test_github_escapes_as_the_runner_reads() -> None:
    finding = replace(FOUND[0], kind=findings.TAINTED, message="50%\r\na: b, c")
    (line,) = rendered("github", make_report([finding])).decode().splitlines()[:1]
    assert "50%25%0D%0Aa: b, c" in line
    place = replace(finding.evidence[0], path="root/a:b,c%")
    moved = replace(finding, evidence=(place,))
    assert b"file=root/a%3Ab%2Cc%25,line=1::" in rendered(
        "github", make_report([moved])
    )


def test_text_is_coloured_on_demand_only() -> None:
    plain = run("audit", SYSROOT, *OVERLAYS, "-q").stdout
    colored = run("audit", SYSROOT, *OVERLAYS, "-q", "--color", "always").stdout
    assert b"\x1b[33mwarning\x1b[0m: " in colored
    assert re.sub(rb"\x1b\[[\d;]*m", b"", colored) == plain


def test_text_lists_what_is_resolved() -> None:
    gone = replace(FOUND[0], slot="9")
    text = rendered("text", with_baseline(make_report(), [*FOUND, gone])).decode()
    assert (
        "resolved since the baseline, which still lists them\n    app-shells/" in text
    )
    assert "0 not in the baseline, 0 worse than in it, 1 of it resolved" in text


@pytest.mark.parametrize("word", ["sarif", "=x", "pdf=x", "sarif="])
def test_also_wants_a_format_and_a_file(word: str) -> None:
    result = run("audit", SYSROOT, "--also", word)
    assert result.returncode == 2
    assert b"--also" in result.stderr


def test_the_page_is_well_formed_and_loads_nothing() -> None:
    written = rendered("html", with_baseline(make_report(), FOUND[:1]))
    page = html.fromstring(written.decode(), parser=html.HTMLParser(recover=False))
    assert page.xpath("//@src | //link | //iframe | //img") == []
    assert [one for one in page.xpath("//@href") if one[:1] != "#"] == []
    ids = page.xpath("//@id")
    assert len(set(ids)) == len(ids)
    assert {one[1:] for one in page.xpath("//@href")} <= set(ids)
    assert all(table.find("caption") is not None for table in page.iter("table"))


def test_the_page_records_the_policy_in_force() -> None:
    """By digest and name: the directory is of the machine that ran the tool."""
    policy = Policy(name="/home/ada/legal.toml")
    page = rendered("html", make_report(policy=policy)).decode()
    assert (
        f'<strong>legal.toml</strong> <span class="id">sha256:{policy.digest}' in page
    )
    assert "/home/ada" not in page
    assert "default allow" in page
    inventory = replace(make_report().inventory, note="Not the whole.")
    public = rendered("html", make_report(policy=policy, inventory=inventory)).decode()
    assert policy.digest in public
    assert "default allow" not in public

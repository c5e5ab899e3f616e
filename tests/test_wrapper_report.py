# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""The report as text, JSON and a page; two builds side by side."""

import json
import re
from dataclasses import replace
from pathlib import Path

import pytest
from coos_build.history import History, Run
from coos_build.journal import open_journal
from coos_build.model import Attempt, DiskUse, State
from coos_build.report import (
    as_json,
    compare,
    comparison_lines,
    from_json,
    make_report,
    text_lines,
)
from coos_build.report_html import make_chart, render
from lxml import html
from wrapper_build import Build, make_build

GIB = 1 << 30
RUN = Run(
    id="1-a",
    started="2026-01-02T03:04:05Z",
    checkout="/c",
    host={"cpus": "2"},
    config={"board": "lakitu", "groups": "minilayout", "nousepkg": False},
    exit_status=1,
)


def attempt(
    step: str,
    number: int = 1,
    *,
    seconds: float = 60.0,
    state: State = State.DONE,
    used: int = GIB,
) -> Attempt:
    return Attempt(
        run="1-a",
        step=step,
        number=number,
        fingerprint="f",
        state=state,
        started="2026-01-02T03:04:05Z",
        log=f"/c/{step}.{number}.log",
        seconds=seconds,
        exit_status=0,
        disk=DiskUse(9 * GIB, 9 * GIB - used, 8 * GIB - used),
        what="" if state is State.DONE else "it broke <b>",
        order=number,
    )


HISTORY = History(
    (RUN,),
    (
        attempt("repo-init", seconds=2),
        attempt("build-packages", 1, seconds=100, state=State.FAILED),
        attempt("build-packages", 2, seconds=4414, used=20 * GIB),
        attempt("build-image", seconds=546, used=8 * GIB),
        attempt("trim", seconds=5, used=-3 * GIB),
        attempt("prune", seconds=1, state=State.FAILED),
    ),
)
REPORT = make_report(HISTORY, "/c", "lakitu")


def test_a_step_has_the_time_of_its_good_attempt_and_of_all() -> None:
    lines = {line.step: line for line in REPORT.lines}
    packages = lines["build-packages"]
    assert (packages.seconds, packages.all_seconds) == (4414, 4514)
    assert packages.attempts == 2
    assert lines["prune"].seconds == 0
    assert REPORT.seconds == 2 + 4414 + 546 + 5


def test_the_text_has_a_line_for_each_step() -> None:
    lines = list(text_lines(REPORT))
    assert lines[0] == "lakitu: 1 h 23 min in steps that are done"
    (packages,) = [line for line in lines if line.startswith("build-packages ")]
    assert packages.split("  ")[-1] == "2"
    assert "1 h 14 min" in packages
    assert "20.0 GiB" in packages
    assert lines[-1] == "prune: it broke <b>"


def test_the_json_can_be_read_back() -> None:
    told = json.loads(json.dumps(as_json(REPORT)))
    assert told["schema"] == 1
    again = from_json(told)
    assert [line.seconds for line in again.lines] == [
        line.seconds for line in REPORT.lines
    ]
    assert compare(REPORT, again).settings == ()


def test_two_builds_differ_in_settings_time_and_disk() -> None:
    run = replace(RUN, config={**RUN.config, "groups": None, "nousepkg": True})
    attempts = tuple(
        replace(one, seconds=one.seconds / 2)
        for one in HISTORY.attempts
        if one.step != "trim"
    )
    other = make_report(History((run,), attempts), "/d", "lakitu")
    lines = list(comparison_lines(compare(REPORT, other)))
    assert lines[:2] == ["groups: minilayout -> -", "nousepkg: no -> yes"]
    (packages,) = [line for line in lines if line.startswith("build-packages")]
    assert "1 h 14 min" in packages
    assert "36 min 47 s" in packages
    assert "-50 %" in packages
    (trim,) = [line for line in lines if line.startswith("trim")]
    assert trim.split()[-2:] == ["GiB", "-"]


def test_bars_are_as_long_as_their_values() -> None:
    chart = make_chart(REPORT.lines)
    bars = {bar.step: bar for bar in chart.bars}
    packages, image = bars["build-packages"], bars["build-image"]
    assert image.time_width / packages.time_width == pytest.approx(546 / 4414, 0.01)
    assert packages.time_width + packages.other_width == pytest.approx(330, 0.01)
    assert image.disk_width / packages.disk_width == pytest.approx(8 / 20, 0.01)
    trim = bars["trim"]
    assert trim.gave_back
    assert trim.disk_x + trim.disk_width == pytest.approx(chart.disk_zero, abs=0.1)
    assert bars["repo-init"].time_width >= 1.5


def test_a_chart_of_nothing_is_empty() -> None:
    assert make_chart(()).bars == ()
    assert "No step has run yet" in render(make_report(History(), "/c", "lakitu"))


def test_the_page_needs_nothing_from_anywhere() -> None:
    page = render(REPORT)
    assert not re.search(r"https?:|<script|<link|url\(|@import|<img|src=", page)
    tree = html.fromstring(page)
    assert len(tree.xpath("//*[local-name()='rect'][@class='time']")) == 6
    assert "prefers-color-scheme: dark" in page


def test_the_page_shows_switches_as_the_configuration_has_them() -> None:
    tree = html.fromstring(render(REPORT))
    assert tree.xpath("//tr[th='nousepkg']/td")[0].text_content() == "false"


def test_the_page_is_the_same_for_the_same_journal() -> None:
    assert render(REPORT) == render(REPORT)


def test_what_a_program_said_is_no_markup() -> None:
    page = render(REPORT)
    assert "it broke &lt;b&gt;" in page
    assert "it broke <b>" not in page


# --- the command ----------------------------------------------------------------------


@pytest.fixture
def build(tmp_path: Path) -> Build:
    """A checkout with a journal of two runs."""
    made = make_build(tmp_path)
    made.state.mkdir()
    with open_journal(made.state) as journal:
        for run, seconds in (("1-aa", 10.0), ("2-bb", 5.0)):
            config = {"partial_clone": run == "1-aa"}
            record = {"run": run, "at": "t", "checkout": "/c", "host": {}}
            journal.write("run", {**record, "config": config})
            told = {"run": run, "step": "sync-network", "attempt": int(run[0])}
            journal.write("start", told)
            journal.write("end", {**told, "state": "done", "seconds": seconds})
    return made


def test_runs_of_one_checkout_are_compared_by_name(build: Build) -> None:
    lines = build.ask("report", "--compare", "1-", "2-bb").stdout.splitlines()
    assert lines[0] == "partial_clone: yes -> no"
    (sync,) = [line for line in lines if line.startswith("sync-network")]
    assert "-50 %" in sync


def test_a_report_is_compared_with_a_checkout(build: Build, tmp_path: Path) -> None:
    kept = tmp_path / "report.json"
    kept.write_text(json.dumps(build.json("report")), encoding="utf-8")
    (build.state / "report.json").write_text(
        kept.read_text(encoding="utf-8"), encoding="utf-8"
    )
    answer = build.json("report", "--compare", str(kept), str(build.checkout))
    assert answer["seconds"] == {"old": 5.0, "new": 5.0}
    assert answer["settings"] == []


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"schema": 2}', "[" * 5000])
def test_a_file_that_is_no_report_is_refused(
    build: Build, tmp_path: Path, content: str
) -> None:
    path = tmp_path / "x.json"
    path.write_text(content, encoding="utf-8")
    answer = build.ask("report", "--compare", str(path), "1-")
    assert answer.returncode == 2
    assert "is no report" in answer.stderr


def test_a_name_that_is_no_run_names_those_there_are(build: Build) -> None:
    answer = build.ask("report", "--compare", "1-", "9-")
    assert answer.returncode == 2
    assert answer.stderr.endswith("runs here: 1-aa, 2-bb\n")


def test_a_comparison_has_no_page(build: Build) -> None:
    answer = build.ask("report", "--compare", "1-", "2-", "--format", "html")
    assert answer.returncode == 2


def test_the_page_can_be_printed(build: Build) -> None:
    assert build.ask("report", "--format", "html").stdout.startswith("<!DOCTYPE html>")


@pytest.mark.parametrize("name", ["status", "report"])
def test_a_checkout_without_a_run_has_an_empty_answer(
    tmp_path: Path, name: str
) -> None:
    build = make_build(tmp_path)
    assert build.ask(name).returncode == 0
    assert build.json(name)["schema"] == 1
    assert not build.state.exists()

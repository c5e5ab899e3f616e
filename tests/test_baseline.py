# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""``baseline update``, and the gate on what it wrote."""

import json
from pathlib import Path

import pytest
from command import OVERLAYS, SYSROOT, one_line, run

from coos_license.audit.baseline import read_baseline
from coos_license.model import Severity


@pytest.fixture(scope="module")
def baseline(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The baseline of the bundled sysroot without any repository: it has errors."""
    path = tmp_path_factory.mktemp("baseline") / "baseline.json"
    result = run("baseline", "update", SYSROOT, "-o", str(path))
    assert result.returncode == 0
    assert b" in the baseline: " in result.stderr
    return path


@pytest.mark.parametrize("command", [("audit",), ("generate", "-o", "out")])
def test_a_run_against_its_own_baseline_is_clean(
    command: tuple[str, ...], baseline: Path, tmp_path: Path
) -> None:
    known = ("--baseline", str(baseline), "--fail-on", "info", "-q")
    name, *options = command
    assert run(name, SYSROOT, *options, "-q", cwd=tmp_path).returncode == 1
    assert run(name, SYSROOT, *options, *known, cwd=tmp_path).returncode == 0


def test_it_is_the_same_file_again(baseline: Path, tmp_path: Path) -> None:
    again = tmp_path / "again.json"
    assert run("baseline", "update", SYSROOT, "-o", str(again)).returncode == 0
    assert again.read_bytes() == baseline.read_bytes()


def test_it_tells_what_an_update_changes(baseline: Path, tmp_path: Path) -> None:
    path = tmp_path / "baseline.json"
    table = json.loads(baseline.read_bytes())
    table["findings"][0]["severity"] = "info"
    table["findings"].pop()
    table["findings"].append({"fingerprint": "0" * 64, "severity": "error"})
    path.write_text(json.dumps(table), "utf-8")
    result = run("baseline", "update", SYSROOT, "-o", str(path))
    assert b" in the baseline: 1 added, 1 gone, 1 changed" in result.stderr
    assert path.read_bytes() == baseline.read_bytes()


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_of_equal_entries_the_heaviest_counts(order: tuple[int, int]) -> None:
    """Else the order of a merged file would decide whether a finding is worse."""
    mark = "ab" * 32
    both = [
        {"fingerprint": mark, "code": "CL003", "severity": word, "package": "a/b"}
        for word in ("info", "error")
    ]
    table = {"schema": 1, "findings": [both[one] for one in order]}
    found = read_baseline(json.dumps(table).encode(), "baseline.json")
    assert found[mark].severity is Severity.ERROR


def test_what_is_worse_than_in_the_baseline_fails(
    baseline: Path, tmp_path: Path
) -> None:
    path = tmp_path / "baseline.json"
    lighter = baseline.read_bytes().replace(b'"severity":"error"', b'"severity":"info"')
    path.write_bytes(lighter)
    result = run("audit", SYSROOT, "--baseline", str(path), "-q")
    assert result.returncode == 1
    assert "(worse than in the baseline)" in result.stdout.decode()


@pytest.mark.parametrize("command", ["audit", "baseline update"])
@pytest.mark.parametrize(
    "content", ["{", '{"schema": 2, "findings": []}', '{"schema": 1}']
)
def test_a_broken_baseline_is_one_line_and_stays(
    command: str, content: str, tmp_path: Path
) -> None:
    path = tmp_path / "baseline.json"
    path.write_text(content, "utf-8")
    option = "--baseline" if command == "audit" else "-o"
    line = one_line(run(*command.split(), SYSROOT, option, str(path)))
    assert "baseline.json" in line
    assert "remove it and write it anew" in line
    assert path.read_text("utf-8") == content


def test_the_bundled_sysroot_with_its_repositories_needs_none(tmp_path: Path) -> None:
    path = tmp_path / "baseline.json"
    path.write_text('{"schema": 1, "findings": []}', "utf-8")
    known = ("--baseline", str(path), "-q")
    assert run("audit", SYSROOT, *OVERLAYS, *known).returncode == 0
    assert run("audit", SYSROOT, *known).returncode == 1

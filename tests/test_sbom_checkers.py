# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""What checkers of SBOMs say of ours: all is there, or a finding says what is not."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from builders_checkers import with_sources
from command import IDENTITY, OVERLAYS, ROOT, SYSROOT, run
from test_real_data import arguments

from coos_license.verify.spdx3 import faults

STANDARDS = ("ntia", "fsct3-min", "bsi")
BUNDLED = (
    "tests/fixtures/mini/sysroot",
    "tests/fixtures/vdbs/portage-3.0.30",
    "tests/fixtures/vdbs/pkgcore",
)
#: A row that fails -> the findings one of which must be there, as (code, subject). Rows
#: that are wanted only where the fact exists are not in it: their names say so.
EXPLAINED = {
    "All component versions provided?": {("CL014", "image")},
    "All component suppliers provided?": {("CL014", "image")},
    "All component concluded license provided?": {
        *(("CL001", ""), ("CL002", ""), ("CL008", ""), ("CL009", ""), ("CL012", "")),
        *(("CL013", ""), ("CL045", "")),
    },
    "All component copyright notice provided?": {("CL033", "copyright")},
    "Creator of the SBOM": {("CL014", "image"), ("CL059", "image")},
    "Component Versions": {("CL014", "image")},
    "Component Creators": {
        *(("CL014", "image"), ("CL033", "creator"), ("CL059", "image")),
    },
    "Distribution Filenames": {("CL033", "file"), ("CL033", "image-file")},
    "Distribution Licenses": {
        *(("CL001", ""), ("CL002", ""), ("CL008", ""), ("CL009", ""), ("CL012", "")),
        *(("CL013", ""), ("CL045", "")),
    },
    "Deployable Component Hashes": {("CL033", "digest")},
}
CONDITIONAL = ("(Warning)", "(Optional)")


class Checked(NamedTuple):
    """What a checker says."""

    conforms: bool
    failing: list[str]
    messages: list[Any]


def checked(document: Path, standard: str) -> Checked:
    """Return the verdict of a checker on an SPDX 3.0.1 document, and failing rows."""
    from ntia_conformance_checker import SbomChecker  # noqa: PLC0415 (heavy)

    checker = SbomChecker(str(document), compliance=standard, sbom_spec="spdx3")
    rows = [
        name
        for name, passed in checker.table_elements
        if not passed and not name.endswith(CONDITIONAL)
    ]
    assert not checker.has_unknown_pointers
    messages = [*checker.parsing_errors, *checker.validation_messages]
    return Checked(checker.compliant, rows, messages)


def explanations(out: Path) -> set[tuple[str, str]]:
    """Return code and subject of the findings, and each code with no subject."""
    found = json.loads((out / "findings.json").read_bytes())["findings"]
    return {(one["code"], one["subject"]) for one in found} | {
        (one["code"], "") for one in found
    }


@pytest.mark.parametrize("name", BUNDLED)
def test_with_sources_and_an_identity_nothing_is_missing(
    tmp_path: Path, name: str
) -> None:
    out = tmp_path / "out"
    result = run("generate", *with_sources(ROOT / name, tmp_path), "-o", str(out))
    assert result.returncode == 0, result.stderr
    document = out / "sbom.spdx3.json"
    assert faults(document.read_bytes()) == ()
    for standard in STANDARDS:
        assert checked(document, standard) == Checked(
            conforms=True, failing=[], messages=[]
        )
    assert not {"CL014", "CL033", "CL059"} & {code for code, _ in explanations(out)}


def assert_explained(out: Path) -> list[str]:
    """Hold that our findings tell of each row that fails; return the rows."""
    told = explanations(out)
    rows = []
    for standard in STANDARDS:
        verdict = checked(out / "sbom.spdx3.json", standard)
        assert verdict.messages == []
        assert verdict.conforms == (not verdict.failing)
        for row in verdict.failing:
            assert EXPLAINED[row] & told, row
        rows += verdict.failing
    return rows


def test_without_anything_each_failing_row_has_a_finding(tmp_path: Path) -> None:
    run("generate", SYSROOT, *OVERLAYS, "-o", str(tmp_path))
    assert assert_explained(tmp_path) == [
        "All component versions provided?",
        "All component suppliers provided?",
        "All component versions provided?",
        "All component suppliers provided?",
        "All component copyright notice provided?",
        "Creator of the SBOM",
        "Component Versions",
        "Component Creators",
        "Distribution Filenames",
    ]


def test_files_without_a_manifest_fail_the_row_of_digests(tmp_path: Path) -> None:
    given = with_sources(ROOT / BUNDLED[2], tmp_path)
    for manifest in (tmp_path / "repos").rglob("Manifest"):
        manifest.unlink()
    out = tmp_path / "out"
    run("generate", *given, "-o", str(out))
    assert assert_explained(out) == ["Deployable Component Hashes"]


def test_an_unknown_license_fails_the_rows_of_licenses(tmp_path: Path) -> None:
    root = tmp_path / "root"
    entry = root / "var/db/pkg/app-misc/none-1"
    entry.mkdir(parents=True)
    (entry / "HOMEPAGE").write_text("https://example.org/", "utf-8")
    out = tmp_path / "out"
    run("generate", str(root), *IDENTITY, "-o", str(out))
    rows = assert_explained(out)
    assert "All component concluded license provided?" in rows
    assert "Distribution Licenses" in rows


def test_components_have_their_failing_rows_explained(installed_outputs: Path) -> None:
    rows = assert_explained(installed_outputs)
    assert "All component concluded license provided?" in rows


@pytest.mark.slow
@pytest.mark.parametrize(
    "name", ["flatcar-image-sysroot", "lakitu-sample", "portage-3.0.83"]
)
def test_real_databases_are_sound_and_failing_rows_explained(
    unpack: Callable[[str], Path], tmp_path: Path, name: str
) -> None:
    run("generate", *arguments(unpack, name), *IDENTITY, "-q", "-o", str(tmp_path))
    assert faults((tmp_path / "sbom.spdx3.json").read_bytes()) == ()
    rows = assert_explained(tmp_path)
    assert "All component suppliers provided?" not in rows
    assert checked(tmp_path / "sbom.spdx3.json", "ntia").conforms

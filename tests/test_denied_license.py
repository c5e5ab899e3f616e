# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""A package under GPL-3, text and source at hand, added to an image that bars it."""

import json
from pathlib import Path
from typing import Any

import pytest
from builders_vdb import write_entry, write_repository
from command import run
from test_formats import LEVELS, READERS, Told

from coos_license.render.formats import FORMATS

GPL = "GNU GENERAL PUBLIC LICENSE\nVersion 3, 29 June 2007\n"
MIT = "Permission is hereby granted, free of charge, to any person\n"
DENIED: Told = ("CL016", "app-misc/barred-1", "GPL-3.0-only", "error")


@pytest.fixture(scope="module")
def audited(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What each format says before the package came, after it, and of the gate."""
    base = tmp_path_factory.mktemp("denied")
    repository = write_repository(
        base / "repo", "portage-stable", {"GPL-3": GPL, "MIT": MIT}
    )
    root, distfiles = base / "sysroot", base / "sources"
    write_entry(root, "sys-libs/free-1", {"LICENSE": "MIT\n"})
    known = base / "baseline.json"
    arguments = [
        *(str(root), "--overlay", str(repository), "--sources", str(distfiles)),
        *("--policy", "no-gpl3", "-q"),
    ]
    (distfiles / "sys-libs/free-1").mkdir(parents=True)
    (distfiles / "sys-libs/free-1/COPYING").write_text(MIT, "utf-8")
    assert run("baseline", "update", *arguments, "-o", str(known)).returncode == 0
    before = told(base / "before", arguments, known)
    write_entry(root, "app-misc/barred-1", {"LICENSE": "GPL-3\n"})
    (distfiles / "app-misc/barred-1").mkdir(parents=True)
    (distfiles / "app-misc/barred-1/COPYING").write_text(GPL, "utf-8")
    after = told(base / "after", arguments, known)
    return {"before": before, "after": after}


def told(folder: Path, arguments: list[str], known: Path) -> dict[str, Any]:
    folder.mkdir()
    also = [word for form in FORMATS for word in ("--also", f"{form}={folder / form}")]
    done = run("audit", *arguments, "--baseline", str(known), *also)
    found = {form: READERS[form]((folder / form).read_bytes()) for form in FORMATS}
    return {"code": done.returncode, "found": found, "folder": folder}


def test_the_image_was_clean_against_its_baseline(audited: dict[str, Any]) -> None:
    assert audited["before"]["code"] == 0


@pytest.mark.parametrize("form", FORMATS)
def test_exactly_that_finding_is_new_in_each_format(
    form: str, audited: dict[str, Any]
) -> None:
    before, after = audited["before"], audited["after"]
    assert after["code"] == 1
    assert set(after["found"][form]) - set(before["found"][form]) == {DENIED}
    assert set(before["found"][form]) <= set(after["found"][form])


def test_only_it_fails_for_the_services(audited: dict[str, Any]) -> None:
    folder = audited["after"]["folder"]
    (run_,) = json.loads((folder / "sarif").read_bytes())["runs"]
    (new,) = [one for one in run_["results"] if one["baselineState"] == "new"]
    assert (new["ruleId"], LEVELS[new["level"]]) == ("CL016", "error")
    assert (folder / "junit").read_bytes().count(b"<failure ") == 1
    lines = (folder / "github").read_text("utf-8").splitlines()
    assert sum(line.startswith("::error ") for line in lines) == 1
    assert lines[-1] == "failed: 1 finding at or above error"

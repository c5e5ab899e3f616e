# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""File accounting: every file of an image has an owner, or is named."""

import json
import os
import shutil
import socket
from collections.abc import Mapping
from pathlib import Path

import jsonschema
import pytest
from builders_image import Part, make_disk, make_ext4, needs_e2fsprogs
from builders_installed import contents_of
from builders_vdb import write_entry
from click.testing import CliRunner, Result

from coos_license.cli import root as command_line

ROOT = Path(__file__).parent.parent
RULES = """
schema = 1

[[implicit]]
component = "package-database"
paths = ["/var/db/pkg/**"]
license = "NONE"
reason = "what portage records"
source = "portage(5)"
"""
TOOLCHAIN = """
[[implicit]]
component = "gcc-runtime"
paths = ["/usr/lib64/libgcc_s.so.{version}"]
license = "GPL-3.0-or-later WITH GCC-exception-3.1"
reason = "comes with the toolchain"
source = "build_image"
"""
TOOL = {"usr/bin/tool": b"tool", "usr/share/tool/data": b"data"}


def install(root: Path, cpv: str, files: Mapping[str, bytes], more: str = "") -> None:
    """Install a package into a root file system; ``more`` are lines of CONTENTS."""
    for path, data in files.items():
        target = root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)
    contents = contents_of(files) + more.encode("utf-8", "surrogateescape")
    write_entry(root, cpv, {"LICENSE": "MIT\n", "CONTENTS": contents})


def audit(*words: str | Path, code: int | None = None) -> Result:
    """Run ``audit --accounting`` and return what it said."""
    result = CliRunner().invoke(
        command_line, ["audit", *map(str, words), "--accounting"]
    )
    assert result.exception is None or isinstance(result.exception, SystemExit), (
        result.exception
    )
    if code is not None:
        assert result.exit_code == code, result.output
    return result


def found(*words: str | Path) -> dict[str, list[str]]:
    """Return code -> subjects of the findings of an accounting."""
    value = json.loads(audit(*words, "--format", "json").stdout)
    codes: dict[str, list[str]] = {}
    for one in value["findings"]:
        codes.setdefault(one["code"], []).append(one["subject"])
    return {code: some for code, some in codes.items() if code >= "CL095"}


def coverage(*words: str | Path) -> dict[str, float]:
    value = json.loads(audit(*words, "--format", "json").stdout)
    result: dict[str, float] = value["coverage"]
    return result


@pytest.fixture
def image(tmp_path: Path) -> Path:
    """Return a root file system of which every file is explained by RULES."""
    root = tmp_path / "image"
    install(root, "app-misc/tool-1", TOOL)
    return root


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    path = tmp_path / "implicit.toml"
    path.write_text(RULES, encoding="utf-8")
    return path


def test_an_explained_image_is_covered_wholly(image: Path, rules: Path) -> None:
    assert found(image, "--implicit", rules) == {}
    told = coverage(image, "--implicit", rules)
    assert told["percent"] == 100
    assert told["files"] == told["accounted"] > len(TOOL)

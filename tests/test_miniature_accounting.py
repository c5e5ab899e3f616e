# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""Every file of the disk image that `./run miniature` built has an owner."""

import json
from pathlib import Path

import pytest
from builders_image import debugfs, needs_e2fsprogs, patch
from command import run
from mini.work import work_directory

from coos_license.trees.gpt import read_partitions
from coos_license.trees.window import Window

pytestmark = [pytest.mark.miniature, pytest.mark.slow]

#: The highest byte of the features that forbid to write (crosutils, disable_rw_mount).
READ_ONLY_MARK = 0x467
RULES = Path(__file__).parent / "miniature/implicit.toml"


@pytest.fixture(scope="module")
def disk() -> Path:
    work = work_directory()
    if not (work.stamps / "vm-image").exists():
        pytest.skip("the miniature was not built here: ./run miniature")
    latest = work.checkout / "src/build/images/lakitu/latest"
    return latest.resolve() / "chromiumos_image.bin"


def unaccounted(disk: Path, *rules: Path | str) -> tuple[float, list[str]]:
    """Return the coverage, and what the findings of accounting are about."""
    given = [word for one in rules for word in ("--implicit", str(one))]
    words = ["audit", str(disk), "--accounting", *given, "--format", "json"]
    value = json.loads(run(*words).stdout)
    subjects = [
        one["subject"]
        for one in value["findings"]
        if one["name"]
        in ("unaccounted-file", "shared-file", "replaced-directory", "unused-implicit")
    ]
    return value["coverage"]["percent"], subjects


def test_every_file_is_explained(disk: Path) -> None:
    assert unaccounted(disk, RULES, "lakitu") == (100, [])


def test_without_a_rule_exactly_its_files_are_named(disk: Path, tmp_path: Path) -> None:
    head, *rules = RULES.read_text(encoding="utf-8").split("[[implicit]]")
    fewer = tmp_path / "implicit.toml"
    without = [rule for rule in rules if '"debian-library-links"' not in rule]
    assert len(without) == len(rules) - 1
    fewer.write_text("[[implicit]]".join((head, *without)), encoding="utf-8")
    percent, named = unaccounted(disk, fewer, "lakitu")
    assert percent < 100
    assert named == ["/lib/x86_64-linux-gnu", "/usr/lib/x86_64-linux-gnu"]


@needs_e2fsprogs
def test_a_stray_file_is_named_exactly(disk: Path, tmp_path: Path) -> None:
    with Window.open(disk) as window:
        (root,) = (one for one in read_partitions(window) if one.name == "ROOT-A")
        system = tmp_path / "root"
        system.write_bytes(window.read(root.start, root.size_bytes))
    stray = tmp_path / "stray"
    stray.write_bytes(b"who wrote this?")
    # build_image marks the file system against writing, and debugfs heeds that.
    patch(system, READ_ONLY_MARK, b"\0")
    debugfs(system, f"write {stray} stray")
    changed = tmp_path / "disk"
    changed.write_bytes(disk.read_bytes())
    patch(changed, root.start, system.read_bytes())
    percent, named = unaccounted(changed, RULES, "lakitu")
    assert percent < 100
    assert named == ["/stray"]

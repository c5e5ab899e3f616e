# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""Numbers that Python does not read, in what an image and its repositories say."""

import json
from pathlib import Path

from builders_vdb import write_entry, write_repository
from command import run

from coos_license.model import PackageId
from coos_license.portage.manifest import parse_manifest
from coos_license.portage.patches import applied_patches

LONG = "9" * 5_000


def test_an_atom_with_a_long_version_ends_no_run(tmp_path: Path) -> None:
    write_entry(
        tmp_path / "root", "a/b-1", {"LICENSE": "MIT", "RDEPEND": f">=a/c-{LONG}"}
    )
    write_entry(
        tmp_path / "root", "a/c-1", {"LICENSE": "MIT", "RDEPEND": f"~a/b-1-r{LONG}"}
    )
    write_repository(tmp_path / "repo", "portage-stable", {"MIT": "Permission\n"})
    done = run(
        *("list", str(tmp_path / "root"), "--format", "json", "-q"),
        *("--overlay", str(tmp_path / "repo")),
    )
    assert (done.returncode, done.stderr) == (0, b"")
    listed = json.loads(done.stdout)["packages"]
    assert [one["cpv"] for one in listed] == ["a/b-1", "a/c-1"]


def test_a_list_of_packages_with_long_versions_is_read(tmp_path: Path) -> None:
    versions = ["1", LONG, f"1-r{LONG}"]
    told = [{"category": "a", "name": "b", "ebuild_version": one} for one in versions]
    file = tmp_path / "cos-package-info.json"
    file.write_text(json.dumps({"installedPackages": told}), encoding="utf-8")
    done = run("list", str(file), "--format", "json", "-q")
    assert (done.returncode, done.stderr) == (0, b"")
    assert len(json.loads(done.stdout)["packages"]) == len(versions)


def test_a_manifest_with_a_long_size_has_no_such_file() -> None:
    lines = f"DIST a {LONG} SHA512 00\nDIST b 1 SHA512 00\n"
    assert list(parse_manifest(lines.encode())) == ["b"]


def test_an_ebuild_of_a_long_eapi_is_not_understood() -> None:
    ebuild = 'EAPI={}\nPATCHES=( "${{FILESDIR}}"/a.patch )\n'
    package = PackageId("a", "b", "1")
    assert applied_patches(ebuild.format("8"), package) == ("a.patch",)
    assert applied_patches(ebuild.format(LONG), package) == ()

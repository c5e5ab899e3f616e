# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""``cos-package-info.json`` as SOURCE and as the PATH of ``--shipped``."""

import json
from pathlib import Path
from typing import Any

import pytest
from builders_image import ROOT_TYPE, Part, make_disk, make_ext4, needs_e2fsprogs
from builders_vdb import write_entry, write_repository
from command import one_line, run

from coos_license.chromiumos.package_info import read_list
from coos_license.errors import ReadError
from coos_license.model import Shipped

ZLIB = {"category": "sys-libs", "name": "zlib"}
MODERN = {
    "installedPackages": [
        {**ZLIB, "version": "17162.336.19", "ebuild_version": "1.3.1-r1"},
    ],
    "buildTimePackages": [
        {
            "category": "dev-build",
            "name": "ninja",
            "version": "17162.336.16",
            "ebuild_version": "1.12",
        },
    ],
}


def listed(value: object) -> dict[str, Shipped | None]:
    """Return cpv -> whether it ships, of a list without anything odd."""
    packages, odd = read_list(json.dumps(value).encode(), "root/etc/list")
    assert odd == ()
    return {one.id.cpv: one.stated for one in packages}


def write_cache(repository: Path, cpv: str, **values: str) -> None:
    """Write an md5-cache entry."""
    entry = repository / "metadata/md5-cache" / cpv
    entry.parent.mkdir(parents=True, exist_ok=True)
    lines = [f"{name.upper()}={value}\n" for name, value in values.items()]
    entry.write_text("".join(lines) + "_md5_=0\n", encoding="utf-8")


@pytest.fixture
def stock(tmp_path: Path) -> Path:
    """A repository with the ebuild of zlib, and its licence."""
    texts = {"ZLIB": "zlib terms\n", "Apache-2.0": "Apache terms\n", "BSD": "bsd\n"}
    repository = write_repository(tmp_path / "stock", "portage-stable", texts)
    write_cache(
        repository, "sys-libs/zlib-1.3.1-r1", slot="0/1", license="ZLIB", eapi="8"
    )
    return repository


@pytest.fixture
def modern(tmp_path: Path) -> Path:
    """A list of today's schema as a file alone."""
    file = tmp_path / "cos-package-info.json"
    file.write_text(json.dumps(MODERN), encoding="utf-8")
    return file


def inventory(*arguments: str | Path) -> dict[str, dict[str, Any]]:
    """Return cpv -> package as ``list`` prints it."""
    result = run("list", *map(str, arguments), "--format", "json")
    assert result.returncode == 0, result.stderr
    return {one["cpv"]: one for one in json.loads(result.stdout)["packages"]}


def codes(*arguments: str | Path) -> set[str]:
    """Return the codes of the findings about packages."""
    result = run("audit", *map(str, arguments), "--format", "json")
    found = json.loads(result.stdout)["findings"]
    return {one["code"] for one in found if one["cpv"]}


def test_today_s_schema_has_the_ebuild_version_and_both_lists() -> None:
    assert listed(MODERN) == {
        "dev-build/ninja-1.12": Shipped.BUILD_TIME,
        "sys-libs/zlib-1.3.1-r1": Shipped.YES,
    }


def test_the_schema_of_2020_has_the_revision_apart() -> None:
    entries = [
        {**ZLIB, "version": "1.2.11", "revision": "3"},
        {"category": "app-misc", "name": "a", "version": "1", "revision": "0"},
        {"category": "app-misc", "name": "b", "version": "1", "revision": ""},
    ]
    found = listed({"installedPackages": entries})
    assert list(found) == ["app-misc/a-1", "app-misc/b-1", "sys-libs/zlib-1.2.11-r3"]


def test_the_first_schema_has_capitals() -> None:
    entry = {"Category": "sys-libs", "Name": "zlib", "Version": "1", "Revision": "2"}
    assert list(listed({"InstalledPackages": [entry]})) == ["sys-libs/zlib-1-r2"]


def test_a_field_that_is_not_known_is_passed_over() -> None:
    entry = {**MODERN["installedPackages"][0], "license": {"a": [1]}, "x": None}
    value = {"installedPackages": [entry], "schema": 9}
    assert list(listed(value)) == ["sys-libs/zlib-1.3.1-r1"]


def test_a_package_of_both_lists_ships() -> None:
    entries = MODERN["installedPackages"]
    value = {"buildTimePackages": entries, "installedPackages": entries}
    assert set(listed(value).values()) == {Shipped.YES}


@pytest.mark.parametrize(
    "entry",
    ["zlib", None, {}, {**ZLIB, "version": "one"}, {**ZLIB, "version": "1/../2"}],
)
def test_an_entry_that_names_no_package_is_a_finding(entry: object) -> None:
    value = {"installedPackages": [entry, MODERN["installedPackages"][0]]}
    packages, odd = read_list(json.dumps(value).encode(), "root/etc/list")
    assert [one.id.name for one in packages] == ["zlib"]
    assert [(one.kind.code, one.subject) for one in odd] == [
        ("CL012", "installedPackages[0]")
    ]


@pytest.mark.parametrize(
    "content",
    [
        b"{",
        b"[]",
        b'{"installedPackages": {}}',
        b'{"packages": []}',
        b"[" * 100_000,
        b'{"installedPackages": [{"version": ' + b"9" * 10_000 + b"}]}",
    ],
)
def test_what_is_no_such_list_is_refused(content: bytes) -> None:
    with pytest.raises(ReadError):
        read_list(content, "root/etc/list")


def test_licences_come_from_the_overlays(modern: Path, stock: Path) -> None:
    found = inventory(modern, "--overlay", stock)
    zlib = found["sys-libs/zlib-1.3.1-r1"]
    assert (zlib["declared"], zlib["shipped"], zlib["slot"]) == ("Zlib", "yes", "0")
    assert zlib["repository"] == "portage-stable"
    assert [use["path"] for use in zlib["texts"]] == ["portage-stable/licenses/ZLIB"]
    ninja = found["dev-build/ninja-1.12"]
    assert (ninja["declared"], ninja["shipped"]) == ("NOASSERTION", "build-time")


def test_a_package_without_an_ebuild_is_a_finding_and_its_cure_removes_it(
    modern: Path, stock: Path
) -> None:
    assert "CL060" in codes(modern, "--overlay", stock)
    write_cache(stock, "dev-build/ninja-1.12", license="Apache-2.0")
    assert "CL060" not in codes(modern, "--overlay", stock)


def test_ebuilds_that_differ_in_licence_are_a_finding(
    modern: Path, stock: Path, tmp_path: Path
) -> None:
    other = write_repository(tmp_path / "other", "overlay", {}, "portage-stable")
    write_cache(other, "sys-libs/zlib-1.3.1-r1", license="BSD")
    overlays = ("--overlay", stock, "--overlay", other)
    assert "CL061" in codes(modern, *overlays)
    unknown = inventory(modern, *overlays)["sys-libs/zlib-1.3.1-r1"]
    assert unknown["declared"] == "NOASSERTION"
    write_cache(other, "sys-libs/zlib-1.3.1-r1", license="ZLIB")
    assert "CL061" not in codes(modern, *overlays)
    agreed = inventory(modern, *overlays)["sys-libs/zlib-1.3.1-r1"]
    assert (agreed["declared"], agreed["repository"]) == ("Zlib", "overlay")


def test_a_root_file_system_with_a_list_is_a_source(
    tmp_path: Path, stock: Path
) -> None:
    root = tmp_path / "root"
    (root / "etc").mkdir(parents=True)
    (root / "etc/cos-package-info.json").write_text(json.dumps(MODERN), "utf-8")
    (root / "etc/os-release").write_text("NAME=COS\nID=cos\nBUILD_ID=1.2\n", "utf-8")
    result = run("list", str(root), "--overlay", str(stock), "--format", "json")
    assert json.loads(result.stdout)["image"]["version"] == "1.2"
    assert b"2 packages in etc/cos-package-info.json" in result.stderr


def test_a_database_in_the_same_tree_wins(tmp_path: Path, stock: Path) -> None:
    root = tmp_path / "root"
    write_entry(root, "app-misc/x-1", {"LICENSE": "BSD\n"})
    (root / "etc").mkdir()
    (root / "etc/cos-package-info.json").write_text(json.dumps(MODERN), "utf-8")
    result = run("list", str(root), "--overlay", str(stock), "--format", "json")
    packages = json.loads(result.stdout)["packages"]
    assert [one["cpv"] for one in packages] == ["app-misc/x-1"]
    assert (
        b"1 packages in var/db/pkg; those in etc/cos-package-info.json are not read"
        in result.stderr
    )


@needs_e2fsprogs
def test_a_disk_without_a_database_is_read_by_its_list(
    tmp_path: Path, stock: Path
) -> None:
    root = tmp_path / "root"
    (root / "etc").mkdir(parents=True)
    (root / "etc/cos-package-info.json").write_text(json.dumps(MODERN), "utf-8")
    part = Part("ROOT-A", make_ext4(tmp_path / "root.ext4", root), ROOT_TYPE)
    disk = make_disk(tmp_path / "disk.bin", [part])
    found = inventory(disk, "--overlay", stock)
    assert {cpv: one["shipped"] for cpv, one in found.items()} == {
        "dev-build/ninja-1.12": "build-time",
        "sys-libs/zlib-1.3.1-r1": "yes",
    }


def test_a_list_says_what_of_a_sysroot_ships(
    tmp_path: Path, modern: Path, stock: Path
) -> None:
    root = tmp_path / "sysroot"
    write_entry(root, "sys-libs/zlib-1.3.1-r1", {"LICENSE": "ZLIB\n"})
    write_entry(root, "dev-build/ninja-1.12", {"LICENSE": "Apache-2.0\n"})
    found = inventory(root, "--shipped", modern, "--overlay", stock)
    assert {cpv: one["shipped"] for cpv, one in found.items()} == {
        "dev-build/ninja-1.12": "build-time",
        "sys-libs/zlib-1.3.1-r1": "yes",
    }
    assert found["sys-libs/zlib-1.3.1-r1"]["evidence"].startswith("root/var/db/pkg")


def test_what_only_the_list_of_the_image_names_is_in_the_inventory(
    tmp_path: Path, modern: Path, stock: Path
) -> None:
    root = tmp_path / "sysroot"
    write_entry(root, "app-misc/x-1", {"LICENSE": "BSD\n"})
    found = inventory(root, "--shipped", modern, "--overlay", stock)
    assert found["sys-libs/zlib-1.3.1-r1"]["declared"] == "Zlib"
    assert "dev-build/ninja-1.12" not in found


def test_a_snapshot_of_a_list_says_the_same(
    tmp_path: Path, modern: Path, stock: Path
) -> None:
    snapshot = tmp_path / "snapshot.tar.gz"
    result = run("snapshot", str(modern), "--overlay", str(stock), "-o", str(snapshot))
    assert result.returncode == 0, result.stderr
    live = run("list", str(modern), "--overlay", str(stock), "--format", "json")
    assert run("list", str(snapshot), "--format", "json").stdout == live.stdout


def test_another_json_file_is_one_line_and_exit_2(tmp_path: Path) -> None:
    file = tmp_path / "sbom.json"
    file.write_text('{"spdxVersion": "SPDX-2.3"}', encoding="utf-8")
    line = one_line(run("list", str(file)))
    assert "neither a list of installedPackages nor of buildTimePackages" in line


def test_an_empty_list_is_one_line_and_exit_2(tmp_path: Path) -> None:
    file = tmp_path / "cos-package-info.json"
    file.write_text('{"installedPackages": []}', encoding="utf-8")
    assert "is empty" in one_line(run("list", str(file)))


def test_a_huge_file_is_refused_before_it_is_read(tmp_path: Path) -> None:
    file = tmp_path / "cos-package-info.json"
    with file.open("wb") as stream:
        stream.write(b"{")
        stream.truncate(1 << 40)
    assert "more than is read" in one_line(run("list", str(file)))

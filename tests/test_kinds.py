# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""Binary packages, their index and ebuild caches as SOURCE of the commands."""

import json
import os
import shutil
from pathlib import Path
from typing import Any

import pytest
from builders_binpkg import FIXTURES, make_gpkg, make_xpak, outer, put, row, stated
from builders_image import make_ext4, needs_e2fsprogs
from builders_sources import MIT, NOTICE, write_tree
from builders_vdb import write_entry, write_repository
from command import assert_same, one_line, run, snapshot

from coos_license.render.snapshot import render
from coos_license.snapshot.databases import Item
from coos_license.snapshot.layout import MANIFEST, Manifest, write_manifest
from coos_license.trees.base import Kind

REPO = str(FIXTURES / "repo")
OVERLAY = ("--overlay", REPO)
LAYOUTS = ("xpak", "xpak-multi", "gpkg", "quick")


def listed(*arguments: str) -> list[dict[str, Any]]:
    """Return the packages of the inventory."""
    result = run("list", *arguments, "--format", "json", "-q")
    assert result.returncode == 0, result.stderr
    packages: list[dict[str, Any]] = json.loads(result.stdout)["packages"]
    return packages


def findings(*arguments: str) -> list[dict[str, Any]]:
    """Return all findings."""
    result = run("audit", *arguments, "--format", "json", "-q")
    assert result.returncode in {0, 1}, result.stderr
    found: list[dict[str, Any]] = json.loads(result.stdout)["findings"]
    return found


def remark(*arguments: str) -> str:
    """Return what SOURCE was taken for."""
    result = run("list", *arguments)
    assert result.returncode == 0, result.stderr
    return result.stderr.decode().splitlines()[0].rpartition(": ")[2]


def test_binary_packages_declare_what_the_database_does() -> None:
    sysroot = listed(str(FIXTURES / "sysroot"), *OVERLAY)
    for layout in ("xpak", "gpkg"):
        packages = listed(str(FIXTURES / layout), *OVERLAY)
        assert len(packages) == len(sysroot) == 3
        for one, other in zip(packages, sysroot, strict=True):
            assert one["evidence"].startswith("root/packages/app-misc/")
            for name in one.keys() - {
                "evidence",
                "files",
                "build_time",
                "binary_package",
            }:
                assert one[name] == other[name], name


def test_what_each_kind_was_taken_for_is_said(tmp_path: Path) -> None:
    index = str(FIXTURES / "xpak/Packages")
    alone = "directory with an index of binary packages, 3 packages in packages"
    assert remark(index) == alone
    shutil.copy(index, tmp_path)
    assert remark(str(tmp_path)) == alone
    found = remark(str(FIXTURES / "xpak"))
    assert found == "directory of binary packages, 3 packages in packages"
    assert remark(REPO) == "repository of ebuilds, 3 packages in metadata/md5-cache"


def test_the_packages_of_a_sysroot_without_a_database(tmp_path: Path) -> None:
    shutil.copytree(FIXTURES / "xpak", tmp_path / "packages")
    (tmp_path / "etc").mkdir()
    (tmp_path / "etc/os-release").write_text("NAME=Kinds\n", "utf-8")
    result = run("list", str(tmp_path), "--format", "json", "-q")
    inventory = json.loads(result.stdout)
    assert inventory["image"]["name"] == "Kinds"
    evidence = [one["evidence"] for one in inventory["packages"]]
    assert evidence[0] == "root/packages/app-misc/hello-1.0-r1.tbz2"
    assert evidence == [one["evidence"] for one in listed(str(FIXTURES / "xpak"))]


def test_a_database_counts_before_binary_packages(tmp_path: Path) -> None:
    write_entry(tmp_path, "app-misc/only-1", {"LICENSE": "MIT"})
    shutil.copytree(FIXTURES / "xpak", tmp_path / "packages")
    assert [one["cpv"] for one in listed(str(tmp_path))] == ["app-misc/only-1"]
    said = "sysroot, 1 packages in var/db/pkg; those in packages are not read"
    assert remark(str(tmp_path)) == said


@pytest.mark.parametrize("layout", [*LAYOUTS, "xpak/Packages", "repo"])
def test_a_snapshot_of_any_kind_is_what_it_is_of(tmp_path: Path, layout: str) -> None:
    source = str(FIXTURES / layout)
    options = [] if layout == "repo" else list(OVERLAY)
    archive = snapshot(tmp_path / "packed.tar.gz", source, *options)
    assert_same(tmp_path, [source, *options], [str(archive)])
    again = snapshot(tmp_path / "again.tar.gz", archive)
    assert again.read_bytes() == archive.read_bytes()
    said = remark(source).partition(",")[0]
    assert remark(str(archive)) == remark(source).replace(said, f"snapshot of a {said}")


@pytest.mark.parametrize("layout", ["gpkg", "xpak/Packages", "repo"])
def test_a_snapshot_of_any_kind_brings_what_the_sources_say(
    tmp_path: Path, layout: str
) -> None:
    files = {"hello-1.0/COPYING": MIT, "hello-1.0/NOTICE": NOTICE}
    sources = write_tree(tmp_path / "sources/app-misc", files).parent
    options = [] if layout == "repo" else list(OVERLAY)
    live = [str(FIXTURES / layout), *options, "--sources", str(sources)]
    archive = snapshot(tmp_path / "packed.tar.gz", *live)
    assert_same(tmp_path, live, [str(archive)])
    paths = [text["path"] for one in listed(str(archive)) for text in one["texts"]]
    assert "sources/app-misc/hello-1.0-r1/COPYING" in paths


def odd_packages(base: Path) -> str:
    """Make a directory with every oddity; return it."""
    directory = Path(shutil.copytree(FIXTURES / "gpkg", base / "odd"))
    (directory / "app-misc/plain-2.gpkg.tar").unlink()
    values = stated("app-misc/meta-2", LICENSE="metapackage")
    put(directory, "app-misc/meta-2.tbz2", make_xpak(values, b"\x04\x22\x4d\x18" * 9))
    put(directory, "app-misc/other-1.tbz2", make_xpak(stated("dev-libs/other-1")))
    put(
        directory,
        "dev-libs/other/other-1-2.xpak",
        make_xpak(stated("dev-libs/other-1")),
    )
    put(directory, "app-misc/cut-1.tbz2", b"cut")
    put(directory, "app-misc/b\x1b-1.tbz2", b"")
    put(directory, "All/none-1.tbz2", make_xpak({"LICENSE": "MIT"}))
    long = make_xpak(stated("app-misc/long-1", LICENSE="x" * ((1 << 22) + 1)))
    put(directory, "app-misc/long-1.tbz2", long)
    metadata = make_gpkg(stated("app-misc/lie-1", LICENSE="MIT"), manifest="DATA x\n")
    put(directory, "app-misc/lie-1.gpkg.tar", metadata)
    bare = outer({"gpkg-1": b"", "y" * 300: b""}, row("z  z", b""))
    put(directory, "app-misc/bare-1.gpkg.tar", bare)
    put(directory, "app-misc/stray.txt", b"text")
    put(directory, "bad category/foo-1.tbz2", b"")
    put(directory, "stray", b"text")
    (directory / "app-misc/out-1.tbz2").symlink_to("/etc/hostname")
    os.mkfifo(directory / "app-misc/pipe-1.tbz2")
    with (directory / "Packages").open("a", encoding="utf-8") as index:
        index.write("nonsense\n")
    return str(directory)


def test_a_snapshot_of_odd_packages_has_the_same_findings(tmp_path: Path) -> None:
    source = odd_packages(tmp_path)
    archive = snapshot(tmp_path / "packed.tar.gz", source, *OVERLAY)
    assert_same(tmp_path, [source, *OVERLAY], [str(archive)])
    names = {one["name"] for one in findings(source)}
    assert {
        "contradictory-package",
        "index-mismatch",
        "superseded-build",
        "unreadable-entry",
        "stray-entry",
    } <= names


def test_a_snapshot_of_an_odd_cache_has_the_same_findings(tmp_path: Path) -> None:
    repository = Path(shutil.copytree(REPO, tmp_path / "repo"))
    cache = repository / "metadata/md5-cache"
    (cache / "app-misc/bad-1").write_bytes(b"LICENSE=MIT foo? ( \xff )\nnonsense\n")
    (cache / "app-misc/long-1").write_bytes(b"x" * ((1 << 20) + 1))
    (cache / "app-misc/out-1").symlink_to("/etc/hostname")
    (cache / "app-misc/no version").touch()
    (cache / "bad category").mkdir()
    (cache / "stray").touch()
    archive = snapshot(tmp_path / "packed.tar.gz", repository)
    assert_same(tmp_path, [str(repository)], [str(archive)])


def test_the_image_may_be_told_by_binary_packages(tmp_path: Path) -> None:
    sysroot = tmp_path / "sysroot"
    shutil.copytree(FIXTURES / "sysroot", sysroot)
    write_entry(sysroot, "app-misc/tool-1", {"LICENSE": "MIT"})
    packages = listed(str(sysroot), "--shipped", str(FIXTURES / "xpak"), *OVERLAY)
    shipped = {one["cpv"]: (one["shipped"], one["evidence"]) for one in packages}
    place = "shipped/packages/app-misc"
    assert shipped["app-misc/hello-1.0-r1"] == ("yes", f"{place}/hello-1.0-r1.tbz2")
    assert shipped["app-misc/tool-1"][0] == "build-time"
    files = {one["cpv"]: one["files"] for one in packages}
    assert files["app-misc/hello-1.0-r1"] == 3  # which the sysroot knows


def test_the_closure_of_the_target_is_the_default_of_binary_packages(
    tmp_path: Path,
) -> None:
    shutil.copytree(FIXTURES / "xpak", tmp_path / "pkg")
    values = stated("virtual/target-os-1", RDEPEND="app-misc/meta")
    put(tmp_path / "pkg", "virtual/target-os-1.tbz2", make_xpak(values))
    shipped = {one["name"]: one["shipped"] for one in listed(str(tmp_path / "pkg"))}
    assert shipped == {
        "hello": "build-time",
        "meta": "yes",
        "plain": "build-time",
        "target-os": "yes",
    }


def test_all_of_a_repository_ships_unless_a_closure_is_asked_for(
    tmp_path: Path,
) -> None:
    repository = Path(shutil.copytree(REPO, tmp_path / "repo"))
    cache = repository / "metadata/md5-cache"
    (cache / "virtual").mkdir()
    (cache / "virtual/target-os-1").write_text(
        "RDEPEND=app-misc/plain[x?]\nSLOT=0\n_md5_=x\n", "utf-8"
    )
    assert {one["shipped"] for one in listed(str(repository))} == {"yes"}
    closure = listed(str(repository), "--shipped", "closure:virtual/target-os")
    shipped = {one["name"] for one in closure if one["shipped"] == "yes"}
    assert shipped == {"plain", "target-os"}


def test_a_repository_brings_its_own_texts_and_masters_are_given(
    tmp_path: Path,
) -> None:
    base = write_repository(tmp_path / "base", "base", {"MIT": "Base MIT.\n"})
    own = write_repository(tmp_path / "own", "own", {"ISC": "Own ISC.\n"}, "base")
    cache = own / "metadata/md5-cache/app-misc"
    cache.mkdir(parents=True)
    (cache / "foo-1").write_text("LICENSE=MIT ISC\nSLOT=0\n_md5_=x\n", "utf-8")
    (package,) = listed(str(own), "--overlay", str(base))
    paths = [text["path"] for text in package["texts"]]
    assert paths == ["base/licenses/MIT", "own/licenses/ISC"]
    names = {one["name"] for one in findings(str(own))}
    assert "missing-master" in names
    again = listed(str(own), "--overlay", str(base), "--overlay", str(own))
    assert again == [package]


def test_evidence_in_a_cache_and_in_an_index_has_a_line() -> None:
    (one,) = (
        one
        for one in findings(REPO)
        if one["name"] == "unknown-use" and one["subject"] == "LICENSE"
    )
    place = "kinds/metadata/md5-cache/app-misc/hello-1.0-r1"
    assert one["evidence"] == [{"path": place, "line": 8}]
    told = run("explain", str(FIXTURES / "xpak/Packages"), "hello", *OVERLAY).stdout
    assert b"\n              root/packages/Packages:27\n" in told


def test_no_list_of_files_is_said_where_one_is_asked_for() -> None:
    for source in (REPO, str(FIXTURES / "xpak")):
        line = one_line(run("explain", source, "/usr/bin/hello"))
        assert "records no lists of files; give the sysroot" in line


@pytest.mark.parametrize(
    "name", ["xpak/app-misc/plain-2.tbz2", "gpkg/app-misc/plain-2.gpkg.tar"]
)
def test_one_package_alone_is_refused(name: str) -> None:
    line = one_line(run("list", str(FIXTURES / name)))
    assert line.endswith("is one binary package; give the directory that holds it")


def test_what_lies_beside_an_index_is_not_looked_at(tmp_path: Path) -> None:
    directory = Path(shutil.copytree(FIXTURES / "xpak", tmp_path / "pkg"))
    put(directory, "app-misc/extra-1.tbz2", make_xpak(stated("app-misc/extra-1")))
    packages = listed(str(directory / "Packages"))
    assert [one["name"] for one in packages] == ["hello", "meta", "plain"]
    assert {one["evidence"] for one in packages} == {"root/packages/Packages"}


@pytest.mark.parametrize("content", [b"", b"VERSION: 0\n", b"VERSION: 0\n\nCPV: x\n"])
def test_a_file_without_packages_is_one_line_or_a_finding(
    tmp_path: Path, content: bytes
) -> None:
    path = tmp_path / "Packages"
    path.write_bytes(content)
    result = run("list", str(path))
    if b"CPV" in content:
        assert result.returncode == 0
    else:
        one_line(result)


def test_an_index_of_gigabytes_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "Packages"
    path.write_bytes(b"VERSION: 0\n\n")
    os.truncate(path, 1 << 40)
    assert f"is an index of {1 << 40} bytes" in one_line(run("list", str(path)))
    assert "holds no package database" in one_line(run("list", str(tmp_path)))


def test_an_empty_cache_is_no_database(tmp_path: Path) -> None:
    (tmp_path / "metadata/md5-cache").mkdir(parents=True)
    assert "holds no package database" in one_line(run("list", str(tmp_path)))


def test_a_snapshot_with_lies_about_packages_is_no_defect(tmp_path: Path) -> None:
    place = tmp_path / "app-misc/foo-1.tbz2"
    place.mkdir(parents=True)
    for number, content in enumerate(
        (
            "[",
            "[]",
            '{"size": -1}',
            '{"size": true}',
            '{"files": "3"}',
            '{"faults": {}}',
            '{"faults": [["a"]]}',
            '{"faults": [[1, "b"]]}',
        )
    ):
        (place / "LICENSE").write_text(f"L{number}", "utf-8")
        (place / "binary-package.json").write_text(content, "utf-8")
        found = [one["name"] for one in findings(str(tmp_path))]
        assert "unreadable-entry" in found, content
    text = '{"faults": [["a", "b\\u001b[1m\\nc"]], "files": 2}'
    (place / "binary-package.json").write_text(text, "utf-8")
    (package,) = listed(str(tmp_path))
    assert package["files"] == 2
    (told,) = (
        one for one in findings(str(tmp_path)) if one["name"] == "contradictory-package"
    )
    assert told["message"].endswith("foo-1.tbz2 b[1m c")


@pytest.mark.parametrize(
    ("place", "other"),
    [
        ("packages/app-misc", "packages/dev-libs/foo-1.tbz2/LICENSE"),
        ("packages/app-misc/foo", "packages/dev-libs/foo-1.tbz2/LICENSE"),
        ("metadata/md5-cache/app-misc", "metadata/md5-cache/dev-libs/foo-1"),
    ],
)
def test_a_directory_that_cannot_be_read_is_a_finding(
    tmp_path: Path, place: str, other: str
) -> None:
    """A snapshot keeps the reason, for root can read all there is."""
    reason = "cannot be read (Permission denied)"
    items = [
        Item("repos", Kind.DIRECTORY),
        Item(f"root/{place}", Kind.DIRECTORY, fault=reason),
        Item(f"root/{other}", content=b"LICENSE=MIT\n"),
        Item(MANIFEST, content=write_manifest(Manifest((), 0))),
    ]
    archive = tmp_path / "snapshot.tar.gz"
    archive.write_bytes(b"".join(render(items, 0)))
    told = [one for one in findings(str(archive)) if one["name"] == "unreadable-entry"]
    assert [one["message"] for one in told] == [f"root/{place} {reason}"]
    again = snapshot(tmp_path / "again.tar.gz", archive)
    assert findings(str(again)) == findings(str(archive))


@needs_e2fsprogs
def test_binary_packages_and_caches_inside_of_an_image(tmp_path: Path) -> None:
    tree = tmp_path / "tree"
    shutil.copytree(FIXTURES / "xpak", tree / "build/board/packages")
    shutil.copytree(REPO, tree / "repo")
    image = str(make_ext4(tmp_path / "image", tree))
    packages = listed(image, "--sysroot", "build/board")
    assert packages == listed(str(FIXTURES / "xpak"))
    assert listed(image, "--sysroot", "repo") == listed(REPO)

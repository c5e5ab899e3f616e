# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""Directories of binary packages: which packages, which builds, what is odd."""

import bz2
import os
import shutil
from pathlib import Path

import pytest
from builders_archives import tar
from builders_binpkg import FIXTURES, make_gpkg, make_xpak, outer, put, stated
from portage.xpak import tbz2

from coos_license.chromiumos.databases import DatabaseKind, find_database, read_database
from coos_license.model import Finding, RawPackage
from coos_license.portage import binhost
from coos_license.portage.binhost import has_packages, read_binhost
from coos_license.trees.directory import DirectoryTree

Read = tuple[dict[str, RawPackage], list[Finding]]
FOO = make_xpak(stated("app-misc/foo-1", LICENSE="MIT"))


def read(directory: Path) -> Read:
    """Return the packages by name and version, and all findings."""
    with DirectoryTree.open(directory) as tree:
        packages, odd = read_binhost(tree, "root/packages")
    found = [*odd, *(fault for package in packages for fault in package.faults)]
    by_cpv = {package.id.cpv: package for package in packages}
    assert len(by_cpv) == len(packages)
    return by_cpv, found


def told(found: list[Finding]) -> list[tuple[str, str]]:
    return [(one.kind.name, one.message) for one in found]


@pytest.mark.parametrize("layout", ["xpak", "gpkg", "quick"])
def test_a_binary_package_says_what_its_database_entry_says(layout: str) -> None:
    with DirectoryTree.open(FIXTURES / "sysroot") as tree:
        database = find_database(tree)
        assert database is not None
        assert database.kind is DatabaseKind.INSTALLED
        installed = {one.id: one for one in read_database(tree, database, "root")[0]}
    packages, found = read(FIXTURES / layout)
    assert found == []
    for package in packages.values():
        entry = installed[package.id]
        for name in ("license_field", "use", "iuse", "slot", "subslot", "repository"):
            assert getattr(package, name) == getattr(entry, name)
        for name in ("homepage", "description", "rdepend", "pdepend", "depend"):
            assert getattr(package, name) == getattr(entry, name)


def test_the_newest_of_several_builds_counts() -> None:
    packages, found = read(FIXTURES / "xpak-multi")
    hello = packages["app-misc/hello-1.0-r1"]
    assert hello.license_field == "|| ( BSD GPL-2 )"
    place = "root/packages/app-misc/hello/hello-1.0-r1"
    assert hello.place == f"{place}-2.xpak"
    assert [one.kind.name for one in found] == ["superseded-build"]
    assert [one.path for one in found[0].evidence] == [
        f"{place}-{n}.xpak" for n in "21"
    ]


@pytest.mark.parametrize(
    ("first", "second", "wanted"),
    [
        ({"BUILD_TIME": "2"}, {"BUILD_TIME": "10"}, 2),
        ({"BUILD_TIME": "10"}, {"BUILD_TIME": "2"}, 1),
        ({"BUILD_ID": "2"}, {"BUILD_ID": "10"}, 2),
        ({"BUILD_ID": "10"}, {"BUILD_ID": "x"}, 1),
        ({"BUILD_TIME": ""}, {"BUILD_TIME": "1"}, 2),
        ({}, {}, 2),
    ],
)
def test_build_time_and_then_build_id_tell_what_is_newer(
    tmp_path: Path, first: dict[str, str], second: dict[str, str], wanted: int
) -> None:
    for number, values in ((1, first), (2, second)):
        content = make_xpak(stated("app-misc/foo-1", LICENSE=f"L{number}", **values))
        put(tmp_path, f"app-misc/foo/foo-1-{number}.xpak", content)
    packages, found = read(tmp_path)
    assert packages["app-misc/foo-1"].license_field == f"L{wanted}"
    assert [one.kind.name for one in found] == ["superseded-build"]


def test_the_format_is_told_by_the_content(tmp_path: Path) -> None:
    gpkg = make_gpkg(stated("app-misc/bar-1", LICENSE="ISC"))
    put(tmp_path, "app-misc/foo-1.gpkg.tar", FOO)
    put(tmp_path, "app-misc/bar-1.tbz2", gpkg)
    packages, found = read(tmp_path)
    assert [one.license_field for one in packages.values()] == ["ISC", "MIT"]
    assert found == []


def test_the_old_directory_of_all_packages(tmp_path: Path) -> None:
    put(tmp_path, "All/foo-1.tbz2", FOO)
    (tmp_path / "app-misc").mkdir()
    (tmp_path / "app-misc/foo-1.tbz2").symlink_to("../All/foo-1.tbz2")
    packages, found = read(tmp_path)
    assert list(packages) == ["app-misc/foo-1"]
    assert found == []


@pytest.mark.parametrize(
    "path",
    [
        "app-misc/foo-2.tbz2",
        "dev-libs/foo-1.tbz2",
        "app-misc/bar/foo-1-1.xpak",
        "app-misc/foo/foo-2-1.xpak",
        "All/foo-2.tbz2",
        "app-misc/nonsense.tbz2",
    ],
)
def test_a_package_that_its_place_denies_is_what_it_says(
    tmp_path: Path, path: str
) -> None:
    packages, found = read(put(tmp_path, path, FOO))
    assert list(packages) == ["app-misc/foo-1"]
    message = f"root/packages/{path} says that it is app-misc/foo-1"
    assert told(found) == [("contradictory-package", message)]


def test_the_place_counts_where_a_package_does_not_say_what_it_is(
    tmp_path: Path,
) -> None:
    put(tmp_path, "app-misc/foo-1-r2.tbz2", make_xpak({"LICENSE": "MIT"}))
    put(tmp_path, "app-misc/bar/bar-1-17.xpak", make_xpak({"LICENSE": "MIT"}))
    put(tmp_path, "app-misc/baz-1.tbz2", make_xpak({"CATEGORY": "..", "PF": "/x"}))
    put(tmp_path, "All/none-1.tbz2", make_xpak({"LICENSE": "MIT"}))
    packages, found = read(tmp_path)
    names = ["app-misc/bar-1", "app-misc/baz-1", "app-misc/foo-1-r2"]
    assert list(packages) == names
    message = "root/packages/All/none-1.tbz2 is no name of a package (PMS 3.1)"
    assert told(found) == [("unreadable-entry", message)]


def test_a_package_without_metadata_stays_in_the_inventory(tmp_path: Path) -> None:
    put(tmp_path, "app-misc/foo-1.tbz2", b"")
    put(tmp_path, "app-misc/bar-1.tbz2", bz2.compress(b"x" * 100))
    put(tmp_path, "app-misc/cut-1.tbz2", FOO[:-3])
    put(tmp_path, "app-misc/tar-1.gpkg.tar", outer({"gpkg-1": b""}, ""))
    packages, found = read(tmp_path)
    assert len(packages) == 4
    assert {one.kind.name for one in found} == {"unreadable-entry"}
    for package in packages.values():
        assert package.license_field is None
        assert "LICENSE" in package.unreadable
    assert "the entry is no binary package" in found[0].message


def test_names_that_are_no_packages(tmp_path: Path) -> None:
    put(tmp_path, "app-misc/foo-1.tbz2", FOO)
    put(tmp_path, "app-misc/notes.txt", b"")
    put(tmp_path, "app-misc/foo/deep/foo-1-1.xpak", FOO)
    put(tmp_path, "stray", b"")
    put(tmp_path, "Packages.gz", b"")
    put(tmp_path, ".lock", b"")
    put(tmp_path, "app-misc/.foo-1.tbz2.portage_lockfile", b"")
    put(tmp_path, "bad category/foo-1.tbz2", FOO)
    (tmp_path / "app-misc/out-1.tbz2").symlink_to("/etc/hostname")
    os.mkfifo(tmp_path / "app-misc/pipe-1.tbz2")
    packages, found = read(tmp_path)
    assert list(packages) == ["app-misc/foo-1"]
    says = {one.subject.removeprefix("root/packages/"): one for one in found}
    assert {path: one.kind.name for path, one in says.items()} == {
        "app-misc/foo/deep": "unreadable-entry",
        "app-misc/notes.txt": "stray-entry",
        "app-misc/out-1.tbz2": "unreadable-entry",
        "app-misc/pipe-1.tbz2": "unreadable-entry",
        "bad category": "unreadable-entry",
        "stray": "stray-entry",
    }
    assert says["app-misc/out-1.tbz2"].message.endswith(
        "out-1.tbz2 is a symbolic link, not a binary package"
    )


def test_a_name_that_is_no_utf_8_is_shown_escaped(tmp_path: Path) -> None:
    put(tmp_path, os.fsdecode(b"app-misc/b\xff\x1b-1.tbz2"), b"")
    packages, found = read(tmp_path)
    assert packages == {}
    assert r"app-misc/b\udcff\x1b-1.tbz2" in found[0].message


def archive(*names: str) -> bytes:
    members = ((name, b"x" if name.endswith("f") else None) for name in names)
    return tar(*members, ("./link", "target")) if names else tar()


@pytest.mark.parametrize("pack", [bytes, bz2.compress])
def test_the_files_of_a_metapackage_are_counted(tmp_path: Path, pack: type) -> None:
    for name, content in (("full", archive("./", "./f", "./d/f")), ("none", archive())):
        values = stated(f"app-misc/{name}-1", LICENSE="metapackage")
        put(tmp_path, f"app-misc/{name}-1.tbz2", make_xpak(values, pack(content)))
        values = stated(f"app-misc/{name}-2", LICENSE="metapackage")
        put(tmp_path, f"app-misc/{name}-2.gpkg.tar", make_gpkg(values, pack(content)))
    packages, found = read(tmp_path)
    assert found == []
    files = {cpv: package.files for cpv, package in packages.items()}
    assert files == {
        "app-misc/full-1": 3,
        "app-misc/full-2": 3,
        "app-misc/none-1": 0,
        "app-misc/none-2": 0,
    }


def test_files_are_not_looked_for_where_nothing_depends_on_them(tmp_path: Path) -> None:
    values = stated("app-misc/foo-1", LICENSE="MIT")
    put(tmp_path, "app-misc/foo-1.tbz2", make_xpak(values, b"BZh9 no archive at all"))
    packages, found = read(tmp_path)
    assert packages["app-misc/foo-1"].files is None
    assert found == []


def test_an_archive_that_cannot_be_listed_is_told(tmp_path: Path) -> None:
    values = stated("app-misc/foo-1", LICENSE="metapackage")
    put(tmp_path, "app-misc/foo-1.tbz2", make_xpak(values, b"\x89LZO\0\r\n\x1a\n" * 99))
    packages, found = read(tmp_path)
    assert packages["app-misc/foo-1"].files is None
    message = "CONTENTS is not there, and the archive is no tar, or packed in a way"
    assert told(found) == [("unreadable-entry", f"{message} that is not read")]
    assert "CONTENTS" in packages["app-misc/foo-1"].unreadable


def test_a_bomb_of_a_metapackage_has_a_file_and_ends_early(tmp_path: Path) -> None:
    bomb = bz2.compress(tar(("./f", bytes(1 << 27))))
    values = stated("app-misc/foo-1", LICENSE="metapackage")
    put(tmp_path, "app-misc/foo-1.tbz2", make_xpak(values, bomb))
    packages, _ = read(tmp_path)
    assert packages["app-misc/foo-1"].files == 1


def test_a_package_of_gigabytes_is_not_read(tmp_path: Path) -> None:
    place = tmp_path / "app-misc/foo-1.tbz2"
    place.parent.mkdir()
    with place.open("wb") as file:
        file.truncate(1 << 40)
        file.seek(0, os.SEEK_END)
        file.write(FOO)
    packages, found = read(tmp_path)
    assert packages["app-misc/foo-1"].license_field == "MIT"
    assert found == []


def test_a_directory_of_anything_is_not_searched_for_ever(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(10):
        put(tmp_path, f"bin/tool{number}", b"")
    put(tmp_path, "usr/foo-1.tbz2", FOO)
    with DirectoryTree.open(tmp_path) as tree:
        assert has_packages(tree)
        monkeypatch.setattr(binhost, "_LOOKED_AT", 5)
        assert not has_packages(tree)


# The index beside the packages.


def copied(tmp_path: Path, layout: str) -> Path:
    return Path(shutil.copytree(FIXTURES / layout, tmp_path / layout))


def test_a_package_that_is_listed_and_not_there(tmp_path: Path) -> None:
    directory = copied(tmp_path, "xpak")
    (directory / "app-misc/plain-2.tbz2").unlink()
    packages, found = read(directory)
    assert len(packages) == 2
    message = "root/packages/Packages lists app-misc/plain-2.tbz2, which is not there"
    assert told(found) == [("index-mismatch", message)]
    lines = (directory / "Packages").read_text("utf-8").splitlines()
    assert lines[(found[0].evidence[0].line or 0) - 1] == "PATH: app-misc/plain-2.tbz2"


def test_a_package_that_is_there_and_not_listed(tmp_path: Path) -> None:
    directory = put(copied(tmp_path, "gpkg"), "app-misc/foo-1.tbz2", FOO)
    place = "root/packages/app-misc/foo-1.tbz2"
    message = f"{place} is not listed in root/packages/Packages"
    assert told(read(directory)[1]) == [("index-mismatch", message)]


def test_a_package_of_another_size_than_listed(tmp_path: Path) -> None:
    directory = copied(tmp_path, "xpak")
    path = directory / "app-misc/plain-2.tbz2"
    packed = tbz2(str(path))
    values = packed.get_data()
    path.write_bytes(
        make_xpak({name.decode(): value for name, value in values.items()})
    )
    size = path.stat().st_size
    message = f"root/packages/app-misc/plain-2.tbz2 is {size} bytes long,"
    message += " root/packages/Packages says 3451"
    assert told(read(directory)[1]) == [("index-mismatch", message)]


def test_no_index_is_no_finding(tmp_path: Path) -> None:
    directory = copied(tmp_path, "xpak")
    (directory / "Packages").unlink()
    assert read(directory)[1] == []


@pytest.mark.parametrize("content", [b"", b"VERSION: 7\n", b"x\n" * 9, b"\xff\x00:\n"])
def test_an_index_that_is_none_is_a_finding(tmp_path: Path, content: bytes) -> None:
    directory = copied(tmp_path, "xpak")
    (directory / "Packages").write_bytes(content)
    packages, found = read(directory)
    assert len(packages) == 3
    assert "unreadable-entry" in {one.kind.name for one in found}

# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""The vdb reader: every shape that a package manager writes, and broken ones."""

import os
from pathlib import Path

import pytest
from builders_vdb import raw, write_entry

from coos_license.model import Finding, PackageId, RawPackage
from coos_license.portage.vdb import find_owners, read_vdb
from coos_license.trees.directory import DirectoryTree

FIXTURES = Path(__file__).parent / "fixtures"


def read(root: Path) -> tuple[tuple[RawPackage, ...], tuple[Finding, ...]]:
    """Return what the vdb of a sysroot holds."""
    with DirectoryTree.open(root) as tree, tree.at("var/db/pkg") as vdb:
        return read_vdb(vdb, "root/var/db/pkg")


@pytest.mark.parametrize(
    ("sysroot", "count"),
    [("mini/sysroot", 15), ("vdbs/portage-3.0.30", 14), ("vdbs/pkgcore", 7)],
)
def test_real_shapes_are_read_without_a_fault(sysroot: str, count: int) -> None:
    packages, odd = read(FIXTURES / sysroot)
    assert len(packages) == count
    assert odd == ()
    assert [package.faults for package in packages] == [()] * count
    for package in packages:
        assert package.license_field
        assert package.repository
        assert package.use is not None


def test_pkgcore_writes_neither_category_nor_build_time() -> None:
    packages, _ = read(FIXTURES / "vdbs/pkgcore")
    assert all("/" in package.id.cpv for package in packages)
    assert {package.build_time for package in packages} == {None}


def test_fields_of_a_real_entry() -> None:
    packages, _ = read(FIXTURES / "mini/sysroot")
    libcap = next(one for one in packages if one.id.name == "libcap")
    assert libcap.id.cpv == "sys-libs/libcap-2.66"
    assert libcap.license_field == "|| ( GPL-2 BSD )"
    assert libcap.repository == "portage-stable"
    assert libcap.place == "root/var/db/pkg/sys-libs/libcap-2.66"
    contents = (
        FIXTURES / "mini/sysroot/var/db/pkg/sys-libs/libcap-2.66/CONTENTS"
    ).read_text("utf-8")
    owned = [line for line in contents.splitlines() if line[:3] in ("obj", "sym")]
    assert libcap.files == len(owned) > 0
    assert libcap.build_time is not None


def test_interrupted_merges_and_hidden_names_are_no_packages(tmp_path: Path) -> None:
    write_entry(tmp_path, "a-b/c-1", {"LICENSE": "MIT"})
    write_entry(tmp_path, "a-b/-MERGING-c-2", {"LICENSE": "MIT"})
    write_entry(tmp_path, "a-b/.hidden-1", {"LICENSE": "MIT"})
    write_entry(tmp_path, ".cache/d-1", {"LICENSE": "MIT"})
    (tmp_path / "var/db/pkg/a-b/.c-1.portage_lockfile").touch()
    packages, odd = read(tmp_path)
    assert [package.id.cpv for package in packages] == ["a-b/c-1"]
    assert odd == ()


def test_absent_files_are_absent_not_empty(tmp_path: Path) -> None:
    (tmp_path / "var/db/pkg/a-b/c-1").mkdir(parents=True)
    packages, odd = read(tmp_path)
    assert odd == ()
    (package,) = packages
    assert package.license_field is None
    assert package.use is None
    assert package.build_time is None
    assert (package.slot, package.subslot, package.repository) == ("0", "0", "")


def test_what_is_no_entry_is_told(tmp_path: Path) -> None:
    write_entry(tmp_path, "a-b/c-1", {"LICENSE": "MIT"})
    write_entry(tmp_path, "a-b/noversion", {"LICENSE": "MIT"})
    write_entry(tmp_path, "-bad/c-1", {"LICENSE": "MIT"})
    (tmp_path / "var/db/pkg/a-b/world-1").write_text("x", "utf-8")
    (tmp_path / "var/db/pkg/a-b/link-1").symlink_to("c-1")
    (tmp_path / "var/db/pkg/evil").symlink_to("/etc")
    packages, odd = read(tmp_path)
    assert [package.id.cpv for package in packages] == ["a-b/c-1"]
    assert sorted((one.kind.name, one.subject) for one in odd) == [
        ("stray-entry", "root/var/db/pkg/a-b/world-1"),
        ("unreadable-entry", "root/var/db/pkg/-bad"),
        ("unreadable-entry", "root/var/db/pkg/a-b/link-1"),
        ("unreadable-entry", "root/var/db/pkg/a-b/noversion"),
        ("unreadable-entry", "root/var/db/pkg/evil"),
    ]


def test_long_names_of_no_entries_are_told_apart(tmp_path: Path) -> None:
    names = {f"{'x' * 220}-no-version-{end}" for end in "ab"}
    for name in names:
        write_entry(tmp_path, f"a-b/{name}", {})
    _, odd = read(tmp_path)
    assert {one.subject for one in odd} == {f"root/var/db/pkg/a-b/{n}" for n in names}


def test_metadata_that_is_no_regular_file_is_a_finding(tmp_path: Path) -> None:
    entry = write_entry(tmp_path, "a-b/c-1", {})
    os.mkfifo(entry / "LICENSE")
    (entry / "HOMEPAGE").symlink_to("/etc/passwd")
    (entry / "CONTENTS").mkdir()
    (package,), _ = read(tmp_path)
    assert sorted(fault.subject for fault in package.faults) == [
        "CONTENTS",
        "HOMEPAGE",
        "LICENSE",
    ]
    assert {fault.kind.name for fault in package.faults} == {"unreadable-entry"}
    assert package.homepage == ()


def test_a_license_of_ten_megabytes_is_not_read(tmp_path: Path) -> None:
    write_entry(tmp_path, "a-b/c-1", {"LICENSE": b"MIT " * 2_500_000})
    (package,), _ = read(tmp_path)
    assert package.license_field is None
    (fault,) = package.faults
    assert "10000000 bytes" in fault.message


def test_control_characters_are_dropped_or_shown(tmp_path: Path) -> None:
    files = {
        "LICENSE": b"MIT\x1b[31m\x00",
        "DESCRIPTION": b"a \x1b]0;title\x07 b\x00\xff",
        "HOMEPAGE": b"https://x.example/\x1b[1m",
    }
    write_entry(tmp_path, "a-b/c-1", files)
    (package,), _ = read(tmp_path)
    assert package.license_field == r"MIT\x1b[31m\x00"
    assert package.description == "a ]0;title b\u00ff"
    assert package.homepage == ("https://x.example/[1m",)


def test_the_slot_is_checked(tmp_path: Path) -> None:
    write_entry(tmp_path, "a-b/c-1", {"SLOT": "1/2.3\n"})
    write_entry(tmp_path, "a-b/d-1", {"SLOT": "../x\n"})
    (good, slot), _ = read(tmp_path)
    assert (good.slot, good.subslot, good.faults) == ("1", "2.3", ())
    assert [fault.kind.name for fault in slot.faults] == ["suspicious-value"]
    assert slot.slot == "0"


def test_the_directory_is_the_identity(tmp_path: Path) -> None:
    write_entry(tmp_path, "a-b/c-1", {"CATEGORY": "x-y\n", "PF": "other-2\n"})
    (package,), _ = read(tmp_path)
    assert package.id.cpv == "a-b/c-1"
    assert package.faults == ()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("HOMEPAGE", "javascript:alert(1)"),
        ("HOMEPAGE", "https://good.example data:text/html,x"),
        ("DESCRIPTION", "a \x1b[1m b"),
        ("USE", "a\x00b"),
        ("repository", "../../x"),
    ],
)
def test_a_value_that_its_variable_may_not_hold(
    tmp_path: Path, name: str, value: str
) -> None:
    write_entry(tmp_path, "a-b/c-1", {"LICENSE": "MIT", name: value})
    (package,), _ = read(tmp_path)
    assert [(one.kind.name, one.subject) for one in package.faults] == [
        ("suspicious-value", name)
    ]
    assert package.repository != value


@pytest.mark.parametrize("value", ["", "x", "-1", "1e9", "9" * 12, "\u0661"])
def test_a_build_time_that_is_none_is_not_known(value: str) -> None:
    assert raw("a/b-1", build_time=value).build_time is None


def test_owners_of_a_file() -> None:
    root = FIXTURES / "mini/sysroot"
    contents = (root / "var/db/pkg/app-arch/bzip2-1.0.8-r1/CONTENTS").read_text("utf-8")
    obj = next(line for line in contents.splitlines() if line[:3] == "obj")
    path = obj.split()[1]
    with DirectoryTree.open(root) as tree, tree.at("var/db/pkg") as vdb:
        line = contents.splitlines().index(obj) + 1
        owner = PackageId("app-arch", "bzip2", "1.0.8-r1")
        assert list(find_owners(vdb, path)) == [(owner, line)]
        assert list(find_owners(vdb, path[:-1])) == []
        assert list(find_owners(vdb, "/.*")) == []


def test_owners_of_names_with_spaces_and_arrows(tmp_path: Path) -> None:
    contents = (
        "obj /usr/a b 0123456789abcdef0123456789abcdef 1700000000\n"
        "sym /usr/x -> y -> /usr/z 1700000000\n"
    )
    write_entry(tmp_path, "a-b/c-1", {"CONTENTS": contents})
    (package,), _ = read(tmp_path)
    assert package.files == 2
    with DirectoryTree.open(tmp_path) as tree, tree.at("var/db/pkg") as vdb:
        owner = PackageId("a-b", "c", "1")
        assert list(find_owners(vdb, "/usr/a b")) == [(owner, 1)]
        assert list(find_owners(vdb, "/usr/x")) == [(owner, 2)]

# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""What is recorded of ELF files, and which file has a soname that is needed."""

from contextlib import ExitStack
from pathlib import Path

import pytest
from builders_vdb import raw, write_entry
from command import run

from coos_license.cli.opened import Inside
from coos_license.cli.sources import read_source
from coos_license.model import ElfObject, LinkGraph, PackageId, RawPackage
from coos_license.portage.entry import parse_package
from coos_license.portage.names import package_id
from coos_license.portage.needed import parse_needed, read_objects
from coos_license.resolve.links import providers_of, resolve_links

FIXTURES = Path(__file__).parent / "fixtures"
SYSROOT = FIXTURES / "miniature/sysroot"
LIBC = "X86_64;/lib64/libc.so.6;libc.so.6;;;x86_64\n"


def linked(cpv: str, needed: str = "", **files: str) -> RawPackage:
    """Return an entry with a NEEDED.ELF.2."""
    category, _, pf = cpv.partition("/")
    package = package_id(category, pf)
    assert package is not None
    values = {name: value.encode() for name, value in files.items()}
    if needed:
        values["NEEDED.ELF.2"] = needed.encode()
    return parse_package(package, f"root/var/db/pkg/{cpv}", values, {})


def found(graph: LinkGraph, package: RawPackage) -> dict[str, list[str]]:
    """Return each soname that a package needs with the files that have it."""
    return {
        need.soname: [f"{one.package.cpv}:{one.path}" for one in need.providers]
        for file in graph.files[package.id]
        for need in file.needs
    }


def test_a_line_has_five_fields_or_six() -> None:
    objects, faults = parse_needed(
        b"ARM;/bin/old;;/opt/lib;liba.so.1,libb.so\n"
        b"X86_64;/lib/x.so;x.so.1;  -  ;;x86_x32\n"
    )
    assert objects == (
        ElfObject("/bin/old", "arm_32", "", ("/opt/lib",), ("liba.so.1", "libb.so")),
        ElfObject("/lib/x.so", "x86_x32", "x.so.1"),
    )
    assert faults == []


def test_a_line_that_is_no_record_is_told_and_the_others_count() -> None:
    broken = linked("app-misc/a-1", f"gibberish\nX86_64;relative;;;\x1b[1m\n{LIBC}")
    assert [one.path for one in broken.objects] == ["/lib64/libc.so.6"]
    first, second = (one.message for one in broken.faults)
    assert first == "NEEDED.ELF.2, line 1: is no record of an ELF file: 'gibberish'"
    assert second.endswith(" 'X86_64;relative;;;\\\\x1b[1m'")


def test_without_needed_the_sums_of_it_count() -> None:
    values = {
        "PROVIDES": b"x86_32: liba.so.1 x86_64: liba.so.1",
        "REQUIRES": b"x86_64: b",
    }
    objects, faults = read_objects(values)
    assert objects == (
        ElfObject("", "x86_32", "liba.so.1"),
        ElfObject("", "x86_64", "liba.so.1"),
        ElfObject("", "x86_64", needed=("b",)),
    )
    assert faults == []
    assert read_objects({"REQUIRES": b"liba.so.1"})[1] == [
        ("REQUIRES", "REQUIRES names 'liba.so.1' before any multilib category")
    ]


def test_a_soname_is_found_in_its_own_multilib_category_only() -> None:
    wide = linked("dev-libs/a-1", "X86_64;/usr/lib64/liba.so.1;liba.so.1;;;x86_64")
    narrow = linked("dev-libs/a32-1", "386;/usr/lib/liba.so.1;liba.so.1;;;x86_32")
    user = linked("app-misc/b-1", "386;/usr/bin/b;;;liba.so.1,libgone.so;x86_32")
    assert found(resolve_links([wide, narrow, user]), user) == {
        "liba.so.1": ["dev-libs/a32-1:/usr/lib/liba.so.1"],
        "libgone.so": [],
    }


@pytest.mark.parametrize(
    ("runpath", "expected"),
    [
        ("$ORIGIN/../lib", ["/opt/b/lib/liba.so.1"]),
        ("${ORIGIN}/../lib:/usr/lib64", ["/opt/b/lib/liba.so.1"]),
        ("/usr/lib64:/opt/b/lib", ["/usr/lib64/liba.so.1"]),
        ("/usr/$LIB", ["/usr/lib64/liba.so.1"]),
        ("", ["/usr/lib64/liba.so.1"]),
        ("/nowhere", ["/usr/lib64/liba.so.1"]),
    ],
)
def test_runpaths_go_before_the_usual_directories(
    runpath: str, expected: list[str]
) -> None:
    both = linked(
        "dev-libs/a-1",
        "X86_64;/usr/lib64/liba.so.1;liba.so.1;;;x86_64\n"
        "X86_64;/opt/b/lib/liba.so.1;liba.so.1;;;x86_64",
    )
    line = f"X86_64;/opt/b/bin/b;;{runpath};liba.so.1;x86_64"
    user = linked("app-misc/b-1", line)
    answer = found(resolve_links([both, user]), user)["liba.so.1"]
    assert [one.partition(":")[2] for one in answer] == expected


def test_where_the_search_path_decides_all_candidates_stay() -> None:
    slots = [
        linked(
            f"sys-devel/gcc-{n}", f"X86_64;/usr/lib/gcc/{n}/libx.so;libx.so;;;x86_64"
        )
        for n in (12, 13)
    ]
    user = linked("app-misc/b-1", "X86_64;/usr/bin/b;;;libx.so;x86_64")
    assert found(resolve_links([*slots, user]), user)["libx.so"] == [
        "sys-devel/gcc-12:/usr/lib/gcc/12/libx.so",
        "sys-devel/gcc-13:/usr/lib/gcc/13/libx.so",
    ]


def test_a_library_without_a_soname_is_found_by_its_name() -> None:
    musl = linked("sys-libs/musl-1", "X86_64;/usr/lib/libc.so;;;;x86_64")
    user = linked("app-misc/b-1", "X86_64;/usr/bin/b;;;libc.so;x86_64")
    graph = resolve_links([musl, user])
    assert found(graph, user)["libc.so"] == ["sys-libs/musl-1:/usr/lib/libc.so"]


def test_a_needed_path_is_not_searched_for() -> None:
    twice = linked(
        "dev-libs/a-1",
        "X86_64;/usr/lib64/liba.so;liba.so;;;x86_64\n"
        "X86_64;/opt/a/liba.so;liba.so;;;x86_64",
    )
    user = linked("app-misc/b-1", "X86_64;/usr/bin/b;;;/opt/a/liba.so;x86_64")
    answer = found(resolve_links([twice, user]), user)
    assert answer == {"/opt/a/liba.so": ["dev-libs/a-1:/opt/a/liba.so"]}


def test_without_any_record_nothing_is_known() -> None:
    assert not resolve_links([raw("app-misc/a-1")]).is_recorded


@pytest.fixture(name="miniature")
def read_miniature() -> LinkGraph:
    with ExitStack() as trees:
        source = read_source(SYSROOT, trees, "root", inside=Inside(links=True))
    return resolve_links(source.packages)


def test_on_the_miniature_every_soname_but_those_of_glibc_is_found(
    miniature: LinkGraph,
) -> None:
    missing = {need.soname for _, _, need in miniature.links() if not need.providers}
    assert missing == {
        *("ld-linux-x86-64.so.2", "libc.so.6", "libdl.so.2", "libm.so.6"),
        *("libpthread.so.0", "librt.so.1"),
    }
    dropbear = PackageId("net-misc", "dropbear", "2022.83-r103")
    linked_by = providers_of(miniature, dropbear)
    assert {one.key: names for one, names in linked_by.items()} == {
        "dev-libs/libtomcrypt": ("libtomcrypt.so.1",),
        "dev-libs/libtommath": ("libtommath.so.1",),
        "sys-libs/libxcrypt": ("libcrypt.so.1",),
        "sys-libs/zlib": ("libz.so.1",),
    }


def test_list_does_not_read_what_links_what() -> None:
    with ExitStack() as trees:
        source = read_source(SYSROOT, trees, "root")
    assert not any(package.objects for package in source.packages)


def test_a_tar_and_a_snapshot_hold_the_same_graph(
    tmp_path: Path, miniature: LinkGraph
) -> None:
    snapshot = tmp_path / "snapshot.tar.gz"
    assert run("snapshot", str(SYSROOT), "-o", str(snapshot)).returncode == 0
    with ExitStack() as trees:
        source = read_source(snapshot, trees, "root", inside=Inside(links=True))
        assert resolve_links(source.packages) == miniature


def test_an_unreadable_record_is_a_finding_of_the_audit(tmp_path: Path) -> None:
    write_entry(tmp_path, "app-misc/a-1", {"LICENSE": "MIT", "NEEDED.ELF.2": "odd\n"})
    told = run("audit", str(tmp_path)).stdout
    assert b"NEEDED.ELF.2, line 1: is no record of an ELF file" in told

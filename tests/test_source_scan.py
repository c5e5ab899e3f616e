# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""What is found in one source tree or archive, and what hostile ones cost."""

import bz2
import gzip
import lzma
import os
import tarfile
from pathlib import Path

import pytest
from builders_archives import link, make_ar, make_odd_tar, make_tar, make_zip, plain
from builders_sources import (
    FILES,
    MIT,
    NOTICE,
    TAG,
    faults,
    names,
    scan_file,
    scan_tree,
    write_tree,
)

from coos_license.sources.values import LeftOut, Role

FOUND = ["foo-1/COPYING", "foo-1/LICENSES/ISC.txt", "foo-1/doc/NOTICE"]


@pytest.mark.parametrize("name", ["a.tar.gz", "a.zip", "a.deb", "tree"])
def test_tree_and_archives_say_the_same(tmp_path: Path, name: str) -> None:
    if name == "tree":
        found = scan_tree(tmp_path, FILES)
    elif name == "a.zip":
        found = scan_file(tmp_path, name, make_zip(FILES))
    elif name == "a.deb":
        inner = {"debian-binary": b"2.0\n", "data.tar.xz": make_tar(FILES, "xz")}
        found = scan_file(tmp_path, name, make_ar(inner))
    else:
        found = scan_file(tmp_path, name, make_tar(FILES))
    above = "data.tar.xz/" if name == "a.deb" else ""
    assert names(found) == [f"{above}{path}" for path in FOUND]
    assert [file.role for file in found.files] == [Role.TERMS, Role.TERMS, Role.NOTICE]
    assert [found.contents[file.sha256] for file in found.files] == [
        MIT.encode(),
        b"ISC terms\n",
        NOTICE.encode(),
    ]
    (header,) = found.headers
    assert (header.expression, header.files, header.line) == ("MIT", 1, 1)
    assert header.path == f"{above}foo-1/src/main.c"
    assert found.faults == ()


def test_archive_in_an_archive_is_read_one_level_deep(tmp_path: Path) -> None:
    deepest = make_tar({"LICENSE": "deep\n"})
    inner = make_tar({"LICENSE": MIT, "more.tar.gz": deepest})
    found = scan_file(tmp_path, "x.gem", make_tar({"data.tar.gz": inner}, ""))
    assert names(found) == ["data.tar.gz/LICENSE"]


def test_archive_in_test_data_is_not_read(tmp_path: Path) -> None:
    inner = make_tar({"LICENSE": MIT})
    found = scan_file(tmp_path, "x.tar.gz", make_tar({"x-1/tests/a.tar.gz": inner}))
    assert (names(found), found.faults) == ([], ())


@pytest.mark.parametrize(
    ("suffix", "pack"),
    [(".gz", gzip.compress), (".bz2", bz2.compress), (".xz", lzma.compress)],
)
def test_packed_licence_is_unpacked(tmp_path: Path, suffix: str, pack: object) -> None:
    content = pack(MIT.encode())  # type: ignore[operator]  # three functions of bytes
    found = scan_tree(tmp_path, {f"LICENSE{suffix}": content})
    assert names(found) == [f"LICENSE{suffix}"]
    assert list(found.contents.values()) == [MIT.encode()]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "it is empty"),
        (b" \n\n", "it is empty"),
        (b"#!/bin/sh\necho\n", "it is a script"),
        (b"\x7fELF\0\0", "it is no text"),
    ],
)
def test_file_without_anything_to_pass_on_is_left_out_with_the_reason(
    tmp_path: Path, content: bytes, reason: str
) -> None:
    found = scan_tree(tmp_path, {"NOTICE": content})
    assert found.left_out == (LeftOut("NOTICE", Role.NOTICE, reason),)
    assert found.files == ()


def test_stray_nul_makes_no_data_of_a_text(tmp_path: Path) -> None:
    found = scan_tree(tmp_path, {"LICENSE": f"{MIT}\0\n"})
    assert names(found) == ["LICENSE"]


def test_utf_16_text_is_a_text(tmp_path: Path) -> None:
    found = scan_tree(tmp_path, {"LICENSE": MIT.encode("utf-16")})
    assert names(found) == ["LICENSE"]


def test_links_give_what_they_lead_to(tmp_path: Path) -> None:
    content = MIT.encode()
    archive = make_odd_tar(
        (link("a/LICENSE", "../b/terms.txt"), b""),
        (plain("b/terms.txt", len(content)), content),
        (link("COPYING", "b/terms.txt", tarfile.LNKTYPE), b""),
        (link("NOTICE", "a/LICENSE"), b""),
        (link("c/LICENCE", "../via"), b""),
        (link("via", "b/terms.txt"), b""),
    )
    found = scan_file(tmp_path, "x.tar.gz", archive)
    assert names(found) == ["COPYING", "NOTICE", "a/LICENSE", "c/LICENCE"]
    assert list(found.contents.values()) == [content]
    assert found.faults == ()


def test_links_in_an_inner_archive_stay_in_it(tmp_path: Path) -> None:
    content = MIT.encode()
    inner = make_odd_tar(
        (link("doc/LICENSE", "../terms.txt"), b""),
        (link("COPYING", "terms.txt", tarfile.LNKTYPE), b""),
        (plain("terms.txt", len(content)), content),
        (link("NOTICE", "../NOTICE"), b""),
    )
    outer: dict[str, str | bytes] = {"data.tar.gz": inner, "NOTICE": NOTICE}
    found = scan_file(tmp_path, "x.gem", make_tar(outer, ""))
    inside = ["data.tar.gz/COPYING", "data.tar.gz/doc/LICENSE"]
    assert names(found) == ["NOTICE", *inside]
    assert faults(found) == [
        ("data.tar.gz/NOTICE", "is a link that leads outside: '../NOTICE'")
    ]


def test_links_of_a_directory_give_what_they_lead_to(tmp_path: Path) -> None:
    write_tree(tmp_path, {"doc/terms.txt": MIT})
    (tmp_path / "LICENSE").symlink_to("doc/terms.txt")
    (tmp_path / "licenses").symlink_to("doc")
    found = scan_tree(tmp_path, {})
    assert names(found) == ["LICENSE"]
    assert found.faults == ()


@pytest.mark.parametrize("target", ["nothing", "LICENSE", "doc"])
def test_link_to_no_file_is_left_out(tmp_path: Path, target: str) -> None:
    directory = tarfile.TarInfo("doc")
    directory.type = tarfile.DIRTYPE
    archive = make_odd_tar((link("LICENSE", target), b""), (directory, b""))
    found = scan_file(tmp_path, "x.tar.gz", archive)
    assert found.files == ()
    assert [fault.path for fault in found.left_out] == ["LICENSE"]


def test_name_that_is_no_utf_8_is_shown(tmp_path: Path) -> None:
    (tmp_path / os.fsdecode(b"LICENSE.\xff")).write_text(MIT, "utf-8")
    assert names(scan_tree(tmp_path, {})) == [r"LICENSE.\udcff"]


def test_long_paths_stay_whole(tmp_path: Path) -> None:
    paths = [f"{'d' * 220}/{name}/LICENSE" for name in "ab"]
    scanned = scan_tree(tmp_path, dict.fromkeys(paths, MIT))
    assert names(scanned) == paths


def test_metadata_is_no_text_and_its_expression_is_a_header(tmp_path: Path) -> None:
    found = scan_tree(tmp_path, {"PKG-INFO": "Name: x\nLicense-Expression: ISC\n"})
    assert found.files == ()
    assert [(one.expression, one.line) for one in found.headers] == [("ISC", 2)]


@pytest.mark.parametrize(
    ("metadata", "beside"),
    [
        ("x-1/PKG-INFO", "x-1/NOTICE"),
        ("x-1/x.egg-info/PKG-INFO", "x-1/NOTICE"),
        ("x-1/src/x.egg-info/PKG-INFO", "x-1/NOTICE"),
        ("x-1.dist-info/METADATA", "x-1.dist-info/licenses/NOTICE"),
    ],
)
def test_file_that_metadata_names_must_be_there(
    tmp_path: Path, metadata: str, beside: str
) -> None:
    named = {metadata: "Name: x\nLicense-File: NOTICE\n"}
    assert scan_tree(tmp_path / "a", named).named == ((metadata, "NOTICE"),)
    assert scan_tree(tmp_path / "b", {**named, beside: NOTICE}).named == ()


def test_headers_are_counted_and_the_first_by_path_is_told(tmp_path: Path) -> None:
    files = {f"{name}.c": f"\n// {TAG}ISC\n" for name in "cab"}
    (header,) = scan_tree(tmp_path, files).headers
    assert (header.files, header.path, header.line) == (3, "a.c", 2)


def test_single_file_that_is_a_licence_is_found(tmp_path: Path) -> None:
    found = scan_file(tmp_path, "LICENSE-fonts.txt", MIT.encode())
    assert names(found) == ["LICENSE-fonts.txt"]


def test_patch_is_nothing(tmp_path: Path) -> None:
    found = scan_file(tmp_path, "fix.patch.xz", lzma.compress(b"--- a\n+++ b\n"))
    assert (found.files, found.faults) == ((), ())


def test_a_list_of_all_files_names_those_that_have_to_be_there(tmp_path: Path) -> None:
    listed = "LICENSE\nNOTICE\nsetup.py\nx.egg-info/PKG-INFO\nsrc/x/AUTHORS\n"
    files = {
        "x.egg-info/SOURCES.txt": listed,
        "x.egg-info/PKG-INFO": "Name: x\n",
        "LICENSE": MIT,
        "src/x/AUTHORS": "Ada\n",
    }
    assert scan_tree(tmp_path, files).named == (("x.egg-info/SOURCES.txt", "NOTICE"),)


def test_a_module_in_the_module_cache_is_looked_into(tmp_path: Path) -> None:
    place = "go-mod/cache/download/a.example/b/@v/v1.0.0.zip"
    packed_module = make_zip({"a.example/b@v1.0.0/LICENSE": MIT})
    found = f"{place}/a.example/b@v1.0.0/LICENSE"
    members = {place: packed_module, "other/v1.0.0.zip": packed_module}
    packed = make_tar(members, "xz")
    assert names(scan_file(tmp_path, "deps.tar.xz", packed)) == [found]
    assert names(scan_tree(tmp_path / "tree", {place: packed_module})) == [found]


def test_lists_of_components_are_kept_whole_and_are_no_texts(tmp_path: Path) -> None:
    manifest = f'# {TAG}MIT\n[package]\nname = "a"\n'
    scanned = scan_tree(tmp_path, {"a/Cargo.toml": manifest, "a/go.sum": "x\n"})
    assert [file.role for file in scanned.files] == [Role.LIST, Role.LIST]
    assert [header.expression for header in scanned.headers] == ["MIT"]

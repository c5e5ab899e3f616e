# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""Hostile and damaged sources: each is a fault of one line, and the rest is read."""

import gzip
import os
import tarfile
from pathlib import Path

import pytest
from builders_archives import link, make_odd_tar, make_tar, make_zip, nothing, plain
from builders_sources import (
    FILES,
    MIT,
    NOTICE,
    faults,
    names,
    scan_file,
    scan_tree,
    write_tree,
)
from hypothesis import given, settings
from hypothesis import strategies as st

from coos_license.portage.repository import TEXT_LIMIT
from coos_license.sources import scan as module
from coos_license.sources.scan import scan
from coos_license.trees import found as walked
from coos_license.trees.base import Kind
from coos_license.trees.content import Memory
from coos_license.trees.found import Found
from coos_license.trees.packed import packing_of, walk


def test_plain_inner_archive_is_passed_over_quickly(tmp_path: Path) -> None:
    inner = make_tar({"noise": os.urandom(100_000), "LICENSE": MIT}, "")
    found = scan_file(tmp_path, "x.gem", make_tar({"data.tar": inner}))
    assert names(found) == ["data.tar/LICENSE"]


def test_broken_inner_archive_is_a_fault_and_the_rest_is_read(tmp_path: Path) -> None:
    inner = make_tar({"LICENSE": MIT})[:-30]
    found = scan_file(
        tmp_path, "x.gem", make_tar({"data.tar.gz": inner, "NOTICE": NOTICE}, "")
    )
    assert "NOTICE" in names(found)
    assert [path for path, _ in faults(found)] == ["data.tar.gz"]


@pytest.mark.parametrize("target", ["/etc/passwd", "../../etc/passwd"])
def test_link_that_leads_outside_is_a_fault(tmp_path: Path, target: str) -> None:
    found = scan_file(
        tmp_path, "x.tar.gz", make_odd_tar((link("a/LICENSE", target), b""))
    )
    assert faults(found) == [("a/LICENSE", f"is a link that leads outside: {target!r}")]


def test_link_out_of_a_directory_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("Copyright 2020 Outside\n", "utf-8")
    tree = tmp_path / "tree"
    tree.mkdir()
    (tree / "LICENSE").symlink_to("../secret")
    found = scan_tree(tree, {})
    assert found.files == ()


@pytest.mark.parametrize("path", ["../LICENSE", "a/../../LICENSE", "/LICENSE"])
def test_name_that_leads_outside_is_a_fault_and_not_read(
    tmp_path: Path, path: str
) -> None:
    content = MIT.encode()
    archive = make_odd_tar(
        (plain(path, len(content)), content), (plain("COPYING", len(content)), content)
    )
    found = scan_file(tmp_path, "x.tar.gz", archive)
    assert names(found) == ["COPYING"]
    assert len(found.faults) == 1
    assert "leads outside" in found.faults[0].reason


@pytest.mark.parametrize("kind", [tarfile.CHRTYPE, tarfile.BLKTYPE, tarfile.FIFOTYPE])
def test_device_is_a_fault(tmp_path: Path, kind: bytes) -> None:
    found = scan_file(
        tmp_path, "x.tar.gz", make_odd_tar((link("LICENSE", "", kind), b""))
    )
    assert faults(found) == [("LICENSE", f"is a {Kind.OTHER}, which is not read")]


def test_fifo_of_a_directory_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "LICENSE")
    found = scan_tree(tmp_path, {})
    assert [path for path, _ in faults(found)] == ["LICENSE"]


def test_licence_of_four_gigabytes_is_not_read(tmp_path: Path) -> None:
    with (tmp_path / "LICENSE").open("wb") as file:
        file.truncate(1 << 32)
    found = scan_tree(tmp_path, {"NOTICE": NOTICE})
    assert names(found) == ["NOTICE"]
    reason = f"is longer than the {TEXT_LIMIT} bytes that are read"
    assert faults(found) == [("LICENSE", reason)]


def test_packed_licence_that_is_a_bomb_is_a_fault(tmp_path: Path) -> None:
    found = scan_tree(tmp_path, {"LICENSE.gz": gzip.compress(b"x" * (TEXT_LIMIT + 9))})
    assert faults(found) == [("LICENSE.gz", f"unpacks to more than {TEXT_LIMIT} bytes")]


@pytest.mark.parametrize("kept", [0.3, 0.9])
def test_truncated_archive_is_a_fault_and_what_was_read_counts(
    tmp_path: Path, kept: float
) -> None:
    noise = os.urandom(1 << 20)
    archive = make_tar({"COPYING": MIT, "noise": noise, "NOTICE": NOTICE})
    found = scan_file(tmp_path, "x.tar.gz", archive[: int(len(archive) * kept)])
    assert names(found) == ["COPYING"]
    assert [path for path, _ in faults(found)] == [""]


def test_more_files_than_the_bound_end_the_scan(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MOST_FILES", 3)
    found = scan_tree(tmp_path, {f"{n}/LICENSE": f"{n}\n" for n in range(9)})
    assert len(found.files) == 3
    assert "more than" in found.faults[0].reason


def test_more_bytes_than_the_bound_end_the_scan(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MOST_BYTES", 1_000)
    found = scan_file(
        tmp_path, "x.gem", make_tar({"d.tar": make_tar({"LICENSE": "x" * 2_000}, "")})
    )
    assert found.files == ()
    assert "bytes of them" in found.faults[0].reason


def test_directories_beyond_their_depth_are_a_fault(tmp_path: Path) -> None:
    deep = tmp_path
    for _ in range(210):
        deep /= "d"
    deep.mkdir(parents=True)
    found = scan_tree(tmp_path, {"COPYING": MIT})
    assert names(found) == ["COPYING"]
    assert "200 deep" in found.faults[0].reason


@settings(max_examples=200, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 1 << 16), st.integers(0, 255)), max_size=12),
    st.integers(0, 3_000),
)
def test_damaged_archive_gives_a_printable_answer(
    changes: list[tuple[int, int]], cut: int
) -> None:
    content = bytearray(make_tar({**FILES, "x.tar": make_tar(FILES, "")}, ""))
    content = content[: len(content) - cut]
    for at, value in changes:
        content[at % len(content)] = value
    source = Memory(bytes(content))
    packing = packing_of(source)
    found = scan(lambda: walk(source, packing), archive=True)
    told = [*names(found), *(part for fault in faults(found) for part in fault)]
    assert all(text.isprintable() for text in told)
    assert set(found.contents) == {file.sha256 for file in found.files}


def test_directory_that_cannot_be_read_is_a_fault_and_the_rest_is_read() -> None:
    below = [Found("a", Kind.DIRECTORY, "", "cannot be read", None, nothing)]
    found = scan(lambda: iter(below), archive=False)
    assert faults(found) == [("a", "cannot be read")]


def test_more_names_than_the_bound_end_the_walk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(walked, "_MOST_NAMES", 2)
    found = scan_tree(tmp_path, dict.fromkeys("abcd", ""))
    assert faults(found) == [("", "has more than 2 names")]


@pytest.mark.parametrize("content", [b"x" * (TEXT_LIMIT + 9), b"x\n"])
def test_link_to_a_long_file_is_a_fault(tmp_path: Path, content: bytes) -> None:
    archive = make_odd_tar(
        (link("LICENSE", "terms"), b""), (plain("terms", len(content)), content)
    )
    found = scan_file(tmp_path, "x.tar.gz", archive)
    tree = tmp_path / "tree"
    write_tree(tree, {"terms": content})
    (tree / "LICENSE").symlink_to("terms")
    too_long = len(content) > TEXT_LIMIT
    assert bool(found.faults) == bool(scan_tree(tree, {}).faults) == too_long


def test_encrypted_licence_is_a_fault(tmp_path: Path) -> None:
    content = bytearray(make_zip({"LICENSE": MIT}))
    content[content.rfind(b"PK\x01\x02") + 8] |= 1
    found = scan_file(tmp_path, "x.zip", bytes(content))
    assert faults(found) == [("LICENSE", "is encrypted")]


def test_walk_of_an_unreadable_subdirectory_goes_on(tmp_path: Path) -> None:
    if os.getuid() == 0:
        pytest.skip("root reads what it likes")
    write_tree(tmp_path, {"a/LICENSE": MIT, "b/LICENSE": MIT})
    (tmp_path / "a").chmod(0)
    found = scan_tree(tmp_path, {})
    assert names(found) == ["b/LICENSE"]
    assert [path for path, _ in faults(found)] == ["a"]


def test_a_module_that_is_damaged_is_a_fault_and_the_rest_is_read(
    tmp_path: Path,
) -> None:
    place = "go-mod/cache/download/a.example/b/@v/v1.0.0.zip"
    scanned = scan_tree(tmp_path, {place: "PK", "z/LICENSE": MIT})
    assert names(scanned) == ["z/LICENSE"]
    assert faults(scanned) == [(place, "is truncated: it has no directory")]

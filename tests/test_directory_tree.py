# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""A directory tree stays inside its root and reads regular files only."""

import os
import socket
from pathlib import Path

import pytest

from coos_license.errors import ReadError
from coos_license.trees.base import AbsentError, Kind
from coos_license.trees.directory import DirectoryTree

LIMITS = {"": 1 << 20, "small": 4}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A tree with one file inside and one secret beside it."""
    (tmp_path / "secret").write_text("secret", "utf-8")
    inside = tmp_path / "root"
    (inside / "dir/sub").mkdir(parents=True)
    (inside / "file").write_text("inside", "utf-8")
    (inside / "dir/file").write_text("below", "utf-8")
    return inside


@pytest.mark.parametrize(
    ("target", "expected"),
    [
        ("file", "inside"),
        ("/file", "inside"),
        ("/../../file", "inside"),
        ("dir/../file", "inside"),
        ("dir/file", "below"),
        ("../../../../file", "inside"),
        ("./dir/./sub/../file", "below"),
    ],
)
def test_a_symlink_resolves_inside_the_root(
    root: Path, target: str, expected: str
) -> None:
    (root / "link").symlink_to(target)
    (root / "dir/sub/link").symlink_to(f"../../{target}")
    with DirectoryTree.open(root) as tree:
        assert tree.read("link", 100) == expected.encode()
        if not target.startswith("/"):
            assert tree.read("dir/sub/link", 100) == expected.encode()


@pytest.mark.parametrize("target", ["../secret", "/secret", "dir/../../secret"])
def test_a_symlink_never_leads_outside(root: Path, target: str) -> None:
    (root / "link").symlink_to(target)
    with DirectoryTree.open(root) as tree, pytest.raises(AbsentError):
        tree.read("link", 100)


def test_an_absolute_target_counts_from_the_root_of_a_subtree_too(root: Path) -> None:
    (root / "dir/link").symlink_to("/file")
    (root / "dir/up").symlink_to("../file")
    (root / "dir/turn").symlink_to("/dir/sub")
    (root / "dir/sub/deep").write_text("deep", "utf-8")
    with DirectoryTree.open(root) as tree, tree.at("dir") as below:
        assert below.read("link", 100) == b"inside"
        assert below.read("up", 100) == b"inside"
        assert below.read("turn/deep", 100) == b"deep"
        with below.at("turn") as turned:
            assert turned.read("deep", 100) == b"deep"


def test_a_loop_of_symlinks_ends(root: Path) -> None:
    (root / "a").symlink_to("b")
    (root / "b").symlink_to("a")
    with DirectoryTree.open(root) as tree, pytest.raises(ReadError, match="loop"):
        tree.read("a", 100)


def test_only_regular_files_are_read(root: Path) -> None:
    os.mkfifo(root / "dir/fifo")
    (root / "dir/link").symlink_to("file")
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(root / "dir/socket"))
    names = ("fifo", "socket", "sub", "link", "file", "absent")
    with DirectoryTree.open(root) as tree:
        found, failed = tree.read_files("dir", names, LIMITS)
        assert found == {"file": b"below"}
        assert sorted(failed) == ["fifo", "link", "socket", "sub"]
        for name in ("dir/fifo", "dir/socket", "dir"):
            with pytest.raises(ReadError):
                tree.read(name, 100)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root makes device nodes")
def test_a_device_is_refused(root: Path) -> None:
    try:
        os.mknod(root / "dir/zero", 0o20666, os.makedev(1, 5))
    except PermissionError:
        pytest.skip("this container makes no device nodes")
    with DirectoryTree.open(root) as tree:
        found, failed = tree.read_files("dir", ("zero",), LIMITS)
        assert (found, sorted(failed)) == ({}, ["zero"])


def test_a_read_is_bounded(root: Path) -> None:
    (root / "dir/small").write_bytes(b"12345")
    (root / "dir/large").write_bytes(b"x" * (1 << 20))
    with DirectoryTree.open(root) as tree:
        found, failed = tree.read_files("dir", ("small", "large"), LIMITS)
        assert len(found["large"]) == 1 << 20
        assert "5 bytes" in str(failed["small"])
        with pytest.raises(ReadError, match="more than the 3"):
            tree.read("file", 3)


def test_an_entry_behind_a_symlink_is_not_an_entry(root: Path) -> None:
    (root / "entry").symlink_to("dir")
    with DirectoryTree.open(root) as tree, pytest.raises(ReadError):
        tree.read_files("entry", ("file",), LIMITS)


def test_entries_are_sorted_and_named_by_kind(root: Path) -> None:
    (root / "link").symlink_to("nowhere")
    os.mkfifo(root / "pipe")
    with DirectoryTree.open(root) as tree:
        assert [(entry.name, entry.kind) for entry in tree.entries()] == [
            ("dir", Kind.DIRECTORY),
            ("file", Kind.FILE),
            ("link", Kind.SYMLINK),
            ("pipe", Kind.OTHER),
        ]


def test_absent_and_not_a_directory(root: Path) -> None:
    with DirectoryTree.open(root) as tree:
        with pytest.raises(AbsentError):
            tree.at("nowhere")
        with pytest.raises(ReadError):
            tree.at("file")
        with pytest.raises(AbsentError):
            tree.read("dir/nowhere", 100)
    tree.close()


def test_no_descriptor_leaks(root: Path) -> None:
    (root / "link").symlink_to("dir/../file")
    before = len(list(Path("/proc/self/fd").iterdir()))
    with DirectoryTree.open(root) as tree:
        for _ in range(50):
            tree.read("link", 100)
            with tree.at("dir/sub"):
                pass
            with pytest.raises(AbsentError):
                tree.read("dir/none", 100)
            tree.read_files("dir", ("file",), LIMITS)
    assert len(list(Path("/proc/self/fd").iterdir())) == before

# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""Files read by position: the same bytes from a directory, a tar and an image."""

import bz2
import lzma
import os
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

import pytest
from builders_archives import keep_all, tar
from builders_image import make_ext4, needs_e2fsprogs

from coos_license.errors import ReadError
from coos_license.trees import ext4
from coos_license.trees.archive import TarTree
from coos_license.trees.base import AbsentError, FileTree
from coos_license.trees.content import Memory, Part
from coos_license.trees.directory import DirectoryTree
from coos_license.trees.image import ImageTree
from coos_license.trees.tar_members import members
from coos_license.trees.unpack import Form, Stream
from coos_license.trees.window import Window

#: Three blocks of an ext4 with 1 KiB each, and a bit.
BYTES = bytes(range(256)) * 13
TREES = [
    "directory",
    "tar",
    *(
        pytest.param(f"ext4 {layout}", marks=needs_e2fsprogs)
        for layout in ("extent", "^extent,^64bit", "inline_data")
    ),
]


def tree_of(kind: str, base: Path, trees: ExitStack) -> FileTree:
    """Return a tree of that kind that holds ``long`` and ``short``."""
    directory = base / "tree"
    directory.mkdir()
    (directory / "long").write_bytes(BYTES)
    (directory / "short").write_bytes(b"short one")
    if kind == "directory":
        return trees.enter_context(DirectoryTree.open(directory))
    if kind == "tar":
        packed = base / "packed.tar"
        packed.write_bytes(tar(("long", BYTES), ("short", b"short one")))
        return TarTree.open(packed, Form.TAR, keep_all)
    layout = kind.split()[1]
    image = make_ext4(base / "image", directory, "-O", layout, "-b", "1024")
    return ImageTree.open(trees.enter_context(Window.open(image)))


@pytest.mark.parametrize("kind", TREES)
def test_any_range_of_a_file_can_be_read(kind: str, tmp_path: Path) -> None:
    with ExitStack() as trees:
        tree = tree_of(kind, tmp_path, trees)
        with tree.open_file("long") as long:
            assert long.size_bytes == len(BYTES)
            for start, length in (
                (0, 0),
                (0, 3328),
                (1000, 50),
                (1023, 1026),
                (3327, 1),
            ):
                assert long.read(start, length) == BYTES[start : start + length]
            for start, length in ((0, 3329), (-1, 2), (5, -1), (1 << 40, 1)):
                with pytest.raises(ReadError, match="outside of the file"):
                    long.read(start, length)
        with tree.open_file("short") as short:
            assert short.read(6, 3) == b"one"
        with pytest.raises(AbsentError):
            tree.open_file("none")
        with pytest.raises(ReadError):
            tree.open_file(".")


def test_only_regular_files_are_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "out").symlink_to("/etc/hostname")
    with DirectoryTree.open(tmp_path) as tree:
        with pytest.raises(ReadError, match="is not a regular file"):
            tree.open_file("pipe")
        with pytest.raises(AbsentError):  # its target counts from the root of the tree
            tree.open_file("out")


def test_a_file_that_shrinks_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(BYTES)
    with DirectoryTree.open(tmp_path) as tree, tree.open_file("file") as content:
        os.truncate(tmp_path / "file", 10)
        with pytest.raises(ReadError, match="was cut off"):
            content.read(0, 100)


def test_a_part_is_a_stream_that_ends_where_the_part_does() -> None:
    stream = Part(Memory(BYTES), 100, 1000).buffered()
    assert stream.read(10) == BYTES[100:110]
    assert stream.seek(990) == 990
    assert stream.read() == BYTES[1090:1100]
    assert stream.read() == b""
    with pytest.raises(ReadError, match="outside of the file"):
        Part(Memory(BYTES), 3000, 1000)


@pytest.mark.parametrize("packed", [False, True])
def test_an_archive_inside_of_a_file(packed: bool) -> None:
    archive = tar(("a", b"x" * 600), ("b", b""))
    inner = bz2.compress(archive) + bz2.compress(b"") if packed else archive
    content = Memory(b"before" + inner + b"behind")
    stream = Stream.part(content, 6, len(inner))
    assert [member.name for member in members(stream)] == ["a", "b"]
    for end in (5, len(inner) // 2 if packed else 700):
        with pytest.raises(ReadError, match=r"truncated|no tar"):
            list(members(Stream.part(content, 6, end)))


@needs_e2fsprogs
def test_block_lists_of_files_read_in_parts_are_bounded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file of holes may be of any length, its tables all the same one."""
    (tmp_path / "tree").mkdir()
    (tmp_path / "tree/file").write_bytes(BYTES * 20)
    options = ("-O", "^extent,^64bit", "-b", "1024")
    image = make_ext4(tmp_path / "image", tmp_path / "tree", *options)
    with Window.open(image) as window:
        with ImageTree.open(window).open_file("file") as file:
            assert file.read(60_000, 10) == (BYTES * 20)[60_000:60_010]
        for name, bound, message in (
            ("_NODES_BUDGET", 0, "past the bound"),
            ("_MOST_RUNS", 10, "more than 10 pieces"),
        ):
            monkeypatch.setattr(ext4, name, bound)
            file = ImageTree.open(window).open_file("file")
            with pytest.raises(ReadError, match=message):
                file.read(0, 1)
            monkeypatch.undo()


@pytest.mark.parametrize("pack", [bz2.compress, lzma.compress])
def test_an_empty_stream_is_not_the_end(pack: Callable[[bytes], bytes]) -> None:
    inner = pack(b"") + pack(tar(("a", b"x"))) + pack(b"")
    stream = Stream.part(Memory(inner), 0, len(inner))
    assert [member.name for member in members(stream)] == ["a"]


def test_very_many_streams_are_refused() -> None:
    inner = bz2.compress(b"") * 10_001 + bz2.compress(tar())
    with pytest.raises(ReadError, match="more than 10000 streams"):
        list(members(Stream.part(Memory(inner), 0, len(inner))))


def test_an_archive_inside_of_a_file_has_its_own_bound() -> None:
    inner = bz2.compress(tar(("a", bytes(10_000))))
    with pytest.raises(ReadError, match="larger than 5000 bytes"):
        list(members(Stream.part(Memory(inner), 0, len(inner), 5000)))

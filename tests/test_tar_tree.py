# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""A tar is read like the directory that was packed, and hostile ones do no harm."""

import io
import os
import shutil
import subprocess
import tarfile
from pathlib import Path

import pytest
from builders_archives import END, PACKED, PACKERS, Open, answer, keep_all, special, tar
from hypothesis import given
from hypothesis import strategies as st

from coos_license.errors import ReadError
from coos_license.portage.sysroot import find_roots
from coos_license.trees.archive import TarTree
from coos_license.trees.base import AbsentError, FileTree, Kind
from coos_license.trees.directory import DirectoryTree
from coos_license.trees.nodes import UNREAD
from coos_license.trees.unpack import Form, sniff


@pytest.mark.parametrize("form", list(PACKERS))
def test_every_form_is_told_by_its_content(
    opened: Open, tmp_path: Path, form: Form
) -> None:
    content = PACKERS[form](tar(("a/b", b"x" * 600), ("a/c", b"")))
    tree = opened(content)
    assert sniff(tmp_path / "archive") is form
    assert tree.read("a/b", 600) == b"x" * 600
    assert tree.read("a/c", 0) == b""


def test_forms_that_are_none(tmp_path: Path) -> None:
    assert sniff(tmp_path) is Form.DIRECTORY
    for content in (b"", b"short", bytes(10_240), b"x" * 512):
        (tmp_path / "file").write_bytes(content)
        assert sniff(tmp_path / "file") is Form.OTHER
    os.mkfifo(tmp_path / "fifo")
    assert sniff(tmp_path / "fifo") is Form.OTHER


@pytest.mark.parametrize(
    "form", [tarfile.USTAR_FORMAT, tarfile.GNU_FORMAT, tarfile.PAX_FORMAT]
)
def test_long_names_in_every_dialect(opened: Open, form: int) -> None:
    name = "/".join(["d" * 60] * 3)
    assert opened(tar((name, b"x"), form=form)).read(name, 1) == b"x"
    if form != tarfile.USTAR_FORMAT:
        longer = "/".join(["e" * 200] * 3)
        tree = opened(tar((longer, b"x"), ("link", longer), form=form))
        assert tree.read(longer, 1) == tree.read("link", 1) == b"x"


def test_several_streams_are_one(opened: Open) -> None:
    content = tar(("a", b"x" * 5_000))
    for pack in (PACKERS[form] for form in PACKED):
        assert opened(pack(content[:1_000]) + pack(content[1_000:])).read("a", 5_000)


def test_links_resolve_as_in_a_directory(opened: Open) -> None:
    tree = opened(
        tar(
            ("file", b"inside"),
            ("dir/sub/deep", b"deep"),
            ("dir/up", "../file"),
            ("dir/out", "../../../../file"),
            ("dir/absolute", "/file"),
            ("dir/turn", "/dir/sub"),
            ("dangling", "nowhere"),
            ("loop", "loop2"),
            ("loop2", "loop"),
        )
    )
    below = tree.at("dir")
    for name in ("up", "out", "absolute"):
        assert below.read(name, 100) == b"inside"
    assert below.read("turn/deep", 100) == below.at("turn").read("deep", 100) == b"deep"
    with pytest.raises(AbsentError):
        tree.read("dangling", 1)
    with pytest.raises(ReadError, match="loop"):
        tree.read("loop", 1)
    with pytest.raises(ReadError, match="Not a directory"):
        tree.at("file")
    alone = tree.rooted("dir")
    with pytest.raises(AbsentError):
        alone.read("up", 100)  # what is above the root is not there


def test_absolute_names_count_from_the_root(opened: Open) -> None:
    assert opened(tar(("/etc/./passwd", b"x"), ("./a//b", b"y"))).read("a/b", 1) == b"y"
    assert opened(tar(("/etc/passwd", b"x"))).read("etc/passwd", 1) == b"x"


def test_a_hard_link_is_its_target(opened: Open) -> None:
    file = tar(("a/file", b"content"))[: -len(END)].rstrip(b"\0")
    file += bytes(-len(file) % 512)
    tree = opened(
        file
        + special("a/hard", tarfile.LNKTYPE, "./a/file", size=7)
        + special("a/none", tarfile.LNKTYPE, "a/absent")
        + special("a/self", tarfile.LNKTYPE, "a/self")
        + special("a/up", tarfile.LNKTYPE, "a")
        + END
    )
    assert tree.read("a/hard", 7) == b"content"
    for name in ("none", "self", "up"):
        with pytest.raises(ReadError, match="hard link"):
            tree.read(f"a/{name}", 7)
    with pytest.raises(ReadError, match="more than the 6"):
        tree.read("a/hard", 6)


def test_the_last_of_one_name_wins(opened: Open) -> None:
    tree = opened(
        tar(("a", b"old"), ("b", "a"), ("d", None), ("d/x", b"1"), ("d", None))
        .rstrip(b"\0")
        .ljust(512 * 7, b"\0")
        + tar(("a", b"new"), ("b", b"file"), ("d/x", "../a"))
    )
    assert tree.read("a", 9) == tree.read("d/x", 9) == b"new"
    assert tree.read("b", 9) == b"file"


def test_what_is_not_read_is_not_kept(tmp_path: Path) -> None:
    path = tmp_path / "archive"
    path.write_bytes(
        PACKERS[Form.TAR_ZST](tar(("keep/a", b"a"), ("drop/b", b"b" * (1 << 24))))
    )

    def keep(parts: tuple[str, ...]) -> int:
        return 100 if parts[0] == "keep" else UNREAD

    with TarTree.open(path, Form.TAR_ZST, keep) as tree:
        assert tree.read("keep/a", 100) == b"a"
        assert tree.at("drop").entries() == ()


def test_roots_at_any_depth(opened: Open) -> None:
    place = "var/db/pkg/a/b-1/PF"
    for prefix in ("", "./", "root/", "some/dir/", "/"):
        roots = find_roots(opened(tar((f"{prefix}{place}", b"x"))))
        assert roots == (prefix.strip("./"),)
    both = [(f"{prefix}/{place}", b"x") for prefix in ("a", "b")]
    assert find_roots(opened(tar(*both))) == ("a", "b")
    empty = ("c/var_overlay/db/pkg", None)
    assert find_roots(opened(tar(both[0], empty))) == ("a",)
    assert find_roots(opened(tar(empty))) == ("c",)


NAMES = st.sampled_from(["a", "b", "c", "é", "d e"])
PATHS = st.lists(NAMES, min_size=1, max_size=4).map("/".join)
TARGETS = st.lists(st.sampled_from(["a", "b", "c", "..", "."]), min_size=1, max_size=4)
CONTENT = st.one_of(
    st.binary(max_size=40),
    st.tuples(st.sampled_from(["", "/"]), TARGETS).map(lambda t: t[0] + "/".join(t[1])),
    st.none(),
)


def plant(root: Path, planned: list[tuple[str, bytes | str | None]]) -> None:
    """Make what can be made of a plan."""
    for name, content in planned:
        path = root / name
        try:
            parent = root
            for part in name.split("/")[:-1]:
                parent /= part
                assert not parent.is_symlink()
                parent.mkdir(exist_ok=True)
            if content is None:
                path.mkdir(exist_ok=True)
            elif isinstance(content, str):
                path.symlink_to(content)
            else:
                with path.open("xb") as file:
                    file.write(content)
        except (OSError, AssertionError):
            continue


def same(one: FileTree, other: FileTree, paths: list[str]) -> None:
    """Compare all that two trees say of the paths."""
    assert one.entries() == other.entries()
    for path in paths:
        assert answer(one.read, path, 20) == answer(other.read, path, 20), path
        assert answer(listing, one, path) == answer(listing, other, path), path


def listing(tree: FileTree, path: str) -> object:
    """Return the entries of a directory of a tree."""
    return tree.at(path).entries()


@given(
    planned=st.lists(st.tuples(PATHS, CONTENT), max_size=12),
    asked=st.lists(PATHS, max_size=8),
    form=st.sampled_from(list(PACKERS)),
)
def test_a_packed_directory_is_the_directory(
    tmp_path_factory: pytest.TempPathFactory,
    planned: list[tuple[str, bytes | str | None]],
    asked: list[str],
    form: Form,
) -> None:
    base = tmp_path_factory.mktemp("tree")
    root = base / "root"
    root.mkdir()
    plant(root, planned)
    sink = io.BytesIO()
    with tarfile.open(fileobj=sink, mode="w") as packed:
        packed.add(root, ".")
    (base / "archive").write_bytes(PACKERS[form](sink.getvalue()))
    paths = [*asked, *(name for name, _ in planned)]
    with (
        DirectoryTree.open(root) as live,
        TarTree.open(base / "archive", form, keep_all) as tree,
    ):
        same(live, tree, paths)
        for entry in live.entries():
            if entry.kind is Kind.DIRECTORY:
                with live.at(entry.name) as below:
                    same(below, tree.at(entry.name), paths)
                answers = [
                    one.read_files(entry.name, {"a", "b", "é"}, {"": 20, "a": 3})
                    for one in (live, tree)
                ]
                (found, failed), (packed_found, packed_failed) = answers
                assert found == packed_found
                assert {k: str(v) for k, v in failed.items()} == {
                    k: str(v) for k, v in packed_failed.items()
                }
    shutil.rmtree(base)


@pytest.mark.parametrize("form", ["v7", "ustar", "oldgnu", "gnu", "pax"])
def test_what_tar_itself_writes(tmp_path: Path, form: str) -> None:
    if shutil.which("tar") is None:
        pytest.skip("no tar on PATH")
    root = tmp_path / "root"
    (root / "d/e").mkdir(parents=True)
    (root / "d/e/file").write_bytes(b"content")
    (root / "d/link").symlink_to("e/file")
    (root / "d/hard").hardlink_to(root / "d/e/file")
    with (root / "holes").open("wb") as file:
        file.truncate(1 << 20)
    archived = tmp_path / "out"
    sparse = ["--sparse"] if form in {"gnu", "pax", "oldgnu"} else []
    subprocess.run(
        ["tar", f"--format={form}", *sparse, "-cf", archived, "-C", root, "."],
        check=True,
    )
    with TarTree.open(archived, sniff(archived), keep_all) as tree:
        for name in ("d/e/file", "d/link", "d/hard"):
            assert tree.read(name, 7) == b"content"
        if sparse:
            with pytest.raises(ReadError, match="sparse"):
                tree.read("holes", 1 << 20)
        else:
            assert tree.read("holes", 1 << 20) == bytes(1 << 20)

# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""What of a checkout is refused, and what the one line says to do."""

import os
import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
from builders_checkout import (
    BOARD,
    add_board,
    listed,
    make_checkout,
    make_repositories,
    refusal,
)
from builders_vdb import write_entry
from command import one_line, run

from coos_license.chromiumos.checkout import find_overlays
from coos_license.chromiumos.databases import Database, read_database
from coos_license.cli.opened import Inside
from coos_license.cli.sources import Source, read_source
from coos_license.errors import InputError
from coos_license.trees.base import FileTree
from coos_license.trees.directory import DirectoryTree


def test_a_checkout_without_a_board_names_those_that_are_there(tmp_path: Path) -> None:
    source = make_checkout(tmp_path / "co")
    add_board(source, "amd64-generic", "out")
    (source / "out/build/unbuilt/etc").mkdir(parents=True)
    line = one_line(run("list", str(source)))
    assert "name a board with --board: amd64-generic, lakitu" in line


def test_an_unknown_board_names_those_that_are_there(checkout: Path) -> None:
    for board in ("other", "../build/lakitu", ".", "lakitu/", "..", "a/b"):
        line = refusal(checkout, "--board", board)
        assert "boards that are there: lakitu" in line, line


def test_many_boards_are_not_all_named(tmp_path: Path) -> None:
    source = make_repositories(tmp_path / "co")
    for number in range(15):
        write_entry(source / f"chroot/build/b{number:02}", "a/b-1", {})
    assert "b11, 3 more" in refusal(source)


def test_a_board_that_was_only_set_up(tmp_path: Path) -> None:
    source = make_repositories(tmp_path / "co")
    (source / "chroot/build/lakitu/etc").mkdir(parents=True)
    line = refusal(source)
    assert "chroot/build/lakitu holds no packages" in line
    assert "build_packages" in line


@pytest.mark.parametrize(
    ("directory", "message"),
    [
        (".repo", "has no chroot"),
        ("chroot", "has no chroot"),
        ("chroot/build", "chroot/build is empty"),
        ("out/build", "out/build is empty"),
    ],
)
def test_a_chroot_that_is_not_mounted(
    tmp_path: Path, directory: str, message: str
) -> None:
    source = make_repositories(tmp_path / "co")
    (source / directory).mkdir(parents=True, exist_ok=True)
    line = refusal(source)
    assert message in line
    assert "enter it with cros_sdk" in line


@pytest.mark.parametrize("label", ["chroot", "out", "chroot.img"])
def test_a_chroot_behind_a_link_out_of_the_checkout(tmp_path: Path, label: str) -> None:
    source = make_repositories(tmp_path / "co")
    add_board(tmp_path, "lakitu", "elsewhere")
    (source / label).symlink_to(tmp_path / "elsewhere")
    line = refusal(source)
    assert f"{label} is a symbolic link that leads out" in line
    assert "give the sysroot behind it" in line


@contextmanager
def as_nobody() -> Iterator[None]:
    """Be a user who owns nothing; who is no superuser stays as is."""
    if os.geteuid() != 0:
        yield
        return
    os.setegid(65534)
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)
        os.setegid(0)


def read(source: Path) -> Source:
    """Read a checkout in this process."""
    with ExitStack() as trees:
        return read_source(source, trees, "root", inside=Inside(board="lakitu"))


@pytest.mark.parametrize("closed", ["chroot", "chroot/build", "chroot/build/lakitu"])
def test_a_chroot_that_only_root_may_read(tmp_path: Path, closed: str) -> None:
    source = make_checkout(tmp_path / "co")
    for parent in (tmp_path, *list(tmp_path.parents)[:2]):
        parent.chmod(0o755)
    (source / closed).chmod(0)
    try:
        with as_nobody(), pytest.raises(InputError) as error:
            read(source)
    finally:
        (source / closed).chmod(0o755)
    assert "Permission denied" in str(error.value)
    assert "as root once and keep a snapshot" in str(error.value)


def test_repositories_that_only_others_may_read(tmp_path: Path) -> None:
    """They matter where a master is missing: it may be one of them."""
    source = make_checkout(tmp_path / "co")
    for parent in (tmp_path, *list(tmp_path.parents)[:2]):
        parent.chmod(0o755)
    (source / "src/private-overlays").mkdir()
    (source / "src/private-overlays").chmod(0)
    with as_nobody(), DirectoryTree.open(source) as tree:
        assert len(find_overlays(tree, "lakitu", "co").found) == 3
        with pytest.raises(InputError) as error:
            find_overlays(tree, "other", "co")
    (source / "src/private-overlays").chmod(0o755)
    assert "co/src/private-overlays: cannot be read (Permission" in str(error.value)


def test_a_chroot_that_is_removed_while_it_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = make_checkout(tmp_path / "co")

    def remove_and_read(
        tree: FileTree, database: Database, name: str, *, links: bool
    ) -> object:
        shutil.rmtree(source / "chroot")
        return read_database(tree, database, name, links=links)

    monkeypatch.setattr("coos_license.cli.sources.read_database", remove_and_read)
    with pytest.raises(InputError, match="was removed while it was read"):
        read(source)


@pytest.mark.parametrize("name", [b"with space", b"\xff\xfe", b"new\nline\x1b[1m"])
def test_a_checkout_whose_path_is_odd(
    checkout: Path, tmp_path: Path, name: bytes
) -> None:
    source = tmp_path / os.fsdecode(name)
    shutil.copytree(checkout, source)
    result = run("list", str(source), *BOARD, "--format", "json")
    assert result.returncode == 0
    assert result.stdout == listed(str(checkout), *BOARD)
    assert len(result.stderr.splitlines()) == 4
    assert b"\x1b" not in result.stderr


def test_an_empty_board_is_wrong_usage(checkout: Path, tmp_path: Path) -> None:
    for command in (("list",), ("snapshot", "-o", str(tmp_path / "x"))):
        line = one_line(run(*command, str(checkout), "--board", ""))
        assert "--board" in line

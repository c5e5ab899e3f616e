# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""A checkout with ``--board`` as SOURCE: which sysroot, and equal outputs."""

import json
import os
import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
from builders_checkout import (
    PLACES,
    add_board,
    add_repository,
    by_hand,
    make_checkout,
    make_repositories,
)
from builders_image import make_ext4, needs_e2fsprogs, patch
from builders_vdb import write_entry
from command import FILES, IDENTITY, OVERLAYS, one_line, run

from coos_license.chromiumos.checkout import Overlay, Overlays, find_overlays
from coos_license.chromiumos.databases import Database, read_database
from coos_license.cli.opened import Inside
from coos_license.cli.sources import Source, find_repositories, read_source
from coos_license.errors import InputError
from coos_license.trees.base import FileTree
from coos_license.trees.directory import DirectoryTree

BOARD = ("--board", "lakitu")


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A checkout of 2022, with the chroot in a directory."""
    return make_checkout(tmp_path_factory.mktemp("base") / "co")


def assert_same_outputs(base: Path, one: list[str], other: list[str]) -> None:
    """Compare all files that ``generate`` writes of two sources."""
    for name, arguments in (("one", one), ("other", other)):
        options = (*IDENTITY, "-q", "-o", str(base / name))
        result = run("generate", *arguments, *BOARD, *options)
        assert result.returncode == 0, result.stderr
    written = sorted(path.name for path in (base / "one").iterdir())
    assert written == FILES
    for name in written:
        assert (base / "one" / name).read_bytes() == (
            base / "other" / name
        ).read_bytes()


def listed(*arguments: str) -> bytes:
    """Return what ``list --format json`` says."""
    result = run("list", "--format", "json", "-q", *arguments)
    assert result.returncode == 0, result.stderr
    return result.stdout


def sysroot_of(source: Path, *options: str) -> str:
    """Return which sysroot is said to have been read."""
    result = run("list", str(source), *BOARD, *options)
    assert result.returncode == 0, result.stderr
    first = result.stderr.decode().splitlines()[0]
    return first.partition("checkout, sysroot ")[2].partition(", 15 packages")[0]


def refusal(source: Path, *options: str) -> str:
    """Return the error of a checkout that is not read."""
    line = one_line(run("list", str(source), *(options or BOARD)))
    assert str(source) in line
    return line


# --- equal outputs ------------------------------------------------------------------


def test_outputs_equal_those_of_the_same_named_by_hand(
    checkout: Path, tmp_path: Path
) -> None:
    assert_same_outputs(tmp_path, [str(checkout)], by_hand(checkout))


def test_a_snapshot_equals_that_of_the_same_named_by_hand(
    checkout: Path, tmp_path: Path
) -> None:
    for name, arguments in (
        ("one", [str(checkout), *BOARD]),
        ("other", by_hand(checkout)),
    ):
        options = ("-o", str(tmp_path / name))
        assert run("snapshot", *arguments, *options).returncode == 0
    assert (tmp_path / "one").read_bytes() == (tmp_path / "other").read_bytes()


def test_outputs_of_a_checkout_and_of_its_snapshot_agree(
    checkout: Path, tmp_path: Path
) -> None:
    archive = str(tmp_path / "co.tar.gz")
    assert run("snapshot", str(checkout), *BOARD, "-o", archive).returncode == 0
    assert_same_outputs(tmp_path, [str(checkout)], [archive])


def test_every_reading_command_takes_a_checkout(checkout: Path) -> None:
    hand = [*by_hand(checkout), *BOARD]
    for command, what in (
        ("list", ()),
        ("audit", ()),
        ("explain", ("libcap",)),
        ("explain", ("/bin/busybox",)),
    ):
        one = run(command, str(checkout), *BOARD, *what)
        other = run(command, *hand, *what)
        assert one.returncode == other.returncode == 0, one.stderr
        assert one.stdout == other.stdout


def test_the_board_is_that_of_the_image(checkout: Path) -> None:
    inventory = json.loads(listed(str(checkout), *BOARD))
    assert inventory["image"]["board"] == "lakitu"
    assert {one["shipped"] for one in inventory["packages"]} == {"yes"}


def test_a_checkout_ships_what_a_sysroot_does(tmp_path: Path) -> None:
    """The closure of virtual/target-os, and not all of the sysroot."""
    source = make_checkout(tmp_path / "co")
    sysroot = source / "chroot/build/lakitu"
    write_entry(sysroot, "dev-build/tool-1", {"LICENSE": "MIT"})
    inventory = json.loads(listed(str(source), *BOARD))
    shipped = {one["cpv"]: one["shipped"] for one in inventory["packages"]}
    assert shipped["dev-build/tool-1"] == "build-time"


def test_what_was_found_is_said(checkout: Path) -> None:
    said = run("list", str(checkout), *BOARD).stderr.decode().splitlines()
    assert said[0].endswith(
        "checkout, sysroot chroot/build/lakitu, 15 packages in var/db/pkg"
    )
    assert said[1].endswith("repositories searched: portage-stable, chromiumos, lakitu")


def test_a_board_without_a_checkout_is_a_name_only(checkout: Path) -> None:
    sysroot = str(checkout / "chroot/build/lakitu")
    inventory = json.loads(listed(sysroot, "--board", "anything"))
    assert inventory["image"]["board"] == "anything"


# --- repositories -------------------------------------------------------------------


def test_a_text_of_an_unrelated_overlay_is_not_found(tmp_path: Path) -> None:
    """The rule of chromite for what is out of the board's repositories ("OOR")."""
    source = make_checkout(tmp_path / "co")
    sysroot = source / "chroot/build/lakitu"
    write_entry(sysroot, "app-misc/odd-1", {"LICENSE": "Odd-1", "repository": "lakitu"})
    add_repository(source, "src/overlays/overlay-x", "x", "lakitu", **{"Odd-1": "odd"})
    audited = run("audit", str(source), *BOARD)
    assert audited.returncode == 1
    assert b"CL003" in audited.stdout
    (source / "src/overlays/overlay-lakitu/metadata/layout.conf").write_text(
        "repo-name = lakitu\nmasters = portage-stable chromiumos x\n", "utf-8"
    )
    assert run("audit", str(source), *BOARD).returncode == 0


def test_overlays_that_are_given_replace_the_defaults(checkout: Path) -> None:
    one = ("--overlay", str(checkout / PLACES["portage-stable"]))
    live = listed(str(checkout), *BOARD, *one)
    assert live == listed(*by_hand(checkout)[:1], *BOARD, *one)
    assert live != listed(str(checkout), *BOARD)


def test_overlays_that_are_given_need_no_repository_of_the_board(
    tmp_path: Path,
) -> None:
    source = make_checkout(tmp_path / "co")
    shutil.rmtree(source / "src")
    assert "--overlay" in refusal(source)
    assert listed(str(source), *BOARD, *OVERLAYS)


def test_a_package_of_a_repository_that_is_not_reached_is_a_finding(
    tmp_path: Path,
) -> None:
    source = make_checkout(tmp_path / "co")
    entry = {"LICENSE": "MIT", "repository": "other"}
    write_entry(source / "chroot/build/lakitu", "app-misc/odd-1", entry)
    add_repository(source, "src/overlays/overlay-other", "other")
    assert b"CL020" in run("audit", str(source), *BOARD).stdout


def test_a_missing_master_is_said_and_is_a_finding(tmp_path: Path) -> None:
    source = make_checkout(tmp_path / "co")
    (source / "src/overlays/overlay-lakitu/metadata/layout.conf").write_text(
        "repo-name = lakitu\nmasters = portage-stable chromiumos gone\n", "utf-8"
    )
    result = run("audit", str(source), *BOARD)
    assert b"masters that are not there: gone" in result.stderr
    assert b"CL019" in result.stdout


def test_a_repository_whose_texts_cannot_be_listed_is_named(tmp_path: Path) -> None:
    source = make_checkout(tmp_path / "co")
    texts = source / PLACES["chromiumos"] / "licenses"
    shutil.rmtree(texts)
    texts.touch()
    line = one_line(run("list", str(source), *BOARD))
    assert f"{source / PLACES['chromiumos']}: licenses/" in line


def test_the_image_says_what_ships_where_it_is_given(tmp_path: Path) -> None:
    source = make_checkout(tmp_path / "co")
    image = source / "src/build/images/lakitu/R1-a1"
    write_entry(image, "sys-libs/libcap-2.66", {"LICENSE": "GPL-2"})
    image.with_name("latest").symlink_to(image.name)
    latest = ("--shipped", str(image.with_name("latest")))
    hand = listed(*by_hand(source), *BOARD, *latest)
    assert listed(str(source), *BOARD, *latest) == hand
    assert hand != listed(str(source), *BOARD)


def test_a_repository_that_goes_away_is_named(
    checkout: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between the look at its name and the look at its texts."""
    gone = Overlays((Overlay("gone", (), "src/third_party/gone"),), ())
    find = "coos_license.cli.checkout.find_overlays"
    monkeypatch.setattr(find, lambda *_: gone)
    with ExitStack() as trees:
        source = read_source(checkout, trees, "root", inside=Inside(board="lakitu"))
        with pytest.raises(InputError, match="src/third_party/gone: is not there"):
            find_repositories(source, checkout, (), trees)


# --- where the sysroot is -----------------------------------------------------------


def test_the_sysroot_of_2023_is_in_out(tmp_path: Path) -> None:
    source = make_checkout(tmp_path / "co", "out")
    (source / "chroot/build").mkdir(parents=True)
    assert sysroot_of(source) == "out/build/lakitu"
    assert_same_outputs(tmp_path, [str(source)], by_hand(source, "out/build/lakitu"))


def test_the_same_board_twice_is_refused_and_both_are_named(tmp_path: Path) -> None:
    source = make_checkout(tmp_path / "co")
    add_board(source, "lakitu", "out")
    line = refusal(source)
    assert "twice: in chroot/build/lakitu and out/build/lakitu" in line
    assert "--sysroot" in line
    for chroot in ("chroot", "out"):
        chosen = f"{chroot}/build/lakitu"
        assert sysroot_of(source, "--sysroot", chosen) == chosen


def test_a_sysroot_without_packages_does_not_count(tmp_path: Path) -> None:
    source = make_checkout(tmp_path / "co")
    (source / "out/build/lakitu/var/db/pkg").mkdir(parents=True)
    assert sysroot_of(source) == "chroot/build/lakitu"


def test_a_given_sysroot_keeps_the_repositories_of_the_board(checkout: Path) -> None:
    given = ("--sysroot", "chroot/build/lakitu")
    assert listed(str(checkout), *BOARD, *given) == listed(str(checkout), *BOARD)
    assert listed(str(checkout), *BOARD, "--sysroot", "") == listed(
        str(checkout), *BOARD
    )


def test_a_given_sysroot_that_is_none(checkout: Path) -> None:
    line = refusal(checkout, *BOARD, "--sysroot", "chroot/absent")
    assert "--sysroot takes a directory inside" in line
    for path in ("src", "../.."):
        line = refusal(checkout, *BOARD, "--sysroot", path)
        assert "holds no package database" in line


def image_checkout(base: Path) -> Path:
    """Make a checkout of 2020: a chroot in an image, and its empty mount point."""
    source = make_repositories(base / "co")
    add_board(base, "lakitu", "content")
    make_ext4(source / "chroot.img", base / "content")
    (source / "chroot").mkdir()
    return source


@needs_e2fsprogs
def test_the_sysroot_of_2020_is_in_an_image(tmp_path: Path) -> None:
    source = image_checkout(tmp_path)
    assert sysroot_of(source) == "build/lakitu of chroot.img"
    hand = [str(tmp_path / "content/build/lakitu"), *by_hand(source)[1:]]
    assert_same_outputs(tmp_path, [str(source)], hand)


@needs_e2fsprogs
def test_a_mounted_chroot_counts_and_not_its_image(tmp_path: Path) -> None:
    source = image_checkout(tmp_path)
    add_board(source, "other")
    assert "boards that are there: other" in refusal(source)


@needs_e2fsprogs
def test_an_image_beside_out_is_left_over(tmp_path: Path) -> None:
    source = image_checkout(tmp_path)
    add_board(source, "lakitu", "out")
    assert sysroot_of(source) == "out/build/lakitu"


@needs_e2fsprogs
def test_a_board_that_the_image_does_not_have(tmp_path: Path) -> None:
    source = image_checkout(tmp_path)
    assert "boards that are there: lakitu" in refusal(source, "--board", "other")


@needs_e2fsprogs
def test_a_damaged_chroot_image_says_what_to_do(tmp_path: Path) -> None:
    source = image_checkout(tmp_path)
    patch(source / "chroot.img", 1024 + 4, b"\xaa")
    line = refusal(source)
    assert "chroot.img is a damaged ext4" in line
    assert "mount it with cros_sdk" in line


def test_a_chroot_image_on_lvm_says_what_to_do(tmp_path: Path) -> None:
    """What cros_sdk made in 2020: a thin volume on LVM."""
    source = make_repositories(tmp_path / "co")
    image = source / "chroot.img"
    image.write_bytes(bytes(1 << 20))
    patch(image, 512, b"LABELONE" + bytes(16) + b"LVM2 001")
    line = refusal(source)
    assert "chroot.img is an LVM volume" in line
    assert "mount it with cros_sdk" in line


def test_a_chroot_image_that_is_none(tmp_path: Path) -> None:
    source = make_repositories(tmp_path / "co")
    (source / "chroot.img").write_bytes(b"")
    assert "mount it" in refusal(source)
    (source / "chroot.img").unlink()
    os.mkfifo(source / "chroot.img")
    assert "is not a regular file" in refusal(source)


# --- what is refused ----------------------------------------------------------------


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


def test_a_link_inside_of_the_chroot_is_followed_as_there(tmp_path: Path) -> None:
    source = make_checkout(tmp_path / "co")
    build = source / "chroot/build"
    (source / "chroot/mnt").mkdir()
    (build / "lakitu").rename(source / "chroot/mnt/lakitu")
    (build / "lakitu").symlink_to("/mnt/lakitu")
    assert sysroot_of(source) == "chroot/build/lakitu"


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

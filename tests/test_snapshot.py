# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""A snapshot says what the live tree says, byte for byte."""

import json
import os
import shutil
import tarfile
from collections.abc import Callable
from pathlib import Path

import pytest
from builders_vdb import write_entry, write_repository
from command import MINI, OVERLAYS, SYSROOT, assert_same, one_line, run, snapshot
from hypothesis import given
from hypothesis import strategies as st

from coos_license.chromiumos.databases import Database, DatabaseKind
from coos_license.errors import ReadError
from coos_license.render.snapshot import render
from coos_license.snapshot.collect import Places, Root, collect
from coos_license.snapshot.databases import Item
from coos_license.snapshot.layout import (
    Manifest,
    keep_limit,
    parse_manifest,
    write_manifest,
)
from coos_license.trees.archive import TarTree
from coos_license.trees.base import Kind
from coos_license.trees.directory import DirectoryTree
from coos_license.trees.unpack import Form

Unpack = Callable[[str], Path]
VDB = Database(DatabaseKind.INSTALLED, "var/db/pkg", "var/db/pkg")


def test_a_snapshot_of_the_miniature_is_the_miniature(tmp_path: Path) -> None:
    archive = snapshot(tmp_path / "mini.tar.gz", SYSROOT, *OVERLAYS)
    assert_same(tmp_path, [SYSROOT, *OVERLAYS], [str(archive)])
    result = run("list", str(archive))
    assert b"snapshot of a sysroot, 15 packages in var/db/pkg" in result.stderr
    for what in ("libcap", "/usr/sbin/dropbear", "/lib64/libcap.so.2"):
        answers = [
            run("explain", source, *overlays, what)
            for source, overlays in ((SYSROOT, OVERLAYS), (str(archive), []))
        ]
        assert answers[0].stdout == answers[1].stdout
        assert answers[0].returncode == answers[1].returncode


@pytest.mark.slow
@pytest.mark.parametrize(
    ("base", "source", "repositories"),
    [
        ("flatcar-sysroot", "flatcar-sysroot", ["portage-stable", "coreos-overlay"]),
        (
            "lakitu-sample",
            "lakitu-sample",
            ["chromiumos-overlay-2018", "portage-stable-2021", "overlay-lakitu-2019"],
        ),
    ],
)
def test_a_snapshot_of_real_data_is_the_real_data(
    unpack: Unpack, tmp_path: Path, base: str, source: str, repositories: list[str]
) -> None:
    root = unpack(base)
    places = root / base.replace("-sysroot", "-repos").replace("-sample", "-repos")
    options = [
        part for one in repositories for part in ("--overlay", str(places / one))
    ]
    archive = snapshot(tmp_path / "packed.tar.gz", root / source, *options)
    assert_same(tmp_path, [str(root / source), *options], [str(archive)])
    assert archive.stat().st_size < 1 << 20


def test_the_layout(tmp_path: Path) -> None:
    archive = tmp_path / "x.tar.gz"
    options = (*OVERLAYS, "-o", str(archive))
    assert run("snapshot", SYSROOT, *options, SOURCE_DATE_EPOCH="7").returncode == 0
    with tarfile.open(archive) as packed:
        members = packed.getmembers()
        manifest = packed.extractfile("snapshot.json")
        assert manifest is not None
        value = json.loads(manifest.read())
    names = [member.name for member in members]
    assert names == sorted(names, key=lambda name: name.split("/"))
    assert {name.split("/")[0] for name in names} == {"repos", "root", "snapshot.json"}
    assert value == {
        "schema": 1,
        "repositories": ["portage-stable", "chromiumos", "lakitu"],
        "licenses": 0,
    }
    assert "repos/chromiumos/metadata/layout.conf" in names
    assert "repos/portage-stable/profiles/repo_name" in names
    assert "root/var/db/pkg/net-misc/dropbear-2022.83/LICENSE" in names
    for unread in ("CFLAGS", "NEEDED"):
        assert f"root/var/db/pkg/net-misc/dropbear-2022.83/{unread}" not in names
    for member in members:
        assert (member.uid, member.gid, member.uname, member.gname) == (0, 0, "", "")
        assert (member.mode, member.mtime) == (0o755 if member.isdir() else 0o644, 7)
    # No name, no time, no system in the gzip header (RFC 1952).
    assert archive.read_bytes()[:10] == b"\x1f\x8b\x08\0\0\0\0\0\0\xff"


def test_a_snapshot_is_reproducible_and_its_own_snapshot(tmp_path: Path) -> None:
    one = snapshot(tmp_path / "1.tar.gz", SYSROOT, *OVERLAYS)
    shutil.copytree(MINI, tmp_path / "moved")
    moved = [part.replace(str(MINI), str(tmp_path / "moved")) for part in OVERLAYS]
    two = snapshot(tmp_path / "2.tar.gz", tmp_path / "moved/sysroot", *moved)
    again = snapshot(tmp_path / "3.tar.gz", one)
    assert one.read_bytes() == two.read_bytes() == again.read_bytes()
    newest = max(
        int(path.read_text("utf-8")) for path in MINI.glob("sysroot/**/BUILD_TIME")
    )
    with tarfile.open(one) as packed:
        assert {member.mtime for member in packed} == {newest}
    # Over itself: all is read before anything is written.
    assert snapshot(one, one).read_bytes() == two.read_bytes()


def odd_tree(base: Path) -> list[str]:
    """Make a sysroot and repositories with every oddity; return the arguments."""
    root = base / "sysroot"
    entry = write_entry(root, "app-misc/odd-1", {"LICENSE": "MIT linked", "USE": "a"})
    (entry / "LICENSE").write_bytes(b"x" * ((1 << 22) + 5))
    (entry / "RDEPEND").symlink_to("DEPEND")
    os.mkfifo(entry / "DEPEND")
    (entry / "SLOT").unlink()
    (entry / "SLOT").mkdir()
    write_entry(root, "app-misc/fine-1", {"LICENSE": "MIT linked loop dir own"})
    write_entry(root, "app-misc/notice-1", {"LICENSE": "BSD", "repository": "one"})
    write_entry(root, "dev-libs/notice-2", {"LICENSE": "BSD", "repository": "one"})
    write_entry(root, "sys-apps/notice-3", {"LICENSE": "BSD", "repository": "one"})
    write_entry(root, "net-misc/bare-1", {"HOMEPAGE": "http://x", "repository": "one"})
    vdb = root / "var/db/pkg"
    (vdb / "app-misc/-MERGING-x-1").mkdir()
    (vdb / "app-misc/no version").mkdir()
    (vdb / "app-misc/empty-1").mkdir()
    (vdb / "app-misc/stray").touch()
    (vdb / "app-misc/link-1").symlink_to("fine-1")
    (vdb / "bad category").mkdir()
    (vdb / os.fsdecode(b"b\xff\n")).mkdir()
    (vdb / "world").touch()
    os.mkfifo(vdb / "pipe")
    (vdb / ".cache").mkdir()
    (root / "usr/lib").mkdir(parents=True)
    (root / "etc").mkdir()
    (root / "usr/lib/os-release").write_text("NAME=Odd\nVERSION_ID=3\n", "utf-8")
    (root / "etc/os-release").symlink_to("../usr/lib/os-release")
    (root / "etc/lsb-release").write_bytes(b"x" * (1 << 17))
    one = write_repository(
        base / "one", "one", {"MIT": "mit\n", "BSD": b"\xff bsd", "OWNERS": "x"}, "two"
    )
    (one / "licenses/linked").symlink_to("MIT")
    (one / "licenses/loop").symlink_to("loop")
    (one / "licenses/dangling").symlink_to("nowhere")
    (one / "licenses/dir").mkdir()
    notices = one / "licenses/copyright-attribution"
    (notices / "app-misc").mkdir(parents=True)
    (notices / "app-misc/notice").write_text("Copyright 2020 A\n", "utf-8")
    (notices / "dev-libs").touch()
    (notices / "sys-apps").symlink_to("app-misc")
    cache = one / "metadata/md5-cache/net-misc"
    cache.mkdir(parents=True)
    (cache / "bare-1").write_text("SRC_URI=https://x.example/y.tar\n", "utf-8")
    (cache / "other-1").write_text("SRC_URI=https://x.example/z.tar\n", "utf-8")
    two = write_repository(base / "two", "two", {"MIT": "other mit\n", "own": "own\n"})
    texts = base / "texts"
    texts.mkdir()
    (texts / "own").write_text("Mine.\n", "utf-8")
    return [
        str(root),
        *("--overlay", str(two), "--overlay", str(one)),
        *("--licenses", str(texts), "--licenses", str(one / "licenses")),
    ]


def test_a_snapshot_of_every_oddity(tmp_path: Path) -> None:
    live = odd_tree(tmp_path)
    archive = snapshot(tmp_path / "odd.tar.gz", live[0], *live[1:])
    assert_same(tmp_path, live, [str(archive)])
    again = snapshot(tmp_path / "again.tar.gz", archive)
    assert again.read_bytes() == archive.read_bytes()
    codes = {
        one["code"]
        for one in json.loads((tmp_path / "packed/findings.json").read_bytes())[
            "findings"
        ]
    }
    assert {"CL012", "CL026"} <= codes
    with tarfile.open(archive) as packed:
        names = packed.getnames()
    assert "repos/one/metadata/md5-cache/net-misc/bare-1" in names
    assert "repos/one/metadata/md5-cache/net-misc/other-1" not in names
    assert "repos/one/licenses/OWNERS" not in names
    assert "licenses-2/BSD" in names


def test_options_replace_what_a_snapshot_brings(tmp_path: Path) -> None:
    archive = snapshot(tmp_path / "x.tar.gz", SYSROOT, *OVERLAYS)
    live = run("list", SYSROOT, *OVERLAYS[:2], "--format", "json").stdout
    packed = run("list", str(archive), *OVERLAYS[:2], "--format", "json").stdout
    assert live == packed
    assert live != run("list", str(archive), "--format", "json").stdout


def test_outputs_that_cannot_be_written(tmp_path: Path) -> None:
    assert "is a directory" in one_line(run("snapshot", SYSROOT, "-o", str(tmp_path)))
    target = tmp_path / "absent/x.tar.gz"
    assert "No such file" in one_line(run("snapshot", SYSROOT, "-o", str(target)))
    assert "Missing option" in one_line(run("snapshot", SYSROOT))
    assert list(tmp_path.iterdir()) == []
    result = run("snapshot", SYSROOT, "-o", str(tmp_path / "x.tar.gz"))
    assert result.returncode == 0
    assert [path.name for path in tmp_path.iterdir()] == ["x.tar.gz"]
    assert len(result.stderr.splitlines()) == 2


NAMES = st.text(
    st.characters(exclude_characters="/\0", exclude_categories=["Cs"]),
    min_size=1,
    max_size=8,
).filter(lambda name: name not in {".", ".."})
CATEGORIES = st.one_of(st.sampled_from(["app-misc", "x"]), NAMES)
ENTRIES = st.one_of(st.sampled_from(["foo-1", "bar-2-r1"]), NAMES)
FILES = st.dictionaries(
    st.sampled_from(["LICENSE", "USE", "CONTENTS", "CFLAGS", "repository"]),
    st.binary(max_size=600),
    max_size=3,
)


@given(st.dictionaries(st.tuples(CATEGORIES, ENTRIES), FILES, max_size=6))
def test_what_is_packed_comes_out_again(
    tmp_path_factory: pytest.TempPathFactory,
    planned: dict[tuple[str, str], dict[str, bytes]],
) -> None:
    """Collect, render, read, collect: the same items, whatever the names."""
    base = tmp_path_factory.mktemp("round")
    (base / "root/var/db/pkg").mkdir(parents=True)
    for (category, entry), files in planned.items():
        place = base / "root/var/db/pkg" / category / entry
        place.mkdir(parents=True, exist_ok=True)
        for name, content in files.items():
            (place / name).write_bytes(content)
    with DirectoryTree.open(base / "root") as live:
        items = collect(Root(live, live, VDB), (), Places((), ()))
    path = base / "x.tar.gz"
    path.write_bytes(b"".join(render(items, 1)))
    with TarTree.open(path, Form.TAR_GZ, keep_limit) as packed:
        root = packed.rooted("root")
        assert collect(Root(root, root, VDB), (), Places((), ())) == items
    shutil.rmtree(base)


def test_a_fault_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "x.tar.gz"
    items = [
        Item("repos/a/licenses/x", fault="is \x1b odd"),
        Item("root/var", Kind.DIRECTORY, fault="cannot be read (Permission denied)"),
    ]
    path.write_bytes(b"".join(render(items, 0)))
    tree = TarTree.open(path, Form.TAR_GZ, keep_limit)
    with pytest.raises(ReadError, match=r"is \\x1b odd"):
        tree.read("repos/a/licenses/x", 10)
    for ask in (tree.at, lambda name: tree.read(f"{name}/x", 1)):
        with pytest.raises(ReadError, match="Permission denied"):
            ask("root/var")
    with pytest.raises(ReadError, match="Permission denied"):
        tree.at("root").read_files("var", ("x",), {"": 1})


def test_a_long_fault_is_kept_in_full(tmp_path: Path) -> None:
    """Else what a snapshot says would differ from what the live tree says."""
    path, fault = tmp_path / "x.tar.gz", f"is a link to {'d' * 300}"
    path.write_bytes(b"".join(render([Item("repos/a/licenses/x", fault=fault)], 0)))
    tree = TarTree.open(path, Form.TAR_GZ, keep_limit)
    with pytest.raises(ReadError, match=f"{fault}$"):
        tree.read("repos/a/licenses/x", 10)


def test_the_manifest_is_read_back() -> None:
    for manifest in (
        Manifest((), 0),
        Manifest(("b", "a"), 2),
        Manifest((), 0, ships_all=True),
    ):
        assert parse_manifest(write_manifest(manifest)) == manifest
    assert Manifest((), 2).license_places() == ("licenses", "licenses-2")
    for licenses in (-1, True, 1_000, "1"):
        value = {"schema": 1, "repositories": [], "licenses": licenses}
        with pytest.raises(ReadError):
            parse_manifest(json.dumps(value).encode())
    odd: list[object] = ["none", True, ["all"], {}, 1]
    for ships in odd:
        value = {"schema": 1, "repositories": [], "licenses": 0, "ships": ships}
        with pytest.raises(ReadError, match="ships, not 'all'"):
            parse_manifest(json.dumps(value).encode())
    for repositories in (["../x"], ["a", "a"], "a", [1]):
        value = {"schema": 1, "repositories": repositories, "licenses": 0}
        with pytest.raises(ReadError):
            parse_manifest(json.dumps(value).encode())

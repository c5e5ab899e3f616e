# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""Components are the same from a directory, a snapshot, a tar and a disk image."""

import io
import shutil
import tarfile
from collections.abc import Callable
from pathlib import Path

import pytest
from builders_elf import go_program
from builders_image import ROOT_TYPE, Part, make_disk, make_ext4, needs_e2fsprogs
from builders_installed import (
    NODE,
    SILENT,
    SITE,
    components,
    contents_of,
    findings,
    hostile,
    install,
    inventory,
    only,
    write_sysroot,
)
from builders_vdb import write_entry
from command import OVERLAYS, assert_same, one_line, run, snapshot

from coos_license.components.reading import read_program, tells_something
from coos_license.errors import ReadError
from coos_license.snapshot.layout import keep_limit
from coos_license.trees.archive import TarTree
from coos_license.trees.excerpt import Excerpt
from coos_license.trees.unpack import Form


@pytest.mark.parametrize("write", [write_sysroot, hostile])
def test_a_snapshot_says_the_same(
    tmp_path: Path, write: Callable[[Path], Path]
) -> None:
    live = write(tmp_path / "sysroot")
    packed = snapshot(tmp_path / "s.tar.gz", live, *OVERLAYS)
    assert_same(tmp_path, [str(live), *OVERLAYS], [str(packed)])
    again = snapshot(tmp_path / "again.tar.gz", packed)
    assert again.read_bytes() == packed.read_bytes()


def test_a_snapshot_holds_what_was_read_and_no_program(
    tmp_path: Path, installed_sysroot: Path
) -> None:
    packed = snapshot(tmp_path / "s.tar.gz", installed_sysroot)
    with tarfile.open(packed) as archive:
        names = {
            member.name
            for member in archive
            if member.isfile() and "/var/db/" not in member.name
        }
    site, left = f"root/{SITE}/requests-2.31.0.dist-info", f"root/{NODE}/page"
    assert names == {
        "components/usr/bin/dockerd/go-buildinfo",
        "components/usr/bin/rg/cargo-auditable.json",
        f"{site}/METADATA",
        f"{site}/licenses/LICENSE",
        f"{site}/licenses/NOTICE",
        f"{left}/package.json",
        f"{left}/node_modules/@it/left/package.json",
        f"{left}/node_modules/@it/left/LICENSE",
        "snapshot.json",
    }


@pytest.mark.parametrize("place", [".", "some/where", "build/lib/x"])
def test_a_tar_lists_equal_to_the_directory(
    tmp_path: Path, installed_sysroot: Path, place: str
) -> None:
    path = tmp_path / "x.tar.gz"
    with tarfile.open(path, "w:gz") as archive:
        archive.add(installed_sysroot, place)
    assert inventory(path) == inventory(installed_sysroot)
    packed = snapshot(tmp_path / "s.tar.gz", path)
    assert inventory(packed) == inventory(installed_sysroot)


def test_a_tar_of_hostile_programs_says_what_the_directory_says(tmp_path: Path) -> None:
    places = ("usr/bin/a", "usr/bin/b", "opt/c", "lib/d")
    files = dict(zip(places, SILENT.values(), strict=True))
    root = only(tmp_path / "root", files | {"usr/bin/x": b"\x7fELF", "bin/y": b""})
    (root / "usr/bin/loop").symlink_to("loop")
    path = tmp_path / "x.tar"
    with tarfile.open(path, "w") as archive:
        archive.add(root, ".")
    assert findings(path) == findings(root)
    assert len(findings(path)) > 5


def test_a_program_of_a_tar_has_several_names(tmp_path: Path) -> None:
    """By hard link, and by a directory that is a symbolic link."""
    root = tmp_path / "root"
    install(root, "app-misc/one-1", "MIT", {"usr/bin/a": go_program()})
    (root / "usr/bin/b").hardlink_to(root / "usr/bin/a")
    (root / "bin").symlink_to("usr/bin")
    owned = contents_of({"usr/bin/b": b"", "bin/a": b""})
    (root / "var/db/pkg/app-misc/one-1/CONTENTS").write_bytes(owned)
    path = tmp_path / "x.tar"
    with tarfile.open(path, "w") as archive:
        archive.add(root, ".")
    (found,) = components(path).values()
    assert found[0]["evidence"] == ["root/bin/a", "root/usr/bin/b"]
    assert components(path) == components(root)


def test_a_tar_that_ends_within_a_program_is_an_error(
    tmp_path: Path, installed_sysroot: Path
) -> None:
    path = tmp_path / "x.tar"
    with tarfile.open(path, "w") as archive:
        archive.add(installed_sysroot / "var", "var")
        archive.add(installed_sysroot / "usr/bin/dockerd", "usr/bin/dockerd")
    with tarfile.open(path) as archive:
        start = archive.getmember("usr/bin/dockerd").offset_data
    path.write_bytes(path.read_bytes()[: start + 80])
    assert "x.tar: is truncated; give a sysroot" in one_line(run("list", str(path)))


def test_of_a_program_in_a_tar_only_what_is_read_is_kept(tmp_path: Path) -> None:
    big = go_program() + bytes(1 << 22)
    path = tmp_path / "x.tar"
    with tarfile.open(path, "w") as archive:
        for name, content in (("usr/bin/a", big), ("usr/bin/b", b"#!" + big)):
            member = tarfile.TarInfo(name)
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    with TarTree.open(path, Form.TAR, keep_limit, tells_something) as tree:
        assert [one.name for one in tree.at("usr/bin").entries()] == ["a"]
        kept = tree.open_file("usr/bin/a")
        assert isinstance(kept, Excerpt)
        assert kept.kept_bytes < 4_096
        assert read_program(kept)
        with pytest.raises(ReadError, match="are looked at"):
            kept.read(1 << 20, 1)


@needs_e2fsprogs
def test_an_image_lists_equal_to_the_directory(
    tmp_path: Path, installed_sysroot: Path
) -> None:
    image = make_ext4(tmp_path / "x.ext4", installed_sysroot)
    assert components(image) == components(installed_sysroot)


@needs_e2fsprogs
def test_a_disk_has_its_database_and_its_files_apart(
    tmp_path: Path, installed_sysroot: Path
) -> None:
    shutil.copytree(installed_sysroot / "var/db", tmp_path / "state/var_overlay/db")
    shutil.copytree(installed_sysroot / "usr", tmp_path / "root/usr")
    parts = tuple(
        Part(name, make_ext4(tmp_path / f"{tree}.ext4", tmp_path / tree), *more)
        for name, tree, more in (
            ("STATE", "state", ()),
            ("ROOT-A", "root", (ROOT_TYPE,)),
        )
    )
    disk = make_disk(tmp_path / "disk.bin", parts)
    assert components(disk) == components(installed_sysroot)
    packed = snapshot(tmp_path / "s.tar.gz", disk)
    assert components(packed) == components(installed_sysroot)


def test_files_of_the_image_and_else_of_the_source_tell(
    tmp_path: Path, installed_sysroot: Path
) -> None:
    """Of --shipped the files count where it has some; evidence says which."""
    image = tmp_path / "image"
    cpv = "app-containers/docker-24.0.9"
    install(image, cpv, "Apache-2.0", {"usr/bin/dockerd": go_program("")})
    entry = {"LICENSE": "MIT\n"}
    write_entry(image, "sys-apps/ripgrep-14.1.0", entry)
    found = components(installed_sysroot, "--shipped", image)
    assert [one["evidence"] for one in found[cpv]] == [["shipped/usr/bin/dockerd"]]
    rust = found["sys-apps/ripgrep-14.1.0"]
    assert {one["evidence"][0] for one in rust} == {"root/usr/bin/rg"}

# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""An ext4 image reads like the directory it was made of, or it is refused."""

import os
import random
import re
import struct
import subprocess
import time
from pathlib import Path

import pytest
from builders_image import SBIN, debugfs, make_ext4, needs_e2fsprogs, patch

from coos_license.errors import ReadError
from coos_license.trees.base import AbsentError, Entry, FileTree, Kind
from coos_license.trees.directory import DirectoryTree
from coos_license.trees.image import ImageTree
from coos_license.trees.window import Window

pytestmark = needs_e2fsprogs
LIMIT = 1 << 24
LONG = "a/" * 40 + "end"
LAYOUTS = {
    "default": (),
    "inline data": ("-O", "inline_data", "-I", "512"),
    "inline data in small inodes": ("-O", "inline_data", "-I", "256"),
    "block map": ("-O", "^extent,^64bit,^metadata_csum", "-b", "1024"),
    "block map, checksums": ("-O", "^extent,^64bit"),
    "ext2": ("-O", "none,filetype", "-b", "1024", "-I", "128"),
    "ext2 without types": ("-O", "none", "-b", "2048"),
    "group checksums": ("-O", "^metadata_csum,^64bit,uninit_bg"),
    "wide group checksums": ("-O", "^metadata_csum,uninit_bg"),
    "1 KiB blocks": ("-b", "1024"),
    "64 KiB blocks": ("-b", "65536"),
    "meta_bg, sparse_super2": (
        *("-O", "meta_bg,sparse_super2,^sparse_super", "-b", "1024", "-g", "256"),
    ),
    "meta_bg, 32-bit": ("-O", "meta_bg,^64bit", "-b", "1024", "-g", "256"),
    "journal": ("-O", "has_journal,resize_inode,large_file,huge_file,extra_isize"),
    "checksum seed": ("-O", "metadata_csum_seed,large_dir,ea_inode,casefold"),
    "mmp": ("-O", "mmp,project,quota"),
    "shared clusters": ("-O", "bigalloc", "-C", "16384"),
}


def fill(root: Path) -> Path:
    """Write files of every kind; return the directory."""
    (root / "dir/sub").mkdir(parents=True)
    (root / "many").mkdir()
    for number in range(1200):
        name = f"a-rather-long-name-{number}"
        (root / "many" / name).write_text(str(number), "utf-8")
    for name, content in {
        "empty": b"",
        "tiny": b"tiny\n",
        "between": b"b" * 120,
        "block": bytes(range(256)) * 16,
        "large": random.Random(1).randbytes(700_001),  # noqa: S311 (no secret)
    }.items():
        (root / "dir" / name).write_bytes(content)
    with (root / "dir/holes").open("wb") as file:
        # To the end of a block: mke2fs 1.47.0 rounds the size up with inline data.
        for at in (0, 40_000, 4096 * 74 - 4):
            file.seek(at)
            file.write(b"here")
    (root / "fast").symlink_to("dir/tiny")
    (root / "slow").symlink_to(f"./{'./' * 40}dir/../dir/tiny")
    (root / "absolute").symlink_to("/dir")
    (root / "dangling").symlink_to(LONG)
    (root / "dir/up").symlink_to("../../../fast")
    (root / "loop").symlink_to("loop")
    (root / "dir/\xe9t\xe9").write_text("utf-8", "utf-8")
    return root


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The directory that the images are made of."""
    return fill(tmp_path_factory.mktemp("tree"))


@pytest.fixture(scope="module")
def image(tree: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The image with the usual layout."""
    return make_ext4(tmp_path_factory.mktemp("image") / "image", tree)


def copy_of(image: Path, target: Path) -> Path:
    """Return a copy of an image, to damage it."""
    target.write_bytes(image.read_bytes())
    return target


def walk(tree: FileTree, path: str = "") -> dict[str, bytes | Kind]:
    """Return every path with what is there; a fault ends the walk."""
    found: dict[str, bytes | Kind] = {}
    for entry in tree.entries():
        if entry.name == "lost+found":
            continue
        below = f"{path}/{entry.name}"
        found[below] = entry.kind
        if entry.kind is Kind.DIRECTORY:
            found |= walk(tree.at(entry.name), below)
        elif entry.kind is Kind.FILE:
            found[below] = tree.read(entry.name, LIMIT)
    return found


def walk_image(image: Path) -> dict[str, bytes | Kind]:
    """Return every path of an image with what is there."""
    with Window.open(image) as window:
        return walk(ImageTree.open(window))


def refused(image: Path) -> str:
    """Return why an image is refused, soon."""
    before = time.monotonic()
    with pytest.raises(ReadError) as caught:
        walk_image(image)
    assert time.monotonic() - before < 20
    return str(caught.value)


@pytest.mark.parametrize("layout", LAYOUTS)
def test_an_image_reads_like_its_directory(
    tree: Path, tmp_path: Path, layout: str
) -> None:
    try:
        image = make_ext4(tmp_path / "i", tree, *LAYOUTS[layout], megabytes=96)
    except subprocess.CalledProcessError as error:
        pytest.skip(f"this mke2fs does not make it: {error.stderr.decode()[-200:]}")
    with DirectoryTree.open(tree) as directory:
        expected = walk(directory)
    assert walk_image(image) == expected
    with Window.open(image) as window, ImageTree.open(window) as files:
        for name in ("fast", "slow", "dir/up", "absolute/tiny", "absolute/../fast"):
            assert files.read(name, LIMIT) == b"tiny\n", name
        for name in ("dangling", "dir/absent", "absent/tiny"):
            with pytest.raises(AbsentError):
                files.read(name, LIMIT)
        with pytest.raises(ReadError, match="loop"):
            files.read("loop", LIMIT)


def test_a_hashed_directory_is_read(tree: Path, image: Path, tmp_path: Path) -> None:
    copy = copy_of(image, tmp_path / "image")
    subprocess.run(["e2fsck", "-fyD", copy], env=SBIN, check=False, capture_output=True)
    shown = subprocess.run(
        ["debugfs", "-R", "htree_dump /many", copy],
        env=SBIN,
        capture_output=True,
        check=True,
    )
    assert b"Root node dump" in shown.stdout
    with DirectoryTree.open(tree) as directory:
        assert walk_image(copy) == walk(directory)


@pytest.mark.parametrize("checksums", ["metadata_csum", "^metadata_csum"])
def test_the_mark_of_a_read_only_chromium_os_file_system(
    tree: Path, tmp_path: Path, checksums: str
) -> None:
    """The build sets a byte of the features, and leaves the checksum as it was."""
    image = make_ext4(tmp_path / "image", tree, "-O", checksums)
    whole = walk_image(image)
    assert walk_image(patch(image, 0x467, b"\xff")) == whole


def test_a_tree_offers_what_a_directory_does(tree: Path, image: Path) -> None:
    names = ("empty", "tiny", "large", "up", "absent")
    limits = {"": LIMIT, "large": 10}
    with Window.open(image) as window, ImageTree.open(window) as files:
        with DirectoryTree.open(tree) as directory:
            found, failed = files.read_files("dir", names, limits)
            expected, faults = directory.read_files("dir", names, limits)
            assert found == expected
            assert sorted(failed) == sorted(faults) == ["large", "up"]
            assert str(failed["large"]) == str(faults["large"])
            assert files.at("dir").entries() == directory.at("dir").entries()
        assert files.entries()[0] == Entry("absolute", Kind.SYMLINK)
        rooted = files.rooted("dir")
        assert rooted.read("../../tiny", LIMIT) == b"tiny\n"
        with pytest.raises(AbsentError):
            rooted.read("up", LIMIT)
        for name, message in {
            "dir/tiny": "not a directory",
            "absent": "not there",
        }.items():
            with pytest.raises(ReadError, match=message):
                files.at(name)
        for path in ("dir", "many"):
            with pytest.raises(ReadError, match="regular"):
                files.read(path, LIMIT)
        with pytest.raises(ReadError, match="not a directory"):
            files.read("dir/tiny/below", LIMIT)
        with pytest.raises(ReadError):
            files.read_files("fast", names, limits)


def test_special_files_are_not_read(image: Path, tmp_path: Path) -> None:
    copy = copy_of(image, tmp_path / "image")
    debugfs(copy, "mknod zero c 1 5", "mknod pipe p")
    with Window.open(copy) as window, ImageTree.open(window) as files:
        kinds = {entry.name: entry.kind for entry in files.entries()}
        assert kinds["zero"] is kinds["pipe"] is Kind.OTHER
        for name in ("zero", "pipe"):
            with pytest.raises(ReadError, match="regular"):
                files.read(name, LIMIT)


# What follows is made to break whoever reads it; where debugfs writes, checksums fit.


@pytest.mark.parametrize(
    ("commands", "message"),
    [
        (("ln dir many/again",), "more than one place"),
        (("ln dir dir/sub/back",), "more than one place"),
        (("ln / dir/root",), "more than one place"),
        (("sif dir size 0",), "damaged directory"),
        (("sif dir size 0x100000000",), "more than the"),
        (("sif dir/large size_hi 1",), "more than the"),
        (("sif dir/large links_count 0",), "not in use"),
        (("sif dir/large mode 0",), "not in use"),
        (("sif dir/large mode 0040755",), "listed as"),
        (("sif dir/large block[0] 0",), "block list"),
        (("sif dir/large block[1] 0x00090001",), "block list"),
        (("sif dir/large block[5] 0xfffffff0",), "block number"),
        (("sif dir/large flags 0x80800",), "encrypted"),
        (("clri dir/large",), "inode"),
        (("ssv feature_incompat 0x40c6",), "mounted"),
    ],
)
def test_lies_with_right_checksums(
    image: Path, tmp_path: Path, commands: tuple[str, ...], message: str
) -> None:
    copy = copy_of(image, tmp_path / "image")
    debugfs(copy, *commands)
    assert message in refused(copy)


@pytest.mark.parametrize(
    "commands",
    [("sif fast size 3000",), ("sif fast size 0",), ("sif slow size 100000",)],
)
def test_a_damaged_link_is_refused(
    image: Path, tmp_path: Path, commands: tuple[str, ...]
) -> None:
    copy = copy_of(image, tmp_path / "image")
    debugfs(copy, *commands)
    with Window.open(copy) as window, ImageTree.open(window) as files:
        with pytest.raises(ReadError) as caught:
            files.read(commands[0].split()[1], LIMIT)
        assert not isinstance(caught.value, AbsentError)


def test_files_of_holes_only_are_bounded_together(image: Path, tmp_path: Path) -> None:
    copy = copy_of(image, tmp_path / "image")
    debugfs(copy, "sif dir/holes size 0xf000000")
    with Window.open(copy) as window, ImageTree.open(window) as files:
        for _ in range(4):
            assert len(files.read("dir/holes", 1 << 28)) == 0xF000000
        with pytest.raises(ReadError, match="bound"):
            files.read("dir/holes", 1 << 28)


def test_directories_on_the_same_blocks_are_bounded_together(
    image: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("coos_license.trees.ext4._NAMES_BUDGET", 1000)
    assert "bound" in refused(image)
    monkeypatch.undo()
    monkeypatch.setattr("coos_license.trees.ext4._DIRECTORY_BUDGET", 1 << 14)
    assert "bound" in refused(image)


@pytest.mark.parametrize(
    ("node", "message"),
    [
        (struct.pack("<HHHHI", 0xF30A, 4, 4, 5, 0) + 4 * bytes(12), "block list"),
        (struct.pack("<HHHHI", 0xF30A, 1, 4, 6, 0) + 4 * bytes(12), "block list"),
        (struct.pack("<HHHHI", 0xF30A, 9, 9, 0, 0) + 4 * bytes(12), "block list"),
        (struct.pack("<HHHHIIHHI", 0xF30A, 1, 4, 0, 0, 0, 9, 0, 1 << 31), "number"),
        (struct.pack("<HHHHIIIHH", 0xF30A, 1, 4, 1, 0, 0, 1 << 31, 0, 0), "number"),
        (struct.pack("<HHHHIIIHH", 0xF30A, 1, 4, 5, 0, 0, 2, 0, 0), "block list"),
    ],
)
def test_a_block_list_that_lies(
    tree: Path, tmp_path: Path, node: bytes, message: str
) -> None:
    """Without checksums, an extent tree may say anything, and point at itself."""
    image = make_ext4(tmp_path / "image", tree, "-O", "^metadata_csum")
    words = struct.unpack("<15I", node.ljust(60, b"\0"))
    debugfs(
        image, *(f"sif dir/large block[{at}] {word}" for at, word in enumerate(words))
    )
    assert message in refused(image)


def test_tables_that_point_at_each_other_are_bounded(
    tree: Path, tmp_path: Path
) -> None:
    """A block map whose tables are the same block is as long as its file, no longer."""
    options = ("-O", "^extent,^64bit,^metadata_csum", "-b", "1024")
    image = make_ext4(tmp_path / "image", tree, *options)
    shown = subprocess.run(
        ["debugfs", "-R", "stat dir/large", image],
        env=SBIN,
        capture_output=True,
        check=True,
    )
    table = int(re.findall(rb"\(IND\):(\d+)", shown.stdout)[0])
    patch(image, table * 1024, struct.pack("<I", table) * 256)
    debugfs(image, f"sif dir/large block[TIND] {table}")
    debugfs(image, f"sif dir/large block[DIND] {table}")
    debugfs(image, "sif dir/large size 16000000")
    assert len(walk_image(image)["/dir/large"]) == 16_000_000
    debugfs(image, "sif dir/large size 0xfffffffffff")
    before = time.monotonic()
    with Window.open(image) as window, ImageTree.open(window) as files:
        large = files.open_file("dir/large")
        with pytest.raises(ReadError, match="pieces"):
            large.read(1 << 40, 1)
    assert time.monotonic() - before < 20


@pytest.mark.parametrize("kept", [0, 1000, 1024 + 512, 4096, 40_000, 8 << 19])
def test_a_truncated_image_is_refused(image: Path, tmp_path: Path, kept: int) -> None:
    copy = copy_of(image, tmp_path / "image")
    with copy.open("r+b") as file:
        file.truncate(kept)
    assert refused(copy)


def test_a_file_that_shrinks_while_it_is_read(image: Path, tmp_path: Path) -> None:
    copy = copy_of(image, tmp_path / "image")
    with Window.open(copy) as window, ImageTree.open(window) as files:
        with copy.open("r+b") as file:
            file.truncate(1 << 14)
        with pytest.raises(ReadError, match="cut off"):
            walk(files)


@pytest.mark.parametrize("checksums", ["metadata_csum", "^metadata_csum"])
def test_damage_is_bounded_and_never_hides_a_name(
    tmp_path: Path, checksums: str
) -> None:
    """With checksums, what can still be read has every name that there was."""
    small = tmp_path / "small"
    (small / "a/b").mkdir(parents=True)
    for number in range(30):
        (small / "a/b" / f"name{number}").write_text(str(number) * number, "utf-8")
    image = make_ext4(tmp_path / "image", small, "-O", checksums, "-b", "1024")
    content = image.read_bytes()
    names = walk_image(image).keys()
    chance = random.Random(checksums)  # noqa: S311 (no secret)
    used = [at for at in range(0, len(content), 256) if any(content[at : at + 256])]
    for _ in range(200):
        damaged = bytearray(content)
        for _ in range(chance.choice((1, 1, 5, 20))):
            at = chance.choice(used)
            some = chance.choice(
                (bytes(256), chance.randbytes(4), content[at : at + 9])
            )
            at += chance.randrange(256) if len(some) < 256 else 0
            damaged[at : at + len(some)] = some
        image.write_bytes(damaged[: len(content)])
        before = time.monotonic()
        try:
            found = walk_image(image).keys()
        except ReadError:
            continue
        finally:
            assert time.monotonic() - before < 20
        assert checksums.startswith("^") or found == names


def test_windows_are_closed_and_take_files_only(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "fifo")
    before = len(list(Path("/proc/self/fd").iterdir()))
    for path in (tmp_path / "fifo", tmp_path):
        with pytest.raises(ReadError, match="no regular file"):
            Window.open(path)
    (tmp_path / "file").write_bytes(bytes(5000))
    with Window.open(tmp_path / "file") as window:
        with pytest.raises(ReadError, match="no ext4"):
            ImageTree.open(window)
        with pytest.raises(ReadError, match="outside"):
            window.part(4000, 2000)
    with pytest.raises(ReadError, match="cannot be read"):
        window.read(0, 10)
    assert len(list(Path("/proc/self/fd").iterdir())) == before

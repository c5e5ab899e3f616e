# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""A squashfs is read as mksquashfs wrote it, or refused; never in part."""

import os
import random
import struct
import time
from contextlib import suppress
from pathlib import Path

import pytest
from builders_image import make_squashfs, needs_squashfs_tools, patch
from test_ext4 import LIMIT, copy_of, fill, walk

from coos_license.errors import ReadError
from coos_license.trees import squashfs, squashfs_tables
from coos_license.trees.base import AbsentError, Kind
from coos_license.trees.content import Memory
from coos_license.trees.digests import Known
from coos_license.trees.directory import DirectoryTree
from coos_license.trees.file_systems import open_file_system
from coos_license.trees.image import ImageTree
from coos_license.trees.squashfs import SquashFileSystem
from coos_license.trees.squashfs_superblock import has_squashfs
from coos_license.trees.squashfs_tables import SquashNode
from coos_license.trees.window import Window

pytestmark = needs_squashfs_tools

LAYOUTS: dict[str, tuple[str, ...]] = {
    "gzip": (),
    "gzip, small window": ("-comp", "gzip", "-Xwindow-size", "8"),
    "lzma": ("-comp", "lzma"),
    "xz": ("-comp", "xz"),
    "xz, x86 filter": ("-comp", "xz", "-Xbcj", "x86"),
    "lz4": ("-comp", "lz4"),
    "lz4, high": ("-comp", "lz4", "-Xhc"),
    "zstd": ("-comp", "zstd"),
    "nothing packed": ("-noI", "-noD", "-noF", "-noX"),
    "4 KiB blocks": ("-b", "4K"),
    "1 MiB blocks": ("-b", "1M", "-comp", "xz"),
    "no fragments": ("-no-fragments",),
    "all ends in fragments": ("-always-use-fragments", "-b", "4K"),
    "no duplicates sought": ("-no-duplicates",),
    "no table of exports, no padding": ("-no-exports", "-nopad"),
    "no extended attributes": ("-no-xattrs",),
}
#: Where the superblock has what.
FRAGMENTS, PACKING, LOG, MAJOR = 16, 20, 22, 28
ROOT, LENGTH, INODES, DIRECTORIES, FRAGMENTS_AT = 32, 40, 64, 72, 80
#: Devices and more, as mksquashfs makes them without root.
SPECIAL = ("console c 600 0 0 5 1", "disk b 600 0 0 8 0", "pipe i 600 0 0 f")


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The directory that the images are made of."""
    root = fill(tmp_path_factory.mktemp("tree"))
    os.link(root / "dir/large", root / "dir/second-name")
    (root / "dir/copy").write_bytes((root / "dir/large").read_bytes())
    with (root / "dir/all-holes").open("wb") as file:
        file.truncate(10_000_000)
    (root / "nothing").mkdir()
    (root / "/".join(["deep"] * 30)).mkdir(parents=True)
    Path(os.fsdecode(os.fsencode(root / "dir") + b"/\xff\xfe a\nb \x1b[31m")).touch()
    with suppress(OSError):  # not every file system has extended attributes
        os.setxattr(root / "dir/tiny", "user.note", b"x" * 100)
    return root


@pytest.fixture(scope="module")
def image(tree: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The image with the usual layout."""
    return make_squashfs(tmp_path_factory.mktemp("image") / "image", tree)


def opened(image: Path) -> ImageTree[SquashNode]:
    return ImageTree.over(SquashFileSystem(Memory(image.read_bytes())))


def refused(image: Path) -> str:
    """Return why an image is refused, soon."""
    before = time.monotonic()
    with pytest.raises(ReadError) as caught:
        walk(opened(image))
    assert time.monotonic() - before < 20
    return str(caught.value)


@pytest.mark.parametrize("layout", LAYOUTS)
def test_an_image_reads_like_its_directory(
    tree: Path, tmp_path: Path, layout: str
) -> None:
    image = make_squashfs(tmp_path / "i", tree, *LAYOUTS[layout])
    with DirectoryTree.open(tree) as directory:
        expected = walk(directory)
    with Window.open(image) as window:
        files = open_file_system(window)
        assert files is not None
        assert walk(files) == expected
        for name in ("fast", "slow", "dir/up", "absolute/tiny", "absolute/../fast"):
            assert files.read(name, LIMIT) == b"tiny\n", name
        assert files.link("absolute") == "/dir"
        for name in ("dangling", "dir/absent", "absent/tiny"):
            with pytest.raises(AbsentError):
                files.read(name, LIMIT)


def test_devices_are_listed_and_not_read(tmp_path: Path, tree: Path) -> None:
    special = [word for line in SPECIAL for word in ("-p", line)]
    files = opened(make_squashfs(tmp_path / "i", tree, *special))
    kinds = {entry.name: entry.kind for entry in files.entries()}
    for name in ("console", "disk", "pipe"):
        assert kinds[name] is Kind.OTHER
        with pytest.raises(ReadError, match="not a regular file"):
            files.open_file(name)


def test_a_directory_of_very_many_names_is_read(tmp_path: Path) -> None:
    root = tmp_path / "root"
    root.mkdir()
    for number in range(4000):
        (root / f"name-{number}").touch()
    files = opened(make_squashfs(tmp_path / "i", root))
    assert len(files.entries()) == 4000
    assert files.read("name-3999", 1) == b""


def test_a_file_is_read_in_parts(image: Path, tree: Path) -> None:
    whole = (tree / "dir/large").read_bytes()
    with opened(image).open_file("dir/large") as file:
        assert file.size_bytes == len(whole)
        block = 1 << 17
        for offset, length in (
            *((0, 1), (block - 1, 2), (0, len(whole)), (5 * block - 3, 9)),
            (len(whole) - 1, 1),
        ):
            assert file.read(offset, length) == whole[offset : offset + length]
        with pytest.raises(ReadError, match="outside"):
            file.read(len(whole), 1)


def test_names_of_one_file_have_its_digests(image: Path) -> None:
    known: Known = {}
    directory = opened(image).at("dir")
    first = directory.digests("large", known)
    assert directory.digests("second-name", known) is first
    assert directory.digests("copy", known) == first


@pytest.mark.parametrize(
    ("at", "value", "message"),
    [
        (0, b"sqsh", "another version than 4.0"),
        (MAJOR, b"\3\0", "another version than 4.0"),
        (PACKING, b"\3\0", r"not read \(lzo\)"),
        (PACKING, b"\x63\0", r"not read \(number 99\)"),
        (LOG, b"\x15\0", r"damaged squashfs \(superblock\)"),
        (12, b"\0\0\0\0", r"damaged squashfs \(superblock\)"),
        (LENGTH, b"\xff" * 8, "cut off"),
        (ROOT, b"\xff" * 8, "outside of the file"),
        (INODES, b"\xff" * 8, "outside of the file"),
        (DIRECTORIES, b"\0" * 8, "damaged|none|outside"),
        (FRAGMENTS, b"\0" * 4, "number of a fragment that is none"),
        (FRAGMENTS_AT, b"\xff" * 8, "outside of the file"),
    ],
)
def test_a_superblock_that_lies_is_refused(
    tmp_path: Path, image: Path, at: int, value: bytes, message: str
) -> None:
    copy = copy_of(image, tmp_path / "copy")
    patch(copy, at, value)
    with pytest.raises(ReadError, match=message):
        walk(opened(copy))


def test_an_image_that_was_cut_off_is_refused(tmp_path: Path, image: Path) -> None:
    copy = tmp_path / "copy"
    copy.write_bytes(image.read_bytes()[:-8192])
    assert "cut off" in refused(copy)


@pytest.mark.parametrize("packing", ["gzip", "lzma", "xz", "lz4", "zstd"])
def test_random_damage_is_refused_or_harmless(
    tmp_path: Path, tree: Path, packing: str
) -> None:
    """Whatever is damaged, the reader answers soon, and in no other way."""
    content = make_squashfs(tmp_path / "i", tree / "dir", "-comp", packing).read_bytes()
    used = int.from_bytes(content[LENGTH : LENGTH + 8], "little")
    chance = random.Random(packing)  # noqa: S311 (no secret)
    before = time.monotonic()
    for _ in range(40):
        raw = bytearray(content)
        for _ in range(6):
            at = chance.choice((chance.randrange(used), used - chance.randrange(900)))
            raw[at] = chance.randrange(256)
        with suppress(ReadError):
            walk(handmade(bytes(raw)))
    assert time.monotonic() - before < 60


class Handmade:
    """A squashfs of metadata that is not packed, by hand, as no mksquashfs makes it."""

    def __init__(self) -> None:
        """Begin without inodes and directories."""
        self.inodes = b""
        self.directories = b""

    def directory(self, *names: tuple[bytes, int, int], number: int = 1) -> int:
        """Add a directory and its names, each with place and kind; return its place."""
        start = len(self.directories)
        listing = struct.pack("<III", len(names) - 1, 0, number) if names else b""
        for name, at, kind in names:
            listing += struct.pack("<HhHH", at, 0, kind, len(name) - 1) + name
        self.directories += listing
        return self.inode(1, struct.pack("<IIHHI", 0, 2, len(listing) + 3, start, 1))

    def inode(self, kind: int, body: bytes, number: int = 2) -> int:
        """Add an inode; return its place."""
        at = len(self.inodes)
        self.inodes += struct.pack("<4HII", kind, 0o644, 0, 0, 0, number) + body
        return at

    def image(self, root: int, data: bytes = b"") -> bytes:
        """Return the image."""
        tables = b""
        places = []
        for table in (self.inodes, self.directories or b"\0"):
            places.append(96 + len(data) + len(tables))
            tables += (len(table) | 0x8000).to_bytes(2, "little") + table
        size = 96 + len(data) + len(tables)
        head = struct.pack("<4s4I6H", b"hsqs", 1, 0, 4096, 0, 1, 12, 0, 1, 4, 0)
        head += struct.pack("<8Q", root, size, 0, 0, *places, size, 0)
        return head + data + tables


def handmade(image: bytes) -> ImageTree[SquashNode]:
    return ImageTree.over(SquashFileSystem(Memory(image)))


def test_a_directory_in_itself_is_refused() -> None:
    made = Handmade()
    made.directory((b"loop", 32, 1))
    inner = made.directory((b"loop", 32, 1))
    assert inner == 32
    with pytest.raises(ReadError, match="more than one place"):
        walk(handmade(made.image(0)))


def test_the_root_below_itself_is_refused() -> None:
    made = Handmade()
    root = made.directory((b"again", 0, 1))
    with pytest.raises(ReadError, match="more than one place"):
        walk(handmade(made.image(root)))


def test_a_directory_in_two_places_is_refused() -> None:
    made = Handmade()
    below = made.directory()
    one, two = (made.directory((b"x", below, 1)) for _ in range(2))
    root = made.directory((b"one", one, 1), (b"two", two, 1))
    with pytest.raises(ReadError, match="more than one place"):
        walk(handmade(made.image(root)))


@pytest.mark.parametrize("name", [b"a/b", b"..", b".", b"a\0b", b"x"])
def test_a_name_that_leads_elsewhere_or_twice_is_refused(name: bytes) -> None:
    made = Handmade()
    link = made.inode(3, struct.pack("<II", 1, 1) + b"y")
    root = made.directory((name, link, 3), (b"x", link, 3))
    with pytest.raises(ReadError, match="damaged directory"):
        walk(handmade(made.image(root)))


@pytest.mark.parametrize(
    ("kind", "listed", "body", "message"),
    [
        (99, 2, b"", "of a kind that is none"),
        (0, 2, b"", "of a kind that is none"),
        (2, 3, struct.pack("<4I", 0, 0xFFFFFFFF, 0, 0), "is a regular file|is a file"),
        (
            2,
            2,
            struct.pack("<4I", 0, 0xFFFFFFFF, 0, 0xFFFFFFFF),
            "tables that is none|outside",
        ),
        (2, 2, struct.pack("<5I", 0, 0xFFFFFFFF, 0, 1, 0x1FFFFFF), "damaged block"),
        (2, 2, struct.pack("<5I", 0, 0xFFFFFFFF, 0, 9, 0x1000001), "too little"),
        (2, 2, struct.pack("<4I", 0, 7, 0, 9), "fragment that is none"),
        (3, 3, struct.pack("<II", 1, 0), "damaged symbolic link"),
        (3, 3, struct.pack("<II", 1, 5000), "damaged symbolic link"),
    ],
)
def test_an_inode_that_lies_is_refused(
    kind: int, listed: int, body: bytes, message: str
) -> None:
    made = Handmade()
    made.inode(kind, body)
    root = made.directory((b"file", 0, listed))
    files = handmade(made.image(root, b"data"))
    with pytest.raises(ReadError, match=message):
        files.link("file") if kind == 3 else files.read("file", 1 << 40)


def test_a_bomb_unpacks_to_no_more_than_its_length_allows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(squashfs, "_FREE", 1 << 16)
    root = tmp_path / "root"
    root.mkdir()
    (root / "zeros").write_bytes(b"x" * (1 << 23))
    image = make_squashfs(tmp_path / "i", root, "-b", "1M")
    assert image.stat().st_size * 300 < 1 << 23
    assert "past the bound" in refused(image)


def test_what_is_read_of_one_file_system_is_bounded(
    image: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module, bound in (
        (squashfs, "_MOST_UNPACKED"),
        (squashfs, "_NAMES_BUDGET"),
        (squashfs_tables, "_BLOCKS_BUDGET"),
    ):
        with monkeypatch.context() as patched:
            patched.setattr(module, bound, 3)
            assert "past the bound" in refused(image)


def test_what_is_no_squashfs() -> None:
    for content in (b"", b"hsqs", bytes(200)):
        assert not has_squashfs(Memory(content))
        with pytest.raises(ReadError, match="is no squashfs"):
            SquashFileSystem(Memory(content))


def test_a_file_of_millions_of_blocks_is_refused() -> None:
    """The list of blocks is checked before it is read: it takes 280 bytes a block."""
    made = Handmade()
    body = struct.pack("<QQ8xIII4x", 0, 4096 << 21, 1, 0xFFFFFFFF, 0)
    root = made.directory((b"long", made.inode(9, body), 2))
    with pytest.raises(ReadError, match="is in more than 1048576 blocks"):
        handmade(made.image(root)).read("long", 1 << 40)

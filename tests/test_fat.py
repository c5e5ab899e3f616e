# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""A FAT file system is read as it was written, or refused; never in part."""

import hashlib
import random
import struct
import time
from contextlib import suppress
from pathlib import Path

import pytest
from builders_image import make_fat, needs_fat_tools, patch
from test_ext4 import copy_of, walk

from coos_license.errors import ReadError
from coos_license.trees import fat
from coos_license.trees.base import AbsentError
from coos_license.trees.directory import DirectoryTree
from coos_license.trees.fat import FatFileSystem
from coos_license.trees.fat_boot import has_fat
from coos_license.trees.fat_directory import parse_directory
from coos_license.trees.file_systems import open_file_system
from coos_license.trees.image import ImageTree
from coos_license.trees.window import Window

pytestmark = needs_fat_tools

MIB = 1 << 20
#: Width of the table -> bytes of the image, and options of mkfs.vfat.
LAYOUTS: dict[str, tuple[int, int, tuple[str, ...]]] = {
    "FAT12": (12, 4 * MIB, ()),
    "FAT12, a floppy": (12, 1440 << 10, ("-r", "112")),
    "FAT16": (16, 32 * MIB, ()),
    "FAT16, 4 KiB sectors": (16, 64 * MIB, ("-S", "4096")),
    "FAT32": (32, 64 * MIB, ()),
    "FAT32, one table": (32, 40 * MIB, ("-f", "1", "-s", "1")),
}


def fill(root: Path) -> Path:
    """Write what an EFI system partition may hold; return the directory."""
    (root / "EFI/BOOT").mkdir(parents=True)
    (root / "many").mkdir()
    for number in range(300):
        name = f"a-rather-long-name-{number}"
        (root / "many" / name).write_text(str(number), "utf-8")
    for name, content in {
        "EFI/BOOT/BOOTX64.EFI": random.Random(1).randbytes(200_001),  # noqa: S311 (no secret)
        "EFI/BOOT/grub.cfg": b"set timeout=0\n",
        "EFI/BOOT/empty": b"",
        "EFI/BOOT/sector": b"s" * 512,
        "EFI/BOOT/MixedCase.Config.txt": b"mixed",
        "README": b"read me",
        "\xe9t\xe9 \u2603.txt": b"snow",
        "x" * 200: b"long",
    }.items():
        (root / name).write_bytes(content)
    return root


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The directory that the images are made of."""
    return fill(tmp_path_factory.mktemp("tree"))


@pytest.fixture(scope="module")
def image(tree: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An image of the usual layout of a small one."""
    return make_fat(tmp_path_factory.mktemp("fat") / "image", tree, 12, size=4 * MIB)


def opened(window: Window) -> ImageTree[fat.FatNode]:
    return ImageTree.over(FatFileSystem(window))


def refused(image: Path) -> str:
    """Return why an image is refused, soon."""
    before = time.monotonic()
    with Window.open(image) as window, pytest.raises(ReadError) as caught:
        walk(opened(window))
    assert time.monotonic() - before < 20
    return str(caught.value)


@pytest.mark.parametrize("layout", LAYOUTS)
def test_an_image_reads_like_its_directory(
    tree: Path, tmp_path: Path, layout: str
) -> None:
    bits, size, options = LAYOUTS[layout]
    image = make_fat(tmp_path / "image", tree, bits, *options, size=size)
    with DirectoryTree.open(tree) as directory:
        expected = walk(directory)
    with Window.open(image) as window:
        files = open_file_system(window)
        assert files is not None
        assert walk(files) == expected


def test_files_are_read_in_parts(image: Path, tree: Path) -> None:
    whole = (tree / "EFI/BOOT/BOOTX64.EFI").read_bytes()
    with Window.open(image) as window:
        with opened(window).open_file("EFI/BOOT/BOOTX64.EFI") as file:
            assert file.size_bytes == len(whole)
            for offset, length in ((0, 1), (2047, 2), (4096, 9000), (200_000, 1)):
                assert file.read(offset, length) == whole[offset : offset + length]
            with pytest.raises(ReadError, match="outside"):
                file.read(200_000, 2)
        digests = opened(window).at("EFI/BOOT").digests("grub.cfg", {})
        assert digests.sha256 == hashlib.sha256(b"set timeout=0\n").digest()


def test_a_file_in_pieces_is_read_in_order(tmp_path: Path) -> None:
    """A FAT12 by hand: the clusters of the file lie backwards."""
    content = bytes(range(256)) * 7
    image = tmp_path / "image"
    image.write_bytes(by_hand(content, chain=(5, 4, 3, 2)))
    with Window.open(image) as window:
        files = opened(window)
        assert files.read("FILE", 1 << 20) == content
        with files.open_file("FILE") as file:
            assert file.read(500, 600) == content[500:1100]


def test_a_fat32_of_few_clusters_is_one_as_linux_takes_it(tmp_path: Path) -> None:
    """``mkfs.vfat -F 32`` makes such; by Microsoft's count it would be a FAT12."""
    boot = b"\xeb\x58\x90mkfs.fat"
    boot += struct.pack("<HBHBHHBH8xII", 512, 1, 1, 1, 0, 0, 0xF8, 0, 34, 1)
    boot += struct.pack("<HHI", 0, 0, 2)
    table = struct.pack("<4I", 0x0FFFFFF8, 0x0FFFFFFF, 0x0FFFFFFF, 0xFFFFFFFF)
    entry = directory_entry(b"FILE", 0x20, 3, 5)
    sectors = (boot.ljust(510, b"\0") + b"\x55\xaa", table, entry, b"hello")
    image = tmp_path / "image"
    image.write_bytes(
        b"".join(one.ljust(512, b"\0") for one in sectors).ljust(34 * 512)
    )
    with Window.open(image) as window:
        assert walk(opened(window)) == {"/FILE": b"hello"}


def test_a_file_in_very_many_pieces_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fat, "_MOST_RUNS", 3)
    image = tmp_path / "image"
    image.write_bytes(by_hand(bytes(1800), chain=(5, 4, 3, 2)))
    with Window.open(image) as window, pytest.raises(ReadError, match="3 pieces"):
        opened(window).read("FILE", 1 << 20)


def by_hand(content: bytes, chain: tuple[int, ...], *, end: int = 0xFFF) -> bytes:
    """Return a FAT12 of 64 clusters of a sector with one file."""
    table = [0xFF8, 0xFFF] + [0] * 64
    for one, after in zip(chain, (*chain[1:], end), strict=True):
        table[one] = after
    packed = b"".join(
        (low | high << 12).to_bytes(3, "little")
        for low, high in zip(table[::2], table[1::2], strict=True)
    )
    boot = b"\xeb\x3c\x90MKDOSFS" + b"\0"
    boot += struct.pack("<HBHBHHBH8xII", 512, 1, 1, 1, 16, 67, 0xF8, 1, 0, 0)
    entry = b"FILE       \0" + bytes(14) + struct.pack("<HI", chain[0], len(content))
    clusters = bytearray(64 * 512)
    for number, cluster in enumerate(dict.fromkeys(chain)):
        part = content[number * 512 : number * 512 + 512]
        clusters[(cluster - 2) * 512 : (cluster - 2) * 512 + len(part)] = part
    return (
        boot.ljust(510, b"\0")
        + b"\x55\xaa"
        + packed.ljust(512, b"\0")
        + entry.ljust(512, b"\0")
        + clusters
    )


@pytest.mark.parametrize(
    ("chain", "end", "message"),
    [
        ((2, 3), 0xFFF, "fewer clusters than its length"),
        ((2, 3, 4, 5), 3, "comes back to itself"),
        ((2,), 2, "comes back to itself"),
        ((2, 3, 4, 5), 0x0, r"cluster number that is none \(0\)"),
        ((2, 3), 0xFF0, r"cluster number that is none \(4080\)"),
        ((2, 3), 0xFF7, r"cluster number that is none \(4087\)"),
    ],
)
def test_a_chain_that_cannot_be_is_refused(
    tmp_path: Path, chain: tuple[int, ...], end: int, message: str
) -> None:
    image = tmp_path / "image"
    image.write_bytes(by_hand(bytes(1800), chain, end=end))
    with Window.open(image) as window, pytest.raises(ReadError, match=message):
        opened(window).read("FILE", 1 << 20)


def directory_entry(name: bytes, attributes: int, first: int, size: int = 0) -> bytes:
    head = name.ljust(11) + bytes([attributes]) + bytes(14)
    return head + struct.pack("<HI", first, size)


def with_root(tmp_path: Path, *entries: bytes, cluster: bytes = b"") -> Path:
    """Return an image whose root directory holds these entries; cluster 2 is given."""
    raw = bytearray(by_hand(b"", (2,)))
    raw[512 + 3 : 512 + 6] = b"\xff\xff\xff"  # clusters 2 and 3 end there
    raw[1024:1536] = b"".join(entries).ljust(512, b"\0")
    raw[1536 : 1536 + len(cluster)] = cluster
    image = tmp_path / "image"
    image.write_bytes(raw)
    return image


def test_a_directory_in_itself_is_refused(tmp_path: Path) -> None:
    loop = directory_entry(b"LOOP", 0x10, 2)
    image = with_root(tmp_path, directory_entry(b"DIR", 0x10, 2), cluster=loop)
    assert "more than one place" in refused(image)


def test_a_directory_in_two_places_is_refused(tmp_path: Path) -> None:
    again = directory_entry(b"B", 0x10, 3)
    entries = (directory_entry(b"A", 0x10, 2), again)
    assert "more than one place" in refused(
        with_root(tmp_path, *entries, cluster=again)
    )


def test_a_name_twice_is_refused(tmp_path: Path) -> None:
    entry = directory_entry(b"A", 0x20, 0)
    assert "a name twice" in refused(with_root(tmp_path, entry, entry))


def long_entry(name: str, short: bytes) -> bytes:
    """Return a file of a long name, of 13 characters at most, and its short one."""
    raw = name.encode("utf-16-le", "surrogatepass")
    raw = (raw + b"\0\0")[:26].ljust(26, b"\xff")
    total = 0
    for byte in short.ljust(11):
        total = ((total >> 1) + ((total & 1) << 7) + byte) & 0xFF
    long = bytes([0x41]) + raw[:10] + bytes([0x0F, 0, total]) + raw[10:22]
    return long + b"\0\0" + raw[22:] + directory_entry(short, 0x20, 0)


@pytest.mark.parametrize("name", ["a/b", "..", ".", "/"])
def test_a_long_name_that_leads_elsewhere_is_refused(name: str) -> None:
    with pytest.raises(ReadError, match="damaged directory"):
        list(parse_directory(long_entry(name, b"A")))


def test_without_a_long_name_the_short_one_counts() -> None:
    content = long_entry("", b"A")
    assert [name for name, _ in parse_directory(content)] == ["A"]


def test_a_long_name_of_another_file_does_not_count(tree: Path, image: Path) -> None:
    """The checksum binds a long name to a short one that DOS may have renamed."""
    content = image.read_bytes()
    at = content.index("MixedCase".encode("utf-16-le")[:10]) - 1
    short_at = at + 32
    damaged = bytearray(content[at : short_at + 32])
    damaged[32 : 32 + 8] = b"RENAMED "
    assert [name for name, _ in parse_directory(bytes(damaged))] == ["RENAMED.TXT"]
    assert (tree / "EFI/BOOT/MixedCase.Config.txt").exists()


@pytest.mark.parametrize(
    ("offset", "value", "message"),
    [
        (13, b"\x03", "is no FAT"),
        (11, b"\x07\x00", "is no FAT"),
        (14, b"\0\0", "is no FAT"),
        (22, b"\0\0", "boot sector"),
        (22, b"\xff\xff", "boot sector"),
        (22, b"\1\0", "boot sector"),
        (17, b"\0\0", "boot sector"),
        (19, b"\0\0", "boot sector"),
        (19, b"\x08\x20", "cut off"),
    ],
)
def test_a_boot_sector_that_lies_is_refused(
    tmp_path: Path, image: Path, offset: int, value: bytes, message: str
) -> None:
    copy = copy_of(image, tmp_path / "copy")
    patch(copy, offset, value)
    with Window.open(copy) as window, pytest.raises(ReadError, match=message):
        FatFileSystem(window)


def test_an_image_that_was_cut_off_is_refused(tmp_path: Path, image: Path) -> None:
    copy = tmp_path / "copy"
    copy.write_bytes(image.read_bytes()[:-512])
    assert "cut off" in refused(copy)


def test_random_damage_is_refused_or_harmless(tmp_path: Path, image: Path) -> None:
    """No damage to the first 64 KiB, where all structure is, ends in a defect."""
    content = image.read_bytes()
    chance = random.Random(7)  # noqa: S311 (no secret)
    for _ in range(60):
        raw = bytearray(content)
        for _ in range(8):
            raw[chance.randrange(1 << 16)] = chance.randrange(256)
        copy = tmp_path / "copy"
        copy.write_bytes(raw)
        with Window.open(copy) as window, suppress(ReadError):
            walk(opened(window))


def test_what_is_read_of_one_file_system_is_bounded(
    image: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for bound, value in (
        ("_BUDGET", 1000),
        ("_DIRECTORY_BUDGET", 1000),
        ("_NAMES_BUDGET", 10),
        ("_STEPS_BUDGET", 10),
    ):
        with monkeypatch.context() as patched:
            patched.setattr(fat, bound, value)
            assert "past the bound" in refused(image)


def test_there_are_no_links_and_nothing_is_where_nothing_is(image: Path) -> None:
    with Window.open(image) as window:
        files = opened(window)
        with pytest.raises(ReadError, match="no symbolic link"):
            FatFileSystem(window).link(FatFileSystem(window).root())
        with pytest.raises(ReadError, match="not a symbolic link"):
            files.link("README")
        with pytest.raises(AbsentError):
            files.read("absent", 1)
        with pytest.raises(ReadError, match="more than the 3 allowed"):
            files.read("README", 3)


def test_what_is_no_fat(tmp_path: Path) -> None:
    for size in (0, 511, 512, 4096):
        file = tmp_path / str(size)
        file.write_bytes(bytes(size))
        with Window.open(file) as window:
            assert not has_fat(window)
            assert open_file_system(window) is None

# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""A partition table is read by its checksums, and believed only where it can be."""

import struct
import subprocess
import zlib
from pathlib import Path

import pytest
from builders_image import DATA, ROOT_TYPE, Part, make_disk, patch

from coos_license.errors import ReadError
from coos_license.trees.gpt import Partition, is_gpt, read_partitions
from coos_license.trees.window import Window

MIB = 1 << 20
PARTS = (Part("STATE", 2 * MIB), Part("ROOT-A", MIB, ROOT_TYPE), Part("EMPTY", 4096))


def partitions(disk: Path) -> tuple[Partition, ...]:
    """Return the partitions of a disk image."""
    with Window.open(disk) as window:
        assert is_gpt(window)
        return read_partitions(window)


def refused(disk: Path) -> str:
    """Return why a disk image is refused."""
    with pytest.raises(ReadError) as caught:
        partitions(disk)
    return str(caught.value)


@pytest.mark.parametrize("sector", [512, 4096])
def test_names_types_and_places(tmp_path: Path, sector: int) -> None:
    disk = make_disk(tmp_path / "disk", PARTS, sector)
    start = 64 * sector
    assert partitions(disk) == (
        Partition(1, "STATE", DATA, start, 2 * MIB),
        Partition(2, "ROOT-A", ROOT_TYPE, start + 2 * MIB, MIB),
        Partition(3, "EMPTY", DATA, start + 3 * MIB, 4096),
    )


@pytest.mark.parametrize("sector", [512, 4096])
@pytest.mark.parametrize("place", ["signature", "header", "entries"])
def test_the_backup_counts_where_the_first_copy_is_damaged(
    tmp_path: Path, sector: int, place: str
) -> None:
    disk = make_disk(tmp_path / "disk", PARTS, sector)
    whole = partitions(disk)
    at = {"signature": sector, "header": sector + 40, "entries": 2 * sector + 200}
    patch(disk, at[place], b"\xaa")
    assert partitions(disk) == whole


def test_both_copies_damaged(tmp_path: Path) -> None:
    disk = make_disk(tmp_path / "disk", PARTS)
    patch(disk, 512 + 40, b"\xaa")
    patch(disk, disk.stat().st_size - 512 + 40, b"\xaa")
    assert "header checksum" in refused(disk)


def test_a_header_in_the_wrong_sector_is_none(tmp_path: Path) -> None:
    disk = make_disk(tmp_path / "disk", PARTS)
    content = disk.read_bytes()
    patch(disk, 512, content[-512:])
    patch(disk, len(content) - 512, bytes(512))
    assert "header" in refused(disk)


def test_overlapping_partitions_are_refused(tmp_path: Path) -> None:
    parts = (PARTS[0], Part("ROOT-A", MIB, ROOT_TYPE, shift=-8))
    line = refused(make_disk(tmp_path / "disk", parts))
    assert "partition 1 ('STATE') overlapping partition 2 ('ROOT-A')" in line


def test_a_disk_that_was_cut_off_is_refused(tmp_path: Path) -> None:
    disk = make_disk(tmp_path / "disk", PARTS)
    with disk.open("r+b") as file:
        file.truncate(2 * MIB)
    assert "cut off: partition 1 ('STATE')" in refused(disk)


def test_a_partition_before_the_usable_sectors_is_refused(tmp_path: Path) -> None:
    disk = make_disk(tmp_path / "disk", [Part("STATE", MIB, shift=-60)])
    assert "outside of the usable sectors" in refused(disk)


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        (80, 0xFFFFFFFF, "impossible size"),
        (80, 0, "impossible size"),
        (84, 8, "impossible size"),
        (84, 0xFFFFFFFF, "impossible size"),
        (12, 0xFFFFFFFF, "header size"),
        (12, 8, "header size"),
        (72, 0xFFFFFFF, "outside of the file"),
    ],
)
def test_a_header_that_lies_is_refused(
    tmp_path: Path, field: int, value: int, message: str
) -> None:
    """The checksum is right: the header says what cannot be."""
    disk = make_disk(tmp_path / "disk", PARTS)
    content = disk.read_bytes()
    block = bytearray(content[512 : 512 + 92])
    struct.pack_into("<I", block, field, value)
    struct.pack_into("<I", block, 16, 0)
    struct.pack_into("<I", block, 16, zlib.crc32(block))
    patch(disk, 512, bytes(block))
    patch(disk, len(content) - 512, bytes(512))
    assert message in refused(disk)


def test_a_name_cannot_act_on_a_terminal(tmp_path: Path) -> None:
    disk = make_disk(tmp_path / "disk", [Part("a\x1b[31m\u202eb", MIB)])
    assert partitions(disk)[0].name == "a[31mb"


def test_what_is_no_disk(tmp_path: Path) -> None:
    for size in (0, 100, 512, 4096, 1 << 16):
        file = tmp_path / str(size)
        file.write_bytes(bytes(size))
        with Window.open(file) as window:
            assert not is_gpt(window)
            with pytest.raises(ReadError, match="no partition table"):
                read_partitions(window)


def test_sfdisk_takes_the_disks_of_these_tests(tmp_path: Path) -> None:
    disk = make_disk(tmp_path / "disk", PARTS)
    try:
        answer = subprocess.run(
            ["sfdisk", "--verify", str(disk)],
            env={"PATH": "/usr/sbin:/sbin:/usr/bin:/bin"},
            capture_output=True,
            check=False,
        )
    except FileNotFoundError:
        pytest.skip("no sfdisk: install fdisk")
    assert answer.returncode == 0, answer.stderr

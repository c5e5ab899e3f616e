# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""Archives walked in place: what they hold, and what hostile ones cost."""

import gzip
import io
import struct
import tarfile
import zipfile
import zlib
from typing import Any

import pytest
import zstandard
from builders_archives import make_ar, make_tar, make_zip, members_of
from hypothesis import given, settings
from hypothesis import strategies as st

from coos_license.errors import ReadError
from coos_license.trees import ar_members, packed
from coos_license.trees.base import Kind
from coos_license.trees.content import Memory, Part
from coos_license.trees.found import Found
from coos_license.trees.packed import Packing, packing_of, unpacked, walk

FILES = {"a/COPYING": b"terms\n", "a/b.c": b"int x;\n" * 4_000, "a/empty": b""}


@pytest.mark.parametrize("packing", ["", "gz", "bz2", "xz"])
def test_tar_is_read_in_each_packing(packing: str) -> None:
    assert members_of(make_tar(FILES, packing)) == FILES


def test_tar_packed_with_zstandard_is_read() -> None:
    assert members_of(zstandard.compress(make_tar(FILES, ""))) == FILES


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_zip_is_read(method: int) -> None:
    assert members_of(make_zip(FILES, method)) == FILES


def test_ar_is_read() -> None:
    files = {"debian-binary": b"2.0\n", "odd": b"123", "data.tar": b"x" * 5_000}
    assert members_of(make_ar(files)) == files


def test_zip_link_says_where_it_leads() -> None:
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w") as archive:
        link = zipfile.ZipInfo("LICENSE")
        link.create_system = 3
        link.external_attr = 0o120777 << 16
        archive.writestr(link, "COPYING")
    (found,) = all_of(sink.getvalue())
    assert (found.kind, found.target) == ("symbolic link", "COPYING")


def large_zip(monkeypatch: pytest.MonkeyPatch) -> bytearray:
    """Return a zip with the fields of one beyond 4 GiB, and small numbers in them."""
    monkeypatch.setattr(zipfile, "ZIP_FILECOUNT_LIMIT", 1)
    monkeypatch.setattr(zipfile, "ZIP64_LIMIT", 40)
    files = {"a": b"1" * 99, "b": b"2" * 99}
    content = bytearray(make_zip(files, zipfile.ZIP_STORED))
    struct.pack_into(
        "<LL", content, content.rfind(b"PK\x05\x06") + 12, *[0xFFFFFFFF] * 2
    )
    assert b"\xff\xff\xff\xff" in content[content.find(b"PK\x01\x02") :][:30]
    return content


def test_zip_with_64_bit_fields_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    content = large_zip(monkeypatch)
    assert members_of(bytes(content)) == {"a": b"1" * 99, "b": b"2" * 99}


@pytest.mark.parametrize("offset", [0, 8])
def test_zip_whose_64_bit_directory_is_elsewhere_is_an_error(
    monkeypatch: pytest.MonkeyPatch, offset: int
) -> None:
    content = large_zip(monkeypatch)
    content[content.rfind(b"PK\x06\x07") + offset + 7 * (offset > 0)] ^= 0x7F
    with pytest.raises(ReadError, match="not where it says"):
        all_of(bytes(content))


def test_zip_without_any_directory_is_an_error() -> None:
    with pytest.raises(ReadError, match="no directory"):
        all_of(b"PK\x03\x04" + bytes(90))


@pytest.mark.parametrize(
    ("at", "value", "reason"),
    [
        (0, 0, "is damaged: its directory"),
        (28, 0xFF, "is damaged: its directory"),
        (42, 0xFF, "not where the directory"),
        (45, 0xFF, "outside of the zip"),
    ],
)
def test_zip_directory_that_lies_is_an_error(at: int, value: int, reason: str) -> None:
    content = bytearray(make_zip({"LICENSE": b"terms" * 80}, zipfile.ZIP_STORED))
    content[content.rfind(b"PK\x01\x02") + at] = value
    with pytest.raises(ReadError, match=reason):
        drained(bytes(content))


def test_zip_directory_that_ends_in_the_middle_is_an_error() -> None:
    content = bytearray(make_zip({"LICENSE": b"terms"}))
    at = content.rfind(b"PK\x05\x06")
    content[at + 12] -= 20
    with pytest.raises(ReadError, match=r"ends in the middle|at byte"):
        all_of(bytes(content))


def test_deflated_member_that_is_damaged_is_an_error() -> None:
    content = bytearray(make_zip({"LICENSE": bytes(range(256)) * 9}))
    content[37:45] = b"\xff" * 8
    with pytest.raises(ReadError, match="cannot be unpacked"):
        drained(bytes(content))


def test_zip_directory_entries_and_odd_kinds_are_told() -> None:
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w") as archive:
        archive.writestr("doc/", b"")
        odd = zipfile.ZipInfo("LICENSE")
        odd.external_attr = 0o010644 << 16
        archive.writestr(odd, b"")
    assert [one.kind for one in all_of(sink.getvalue())] == [Kind.DIRECTORY, Kind.OTHER]


def test_ar_with_more_members_than_the_bound_is_an_error(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(ar_members, "_MOST_MEMBERS", 2)
    with pytest.raises(ReadError, match="more than 2 members"):
        all_of(make_ar({"a": b"", "b": b"", "c": b""}))


@pytest.mark.parametrize(
    ("content", "packing"),
    [
        (b"", Packing.SINGLE),
        (b"plain text\n", Packing.SINGLE),
        (gzip.compress(b"plain text\n"), Packing.SINGLE),
        (make_tar({}, ""), Packing.SINGLE),
        (make_tar({}, "gz"), Packing.TAR),
        (make_zip({}), Packing.ZIP),
        (make_ar({}), Packing.AR),
    ],
)
def test_packing_is_told_by_content(content: bytes, packing: Packing) -> None:
    assert packing_of(Memory(content)) is packing


@pytest.mark.parametrize(
    ("head", "name"),
    [
        (b"LZIP\x01", "lzip"),
        (b"7z\xbc\xaf\x27\x1c", "7z"),
        (b"Rar!\x1a\x07\0", "rar"),
        (b"\xed\xab\xee\xdb", "rpm"),
        (b"\x1f\x9d\x90", "compress"),
        (b"]\0\0\x80", "lzma"),
        (b"070701", "cpio"),
    ],
)
def test_archive_that_is_not_read_is_named(head: bytes, name: str) -> None:
    with pytest.raises(ReadError, match=rf"not read \({name}\)"):
        packing_of(Memory(head + bytes(600)))


def all_of(content: bytes) -> list[Found]:
    """Return the names of an archive; ReadError where it is broken."""
    source = Memory(content)
    return list(walk(source, packing_of(source)))


def drained(content: bytes) -> None:
    """Read every file of an archive, a megabyte of each."""
    source = Memory(content)
    for one in walk(source, packing_of(source)):
        if one.kind == "file" and not one.fault:
            one.read(1 << 20)


@pytest.mark.parametrize("make", [make_tar, make_zip])
def test_truncated_archive_is_an_error(make: Any) -> None:
    content = make(FILES)
    with pytest.raises(ReadError):
        drained(content[: len(content) * 2 // 3])


def test_truncated_ar_is_an_error() -> None:
    content = make_ar({"data.tar": b"x" * 100})
    for length in (30, 100):
        with pytest.raises(ReadError, match="truncated"):
            drained(content[:length])


def test_ar_whose_size_is_no_number_is_an_error() -> None:
    content = make_ar({"x": b"1"}).replace(b"1         `\n", b"-1        `\n")
    with pytest.raises(ReadError, match="damaged"):
        all_of(content)


def test_deflated_bomb_is_unpacked_as_far_as_it_is_asked_for() -> None:
    content = make_zip({"LICENSE": bytes(1 << 28)})
    assert len(content) < 1 << 20
    (found,) = all_of(content)
    assert found.read(10) == bytes(10)


def test_packed_bomb_of_a_tar_is_an_error() -> None:
    tar = tarfile.TarInfo("zeros")
    tar.size = 1 << 30
    head = tar.tobuf(tarfile.GNU_FORMAT)
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    parts = [packer.compress(head)]
    parts += [packer.compress(bytes(1 << 20)) for _ in range(1 << 10)]
    content = b"".join([*parts, packer.compress(bytes(1024)), packer.flush()])
    with pytest.raises(ReadError, match="as bombs do"):
        drained(content)


def test_zip_that_claims_more_than_it_holds_is_an_error() -> None:
    content = bytearray(make_zip({"LICENSE": b"terms"}, zipfile.ZIP_STORED))
    at = content.rfind(b"PK\x01\x02")
    struct.pack_into("<LL", content, at + 20, 1 << 20, 1 << 20)
    with pytest.raises(ReadError, match="truncated"):
        drained(bytes(content))


def test_deflated_member_that_ends_too_soon_is_an_error() -> None:
    content = bytearray(make_zip({"LICENSE": b"terms" * 50}))
    at = content.rfind(b"PK\x01\x02")
    struct.pack_into("<L", content, at + 24, 1 << 20)
    with pytest.raises(ReadError, match="truncated"):
        drained(bytes(content))


def test_zip_directory_beyond_its_bound_is_not_read() -> None:
    content = bytearray(make_zip({"LICENSE": b"terms"}))
    at = content.rfind(b"PK\x05\x06")
    struct.pack_into("<L", content, at + 12, 1 << 30)
    with pytest.raises(ReadError, match="has a directory of"):
        all_of(bytes(content))


def test_zip_directory_outside_of_the_file_is_an_error() -> None:
    content = bytearray(make_zip({"LICENSE": b"terms"}))
    at = content.rfind(b"PK\x05\x06")
    struct.pack_into("<L", content, at + 16, 1 << 20)
    with pytest.raises(ReadError, match="outside"):
        all_of(bytes(content))


def test_encrypted_member_says_so() -> None:
    content = bytearray(make_zip({"LICENSE": b"terms"}))
    content[content.rfind(b"PK\x01\x02") + 8] |= 1
    assert [one.fault for one in all_of(bytes(content))] == ["is encrypted"]


def test_method_that_is_not_read_says_so() -> None:
    content = make_zip({"LICENSE": b"terms" * 99}, zipfile.ZIP_LZMA)
    (found,) = all_of(content)
    assert found.fault == "is packed by method 14, which is not read"


@settings(max_examples=300, deadline=None)
@given(
    st.sampled_from([make_tar(FILES, ""), make_zip(FILES), make_ar(FILES)]),
    st.lists(st.tuples(st.integers(0, 1 << 16), st.integers(0, 255)), max_size=8),
    st.integers(0, 1 << 16),
)
def test_damage_anywhere_is_an_error_or_an_answer(
    content: bytes, changes: list[tuple[int, int]], cut: int
) -> None:
    damaged = bytearray(content[: len(content) - cut % 2_000])
    for at, value in changes:
        if damaged:
            damaged[at % len(damaged)] = value
    try:
        drained(bytes(damaged))
    except ReadError as error:
        assert str(error)  # noqa: PT017 (an answer is fine too)


@settings(max_examples=50, deadline=None)
@given(
    st.dictionaries(
        st.text("abcXYZ/._-é", min_size=1, max_size=20).map(
            lambda s: f"d/{s.strip('/.')}x"
        ),
        st.binary(max_size=3_000),
        max_size=6,
    )
)
def test_zip_reader_agrees_with_the_standard_library(files: dict[str, bytes]) -> None:
    assert members_of(make_zip(files)) == files


@pytest.mark.parametrize("pack", [gzip.compress, zstandard.compress])
def test_single_file_is_unpacked_up_to_its_bound(pack: Any) -> None:
    assert unpacked(pack(bytes(1 << 24)), 1_000) == bytes(1_000)
    assert unpacked(pack(b"short"), 1_000) == b"short"


def test_what_is_not_packed_stays_as_it_is() -> None:
    assert unpacked(b"plain", 1_000) == b"plain"


def test_broken_packed_file_is_an_error() -> None:
    with pytest.raises(ReadError):
        unpacked(gzip.compress(b"x" * 9_999)[:30], 1 << 20)


def test_nested_archive_that_is_none_is_an_error() -> None:
    stream = Part(Memory(b"no tar"), 0, 6).buffered()
    with pytest.raises(ReadError, match="is no tar"):
        packed.walk_nested(stream, 6)

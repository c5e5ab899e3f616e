# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""xpak: what portage reads, and nothing that a lie could make us read."""

import struct
import time
from pathlib import Path

import pytest
from builders_binpkg import FIXTURES, entry, framed, make_xpak
from hypothesis import given
from hypothesis import strategies as st
from portage.xpak import tbz2, xpak_mem

from coos_license.errors import ReadError
from coos_license.portage.binary_package import KEYS
from coos_license.portage.entry import LIMITS
from coos_license.portage.xpak import has_xpak, read_xpak
from coos_license.trees.content import Memory
from coos_license.trees.window import Window

PACKAGES = sorted(
    path for path in FIXTURES.rglob("*") if path.suffix in {".tbz2", ".xpak"}
)
BIG = 0xFFFFFFFF


def read(content: bytes) -> dict[str, bytes]:
    """Return the values read; nothing may be wrong."""
    found = read_xpak(Memory(content), KEYS, LIMITS)
    assert (found.faults, found.failed) == ((), {})
    return dict(found.files)


@pytest.mark.parametrize("path", PACKAGES, ids=lambda path: path.name)
def test_portage_reads_the_same(path: Path) -> None:
    theirs = {
        name.decode(): value for name, value in tbz2(str(path)).get_data().items()
    }
    with Window.open(path) as window:
        assert has_xpak(window)
        ours = read_xpak(window, KEYS, LIMITS)
    assert ours.files == {name: theirs[name] for name in theirs.keys() & KEYS}
    assert (ours.failed, ours.faults) == ({}, ())


@given(
    st.dictionaries(st.sampled_from(sorted(KEYS)), st.binary(max_size=40), max_size=9),
    st.binary(max_size=50),
)
def test_what_portage_packs_is_read_back(
    values: dict[str, bytes], archive: bytes
) -> None:
    packed = xpak_mem(values)
    content = archive + packed + struct.pack(">I", len(packed)) + b"STOP"
    assert read(content) == values
    found = read_xpak(Memory(content), KEYS, LIMITS)
    assert found.archive == range(len(archive))


@given(st.binary(max_size=120), st.binary(max_size=60), st.binary(max_size=30))
def test_no_index_and_no_data_make_a_defect(
    index: bytes, data: bytes, archive: bytes
) -> None:
    content = Memory(archive + framed(index, data))
    try:
        found = read_xpak(content, KEYS, LIMITS)
    except ReadError:
        return
    assert all(value in data for value in found.files.values())


@given(
    st.integers(0, 200),
    st.binary(min_size=1, max_size=8),
    st.sampled_from(sorted(path.name for path in PACKAGES)),
)
def test_no_damage_makes_a_defect(at: int, content: bytes, name: str) -> None:
    path = next(path for path in PACKAGES if path.name == name)
    whole = bytearray(path.read_bytes())
    start = len(whole) - at
    whole[start : start + len(content)] = content
    memory = Memory(bytes(whole))
    try:
        if has_xpak(memory):
            read_xpak(memory, KEYS, LIMITS)
    except ReadError:
        return


@pytest.mark.parametrize("kept", [0, 15, 100, 3000])
def test_a_file_that_was_cut_off_has_no_xpak(kept: int) -> None:
    assert not has_xpak(Memory(PACKAGES[0].read_bytes()[:kept]))


def trailer(length: int) -> bytes:
    return b"XPAKSTOP" + struct.pack(">I", length) + b"STOP"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (trailer(BIG), "length cannot be"),
        (trailer(0), "length cannot be"),
        (trailer(23), "length cannot be"),
        (b"x" * 30 + trailer(30), "damaged xpak"),
        (b"XPAKPACK" + bytes(8) + b"junk" + trailer(28), "damaged xpak"),
        (b"XPAKPACK" + struct.pack(">II", BIG, BIG) + trailer(24), "damaged xpak"),
        (framed(b"\xff\xff\xff\xff", b""), "cut off"),
        (framed(entry(b"USE", 0, 0)[:-1], b""), "cut off"),
        (framed(entry(b"USE", 0, 0) + b"\0\0", b""), "cut off"),
    ],
)
def test_an_xpak_that_lies_about_itself_is_refused(
    content: bytes, message: str
) -> None:
    with pytest.raises(ReadError, match=message):
        read_xpak(Memory(content), KEYS, LIMITS)


def test_an_index_of_megabytes_is_refused() -> None:
    content = framed(entry(b"x" * (1 << 20), 0, 0), b"")
    with pytest.raises(ReadError, match="an index of 10"):
        read_xpak(Memory(content), KEYS, LIMITS)


@pytest.mark.parametrize(("offset", "length"), [(0, 5), (4, 1), (BIG, 1), (0, BIG)])
def test_a_value_outside_of_the_data_fails_alone(offset: int, length: int) -> None:
    index = entry(b"USE", offset, length) + entry(b"SLOT", 0, 4)
    found = read_xpak(Memory(b"before" + framed(index, b"good")), KEYS, LIMITS)
    assert found.files == {"SLOT": b"good"}
    assert str(found.failed["USE"]) == "lies outside of the metadata"


def test_a_value_that_is_too_long_fails_alone() -> None:
    content = make_xpak({"USE": b"x" * ((1 << 20) + 1), "SLOT": "0"})
    found = read_xpak(Memory(content), KEYS, LIMITS)
    assert found.files == {"SLOT": b"0\n"}
    assert "more than the 1048576 allowed" in str(found.failed["USE"])


def test_values_on_each_other_and_names_twice_are_told() -> None:
    index = entry(b"USE", 0, 3) + entry(b"SLOT", 2, 2) + entry(b"USE", 4, 2)
    found = read_xpak(Memory(framed(index, b"abcdef")), KEYS, LIMITS)
    assert found.files == {"USE": b"ef", "SLOT": b"cd"}
    assert [message for _, message in found.faults] == [
        "USE is twice in the xpak; the last one counts",
        "SLOT lies on another value of the xpak",
    ]


def test_a_name_is_a_key_and_never_a_path() -> None:
    names = (b"../../etc/passwd", b"/etc/passwd", b"a/b", b"\xff\x1b[1m", b"")
    index = b"".join(entry(name, 0, 1) for name in names)
    found = read_xpak(Memory(framed(index, b"x")), KEYS, LIMITS)
    assert found.files == {}


def test_a_hundred_thousand_names_take_no_time() -> None:
    count = (1 << 20) // len(entry(b"k12345", 0, 0))
    index = b"".join(
        entry(b"k%05d" % (number % 99_999), 0, 0) for number in range(count)
    )
    before = time.monotonic()
    found = read_xpak(Memory(framed(index, b"")), KEYS, LIMITS)
    assert found.files == {}
    assert time.monotonic() - before < 5

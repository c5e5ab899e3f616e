# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""A tar that is hostile, damaged or cut short is refused, early and with one line."""

import gzip
import lzma
import os
import tarfile
import time
import tracemalloc
from pathlib import Path

import pytest
import zstandard
from builders_archives import BOMBS, END, PACKERS, Open, answer, keep_all, special, tar
from hypothesis import given
from hypothesis import strategies as st

from coos_license.errors import ReadError
from coos_license.trees import nodes, tar_members, unpack
from coos_license.trees.archive import TarTree
from coos_license.trees.base import Kind
from coos_license.trees.unpack import Form, sniff

LIMITS = {"": 1 << 20, "small": 4}


@pytest.mark.parametrize("name", ["../x", "a/../../x", "/../x", "a/.."])
def test_a_name_that_leads_outside_is_refused(opened: Open, name: str) -> None:
    with pytest.raises(ReadError, match="leads outside"):
        opened(tar((name, b"x")))
    with pytest.raises(ReadError, match="leads outside"):
        opened(special("a", tarfile.LNKTYPE, name) + END)


def test_devices_and_fifos_are_names_only(opened: Open) -> None:
    tree = opened(
        special("d/char", tarfile.CHRTYPE)
        + special("d/block", tarfile.BLKTYPE)
        + special("d/fifo", tarfile.FIFOTYPE)
        + END
    )
    assert {entry.kind for entry in tree.at("d").entries()} == {Kind.OTHER}
    found, failed = tree.read_files("d", ("char", "fifo"), LIMITS)
    assert (found, sorted(failed)) == ({}, ["char", "fifo"])
    with pytest.raises(ReadError, match="regular"):
        tree.read("d/block", 10)


@pytest.mark.parametrize(
    "members",
    [
        [("a", b"x"), ("a/b", b"x")],
        [("a", "elsewhere"), ("a/b", b"x")],
        [("a/b", b"x"), ("a", b"x")],
        [("a", None), ("a", "elsewhere")],
        [("a", b"x"), ("a", None)],
    ],
)
def test_what_no_directory_can_hold_is_refused(
    opened: Open, members: list[tuple[str, bytes | str | None]]
) -> None:
    with pytest.raises(ReadError, match="'a' both as a directory"):
        opened(tar(*members))


@pytest.mark.parametrize("form", list(PACKERS))
def test_a_truncated_archive_is_refused_wherever_it_ends(
    opened: Open, form: Form
) -> None:
    """Not one package may go missing without a word."""
    content = PACKERS[form](tar(("a", os.urandom(3_000)), ("b", os.urandom(700))))
    data = 2 * 512 + 3_072 + 1_024  # then the end mark, and padding
    last = data if form is Form.TAR else len(content) - 1
    for end in (*range(513, last, 97), last):
        with pytest.raises(ReadError):
            opened(content[:end])


@pytest.mark.parametrize("form", list(PACKERS))
def test_a_damaged_archive_never_ends_in_a_defect(tmp_path: Path, form: Form) -> None:
    content = bytearray(PACKERS[form](tar(("a", b"x" * 3_000), ("b", b"y" * 700))))
    for at in range(0, min(len(content), 6_000), 7):
        damaged = bytearray(content)
        damaged[at] ^= 0xFF
        (tmp_path / "damaged").write_bytes(damaged)
        form = sniff(tmp_path / "damaged")
        if form is not Form.OTHER:
            answer(TarTree.open, tmp_path / "damaged", form, keep_all)


def test_a_header_of_no_tar(opened: Open) -> None:
    with pytest.raises(ReadError, match="holds no tar archive"):
        opened(gzip.compress(b"no tar" * 200))
    with pytest.raises(ReadError, match="truncated"):
        opened(gzip.compress(b""))
    with pytest.raises(ReadError, match="damaged at byte 1024"):
        opened(tar(("a", b"x"))[:1024] + b"x" * 512)
    with pytest.raises(ReadError, match="volume"):
        opened(special("a", b"M") + END)
    assert opened(special("label", b"V") + END).entries() == ()


@pytest.mark.parametrize(
    ("header", "content"),
    [
        (b"x", b"99 path=a\n"),
        (b"x", b"path=a\n"),
        (b"x", b"-1 path=a\n"),
        (b"x", b"10 path=ab"),
        (b"x", b"14 path=a\0bcd\n"),
        (b"x", b"11 size=-1\n"),
        (b"x", b"L" * 1_000),
        (b"L", b"a" * 5_000),
    ],
)
def test_an_extended_header_that_lies(
    opened: Open, header: bytes, content: bytes
) -> None:
    padded = content + bytes(-len(content) % 512)
    packed = special("h", header, size=len(content)) + padded + special("f", b"0") + END
    with pytest.raises(ReadError):
        opened(packed)


def test_an_extended_header_of_gigabytes_is_not_read(opened: Open) -> None:
    for kind in (b"x", b"g", b"L", b"K"):
        with pytest.raises(ReadError, match="extended header of"):
            opened(special("h", kind, size=1 << 33) + bytes(2_048))


@pytest.mark.parametrize("kind", [b"S", b"0"])
def test_a_sparse_member_of_4_gb(opened: Open, kind: bytes) -> None:
    if kind == b"S":
        header = bytearray(special("d/big", b"S"))
        header[386:398] = b"00000000000\0"
        header[482] = 1
        header[483:495] = b"40000000000\0"
        header[148:156] = b" " * 8
        header[148:156] = b"%06o\0 " % sum(header)
        packed = bytes(header) + bytes(512) + END
    else:
        info = tarfile.TarInfo("GNUSparseFile.0/big")
        info.pax_headers = {
            "GNU.sparse.major": "1",
            "GNU.sparse.minor": "0",
            "GNU.sparse.name": "d/big",
            "GNU.sparse.realsize": str(1 << 32),
        }
        info.size = 512
        packed = info.tobuf(tarfile.PAX_FORMAT) + b"0\n".ljust(512, b"\0") + END
    with pytest.raises(ReadError, match="sparse"):
        opened(packed).read("d/big", 1 << 40)


@pytest.mark.parametrize("form", list(PACKERS))
def test_a_member_that_claims_exabytes(opened: Open, form: Form) -> None:
    header = bytearray(special("big", b"0"))
    header[124:136] = b"\x80" + (1 << 60).to_bytes(11, "big")
    header[148:156] = b" " * 8
    header[148:156] = b"%06o\0 " % sum(header)
    with pytest.raises(ReadError, match=r"truncated|larger"):
        opened(PACKERS[form](bytes(header) + END))


@pytest.mark.parametrize("form", BOMBS)
def test_a_bomb_is_stopped_early(opened: Open, form: Form) -> None:
    """1 GB of zeros, packed to a megabyte or less."""
    bomb = special("bomb", b"0", size=1 << 30)
    chunk = bytes(1 << 24)
    if form is Form.TAR_GZ:
        packed = gzip.compress(bomb) + gzip.compress(chunk) * 64
    elif form is Form.TAR_XZ:
        packed = lzma.compress(bomb) + lzma.compress(chunk) * 64
    else:
        pack = zstandard.ZstdCompressor().compress
        packed = pack(bomb) + pack(chunk) * 64
    tracemalloc.start()
    before = time.process_time()
    with pytest.raises(ReadError, match="bomb"):
        opened(packed)
    assert time.process_time() - before < 5
    assert tracemalloc.get_traced_memory()[1] < 50 << 20
    tracemalloc.stop()


def test_a_decoder_may_not_take_gigabytes(opened: Open) -> None:
    filters = [{"id": lzma.FILTER_LZMA2, "preset": 0, "dict_size": 1 << 29}]
    with pytest.raises(ReadError, match="unpacked"):
        opened(lzma.compress(b"x", format=lzma.FORMAT_XZ, filters=filters))
    # A frame header that asks for a window of 1 GB (RFC 8878, 3.1.1.1.2).
    frame = b"\x28\xb5\x2f\xfd" + bytes([0, 20 << 3]) + b"\x01\0\0"
    with pytest.raises(ReadError, match="unpacked"):
        opened(frame + bytes(100))


def test_counts_are_bounded(opened: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    content = tar(*((f"{number}", b"xx") for number in range(20)))
    monkeypatch.setattr(tar_members, "_MOST_MEMBERS", 10)
    with pytest.raises(ReadError, match="more than 10 members"):
        opened(content)
    monkeypatch.undo()
    monkeypatch.setattr(nodes, "_MOST_NODES", 10)
    with pytest.raises(ReadError, match="more than 10 names"):
        opened(content)
    monkeypatch.undo()
    monkeypatch.setattr(nodes, "_MOST_KEPT", 30)
    with pytest.raises(ReadError, match="more than 30 bytes of metadata"):
        opened(content)
    assert opened(tar(*((("same"), b"xx") for _ in range(20)))).read("same", 2)
    monkeypatch.undo()
    monkeypatch.setattr(unpack, "_MOST_UNPACKED", 5_000)
    with pytest.raises(ReadError, match="larger than 5000"):
        opened(gzip.compress(content))


@given(st.binary(max_size=3_000))
def test_no_bytes_make_a_defect(
    tmp_path_factory: pytest.TempPathFactory, noise: bytes
) -> None:
    path = tmp_path_factory.getbasetemp() / "noise"
    start = tar(("a", b"x"))[:1_024]
    for content in (noise, start + noise, gzip.compress(start + noise)):
        path.write_bytes(content)
        form = sniff(path)
        if form is not Form.OTHER:
            assert answer(TarTree.open, path, form, keep_all) is not None

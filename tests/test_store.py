# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""The store: what is checked on the way, and what is not written twice."""

import hashlib
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from coos_license.errors import OutputError, ReadError
from coos_license.store import CHUNK, DigestError, Expected, Store

BIG = os.urandom(3 * CHUNK // 2)


def expected(content: bytes) -> Expected:
    digests = (
        ("BLAKE2B", hashlib.blake2b(content).hexdigest()),
        ("SHA512", hashlib.sha512(content).hexdigest()),
        ("WHIRLPOOL", "00"),
    )
    return Expected(len(content), digests)


def test_a_file_is_written_with_its_checksum(tmp_path: Path) -> None:
    with Store(tmp_path) as store:
        stored = store.put("a/b", iter((BIG[:10], BIG[10:])), expected(BIG))
    assert (tmp_path / "a/b").read_bytes() == BIG
    assert stored.sha256 == hashlib.sha256(BIG).hexdigest()
    assert stored.is_new


@pytest.mark.parametrize("digest", [0, 1], ids=["BLAKE2B", "SHA512"])
def test_each_digest_is_compared(tmp_path: Path, digest: int) -> None:
    good = expected(BIG)
    name, digits = good.digests[digest]
    bad = Expected(len(BIG), ((name, digits[::-1]),))
    with Store(tmp_path) as store, pytest.raises(DigestError, match=name):
        store.put("a", iter((BIG,)), bad)
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_goes_wrong_leaves_the_old_one(tmp_path: Path) -> None:
    def chunks() -> Iterator[bytes]:
        yield b"new"
        raise ReadError("is truncated")

    (tmp_path / "a").write_bytes(b"old")
    with Store(tmp_path) as store, pytest.raises(ReadError):
        store.put("a", chunks())
    assert (tmp_path / "a").read_bytes() == b"old"
    assert [path.name for path in tmp_path.iterdir()] == ["a"]


@pytest.mark.parametrize(
    ("old", "is_new"),
    [
        (BIG, False),
        (BIG[:-1], True),
        (BIG + b"x", True),
        (BIG[:CHUNK] + b"x", True),
        (b"", True),
    ],
    ids=["same", "shorter", "longer", "another end", "empty"],
)
def test_only_what_differs_is_written(tmp_path: Path, old: bytes, is_new: bool) -> None:
    (tmp_path / "a").write_bytes(old)
    with Store(tmp_path) as store:
        stored = store.put("a", iter((BIG[:CHUNK], BIG[CHUNK:])))
    assert stored.is_new is is_new
    assert (tmp_path / "a").read_bytes() == BIG


def test_a_file_that_is_there_is_known_by_its_digests(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(BIG)
    with Store(tmp_path) as store:
        assert store.held("a", expected(BIG)) is not None
        assert store.held("a", expected(BIG[::-1])) is None
        assert store.held("a", Expected(len(BIG))) is None
        assert store.held("b", expected(BIG)) is None


@pytest.mark.parametrize("path", ["../a", "a/../../b", "/a", "a//b", ".", "", "a\0"])
def test_no_name_leads_out(tmp_path: Path, path: str) -> None:
    with Store(tmp_path / "in") as store, pytest.raises(OutputError):
        store.put(path, iter((b"x",)))
    assert not any(tmp_path.glob("*"))

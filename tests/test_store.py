# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""The store: what is checked on the way, and what is not written twice."""

import errno
import hashlib
import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from coos_license.errors import OutputError, ReadError
from coos_license.store.directory import PART, Store
from coos_license.store.expected import DigestError, Expected
from coos_license.store.writing import CHUNK
from coos_license.trees.window import Window

BIG = os.urandom(3 * CHUNK // 2)


def expected(content: bytes) -> Expected:
    digests = (
        ("BLAKE2B", hashlib.blake2b(content).hexdigest()),
        ("SHA512", hashlib.sha512(content).hexdigest()),
        ("WHIRLPOOL", "00"),
    )
    return Expected(len(content), digests)


def source(tmp_path: Path, content: bytes) -> Window:
    """Return an open file with some content."""
    path = tmp_path / "source"
    path.write_bytes(content)
    return Window.open(path)


def test_a_file_is_written_with_its_checksum(tmp_path: Path) -> None:
    with Store(tmp_path / "out") as store, source(tmp_path, BIG) as window:
        stored = store.copy("a/b", window, expected(BIG))
    assert (tmp_path / "out/a/b").read_bytes() == BIG
    assert stored.sha256 == hashlib.sha256(BIG).hexdigest()
    assert stored.is_new


@pytest.mark.parametrize("digest", [0, 1], ids=["BLAKE2B", "SHA512"])
def test_each_digest_is_compared(tmp_path: Path, digest: int) -> None:
    good = expected(BIG)
    name, digits = good.digests[digest]
    bad = Expected(len(BIG), ((name, digits[::-1]),))
    with (
        Store(tmp_path / "out") as store,
        source(tmp_path, BIG) as window,
        pytest.raises(DigestError, match=name),
    ):
        store.copy("a", window, bad)
    assert list((tmp_path / "out").iterdir()) == []


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


SPARSE = (b"", b"head" * 1000, b"\0" * (5 * CHUNK), b"tail", b"\0" * (2 * CHUNK))


def test_holes_stay_holes(tmp_path: Path) -> None:
    content = b"".join(SPARSE)
    with source(tmp_path, b"") as made:
        at = 0
        with (tmp_path / "source").open("wb") as file:
            for part in SPARSE:
                if part.strip(b"\0"):
                    file.seek(at)
                    file.write(part)
                at += len(part)
            file.truncate(at)
        window = Window(made.descriptor, 0, at)
        with Store(tmp_path / "out") as store:
            store.copy("a", window, expected(content))
    copy = tmp_path / "out/a"
    assert copy.read_bytes() == content
    assert copy.stat().st_blocks * 512 < CHUNK


def test_what_the_kernel_does_not_copy_is_copied_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> int:
        raise OSError(errno.EXDEV, "not between these")

    monkeypatch.setattr(os, "copy_file_range", refuse)
    with Store(tmp_path / "out") as store, source(tmp_path, BIG) as window:
        store.copy("a", window, expected(BIG))
    assert (tmp_path / "out/a").read_bytes() == BIG


def test_a_source_that_is_cut_off_meanwhile_is_not_taken(tmp_path: Path) -> None:
    with Store(tmp_path / "out") as store, source(tmp_path, BIG) as window:
        os.truncate(tmp_path / "source", CHUNK)
        with pytest.raises(ReadError, match="was cut off"):
            store.copy("a", window, expected(BIG))
    assert list((tmp_path / "out").iterdir()) == []


def test_the_copy_is_what_is_checked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A source that changes between copy and check cannot pass for another."""
    copied = os.copy_file_range

    def changing(goal: int, *arguments: int) -> int:
        (tmp_path / "source").write_bytes(BIG[::-1])
        return copied(goal, *arguments)

    monkeypatch.setattr(os, "copy_file_range", changing)
    with (
        Store(tmp_path / "out") as store,
        source(tmp_path, BIG) as window,
        pytest.raises(DigestError),
    ):
        store.copy("a", window, expected(BIG))


def test_a_file_without_digests_is_copied_by_its_size(tmp_path: Path) -> None:
    with Store(tmp_path / "out") as store, source(tmp_path, BIG) as window:
        assert store.copy("a", window, Expected(len(BIG))).is_new
        assert not store.copy("a", window, Expected(len(BIG))).is_new
        with pytest.raises(DigestError, match="bytes long, not the"):
            store.copy("b", window, Expected(len(BIG) + 5))


@pytest.mark.parametrize(
    ("names", "strongest"),
    [
        (("SHA512", "BLAKE2B"), "BLAKE2B"),
        (("SHA256", "SHA512", "WHIRLPOOL"), "SHA512"),
        (("MD5", "SHA256"), "SHA256"),
        (("SHA1", "RMD160"), None),
    ],
)
def test_the_strongest_digest_that_is_known_counts(
    names: tuple[str, ...], strongest: str | None
) -> None:
    given = Expected(1, tuple((name, "00") for name in names)).strongest()
    assert given.size == 1
    assert [name for name, _ in given.digests] == ([strongest] if strongest else [])


def test_what_a_dead_run_left_goes(tmp_path: Path) -> None:
    (tmp_path / f"{PART}-7").write_bytes(b"half")
    with Store(tmp_path) as store:
        store.put("a", iter((b"x",)))
    assert [path.name for path in tmp_path.iterdir()] == ["a"]


def test_two_runs_do_not_fill_one_directory(tmp_path: Path) -> None:
    with Store(tmp_path) as first, Store(tmp_path) as second:
        first.put("a", iter((b"x",)))
        with pytest.raises(OutputError, match="another run is filling it"):
            second.put("b", iter((b"x",)))
    with Store(tmp_path) as third:
        third.put("b", iter((b"x",)))


def test_files_side_by_side_are_answered_in_order(tmp_path: Path) -> None:
    contents = [bytes([number]) * CHUNK for number in range(7)]

    with Store(tmp_path) as store:

        def put(content: bytes) -> str:
            return store.put(f"d/{content[0]}", iter((content,))).sha256

        found = store.side_by_side(put, contents)
    assert found == [hashlib.sha256(one).hexdigest() for one in contents]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["d"]


def test_an_error_of_one_file_ends_the_others(tmp_path: Path) -> None:
    asked = []

    with Store(tmp_path) as store:

        def work(number: int) -> None:
            asked.append(number)
            time.sleep(0.01)
            if number == 3:
                raise ReadError("is broken")

        with pytest.raises(ReadError):
            store.side_by_side(work, range(1000))
    assert len(asked) < 1000

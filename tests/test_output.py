# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""All files or none, whichever process renders them."""

import fcntl
import hashlib
import os
import signal
import threading
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import pytest

from coos_license import output, processes
from coos_license.errors import OutputError
from coos_license.output import write_all, write_file

Render = Callable[[], Iterable[bytes]]


def names(directory: Path) -> list[str]:
    return sorted(path.name for path in directory.iterdir())


def of(*pieces: bytes) -> Render:
    return lambda: pieces


def fails() -> Iterator[bytes]:
    yield b"begun"
    raise ValueError("a defect")


@pytest.fixture(params=[1, 2])
def count(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> int:
    monkeypatch.setattr(processes, "cores", lambda: request.param)
    return int(request.param)


@pytest.mark.usefixtures("count")
def test_both_halves_are_written_and_summed(tmp_path: Path) -> None:
    write_all(tmp_path, {"b": of(b"1", b"2")}, {"a": of(b"3")})
    assert {name: (tmp_path / name).read_bytes() for name in ("a", "b")} == {
        "a": b"3",
        "b": b"12",
    }
    sums = "".join(
        f"{hashlib.sha256(content).hexdigest()}  {name}\n"
        for name, content in (("a", b"3"), ("b", b"12"))
    )
    assert (tmp_path / "SHA256SUMS").read_text("utf-8") == sums
    assert names(tmp_path) == ["SHA256SUMS", "a", "b"]


@pytest.mark.usefixtures("count")
def test_defect_in_either_half_leaves_what_was_there(tmp_path: Path) -> None:
    write_all(tmp_path, {"b": of(b"old")}, {"a": of(b"old")})
    for halves in ({"b": fails}, {"a": of(b"new")}), ({"b": of(b"new")}, {"a": fails}):
        with pytest.raises(ValueError, match="a defect"):
            write_all(tmp_path, *halves)
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes() == b"old"
    assert names(tmp_path) == ["SHA256SUMS", "a", "b"]


@pytest.mark.usefixtures("count")
def test_name_that_cannot_be_written_in_the_other_half_is_one_error(
    tmp_path: Path,
) -> None:
    long = "n" * 300
    with pytest.raises(OutputError, match="File name too long"):
        write_all(tmp_path, {"b": of(b"1")}, {long: of(b"2")})
    assert names(tmp_path) == []


def test_half_of_a_process_that_was_killed_is_written_here(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(processes, "cores", lambda: 2)
    here = os.getpid()

    def killed() -> Iterator[bytes]:
        yield b"begun, "
        if os.getpid() != here:
            os.kill(os.getpid(), signal.SIGKILL)
        yield b"done"

    write_all(tmp_path, {"b": of(b"1")}, {"a": killed})
    assert (tmp_path / "a").read_bytes() == b"begun, done"


def test_second_process_renders_while_this_one_does(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(processes, "cores", lambda: 2)
    write_all(
        tmp_path,
        {"here": lambda: [str(os.getpid()).encode()]},
        {"there": lambda: [str(os.getpid()).encode()]},
    )
    assert (tmp_path / "here").read_text("utf-8") == str(os.getpid())
    assert (tmp_path / "there").read_text("utf-8") != str(os.getpid())


@pytest.mark.usefixtures("count")
def test_second_run_into_a_directory_is_refused_and_harms_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(output, "_LOCK_TRIES", 2)

    def meanwhile() -> Iterator[bytes]:
        yield b"first "
        with pytest.raises(OutputError, match="another run is writing it"):
            write_all(tmp_path, {"b": of(b"second")}, {})
        yield b"run"

    write_all(tmp_path, {"b": meanwhile}, {"a": of(b"")})
    assert (tmp_path / "b").read_bytes() == b"first run"
    assert names(tmp_path) == ["SHA256SUMS", "a", "b"]
    write_all(tmp_path, {"b": of(b"third")}, {})
    assert (tmp_path / "b").read_bytes() == b"third"


def test_run_waits_for_one_that_is_about_to_end(tmp_path: Path) -> None:
    held = os.open(tmp_path, os.O_RDONLY)
    fcntl.flock(held, fcntl.LOCK_EX)
    ends = threading.Timer(0.3, os.close, (held,))
    ends.start()
    write_all(tmp_path, {"b": of(b"1")}, {})
    ends.join()
    assert (tmp_path / "b").read_bytes() == b"1"


def test_of_two_runs_that_write_one_file_each_writes_it_whole(tmp_path: Path) -> None:
    target = tmp_path / "lakitu.tar.gz"

    def meanwhile() -> Iterator[bytes]:
        yield b"first "
        assert write_file(target, [b"second run"]) == 10
        assert target.read_bytes() == b"second run"
        yield b"run"

    assert write_file(target, meanwhile()) == 9
    assert target.read_bytes() == b"first run"
    assert names(tmp_path) == ["lakitu.tar.gz"]

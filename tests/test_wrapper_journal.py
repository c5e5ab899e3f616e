# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""The journal and the lock: what survives a death at any point."""

import json
import os
from pathlib import Path

import pytest
from coos_build.errors import BuildError
from coos_build.history import History, read_history
from coos_build.journal import open_journal, parse_journal, read_journal
from coos_build.lock import Holder, hold, parse_holder
from coos_build.model import State

HOLDER = Holder(7, "builder", "2026-01-02T03:04:05Z")


def start(step: str, attempt: int = 1, mark: str = "f") -> dict[str, object]:
    return {"run": "1-a", "step": step, "attempt": attempt, "fingerprint": mark}


def end(step: str, attempt: int = 1, state: str = "done") -> dict[str, object]:
    told = {"run": "1-a", "step": step, "attempt": attempt, "state": state}
    return {**told, "seconds": 1.5, "exit": 0, "facts": {"image_dir": "R1-2-a1"}}


def history_of(state: Path) -> History:
    return read_history(read_journal(state).records)


def write(state: Path, *records: tuple[str, dict[str, object]]) -> None:
    with open_journal(state) as journal:
        for kind, record in records:
            journal.write(kind, record)


def test_what_was_written_is_read(tmp_path: Path) -> None:
    write(tmp_path, ("start", start("chroot")), ("end", end("chroot")))
    done = history_of(tmp_path).last_done("chroot")
    assert done is not None
    assert (done.state, done.seconds, done.fingerprint) == (State.DONE, 1.5, "f")
    assert history_of(tmp_path).fact("chroot", "image_dir") == "R1-2-a1"


def test_a_start_without_an_end_is_running_and_not_done(tmp_path: Path) -> None:
    write(tmp_path, ("start", start("chroot")), ("end", end("chroot")))
    write(tmp_path, ("start", start("chroot", 2)))
    history = history_of(tmp_path)
    assert [one.number for one in history.unended()] == [2]
    assert history.last("chroot") is not history.last_done("chroot")
    assert history.next_number("chroot") == 3


def test_what_was_cut_off_is_told_by_the_run_after_it_alone(tmp_path: Path) -> None:
    write(tmp_path, ("run", {"run": "1-a"}), ("start", start("chroot")))
    assert [one.step for one in history_of(tmp_path).cut_off()] == ["chroot"]
    write(tmp_path, ("run", {"run": "2-b"}))
    assert history_of(tmp_path).cut_off() == ()


def test_a_torn_last_line_is_reported_and_the_rest_holds(tmp_path: Path) -> None:
    write(tmp_path, ("start", start("chroot")), ("end", end("chroot")))
    with (tmp_path / "journal.jsonl").open("ab") as file:
        file.write(b'{"v": 1, "kind": "sta')
    journal = read_journal(tmp_path)
    assert journal.faults == ("line 3 of the journal was torn and is ignored",)
    assert len(journal.records) == 2


def test_writing_after_a_torn_line_loses_nothing(tmp_path: Path) -> None:
    (tmp_path / "journal.jsonl").write_bytes(b'{"v": 1, "kind": "sta')
    write(tmp_path, ("start", start("chroot")))
    journal = read_journal(tmp_path)
    assert journal.faults == ("line 1 of the journal is no record and is ignored",)
    assert [one["step"] for one in journal.records] == ["chroot"]


@pytest.mark.parametrize(
    "line",
    [b"[]", b"7", b'{"kind": "end"}', b'{"v": 1, "kind": "x"}', b"\xff", b"[" * 9999],
)
def test_a_line_that_is_no_record_is_reported(line: bytes) -> None:
    journal = parse_journal(line + b"\n", "j")
    assert journal.records == ()
    assert len(journal.faults) == 1


def test_a_journal_cut_anywhere_can_be_read(tmp_path: Path) -> None:
    write(
        tmp_path,
        ("run", {"run": "1-a", "host": {"cpus": "2"}, "checkout": "/c"}),
        ("start", start("repo-init")),
        ("end", end("repo-init")),
        ("start", start("chroot")),
        ("end", end("chroot", state="failed")),
        ("start", start("chroot", 2)),
        ("end", end("chroot", 2)),
    )
    content = (tmp_path / "journal.jsonl").read_bytes()
    whole = read_history(parse_journal(content, "j").records)
    for length in range(len(content)):
        journal = parse_journal(content[:length], "j")
        history = read_history(journal.records)
        assert len(journal.faults) <= 1
        done = history.last_done("chroot")
        # Only a whole line counts, and its line end is not part of it.
        assert (done is not None) == (length >= len(content) - 1)
        assert len(history.attempts) <= len(whole.attempts)


def test_a_later_version_is_refused(tmp_path: Path) -> None:
    line = json.dumps({"v": 2, "kind": "run"})
    (tmp_path / "journal.jsonl").write_text(f"{line}\n", encoding="utf-8")
    with pytest.raises(BuildError, match="line 1 is of version 2"):
        read_journal(tmp_path)


def test_fields_of_a_wrong_kind_say_nothing() -> None:
    odd = {"v": 1, "kind": "start", "run": 7, "step": "chroot", "commands": "x"}
    ended = {"v": 1, "kind": "end", "step": "chroot", "state": "well", "disk": [1]}
    (attempt,) = read_history((odd, {**ended, "run": 7})).attempts
    assert attempt.commands == ()
    assert attempt.state is State.FAILED
    assert attempt.disk is None


def test_a_link_in_the_place_of_the_journal_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").touch()
    (tmp_path / "journal.jsonl").symlink_to("elsewhere")
    with pytest.raises(OSError), open_journal(tmp_path):  # noqa: PT011 (ELOOP)
        pass
    assert (tmp_path / "elsewhere").read_bytes() == b""


def test_the_lock_names_its_holder(tmp_path: Path) -> None:
    with hold(tmp_path, HOLDER):
        with pytest.raises(BuildError) as caught, hold(tmp_path, Holder(8, "b", "t")):
            pass
        assert "is held by process 7 on builder, since 2026-01-02" in str(caught.value)


def test_a_lock_that_was_left_behind_is_taken_over_and_named(tmp_path: Path) -> None:
    (tmp_path / "lock").write_text(
        '{"pid": 9, "host": "h", "started": "then"}', encoding="utf-8"
    )
    with hold(tmp_path, HOLDER) as earlier:
        assert earlier == Holder(9, "h", "then")
    with hold(tmp_path, HOLDER) as earlier:
        assert earlier is None


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"pid": "x"}', b"\xff\xfe"])
def test_a_strange_lock_file_names_nobody(content: bytes) -> None:
    assert parse_holder(content) is None


def test_the_name_in_a_lock_file_cannot_command_a_terminal() -> None:
    told = parse_holder(b'{"pid": 1, "host": "\\u001b[2Jh", "started": "\\u0007"}')
    assert told == Holder(1, "h", "?")


def test_a_full_disk_is_said(tmp_path: Path) -> None:
    if not Path("/dev/full").exists():
        pytest.skip("no /dev/full on this system")
    with open_journal(tmp_path) as journal:
        full = os.open("/dev/full", os.O_WRONLY)
        journal._descriptor, kept = full, journal._descriptor  # noqa: SLF001
        try:
            with pytest.raises(BuildError, match="No space left on device; make room"):
                journal.write("finish", {})
        finally:
            journal._descriptor = kept  # noqa: SLF001
            os.close(full)

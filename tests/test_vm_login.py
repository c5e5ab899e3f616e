# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""The login: what is asked of ssh, what its answers mean, where the password goes."""

import gzip
import os
from pathlib import Path

import pytest
from builders_guest import put_program
from coos_build.vm import VmError
from coos_build.vm.login import Login, parse_files, read_files, run_script
from coos_build.vm.run import unzip

SECRET = "correct horse"  # noqa: S105 - of nobody
MARK = b"coos-build files\n"

# Stands for ssh, as far as a guest is behind it: runs the script here.
HERE = "exec sh -s"


def login(ssh: Path) -> Login:
    """A login through a program in place of ssh."""
    return Login(str(ssh), 9222, "chronos", SECRET)


def test_files_come_back_as_they_are(tmp_path: Path) -> None:
    ssh = put_program(tmp_path / "bin", "ssh", HERE)
    (tmp_path / "one").write_bytes(b"line\n9 /not/a/head\n")
    (tmp_path / "two").write_bytes(bytes(range(256)))

    files = read_files(login(ssh), [str(tmp_path / "one"), str(tmp_path / "t*")], 20)

    assert files == {
        str(tmp_path / "one"): b"line\n9 /not/a/head\n",
        str(tmp_path / "two"): bytes(range(256)),
    }


def test_a_missing_file_is_left_out(tmp_path: Path) -> None:
    ssh = put_program(tmp_path / "bin", "ssh", HERE)

    assert read_files(login(ssh), [str(tmp_path / "none")], 20) == {}


@pytest.mark.parametrize("pattern", ["relative", "/etc/$(reboot)", "/a b", "/a;b"])
def test_a_pattern_that_a_shell_would_run_is_refused(pattern: str) -> None:
    with pytest.raises(VmError, match="cannot be read in the guest"):
        read_files(login(Path("/no/such/ssh")), [pattern], 20)


def test_what_a_login_shell_prints_first_is_skipped() -> None:
    assert parse_files(b"Welcome!\n" + MARK + b"3 /a\nabc") == {"/a": b"abc"}


@pytest.mark.parametrize(
    "answer",
    [b"", b"Welcome!\n", MARK + b"4 /a\nabc", MARK + b"x /a\n", MARK + b"3 /a"],
)
def test_an_answer_of_another_form_is_refused(answer: bytes) -> None:
    with pytest.raises(VmError, match="something else than its files"):
        parse_files(answer)


def test_a_refused_password_says_which_one_to_give(tmp_path: Path) -> None:
    ssh = put_program(
        tmp_path / "bin", "ssh", "echo 'Permission denied (password).' >&2; exit 255"
    )

    with pytest.raises(VmError, match="refused this password for user chronos") as it:
        read_files(login(ssh), ["/etc/os-release"], 20)

    assert "set_shared_user_password.sh" in it.value.cure


def test_another_failure_is_quoted(tmp_path: Path) -> None:
    ssh = put_program(tmp_path / "bin", "ssh", "echo 'no route \x1b[1m' >&2; exit 255")

    with pytest.raises(VmError, match=r"status 255 \(no route \?\[1m\)"):
        read_files(login(ssh), ["/etc/os-release"], 20)


def test_a_login_that_hangs_ends_with_its_deadline(tmp_path: Path) -> None:
    ssh = put_program(tmp_path / "bin", "ssh", "exec sleep 600")

    with pytest.raises(VmError, match=r"did not answer over ssh within 0\.2 s"):
        run_script(login(ssh), "true", 0.2)


def test_a_guest_that_sends_without_end_is_stopped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("coos_build.vm.login.MAX_ANSWER_BYTES", 10_000)
    ssh = put_program(tmp_path / "bin", "ssh", "exec yes")

    with pytest.raises(VmError, match="sent more than 10000 bytes"):
        run_script(login(ssh), "true", 20)


def test_the_password_is_in_no_argument_and_no_environment(tmp_path: Path) -> None:
    ssh = put_program(tmp_path / "bin", "ssh", 'echo "$@"; env')

    answer = run_script(login(ssh), "true", 20)

    assert SECRET not in answer.output.decode()


def test_only_the_owner_can_read_the_password(tmp_path: Path) -> None:
    shows = 'ls -ld "${SSH_ASKPASS%/*}" "${SSH_ASKPASS%/*}/secret"; "$SSH_ASKPASS" x'
    ssh = put_program(tmp_path / "bin", "ssh", shows)

    lines = run_script(login(ssh), "true", 20).output.decode().splitlines()

    assert [line.split()[0].rstrip(".+") for line in lines[:2]] == [
        "drwx------",
        "-rw-------",
    ]
    assert lines[2] == SECRET


def test_the_password_is_gone_afterwards(tmp_path: Path) -> None:
    ssh = put_program(tmp_path / "bin", "ssh", 'echo "$SSH_ASKPASS"')

    place = run_script(login(ssh), "true", 20).output.decode().strip()

    assert place.endswith("/askpass")
    assert not Path(place).parent.exists()


def test_a_key_is_used_without_a_question(tmp_path: Path) -> None:
    ssh = put_program(tmp_path / "bin", "ssh", 'echo "$@ ${SSH_ASKPASS-none}"')
    given = Login(str(ssh), 9222, "root", key=Path("/keys/id_rsa"))

    said = run_script(given, "true", 20).output.decode()

    assert "-i /keys/id_rsa" in said
    assert "BatchMode=yes" in said
    assert os.environ.get("SSH_ASKPASS", "none") in said


def test_gzip_is_unpacked() -> None:
    assert unzip("/a.gz", gzip.compress(b"<html>")) == b"<html>"


def test_plain_content_stays() -> None:
    assert unzip("/a", b"<html>") == b"<html>"


def test_damaged_gzip_is_named() -> None:
    with pytest.raises(VmError, match=r"/a\.gz in the guest is damaged gzip"):
        unzip("/a.gz", gzip.compress(b"<html>")[:-5])


def test_gzip_that_unpacks_without_end_is_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("coos_build.vm.run.MAX_ANSWER_BYTES", 1000)

    with pytest.raises(VmError, match="unpacks to more than 1000 bytes"):
        unzip("/a.gz", gzip.compress(bytes(5000)))

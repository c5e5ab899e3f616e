# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""The command line of coos-build: help, errors in one line, passwords, exit codes."""

import getpass
import os
from pathlib import Path

import pytest
from coos_build import cli
from coos_build.cli import COMMANDS, passwords, root, run
from coos_build.errors import BuildError
from coos_build.secret import read_secret
from wrapper_build import Build, make_build


def test_help_names_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["--help"]) == 0
    told = capsys.readouterr().out
    for name, (_, text) in COMMANDS.items():
        assert f"{name} " in told
        assert text in told


@pytest.mark.parametrize("name", list(COMMANDS))
def test_every_command_has_help(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run([name, "--help"]) == 0
    assert capsys.readouterr().out.startswith(f"Usage: coos-build {name} ")


def test_a_command_that_is_none_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["cook"]) == 2
    assert capsys.readouterr().err == "coos-build: error: No such command 'cook'.\n"


@pytest.mark.parametrize(
    ("error", "code", "said"),
    [
        (
            RuntimeError("odd\nthing"),
            3,
            "defect of this tool (RuntimeError: odd thing)",
        ),
        (KeyboardInterrupt(), 130, "interrupted; the same command goes on"),
        (OSError(28, "No space left on device", "/x"), 2, "/x: No space left"),
    ],
)
def test_every_end_is_one_line_and_its_code(
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
    error: BaseException,
    code: int,
    said: str,
) -> None:
    def fail(**_options: object) -> None:
        raise error

    monkeypatch.setattr(root, "main", fail)
    monkeypatch.setattr(cli, "_drop_stdout", lambda: None)
    assert run([]) == code
    told = capfd.readouterr().err
    assert said in told
    assert len(told.splitlines()) == 1


def test_a_defect_can_be_seen_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(**_options: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(root, "main", fail)
    monkeypatch.setenv("COOS_BUILD_DEBUG", "1")
    with pytest.raises(ZeroDivisionError):
        run([])


def test_a_configuration_is_written_once(tmp_path: Path) -> None:
    path = tmp_path / "coos-build.toml"
    assert run(["init-config", "-o", str(path)]) == 0
    assert 'profile = "seed-2020"' in path.read_text(encoding="utf-8")
    assert run(["init-config", "-o", str(path)]) == 2


def test_a_configuration_can_be_printed(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["init-config"]) == 0
    assert '\n#fail_on = "error"\n' in capsys.readouterr().out


# --- the password ---------------------------------------------------------------------


def typed(monkeypatch: pytest.MonkeyPatch, *answers: str) -> None:
    left = list(answers)
    monkeypatch.setattr(passwords, "can_ask", lambda: True)
    monkeypatch.setattr(getpass, "getpass", lambda _prompt: left.pop(0))


def test_a_person_is_asked_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    typed(monkeypatch, "hunter2", "hunter2")
    secret = passwords.obtain_secret(from_stdin=False, descriptor=None)
    assert secret.reveal() == "hunter2"


def test_two_different_answers_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    typed(monkeypatch, "hunter2", "hunter3")
    with pytest.raises(BuildError, match="type the same twice"):
        passwords.obtain_secret(from_stdin=False, descriptor=None)


def test_a_password_may_come_by_a_descriptor() -> None:
    reader, writer = os.pipe()
    os.write(writer, "schön und gut\r\nmore\n".encode())
    os.close(writer)
    try:
        secret = passwords.obtain_secret(from_stdin=False, descriptor=reader)
    finally:
        os.close(reader)
    assert secret.line() == "schön und gut\n".encode()


def test_a_descriptor_that_is_not_open_is_said() -> None:
    with pytest.raises(BuildError, match="descriptor 999: cannot be read"):
        read_secret(999)


def test_a_password_that_is_no_text_is_refused() -> None:
    reader, writer = os.pipe()
    os.write(writer, b"\xff\n")
    os.close(writer)
    with pytest.raises(BuildError, match=r"is no UTF-8"):
        read_secret(reader)
    os.close(reader)


# --- small answers --------------------------------------------------------------------


@pytest.fixture
def build(tmp_path: Path) -> Build:
    """A checkout without a run."""
    return make_build(tmp_path)


def test_a_log_that_is_gone_is_said(build: Build) -> None:
    assert build.run("--only", "repo-init").returncode == 0
    (build.state / "logs/repo-init.1.log").unlink()
    answer = build.ask("logs", "repo-init")
    assert answer.returncode == 2
    assert "it may be removed" in answer.stderr


def test_a_boot_without_an_image_is_a_failure(build: Build) -> None:
    answer = build.ask("boot", "--password-stdin", stdin="hunter2\n")
    assert answer.returncode == 1
    assert "holds no image; run build-image first" in answer.stderr

# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""Wrong usage, bad input and full disks: one line, exit 2, outputs as they were."""

import json
import os
import resource
import shlex
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from builders_vdb import write_entry, write_repository
from command import (
    ENVIRONMENT,
    FILES,
    OVERLAYS,
    ROOT,
    SYSROOT,
    one_line,
    run,
)


def test_sources_that_are_none(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    (tmp_path / "empty").mkdir()
    (tmp_path / "hollow/var/db/pkg").mkdir(parents=True)
    (tmp_path / "odd/var/db").mkdir(parents=True)
    (tmp_path / "odd/var/db/pkg").touch()
    (tmp_path / "loop/var").mkdir(parents=True)
    (tmp_path / "loop/var/db").symlink_to("db")
    expected = {
        "absent": "No such file",
        "file": "is no directory",
        "empty": "holds no package database",
        "hollow": "is empty",
        "odd": "var/db/pkg",
        "loop": "loop",
    }
    for name, message in expected.items():
        line = one_line(run("list", str(tmp_path / name)))
        assert name in line
        assert message in line
        assert "give a sysroot" in line
    line = one_line(run("list", f"{SYSROOT}/var/db/pkg"))
    assert "database itself" in line


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads what it likes")
def test_an_unreadable_directory(tmp_path: Path) -> None:
    write_entry(tmp_path, "a/b-1", {"LICENSE": "MIT"})
    vdb = tmp_path / "var/db/pkg"
    vdb.chmod(0)
    try:
        assert "Permission denied" in one_line(run("list", str(tmp_path)))
    finally:
        vdb.chmod(0o755)


def test_overlays_that_are_none(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    line = one_line(run("list", SYSROOT, "--overlay", str(tmp_path / "empty")))
    assert "has no repository name" in line
    line = one_line(run("list", SYSROOT, "--overlay", str(tmp_path / "absent")))
    assert "absent" in line
    for name in ("one", "two"):
        write_repository(tmp_path / name, "same", {})
    overlays = [
        part for n in ("one", "two") for part in ("--overlay", str(tmp_path / n))
    ]
    assert "second repository called 'same'" in one_line(
        run("list", SYSROOT, *overlays)
    )
    line = one_line(run("list", SYSROOT, "--licenses", str(tmp_path / "absent")))
    assert "absent" in line


def test_an_output_that_cannot_be_written_leaves_the_earlier_one(
    generated: Path, tmp_path: Path
) -> None:
    file = tmp_path / "file"
    file.touch()
    line = one_line(run("generate", "-q", SYSROOT, *OVERLAYS, "-o", str(file)))
    assert "cannot be written" in line
    line = one_line(run("generate", "-q", SYSROOT, *OVERLAYS, "-o", f"{file}/below"))
    assert "cannot be written" in line
    out = tmp_path / "out"
    shutil.copytree(generated, out)
    (out / "inventory.json").unlink()
    (out / "inventory.json").mkdir()
    line = one_line(run("generate", "-q", SYSROOT, "-o", str(out)))
    assert "is a directory" in line
    same = [name for name in FILES if name != "inventory.json"]
    assert sorted(path.name for path in out.iterdir()) == FILES
    for name in same:
        assert (out / name).read_bytes() == (generated / name).read_bytes()


def test_a_disk_that_fills_up_leaves_the_earlier_output(
    generated: Path, tmp_path: Path
) -> None:
    """A limit on file size fails the write midway, as a full disk does."""
    out = tmp_path / "out"
    shutil.copytree(generated, out)

    def limit() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))

    result = subprocess.run(
        [
            sys.executable,
            "-B",
            "-m",
            "coos_license",
            "generate",
            "-q",
            SYSROOT,
            "-o",
            out,
        ],
        cwd=ROOT,
        env=ENVIRONMENT,
        preexec_fn=limit,
        capture_output=True,
        check=False,
        timeout=60,
    )
    assert "cannot be written" in one_line(result)
    assert sorted(path.name for path in out.iterdir()) == FILES
    for name in FILES:
        assert (out / name).read_bytes() == (generated / name).read_bytes()


@pytest.mark.parametrize("kind", ["fifo", "link"])
@pytest.mark.parametrize(
    "command",
    [
        ("snapshot", "-q", SYSROOT, "-o"),
        ("audit", "-q", SYSROOT, "--also", "sarif="),
    ],
    ids=("snapshot", "also"),
)
def test_an_output_takes_no_place_of_a_device(
    tmp_path: Path, command: tuple[str, ...], kind: str
) -> None:
    """What is renamed over ``/dev/null`` would be a file for everyone."""
    there = tmp_path / "there"
    if kind == "fifo":
        os.mkfifo(there)
    else:
        there.symlink_to("/dev/null")
    before = there.lstat()
    *words, last = command
    target = [f"{last}{there}"] if last.endswith("=") else [last, str(there)]
    assert "something else than a file is there" in run(*words, *target).stderr.decode()
    assert there.lstat().st_ino == before.st_ino
    assert list(tmp_path.iterdir()) == [there]


def test_a_full_standard_output_is_one_line() -> None:
    with Path("/dev/full").open("wb") as full:
        result = subprocess.run(
            [sys.executable, "-m", "coos_license", "list", "-q", SYSROOT],
            cwd=ROOT,
            stdout=full,
            stderr=subprocess.PIPE,
            check=False,
            timeout=60,
        )
    assert result.returncode == 2
    assert result.stderr.decode().count("\n") == 1
    assert "No space left" in result.stderr.decode()


def test_a_closed_standard_output_is_one_line() -> None:
    tool = shlex.join([sys.executable, "-m", "coos_license", "list", SYSROOT])
    result = subprocess.run(
        ["bash", "-c", f"{tool} >&-"],
        cwd=ROOT,
        stderr=subprocess.PIPE,
        check=False,
        timeout=60,
    )
    assert result.returncode == 2
    assert result.stderr.decode().count("\n") == 1


def test_a_reader_that_goes_away_is_no_error() -> None:
    tool = shlex.join(
        [
            sys.executable,
            "-m",
            "coos_license",
            "list",
            "-q",
            SYSROOT,
            "--format",
            "json",
        ]
    )
    command = f"{tool} | head -c 1"
    result = subprocess.run(
        ["bash", "-o", "pipefail", "-c", command],
        cwd=ROOT,
        capture_output=True,
        check=False,
        timeout=60,
    )
    assert (result.returncode, result.stderr) == (0, b"")


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("nope",),
        ("list", ""),
        ("generate", SYSROOT, "-o", ""),
        ("list", SYSROOT, "--overlay", ""),
        ("list",),
        ("list", SYSROOT, "--nope"),
        ("generate", SYSROOT),
        ("audit", SYSROOT, "--format", "xml"),
        ("list", SYSROOT, "--shipped", "closure:"),
        ("list", SYSROOT, "--shipped", "closure:a/absent"),
        ("list", SYSROOT, "--shipped", "/absent"),
        ("audit", SYSROOT, "--baseline", "/absent/x.json"),
    ],
)
def test_wrong_usage_is_one_line_and_two(arguments: tuple[str, ...]) -> None:
    result = run(
        *arguments[:1], *(["-q"] if len(arguments) > 1 else []), *arguments[1:]
    )
    assert one_line(result)


def test_option_values_are_text_from_outside_too() -> None:
    for value in ("\udcff", " ", ""):
        line = one_line(run("list", SYSROOT, "--image-name", value))
        assert "--image-name" in line
    result = run("list", SYSROOT, "--image-name", "a\x1b[1m\nb", "--format", "json")
    assert json.loads(result.stdout)["image"]["name"] == "a[1m b"


#: Runs the tool, which gets a signal when the first bytes of an output are written.
SIGNALLED = """
import os, sys
from coos_license import __main__, output

number, here, stream = int(sys.argv.pop(1)), os.getpid(), output._stream

def then_signalled(chunks):
    for chunk in chunks:
        yield chunk
        os.kill(here, number)

output._stream = lambda path, chunks: stream(path, then_signalled(chunks))
__main__.main()
"""


@pytest.mark.parametrize(
    ("number", "code", "word"),
    [(signal.SIGINT, 130, "interrupted"), (signal.SIGTERM, 143, "terminated")],
)
@pytest.mark.parametrize("command", ["generate", "snapshot"])
def test_a_run_that_is_told_to_stop_leaves_what_was_there(
    tmp_path: Path, command: str, number: int, code: int, word: str
) -> None:
    (tmp_path / "snapshot").write_bytes(b"old")
    arguments = [command, SYSROOT, "-q", "-o", str(tmp_path / command)]
    result = subprocess.run(
        [sys.executable, "-B", "-c", SIGNALLED, str(int(number)), *arguments],
        cwd=ROOT,
        env=ENVIRONMENT,
        capture_output=True,
        check=False,
        timeout=60,
    )
    assert result.returncode == code
    line = f"coos-license: error: {word}; outputs are as they were\n"
    assert result.stderr.decode().lstrip("\n") == line
    assert (tmp_path / "snapshot").read_bytes() == b"old"
    assert [path.name for path in tmp_path.rglob("*") if path.is_file()] == ["snapshot"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("", "Missing command; see 'coos-license --help'"),
        ("policy", "Missing command; see 'coos-license policy --help'"),
        ("genrate x", "did you mean 'generate'?; see 'coos-license --help'"),
        ("generate x", "'-o' / '--output'; see 'coos-license generate --help'"),
        ("policy nope x", "'nope'; see 'coos-license policy --help'"),
        ("list x --private-overlay own", "--private-overlay needs --public"),
        ("verify x --accounting", "--accounting needs SOURCE"),
        ("verify x --files", "--files needs SOURCE"),
    ],
)
def test_wrong_usage_says_what_next(words: str, said: str) -> None:
    assert said in one_line(run(*words.split()))


def test_a_file_that_has_no_place_says_why(tmp_path: Path) -> None:
    line = one_line(run("snapshot", SYSROOT, "-o", str(tmp_path / "absent/x")))
    assert "No such file or directory; make its directory, or give" in line
    line = one_line(run("snapshot", SYSROOT, "-o", ".", cwd=tmp_path))
    assert ".: cannot be written: it is a directory; give another file" in line

# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""Lines from outside: cleaned, measured, recognised."""

import doctest
import importlib
import io

import pytest
from coos_build.failures import FAILURES, recognise
from coos_build.model import Attempt, Decision, State, Verdict
from coos_build.monitor import TextMonitor
from coos_build.progress import Progress, read_progress, remaining_s, sentence
from coos_build.secret import Secret
from coos_build.steps import BY_NAME
from coos_build.text import clean_line


@pytest.mark.parametrize("name", ["text", "progress", "report"])
def test_the_examples_hold(name: str) -> None:
    failed, tried = doctest.testmod(importlib.import_module(f"coos_build.{name}"))
    assert tried > 0
    assert failed == 0


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("\x1b[2J\x1b[31mred\x1b[0m", "red"),
        ("\x1b]0;title\x07text", "text"),
        ("\x1b]8;;http://x\x1b\\link\x1b]8;;\x1b\\", "link"),
        ("\x9b31mred", "red"),
        ("a\x07b\x00c", "a?b?c"),
        ("1%\r2%\r\n", "2%"),
        ("a\tb", "a    b"),
        ("\u202egnp.exe", "?gnp.exe"),
        ("x" * 9999, "x" * 4096),
    ],
)
def test_a_line_of_a_log_cannot_command_a_terminal(raw: str, shown: str) -> None:
    assert clean_line(raw) == shown


@pytest.mark.parametrize(
    ("line", "found"),
    [
        (">>> Emerging (3 of 15) a/b-1::x", Progress(3, 15, "a/b-1")),
        (">>> Emerging binary (1 of 2) a/b-1::x", Progress(1, 2, "a/b-1")),
        (">>> Installing (2 of 2) a/b-1::x to /build/lakitu/", Progress(2, 2, "a/b-1")),
        (">>> Jobs: 4 of 9 complete, 1 running", Progress(4, 9)),
        ("Pending 481/648, Building 4/286, [Time x | Load y]", Progress(167, 648)),
        ("Fetching: 40% (2/5) a/b", Progress(2, 5, "Fetching")),
        ("Checking out: 100% (5/5), done", Progress(5, 5, "Checking out")),
        ("Updating files:  10% (10/100)", Progress(10, 100, "Updating files")),
        (">>> Emerging (9 of 2) a/b", None),
        ("hello (1 of 2)", None),
    ],
)
def test_progress_is_read_off_the_lines(line: str, found: Progress | None) -> None:
    assert read_progress(line) == found


def test_an_earlier_run_knows_best_until_it_is_overtaken() -> None:
    assert remaining_s(Progress(1, 4), 10, 100) == 90
    assert remaining_s(Progress(1, 4), 110, 100) == 330
    assert remaining_s(Progress(), 110, 100) is None


def test_the_live_line_has_count_package_time_and_rest() -> None:
    told = sentence(Progress(3, 15, "sys-libs/zlib-1"), 60, 300)
    assert told == "3 of 15, sys-libs/zlib-1, 1 min 0 s, about 4 min 0 s left"


# --- known failures -------------------------------------------------------------------

#: Step, a line as programs print it, a word of the cause.
SAMPLES = [
    ("build-image", "cp: error writing 'x': No space left on device", "disk is full"),
    ("repo-init", "repo: error: no such option: --repo-ref", "misspell"),
    ("chroot", "cros_sdk: error: unrecognized arguments: --nouse-image", "options"),
    ("repo-init", "error: tag 'v1' was not signed", "not signed by a key"),
    ("repo-init", "gpg: Can't check signature: No public key", "not signed"),
    ("sync-network", "fatal: Couldn't find remote ref refs/heads/x", "no such branch"),
    ("sync-network", "fatal: could not fetch ab from promisor remote", "partial"),
    ("sync-network", "curl: (6) Could not resolve host: x", "network"),
    ("sync-network", "error: RPC failed; HTTP 429 curl 22", "network"),
    ("chroot", "/bin/sh: vgcreate: command not found", "chroot.img"),
    ("build-packages", "sudo: a password is required", "time stamp"),
    ("chroot", "cros_sdk: This program cannot be run as root", "refuses root"),
    ("build-packages", "collect2: fatal error: ld terminated with signal 9", "memory"),
    (
        "build-packages",
        "The following license changes are necessary to proceed:",
        "accepted",
    ),
    ("build-packages", "ERROR: Failed Generating Licensing for a/b", "licence hook"),
    ("build-packages", "The following REQUIRED_USE flag constraints are", "USE flags"),
    ("chroot", "ACCESS DENIED:  open_wr:  /x/.git/index.lock", "sandbox"),
    ("setup-board", "touch: Permission denied: src/third_party/x", "cannot read"),
    ("build-image", "partx: error deleting partition 5", "loop devices"),
    ("build-image", "ERROR: Directory /x/R85-1 already exists.", "how it is named"),
    ("setup-board", "ERROR: unknown board: foo", "no such board"),
    ("vm-image", "Could not find chromiumos_image.bin", "wants a dev image"),
    ("boot", "qemu-system-x86_64: not found on PATH", "program is missing"),
]


@pytest.mark.parametrize(("step", "line", "cause"), SAMPLES)
def test_a_known_failure_has_a_cause_and_a_cure(
    step: str, line: str, cause: str
) -> None:
    known = recognise(step, ["all is well", line])
    assert known is not None
    assert cause in known.cause
    assert known.cure


def test_every_known_failure_has_a_sample() -> None:
    found = {recognise(step, [line]) for step, line, _ in SAMPLES}
    assert found == set(FAILURES)


def test_an_unknown_failure_has_none() -> None:
    assert recognise("chroot", ["it broke"]) is None


def test_steps_of_a_failure_exist() -> None:
    assert {step for known in FAILURES for step in known.steps} <= BY_NAME.keys()


# --- what a person sees ---------------------------------------------------------------


def monitor(*, is_terminal: bool) -> TextMonitor:
    return TextMonitor(io.StringIO(), is_terminal)


def text_of(one: TextMonitor) -> str:
    assert isinstance(one.stream, io.StringIO)
    return one.stream.getvalue()


def test_a_terminal_gets_one_line_that_is_drawn_over() -> None:
    shown = monitor(is_terminal=True)
    shown.progress("chroot", "1 of 2")
    shown.say("done")
    assert text_of(shown) == "\r\x1b[Kchroot: 1 of 2\r\x1b[Kcoos-build: done\n"


def test_a_log_gets_no_live_line_and_no_escapes() -> None:
    shown = monitor(is_terminal=False)
    step = BY_NAME["chroot"]
    shown.decided(Decision(step=step, verdict=Verdict.RUN, reason="forced"))
    for _ in range(5):
        shown.progress("chroot", "1 of 2")
    assert (
        text_of(shown) == "coos-build: chroot: make the chroot, or update it (forced)\n"
    )


def test_a_failure_shows_the_last_lines_cleaned_and_the_cure() -> None:
    shown = monitor(is_terminal=False)
    attempt = Attempt(
        run="1",
        step="chroot",
        number=1,
        fingerprint="",
        state=State.FAILED,
        started="",
        log="/c/chroot.1.log",
        what="exit status 1",
        cure="try again",
    )
    shown.ended(attempt, (*("old",) * 40, "\x1b[2Jlast"))
    lines = text_of(shown).splitlines()
    assert lines.count("  | old") == 19
    assert "  | last" in lines
    assert lines[-2:] == [
        "coos-build: chroot: to cure it: try again",
        "coos-build: chroot: the whole log is /c/chroot.1.log",
    ]


def test_a_secret_does_not_show_itself() -> None:
    secret = Secret("hunter2")
    assert "hunter2" not in f"{secret} {secret!r} {secret.__class__} {(secret,)}"
    assert secret.line() == b"hunter2\n"

# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""Log in to the guest over ssh, read files there, ask it to power off.

The system's ``ssh`` client does it. A password reaches it through its ask-pass program,
which prints a file of mode 600 below a directory of mode 700, both gone afterwards;
it is in no command line, no environment and no log.
"""

import os
import re
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from coos_build.vm.accel import printable
from coos_build.vm.model import VmError

MAX_FILE_BYTES = 64 * 1024 * 1024
MAX_ANSWER_BYTES = 256 * 1024 * 1024
MAX_ERROR_BYTES = 64 * 1024
POLL_S = 0.05
SSH_FAILED = 255

# A name or pattern that the shell of the guest takes as it is.
SAFE_PATTERN = re.compile(r"/[A-Za-z0-9_./*?+@:~-]*")

OPTIONS = (
    *("-F", os.devnull),
    *("-o", "StrictHostKeyChecking=no"),
    *("-o", "UserKnownHostsFile=/dev/null"),
    *("-o", "GlobalKnownHostsFile=/dev/null"),
    *("-o", "LogLevel=ERROR"),
    *("-o", "NumberOfPasswordPrompts=1"),
    *("-o", "ForwardAgent=no"),
)
MARK = b"coos-build files\n"


@dataclass(frozen=True, slots=True)
class Login:
    """Who logs in where; ``key`` is used if there is one, else ``password``."""

    ssh: str
    port: int
    user: str
    password: str | None = field(default=None, repr=False)
    key: Path | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """What a command in the guest printed, and how it ended."""

    status: int
    output: bytes
    errors: str


def read_files(
    login: Login, patterns: Sequence[str], deadline_s: float
) -> dict[str, bytes]:
    """Return the files in the guest that match, by path; a missing one is left out.

    Raises:
        VmError: a pattern is none, the login is refused or takes too long, or what the
            guest sends is not what it was asked for.
    """
    for pattern in patterns:
        if not SAFE_PATTERN.fullmatch(pattern):
            raise VmError(
                f"{pattern!r} cannot be read in the guest", "name an absolute path"
            )
    answer = run_script(login, _read_script(patterns), deadline_s)
    if answer.status != 0:
        raise _refusal(login, answer)
    return parse_files(answer.output)


def parse_files(output: bytes) -> dict[str, bytes]:
    """Return path and content of each file in the answer of the guest.

    After a marker line, each file is a line ``SIZE PATH`` and so many bytes.

    Raises:
        VmError: the answer is not of that form.
    """
    files: dict[str, bytes] = {}
    at = output.find(MARK)
    at = len(output) + 1 if at < 0 else at + len(MARK)
    while at < len(output):
        end = output.find(b"\n", at)
        head = re.fullmatch(rb" *([0-9]{1,12}) (/[^\n]*)", output[at : max(at, end)])
        if head is None or end + 1 + int(head[1]) > len(output):
            at = len(output) + 1
            break
        at = end + 1 + int(head[1])
        files[head[2].decode("utf-8", "backslashreplace")] = output[end + 1 : at]
    if at > len(output):
        raise VmError(
            "the guest sent something else than its files",
            "check that its login shell runs commands without printing",
        )
    return files


def run_script(login: Login, script: str, deadline_s: float) -> Answer:
    """Run a script of the Bourne shell in the guest, and return what came of it.

    Raises:
        VmError: it took longer than the deadline, or printed too much.
    """
    with (
        _credentials(login) as (options, environment),
        _scratch_file(script.encode()) as source,
        _scratch_file() as output,
        _scratch_file() as errors,
    ):
        command = (login.ssh, *OPTIONS, *options, "-p", str(login.port))
        process = subprocess.Popen(  # noqa: S603 - ssh with our own options
            (*command, "-l", login.user, "127.0.0.1", "sh -s"),
            stdin=source,
            stdout=output,
            stderr=errors,
            env={**os.environ, **environment},
            start_new_session=True,
        )
        try:
            _wait_bounded(process, output, deadline_s)
        finally:
            process.kill()
            status = process.wait()
        return Answer(
            status,
            os.pread(output, MAX_ANSWER_BYTES, 0),
            os.pread(errors, MAX_ERROR_BYTES, 0).decode("utf-8", "replace"),
        )


def _read_script(patterns: Sequence[str]) -> str:
    return f"""printf '%s\\n' '{MARK.decode().strip()}'
for path in {" ".join(patterns)}; do
    [ -f "$path" ] && [ -r "$path" ] || continue
    size=$(wc -c <"$path")
    [ "$size" -le {MAX_FILE_BYTES} ] || continue
    printf '%s %s\\n' "$size" "$path"
    cat "$path"
done
"""


def _refusal(login: Login, answer: Answer) -> VmError:
    lines = [line for line in answer.errors.splitlines() if line.strip()]
    last = printable(lines[-1]) if lines else "no message"
    if "Permission denied" in answer.errors:
        kind = "this key" if login.key else "this password"
        return VmError(
            f"the guest refused {kind} for user {login.user}",
            "give the one that was set before build_image "
            "(set_shared_user_password.sh; a test image has its own)",
        )
    return VmError(
        f"the login as {login.user} ended with status {answer.status} ({last})",
        "see the serial log for what the guest said",
    )


def _wait_bounded(
    process: subprocess.Popen[bytes], output: int, deadline_s: float
) -> None:
    end = time.monotonic() + deadline_s
    while process.poll() is None:
        if time.monotonic() > end:
            raise VmError(
                f"the guest did not answer over ssh within {deadline_s:g} s",
                "give it longer, or see the serial log for what it waits for",
            )
        if os.fstat(output).st_size > MAX_ANSWER_BYTES:
            raise VmError(
                f"the guest sent more than {MAX_ANSWER_BYTES} bytes",
                "ask for fewer files",
            )
        time.sleep(POLL_S)


@contextmanager
def _credentials(login: Login) -> Iterator[tuple[tuple[str, ...], dict[str, str]]]:
    """Yield the options and the environment that log in."""
    if login.key is not None:
        options = ("-i", str(login.key), "-o", "IdentitiesOnly=yes")
        yield (*options, "-o", "BatchMode=yes"), {}
        return
    with tempfile.TemporaryDirectory(prefix="coos-build-") as scratch:
        secret, program = Path(scratch, "secret"), Path(scratch, "askpass")
        secret.touch(mode=0o600)
        secret.write_text(f"{login.password}\n", encoding="utf-8")
        program.write_text('#!/bin/sh\nexec cat "${0%/*}/secret"\n', encoding="utf-8")
        program.chmod(0o700)
        # Before OpenSSH 8.4 the variable DISPLAY decided instead.
        yield (
            ("-o", "PubkeyAuthentication=no"),
            {
                "SSH_ASKPASS": str(program),
                "SSH_ASKPASS_REQUIRE": "force",
                "DISPLAY": "none:0",
            },
        )


@contextmanager
def _scratch_file(content: bytes = b"") -> Iterator[int]:
    with tempfile.TemporaryFile() as file:
        file.write(content)
        file.seek(0)
        yield file.fileno()

# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""``coos-build`` as a process of its own, on a checkout of stand-in tools."""

import contextlib
import io
import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from command import COVERAGE, ROOT
from coos_build.cli import run

TOOLS = Path(__file__).parent / "wrapper_tools.py"
PASSWORD = "correct horse 7"  # noqa: S105 (a test looks for it everywhere)
STEPS = (
    *("preflight", "repo-init", "sync-network", "sync-local", "chroot"),
    *("setup-board", "password", "build-packages", "build-image", "attribution"),
    *("sources", "vm-image", "trim", "prune", "boot"),
)
#: What a container says on purpose; the boot is tried elsewhere, on a real image. The
#: stand-in of an image is a tar, whose files nobody can account for.
CONFIG = """\
skip_checks = ["not-root", "lvm", "libvirt", "repo", "disk", "umask", "locale", "sudo"]
disk_gib = 0
boot = false
accounting = false
sources = false
jobs = 2
image_name = "Mini"
fail_on = "error"
"""


@dataclass(frozen=True)
class Build:
    """A checkout, and the directory that tells the stand-in tools how to behave."""

    checkout: Path
    fake: Path
    home: Path

    @property
    def state(self) -> Path:
        """Where coos-build keeps what it knows."""
        return self.checkout / ".coos-build"

    @property
    def images(self) -> Path:
        """Where the images of the board lie."""
        return self.checkout / "src/build/images/lakitu"

    def behave(self, tool: str, mode: str) -> None:
        """Tell a tool how to behave; an empty mode: well."""
        (self.fake / tool).unlink(missing_ok=True)
        if mode:
            (self.fake / tool).write_text(mode, encoding="utf-8")

    def hide_chroot(self) -> None:
        """Put the chroot where it is seen only from inside, as in chroot.img."""
        (self.fake / "hidden").touch()
        (self.checkout / "chroot").rename(self.checkout / ".hidden")
        (self.checkout / "chroot.img").write_text("an image", encoding="utf-8")

    def environment(self) -> dict[str, str]:
        """Return all that the programs see of ours."""
        return {
            **COVERAGE,
            "PATH": f"{self.home / 'bin'}{os.pathsep}{os.environ['PATH']}",
            "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'build-wrapper'}",
            "HOME": str(self.home),
            "GIT_CONFIG_NOSYSTEM": "1",
            "FAKE_DIR": str(self.fake),
            "LC_ALL": "C.UTF-8",
        }

    def command(self, name: str, *words: str) -> list[str]:
        """Return a command line on the checkout."""
        start = [sys.executable, "-m", "coos_build", name]
        return [*start, *words, "--checkout", str(self.checkout)]

    def start(self, *words: str) -> subprocess.Popen[bytes]:
        """Start a run; the caller ends it."""
        process = subprocess.Popen(
            self.command("run", "--password-stdin", *words),
            env=self.environment(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        assert process.stdin is not None
        process.stdin.write(f"{PASSWORD}\n".encode())
        process.stdin.close()
        process.stdin = None
        return process

    def run(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Run ``coos-build run`` with the password on its input."""
        return self.ask("run", "--password-stdin", *words, stdin=f"{PASSWORD}\n")

    def ask(
        self, name: str, *words: str, stdin: str = ""
    ) -> subprocess.CompletedProcess[str]:
        """Run a command to its end; one that starts no program runs in this process."""
        command = self.command(name, *words)
        if name not in {"run", "boot", "doctor"}:
            return self._ask_here(command[3:])
        return subprocess.run(
            command,
            env=self.environment(),
            input=stdin,
            capture_output=True,
            encoding="utf-8",
            check=False,
            timeout=120,
        )

    def _ask_here(self, words: list[str]) -> subprocess.CompletedProcess[str]:
        out, err = io.StringIO(), io.StringIO()
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            code = run(words)
        return subprocess.CompletedProcess(words, code, out.getvalue(), err.getvalue())

    def json(self, name: str, *words: str) -> Any:
        """Return what a command prints as JSON."""
        answer = self.ask(name, *words, "--format", "json")
        assert answer.returncode == 0, answer.stderr
        return json.loads(answer.stdout)

    def states(self) -> dict[str, str]:
        """Return step -> state as ``status`` tells them."""
        return {one["step"]: one["state"] for one in self.json("status")["steps"]}

    def records(self, kind: str) -> list[dict[str, Any]]:
        """Return the records of one kind."""
        lines = (self.state / "journal.jsonl").read_text(encoding="utf-8").splitlines()
        return [one for one in map(json.loads, lines) if one["kind"] == kind]

    def calls(self) -> list[list[str]]:
        """Return every call of a stand-in tool."""
        path = self.fake / "calls.jsonl"
        lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
        return [json.loads(line) for line in lines]


def add_tool(build: Build, tool: str) -> None:
    """Put a stand-in on PATH."""
    path = build.home / "bin" / tool
    path.write_text(
        f'#!/bin/sh\nexec "{sys.executable}" -I -S "{TOOLS}" {tool} "$@"\n',
        encoding="utf-8",
    )
    path.chmod(0o755)


def copy_build(done: Build, folder: Path) -> Build:
    """Return a copy of a build in another place."""
    shutil.copytree(done.checkout.parent, folder, symlinks=True, dirs_exist_ok=True)
    return Build(folder / "checkout", folder / "fake", folder / "home")


def make_build(folder: Path) -> Build:
    """Return a new build in an empty folder."""
    build = Build(folder / "checkout", folder / "fake", folder / "home")
    for one in (build.checkout, build.fake, build.home / "bin"):
        one.mkdir(parents=True)
    for tool in ("repo", "cros_sdk"):
        add_tool(build, tool)
    (build.home / ".gitconfig").write_text(
        "[user]\nname = A\nemail = a@example.org\n", encoding="utf-8"
    )
    (build.checkout / "coos-build.toml").write_text(CONFIG, encoding="utf-8")
    return build

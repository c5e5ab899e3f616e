# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""Everything that the pipeline takes as given: sources, SDK, projects, environment."""

import os
import secrets
import shlex
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from mini import distfiles, projects, remotes, sdk
from mini.keys import locked
from mini.programs import SYSTEM_PATH, need_programs
from mini.recipe import read_recipe
from mini.repo_tool import RepoTool, make_repo_tool, trust_signer
from mini.work import SOURCE, Work

CROS_SDK = SOURCE / "bin" / "cros_sdk"
# What the caller may decide about the chroot; see the head of bin/cros_sdk.
ASKED_FOR = ("MINIATURE_CHROOT", "MINIATURE_FSTRIM_MIB")


@dataclass(frozen=True, slots=True)
class Prepared:
    """The made things, and the environment in which the production commands work."""

    sdk: Path
    projects: Path
    repo: Path
    password: Path
    environment: dict[str, str]

    @property
    def keys(self) -> dict[str, str]:
        """The key of each thing, by the name that a step needs it under."""
        return {
            "chroot-kind": self.environment.get("MINIATURE_CHROOT", ""),
            "sdk": f"{self.sdk.name} {CROS_SDK.read_bytes()!r}",
            "projects": self.projects.name,
            "repo": self.repo.name,
            "password": self.password.read_text(encoding="utf-8"),
        }


def prepare(work: Work, say: Callable[[str], None], *, refresh: bool) -> Prepared:
    """Make what is not cached; `refresh` takes what the registries offer today.

    Raises:
        MiniatureError: Something could not be made.
        CannotRunError: This machine lacks something, or it is offline.
    """
    with locked(work.root / "lock"):
        need_programs(say)
        work.cache.mkdir(parents=True, exist_ok=True)
        recipe = read_recipe(SOURCE / "sources.toml")
        with ThreadPoolExecutor() as pool:  # one waits for the network, one computes
            making_sdk = pool.submit(sdk.obtain, work, recipe, refresh=refresh)
            making_repo = pool.submit(make_repo_tool, work)
            sources = distfiles.obtain(work, recipe, refresh=refresh)
            completed = projects.obtain(work, recipe, sources)
            tarball = making_sdk.result()
            repo = making_repo.result()
        prepared = Prepared(
            sdk=tarball,
            projects=completed,
            repo=repo.root,
            password=_password(work),
            environment=_environment(work, tarball),
        )
        _serve(work, prepared)
        _write_environment(work, prepared)
    return prepared


def _password(work: Work) -> Path:
    """The password of the image's shared user: made once, known only here."""
    path = work.home / "password"
    if not path.exists():
        work.home.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        path.write_text(f"{secrets.token_urlsafe(12)}\n", encoding="utf-8")
    return path


def _serve(work: Work, prepared: Prepared) -> None:
    """Put the projects where git finds them, and `repo` where a shell does."""
    tool = RepoTool(prepared.repo)
    trust_signer(tool, work.home)
    places = remotes.publish_projects(work, prepared.projects)
    remotes.write_git_config(work, remotes.git_config(places, tool))
    # The launcher runs all else by the interpreter that it was itself started by.
    command = shlex.join((sys.executable, str(tool.launcher)))
    program = work.bin / "repo"
    work.bin.mkdir(exist_ok=True)
    program.write_text(f'#!/bin/sh\nexec {command} "$@"\n', encoding="utf-8")
    program.chmod(0o755)


def _environment(work: Work, tarball: Path) -> dict[str, str]:
    asked = {name: os.environ[name] for name in ASKED_FOR if name in os.environ}
    return asked | {
        "GIT_CONFIG_GLOBAL": str(remotes.git_config_path(work)),
        "GIT_CONFIG_NOSYSTEM": "1",
        "HOME": str(work.home),
        "LANG": "C.UTF-8",
        "MINIATURE_DISTFILES": str(work.distfiles),
        "MINIATURE_SDK": str(tarball),
        "PATH": f"{work.bin}:{SYSTEM_PATH}",
    }


def _write_environment(work: Work, prepared: Prepared) -> None:
    link = work.bin / CROS_SDK.name
    if not link.is_symlink() or link.readlink() != CROS_SDK:
        link.unlink(missing_ok=True)
        link.symlink_to(CROS_SDK)
    lines = [
        f"{name}={value}\n" for name, value in sorted(prepared.environment.items())
    ]
    work.environment.write_text("".join(lines), encoding="utf-8")

# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""Bare repositories out of plain directories, by git's own plumbing."""

import os
import tempfile
from collections.abc import Mapping
from pathlib import Path

from mini.programs import output

IDENTITY = ("Miniature lakitu", "miniature@lakitu.invalid")
# No clock: the same content gives the same first commit on every machine.
COMMIT_TIME = "1591920000 +0000"


def git_environment() -> dict[str, str]:
    """An identity and a time, and none of the user's own configuration."""
    name, email = IDENTITY
    return {
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CONFIG_NOSYSTEM": "1",
        **{f"GIT_{role}_NAME": name for role in ("AUTHOR", "COMMITTER")},
        **{f"GIT_{role}_EMAIL": email for role in ("AUTHOR", "COMMITTER")},
        **{f"GIT_{role}_DATE": COMMIT_TIME for role in ("AUTHOR", "COMMITTER")},
    }


def bare_git(
    repository: Path, *arguments: str, env: Mapping[str, str] | None = None
) -> str:
    """What git says about a bare repository, without the last line end.

    Raises:
        MiniatureError: it failed.
    """
    command = ["git", f"--git-dir={repository}", *arguments]
    return output(command, {**git_environment(), **(env or {})}).rstrip("\n")


def publish(tree: Path, repository: Path, branch: str) -> str:
    """Make the branch of a bare repository hold `tree`, and return its commit.

    A new commit follows the old one; an equal tree makes none.
    """
    if not repository.is_dir():
        output(["git", "init", "--quiet", "--bare", "-b", branch, str(repository)])
    known = bare_git(repository, "for-each-ref", "--format=%(refname)", "refs/heads")
    ref = f"refs/heads/{branch}"
    parents = ["-p", ref] if ref in known.split("\n") else []
    content = _write_tree(tree, repository)
    if parents and bare_git(repository, "rev-parse", f"{ref}^{{tree}}") == content:
        return bare_git(repository, "rev-parse", ref)
    message = f"Import {branch}"
    commit = bare_git(repository, "commit-tree", "-m", message, *parents, content)
    bare_git(repository, "update-ref", ref, commit)
    return commit


def _write_tree(tree: Path, repository: Path) -> str:
    with tempfile.TemporaryDirectory() as scratch:
        index = {"GIT_INDEX_FILE": f"{scratch}/index"}
        # A worktree of its own; nothing in it is ignored.
        bare_git(
            repository,
            f"--work-tree={tree}",
            *("add", "--all", "--force", "--", ".", ":(exclude,glob)**/__pycache__/**"),
            env=index,
        )
        return bare_git(repository, "write-tree", env=index)

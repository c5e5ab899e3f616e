# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""Real Git repositories, of Git itself."""

import os
import subprocess
from pathlib import Path

from builders_sources import write_tree

ENVIRONMENT = {
    "PATH": os.environ["PATH"],
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_SYSTEM": os.devnull,
    "GIT_AUTHOR_NAME": "a",
    "GIT_AUTHOR_EMAIL": "a@example.com",
    "GIT_AUTHOR_DATE": "1700000000 +0000",
    "GIT_COMMITTER_NAME": "a",
    "GIT_COMMITTER_EMAIL": "a@example.com",
    "GIT_COMMITTER_DATE": "1700000000 +0000",
}


def git(path: Path, *words: str, content: bytes = b"") -> str:
    """Run Git in a directory; return what it says."""
    allow = ("-c", "protocol.file.allow=always")
    done = subprocess.run(
        ["git", *allow, *words],
        cwd=path,
        env={**ENVIRONMENT, "HOME": str(path)},
        input=content,
        check=True,
        capture_output=True,
    )
    return done.stdout.decode().strip()


def commit(path: Path) -> str:
    """Commit all that is there; return the id of the commit."""
    git(path, "add", "--all", "--force")
    git(path, "commit", "--quiet", "--message", "change")
    return git(path, "rev-parse", "HEAD")


def tree_id(path: Path, commit: str, below: str = "") -> str:
    """Return the id of a commit's tree, or of a directory in it."""
    return git(path, "rev-parse", f"{commit}:{below}")


def write_project(path: Path) -> str:
    """Write a repository with all that a tree can hold; return its first commit.

    A later commit changes everything, so that objects are deltas where they are packed.
    """
    long = "".join(f"line {number}\n" for number in range(4000))
    write_tree(
        path,
        {
            ".gitattributes": "*.secret export-ignore\nexported export-subst\n",
            ".gitignore": "ignored\n",
            "ignored": "kept by force\n",
            "a.secret": "no export\n",
            "exported": "$Format:%H$\n",
            "tool/main.c": long,
            "tool/é": "é\n",
            "dir/b.c": "int b;\n",
            "dir.c": "",
        },
    )
    (path / "run").write_text("#!/bin/sh\n", encoding="utf-8")
    (path / "run").chmod(0o755)
    (path / "link").symlink_to("dir/b.c")
    git(path, "init", "--quiet", "--initial-branch=main")
    first = commit(path)
    for number in range(3):
        more = long.replace(f"line {number}7", f"changed {number}")
        (path / "tool/main.c").write_text(more, encoding="utf-8")
        (path / "dir/b.c").write_text(f"int c{number};\n", encoding="utf-8")
        (path / "run").unlink(missing_ok=True)
        commit(path)
    return first

# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""Where in a checkout the repository of a directory is, and the objects of it.

``.git`` may be a directory, one of symbolic links into ``.repo`` as ``repo`` makes it,
or a file that names the directory of a work tree or a submodule. What lies outside of
the checkout is not read. Source: gitrepository-layout, git-worktree; repo,
``project.py``.
"""

import posixpath
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import islice

from coos_license.errors import ReadError
from coos_license.trees.base import FileTree
from coos_license.trees.directory import DirectoryTree
from coos_license.trees.git_objects import GitObjects, alternates

_GIT = ".git"
_POINTER_LIMIT = 1 << 12
_MOST_OPENED = 1000
#: As Git has it (``alt_odb_usable``).
_DEEPEST = 5
#: Repositories that name each other, or themselves, would be opened without end.
_MOST_DIRECTORIES = 100


@dataclass(frozen=True, slots=True)
class GitPlace:
    """A repository: its work tree and its own directory, below the checkout."""

    top: str
    git: str


class GitCheckout:
    """The repositories of a checkout, each opened once."""

    def __init__(self, base: str) -> None:
        """Open the directory ``base``. Raises: OSError."""
        self._base = base
        self._stack = ExitStack()
        self._tree = self._stack.enter_context(DirectoryTree.open(base))
        self._opened: dict[str, GitObjects | None] = {}

    def close(self) -> None:
        """Close all."""
        self._stack.close()

    def place_of(self, path: str) -> GitPlace | None:
        """Return the repository whose work tree has a path, the innermost one."""
        parts = [part for part in path.split("/") if part not in ("", ".")]
        for length in range(len(parts), -1, -1):
            top = "/".join(parts[:length])
            git = self._git(top)
            if git is not None:
                return GitPlace(top, git)
        return None

    def objects(self, git: str) -> GitObjects | None:
        """Return the objects of a repository, ``None`` where it has none here."""
        if git not in self._opened:
            found = self._read(git) if len(self._opened) < _MOST_OPENED else None
            if found is not None:
                self._stack.callback(found.close)
            self._opened[git] = found
        return self._opened[git]

    def module(self, place: GitPlace, path: str, commit: str) -> GitObjects | None:
        """Return the repository of a submodule, if it has the commit.

        ``path`` is that of the submodule in the work tree of ``place``.
        """
        inside = self._git(_joined(place.top, path))
        for git in (inside, f"{place.git}/modules/{path}"):
            objects = self.objects(git) if git is not None else None
            if objects is not None and commit in objects:
                return objects
        return None

    def _git(self, top: str) -> str | None:
        """Return the directory of the repository whose work tree is ``top``."""
        own = _joined(top, _GIT)
        try:
            self._tree.at(own).close()
        except ReadError:
            return self._pointed(own, top, b"gitdir:")
        return own

    def _pointed(self, file: str, start: str, prefix: bytes) -> str | None:
        """Return the directory that a file names, relative to ``start``."""
        try:
            content = self._tree.read(file, _POINTER_LIMIT)
        except ReadError:
            return None
        if not content.startswith(prefix):
            return None
        named = content.removeprefix(prefix).strip().decode("utf-8", "surrogateescape")
        return self._inside(named, start)

    def _inside(self, named: str, start: str) -> str | None:
        """Return a path below the checkout, ``None`` for one that leads outside.

        What ``..`` leads to after a symbolic link, the tree itself finds, inside.
        """
        if "\0" in named:
            return None
        if not named.startswith("/"):
            return _joined(start, named)
        path = posixpath.relpath(named, posixpath.abspath(self._base))
        return None if path == ".." or path.startswith("../") else path

    def _read(self, git: str) -> GitObjects | None:
        """Return the objects that a repository has or uses, here."""
        common = self._pointed(f"{git}/commondir", git, b"") or git
        every = self._directories(f"{common}/objects", 0)
        directories = list(islice(every, _MOST_DIRECTORIES))
        return GitObjects(directories) if directories else None

    def _directories(self, path: str, depth: int) -> Iterator[FileTree]:
        """Yield an ``objects`` directory and those that it uses, open."""
        try:
            directory = self._tree.at(path)
        except ReadError:
            return
        yield directory
        for named in alternates(directory) if depth < _DEEPEST else ():
            inside = self._inside(named, path)
            if inside is not None:
                yield from self._directories(inside, depth + 1)


def _joined(directory: str, name: str) -> str:
    """Return the path of a name in a directory, which may be the top."""
    return f"{directory}/{name}" if directory else name

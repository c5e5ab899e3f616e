# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""The tree of a commit as a tar, exactly as Git has it.

Nothing but objects decides what is in: no ``.gitattributes`` leaves a file out, and no
file of a work tree comes in. Source: gitformat-pack, git-mktree, gitsubmodules.
"""

import os
import re
import tarfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from coos_license.errors import ReadError
from coos_license.trees.base import AbsentError
from coos_license.trees.git_objects import GitObjects
from coos_license.trees.git_packs import ID_BYTES
from coos_license.trees.text import show
from coos_license.trees.worktree import tar_header

#: What an id is; repositories of SHA-256 are passed.
OBJECT_ID: Final = re.compile(r"[0-9a-f]{40}")
DIRECTORY, LINK, MODULE = 0o040000, 0o120000, 0o160000
_FORMAT: Final = 0o170000
_TREE_LIMIT: Final = 1 << 26
_COMMIT_LIMIT: Final = 1 << 20
_LINK_LIMIT: Final = 1 << 16
#: The largest trees met have half a million names; a few objects can name billions.
_MOST_NAMES: Final = 2_000_000
_MOST_BYTES: Final = 1 << 37
_DEEPEST: Final = 200
_UNSAFE: Final = frozenset(("", ".", "..", ".git"))
_COMMIT: Final = re.compile(rb"tree ([0-9a-f]{40})\n")


@dataclass(frozen=True, slots=True)
class TreeEntry:
    """A name of a tree; bytes that are no UTF-8 are surrogate-escaped."""

    mode: int
    name: str
    oid: str

    @property
    def format(self) -> int:
        """Return what it is, without permissions."""
        return self.mode & _FORMAT


def tree_of(objects: GitObjects, commit: str) -> str:
    """Return the id of a commit's tree. Raises: MissingObjectError, ReadError."""
    match = _COMMIT.match(objects.read(commit, "commit", _COMMIT_LIMIT))
    if match is None:
        raise ReadError(f"has {commit} as a commit without a tree")
    return match[1].decode()


def entries_of(objects: GitObjects, tree: str) -> list[TreeEntry]:
    """Return the names of a tree, sorted. Raises: ReadError."""
    entries = _parsed(objects.read(tree, "tree", _TREE_LIMIT))
    return sorted(entries, key=lambda one: one.name)


def _parsed(content: bytes) -> Iterator[TreeEntry]:
    """Yield the names of a tree. Raises: ReadError."""
    at = 0
    while at < len(content):
        end = content.find(b"\0", at)
        mode, _, name = content[at : max(end, at)].partition(b" ")
        at = end + 1 + ID_BYTES
        text = os.fsdecode(name)
        if end < 0 or at > len(content) or not re.fullmatch(rb"[0-7]{5,6}", mode):
            raise ReadError("has a tree that is cut off, or none")
        if "/" in text or text.casefold() in _UNSAFE:
            raise ReadError(f"has a tree with the name {show(text)!r}")
        yield TreeEntry(int(mode, 8), text, content[end + 1 : at].hex())


def below(objects: GitObjects, tree: str, path: str) -> TreeEntry:
    """Return what lies at a path of a tree. Raises: AbsentError, ReadError."""
    found = TreeEntry(DIRECTORY, "", tree)
    for part in filter(None, path.split("/")):
        is_tree = found.format == DIRECTORY
        inside = entries_of(objects, found.oid) if is_tree else []
        named = [one for one in inside if one.name == part]
        if not named:
            raise AbsentError(f"has no {show(path)} in that commit")
        found = named[0]
    return found


class GitTreeTar:
    """The tar of a tree; ``missing`` are the submodules that it lacks."""

    def __init__(
        self,
        top: str,
        epoch: int,
        commit: str,
        module: Callable[[str, str], GitObjects | None],
    ) -> None:
        """Name the directory ``top`` in the tar, with the time of all members.

        ``module`` finds the repository of a submodule by its path and commit.
        """
        self._top = top
        self._epoch = epoch
        self._commit = commit
        self._module = module
        self._names = _MOST_NAMES
        self._bytes = _MOST_BYTES
        self.missing: list[tuple[str, str]] = []

    def chunks(self, objects: GitObjects, tree: str) -> Iterator[bytes]:
        """Yield the tar of a tree. Raises: ReadError.

        It begins with the commit as ``git archive`` has it: ``git get-tar-commit-id``
        reads it back.
        """
        header = {"comment": self._commit}
        yield tarfile.TarInfo.create_pax_global_header(header)
        yield from self._directory(objects, tree, "", 0)
        yield bytes(2 * tarfile.BLOCKSIZE)

    def _directory(
        self, objects: GitObjects, tree: str, path: str, depth: int
    ) -> Iterator[bytes]:
        """Yield a directory and what is below it."""
        if depth > _DEEPEST:
            raise ReadError(f"has directories more than {_DEEPEST} deep")
        yield self._header(path, tarfile.DIRTYPE, 0o755)
        for one in entries_of(objects, tree):
            self._names -= 1
            if self._names < 0:
                raise ReadError(f"has a tree of more than {_MOST_NAMES} names")
            inside = f"{path}/{one.name}" if path else one.name
            if one.format == DIRECTORY:
                yield from self._directory(objects, one.oid, inside, depth + 1)
            elif one.format == MODULE:
                yield from self._submodule(inside, one.oid, depth)
            elif one.format == LINK:
                content = objects.read(one.oid, "blob", _LINK_LIMIT)
                target = os.fsdecode(content)
                yield self._header(inside, tarfile.SYMTYPE, 0o777, target=target)
            else:
                yield from self._file(objects, one, inside)

    def _file(self, objects: GitObjects, one: TreeEntry, path: str) -> Iterator[bytes]:
        """Yield a file with its content."""
        found = objects.open(one.oid)
        self._bytes -= found.size_bytes
        if found.kind != "blob" or self._bytes < 0:
            raise ReadError(f"has {show(path)} as no file, or more than a bundle takes")
        mode = 0o755 if one.mode & 0o100 else 0o644
        yield self._header(path, tarfile.REGTYPE, mode, found.size_bytes)
        yield from found.pieces
        yield bytes(-found.size_bytes % tarfile.BLOCKSIZE)

    def _submodule(self, path: str, commit: str, depth: int) -> Iterator[bytes]:
        """Yield the tree of a submodule, which Git keeps in a repository of its own."""
        objects = self._module(path, commit)
        if objects is None:
            self.missing.append((path, commit))
            yield self._header(path, tarfile.DIRTYPE, 0o755)
            return
        tree = tree_of(objects, commit)
        yield from self._directory(objects, tree, path, depth + 1)

    def _header(
        self, path: str, kind: bytes, mode: int, size: int = 0, target: str = ""
    ) -> bytes:
        """Return the header of a member, owned by nobody named."""
        name = f"{self._top}/{path}" if path else self._top
        return tar_header(name, kind, mode, self._epoch, size=size, target=target)

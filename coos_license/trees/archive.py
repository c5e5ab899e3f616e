# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""A tree over a tar, read once into memory: only what some command will ask for.

Nothing is written anywhere, so a hostile name can only confuse: a name with ``..`` is
refused, an absolute one counts from the root of the archive as tar(1) has it, links
resolve inside the tree by the same steps as in a directory. A later member of the
same name replaces an earlier one. Devices and FIFOs are names and nothing more.
"""

import errno
import os
from collections.abc import Collection, Mapping
from typing import ClassVar, Final, Self

from coos_license.errors import ReadError
from coos_license.trees.base import AbsentError, Content, Entry, Kind
from coos_license.trees.digests import FileDigests, Known
from coos_license.trees.nodes import Builder, Keep, Look, Node, path_parts
from coos_license.trees.unpack import Form, Stream

_MOST_SYMLINKS: Final = 40
_IS_DIRECTORY: Final = f"cannot be read ({os.strerror(errno.EISDIR)})"
_NOT_DIRECTORY: Final = f"cannot be read ({os.strerror(errno.ENOTDIR)})"


class TarTree:
    """A tar as a :class:`coos_license.trees.base.FileTree`."""

    has_one_bound: ClassVar[bool] = False

    def __init__(self, root: Node, node: Node, parts: tuple[str, ...]) -> None:
        """Look at ``node``, which lies ``parts`` below ``root``."""
        self._root = root
        self._node = node
        self._parts = parts

    @classmethod
    def open(
        cls,
        path: str | os.PathLike[str],
        form: Form,
        keep: Keep,
        look: Look | None = None,
        *,
        digests: bool = False,
    ) -> Self:
        """Return the tree over the archive at ``path``, of which ``keep`` is kept.

        ``look`` is shown what may be kept in part, and says whether it is. With
        ``digests`` those of all files are kept. Raises: ReadError; OSError as the
        system gives it.
        """
        stream = Stream.open(path, form)
        try:
            root = Builder(stream, keep, look, digests=digests).build()
        finally:
            stream.close()
        return cls(root, root, ())

    @classmethod
    def of_file(cls, path: str, content: bytes) -> Self:
        """Return a tree that holds one file."""
        *above, name = path_parts(path)
        root = node = Node(Kind.DIRECTORY)
        for part in above:
            node.children[part] = node = Node(Kind.DIRECTORY)
        file = node.children[name] = Node(Kind.FILE, size=len(content))
        file.content = content
        return cls(root, root, ())

    def link(self, name: str) -> str:
        """Return the target of a symbolic link of this directory."""
        node = _child(self._node, name)
        if node.kind is not Kind.SYMLINK:
            raise ReadError("is not a symbolic link")
        return node.target

    def rooted(self, path: str) -> Self:
        """Return the tree whose root is the directory at ``path``.

        From there no symlink leads up again, as when that directory alone was given.
        Raises: AbsentError, ReadError.
        """
        node, _ = self._walk(path, last_is_file=False)
        return type(self)(node, node, ())

    def close(self) -> None:
        """Do nothing: the file is closed since it was read."""

    def __enter__(self) -> Self:
        """Return the tree."""
        return self

    def __exit__(self, *exc: object) -> None:
        """Do nothing."""

    def entries(self) -> tuple[Entry, ...]:
        """Return the entries of this directory, sorted by name."""
        return tuple(
            Entry(name, node.kind) for name, node in sorted(_listed(self._node))
        )

    def at(self, path: str) -> Self:
        """Return the tree below ``path``; symlinks resolve inside the root."""
        node, parts = self._walk(path, last_is_file=False)
        return type(self)(self._root, node, parts)

    def read(self, path: str, limit: int) -> bytes:
        """Return a file's bytes; symlinks resolve inside the root."""
        return self._walk(path, last_is_file=True)[0].read(limit)

    def open_file(self, path: str) -> Content:
        """Return a file that was kept; symlinks resolve inside the root."""
        return self._walk(path, last_is_file=True)[0].open()

    def digests(self, name: str, known: Known) -> FileDigests:
        """Return the digests of a file of this directory, if they were asked for.

        A hard link has those of the file it names: nothing is read here.
        """
        del known
        found = self._node.digests.get(name)
        if found is not None:
            return found
        if name in self._node.children:
            raise ReadError("is not a regular file")
        raise AbsentError("is not there")

    def read_files(
        self, directory: str, names: Collection[str], limits: Mapping[str, int]
    ) -> tuple[dict[str, bytes], dict[str, ReadError]]:
        """Return the wanted regular files of a subdirectory, and what failed."""
        base = _directory(_child(self._node, directory))
        usual = limits[""]
        found: dict[str, bytes] = {}
        failed: dict[str, ReadError] = {}
        for name, node in base.children.items():
            if name in names:
                try:
                    found[name] = node.read(limits.get(name, usual))
                except ReadError as error:
                    failed[name] = error
        return found, failed

    def _walk(self, path: str, *, last_is_file: bool) -> tuple[Node, tuple[str, ...]]:
        """Return the node at ``path`` and its real place below the root.

        The steps are those of :class:`coos_license.trees.directory.DirectoryTree`.
        """
        start, above, todo = self._node, self._parts, path_parts(path)
        for _ in range(_MOST_SYMLINKS):
            node, done, todo = _descend(start, todo, last_is_file=last_is_file)
            if node is not None:
                return node, (*above, *done)
            todo = todo[1:] if todo[:1] == ["/"] else [*above, *todo]
            start, above = self._root, ()
        message = "is behind a loop of symbolic links"
        raise ReadError(message)


def _listed(node: Node) -> list[tuple[str, Node]]:
    """Return the names below a node; no two are equal, so that nodes never compare."""
    return list(node.children.items())


def _child(node: Node, name: str) -> Node:
    """Return what a directory has under a name. Raises: AbsentError."""
    child = node.children.get(name)
    if child is None:
        message = "is not there"
        raise AbsentError(message)
    return child


def _directory(node: Node) -> Node:
    """Return the node, which is a directory that can be read. Raises: ReadError."""
    if node.kind is not Kind.DIRECTORY:
        raise ReadError(_NOT_DIRECTORY)
    if node.fault:
        raise ReadError(node.fault)
    return node


def _descend(
    start: Node, parts: list[str], *, last_is_file: bool
) -> tuple[Node | None, list[str], list[str]]:
    """Go down ``parts`` from ``start``.

    Returns the node, the names walked, and nothing; or, at a symlink, ``None``,
    nothing, and the parts to walk with the link's target in place.
    """
    stack = [start]
    done: list[str] = []
    for index, part in enumerate(parts):
        rest = parts[index + 1 :]
        if part == "..":
            if done:
                stack.pop()
                done.pop()
            continue
        node = _child(stack[-1], part)
        if node.kind is Kind.SYMLINK:
            before = ["/"] if node.target.startswith("/") else done
            return None, [], [*before, *path_parts(node.target), *rest]
        stack.append(node if last_is_file and not rest else _directory(node))
        done.append(part)
    if last_is_file and parts[-1:] in ([], [".."]):
        raise ReadError(_IS_DIRECTORY)
    return stack[-1], done, []

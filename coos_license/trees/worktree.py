# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""A directory of a checkout as a tar, and the id that Git gives to such a tree.

Both in one walk by descriptors, so nothing outside of it is read. What Git keeps in
``.git`` is left out. Source of the id: gitformat-pack and git-mktree of Git; SHA-1, as
the repositories of Chromium OS have it.
"""

import hashlib
import os
import stat
import tarfile
from collections.abc import Generator, Iterator
from typing import Final

from coos_license.errors import ReadError
from coos_license.trees.text import show
from coos_license.trees.window import Window

_FILE: Final = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
_DIRECTORY: Final = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
_CHUNK: Final = 1 << 20
_DEEPEST: Final = 200
_GIT: Final = ".git"


class WorkTreeTar:
    """The tar of a directory; ``git_id`` is known when all of it was taken."""

    def __init__(self, top: str, epoch: int) -> None:
        """Name the directory ``top`` in the tar, with the time of all members."""
        self._top = top
        self._epoch = epoch
        self.git_id = ""

    def chunks(self, descriptor: int) -> Iterator[bytes]:
        """Yield the tar of an open directory. Raises: ReadError."""
        try:
            found = yield from self._directory(descriptor, self._top, 0)
        except OSError as error:
            raise ReadError(f"cannot be read ({error.strerror})") from error
        self.git_id = found.hex()
        yield bytes(2 * tarfile.BLOCKSIZE)

    def _directory(
        self, descriptor: int, path: str, depth: int
    ) -> Generator[bytes, None, bytes]:
        """Yield a directory and what is below it; return the id of its tree.

        A directory that holds nothing is none to Git: its id is empty.
        """
        if depth > _DEEPEST:
            raise ReadError(f"has directories more than {_DEEPEST} deep")
        yield self._header(path, tarfile.DIRTYPE, 0o755)
        tree: list[tuple[bytes, bytes, bytes]] = []
        with os.scandir(descriptor) as entries:
            names = sorted(entry.name for entry in entries if entry.name != _GIT)
        for name in names:
            mode = os.lstat(name, dir_fd=descriptor).st_mode
            below = f"{path}/{name}"
            if stat.S_ISDIR(mode):
                child = os.open(name, _DIRECTORY, dir_fd=descriptor)
                try:
                    found = yield from self._directory(child, below, depth + 1)
                finally:
                    os.close(child)
                kind = b"40000"
            elif stat.S_ISLNK(mode):
                found = yield from self._link(descriptor, name, below)
                kind = b"120000"
            elif stat.S_ISREG(mode):
                found = yield from self._file(descriptor, name, below)
                kind = b"100755" if mode & stat.S_IXUSR else b"100644"
            else:
                raise ReadError(f"holds {show(below)}, which is no file")
            if found:
                tree.append((kind, os.fsencode(name), found))
        return _tree_id(tree) if tree else b""

    def _link(
        self, descriptor: int, name: str, path: str
    ) -> Generator[bytes, None, bytes]:
        """Yield a symbolic link; return the id of its target as a file."""
        target = os.readlink(name, dir_fd=descriptor)
        yield self._header(path, tarfile.SYMTYPE, 0o777, target=target)
        content = os.fsencode(target)
        digest = hashlib.sha1(b"blob %d\0" % len(content), usedforsecurity=False)
        digest.update(content)
        return digest.digest()

    def _file(
        self, descriptor: int, name: str, path: str
    ) -> Generator[bytes, None, bytes]:
        """Yield a file with its content; return its id."""
        with Window.over(os.open(name, _FILE, dir_fd=descriptor)) as content:
            size = content.size_bytes
            mode = os.fstat(content.descriptor).st_mode
            permissions = 0o755 if mode & stat.S_IXUSR else 0o644
            yield self._header(path, tarfile.REGTYPE, permissions, size)
            digest = hashlib.sha1(b"blob %d\0" % size, usedforsecurity=False)
            for at in range(0, size, _CHUNK):
                chunk = content.read(at, min(_CHUNK, size - at))
                digest.update(chunk)
                yield chunk
            yield bytes(-size % tarfile.BLOCKSIZE)
        return digest.digest()

    def _header(
        self, path: str, kind: bytes, mode: int, size: int = 0, target: str = ""
    ) -> bytes:
        """Return the header of a member, owned by nobody named."""
        return tar_header(path, kind, mode, self._epoch, size=size, target=target)


def tar_header(  # noqa: PLR0913 (what a header says)
    path: str, kind: bytes, mode: int, epoch: int, *, size: int = 0, target: str = ""
) -> bytes:
    """Return the header of a member of a tar, owned by nobody named."""
    member = tarfile.TarInfo(path)
    member.type, member.mode, member.mtime = kind, mode, epoch
    member.size, member.linkname = size, target
    return member.tobuf(tarfile.PAX_FORMAT, "utf-8", "surrogateescape")


def _tree_id(tree: list[tuple[bytes, bytes, bytes]]) -> bytes:
    """Return the id of a tree of (mode, name, id); Git sorts directories as "name/"."""
    tree.sort(key=lambda one: one[1] + (b"/" if one[0] == b"40000" else b""))
    content = b"".join(b"%s %s\0%s" % one for one in tree)
    digest = hashlib.sha1(b"tree %d\0" % len(content), usedforsecurity=False)
    digest.update(content)
    return digest.digest()

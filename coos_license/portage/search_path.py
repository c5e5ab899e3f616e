# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""Where the dynamic linker of an image looks for libraries: ``/etc/ld.so.conf``.

Lines name directories, or include other files by patterns; ``#`` begins a comment.
Source: ldconfig(8); glibc, ``elf/ldconfig.c``, ``parse_conf`` and ``add_dir_1``.
``env-update`` of portage writes it from ``/etc/env.d``.
"""

import posixpath
from collections.abc import Iterator
from fnmatch import fnmatchcase
from functools import cached_property
from typing import Final

from coos_license.errors import ReadError
from coos_license.trees.base import AbsentError, FileTree, Kind

CONF: Final = "etc/ld.so.conf"
#: What is included elsewhere is not read: no archive keeps it.
CONF_DIRECTORY: Final = "etc/ld.so.conf.d"
CONF_LIMIT: Final = 1 << 14
#: Files, and patterns that name some; a desktop has 20.
_MOST_FILES: Final = 200
_MOST_DIRECTORIES: Final = 1000
_DEEPEST: Final = 10
_INCLUDE: Final = "include"
_IGNORED: Final = "hwcap"
_READ: Final = (Kind.FILE, Kind.SYMLINK)


def read_search_path(root: FileTree) -> tuple[str, ...]:
    """Return the directories in the order in which they are searched.

    None where there is no such file, or where not all of it can be read: then it is
    not known which of several libraries is found first.
    """
    reader = _Reader(root)
    try:
        found = tuple(dict.fromkeys(reader.directories(CONF, 0)))
    except ReadError:
        return ()
    return found if len(found) <= _MOST_DIRECTORIES else ()


def conf_files(root: FileTree) -> tuple[str, ...]:
    """Return the files that may be read for it, sorted, be they there or not.

    Raises: ReadError where their directory cannot be read.
    """
    return (CONF, *(f"{CONF_DIRECTORY}/{name}" for name in _names(root)))


def _names(root: FileTree) -> list[str]:
    """Return the files that may be included, by name. Raises: ReadError."""
    try:
        with root.at(CONF_DIRECTORY) as directory:
            entries = directory.entries()
    except AbsentError:
        return []
    if len(entries) > _MOST_FILES:
        raise ReadError(f"has more than {_MOST_FILES} names")
    return [entry.name for entry in entries if entry.kind in _READ]


class _Reader:
    """Files that include each other, as many as may be read."""

    def __init__(self, root: FileTree) -> None:
        """Read files of a root."""
        self._root = root
        self._left = _MOST_FILES

    @cached_property
    def _names(self) -> list[str]:
        """Return the files that may be included. Raises: ReadError."""
        return _names(self._root)

    def directories(self, path: str, depth: int) -> Iterator[str]:
        """Yield the directories that a file names. Raises: ReadError."""
        self._count(depth)
        content = self._root.read(path, CONF_LIMIT).decode("utf-8", "surrogateescape")
        for line in content.split("\n"):
            words = line.partition("#")[0].split()
            if not words or words[0].lower() == _IGNORED:
                continue
            if words[0] == _INCLUDE and words[1:]:
                for pattern in words[1:]:
                    yield from self._included(path, pattern, depth)
            else:
                yield _directory(line.partition("#")[0])

    def _included(self, path: str, pattern: str, depth: int) -> Iterator[str]:
        """Yield the directories of files that a pattern names. Raises: ReadError."""
        self._count(depth)
        absolute = posixpath.join("/", posixpath.dirname(path), pattern)
        directory, _, name = posixpath.normpath(absolute).lstrip("/").rpartition("/")
        if directory != CONF_DIRECTORY:
            raise ReadError("includes files that are not read")
        for one in self._names:
            if one.startswith(".") and not name.startswith("."):
                continue
            if fnmatchcase(one, name):
                try:
                    yield from self.directories(f"{directory}/{one}", depth + 1)
                except AbsentError:  # a link to nowhere
                    continue

    def _count(self, depth: int) -> None:
        """Count a file or a pattern. Raises: ReadError where there are too many."""
        self._left -= 1
        if depth > _DEEPEST or self._left < 0:
            raise ReadError("includes more files than are read")


def _directory(line: str) -> str:
    """Return the directory that a line names, without its type and last slashes.

    >>> _directory("  /usr/lib/gcc/  "), _directory("/usr/lib/a=libc6")
    ('/usr/lib/gcc', '/usr/lib/a')
    """
    path = line.partition("=")[0].strip()
    return posixpath.normpath(f"/{path.lstrip('/')}") if path.startswith("/") else path

# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""What every tree offers, whether it lies in a directory, a tar or a disk image."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, ClassVar, Protocol, Self

from coos_license.errors import ReadError

if TYPE_CHECKING:
    from coos_license.trees.digests import FileDigests, Known


class Kind(StrEnum):
    """What a directory entry is."""

    FILE = "file"
    DIRECTORY = "directory"
    SYMLINK = "symbolic link"
    OTHER = "device, socket or FIFO"


@dataclass(frozen=True, slots=True)
class Entry:
    """One name of a directory; bytes that are no UTF-8 are surrogate-escaped."""

    name: str
    kind: Kind


class Content(Protocol):
    """A regular file that is read by position, and never past its end."""

    @property
    def size_bytes(self) -> int:
        """Return how long the file is."""
        ...

    def read(self, offset: int, length: int) -> bytes:
        """Return exactly ``length`` bytes.

        Raises: ReadError, also where the file has not that many there.
        """
        ...

    def close(self) -> None:
        """Release what the file holds open."""
        ...

    def __enter__(self) -> Self:
        """Return the file."""
        ...

    def __exit__(self, *exc: object) -> None:
        """Close the file."""
        ...


class AbsentError(ReadError):
    """Nothing is there under that name."""


class FileTree(Protocol):
    """A read-only tree that never leaves its root, whatever its symlinks say.

    Paths are relative, ``/``-separated and without ``..``. Every read is bounded by
    ``limit`` bytes and touches regular files only: a FIFO or a device is refused
    without being opened for reading.
    """

    #: Whether all that is read of it counts against one bound: then one process reads,
    #: for two would each have the whole bound, and might meet another end of it.
    has_one_bound: ClassVar[bool]

    def entries(self) -> tuple[Entry, ...]:
        """Return the entries of this directory, sorted by name."""
        ...

    def at(self, path: str) -> Self:
        """Return the tree below ``path``; symlinks resolve inside the root.

        Raises: AbsentError, ReadError.
        """
        ...

    def link(self, name: str) -> str:
        """Return the target of a symbolic link of this directory, as it is written.

        Raises: AbsentError, ReadError.
        """
        ...

    def rooted(self, path: str) -> Self:
        """Return the tree whose root is ``path``: its symlinks do not lead above it.

        Raises: AbsentError, ReadError.
        """
        ...

    def read(self, path: str, limit: int) -> bytes:
        """Return a file's bytes; symlinks resolve inside the root.

        Raises: AbsentError, ReadError.
        """
        ...

    def open_file(self, path: str) -> Content:
        """Return a file of any length; symlinks resolve inside the root.

        For what is read in part only, as a binary package is. Raises: AbsentError,
        ReadError.
        """
        ...

    def read_files(
        self, directory: str, names: Collection[str], limits: Mapping[str, int]
    ) -> tuple[dict[str, bytes], dict[str, ReadError]]:
        """Return the wanted regular files of a subdirectory, and what failed.

        The fast path for a vdb entry: symlinks are not followed, absent files are in
        neither answer, and neither is in any order. ``limits`` gives the bound of a
        name, ``""`` that of all others.
        Raises: AbsentError, ReadError for the directory itself.
        """
        ...

    def digests(self, name: str, known: "Known") -> "FileDigests":
        """Return the digests of a regular file of this directory, whatever its length.

        A symlink is not followed. ``known`` has those of the files that have several
        names: each is read once. Raises: AbsentError, ReadError.
        """
        ...

    def close(self) -> None:
        """Release what the tree holds open."""
        ...

    def __enter__(self) -> Self:
        """Return the tree."""
        ...

    def __exit__(self, *exc: object) -> None:
        """Close the tree."""
        ...

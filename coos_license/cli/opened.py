# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""What a SOURCE is once it is open, and which root inside of it is meant."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from coos_license.portage.sysroot import VDB_PLACES
from coos_license.trees.base import FileTree

if TYPE_CHECKING:
    from coos_license.cli.checkout import Checkout
    from coos_license.trees.window import Window


@dataclass(frozen=True, slots=True)
class Opened:
    """A SOURCE: the tree that the packages lie in, and what it was taken for.

    ``repositories``, ``texts`` and ``sources`` are what a snapshot brings along.
    ``places`` is where in the tree the vdb may be; ``release`` holds os-release where
    it is another tree: a ``disk`` has partitions. ``built`` is what a snapshot keeps
    of programs. ``ships_all``: it is an image, wherever the vdb lies. A ``checkout``
    has repositories of its own.
    """

    tree: FileTree
    form: str
    repositories: tuple[tuple[str, FileTree], ...] = ()
    texts: tuple[FileTree, ...] = ()
    places: tuple[str, ...] = VDB_PLACES
    release: FileTree | None = None
    built: FileTree | None = None
    disk: "Window | None" = None
    ships_all: bool = False
    checkout: "Checkout | None" = None
    sources: FileTree | None = None


@dataclass(frozen=True, slots=True)
class Inside:
    """Which root inside of SOURCE is meant: a path in it, a board of a checkout.

    With ``links`` it is also read what links what in it; with ``files`` the digests of
    all files are had of an archive, which is read once.
    """

    sysroot: str | None = None
    board: str | None = None
    links: bool = False
    files: bool = False

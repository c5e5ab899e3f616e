# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""A Chromium OS checkout as SOURCE: one board's sysroot, and its repositories."""

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from coos_license.chromiumos.checkout import (
    GIVE_OVERLAYS,
    Overlay,
    find_overlays,
    is_checkout,
)
from coos_license.chromiumos.chroot import Sysroot, boards_of, find_sysroot
from coos_license.errors import InputError, ReadError
from coos_license.portage.repository import Repository
from coos_license.trees.base import FileTree
from coos_license.trees.directory import DirectoryTree
from coos_license.trees.text import show


@dataclass(frozen=True, slots=True)
class Checkout:
    """A checkout at ``path`` that is open, and the board that was asked for."""

    path: Path
    tree: DirectoryTree
    board: str

    def sysroot(self, given: str | None, trees: ExitStack) -> Sysroot:
        """Return the board's sysroot, or the one ``given``, a path inside.

        Raises: InputError.
        """
        where = str(self.path)
        if not given:
            try:
                return find_sysroot(self.tree, self.board, where, trees)
            except ReadError as error:
                cure = "read it as a user who may, or give a sysroot"
                raise InputError(str(error), where=where, cure=cure) from error
        try:
            return Sysroot(trees.enter_context(self.tree.rooted(given)), show(given))
        except ReadError as error:
            cure = "--sysroot takes a directory inside of the checkout"
            where = f"{where}: {show(given)}"
            raise InputError(str(error), where=where, cure=cure) from error

    def repositories(self, trees: ExitStack) -> list[tuple[str, FileTree]]:
        """Return the board's repositories in order, each with its path.

        Raises: InputError.
        """
        found = find_overlays(self.tree, self.board, str(self.path))
        return [self._repository(overlay, trees) for overlay in found.found]

    def _repository(self, overlay: Overlay, trees: ExitStack) -> tuple[str, FileTree]:
        """Return the path and the tree of a repository. Raises: InputError."""
        where = str(self.path / overlay.place)
        try:
            return where, trees.enter_context(self.tree.rooted(overlay.place))
        except ReadError as error:
            raise InputError(str(error), where=where, cure=GIVE_OVERLAYS) from error


def open_checkout(path: Path, trees: ExitStack, board: str) -> Checkout | None:
    """Return the checkout in a directory, ``None`` where there is none."""
    try:
        tree = trees.enter_context(DirectoryTree.open(path))
    except OSError:
        return None  # whoever opens it as something else says why that fails
    return Checkout(path, tree, board) if is_checkout(tree) else None


def board_wanted(tree: FileTree) -> str | None:
    """Return the cure where a SOURCE without packages is a checkout, else ``None``.

    Raises: ReadError where it cannot be listed.
    """
    if isinstance(tree, DirectoryTree) and is_checkout(tree):
        return f"it is a checkout: name a board with --board: {boards_of(tree)}"
    return None


def overlays_remark(
    repositories: Sequence[Repository],
) -> list[str]:
    """Return what is said of the repositories that are searched for a checkout."""
    names = [repository.name for repository in repositories]
    masters = {master for one in repositories for master in one.masters}
    missing = sorted(masters.difference(names))
    return [
        f"repositories searched: {', '.join(names)}",
        *([f"masters that are not there: {', '.join(missing)}"] if missing else []),
    ]

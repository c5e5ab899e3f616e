# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""Where in a Chromium OS checkout the sysroot of a board lies.

``/build/<board>`` of the chroot: ``chroot/build`` until 2022, ``out/build`` since 2023,
and in 2020 also inside the image ``chroot.img`` that is mounted on ``chroot``. Source:
chromite, ``lib/path_util.py`` and ``lib/cros_sdk_lib.py``.
"""

from contextlib import ExitStack
from dataclasses import dataclass
from typing import Final

from coos_license.errors import InputError, ReadError
from coos_license.portage.sysroot import find_vdb
from coos_license.trees.base import AbsentError, FileTree, Kind
from coos_license.trees.directory import DirectoryTree
from coos_license.trees.text import show

_CHROOT: Final = "chroot"
_OUT: Final = "out"
_IMAGE: Final = "chroot.img"
_BUILD: Final = "build"
#: Boards that a message names.
_SHOWN: Final = 12
_USABLE: Final = frozenset({Kind.DIRECTORY, Kind.SYMLINK})
_MAKE: Final = "enter it with cros_sdk and run build_packages, or give a sysroot"
_READ: Final = "read it as root once and keep a snapshot, or let yourself read it"
_MOUNT: Final = "mount it with cros_sdk, and run this again while it is mounted"
_FOLLOW: Final = "give the sysroot behind it as SOURCE, and its --overlay repositories"


@dataclass(frozen=True, slots=True)
class Sysroot:
    """A board's sysroot: the tree whose root it is, and where that was found."""

    tree: FileTree
    place: str


@dataclass(frozen=True, slots=True)
class _Chroot:
    """A chroot that has a ``build``: all names in it, and those with packages."""

    label: str
    tree: FileTree
    names: tuple[str, ...]
    boards: tuple[str, ...]

    def place(self, board: str) -> str:
        """Return where a board's sysroot lies, as a person writes it."""
        inside = f"{_BUILD}/{show(board)}"
        if self.label == _IMAGE:
            return f"{inside} of {_IMAGE}"
        return f"{self.label}/{inside}"


@dataclass(frozen=True, slots=True)
class _Found:
    """The chroots of a checkout, and what of them could not be read, with cures."""

    chroots: tuple[_Chroot, ...]
    faults: tuple[tuple[str, str], ...]

    @property
    def listed(self) -> str:
        """Return the boards that have packages, as a message names them."""
        boards = sorted({board for one in self.chroots for board in one.boards})
        more = len(boards) - _SHOWN
        shown = [show(board) for board in boards[:_SHOWN]]
        return ", ".join([*shown, *([f"{more} more"] if more > 0 else [])]) or "none"


def find_sysroot(
    checkout: DirectoryTree, board: str, where: str, trees: ExitStack
) -> Sysroot:
    """Return the sysroot of a board in a checkout; ``where`` names it in errors.

    Raises: InputError where there is none, none that can be read, or more than one;
    ReadError where the checkout itself cannot be listed.
    """
    found = _find(checkout, trees)
    having = [one for one in found.chroots if board in one.boards]
    if not having:
        raise _refusal(found, board, where)
    if len(having) > 1:
        places = " and ".join(one.place(board) for one in having)
        what = f"holds packages of the board {show(board)!r} twice: in {places}"
        cure = "remove the stale ones, or say which with --sysroot"
        raise InputError(what, where=where, cure=cure)
    chosen = having[0]
    tree = trees.enter_context(chosen.tree.rooted(f"{_BUILD}/{board}"))
    return Sysroot(tree, chosen.place(board))


def boards_of(checkout: DirectoryTree) -> str:
    """Return the boards of a checkout as a message names them. Raises: ReadError."""
    with ExitStack() as trees:
        return _find(checkout, trees).listed


def _refusal(found: _Found, board: str, where: str) -> InputError:
    """Return the error that no board of that name has packages, and why."""
    for one in found.chroots:
        if board in one.names:
            fault = _why_empty(one, board)
            cure = _READ if fault else "run build_packages for this board"
            what = f"{one.place(board)} {fault or 'holds no packages'}"
            return InputError(what, where=where, cure=cure)
    for what, cure in found.faults:
        return InputError(what, where=where, cure=cure)
    if not found.chroots:
        what = f"has no chroot: {_CHROOT}/{_BUILD}, {_OUT}/{_BUILD} and {_IMAGE} are"
        return InputError(f"{what} not there", where=where, cure=_MAKE)
    if not any(one.names for one in found.chroots):
        what = f"{found.chroots[0].label}/{_BUILD} is empty"
        return InputError(what, where=where, cure=_MAKE)
    cure = f"boards that are there: {found.listed}"
    return InputError(f"has no board {show(board)!r}", where=where, cure=cure)


def _why_empty(chroot: _Chroot, board: str) -> str:
    """Return why a board's packages cannot be read, ``""`` where there are none."""
    try:
        _packages(chroot.tree, board)
    except ReadError as error:
        return str(error)
    return ""


def _find(checkout: DirectoryTree, trees: ExitStack) -> _Found:
    """Return the chroots of a checkout. Raises: ReadError where it cannot be listed.

    The image counts where neither directory has boards: what writes to ``out`` makes
    no images any more, and a mounted chroot is what its image holds.
    """
    kinds = {entry.name: entry.kind for entry in checkout.entries()}
    chroots: list[_Chroot] = []
    faults: list[tuple[str, str]] = []
    for label in (_CHROOT, _OUT, _IMAGE):
        if label not in kinds:
            continue
        if label == _IMAGE and any(one.names for one in chroots):
            continue
        try:
            if label == _IMAGE:
                tree = _open_image(checkout, trees)
            else:
                tree = trees.enter_context(checkout.rooted(label))
            chroots += _seen(label, tree)
        except AbsentError:
            what = f"{label} is a symbolic link that leads out of the checkout"
            faults.append((what, _FOLLOW))
        except ReadError as error:
            cure = _MOUNT if label == _IMAGE else _READ
            faults.append((f"{label} {error}", cure))
    return _Found(tuple(chroots), tuple(faults))


def _open_image(checkout: DirectoryTree, trees: ExitStack) -> FileTree:
    """Return what the chroot's image holds. Raises: ReadError."""
    # Directories are read more often, and need none of this.
    from coos_license.chromiumos.disk import open_image  # noqa: PLC0415 (only of a chroot.img)
    from coos_license.trees.window import is_lvm  # noqa: PLC0415 (only of a chroot.img)

    window = trees.enter_context(checkout.open_file(_IMAGE))
    if is_lvm(window):
        raise ReadError("is an LVM volume, which can be read only while it is mounted")
    return open_image(window).tree


def _seen(label: str, tree: FileTree) -> list[_Chroot]:
    """Return a chroot by what its ``build`` holds; none where it has no ``build``.

    Raises: ReadError where that cannot be listed.
    """
    try:
        with tree.at(_BUILD) as build:
            entries = build.entries()
    except AbsentError:
        return []
    names = tuple(entry.name for entry in entries if entry.kind in _USABLE)
    boards = tuple(name for name in names if _has_packages(tree, name))
    return [_Chroot(label, tree, names, boards)]


def _has_packages(tree: FileTree, board: str) -> bool:
    """Return whether a board has packages that can be read."""
    try:
        return _packages(tree, board)
    except ReadError:
        return False


def _packages(tree: FileTree, board: str) -> bool:
    """Return whether a board's package database has an entry. Raises: ReadError."""
    with tree.rooted(f"{_BUILD}/{board}") as sysroot:
        place = find_vdb(sysroot)
        if place is None:
            return False
        with sysroot.at(place) as vdb:
            return bool(vdb.entries())

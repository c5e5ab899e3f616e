# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""Which ebuild repositories of a Chromium OS checkout a board is built from.

A board's repository is the one of its name, with the private one beside it; from there
``masters`` of ``metadata/layout.conf`` leads on, and to the private companion of each
master. What no master names does not count, however near it lies. Source: chromite,
``lib/portage_util.py`` (``FindOverlays``), and Chromium OS's Overlay FAQ.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from coos_license.errors import InputError, ReadError
from coos_license.portage.repository import read_repository
from coos_license.trees.base import AbsentError, FileTree, Kind
from coos_license.trees.text import show

#: Where repositories lie, one level down. chromite looks at four of these; the two
#: with ``project`` in ``src`` are where some manifests put those of a product.
_PLACES: Final = (
    "projects",
    "src/overlays",
    "src/private-overlays",
    "src/project",
    "src/projects",
    "src/third_party",
)
_PRIVATE: Final = "-private"
#: The longest chain of masters met has eight; each takes a file descriptor.
_MOST: Final = 256
GIVE_OVERLAYS: Final = "repair it, or give the repositories with --overlay"


@dataclass(frozen=True, slots=True)
class Overlay:
    """An ebuild repository: its name, its masters, and its place in the checkout."""

    name: str
    masters: tuple[str, ...]
    place: str


@dataclass(frozen=True, slots=True)
class Overlays:
    """The repositories of a board in order, and the masters that are not there."""

    found: tuple[Overlay, ...]
    missing: tuple[str, ...]


def is_checkout(tree: FileTree) -> bool:
    """Return whether a directory is a checkout, as ``repo`` or its projects tell."""
    by_projects = _holds(tree, "chromite") and _holds(tree, "src/third_party")
    return by_projects or _holds(tree, ".repo")


def _holds(tree: FileTree, directory: str) -> bool:
    """Return whether there is such a directory."""
    try:
        with tree.at(directory):
            return True
    except ReadError:
        return False


def find_overlays(checkout: FileTree, board: str, where: str) -> Overlays:
    """Return the repositories that a board is built from, masters first.

    ``where`` names the checkout in errors. Raises: InputError where the board has no
    repository, two that count have one name, or one that is wanted cannot be read.
    """
    known, faults = _known(checkout)
    roots = _roots(known, board)
    reached, missing = _reached(known, roots)
    if faults and (missing or not roots):
        place, fault = next(iter(faults.items()))
        raise InputError(fault, where=f"{where}/{show(place)}", cure=GIVE_OVERLAYS)
    if not roots:
        what = f"has no ebuild repository of the board {show(board)!r}"
        raise InputError(
            what, where=where, cure="sync it, or give the repositories with --overlay"
        )
    for name in reached:
        if len(known[name]) > 1:
            first, second = (show(one.place) for one in known[name][:2])
            what = f"holds two repositories called {name!r}: {first} and {second}"
            cure = "remove one, or give the repositories with --overlay"
            raise InputError(what, where=where, cure=cure)
    if len(reached) > _MOST:
        what = f"leads to {len(reached)} repositories, more than the {_MOST} allowed"
        raise InputError(what, where=where, cure=GIVE_OVERLAYS)
    return Overlays(tuple(known[name][0] for name in reached), missing)


def _known(
    checkout: FileTree,
) -> tuple[dict[str, list[Overlay]], dict[str, str]]:
    """Return all repositories by name, and which directories could not be read."""
    known: dict[str, list[Overlay]] = {}
    faults: dict[str, str] = {}
    for place, kind in _directories(checkout, faults):
        try:
            with checkout.rooted(place) as tree:
                repository = read_repository(tree)
        except ReadError as error:
            # A link that leads out of the checkout is not followed: a repository that
            # is wanted and lies behind it is missing, which is said.
            if kind is Kind.DIRECTORY:
                faults[place] = f"the repository's name or masters: {error}"
            continue
        if repository is not None:
            overlay = Overlay(repository.name, repository.masters, place)
            known.setdefault(repository.name, []).append(overlay)
    return known, faults


def _directories(
    checkout: FileTree, faults: dict[str, str]
) -> Iterator[tuple[str, Kind]]:
    """Yield what may be a repository; note which places could not be listed."""
    for place in _PLACES:
        try:
            with checkout.at(place) as directory:
                entries = directory.entries()
        except AbsentError:
            continue
        except ReadError as error:
            faults[place] = str(error)
            continue
        for entry in entries:
            usable = entry.kind in {Kind.DIRECTORY, Kind.SYMLINK}
            if usable and not entry.name.startswith("."):
                yield f"{place}/{entry.name}", entry.kind


def _roots(known: dict[str, list[Overlay]], board: str) -> tuple[str, ...]:
    """Return the names of the board's own repositories, the private one last.

    One that does not carry the board's name is told by its directory, ``overlay-``.
    """
    roots = tuple(name for name in (board, f"{board}{_PRIVATE}") if name in known)
    if roots:
        return roots
    directories = (f"overlay-{board}", f"overlay-{board}{_PRIVATE}")
    return tuple(
        name
        for directory in directories
        for name, overlays in sorted(known.items())
        if any(one.place.endswith(f"overlays/{directory}") for one in overlays)
    )


def _reached(
    known: dict[str, list[Overlay]], roots: tuple[str, ...]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the names that ``masters`` leads to, masters first; and missing ones.

    Each counts once, so a cycle ends where it began. A stack of its own, as a chain of
    masters may be longer than Python's.
    """
    order: list[str] = []
    missing: dict[str, None] = {}
    seen: set[str] = set()
    todo = [(name, False) for name in reversed(roots)]
    while todo:
        name, masters_done = todo.pop()
        if masters_done:
            order.append(name)
            companion = f"{name}{_PRIVATE}"
            if not name.endswith(_PRIVATE) and companion in known:
                todo.append((companion, False))
        elif name not in known:
            missing[name] = None
        elif name not in seen:
            seen.add(name)
            todo.append((name, True))
            todo += [(one, False) for one in reversed(known[name][0].masters)]
    return tuple(order), tuple(missing)

# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""The trees that an image consists of, each where it is in the running system.

A Chromium OS disk has ``/var`` on another partition than ``/``; what else is on it, and
all other partitions, have the name of the partition before their paths.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from coos_license.accounting.places import of_partition
from coos_license.chromiumos.disk import STATE
from coos_license.chromiumos.volumes import read_volumes
from coos_license.errors import ReadError
from coos_license.trees.base import AbsentError, Content, FileTree
from coos_license.trees.listing import Names, list_names
from coos_license.trees.window import Window

_STATE: Final = of_partition(STATE)
#: Bind-mounted on ``/var``; source: Chromium OS, ``chromeos_startup``.
_OVERLAY: Final = f"{_STATE}var_overlay/"
_VAR: Final = "var/"
#: As of one tree: a disk has up to 128 partitions, each with its own bounds.
_MOST_NAMES: Final = 2_000_000
_TOO_MANY: Final = f"is not read after more than {_MOST_NAMES} names on others"


@dataclass(frozen=True, slots=True)
class Mounts:
    """Trees by what the paths in them begin with; without one it is not read.

    ``faults`` says why, where a file system of such a path is damaged.
    """

    trees: tuple[tuple[str, FileTree | None], ...]
    faults: Mapping[str, str] = field(default_factory=dict)

    def names(self) -> Names:
        """Return all names; a partition that is not read is one. Raises: ReadError."""
        ((prefix, tree), *others) = self.trees
        if tree is not None and not others:
            return list_names(tree, prefix)
        found = Names()
        for prefix, tree in self.trees:
            if prefix in self.faults:
                found.faults[prefix.rstrip("/")] = self.faults[prefix]
            elif prefix and found.count > _MOST_NAMES:
                found.faults[prefix.rstrip("/")] = _TOO_MANY
            elif tree is None:
                found.others.append(prefix)
            else:
                found.add(_names(tree, prefix))
        return found

    def read_link(self, path: str) -> str:
        """Return the target of a symbolic link. Raises: ReadError."""
        directory, _, name = path.rpartition("/")
        for tree, below in self._places(f"{directory}/"):
            try:
                with tree.at(below) as found:
                    return found.link(name)
            except AbsentError:
                continue
        raise AbsentError("is not there")

    def open_file(self, path: str) -> Content:
        """Return a file by position. Raises: ReadError."""
        for tree, below in self._places(path):
            try:
                return tree.open_file(below)
            except AbsentError:
                continue
        raise AbsentError("is not there")

    def _places(self, path: str) -> Iterator[tuple[FileTree, str]]:
        """Yield where a path may be: tree, and path in it."""
        trees = dict(self.trees)
        state = trees.get(_STATE)
        if path.startswith(_VAR) and state is not None:
            yield state, f"var_overlay/{path.removeprefix(_VAR)}"
        for prefix, tree in sorted(trees.items(), reverse=True):
            if tree is not None and path.startswith(prefix):
                yield tree, path.removeprefix(prefix)
                return


def mounted(tree: FileTree, disk: Window | None) -> Mounts:
    """Return the trees of a disk, or the one tree. Raises: ReadError."""
    if disk is None:
        return Mounts((("", tree),))
    volumes = [
        ("" if one.is_root else of_partition(one.name), one)
        for one in read_volumes(disk)
    ]
    return Mounts(
        tuple((prefix, one.tree) for prefix, one in volumes),
        {prefix: one.fault for prefix, one in volumes if one.fault},
    )


def _names(tree: FileTree, prefix: str) -> Names:
    """Return the names of one tree, as they are seen. Raises: ReadError for the root.

    Another one that cannot be read at all has a fault and no names.
    """
    try:
        found = list_names(tree, prefix)
    except ReadError as error:
        if not prefix:
            raise
        return Names(faults={prefix.rstrip("/"): str(error)})
    return _with_var(found) if prefix == _STATE else found


def _with_var(names: Names) -> Names:
    """Return the names of the stateful partition, with ``/var`` where it is seen."""
    faults = {_seen(path): fault for path, fault in names.faults.items()}
    return Names(
        [_seen(path) for path in names.others],
        set(_all_seen(names.links)),
        set(_all_seen(names.directories)),
        faults,
    )


def _all_seen(paths: Iterable[str]) -> Iterator[str]:
    """Yield where paths are seen."""
    return map(_seen, paths)


def _seen(path: str) -> str:
    """Return where a path of the stateful partition is seen."""
    return _VAR + path[len(_OVERLAY) :] if path.startswith(_OVERLAY) else path

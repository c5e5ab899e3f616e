# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""All names of a tree, as fast as its directories can be read; no content."""

from dataclasses import dataclass, field
from typing import Final

from coos_license.errors import ReadError
from coos_license.trees.base import FileTree, Kind

#: As of any walk: an image with packages has 300,000 names.
_MOST_NAMES: Final = 2_000_000
_DEEPEST: Final = 200


@dataclass(slots=True)
class Names:
    """What a walk found; paths have no slash before them.

    ``others`` is everything but directories, in order of directories and names;
    ``links`` are the symbolic links among them, ``faults`` the directories that cannot
    be read, with the reason.
    """

    others: list[str] = field(default_factory=list)
    links: set[str] = field(default_factory=set)
    directories: set[str] = field(default_factory=set)
    faults: dict[str, str] = field(default_factory=dict)

    @property
    def count(self) -> int:
        """Return how many names there are."""
        return len(self.others) + len(self.directories)

    def add(self, more: "Names") -> None:
        """Add the names of another tree."""
        self.others += more.others
        self.links |= more.links
        self.directories |= more.directories
        self.faults |= more.faults


def list_names(tree: FileTree, prefix: str = "") -> Names:
    """Return all names below a tree, each after ``prefix``.

    No link is followed. Raises: ReadError where there are too many.
    """
    found = Names()
    _list_below(tree, prefix, found, 0)
    return found


def _list_below(tree: FileTree, prefix: str, found: Names, depth: int) -> None:
    """Add what lies below a directory that is ``depth`` deep."""
    if depth > _DEEPEST:
        raise ReadError(f"has directories more than {_DEEPEST} deep")
    others, links = found.others, found.links
    for entry in tree.entries():
        path = prefix + entry.name
        if entry.kind is not Kind.DIRECTORY:
            others.append(path)
            if entry.kind is Kind.SYMLINK:
                links.add(path)
            continue
        found.directories.add(path)
        try:
            with tree.at(entry.name) as below:
                _list_below(below, f"{path}/", found, depth + 1)
        except ReadError as error:
            found.faults.setdefault(path, str(error))
    if len(others) > _MOST_NAMES:
        raise ReadError(f"has more than {_MOST_NAMES} names")

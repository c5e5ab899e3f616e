# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""Which package a database says that a file of the image belongs to."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Final

from coos_license.errors import ReadError
from coos_license.identity import PackageId
from coos_license.portage.contents import Listed

_MOST_LINKS: Final = 40
#: ``PATH_MAX`` of Linux: no longer path can be in any directory.
_LONGEST: Final = 4096
#: Names in targets of links: an image has some thousands.
_MOST_STEPS: Final = 5_000_000
#: The target of a symbolic link of the image. Raises: ReadError.
ReadLink = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Database:
    """What the packages of one database list; ``place`` is its evidence path."""

    place: str
    packages: tuple[tuple[PackageId, Listed], ...]


class Real:
    """Where a directory of the image really is: links in its path are followed.

    A package that installed into ``/lib`` lists that, where ``/lib`` is a link too.
    """

    def __init__(self, links: set[str], read_link: ReadLink) -> None:
        """Look for links among those of the image."""
        self._links = links
        self._read_link = read_link
        self._known = {"": ""}
        self._targets: dict[str, str | None] = {}
        self._steps = _MOST_STEPS

    def directory(self, path: str) -> str:
        """Return the real path; the same where a link leads nowhere or in a circle."""
        known = self._known.get(path)
        if known is None:
            known = self._known[path] = self._look_up(path)
        return known

    def paths(self, paths: Collection[str]) -> Collection[str]:
        """Return where paths really are; nearly always they are what they say."""
        above = {path.rpartition("/")[0] for path in paths}
        moved = {one: real for one in above if (real := self.directory(one)) != one}
        if not moved:
            return paths
        return [_moved(path, moved) for path in paths]

    def _look_up(self, path: str) -> str:
        """Return the real path of a directory that was not asked for yet."""
        if len(path) > _LONGEST:
            return path
        above, names = path, list[str]()
        while (real := self._known.get(above)) is None:
            above, _, name = above.rpartition("/")
            names.append(name)
        while names:
            name = names.pop()
            real = f"{real}/{name}" if real else name
            if real in self._links:
                found = self._followed(real)
                if found is None:
                    return path
                real = found
        return real

    def _followed(self, link: str) -> str | None:
        """Return where a link leads, ``None`` where that is nowhere or in a circle.

        Without recursion: a chain of links, or of directories, may be of any length.
        """
        if link not in self._targets:
            self._targets[link] = self._target(link)
        return self._targets[link]

    def _target(self, link: str) -> str | None:
        """Return where a link leads that was not asked for yet."""
        real, todo, links = _above(link), [link.rpartition("/")[2]], 0
        while todo and self._steps and len(real) <= _LONGEST:
            self._steps -= 1
            name = todo.pop()
            if name == "..":
                real = _above(real)
            elif name not in ("", "."):
                real = f"{real}/{name}" if real else name
                if real not in self._links:
                    continue
                links += 1
                try:
                    target = self._read_link(real)
                except ReadError:
                    return None
                if links > _MOST_LINKS:
                    return None
                real = "" if target.startswith("/") else _above(real)
                todo += reversed(target.split("/"))
        return None if todo else real


def _moved(path: str, moved: Mapping[str, str]) -> str:
    """Return where a path really is, by the directories that are elsewhere."""
    directory, _, name = path.rpartition("/")
    real = moved.get(directory, directory)
    return f"{real}/{name}" if real else name


def _above(path: str) -> str:
    """Return the directory that a path is in."""
    return path.rpartition("/")[0]


@dataclass(frozen=True, slots=True)
class Owners:
    """The package of each path, by its place in the database.

    ``shared`` are the paths that several list, ``digests`` the first package that has
    a file of an MD5.
    """

    database: Database
    by_path: dict[str, int]
    shared: dict[str, set[int]] = field(default_factory=dict)

    @classmethod
    def of(cls, database: Database, real: Real) -> "Owners":
        """Index a database."""
        by_path: dict[str, int] = {}
        shared: dict[str, set[int]] = {}
        for number, (_, listed) in enumerate(database.packages):
            own = dict.fromkeys(real.paths(listed.names), number)
            for path in by_path.keys() & own.keys():
                shared.setdefault(path, {by_path[path]}).add(number)
                del own[path]
            by_path.update(own)
        return cls(database, by_path, shared)

    def digests(self) -> dict[str, int]:
        """Return the first package that has a file of an MD5, in hexadecimal digits."""
        found: dict[str, int] = {}
        for number, (_, listed) in enumerate(self.database.packages):
            for md5 in listed.names.values():
                if md5:
                    found.setdefault(md5, number)
        return found

    def package(self, number: int) -> PackageId:
        """Return a package by its place."""
        return self.database.packages[number][0]

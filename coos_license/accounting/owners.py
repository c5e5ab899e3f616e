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

    def directory(self, path: str) -> str:
        """Return the real path; the same where a link leads nowhere or in a circle."""
        known = self._known.get(path)
        if known is None:
            # It stands for itself while it is looked up: a circle ends there.
            self._known[path] = path
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
        above, _, name = path.rpartition("/")
        base = self.directory(above) if above else ""
        real = f"{base}/{name}" if base else name
        for _ in range(_MOST_LINKS):
            if real not in self._links:
                return real
            try:
                target = self._read_link(real)
            except ReadError:
                return path
            real = _joined("" if target.startswith("/") else _above(real), target)
            if real == path:
                return path
            above = _above(real)
            if above:
                base = self.directory(above)
                real = f"{base}/{real.rpartition('/')[2]}"
        return path


def _moved(path: str, moved: Mapping[str, str]) -> str:
    """Return where a path really is, by the directories that are elsewhere."""
    directory, _, name = path.rpartition("/")
    real = moved.get(directory, directory)
    return f"{real}/{name}" if real else name


def _above(path: str) -> str:
    """Return the directory that a path is in."""
    return path.rpartition("/")[0]


def _joined(base: str, target: str) -> str:
    """Return where a target leads from a directory; never above the root."""
    parts = base.split("/") if base else []
    for part in target.split("/"):
        if part == "..":
            del parts[-1:]
        elif part not in ("", "."):
            parts.append(part)
    return "/".join(parts)


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

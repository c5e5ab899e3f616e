# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""``profiles/license_groups``: names of licences under a common name, ``@FREE``.

A line is a group and its members, of which ``@NAME`` are groups themselves.
Repositories add to each other's groups. Source: GLEP 23; portage(5), license_groups.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from coos_license.errors import ReadError
from coos_license.portage.repository import SMALL_LIMIT, Repository
from coos_license.trees.text import clean_bytes

PLACE: Final = "profiles/license_groups"


class LicenseGroups(Mapping[str, frozenset[str]]):
    """The licence names of groups by ``@NAME``, put together when one is asked for.

    Of all at once a file of many groups that hold each other would take hours.
    """

    def __init__(self, members: Mapping[str, Iterable[str]]) -> None:
        """Keep the members of groups as they are written."""
        self._members = members

    def __getitem__(self, group: str) -> frozenset[str]:
        """Return the licences of a group; groups that hold each other end."""
        found: set[str] = set()
        seen = {group}
        todo = [*self._members[group]]
        while todo:
            name = todo.pop()
            if not name.startswith("@"):
                found.add(name)
            elif name not in seen:
                seen.add(name)
                todo += self._members.get(name, ())
        return frozenset(found)

    def __iter__(self) -> Iterator[str]:
        """Iterate over the names of groups."""
        return iter(self._members)

    def __len__(self) -> int:
        """Return how many groups there are."""
        return len(self._members)


def read_groups(repositories: Iterable[Repository]) -> LicenseGroups:
    """Return the license groups of repositories; those of one name are one.

    A file that is not there or cannot be read has no groups.
    """
    members: dict[str, dict[str, None]] = {}
    for repository in repositories:
        try:
            content = repository.tree.read(PLACE, SMALL_LIMIT)
        except ReadError:
            continue
        for line in clean_bytes(content)[0].split("\n"):
            words = line.partition("#")[0].split()
            if words:
                members.setdefault(f"@{words[0]}", {}).update(dict.fromkeys(words[1:]))
    return LicenseGroups(members)

# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""``profiles/license_groups``: names of licences under a common name, ``@FREE``.

A line is a group and its members, of which ``@NAME`` are groups themselves.
Repositories add to each other's groups. Source: GLEP 23; portage(5), license_groups.
"""

from collections.abc import Iterable
from typing import Final

from coos_license.errors import ReadError
from coos_license.portage.repository import SMALL_LIMIT, Repository
from coos_license.trees.text import clean_bytes

PLACE: Final = "profiles/license_groups"


def read_groups(repositories: Iterable[Repository]) -> dict[str, frozenset[str]]:
    """Return the licence names of every group, by ``@NAME``; one without any too.

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
    return {group: _expanded(group, members) for group in members}


def _expanded(group: str, members: dict[str, dict[str, None]]) -> frozenset[str]:
    """Return the licences of a group; groups that hold each other end."""
    found: set[str] = set()
    seen = {group}
    todo = [group]
    while todo:
        for name in members.get(todo.pop(), ()):
            if not name.startswith("@"):
                found.add(name)
            elif name not in seen:
                seen.add(name)
                todo.append(name)
    return frozenset(found)

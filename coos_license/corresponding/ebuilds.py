# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""The scripts of a package: its ebuild, eclasses, and what lies beside them.

Source: PMS 10 (eclasses), 4 (tree layout); portage's ``layout.conf`` for the order in
which eclasses of several repositories count.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from coos_license.corresponding.values import Piece, Role
from coos_license.errors import ReadError
from coos_license.model import PackageId
from coos_license.portage.repository import CACHE, CACHE_LIMIT, Repository, search_order
from coos_license.trees.base import Kind
from coos_license.trees.found import walk_directory
from coos_license.trees.text import decode, in_full

EBUILD_LIMIT: Final = 1 << 20
#: kernel-2.eclass, the longest met, has 60 KB.
_ECLASS_LIMIT: Final = 1 << 22
_MOST_ECLASSES: Final = 500
_MOST_FILES: Final = 20_000
_ECLASS_NAME: Final = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]*")
_INHERIT: Final = re.compile(r"^[ \t]*inherit[ \t]+((?:[^\n#\\]|\\\n)*)", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Eclasses:
    """The eclasses of a package: those found, with repository, and those not found."""

    found: Mapping[str, Repository]
    missing: tuple[str, ...]


def eclass_order(repositories: Sequence[Repository], own: str) -> list[Repository]:
    """Return where a package of repository ``own`` finds its eclasses, in order.

    Its own repository, then its masters, the last one first; then, for what is not
    there, all others.
    """
    by_name = {one.name: one for one in repositories}
    first = [own]
    if own in by_name:
        first += reversed(by_name[own].masters)
    order = [by_name[name] for name in first if name in by_name]
    rest = search_order(repositories, own)[0]
    return list({one.name: one for one in (*order, *rest)}.values())


def read_beside(repository: Repository, path: str, limit: int) -> bytes | None:
    """Return a file of a repository, ``None`` where it cannot be had."""
    try:
        return repository.tree.read(path, limit)
    except ReadError:
        return None


def inherited(
    recorded: bytes | None,
    package: PackageId,
    ebuild: bytes | None,
    order: Sequence[Repository],
) -> Eclasses:
    """Return the eclasses that a package inherits, also by way of others.

    By INHERITED of its database entry, else by the metadata cache, else by what the
    ebuild and the eclasses say.
    """
    names = _names(decode(recorded)[0].split()) if recorded else []
    names = names or _cached(package, order)
    if names:
        return _located(dict.fromkeys(names), order, lambda _: ())
    start = dict.fromkeys(inherit_lines(ebuild or b""))
    return _located(start, order, inherit_lines)


def _located(
    names: dict[str, None],
    order: Sequence[Repository],
    more: Callable[[bytes], Sequence[str]],
) -> Eclasses:
    """Return where the eclasses lie; ``more`` tells which others one inherits."""
    found: dict[str, Repository] = {}
    missing: list[str] = []
    todo = list(names)
    for name in todo:  # grows while it is walked
        if name in found or name in missing or len(found) >= _MOST_ECLASSES:
            continue
        for repository in order:
            path = f"eclass/{name}.eclass"
            content = read_beside(repository, path, _ECLASS_LIMIT)
            if content is not None:
                found[name] = repository
                todo += more(content)
                break
        else:
            missing.append(name)
    return Eclasses(dict(sorted(found.items())), tuple(sorted(missing)))


def inherit_lines(content: bytes) -> list[str]:
    r"""Return the eclasses that a script names; computed names are passed.

    >>> inherit_lines(b"inherit flag-o-matic \\\n  toolchain-funcs # x\n")
    ['flag-o-matic', 'toolchain-funcs']
    """
    text = decode(content)[0]
    words = (match[1].replace("\\\n", " ") for match in _INHERIT.finditer(text))
    return _names(word for line in words for word in line.split())


def _names(words: Iterator[str] | Sequence[str]) -> list[str]:
    """Return the words that are names of eclasses."""
    return [word for word in words if _ECLASS_NAME.fullmatch(word)]


def _cached(package: PackageId, order: Sequence[Repository]) -> list[str]:
    """Return the eclasses by ``_eclasses_`` of the cache: names and digests in turn."""
    for repository in order[:1]:
        path = f"{CACHE}/{package.category}/{package.pf}"
        content = read_beside(repository, path, CACHE_LIMIT) or b""
        for line in content.splitlines():
            if line.startswith(b"_eclasses_="):
                words = decode(line.partition(b"=")[2])[0].split("\t")
                return _names(words[::2])
    return []


def pieces_below(
    repository: Repository, directory: str, role: Role
) -> tuple[list[Piece], list[tuple[str, str]]]:
    """Return the files below a directory of a repository, and what cannot be kept.

    A symbolic link stands for the file that it leads to, inside of the repository.
    """
    pieces: list[Piece] = []
    faults: list[tuple[str, str]] = []
    try:
        below = repository.tree.at(directory)
    except ReadError:
        return [], []
    with below:
        try:
            for found in walk_directory(below):
                path = f"{directory}/{found.path}"
                reason = found.fault or _unfit(found.path, found.kind)
                if len(pieces) >= _MOST_FILES:
                    faults.append((directory, f"has more than {_MOST_FILES} files"))
                    break
                if reason:
                    faults.append((in_full(path), reason))
                    continue
                goal = f"repos/{repository.name}/{path}"
                pieces.append(Piece(goal, role, tree=repository.tree, source=path))
        except ReadError as error:
            faults.append((in_full(directory), str(error)))
    return pieces, faults


def _unfit(path: str, kind: Kind | None) -> str:
    """Return why a file cannot be part of a bundle, ``""`` where it can."""
    if kind not in (Kind.FILE, Kind.SYMLINK):
        return f"is a {kind}, not a file"
    if not path.isprintable():
        return "has a name with control characters, or one that is no UTF-8"
    return ""

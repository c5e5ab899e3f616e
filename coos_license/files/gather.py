# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""Digests of many files of a tree, each read once; the answer hangs on no order.

Files are handed out by directory, so that a path is walked once for all that lie there.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from coos_license.errors import ReadError
from coos_license.processes import in_processes
from coos_license.trees.base import AbsentError, FileTree, Kind
from coos_license.trees.digests import FileDigests, Known

#: What one process gets at a time: some hundred milliseconds of work.
_AT_ONCE: Final = 500
_FEW: Final = 2

#: Digests, ``None`` of what is not there, or why there are none.
Answer = FileDigests | str | None


@dataclass(frozen=True, slots=True)
class Wanted:
    """Files and symbolic links of one directory, by their names."""

    directory: str
    files: tuple[str, ...]
    links: tuple[str, ...] = ()


@dataclass(slots=True)
class _Process:
    """What each process has: the tree, and what it has read of files with more names.

    Forks have it without being sent it.
    """

    tree: FileTree | None = None
    known: Known = field(default_factory=dict)


_HERE: Final = _Process()


def hash_files(
    tree: FileTree, wanted: Sequence[Wanted], jobs: int
) -> dict[str, Answer]:
    """Return what is at each path, a link's ``""`` where it is there.

    Raises: InputError where a process ended before it had answered.
    """
    batches = list(_batches(wanted))
    _HERE.tree, _HERE.known = tree, {}
    try:
        answers: Iterable[list[tuple[str, Answer]]]
        if jobs < _FEW or len(batches) < _FEW:
            answers = map(_hash_batch, batches)
        else:
            answers = in_processes(_hash_batch, batches, jobs, "--files")
        return {path: answer for some in answers for path, answer in some}
    finally:
        _HERE.tree, _HERE.known = None, {}


def _batches(wanted: Sequence[Wanted]) -> Iterator[tuple[Wanted, ...]]:
    """Yield directories together that have some hundred files."""
    batch: list[Wanted] = []
    count = 0
    for one in wanted:
        batch.append(one)
        count += 1 + len(one.files)
        if count >= _AT_ONCE:
            yield tuple(batch)
            batch, count = [], 0
    if batch:
        yield tuple(batch)


def _hash_batch(batch: tuple[Wanted, ...]) -> list[tuple[str, Answer]]:
    """Return what is at the paths of a few directories."""
    tree = _HERE.tree
    if tree is None:
        raise RuntimeError("no tree was given to this process")
    return [found for one in batch for found in _hash_directory(tree, one)]


def _hash_directory(tree: FileTree, wanted: Wanted) -> Iterator[tuple[str, Answer]]:
    """Yield what is at the paths of one directory."""
    prefix = f"{wanted.directory}/" if wanted.directory else ""
    try:
        with tree.at(wanted.directory or ".") as directory:
            for name in wanted.files:
                yield f"{prefix}{name}", _digests(directory, name)
            kinds = _kinds(directory) if wanted.links else {}
            for name in wanted.links:
                yield f"{prefix}{name}", _link(kinds.get(name))
    except AbsentError:
        yield from ((f"{prefix}{name}", None) for name in wanted.files + wanted.links)
    except ReadError as error:
        for name in wanted.files + wanted.links:
            yield f"{prefix}{name}", str(error)


def _digests(directory: FileTree, name: str) -> Answer:
    """Return the digests of a file, or why it has none."""
    try:
        return directory.digests(name, _HERE.known)
    except AbsentError:
        return None
    except ReadError as error:
        return str(error)


def _kinds(directory: FileTree) -> Mapping[str, Kind]:
    """Return what the names of a directory are. Raises: ReadError."""
    return {entry.name: entry.kind for entry in directory.entries()}


def _link(kind: Kind | None) -> Answer:
    """Return whether a symbolic link is there, or what is in its place."""
    if kind is None:
        return None
    return "" if kind is Kind.SYMLINK else f"is a {kind}, not a symbolic link"

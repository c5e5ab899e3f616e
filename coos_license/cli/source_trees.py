# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""What a cros-workon package was built from, as an archive of a source bundle.

The commit that was recorded counts: its tree is taken out of the checkout's repository,
whatever is checked out. Where that cannot be, the directory itself is taken, if Git
gives it the id that was recorded, or none was.
"""

import posixpath
import resource
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field

from coos_license import findings
from coos_license.corresponding.values import Gap, Kept, Role, WorkTree
from coos_license.errors import ReadError
from coos_license.model import FindingKind
from coos_license.sources.places import Place
from coos_license.store.expected import DigestError
from coos_license.store.writing import chunks_in
from coos_license.trees.base import AbsentError
from coos_license.trees.directory import DirectoryTree
from coos_license.trees.git_objects import GitObjects
from coos_license.trees.git_places import GitCheckout, GitPlace
from coos_license.trees.git_tree import (
    DIRECTORY,
    OBJECT_ID,
    GitTreeTar,
    TreeEntry,
    below,
    tree_of,
)
from coos_license.trees.worktree import WorkTreeTar

Put = Callable[[Iterator[bytes]], Kept]


@dataclass(frozen=True, slots=True)
class _Committed:
    """What a recorded commit has at a place: ``inside`` of the repository's tree."""

    repository: GitPlace
    objects: GitObjects
    commit: str
    inside: str
    entry: TreeEntry


@dataclass(slots=True)
class SourceTrees:
    """Takes archives out of checkouts; ``epoch`` is the time of their members."""

    epoch: int
    _checkouts: dict[str, GitCheckout] = field(default_factory=dict)

    def close(self) -> None:
        """Close the checkouts."""
        for one in self._checkouts.values():
            one.close()

    def take(self, one: WorkTree, put: Put) -> Iterator[Kept | Gap]:
        """Yield the archive of what was built as it was put, and what is wrong."""
        name = one.place.path
        commits = [each for each in one.commits if OBJECT_ID.fullmatch(each)]
        try:
            if commits:
                yield from self._by_commit(one, commits, put)
            else:
                yield from self._as_it_is(one, "", put)
        except OSError as error:
            reason = f"cannot be read ({error.strerror})"
            yield _gap(findings.SOURCE_MISSING, name, reason)
        except DigestError as error:
            yield _gap(findings.SOURCE_DIFFERS, name, str(error))
        except ReadError as error:
            yield _gap(findings.SOURCE_MISSING, name, str(error))

    def _by_commit(
        self, one: WorkTree, commits: Sequence[str], put: Put
    ) -> Iterator[Kept | Gap]:
        """Yield what one of the commits has, else what lies there.

        Raises: as ``take`` has it.
        """
        try:
            found = self._looked_up(one, commits)
            if found is not None:
                yield from self._committed(one, found, put)
        except ReadError as error:  # and nothing was put
            yield from self._as_it_is(one, f"and its Git repository {error}", put)

    def _looked_up(self, one: WorkTree, commits: Sequence[str]) -> _Committed | None:
        """Return what was built, ``None`` for a file that came later.

        Raises: ReadError for a commit that is not at hand, OSError.
        """
        checkout = self._checkout(one.place)
        repository = checkout.place_of(one.place.path)
        objects = checkout.objects(repository.git) if repository else None
        if repository is None or objects is None:
            raise ReadError("is not in the checkout")
        there = [each for each in commits if each in objects]
        if not there:
            raise ReadError(f"has no commit {', '.join(commits)}{objects.unread}")
        path = posixpath.relpath(one.place.path, repository.top or ".")
        inside = "" if path == "." else path
        try:
            found = [
                _Committed(
                    repository, objects, each, inside, _entry(objects, each, inside)
                )
                for each in there
            ]
        except AbsentError:
            if one.place.is_file:
                return None
            raise
        right = [each for each in found if each.entry.oid in one.recorded]
        return (right or found)[0]

    def _committed(
        self, one: WorkTree, found: _Committed, put: Put
    ) -> Iterator[Kept | Gap]:
        """Yield what a commit has. Raises: DigestError, ReadError."""
        entry = found.entry
        if one.place.is_file:
            yield put(found.objects.open(entry.oid).pieces)
            return
        if entry.format != DIRECTORY:
            raise ReadError(f"is no directory in commit {found.commit}")
        if one.recorded and entry.oid not in one.recorded:
            raise DigestError(
                f"has the tree {entry.oid} in commit {found.commit}, which"
                f" CROS_WORKON_TREE does not name: {' '.join(one.recorded)}"
            )
        checkout = self._checkout(one.place)

        def module(path: str, commit: str) -> GitObjects | None:
            whole = posixpath.join(found.inside, path)
            return checkout.module(found.repository, whole, commit)

        top = one.name.removesuffix(".tar")
        archive = GitTreeTar(top, self.epoch, found.commit, module)
        yield put(archive.chunks(found.objects, entry.oid))
        for path, commit in archive.missing:
            reason = f"is a submodule, whose commit {commit} is not in the checkout"
            name = f"{one.place.path}/{path}"
            yield _gap(findings.SOURCE_MISSING, name, reason)

    def _as_it_is(self, one: WorkTree, why: str, put: Put) -> Iterator[Kept | Gap]:
        """Yield a directory or file as it lies there. Raises: as ``take`` has it."""
        place = one.place
        with ExitStack() as stack:
            base = stack.enter_context(DirectoryTree.open(place.base))
            if place.is_file:
                yield put(chunks_in(stack.enter_context(base.open_file(place.path))))
                return
            tree = stack.enter_context(base.at(place.path or "."))
            descriptor = stack.enter_context(tree.descriptor())
            archive = WorkTreeTar(one.name.removesuffix(".tar"), self.epoch)
            yield put(_compared(archive, descriptor, one.recorded, why))
        if not one.recorded:
            told = f"CROS_WORKON_TREE is not recorded; Git calls it {archive.git_id}"
            reason = "; ".join(filter(None, (told, why)))
            yield _gap(findings.SOURCE_UNVERIFIED, place.path, reason)

    def _checkout(self, place: Place) -> GitCheckout:
        """Return the checkout of a place, opened once. Raises: OSError."""
        if place.base not in self._checkouts:
            _allow_open_files()
            self._checkouts[place.base] = GitCheckout(place.base)
        return self._checkouts[place.base]


def _allow_open_files() -> None:
    """Have as many files open as the system lets this process.

    A repository keeps its packs open, and the usual 1,024 are too few for a checkout.
    """
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    with suppress(OSError, ValueError):  # of systems that have another bound
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


def _entry(objects: GitObjects, commit: str, inside: str) -> TreeEntry:
    """Return what a commit has at a path. Raises: ReadError."""
    return below(objects, tree_of(objects, commit), inside)


def _compared(
    archive: WorkTreeTar, descriptor: int, recorded: tuple[str, ...], why: str
) -> Iterator[bytes]:
    """Yield the tar of a directory. Raises: DigestError where it is another one."""
    yield from archive.chunks(descriptor)
    if recorded and archive.git_id not in recorded:
        named = " ".join(recorded)
        differs = "which CROS_WORKON_TREE does not name"
        told = f"Git calls it {archive.git_id}, {differs}: {named}"
        raise DigestError("; ".join(filter(None, (told, why))))


def _gap(kind: FindingKind, name: str, reason: str) -> Gap:
    """Return what is wrong with a tree."""
    return Gap(kind, Role.TREE, name, reason)

# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""Copies what a plan names into a bundle, each file once, and notes what is missing."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from coos_license import findings
from coos_license.cli.source_trees import SourceTrees
from coos_license.corresponding.plan import home
from coos_license.corresponding.values import (
    Bundled,
    Gap,
    Kept,
    Piece,
    Plan,
    Role,
    WorkTree,
)
from coos_license.errors import ReadError
from coos_license.model import FetchedFile, PackageId
from coos_license.store.directory import Store, Stored
from coos_license.store.expected import DigestError, Expected
from coos_license.store.writing import chunks_in
from coos_license.trees.base import AbsentError
from coos_license.trees.directory import DirectoryTree

POOL: Final = "distfiles"


class Filling:
    """A bundle on its way; ``written`` counts the files that this run wrote."""

    def __init__(
        self,
        store: Store,
        distdirs: Sequence[DirectoryTree],
        trees: SourceTrees,
        *,
        patches: bool,
        all_digests: bool,
    ) -> None:
        """Fill the store; with ``patches`` each package gets a copy of its own.

        Of a distfile the strongest digest is compared, or ``all_digests``.
        """
        self._store = store
        self._distdirs = distdirs
        self._trees = trees
        self._patches = patches
        self._all_digests = all_digests
        self._pool: dict[str, FetchedFile] = {}
        self._kept: dict[str, Kept] = {}
        self._failed: dict[str, Gap] = {}
        self.written = 0

    def add(self, plan: Plan) -> Bundled:
        """Copy all of a package; return what is there, and what is not."""
        results: list[Kept | Gap] = []
        for file in plan.fetched:
            results += self._distfile(plan.package.id, file)
        results += [self.piece(one) for one in plan.pieces]
        for one in plan.trees:
            results += self._tree(plan.package.id, one)
        if self._patches:
            results += self._series(plan)
        kept = [one for one in results if isinstance(one, Kept)]
        gaps = [one for one in results if isinstance(one, Gap)]
        files = tuple(sorted(kept, key=lambda one: one.path))
        return Bundled(plan=plan, files=files, gaps=(*plan.gaps, *gaps))

    def made(self, path: str, role: Role, content: bytes) -> Kept:
        """Write a file that was made here. Raises: OutputError."""
        return self._put(path, role, iter((content,)))

    def piece(self, one: Piece) -> Kept | Gap:
        """Copy a small file, or write one."""
        if one.path in self._kept:
            return self._kept[one.path]
        if one.content is not None:
            return self.made(one.path, one.role, one.content)
        if one.tree is None:
            raise ValueError(one.path)
        try:
            with one.tree.open_file(one.source) as content:
                return self._put(one.path, one.role, chunks_in(content))
        except ReadError as error:
            return Gap(findings.SOURCE_MISSING, one.role, one.source, str(error))

    def _put(self, path: str, role: Role, content: Iterator[bytes]) -> Kept:
        """Write a file. Raises: ReadError, OutputError."""
        return self._keep(self._store.put(path, content), role)

    def _keep(self, stored: Stored, role: Role) -> Kept:
        """Return a file that is in the bundle."""
        self.written += stored.is_new
        kept = Kept(stored.path, role, stored.sha256, stored.size_bytes)
        return self._kept.setdefault(stored.path, kept)

    def fetch(self, plans: Iterable[Plan]) -> None:
        """Copy the distfiles of all packages, the longest first, several at once."""
        wanted: dict[str, FetchedFile] = {}
        for plan in plans:
            for file in filter(_is_named, plan.fetched):
                wanted.setdefault(self._place(plan.package.id, file), file)
        todo = sorted(wanted.items(), key=lambda one: (-(one[1].size_bytes or 0), one))
        found = self._store.side_by_side(self._fetched, todo)
        for (path, _), one in zip(todo, found, strict=True):
            if isinstance(one, Gap):
                self._failed[path] = one
            else:
                self._keep(one, Role.DISTFILE)

    def _place(self, package: PackageId, file: FetchedFile) -> str:
        """Return where a distfile lies, which is where all of its name do.

        Another file of the same name belongs to its package.
        """
        path = f"{POOL}/{file.name}"
        first = self._pool.setdefault(file.name, file)
        return path if first.digests == file.digests else f"{home(package)}/{path}"

    def _distfile(self, package: PackageId, file: FetchedFile) -> Iterator[Kept | Gap]:
        """Yield a distfile, or why it is not there; fetched it was before."""
        if not _is_named(file):
            reason = "has a name that no file of a bundle may have"
            yield Gap(findings.SOURCE_MISSING, Role.DISTFILE, file.name, reason)
            return
        path = self._place(package, file)
        yield self._kept.get(path) or self._failed[path]
        if path in self._kept and not Expected(digests=file.digests).known:
            reason = (
                "no Manifest lists it with a digest that is known, or one lists it"
                " twice and differently"
            )
            yield Gap(findings.SOURCE_UNVERIFIED, Role.DISTFILE, file.name, reason)

    def _fetched(self, one: tuple[str, FetchedFile]) -> Stored | Gap:
        """Return a distfile: that of the bundle, else of the first that has the right.

        Runs in a thread of its own. Raises: OutputError.
        """
        path, file = one
        whole = Expected(file.size_bytes, file.digests)
        expected = whole if self._all_digests else whole.strongest()
        held = self._store.held(path, expected)
        if held is not None:
            return held
        differs = unread = ""
        for tree in self._distdirs:
            try:
                with tree.open_file(file.name) as content:
                    return self._store.copy(path, content, expected)
            except AbsentError:
                continue
            except DigestError as error:
                differs = differs or str(error)
            except ReadError as error:
                unread = unread or str(error)
        kind = findings.SOURCE_DIFFERS if differs else findings.SOURCE_MISSING
        given = "is in no --distdir" if self._distdirs else "no --distdir was given"
        reason = differs or unread or given
        return Gap(kind, Role.DISTFILE, file.name, reason, whole.known)

    def _tree(self, package: PackageId, one: WorkTree) -> Iterator[Kept | Gap]:
        """Yield the archive of a directory of a checkout, and what is wrong with it."""
        path = f"{home(package)}/trees/{one.name}"

        def put(content: Iterator[bytes]) -> Kept:
            return self._put(path, Role.TREE, content)

        yield from self._trees.take(one, put)

    def _series(self, plan: Plan) -> Iterator[Kept | Gap]:
        """Yield a copy of each patch, and the order of those that have one."""
        sources = {one.path: one for one in plan.pieces}
        top = f"{home(plan.package.id)}/patches"
        names = []
        for patch in plan.patches:
            last = patch.path.rpartition("/")[2]
            name = f"unordered/{last}"
            if patch.number is not None:
                name = f"{patch.number:04}-{last}"
                names.append(name)
            piece = sources[patch.path]
            yield self.piece(
                Piece(f"{top}/{name}", Role.PATCH, tree=piece.tree, source=piece.source)
            )
        if names:
            content = "".join(f"{name}\n" for name in names).encode()
            yield self.made(f"{top}/series", Role.PATCH, content)

    @property
    def kept_repositories(self) -> frozenset[str]:
        """Return the names of the repositories that something is kept of."""
        paths = (path.split("/") for path in self._kept)
        return frozenset(parts[1] for parts in paths if parts[0] == "repos")

    @property
    def kept(self) -> list[Kept]:
        """Return all files that are in the bundle so far, by path."""
        return [self._kept[path] for path in sorted(self._kept)]


def _is_named(file: FetchedFile) -> bool:
    """Return whether a distfile has a name that a file of a bundle may have."""
    return file.name.isprintable() and "/" not in file.name

# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""Each file of an image to its owner: one walk, one look-up a file.

Databases come first, the image's own before the sysroot's; then the rules for what no
database has. What is left is a finding that names the file.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

from coos_license import findings
from coos_license.accounted import Means, Share
from coos_license.accounting.containers import Inside, Member, may_hold
from coos_license.accounting.owners import Database, Owners, ReadLink, Real
from coos_license.accounting.places import INSIDE, shown
from coos_license.accounting.policy_implicit import ImplicitRule, RuleIndex
from coos_license.accounting.policy_over_broad import (
    Claimed,
    IsProgram,
    all_over_broad,
)
from coos_license.accounting.strays import strays, unaccounted
from coos_license.model import Evidence, Finding, PackageId
from coos_license.trees.listing import Names

#: Looks into a file that may be an archive; ``None`` where it is none.
LookInto = Callable[[str], Inside | None]
_MEANS: Final = (Means.IMAGE, Means.SYSROOT)
_MOST_NAMED: Final = 3
#: The MD5 of nothing: an empty file is equal to any other, and says nothing.
_EMPTY: Final = "d41d8cd98f00b204e9800998ecf8427e"


@dataclass(frozen=True, kw_only=True, slots=True)
class Image:
    """What is accounted for: all names, and how links, archives and heads are read.

    ``databases`` are that of the image, and perhaps that of its sysroot.
    """

    names: Names
    read_link: ReadLink
    look_into: LookInto
    is_program: IsProgram
    databases: Sequence[Database]


@dataclass(frozen=True, slots=True)
class Unlisted:
    """A package that files of the image belong to, and that only the sysroot lists.

    ``first`` is one of its ``files``, as people see it.
    """

    package: PackageId
    files: int
    first: str


@dataclass(frozen=True, slots=True)
class Result:
    """What became of the files.

    ``shares`` are those of packages, ``implicit`` how many files each rule met for each
    version that their paths name, ``unaccounted`` the paths that are left;
    ``unlisted`` are the packages that the image holds and does not list, ``examples``
    the first files that a rule met, as people see them.
    """

    files: int
    shares: tuple[Share, ...]
    implicit: dict[tuple[int, str], int]
    unaccounted: tuple[str, ...]
    found: tuple[Finding, ...]
    unlisted: tuple[Unlisted, ...] = ()
    examples: Mapping[tuple[int, str], tuple[str, ...]] = field(default_factory=dict)

    @property
    def accounted(self) -> int:
        """Return how many files have an owner."""
        return self.files - len(self.unaccounted)


@dataclass
class _Count:
    """The files of an image while they are counted."""

    image: Image
    rules: RuleIndex
    by_package: Counter[tuple[int, int]] = field(default_factory=Counter)
    copies: Counter[tuple[int, int]] = field(default_factory=Counter)
    first: dict[tuple[int, int], str] = field(default_factory=dict)
    implicit: Counter[tuple[int, str]] = field(default_factory=Counter)
    examples: dict[tuple[int, str], list[str]] = field(default_factory=dict)
    claimed: dict[int, Claimed] = field(default_factory=dict)
    unaccounted: list[str] = field(default_factory=list)
    unread: list[Finding] = field(default_factory=list)
    files: int = 0

    @cached_property
    def real(self) -> Real:
        """Return where directories really are."""
        return Real(self.image.names.links, self.image.read_link)

    @cached_property
    def owners(self) -> tuple[Owners, ...]:
        """Return the index of each database."""
        return tuple(Owners.of(one, self.real) for one in self.image.databases)

    @cached_property
    def digests(self) -> tuple[dict[str, int], ...]:
        """Return the packages by the digests of their files, for each database."""
        return tuple(one.digests() for one in self.owners)

    def count(self) -> None:
        """Count all files, and those in archives."""
        others = self.image.names.others
        self.files = len(others)
        left: Sequence[str] = others
        for number, owners in enumerate(self.owners):
            left = self._by_database(number, owners.by_path, left)
        for path in left:
            if (claimed := self._by_rule(path)) is not None:
                claimed.paths.append(path)
        for path, fault in sorted(self.image.names.faults.items()):
            self._not_read(f"{path}/", fault)
        for path in filter(may_hold, others):
            inside = self.image.look_into(path)
            if inside is not None:
                self._count_inside(path, inside)

    def _by_database(
        self, number: int, by_path: Mapping[str, int], left: Sequence[str]
    ) -> Sequence[str]:
        """Count the files that packages of a database have; return the others."""
        met = [by_path.get(path) for path in left]
        for one, files in Counter(met).items():
            if one is not None:
                self.by_package[number, one] = files
        pairs = list(zip(left, met, strict=True))
        if number:  # of the image's own database no path is asked for
            for path, one in pairs:
                if one is not None:
                    self.first.setdefault((number, one), path)
        return [path for path, one in pairs if one is None]

    def _count_inside(self, path: str, inside: Inside) -> None:
        """Count what is in an archive."""
        self.files += len(inside.members)
        for member in inside.members:
            if self._by_digest(member):
                continue
            if (claimed := self._by_rule(member.path)) is not None:
                claimed.members += 1
                claimed.read += bool(member.md5)
                claimed.programs += member.is_program
        if inside.fault and self.rules.find(f"{path}{INSIDE}") is None:
            self._not_read(f"{path}{INSIDE}", inside.fault)

    def _not_read(self, path: str, fault: str) -> None:
        """Count what is in a directory or archive, however much it is, as one file."""
        told = f"what is in it is not accounted for: it {fault}"
        self.unread.append(unaccounted(path, told))
        self.unaccounted.append(path)
        self.files += 1

    def _by_digest(self, member: Member) -> bool:
        """Count a file that a package has, too; return whether one does."""
        if not member.md5 or member.md5 == _EMPTY:
            return False
        for number, digests in enumerate(self.digests):
            package = digests.get(member.md5)
            if package is not None:
                self.copies[number, package] += 1
                self.first.setdefault((number, package), member.path)
                return True
        return False

    def _by_rule(self, path: str) -> Claimed | None:
        """Count a file that no package has; return what its rule claims."""
        met = self.rules.find(path)
        if met is None:
            self.unaccounted.append(path)
            return None
        self.implicit[met] += 1
        if self.implicit[met] <= _MOST_NAMED:
            self.examples.setdefault(met, []).append(shown(path))
        return self.claimed.setdefault(met[0], Claimed())

    def is_program(self, path: str) -> bool | None:
        """Return whether a file is a program; a link is none, and tells nothing."""
        is_link = path in self.image.names.links
        return None if is_link else self.image.is_program(path)


def account(image: Image, rules: Sequence[ImplicitRule]) -> Result:
    """Return to whom the files of an image belong, and what is wrong with that."""
    count = _Count(image, RuleIndex(rules))
    count.count()
    unread = {one.subject for one in count.unread}
    left = [path for path in sorted(count.unaccounted) if shown(path) not in unread]
    found = (
        *strays(left),
        *count.unread,
        *_shared(count),
        *_replaced(count),
        *_unused(rules, {number for number, _ in count.implicit}),
        *all_over_broad(rules, count.claimed, count.files, count.is_program),
    )
    return Result(
        count.files,
        tuple(sorted(_shares(count))),
        dict(sorted(count.implicit.items())),
        tuple(sorted(count.unaccounted)),
        found,
        tuple(sorted(_unlisted(count), key=lambda one: one.package)),
        {met: tuple(paths) for met, paths in sorted(count.examples.items())},
    )


def _shares(count: _Count) -> Iterator[Share]:
    """Yield how many files each package has."""
    for (number, package), files in count.by_package.items():
        owner = count.owners[number].package(package).cpv
        yield Share(_MEANS[number], owner, files)
    copies: Counter[str] = Counter()
    for (number, package), files in count.copies.items():
        copies[count.owners[number].package(package).cpv] += files
    for owner, files in copies.items():
        yield Share(Means.COPY, owner, files)


def _unlisted(count: _Count) -> Iterator[Unlisted]:
    """Yield the packages of the image that its own database does not list."""
    listed = {package for package, _ in count.image.databases[0].packages}
    files = count.by_package + count.copies
    for (number, one), path in count.first.items():
        package = count.owners[number].package(one)
        if package not in listed:
            yield Unlisted(package, files[number, one], shown(path))


def _shared(count: _Count) -> Iterator[Finding]:
    """Yield the files of the image that several packages of its database own."""
    owners = count.owners[0]
    there = set(count.image.names.others) if owners.shared else set[str]()
    for path in sorted(there & owners.shared.keys()):
        ids = sorted(map(owners.package, owners.shared[path]))
        cpvs = [one.cpv for one in ids]
        yield Finding(
            findings.SHARED_FILE,
            shown(path),
            f"{shown(path)} is owned by {' and '.join(cpvs)}",
            evidence=tuple(
                Evidence(f"{owners.database.place}/{cpv}/CONTENTS") for cpv in cpvs
            ),
        )


def _replaced(count: _Count) -> Iterator[Finding]:
    """Yield the directories of packages that are links, and nobody's links."""
    owners = count.owners[0]
    links = count.image.names.links
    users: dict[str, list[str]] = {}
    for package, listed in owners.database.packages:
        for path in links.intersection(listed.directories):
            users.setdefault(path, []).append(package.cpv)
    for path, cpvs in sorted(users.items()):
        if any(path in one.by_path for one in count.owners) or count.rules.find(path):
            continue
        more = len(cpvs) - _MOST_NAMED
        named = ", ".join(sorted(cpvs)[:_MOST_NAMED])
        named += f" and {more} more" if more > 0 else ""
        yield Finding(
            findings.REPLACED_DIRECTORY,
            shown(path),
            f"{shown(path)} is a symbolic link, and a directory of {named}",
        )


def _unused(rules: Sequence[ImplicitRule], used: set[int]) -> Iterator[Finding]:
    """Yield the rules of people that met nothing."""
    for number, rule in enumerate(rules):
        if rule.is_own and number not in used:
            paths = ", ".join(rule.paths)
            yield Finding(
                findings.UNUSED_IMPLICIT,
                f"{rule.component}: {paths}",
                f"the rule of line {rule.line}, {rule.component}, met no file: {paths}",
            )

# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""What licences do where programs are linked, from ``policy_exceptions.toml``."""

from fnmatch import fnmatchcase
from functools import cache, lru_cache
from pathlib import Path
from typing import NamedTuple

from coos_license.expression import License

_TABLE = Path(__file__).parent / "policy_exceptions.toml"


class FileException(NamedTuple):
    """An exception bound to files of packages, with why and on whose word."""

    id: str
    exception: str
    packages: tuple[str, ...]
    files: tuple[str, ...]
    licenses: frozenset[str]
    reason: str
    source: str
    whole: tuple[str, ...]

    def is_whole(self, package: str) -> bool:
        """Return whether a package holds nothing but what it is about."""
        return any(fnmatchcase(package, glob) for glob in self.whole)

    def is_for(self, package: str) -> bool:
        """Return whether it is about a package, named ``category/name``."""
        return any(fnmatchcase(package, glob) for glob in self.packages)

    def covers(self, path: str) -> bool:
        """Return whether it is about a file of such a package; ``""``: any file."""
        if not self.files:
            return True
        return any(fnmatchcase(path, glob) for glob in self.files)


class Conflict(NamedTuple):
    """Two sets of licences that one program cannot obey both."""

    one: frozenset[str]
    other: frozenset[str]
    lifted_by: frozenset[str]
    reason: str
    source: str


class LinkRules(NamedTuple):
    """The whole file."""

    exceptions: tuple[FileException, ...]
    documents: tuple[str, ...]
    conflicts: tuple[Conflict, ...]


@cache
def link_rules() -> LinkRules:
    """Return the rules. Raises: KeyError, tomllib.TOMLDecodeError if damaged."""
    import tomllib  # noqa: PLC0415 - only where something is linked

    table = tomllib.loads(_TABLE.read_bytes().decode())
    return LinkRules(
        tuple(
            FileException(
                one["id"],
                one["exception"],
                tuple(one["packages"]),
                tuple(one["files"]),
                frozenset(one["licenses"]),
                one["reason"],
                one["source"],
                tuple(one.get("whole", ())),
            )
            for one in table["exceptions"]
        ),
        tuple(table["documents"]["licenses"]),
        tuple(
            Conflict(
                frozenset(one["one"]),
                frozenset(one["other"]),
                frozenset(one["lifted_by"]),
                one["reason"],
                one["source"],
            )
            for one in table["conflicts"]
        ),
    )


@lru_cache(maxsize=1 << 12)
def package_exceptions(package: str) -> tuple[FileException, ...]:
    """Return the exceptions for some file of ``category/name``."""
    return tuple(one for one in link_rules().exceptions if one.is_for(package))


def bound_exceptions(package: str, path: str) -> tuple[FileException, ...]:
    """Return the exceptions for a file of ``category/name``; ``""`` is any file."""
    return tuple(one for one in package_exceptions(package) if one.covers(path))


def bind(leaf: License, bound: tuple[FileException, ...]) -> License:
    """Return the licence with the exception that is bound to its file."""
    if leaf.exception is None:
        for one in bound:
            if leaf.id in one.licenses:
                return License(leaf.id, one.exception)
    return leaf


@cache
def is_of_documents(spdx_id: str) -> bool:
    """Return whether nothing is linked with what a licence is for."""
    return any(fnmatchcase(spdx_id, glob) for glob in link_rules().documents)


@lru_cache(maxsize=1 << 14)
def conflict(one: License, other: License) -> Conflict | None:
    """Return why one program cannot obey both licences, ``None`` where it can."""
    exceptions = {one.exception, other.exception}
    for rule in link_rules().conflicts:
        pair = one.id in rule.one and other.id in rule.other
        turned = other.id in rule.one and one.id in rule.other
        if (pair or turned) and exceptions.isdisjoint(rule.lifted_by):
            return rule
    return None

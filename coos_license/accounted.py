# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""The frozen values of file accounting: which file of an image belongs to what.

``model`` hands them on; ``docs/accounting.md`` says what they mean.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from coos_license.embedded import Evidence
from coos_license.expression import Declared

_WHOLE: Final = 10_000


class Means(StrEnum):
    """How a file was accounted for."""

    #: The database of the image lists it.
    IMAGE = "image"
    #: Only the database of the sysroot does.
    SYSROOT = "sysroot"
    #: It is in an archive of the image, and equal to a file of a package.
    COPY = "copy"
    #: A rule says which component it belongs to.
    IMPLICIT = "implicit"
    #: Nothing does.
    NONE = "unaccounted"


@dataclass(frozen=True, slots=True, order=True)
class Share:
    """How many files belong to one owner: a package by its cpv, or a component."""

    means: Means
    owner: str
    files: int


@dataclass(frozen=True, slots=True)
class NoticeFile:
    """A text that a rule names to be passed on; ``path`` is its evidence path."""

    path: str
    content: bytes


@dataclass(frozen=True, kw_only=True, slots=True)
class Implicit:
    """A component of the image that no package database lists, as a rule declares it.

    ``version`` is empty where nothing states one. ``stated`` are the words of the rule
    for the licence, ``package`` is the ``category/name`` that it is known from.
    ``paths`` are the globs of the rule, ``files`` how many files it met. ``is_own``:
    the rule says the licence itself. ``notices`` are the texts that it names, ``None``
    where it says nothing of any; ``evidence`` is where the rule stands. ``examples``
    are some of the files, ``source_files`` the names of the archives that the rule says
    its source is, each with its SHA-256.
    """

    name: str
    version: str
    declared: Declared
    stated: str
    package: str
    reason: str
    source: str
    paths: tuple[str, ...]
    files: int
    is_own: bool
    notices: tuple[NoticeFile, ...] | None
    evidence: Evidence
    examples: tuple[str, ...] = ()
    source_files: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Accounting:
    """All files of an image, and what became of them.

    Files are regular files, symbolic links, devices, FIFOs and sockets, and those in
    archives that were looked into. ``shares`` are sorted by means and owner,
    ``components`` by name and version.
    """

    files: int
    accounted: int
    shares: tuple[Share, ...]
    components: tuple[Implicit, ...] = ()

    @property
    def percent(self) -> float:
        """Return the coverage with two decimals; 100 only where it is all.

        >>> Accounting(files=100_000, accounted=99_999, shares=()).percent
        99.99
        """
        if not self.files:
            return 100.0
        return self.accounted * _WHOLE // self.files / 100

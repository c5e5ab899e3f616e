# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""The frozen values of dynamic linking: what is recorded, and what it means.

``model`` hands them on. Strings may hold lone surrogates, as file names do, and are
shown escaped.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from coos_license.identity import PackageId


@dataclass(frozen=True, slots=True)
class ElfObject:
    """One ELF file as the package database records it.

    ``path`` is absolute in the image, empty where only the package is known (of an
    index of binary packages). ``category`` is the multilib category of portage:
    objects of different ones never link. ``runpaths`` are RUNPATH or RPATH as recorded.
    """

    path: str
    category: str
    soname: str = ""
    runpaths: tuple[str, ...] = ()
    needed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, order=True)
class Provider:
    """A file that has a soname; ``path`` is empty where only the package is known."""

    package: PackageId
    path: str


@dataclass(frozen=True, slots=True)
class Need:
    """A soname that a file needs, and who has it.

    No provider: nothing in the database has it. Several: which of them is loaded
    hangs on the search path of the image, which is not known or does not tell.
    """

    soname: str
    providers: tuple[Provider, ...] = ()


@dataclass(frozen=True, slots=True)
class LinkedFile:
    """One ELF file of a package with its resolved needs, in the order recorded.

    ``module_licenses`` are the words of MODULE_LICENSE of a kernel module, where the
    file is at hand.
    """

    path: str
    category: str
    soname: str
    needs: tuple[Need, ...]
    module_licenses: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class LinkGraph:
    """The ELF files of every package, sorted by path.

    ``is_recorded``: some package says what its programs link. Without that nothing is
    known about any; with it a package without files has no ELF files. ``built_with``
    are the packages that DEPEND names, ``tools`` those of BDEPEND.
    """

    files: Mapping[PackageId, tuple[LinkedFile, ...]] = field(default_factory=dict)
    built_with: Mapping[PackageId, tuple[PackageId, ...]] = field(default_factory=dict)
    tools: Mapping[PackageId, tuple[PackageId, ...]] = field(default_factory=dict)
    is_recorded: bool = False

    def links(self) -> Iterator[tuple[PackageId, LinkedFile, Need]]:
        """Yield every need of every file, in order of packages."""
        for package, files in self.files.items():
            for file in files:
                for need in file.needs:
                    yield package, file, need

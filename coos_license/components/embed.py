# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""Gives each package of a database what its installed files say of components."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import groupby
from typing import Final

from coos_license.components.places import packed_module
from coos_license.components.reading import InstalledFiles
from coos_license.errors import ReadError
from coos_license.model import RawPackage
from coos_license.portage.entry import LIMITS
from coos_license.trees.base import FileTree

#: The category that kernels are in.
KERNEL: Final = "sys-kernel"
_CONTENTS: Final = "CONTENTS"


def embed(
    packages: Sequence[RawPackage], vdb: FileTree, files: InstalledFiles, root: str
) -> tuple[RawPackage, ...]:
    """Return the packages with the evidence of their files, in the same order.

    ``root`` is the evidence path of the files. A database whose files lie elsewhere is
    answered without a look at what its packages own.
    """
    if files.is_empty():
        return tuple(packages)
    return tuple(_embedded(packages, vdb, files, root))


def _embedded(
    packages: Sequence[RawPackage], vdb: FileTree, files: InstalledFiles, root: str
) -> Iterator[RawPackage]:
    """Yield the packages with what is found in their files."""
    for package, contents in each_contents(packages, vdb):
        is_kernel = package.id.category == KERNEL
        found = files.read(contents, modules=not is_kernel)
        if is_kernel:
            # Its own modules are under its own licence; one tells that it has some,
            # where they are packed and so no ELF files for portage.
            found += files.read(packed_module(contents), modules=True)
        yield replace(package, embedded=found, root=root)


def each_contents(
    packages: Sequence[RawPackage], vdb: FileTree
) -> Iterator[tuple[RawPackage, bytes]]:
    """Yield each package with its CONTENTS.

    That is empty where it cannot be read, which is CL012 already.
    """
    for category, some in groupby(packages, key=lambda one: one.id.category):
        same = tuple(some)
        try:
            entries = vdb.at(category)
        except ReadError:
            yield from ((package, b"") for package in same)
            continue
        with entries:
            for package in same:
                yield package, _contents(entries, package.id.pf)


def _contents(entries: FileTree, pf: str) -> bytes:
    """Return CONTENTS of an entry, nothing where it cannot be read."""
    try:
        return entries.read_files(pf, (_CONTENTS,), LIMITS)[0].get(_CONTENTS, b"")
    except ReadError:
        return b""

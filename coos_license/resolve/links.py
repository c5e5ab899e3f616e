# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""Which file has each soname that a file needs, as the dynamic linker would find it.

Only objects of one multilib category are for each other. A soname is looked for in the
runpaths in their order, then in those of ``/etc/ld.so.conf`` where it is at hand, then
in the usual library directories, then anywhere, for a program that ships was able to
start. Source: ld.so(8); portage 3.0.83, ``LinkageMapELF.py``, which takes every
provider in any of these directories.
"""

import posixpath
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from coos_license.components.module_info import parse_licenses
from coos_license.errors import ParseError
from coos_license.model import (
    ElfObject,
    EvidenceKind,
    LinkedFile,
    LinkGraph,
    Need,
    PackageId,
    Provider,
    RawPackage,
)
from coos_license.portage.installed import Installed

_USUAL: Final = re.compile(r"(?:/usr(?:/local)?)?/lib[a-z0-9]*")
_VARIABLE: Final = re.compile(r"\$(?:(\w+)|\{(\w+)\})")
_WIDE: Final = "_64"

_Key = tuple[str, str]
_Asked = tuple[str, str, tuple[str, ...], tuple[str, ...]]


def resolve_links(
    packages: Sequence[RawPackage], installed: Installed | None = None
) -> LinkGraph:
    """Return the files of all packages, each soname with the files that have it.

    ``installed`` answers what DEPEND and BDEPEND mean; without it they are left out.
    BDEPEND is answered by the machine that built (PMS 8.1), here only where that was
    like the one that it was built for.
    """
    recorded = [package for package in packages if package.objects]
    if not recorded:
        return LinkGraph()
    linker = _Linker(recorded)
    files = {
        package.id: found
        for package in sorted(packages, key=lambda one: one.id)
        if (found := tuple(_files(package, linker)))
    }
    if installed is None:
        return LinkGraph(files, is_recorded=True)
    return LinkGraph(
        files,
        {one.id: _needed_by(one, one.depend, installed) for one in packages},
        {
            one.id: _needed_by(one, one.bdepend if one.is_native else "", installed)
            for one in packages
        },
        is_recorded=True,
    )


def _files(package: RawPackage, linker: "_Linker") -> list[LinkedFile]:
    """Return the files of a package, kernel modules with what they say, sorted.

    A packed module is no ELF file for portage: that it was read is all that tells.
    """
    stated = {
        f"/{one.path}": parse_licenses(one.content)
        for one in package.embedded
        if one.kind is EvidenceKind.MODULE_INFO and not one.fault
    }
    found = [linker.linked(one, package.search_path) for one in package.objects]
    if stated:
        known = {file.path for file in found}
        found += [LinkedFile(path, "", "", ()) for path in stated.keys() - known]
        found = [
            replace(file, module_licenses=words)
            if (words := stated.get(file.path))
            else file
            for file in found
        ]
    return sorted(found, key=lambda one: (one.path, one.category, one.soname))


def _needed_by(
    package: RawPackage, text: str, installed: Installed
) -> tuple[PackageId, ...]:
    """Return what a dependency of a package means; a broken one is CL023 already."""
    try:
        found, _ = installed.resolve(text, package.use) if text else ((), ())
    except ParseError:
        return ()
    return tuple(sorted(one.id for one in found if one.id != package.id))


class _Linker:
    """The objects that have a soname, to be asked for one."""

    def __init__(self, packages: Sequence[RawPackage]) -> None:
        """Index the objects of the packages by category and soname."""
        found: dict[_Key, set[Provider]] = {}
        for package in packages:
            for key, path in _provided(package.objects):
                found.setdefault(key, set()).add(Provider(package.id, path))
        self._found = found
        self._needs: dict[_Asked, Need] = {}

    def linked(self, one: ElfObject, search_path: tuple[str, ...]) -> LinkedFile:
        """Return the object with its needs resolved."""
        runpaths = tuple(_expanded(one)) if one.runpaths else ()
        needs = tuple(
            self._need((one.category, name, runpaths, search_path))
            for name in one.needed
        )
        return LinkedFile(one.path, one.category, one.soname, needs)

    def _need(self, asked: _Asked) -> Need:
        """Return who has a soname; equal questions have one answer."""
        need = self._needs.get(asked)
        if need is None:
            category, soname, runpaths, search_path = asked
            every = self._found.get((category, posixpath.basename(soname)), set())
            chosen = _chosen(every, soname, runpaths, search_path)
            need = self._needs[asked] = Need(soname, tuple(sorted(chosen)))
        return need


def _provided(objects: Sequence[ElfObject]) -> Iterator[tuple[_Key, str]]:
    """Yield category and soname of what others may need, and where it lies.

    A library without a soname is needed by its file name, as musl's libc.so is.
    """
    for one in objects:
        name = one.soname or (posixpath.basename(one.path) if ".so" in one.path else "")
        if name:
            yield (one.category, name), one.path


def _chosen(
    every: set[Provider],
    soname: str,
    runpaths: tuple[str, ...],
    search_path: tuple[str, ...],
) -> set[Provider]:
    """Return those that the linker may load; nothing is dropped without a reason."""
    if len(every) <= 1:
        return every
    if "/" in soname:  # a path: no search (ld.so(8))
        return {one for one in every if one.path == soname} or every
    for directory in runpaths:
        there = {one for one in every if posixpath.dirname(one.path) == directory}
        if there:
            return there
    for directory in map(_merged, search_path):
        there = {
            one for one in every if _merged(posixpath.dirname(one.path)) == directory
        }
        if there:
            return there
    usual = {
        one
        for one in every
        if _USUAL.fullmatch(posixpath.dirname(one.path)) is not None
    }
    return usual or every


def _merged(directory: str) -> str:
    """Return what ``/lib64`` and ``/usr/lib64`` have in common: often one is the other.

    Where they are two, files of both are taken for what may be loaded.
    """
    return directory.removeprefix("/usr")


def _expanded(one: ElfObject) -> Iterator[str]:
    """Yield the directories of the runpaths (ld.so(8), "Dynamic string tokens")."""
    values = {
        "ORIGIN": posixpath.dirname(one.path),
        "LIB": "lib64" if one.category.endswith(_WIDE) else "lib",
    }
    for runpath in one.runpaths:
        path = _VARIABLE.sub(
            lambda match: values.get(match[1] or match[2], match[0]), runpath
        )
        if path.startswith("/"):
            yield f"/{posixpath.normpath(path).lstrip('/')}"


def providers_of(
    graph: LinkGraph, package: PackageId
) -> dict[PackageId, tuple[str, ...]]:
    """Return the packages whose files a package links, each with the sonames."""
    found: dict[PackageId, dict[str, None]] = {}
    for file in graph.files.get(package, ()):
        for need in file.needs:
            for provider in need.providers:
                if provider.package != package:
                    found.setdefault(provider.package, {})[need.soname] = None
    return {one: tuple(names) for one, names in sorted(found.items())}

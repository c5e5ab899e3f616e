# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""Joins what programs say of their parts with what the package's sources say of them.

A program's own build information says what is in it. Lists in the sources say where
the source of a part lies, and its checksum; they name more than is linked, so they
make no part of a package where a program tells. Where none does, what the build is
known to use is ``DECLARED``: it may be in.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from coos_license.components.parts import STANDARD_LIBRARY, Part
from coos_license.components.purls import component_purl
from coos_license.components.source_lists import (
    Key,
    Named,
    Root,
    SourceLists,
    cached_modules,
)
from coos_license.expression import Claim, Declared, License
from coos_license.licenses.identify import Identified
from coos_license.model import (
    Component,
    ComponentFile,
    Ecosystem,
    Evidence,
    Linkage,
)
from coos_license.resolve.component_licenses import license_of
from coos_license.resolve.source_facts import statements_in
from coos_license.sources.values import PASSED_ON, Role, SourceFile

_TERMS: Final = (Role.TERMS, Role.GNU_TERMS)
#: The ecosystems whose programs say nothing of licences.
_LINKED: Final = (Ecosystem.GO, Ecosystem.RUST)
#: Lines that are kept of each component; a hostile list repeats one for ever.
_MOST_LISTS: Final = 100
_PATENTS: Final = "patent"
_LICENSES: Final = ("licenses", "licences")


@dataclass(frozen=True, slots=True)
class Reader:
    """What is known of a text by its SHA-256: its licence, and its cleaned content."""

    identify: Callable[[str], Identified]
    text: Callable[[str], str]


def joined(
    components: Sequence[Component],
    lists: SourceLists,
    files: Sequence[SourceFile],
    reader: Reader,
) -> tuple[Component, ...]:
    """Return the components, sorted, with what the sources say of each."""
    every = (*components, *_declared(components, lists.named))
    named: dict[Key, list[Named]] = {}
    for one in lists.named:
        named.setdefault(one.key, []).append(one)
    cached = cached_modules((file.path for file in files), (one.key for one in every))
    roots: dict[Key, list[Root]] = {}
    for root in (*lists.roots, *cached):
        roots.setdefault(root.key, []).append(root)
    own = {one.key: _roots_of(one, roots) for one in every}
    every_root = [root for some in roots.values() for root in some]
    directories = {root.directory for root in every_root}
    below = _by_root(files, directories | {root.workspace for root in every_root})
    return tuple(
        _with_source(
            _with_lists(one, named.get(one.key, ())), own[one.key], below, reader
        )
        for one in sorted(every, key=lambda each: each.key)
    )


def foreign_sources(components: Iterable[Component]) -> frozenset[str]:
    """Return the directories of the sources that are of others than the package.

    A crate without a checksum is one of the package's own workspace.
    """
    return frozenset(
        directory
        for one in components
        if one.linked is not Linkage.CONTAINED and one.version and one.digests
        for directory in one.source
    )


def is_below(path: str, directories: frozenset[str]) -> bool:
    """Return whether a path lies below one of the directories.

    >>> is_below("a/b/c", frozenset(("a/b",))), is_below("a/bc", frozenset(("a/b",)))
    (True, False)
    """
    place = path
    while place:
        place = place.rpartition("/")[0]
        if place in directories:
            return True
    return False


def _declared(
    components: Iterable[Component], named: Iterable[Named]
) -> Iterator[Component]:
    """Yield what the build may use, of the ecosystems of which no program tells."""
    told = {one.ecosystem for one in components if one.name != STANDARD_LIBRARY}
    keys = dict.fromkeys(one.key for one in named if one.wanted)
    for ecosystem, name, version in keys:
        if ecosystem not in told:
            yield Component(
                ecosystem=ecosystem,
                name=name,
                version=version,
                purl=component_purl(ecosystem, name, version),
                declared=Claim.NOASSERTION,
                stated="",
                linked=Linkage.DECLARED,
                digests=(),
                evidence=(),
            )


def _with_lists(component: Component, named: Iterable[Named]) -> Component:
    """Return the component with the lines that name it, and their checksums."""
    places = {one.place for one in named}
    digests = {one.digest for one in named if one.digest}
    return replace(
        component,
        digests=tuple(sorted({*component.digests, *digests})),
        lists=tuple(sorted(places, key=_place_order)[:_MOST_LISTS]),
    )


def _place_order(place: Evidence) -> tuple[str, int]:
    """Return the sort key of a place."""
    return place.path, place.line or 0


def _roots_of(component: Component, roots: Mapping[Key, list[Root]]) -> list[Root]:
    """Return the directories that are the source of a component.

    A go.mod states no version: its module is the package's own, or replaces another.
    """
    found = list(roots.get(component.key, ()))
    is_own = component.linked is Linkage.CONTAINED and component.version
    if component.ecosystem is Ecosystem.GO and is_own:
        found += roots.get((component.ecosystem, component.name, ""), ())
    return found


def _by_root(
    files: Iterable[SourceFile], directories: set[str]
) -> dict[str, list[SourceFile]]:
    """Return the texts below each directory, each with the nearest one above it."""
    found: dict[str, list[SourceFile]] = {}
    for file in files:
        if file.role not in PASSED_ON:
            continue
        place = file.path.rpartition("/")[0]
        while place and place not in directories:
            place = place.rpartition("/")[0]
        if place:
            found.setdefault(place, []).append(file)
    return found


def _with_source(
    component: Component,
    roots: Sequence[Root],
    below: Mapping[str, list[SourceFile]],
    reader: Reader,
) -> Component:
    """Return the component with licence, texts and statements of its source."""
    if component.ecosystem not in _LINKED or not roots:
        return component
    texts: dict[str, SourceFile] = {}
    answers: dict[tuple[Declared, str], None] = {}
    for root in roots:
        files = _texts_of(component, root, below)
        texts.update({file.path: file for file in files})
        answers[_license(component, root, files, reader)] = None
    known = {one for one, _ in answers if one is not Claim.NOASSERTION}
    declared = known.pop() if len(known) == 1 else Claim.NOASSERTION
    stated = dict.fromkeys(words for _, words in answers if words)
    lines: dict[str, None] = {}
    for path in sorted(texts):
        found = statements_in(reader.text(texts[path].sha256), ())
        lines.update(dict.fromkeys(one.text for one in found))
    return replace(
        component,
        declared=declared,
        stated="; ".join(stated),
        source=tuple(sorted({root.directory for root in roots})),
        texts=tuple(_file(texts[path]) for path in sorted(texts)),
        copyrights=tuple(lines),
    )


def _file(file: SourceFile) -> ComponentFile:
    """Return a file of the sources as one of the component."""
    return ComponentFile(file.path, file.sha256, notice=file.role is Role.NOTICE)


def _texts_of(
    component: Component, root: Root, below: Mapping[str, list[SourceFile]]
) -> list[SourceFile]:
    """Return the texts of a component in one directory that is its source.

    Of the package's own module only those at its top: below it is the whole package.
    """
    files = below.get(root.directory, [])
    if not root.key[2] or component.linked is Linkage.CONTAINED:
        files = [file for file in files if _is_at_top(file, root)]
    if not any(file.role in _TERMS for file in files) and root.workspace:
        shared = below.get(root.workspace, [])
        files = [*files, *(one for one in shared if _is_directly(one, root.workspace))]
    return files


def _is_directly(file: SourceFile, directory: str) -> bool:
    """Return whether a file lies in a directory, or in its directory of licences."""
    place, _, _ = file.path.rpartition("/")
    above, _, name = place.rpartition("/")
    return place == directory or (above == directory and name.lower() in _LICENSES)


def _is_at_top(file: SourceFile, root: Root) -> bool:
    """Return whether a file is of the directory itself, or named by its manifest."""
    return _is_directly(file, root.directory) or file.path == root.license_file


def _license(
    component: Component, root: Root, files: Iterable[SourceFile], reader: Reader
) -> tuple[Declared, str]:
    """Return what the manifest in a directory states, else what its texts are.

    Of several texts nobody says whether all apply or one.
    """
    if root.license:
        part = Part(
            component.ecosystem,
            component.name,
            component.version,
            component.linked,
            licenses=(root.license,),
        )
        return license_of(part)
    terms = {
        file.sha256: file.path.rpartition("/")[2]
        for file in files
        if file.role in _TERMS
        and (_is_at_top(file, root) or _is_directly(file, root.workspace))
        and _PATENTS not in file.path.rpartition("/")[2].lower()
    }
    found = {sha256: reader.identify(sha256) for sha256 in terms}
    if not found:
        return Claim.NOASSERTION, ""
    ids = {one.spdx for one in found.values()}
    if len(ids) == 1 and (spdx := ids.pop()) is not None:
        return License(spdx), ""
    words = (
        f"{name} is {' or '.join(found[sha256].ids) or 'not identified'}"
        for sha256, name in sorted(terms.items(), key=lambda item: item[1])
    )
    return Claim.NOASSERTION, ", ".join(words)

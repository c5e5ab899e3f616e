# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""Which packages a dependency means, and what they pull in.

Where USE flags are not known, nothing is left out that some flags would bring: every
condition is followed, and every package that may answer an atom is taken.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cmp_to_key
from typing import Final

from coos_license.errors import ParseError
from coos_license.model import PackageId, RawPackage
from coos_license.portage import depset
from coos_license.portage.atoms import Atom, UseDep, parse_atom, version_fits
from coos_license.portage.names import compare_versions


def _wanted(dep: UseDep, parent: frozenset[str]) -> bool | None:
    """Return whether the flag must be on or off, ``None`` where either will do.

    Source: PMS 8.3.4.
    """
    match dep.prefix, dep.suffix:
        case ("", "?"):
            return True if dep.flag in parent else None
        case ("!", "?"):
            return None if dep.flag in parent else False
        case ("", "="):
            return dep.flag in parent
        case ("!", "="):
            return dep.flag not in parent
        case _:
            return dep.prefix == ""


def _use_fits(
    dep: UseDep, parent: frozenset[str] | None, package: RawPackage
) -> bool | None:
    """Return whether the package's flags answer one USE dependency (PMS 8.3.4).

    ``None`` where that hangs on flags that are not known.
    """
    if package.use is None or (parent is None and dep.suffix):
        return None
    wanted = _wanted(dep, parent or frozenset())
    if wanted is None:
        return True
    if dep.flag in package.use:
        return wanted
    if dep.flag in package.iuse or not package.iuse:
        return not wanted
    return dep.default is not None and dep.default is wanted


@dataclass(frozen=True, slots=True)
class Answer:
    """What a dependency pulls in, and the atoms that nothing answers.

    ``certain`` is whether it does so whatever the flags are that are not known.
    """

    found: tuple[RawPackage, ...] = ()
    missing: tuple[str, ...] = ()
    certain: bool = True


_NOTHING: Final = Answer()


class Installed:
    """The installed packages, to be asked for what an atom means."""

    def __init__(self, packages: Iterable[RawPackage]) -> None:
        """Index the packages by ``category/name``, highest version first."""
        index: dict[str, list[RawPackage]] = {}
        for package in packages:
            index.setdefault(package.id.key, []).append(package)
        by_version = cmp_to_key(compare_versions)
        for same in index.values():
            same.sort(key=lambda package: by_version(package.id.version), reverse=True)
        self._index: Mapping[str, list[RawPackage]] = index
        self._answers: dict[tuple[str, frozenset[str] | None], Answer] = {}

    def best(
        self, atom: Atom, parent_use: frozenset[str] | None = frozenset()
    ) -> RawPackage | None:
        """Return the highest installed version that the atom takes, or may take."""
        found = self._matching(atom, parent_use).found
        return found[0] if found else None

    def _matching(self, atom: Atom, parent_use: frozenset[str] | None) -> Answer:
        """Return the highest version that the atom takes, and what may be instead."""
        found = []
        for package in self._index.get(atom.key, ()):
            if not (
                (atom.slot is None or atom.slot == package.slot)
                and (atom.subslot is None or atom.subslot == package.subslot)
                and (atom.repository is None or atom.repository == package.repository)
                and version_fits(atom, package.id.version)
            ):
                continue
            fits = [_use_fits(dep, parent_use, package) for dep in atom.use]
            if False in fits:
                continue
            found.append(package)
            if None not in fits:
                return Answer(tuple(found))
        return Answer(tuple(found), certain=False)

    def resolve(
        self, text: str, use: frozenset[str] | None
    ) -> tuple[tuple[RawPackage, ...], tuple[str, ...]]:
        """Return what a dependency string pulls in, and the atoms nothing answers.

        Of an any-of group the first option that is wholly installed counts, where
        none is all that is installed of any; blockers pull in nothing. Where ``use``
        is not known, an option that may not be whole does not end the search, and an
        atom that a condition may rule out is not missing.
        Raises: ParseError.
        """
        key = (text, use if "?" in text or "=" in text else None)
        answer = self._answers.get(key)
        if answer is None:
            tree = depset.parse(text)
            if use is not None and "?" in text:
                tree = depset.reduce(tree, use)
            answer = self._answers[key] = self._resolve(tree, use)
        return answer.found, answer.missing

    def _resolve(self, tree: depset.Group, use: frozenset[str] | None) -> Answer:
        """Return what a tree pulls in; conditions are left only without ``use``."""

        def leaf(word: depset.Leaf) -> Answer:
            if word.word == depset.EMPTY_ANY_OF:
                return _NOTHING
            atom = parse_atom(word.word, word.column)
            if atom.blocker:
                return _NOTHING
            answer = self._matching(atom, use)
            return answer if answer.found else Answer(missing=(word.word,))

        def group(node: depset.Group, below: list[Answer]) -> Answer:
            if node.kind == "use":
                return Answer(_all(below).found, certain=False)
            if node.kind == "any" and len(below) > 1:
                return _any(below)
            return _all(below)

        return depset.fold(tree, leaf, group)


def _all(parts: Iterable[Answer]) -> Answer:
    """Return what all the parts pull in together."""
    parts = tuple(parts)
    found = {package.id: package for part in parts for package in part.found}
    missing = dict.fromkeys(atom for part in parts for atom in part.missing)
    return Answer(
        tuple(found.values()), tuple(missing), all(part.certain for part in parts)
    )


def _any(options: list[Answer]) -> Answer:
    """Return what an any-of group pulls in."""
    taken: list[Answer] = []
    for option in options:
        if not option.missing:
            taken.append(option)
            if option.certain:
                return _all(taken)
    if taken:
        return Answer(_all(taken).found, certain=False)
    # None is whole: what is there of any may be what was used.
    return Answer(_all(options).found, options[0].missing[:1])


@dataclass(frozen=True, slots=True)
class Closure:
    """What the roots pull in, themselves included.

    ``unanswered`` is each atom that nothing installed answers, with the package that
    asks for it; ``unknown`` are reached packages whose needs cannot be read.
    """

    reached: dict[PackageId, RawPackage]
    unanswered: list[tuple[RawPackage, str]]
    unknown: list[RawPackage]


def closure(
    installed: Installed, roots: Iterable[RawPackage], *, linked: bool
) -> Closure:
    """Return all that the roots pull in by RDEPEND and PDEPEND.

    With ``linked`` DEPEND counts too: what may have been linked statically. IDEPEND
    never does, it runs elsewhere.
    """
    wanted = frozenset({"RDEPEND", "PDEPEND", *(("DEPEND",) if linked else ())})
    seen: dict[PackageId, RawPackage] = {}
    unanswered: list[tuple[RawPackage, str]] = []
    unknown: list[RawPackage] = []
    todo = list(roots)
    while todo:
        package = todo.pop()
        if package.id in seen:
            continue
        seen[package.id] = package
        if wanted & package.unreadable:
            unknown.append(package)
        texts = [package.rdepend, package.pdepend]
        if linked:
            texts.append(package.depend)
        for text in texts:
            if not text:
                continue
            try:
                found, missing = installed.resolve(text, package.use)
            except ParseError:  # a finding is made where the edges are built
                unknown.append(package)
                continue
            todo.extend(found)
            unanswered.extend((package, atom) for atom in missing)
    return Closure(seen, unanswered, unknown)

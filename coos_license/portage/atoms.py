# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""Dependency atoms, and which installed package one means (PMS 8.3)."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cmp_to_key, lru_cache

from coos_license.errors import ParseError, UseUnknownError
from coos_license.model import PackageId, RawPackage
from coos_license.portage import depset
from coos_license.portage.names import (
    compare_versions,
    is_category,
    is_package_name,
    split_pf,
)

_ATOM = re.compile(
    r"(?P<block>!{0,2})(?P<op>[<>]=?|[=~])?"
    r"(?P<category>[A-Za-z0-9_][A-Za-z0-9+_.-]*)/(?P<rest>[A-Za-z0-9+_.-]+)"
    r"(?P<star>\*)?"
    r"(?::(?:(?P<slot>[A-Za-z0-9_][A-Za-z0-9+_.-]*)"
    r"(?:/(?P<subslot>[A-Za-z0-9_][A-Za-z0-9+_.-]*))?=?|[=*]))?"
    r"(?:::(?P<repository>[A-Za-z0-9_][A-Za-z0-9_-]*))?"
    r"(?:\[(?P<use>[^\[\]]+)\])?",
    re.ASCII,
)
_USE = re.compile(
    r"(?P<prefix>[!-]?)(?P<flag>[A-Za-z0-9][A-Za-z0-9+_@-]*)"
    r"(?P<default>\([+-]\))?(?P<suffix>[?=]?)",
    re.ASCII,
)
_REVISION = re.compile(r"-r\d+\Z", re.ASCII)
_LEADING_ZEROS = re.compile(r"\A0+(?=\d)", re.ASCII)


@dataclass(frozen=True, slots=True)
class UseDep:
    """One ``[flag]`` of an atom; ``default`` holds where the flag is not in IUSE."""

    flag: str
    prefix: str
    suffix: str
    default: bool | None


@dataclass(frozen=True, slots=True)
class Atom:
    """A package dependency. ``operator`` is empty without a version (PMS 8.3.1).

    ``operator`` may be ``<``, ``<=``, ``=``, ``=*``, ``~``, ``>=`` or ``>``.
    """

    category: str
    name: str
    operator: str = ""
    version: str = ""
    slot: str | None = None
    subslot: str | None = None
    repository: str | None = None
    use: tuple[UseDep, ...] = ()
    blocker: bool = False

    @property
    def key(self) -> str:
        """Return ``category/name``."""
        return f"{self.category}/{self.name}"


@lru_cache(maxsize=1 << 14)
def parse_atom(text: str, column: int = 1) -> Atom:
    """Return the atom that the text is.

    Raises: ParseError at ``column``.

    >>> parse_atom(">=dev-libs/glib-2.80:2=[introspection?]").slot
    '2'
    """
    match = _ATOM.fullmatch(text)
    if match is None or not is_category(match["category"]):
        message = f"{text[:60]!r} is no dependency atom"
        raise ParseError(message, column)
    operator = match["op"] or ""
    name, version = match["rest"], ""
    if operator:
        parts = split_pf(match["rest"])
        if parts is None:
            message = f"{text[:60]!r} has an operator but no version"
            raise ParseError(message, column)
        name, version = parts
    elif not is_package_name(name) or match["star"]:
        message = f"{text[:60]!r} has a version but no operator"
        raise ParseError(message, column)
    if match["star"]:
        if operator != "=":
            message = f"{text[:60]!r}: '*' goes with '=' only"
            raise ParseError(message, column)
        operator = "=*"
    return Atom(
        match["category"],
        name,
        operator,
        version,
        match["slot"],
        match["subslot"],
        match["repository"],
        tuple(_use_deps(match["use"], column)),
        blocker=bool(match["block"]),
    )


def _use_deps(text: str | None, column: int) -> Iterator[UseDep]:
    """Yield the parts of ``[a,-b,c?]`` (PMS 8.3.4)."""
    for part in text.split(",") if text else ():
        match = _USE.fullmatch(part)
        if match is None or (match["prefix"] == "-" and match["suffix"]):
            message = f"{part[:60]!r} is no USE dependency"
            raise ParseError(message, column)
        default = None if match["default"] is None else match["default"] == "(+)"
        yield UseDep(match["flag"], match["prefix"], match["suffix"], default)


def version_fits(atom: Atom, version: str) -> bool:
    """Return whether the version is in the atom's range (PMS 8.3.1).

    >>> version_fits(parse_atom(">=a/b-1.2"), "1.10")
    True
    """
    if not atom.operator:
        return True
    if atom.operator == "=*":
        return _has_prefix(version, atom.version)
    if atom.operator == "~":
        bare, wanted = (_REVISION.sub("", one) for one in (version, atom.version))
        return compare_versions(bare, wanted) == 0
    order = compare_versions(version, atom.version)
    return {
        "=": order == 0,
        "<": order < 0,
        "<=": order <= 0,
        ">": order > 0,
        ">=": order >= 0,
    }[atom.operator]


def _has_prefix(version: str, prefix: str) -> bool:
    """Return whether ``=prefix*`` takes the version: whole components only.

    Source: PMS 8.3.1; leading zeros of the first number do not count.
    """
    version, prefix = (_LEADING_ZEROS.sub("", text) for text in (version, prefix))
    if not version.startswith(prefix):
        return False
    rest = version[len(prefix) :]
    return not rest or not (rest[0].isdigit() and prefix[-1].isdigit())


def _use_fits(dep: UseDep, parent: frozenset[str], package: RawPackage) -> bool:
    """Return whether the package's flags answer one USE dependency (PMS 8.3.4)."""
    match dep.prefix, dep.suffix:
        case ("", "?") if dep.flag not in parent:
            return True
        case ("!", "?") if dep.flag in parent:
            return True
        case ("", "" | "?"):
            wanted = True
        case ("-", _) | ("!", "?"):
            wanted = False
        case ("", _):
            wanted = dep.flag in parent
        case _:
            wanted = dep.flag not in parent
    if dep.flag in (package.use or ()):
        return wanted
    if dep.flag in package.iuse or not package.iuse:
        return not wanted
    return dep.default is not None and dep.default is wanted


#: What a dependency string pulls in, and the atoms that nothing answers.
Answer = tuple[tuple[RawPackage, ...], tuple[str, ...]]


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
        self, atom: Atom, parent_use: frozenset[str] = frozenset()
    ) -> RawPackage | None:
        """Return the highest installed version that the atom takes."""
        for package in self._index.get(atom.key, ()):
            if (
                (atom.slot is None or atom.slot == package.slot)
                and (atom.subslot is None or atom.subslot == package.subslot)
                and (atom.repository is None or atom.repository == package.repository)
                and version_fits(atom, package.id.version)
                and all(_use_fits(dep, parent_use, package) for dep in atom.use)
            ):
                return package
        return None

    def resolve(
        self, text: str, use: frozenset[str] | None
    ) -> tuple[tuple[RawPackage, ...], tuple[str, ...]]:
        """Return what a dependency string pulls in, and the atoms nothing answers.

        Of an any-of group the first option that is wholly installed counts, where
        none is all that is installed of any; blockers pull in nothing.
        Raises: ParseError; UseUnknownError where conditions meet no recorded flags.
        """
        key = (text, use if "?" in text or "=" in text else None)
        answer = self._answers.get(key)
        if answer is None:
            tree = depset.parse(text)
            if depset.has_conditions(tree):
                if use is None:
                    message = "there are conditions, but no USE flags are recorded"
                    raise UseUnknownError(message, 1)
                tree = depset.reduce(tree, use)
            found, missing = self._resolve(tree, use or frozenset())
            answer = (
                tuple({package.id: package for package in found}.values()),
                tuple(dict.fromkeys(missing)),
            )
            self._answers[key] = answer
        return answer

    def _resolve(
        self, tree: depset.Group, use: frozenset[str]
    ) -> tuple[list[RawPackage], list[str]]:
        """Return packages and unanswered atoms of a reduced tree."""

        def leaf(word: depset.Leaf) -> tuple[list[RawPackage], list[str]]:
            if word.word == depset.EMPTY_ANY_OF:
                return [], []
            atom = parse_atom(word.word, word.column)
            if atom.blocker:
                return [], []
            best = self.best(atom, use)
            return ([best], []) if best else ([], [word.word])

        def group(
            node: depset.Group, below: list[tuple[list[RawPackage], list[str]]]
        ) -> tuple[list[RawPackage], list[str]]:
            if node.kind == "any" and len(below) > 1:
                for found, missing in below:
                    if not missing:
                        return found, []
                # None is whole: what is there of any may be what was used.
                below = [(found, []) for found, _ in below] + [([], below[0][1][:1])]
            return (
                [package for found, _ in below for package in found],
                [atom for _, missing in below for atom in missing],
            )

        return depset.fold(tree, leaf, group)


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

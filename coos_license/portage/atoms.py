# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""Dependency atoms and the versions that one takes (PMS 8.3)."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from coos_license.errors import ParseError
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

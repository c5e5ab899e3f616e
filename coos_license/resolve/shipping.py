# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""Which packages reach the image: all, a runtime closure, or the set of another source.

What is reachable by DEPEND only may have been linked statically: ``linked-unknown``.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Final

from coos_license import findings
from coos_license.errors import InputError, ParseError
from coos_license.model import Finding, PackageId, RawPackage, Shipped
from coos_license.portage.atoms import parse_atom
from coos_license.portage.installed import Installed, closure

TARGET_OS: Final = "virtual/target-os"
NOTHING_FOUND: Final[Mapping[PackageId, str]] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Shipping:
    """The decision for every package, how it was made, and what was odd.

    ``reasons`` are those of packages that ship by what is in the image, whatever is
    listed.
    """

    decided: Mapping[PackageId, Shipped]
    rule: str
    defects: tuple[Finding, ...]
    reasons: Mapping[PackageId, str] = field(default_factory=dict)


def ship_all(packages: Sequence[RawPackage]) -> Shipping:
    """Return that every package ships."""
    return Shipping({package.id: Shipped.YES for package in packages}, "all", ())


def ship_listed(packages: Sequence[RawPackage]) -> Shipping:
    """Return what the list that names the packages says of each."""
    decided = {package.id: package.stated or Shipped.YES for package in packages}
    return Shipping(decided, "as listed", ())


def ship_closure(
    packages: Sequence[RawPackage], installed: Installed, atom: str
) -> Shipping:
    """Return what the atom pulls in at run time, itself included.

    Raises: InputError where the text is no atom or nothing installed answers it.
    """
    try:
        root = installed.best(parse_atom(atom))
    except ParseError as error:
        raise InputError(
            str(error), where=f"--shipped closure:{atom}", cure="give a package atom"
        ) from error
    if root is None:
        raise InputError(
            "no installed package answers this atom",
            where=f"--shipped closure:{atom}",
            cure="name an installed package, see 'coos-license list'",
        )
    return _from_roots(packages, installed, [root], f"closure:{atom}", follow=True)


def ship_set(
    packages: Sequence[RawPackage],
    installed: Installed,
    shipped: Sequence[RawPackage],
    found: Mapping[PackageId, str] = NOTHING_FOUND,
) -> Shipping:
    """Return that exactly the packages of ``shipped`` ship, and those ``found``.

    The latter have files in the image, as their reasons say.
    """
    ids = {package.id for package in shipped} | found.keys()
    roots = [package for package in packages if package.id in ids]
    decided = _from_roots(packages, installed, roots, "path", follow=False)
    return replace(decided, reasons=found)


def ship_default(packages: Sequence[RawPackage], installed: Installed) -> Shipping:
    """Return the closure of ``virtual/target-os`` where it is installed, else all."""
    if installed.best(parse_atom(TARGET_OS)) is None:
        return ship_all(packages)
    return ship_closure(packages, installed, TARGET_OS)


def _from_roots(
    packages: Sequence[RawPackage],
    installed: Installed,
    roots: Sequence[RawPackage],
    rule: str,
    *,
    follow: bool,
) -> Shipping:
    """Return the decision that follows from the roots."""
    run_time = closure(installed, roots, linked=False)
    by_root = {package.id: package for package in roots}
    shipped = run_time.reached if follow else by_root
    linked = closure(installed, shipped.values(), linked=True)
    # Where needs cannot be read, nothing is proved to stay out of the image.
    everything = bool(linked.unknown)
    decided = {
        package.id: Shipped.YES
        if package.id in shipped
        else Shipped.LINKED_UNKNOWN
        if everything or package.id in linked.reached
        else Shipped.BUILD_TIME
        for package in packages
    }
    defects = tuple(
        Finding(
            findings.UNMATCHED_DEPENDENCY,
            parse_atom(atom).key,
            f"needs {atom}, which nothing installed answers",
            package.id,
            package.slot,
            (package.evidence(),),
        )
        for package, atom in run_time.unanswered
        if follow
    )
    return Shipping(decided, rule, defects)


def merged(
    source: Sequence[RawPackage], image: Sequence[RawPackage]
) -> tuple[RawPackage, ...]:
    """Return the image's packages and the rest of the source.

    Facts of the image win; what its entry lacks comes from the source's entry of the
    same name and version.
    """
    by_id = {package.id: package for package in source}
    taken = []
    for package in image:
        other = by_id.pop(package.id, None)
        taken.append(package if other is None else _filled(package, other))
    return (*taken, *by_id.values())


def _filled(package: RawPackage, other: RawPackage) -> RawPackage:
    """Return the package with what it lacks taken from the other."""
    lacks = {
        name: getattr(other, name)
        for name in (
            "license_field",
            "repository",
            "homepage",
            "description",
            "use",
            "rdepend",
            "pdepend",
            "depend",
            "bdepend",
            "objects",
            "src_uri",
            "build_time",
            "files",
        )
        if getattr(package, name) in (None, "", ())
    }
    if not package.embedded:  # the files and the root that they lie below go together
        lacks |= {"embedded": other.embedded, "root": other.root}
    return replace(package, **lacks) if lacks else package

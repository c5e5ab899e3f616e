# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""What is wrong or not certain about linked works: conflicts, gaps in what is known."""

from collections.abc import Iterable, Iterator

from coos_license import findings
from coos_license.expression import License
from coos_license.model import Finding, Inventory, Package, PackageId
from coos_license.obligations.paths import told_path
from coos_license.obligations.policy_propagation import reaches
from coos_license.obligations.resolutions import (
    LinkConflict,
    Propagation,
    in_the_way,
)
from coos_license.obligations.terms import options_of
from coos_license.trees.text import in_full, show


def link_findings(inventory: Inventory, made: Propagation) -> Iterator[Finding]:
    """Yield the findings about links; conflicts of packages that are credited."""
    if not inventory.links.is_recorded:
        yield from _not_recorded(inventory)
        return
    credited = {package.id: package for package in inventory.credited}
    yield from _conflicts(made, credited)
    yield from _unresolved(inventory, credited)


def _conflicts(
    made: Propagation, credited: dict[PackageId, Package]
) -> Iterator[Finding]:
    """Yield one finding for each package and pair of licences, the surest of all."""
    first: dict[tuple[PackageId, str], LinkConflict] = {}
    ordered = sorted(made.conflicts(), key=lambda one: (not one.is_sure, one.node))
    for one in ordered:
        package = made.graph.nodes[one.node].package
        if package in credited:
            first.setdefault((package, _pair(one)), one)
    for (package, pair), one in first.items():
        kind = findings.LINK_CONFLICT if one.is_sure else findings.LINK_REVIEW
        where = credited[package]
        yield Finding(
            kind,
            pair,
            _told(one, made),
            package,
            where.slot,
            (where.license_evidence, where.evidence),
        )


def _pair(one: LinkConflict) -> str:
    """Return the two licences of a conflict."""
    return f"{one.license} | {one.against or 'NOASSERTION'}"


def _told(one: LinkConflict, made: Propagation) -> str:
    """Return a conflict in words, with its path."""
    node = made.graph.nodes[one.node]
    own = str(one.against) if one.against else "no known licence"
    elected = "; a licence was elected here, see whether another option passes"
    stated = ", ".join(show(one) for one in node.stated)
    module = f" (MODULE_LICENSE says {stated!r})" if stated else ""
    return (
        f"{in_full(node.name)} has {own}{module}, and {one.license} reaches it:"
        f" {one.reason}"
        f"{elected if one.is_elected else ''};"
        f" {told_path(made.graph, one.node, one.path)}"
    )


def _unresolved(
    inventory: Inventory, credited: Iterable[PackageId]
) -> Iterator[Finding]:
    """Yield the sonames that nothing has, each once."""
    users: dict[str, list[str]] = {}
    wanted = set(credited)
    for package, file, need in inventory.links.links():
        if package in wanted and not need.providers:
            users.setdefault(need.soname, []).append(file.path or package.cpv)
    for soname, files in sorted(users.items()):
        others = len(files) - 1
        who = f"{in_full(files[0])} needs"
        if others:
            who = f"{in_full(files[0])} and {others} more need"
        message = f"{who} {in_full(soname)}, which no package has"
        yield Finding(findings.UNRESOLVED_SONAME, in_full(soname), message)


def _not_recorded(inventory: Inventory) -> Iterator[Finding]:
    """Yield that nothing is known about links, and where that may hide a conflict."""
    strict = {
        package.id: leaf
        for package in inventory.credited
        for leaf in _taken(package)
        if reaches(leaf)
    }
    users = [
        (package, strict[needed], needed)
        for package in inventory.credited
        for needed in package.depends_on
        if needed in strict
    ]
    names = sorted({package.id.cpv for package, _, _ in users})
    if names:
        more = f" and {len(names) - 1} more" if len(names) > 1 else ""
        yield Finding(
            findings.LINKAGE_UNKNOWN,
            "image",
            f"no package records what its programs link; {names[0]}{more} depend on"
            " packages whose licence reaches what is linked with them",
        )
    seen: set[tuple[PackageId, str]] = set()
    for package, leaf, needed in users:
        for own in _taken(package):
            pair = f"{leaf} | {own}"
            why = in_the_way(own, leaf)
            if why and (package.id, pair) not in seen:
                seen.add((package.id, pair))
                yield Finding(
                    findings.LINK_REVIEW,
                    pair,
                    f"{package.id.cpv} has {own} and depends on {needed.cpv}, which has"
                    f" {leaf}; whether it links it is not recorded: {why}",
                    package.id,
                    package.slot,
                    (package.license_evidence,),
                )


def _taken(package: Package) -> tuple[License, ...]:
    """Return the licences of the option of a package that asks for least."""
    return next(iter(options_of(package.effective)), ())

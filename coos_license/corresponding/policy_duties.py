# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""What licences ask for beside source, and what of it the bundle has.

* Relinking (LGPL-2.1 section 6, LGPL-3.0 section 4(d)): whoever links such a library
  lets people link a changed one. A program that loads it does; one that holds it must
  come with source or object files.
* Installation Information (GPL-3.0 section 6): for a User Product, what is needed to
  install and run a changed work; a device that boots only signed images needs keys.
* Notices in modified files (GPL-2.0 section 2(a), GPL-3.0 section 5(a)): patches show
  what was modified.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from coos_license import findings
from coos_license.corresponding.values import Bundled, Duty, Role
from coos_license.model import Finding, Obligation, PackageId, Severity
from coos_license.obligations.graph import EdgeKind
from coos_license.obligations.resolutions import Propagation

_MOST_NAMED: Final = 10
_LINKED: Final = frozenset((EdgeKind.DYNAMIC, EdgeKind.STATIC, EdgeKind.ONE_OF))


def duties(bundled: Sequence[Bundled], made: Propagation | None) -> tuple[Duty, ...]:
    """Return what is owed beside source for the packages of a bundle."""
    found = (
        _relinking(bundled, made),
        _installation(bundled),
        _modified(bundled),
    )
    return tuple(one for one in found if one is not None)


def _asking(bundled: Sequence[Bundled], duty: Obligation) -> list[Bundled]:
    """Return the packages whose licences ask for something."""
    return [one for one in bundled if duty in one.plan.package.obligations]


def _relinking(bundled: Sequence[Bundled], made: Propagation | None) -> Duty | None:
    """Return what is at hand to link a changed library again."""
    duty = Obligation.RELINKING
    libraries = _asking(bundled, duty)
    if not libraries:
        return None
    complete = {one.plan.package.id for one in bundled if not one.gaps}
    ids = tuple(one.plan.package.id for one in libraries)
    if made is None or not _is_recorded(made):
        told = "not known: nothing records what programs link (CL068)"
        return Duty(duty, ids, told, is_met=False)
    holders = sorted(set(_holders(made, {one.plan.package.id for one in libraries})))
    without = [one for one in holders if one not in complete]
    if not holders:
        told = "no package is known to hold them: what loads them can be relinked"
        return Duty(duty, ids, told, is_met=True)
    if not without:
        told = f"all source of what holds them is in the bundle: {_named(holders)}"
        return Duty(duty, ids, told, is_met=True)
    told = (
        "neither all source nor object files are in the bundle of what holds them, or"
        f" may: {_named(without)}"
    )
    return Duty(duty, ids, told, is_met=False)


def _is_recorded(made: Propagation) -> bool:
    """Return whether it is known of any program what it links."""
    return any(kind in _LINKED for _, _, kind in made.graph.edges)


def _holders(made: Propagation, own: set[PackageId]) -> Iterator[PackageId]:
    """Yield the packages that hold a library that must be relinkable."""
    for one in made.resolutions():
        package = made.graph.nodes[one.attaches_to].package
        is_held = one.obligation is Obligation.RELINKING and bool(one.path)
        if is_held and package is not None and package not in own:
            yield package


def _installation(bundled: Sequence[Bundled]) -> Duty | None:
    """Return that Installation Information is not something that is at hand."""
    duty = Obligation.INSTALLATION_INFORMATION
    asking = _asking(bundled, duty)
    if not asking:
        return None
    told = (
        "nothing that SOURCE records: if the image is for a User Product and boots only"
        " what is signed, add the keys or the way to install a changed work"
    )
    ids = tuple(one.plan.package.id for one in asking)
    return Duty(duty, ids, told, is_met=False)


def _modified(bundled: Sequence[Bundled]) -> Duty | None:
    """Return which patches show what was modified."""
    duty = Obligation.MODIFIED_FILES_NOTICE
    asking = [one for one in _asking(bundled, duty) if one.plan.patches]
    if not asking:
        return None
    count = sum(len(one.plan.patches) for one in asking)
    lost = any(
        gap.role in (Role.PATCH, Role.FILE) for one in asking for gap in one.gaps
    )
    told = f"{count} patches, which name the files that they modify, but not when"
    ids = tuple(one.plan.package.id for one in asking)
    return Duty(duty, ids, told, is_met=not lost)


def duty_findings(found: Sequence[Duty]) -> Iterator[Finding]:
    """Yield a finding for each duty; one that is met is information."""
    for one in found:
        kind = findings.DUTY_BESIDE_SOURCE
        level = Severity.INFO if one.is_met else kind.severity
        message = f"{_named(one.packages)}; at hand: {one.at_hand}"
        yield Finding(replace(kind, severity=level), one.obligation.value, message)


def _named(packages: Sequence[PackageId]) -> str:
    """Return the first packages by name, and how many more there are."""
    more = len(packages) - _MOST_NAMED
    told = ", ".join(one.cpv for one in packages[:_MOST_NAMED])
    return f"{told} and {more} more" if more > 0 else told

# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""Curations applied: from an inventory to one that says what people found out."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from typing import Final

from coos_license import findings
from coos_license.expression import Expression, License, leaves
from coos_license.licenses import spdx_list
from coos_license.licenses.expressions import (
    category_of,
    obligations_of,
    with_components,
)
from coos_license.licenses.names import name_rows
from coos_license.model import (
    Curated,
    ExtractedLicense,
    Finding,
    FindingKind,
    Inventory,
    LicenseText,
    Package,
    PackageId,
    TextKind,
    TextUse,
)
from coos_license.policy.policy_curations import Curation
from coos_license.policy.policy_elections import (
    Elections,
    Rule,
    elect_package,
    stands,
)
from coos_license.portage.atoms import version_fits
from coos_license.resolve.texts import license_text
from coos_license.trees.text import show

#: What a person answered by concluding a licence, whatever licences it was about.
_ANSWERED: Final = frozenset(
    (
        findings.BARE_EXCEPTION,
        findings.EMPTY_ANY_OF,
        findings.LICENSE_SYNTAX,
        findings.MISSING_LICENSE,
        findings.SOURCES_CONTRADICT_LICENSE,
        findings.UNKNOWN_LICENSE,
    )
)


@dataclass(frozen=True, slots=True)
class _Applied:
    """A package after its curations; the texts that they need, and what went wrong."""

    package: Package
    texts: tuple[LicenseText, ...]
    met: tuple[Finding, ...]
    used: frozenset[str]


def curate(inventory: Inventory, curations: Sequence[Curation]) -> Inventory:
    """Return the inventory with the curations applied, and findings about them.

    They are applied in order before any election; the first that concludes counts.
    """
    if not curations:
        return inventory
    by_package: dict[str, list[Curation]] = {}
    for curation in curations:
        by_package.setdefault(curation.package, []).append(curation)
    met = list(over_broad(curations))
    used: set[str] = set()
    texts: dict[str, LicenseText] = {}
    changed: dict[PackageId, Package] = {}
    for package in inventory.packages:
        applied = _apply(
            package, by_package.get(package.id.key, ()), inventory.extracted
        )
        met += applied.met
        used |= applied.used
        texts |= {text.sha256: text for text in applied.texts}
        if applied.package is not package:
            changed[package.id] = applied.package
    met += [_unused(one) for one in curations if one.id not in used]
    return replace(
        inventory,
        packages=tuple(changed.get(one.id, one) for one in inventory.packages),
        texts=dict(sorted({**texts, **inventory.texts}.items())),
        defects=(*(one for one in inventory.defects if _open(one, changed)), *met),
    )


def expired(curations: Iterable[Curation], today: date) -> tuple[Finding, ...]:
    """Return a finding for each curation whose date has passed.

    They depend on the day, so they are in no output that is compared byte for byte.
    """
    return tuple(
        _about(findings.CURATION_EXPIRED, one, f"was good until {one.expires}")
        for one in curations
        if one.expires < today
    )


def over_broad(curations: Iterable[Curation]) -> tuple[Finding, ...]:
    """Return a finding for each curation that nothing binds to what was looked at."""
    what = "concludes a licence for versions to come, whatever they say"
    return tuple(
        _about(findings.CURATION_OVER_BROAD, one, what)
        for one in curations
        if _is_over_broad(one)
    )


def _apply(
    package: Package,
    curations: Iterable[Curation],
    references: Mapping[str, ExtractedLicense],
) -> _Applied:
    """Return a package with those of its curations applied that still hold.

    ``references`` are the LicenseRefs that have a meaning in the inventory.
    """
    texts: list[LicenseText] = []
    met: list[Finding] = []
    used: set[str] = set()
    for curation in curations:
        if not all(version_fits(one, package.id.version) for one in curation.versions):
            continue
        if drift := _drift(package, curation):
            used.add(curation.id)
            met.append(_about(findings.CURATION_DRIFTED, curation, drift, package))
            continue
        after = package
        # Whoever concludes what is declared has looked, and found it right.
        concludes = curation.conclude is not None and not package.curations
        if curation.conclude is not None and concludes:
            after = _concluded(after, curation.conclude)
            new = [
                leaf
                for leaf in dict.fromkeys(leaves(curation.conclude))
                if leaf not in leaves(after.declared) and leaf.id not in references
            ]
            found = [pair for leaf in new for pair in _list_texts(leaf)]
            after = replace(after, texts=(*after.texts, *(use for use, _ in found)))
            texts += [text for _, text in found]
            met += [_no_text(after, leaf) for leaf in new if not _list_texts(leaf)]
            if not (after.copyrights or curation.copyrights):
                met += [_no_notice(after, leaf) for leaf in new if _is_template(leaf)]
        if curation.elect is not None:
            outcome = elect_package(after, _as_elections(curation))
            after = outcome.package
            met += outcome.rejected
        lines = dict.fromkeys((*after.copyrights, *curation.copyrights))
        after = replace(after, copyrights=tuple(lines))
        if concludes or after != package:
            package = replace(after, curations=(*after.curations, _record(curation)))
            used.add(curation.id)
    return _Applied(package, tuple(texts), tuple(met), frozenset(used))


def _concluded(package: Package, expression: Expression) -> Package:
    """Return the package under another expression than the declared one."""
    return replace(
        package,
        concluded=expression,
        effective=expression,
        category=category_of(expression),
        obligations=with_components(
            obligations_of(leaves(expression)), package.components
        ),
    )


@lru_cache(maxsize=1 << 8)
def _list_texts(leaf: License) -> tuple[tuple[TextUse, LicenseText], ...]:
    """Return the SPDX list's texts of a licence and its exception, all or none."""
    parts = [(leaf.id, spdx_list.list_text(leaf.id))]
    if leaf.exception:
        parts.append((leaf.exception, spdx_list.exception_text(leaf.exception)))
    found = []
    for spdx_id, content in parts:
        if content is None:
            return ()
        sha256 = hashlib.sha256(content).hexdigest()
        path = f"spdx-list-{spdx_list.LIST_VERSION}/{spdx_id}"
        use = TextUse(sha256, spdx_id, TextKind.SPDX_LIST, path)
        found.append((use, license_text(sha256, content, spdx_id)))
    return tuple(found)


def _is_template(leaf: License) -> bool:
    """Return whether the list's text lacks the copyright notice of the work."""
    return any(
        row.notice == "template" and row.expression == str(leaf)
        for row in name_rows().values()
    )


def _as_elections(curation: Curation) -> Elections:
    """Return what a curation elects, as the policy would."""
    why = curation.comment or curation.reason
    return Elections((Rule(curation.package, str(curation.elect), why, curation.name),))


def _record(curation: Curation) -> Curated:
    """Return what is kept of a curation in the inventory."""
    return Curated(
        id=curation.id,
        concluded=None if curation.conclude is None else str(curation.conclude),
        elected=None if curation.elect is None else str(curation.elect),
        copyrights=curation.copyrights,
        reason=curation.reason,
        comment=curation.comment,
        owner=curation.owner,
        evidence=curation.evidence,
    )


def _drift(package: Package, curation: Curation) -> str:
    """Return what is not as it was when somebody looked; empty where all is."""
    if curation.license is not None:
        now = " ".join((package.license_field or "").split())
        if now != " ".join(curation.license.split()):
            return f"is about LICENSE {curation.license!r}, which is {show(now)!r} now"
    read = (*package.texts, *package.notice_files)
    texts = {use.path: use.sha256 for use in read}
    for pin in curation.pins:
        if pin.path not in texts:
            return f"is about {pin.path}, which is no text of the package now"
        if texts[pin.path] != pin.sha256:
            return f"is about {pin.path}, which has another content now"
    return ""


def _is_over_broad(curation: Curation) -> bool:
    """Return whether a conclusion holds whatever becomes of the package."""
    ends = any(one.operator in ("<", "<=", "=", "~") for one in curation.versions)
    bound = ends or curation.license is not None or curation.pins
    return curation.conclude is not None and not bound


def _open(finding: Finding, changed: Mapping[PackageId, Package]) -> bool:
    """Return whether a finding is still one after the curations."""
    package = changed.get(finding.package) if finding.package else None
    if package is None:
        return True
    if finding.kind == findings.MISSING_ATTRIBUTION:
        return not any(done.copyrights for done in package.curations)
    concluded = any(done.concluded for done in package.curations)
    if concluded and finding.kind in _ANSWERED:
        return False
    return stands(finding, changed)


def _about(
    kind: FindingKind, curation: Curation, what: str, package: Package | None = None
) -> Finding:
    """Return a finding about a curation."""
    return Finding(
        kind,
        curation.id,
        f"{curation.name} for {curation.package} {what}",
        package.id if package else None,
        package.slot if package else "",
        (package.evidence,) if package else (),
    )


def _unused(curation: Curation) -> Finding:
    """Return the finding for a curation that changed nothing."""
    what = "met no such package, or changed nothing"
    return _about(findings.CURATION_UNUSED, curation, what)


def _no_text(package: Package, leaf: License) -> Finding:
    """Return the finding for a concluded licence whose text nobody has."""
    return Finding(
        findings.MISSING_LICENSE_TEXT,
        str(leaf),
        f"no text of {leaf}, which a curation concludes",
        package.id,
        package.slot,
        (package.evidence,),
        frozenset((leaf.id,)),
    )


def _no_notice(package: Package, leaf: License) -> Finding:
    """Return the finding for a concluded licence that wants the work's own notice."""
    return Finding(
        findings.MISSING_ATTRIBUTION,
        str(leaf),
        f"{leaf}, which a curation concludes, wants the package's copyright notice;"
        " none is at hand",
        package.id,
        package.slot,
        (package.evidence,),
        frozenset((leaf.id,)),
    )

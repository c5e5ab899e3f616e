# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""The source of components that no package database lists.

What owes it is decided as for packages. It is what the rule names under
``source-files``, else the source of the package that the component is known from.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from fnmatch import fnmatchcase

from coos_license import findings
from coos_license.corresponding.values import (
    ComponentSource,
    Gap,
    Plan,
    Reason,
    Role,
)
from coos_license.model import FetchedFile, Implicit, Inventory, Package, PackageId

#: By package, why its source is owed.
Reasons = Mapping[PackageId, tuple[Reason, ...]]


def component_sources(
    inventory: Inventory, reasons: Reasons
) -> tuple[ComponentSource, ...]:
    """Return the components that owe source, with what is known of where it is."""
    if inventory.accounting is None:
        return ()
    pairs = zip(inventory.accounting.components, inventory.implicit, strict=True)
    return tuple(
        _source(rule, package, reasons[package.id], inventory.packages)
        for rule, package in pairs
        if package.id in reasons
    )


def _source(
    rule: Implicit,
    component: Package,
    reasons: tuple[Reason, ...],
    packages: Sequence[Package],
) -> ComponentSource:
    """Return where the source of a component is."""
    if rule.source_files:
        files = tuple(
            FetchedFile(name, "", None, (("SHA256", digest),))
            for name, digest in rule.source_files
        )
        return ComponentSource(component=component, reasons=reasons, files=files)
    named = [one.id for one in packages if fnmatchcase(one.id.key, rule.package)]
    fitting = [one for one in named if _is_of(component.id.version, one)]
    return ComponentSource(
        component=component,
        reasons=reasons,
        packages=tuple(fitting or named),
        gap=None if fitting else _gap(rule, component, named),
    )


def _is_of(version: str, package: PackageId) -> bool:
    """Return whether a component of a version may be of a package.

    A kernel's release may say more than the version of its package: ``6.1.192+``.
    """
    bare = package.version.partition("-r")[0]
    rest = version.removeprefix(bare)
    return not version or (version.startswith(bare) and rest[:1] in ("", "-", "+"))


def _gap(rule: Implicit, component: Package, named: Sequence[PackageId]) -> Gap:
    """Return that the source of a component is not known, or is of another version."""
    more = rule.files - len(rule.examples)
    files = f"it has {', '.join(rule.examples)}{f' and {more:,} more' if more else ''}"
    if named:
        others = ", ".join(one.cpv for one in named)
        version = component.id.version
        reason = f"is of version {version}, the source is of {others}; {files}"
        return Gap(findings.SOURCE_DIFFERS, Role.COMPONENT, rule.name, reason)
    why = "its rule names no package"
    if rule.package:
        why = f"the package database has no {rule.package}, which its rule names"
    reason = f"{component.effective} asks for it, and {why}; {files}"
    return Gap(findings.COMPONENT_SOURCE_UNKNOWN, Role.COMPONENT, rule.name, reason)


def with_components(reasons: Reasons, sources: Sequence[ComponentSource]) -> Reasons:
    """Return why source is owed, also for components that a package has it of."""
    found = dict(reasons)
    for one in sources:
        why = f"{one.component.id.key} is in the image"
        for package in one.packages:
            more = tuple(replace(reason, why=why) for reason in one.reasons)
            found[package] = tuple(dict.fromkeys((*found.get(package, ()), *more)))
    return found


def component_plans(sources: Sequence[ComponentSource]) -> Iterator[Plan]:
    """Yield what the bundle has of components, beside the source of packages."""
    for one in sources:
        if one.component.id in one.sources:
            yield Plan(
                package=one.component,
                reasons=one.reasons,
                fetched=one.files,
                pieces=(),
                gaps=(one.gap,) if one.gap else (),
            )

# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""The components that rules declare, with the version and licence that are known."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from fnmatch import fnmatchcase
from typing import Final

from coos_license import findings
from coos_license.accounted import Accounting, Implicit, Means, NoticeFile, Share
from coos_license.accounting.account import Result
from coos_license.accounting.policy_implicit import ImplicitRule
from coos_license.expression import Claim
from coos_license.model import Finding, Package
from coos_license.trees.text import show

#: category/name -> the package that is known by it, the newest where several are.
Packages = Mapping[str, Package]
_NOTHING: Final = "says nothing of its licence"
_MOST_NAMED: Final = 3


def accounting_of(
    result: Result,
    rules: Sequence[ImplicitRule],
    packages: Sequence[Package],
    notices: Mapping[str, NoticeFile],
) -> Accounting:
    """Return the accounting of an image whose packages are known.

    ``notices`` are the files of the image that rules name, by the words of the rules.
    """
    by_key = {one.id.key: one for one in sorted(packages, key=lambda one: one.id)}
    components = tuple(_components(result, rules, by_key, notices))
    implicit = (
        Share(Means.IMPLICIT, f"{one.name} {one.version}".rstrip(), one.files)
        for one in components
    )
    left = len(result.unaccounted)
    rest = (Share(Means.NONE, "", left),) if left else ()
    return Accounting(
        files=result.files,
        accounted=result.accounted,
        shares=tuple(sorted((*result.shares, *implicit, *rest))),
        components=components,
    )


def _components(
    result: Result,
    rules: Sequence[ImplicitRule],
    packages: Packages,
    notices: Mapping[str, NoticeFile],
) -> Iterator[Implicit]:
    """Yield one component for each name and version, sorted."""
    groups: dict[tuple[str, str], list[tuple[ImplicitRule, int]]] = {}
    examples: dict[tuple[str, str], tuple[str, ...]] = {}
    for (number, version), files in result.implicit.items():
        rule = rules[number]
        stated = _word(version) or rule.version or _version(rule, packages)
        group = rule.component, stated
        groups.setdefault(group, []).append((rule, files))
        more = result.examples.get((number, version), ())
        examples[group] = (*examples.get(group, ()), *more)[:_MOST_NAMED]
    for (name, version), met in sorted(groups.items()):
        first = met[0][0]
        key = named_package(first.package, packages)
        package = packages.get(key)
        declared = first.license
        if declared is None:
            declared = package.declared if package else Claim.NOASSERTION
        yield Implicit(
            name=name,
            version=version,
            declared=declared,
            stated=str(first.license or (package and package.license_field) or ""),
            package=key,
            reason=first.reason,
            source=first.source,
            paths=tuple(dict.fromkeys(path for rule, _ in met for path in rule.paths)),
            files=sum(files for _, files in met),
            is_own=first.license is not None,
            notices=_notices([rule for rule, _ in met], notices),
            evidence=first.evidence,
            examples=examples[name, version],
            source_files=_source_files(rule for rule, _ in met),
        )


def named_package(glob: str, packages: Iterable[str]) -> str:
    """Return the only package that a glob of ``category/name`` fits, else the glob.

    >>> named_package("sys-kernel/lakitu-*", ["sys-kernel/lakitu-kernel-6_1"])
    'sys-kernel/lakitu-kernel-6_1'
    """
    found = [key for key in packages if fnmatchcase(key, glob)]
    return found[0] if len(found) == 1 else glob


def _source_files(rules: Iterable[ImplicitRule]) -> tuple[tuple[str, str], ...]:
    """Return the archives that the rules of a component name, with their SHA-256."""
    return tuple(sorted({one for rule in rules for one in rule.source_files}))


def _notices(
    rules: Sequence[ImplicitRule], read: Mapping[str, NoticeFile]
) -> tuple[NoticeFile, ...] | None:
    """Return the notices of the rules of a component; ``None``: none says of any."""
    if all(rule.notices is None for rule in rules):
        return None
    found: dict[NoticeFile, None] = {}
    for rule in rules:
        found.update(dict.fromkeys(rule.beside))
        of_image = (read[name] for name in rule.notices or () if name in read)
        found.update(dict.fromkeys(of_image))
    return tuple(found)


def _word(version: str) -> str:
    """Return a version of a path as one word that is safe to print."""
    return "_".join(show(version).split())


def _version(rule: ImplicitRule, packages: Packages) -> str:
    """Return the version of the package that a component is known from."""
    package = packages.get(named_package(rule.package, packages))
    return package.id.version if package else ""


def unknown_licenses(accounting: Accounting) -> Iterator[Finding]:
    """Yield the components of which nothing says a licence."""
    for one in accounting.components:
        if one.declared is Claim.NOASSERTION:
            told = f"the component {one.name} {_NOTHING}"
            if one.package:
                told += f": {one.package}, which it is known from, is not at hand"
            yield Finding(findings.COMPONENT_LICENSE_UNKNOWN, one.name, told)

# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""Several builds of one version: the newest counts."""

from collections.abc import Iterable
from dataclasses import dataclass

from coos_license import findings
from coos_license.model import Finding, PackageId, RawPackage


@dataclass(frozen=True, slots=True)
class Build:
    """A binary package of a version; ``build_id`` is ``None`` where it has none."""

    package: RawPackage
    build_id: int | None

    @property
    def age(self) -> tuple[int, int, str, int]:
        """Return what orders the builds of one version, the newest last."""
        evidence = self.package.evidence()
        built = self.package.build_time
        return (
            -1 if built is None else built,
            self.build_id or 0,
            evidence.path,
            evidence.line or 0,
        )


def newest(
    builds: Iterable[Build],
) -> tuple[tuple[RawPackage, ...], tuple[Finding, ...]]:
    """Return the newest build of each version, in order, and a finding on the others.

    By BUILD_TIME, then BUILD_ID: what portage installs of builds that are equal else.
    """
    by_id: dict[PackageId, list[Build]] = {}
    for build in builds:
        by_id.setdefault(build.package.id, []).append(build)
    kept, told = [], []
    for same in by_id.values():
        *others, last = sorted(same, key=lambda build: build.age)
        kept.append(last.package)
        if others:
            told.append(_superseded(last, others))
    return tuple(kept), tuple(told)


def _superseded(last: Build, others: Iterable[Build]) -> Finding:
    """Return the finding that other builds of a version do not count."""
    places = tuple(build.package.evidence() for build in others)
    package = last.package
    return Finding(
        findings.SUPERSEDED_BUILD,
        "build",
        f"has {len(places) + 1} builds; the newest counts, that of {package.place}",
        package.id,
        package.slot,
        (package.evidence(), *places),
    )

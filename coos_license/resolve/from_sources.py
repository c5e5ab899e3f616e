# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""The licence facts of a package with those of its own sources added."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from coos_license import findings
from coos_license.model import Obligation, PackageId, RawPackage
from coos_license.resolve.components import ComponentText
from coos_license.resolve.contradictions import (
    contradiction,
    doubtful_files,
    headers_against,
)
from coos_license.resolve.licensing import (
    LICENSE_TEXTS,
    LicenseFacts,
    LicenseResolver,
)
from coos_license.resolve.placed import merged
from coos_license.resolve.problems import Problem
from coos_license.resolve.source_facts import (
    copyrights_of,
    header_uses,
    label_of,
    notice_not_sought,
    notice_uses,
    problems_of,
    settles,
    text_uses,
    unmatched,
    use_of,
    with_place,
)
from coos_license.sources.values import PackageSources, Sources

_NOTHING = PackageSources()


class SourceResolver:
    """Adds to the facts what follows from sources, or from their absence."""

    def __init__(
        self,
        resolver: LicenseResolver,
        sources: Sources | None,
        packages: Iterable[RawPackage],
    ) -> None:
        """Add ``sources``, ``None`` where none were given, to what is resolved."""
        self._resolver = resolver
        self._sources = sources
        if sources is not None:
            resolver.resolve_all(packages)

    def facts(
        self, package: RawPackage, texts: Iterable[ComponentText]
    ) -> LicenseFacts:
        """Return the licence facts of a package, those of its sources included.

        ``texts`` came with components of the package.
        """
        facts = self._resolver.facts(package)
        facts = self._resolver.with_texts(facts, package, texts)
        found = self._found(package.id)
        if found is not None:
            facts = self._with_files(facts, package, found)
        problems = (*facts.problems, *_problems(facts, package, found))
        if found is not None:
            identified = self._resolver.identified
            problems += (
                *self._contradiction(facts, package, found),
                *doubtful_files(found, identified, package.id),
                *headers_against(found.headers, facts.declared),
            )
        rubout = self._resolver.rubout(package.id)
        placed = with_place(problems, package, found, rubout)
        return replace(facts, problems=tuple(placed))

    def _found(self, package: PackageId) -> PackageSources | None:
        """Return what the sources say of a package, ``None`` where none were given."""
        if self._sources is None:
            return None
        return self._sources.packages.get(package, _NOTHING)

    def _with_files(
        self, facts: LicenseFacts, package: RawPackage, found: PackageSources
    ) -> LicenseFacts:
        """Return the facts with the texts and notices of the package's sources."""
        if not found.files:
            return replace(facts, headers=header_uses(found))
        contents = {} if self._sources is None else self._sources.contents
        texts = self._resolver.texts
        licenses = [
            texts[use.sha256].text for use in facts.uses if use.kind in LICENSE_TEXTS
        ]
        found_lines = [facts.copyrights]
        settled = False
        for file in found.files:
            use = use_of(file, package.id)
            content = contents[file.sha256]
            text = self._resolver.add(use, content, facts.declared, label_of(file))
            own = copyrights_of(text, use.path, licenses)
            found_lines.append(own)
            settled = settled or settles(file.role, text.text, own)
        return replace(
            facts,
            uses=(*facts.uses, *text_uses(found, package.id)),
            copyrights=merged(*found_lines),
            problems=tuple(
                problem
                for problem in facts.problems
                if not (settled and problem.kind == findings.MISSING_ATTRIBUTION)
            ),
            notices=(*notice_uses(found, package.id), *facts.notices),
            headers=header_uses(found),
        )

    def _contradiction(
        self, facts: LicenseFacts, package: RawPackage, found: PackageSources
    ) -> Iterator[Problem]:
        """Yield where the project's licence files are not of what LICENSE says."""
        identify = self._resolver.identified
        named = frozenset(
            one
            for use in facts.uses
            if use.kind in LICENSE_TEXTS
            for one in identify(use.sha256).ids[:1]
        )
        yield from contradiction(
            found.files, identify, package.id, facts.declared, named
        )


def _problems(
    facts: LicenseFacts, package: RawPackage, found: PackageSources | None
) -> Iterator[Problem]:
    """Yield what is wrong with the sources of a package, or that none were read."""
    if found is not None:
        yield from problems_of(found, package.id, facts.declared)
        if facts.obligations and (missing := unmatched(found)):
            yield missing
    was_read = found is not None and found.read
    if not was_read and Obligation.NOTICE_FILE in facts.obligations:
        partly = found is not None and bool(found.files or found.faults)
        yield notice_not_sought(facts.declared, partly=partly)

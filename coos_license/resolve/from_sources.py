# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""The licence facts of a package with those of its own sources added."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from coos_license import findings
from coos_license.components.source_lists import Named, read_lists
from coos_license.licenses.identify import Identified
from coos_license.model import (
    Component,
    Finding,
    Obligation,
    PackageId,
    RawPackage,
)
from coos_license.resolve.component_sources import (
    Reader,
    foreign_sources,
    is_below,
    joined,
)
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
    list_fault,
    notice_uses,
    problems_of,
    settles,
    text_uses,
    unmatched,
    use_of,
    with_place,
)
from coos_license.sources.values import PASSED_ON, PackageSources, Sources
from coos_license.trees.text import clean_bytes

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
        self,
        package: RawPackage,
        texts: Sequence[ComponentText],
        components: Iterable[Component],
    ) -> LicenseFacts:
        """Return the licence facts of a package, those of its sources included.

        ``texts`` came with the ``components`` of the package.
        """
        facts = self._resolver.facts(package)
        facts = self._resolver.with_texts(facts, package, texts)
        found = self._found(package.id)
        if found is not None:
            foreign = foreign_sources(components)
            facts = self._with_files(facts, package, found, foreign)
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
        came_along = any(text.notice and text.own for text in texts)
        return replace(
            facts,
            problems=tuple(placed),
            notices_sought=came_along or (found is not None and found.read),
        )

    def components(
        self,
        package: RawPackage,
        components: Sequence[Component],
        crates: Iterable[Named],
    ) -> tuple[tuple[Component, ...], tuple[Finding, ...]]:
        """Return the components with what the sources say of them, and what is broken.

        ``crates`` are those that SRC_URI names.
        """
        named = tuple(crates)
        found = self._found(package.id) or _NOTHING
        if not (components or named or found.files):
            return (), ()
        lists = read_lists(package.id, found.files, self._content)
        lists = replace(lists, named=(*named, *lists.named))
        faults = (list_fault(*fault, package) for fault in lists.faults)
        reader = Reader(self._identified, self._text)
        return joined(components, lists, found.files, reader), tuple(faults)

    def _content(self, sha256: str) -> bytes:
        """Return a file of the sources."""
        return b"" if self._sources is None else self._sources.contents[sha256]

    def _identified(self, sha256: str) -> Identified:
        """Return what a text of the sources is."""
        return self._resolver.identify(self._content(sha256))

    def _text(self, sha256: str) -> str:
        """Return a text of the sources, cleaned."""
        return clean_bytes(self._content(sha256))[0]

    def _found(self, package: PackageId) -> PackageSources | None:
        """Return what the sources say of a package, ``None`` where none were given."""
        if self._sources is None:
            return None
        return self._sources.packages.get(package, _NOTHING)

    def _with_files(
        self,
        facts: LicenseFacts,
        package: RawPackage,
        found: PackageSources,
        foreign: frozenset[str],
    ) -> LicenseFacts:
        """Return the facts with the texts and notices of the package's sources.

        Those in ``foreign`` directories are of parts, and say nothing of the whole.
        """
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
            if file.role not in PASSED_ON:
                continue
            use = use_of(file, package.id)
            content = contents[file.sha256]
            text = self._resolver.add(use, content, facts.declared, label_of(file))
            own = copyrights_of(text, use.path, licenses)
            found_lines.append(own)
            settled = settled or (
                settles(file.role, text.text, own) and not is_below(file.path, foreign)
            )
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
    """Yield what is wrong with the sources of a package, where any were given."""
    if found is not None:
        owed = Obligation.NOTICE_FILE in facts.obligations
        yield from problems_of(found, package.id, facts.declared, notice_owed=owed)
        if facts.obligations and (missing := unmatched(found)):
            yield missing

# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""The licence facts of a package with those of its own sources added."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from coos_license import findings
from coos_license.licenses.expressions import with_components
from coos_license.model import (
    Component,
    Evidence,
    Finding,
    Obligation,
    PackageId,
    RawPackage,
)
from coos_license.portage.source_uri import distfiles
from coos_license.resolve.attribution_place import with_place
from coos_license.resolve.licensing import (
    LICENSE_TEXTS,
    LicenseFacts,
    LicenseResolver,
)
from coos_license.resolve.placed import merged
from coos_license.resolve.problems import Problem
from coos_license.trees.text import clean_bytes

if TYPE_CHECKING:
    from coos_license.components.source_lists import Named
    from coos_license.licenses.identify import Identified
    from coos_license.resolve.components import ComponentText
    from coos_license.sources.values import PackageSources, Sources


@dataclass(frozen=True, slots=True)
class Parts:
    """The components of a package, the texts that came with them, what is amiss."""

    components: tuple[Component, ...] = ()
    texts: "tuple[ComponentText, ...]" = ()
    faults: tuple[Finding, ...] = ()


_NO_PARTS = Parts()


class SourceResolver:
    """Adds to the facts what follows from sources, or from their absence."""

    def __init__(
        self,
        resolver: LicenseResolver,
        sources: "Sources | None",
        packages: Iterable[RawPackage],
    ) -> None:
        """Add ``sources``, ``None`` where none were given, to what is resolved."""
        self._resolver = resolver
        self._sources = sources
        if sources is not None:
            resolver.resolve_all(packages)

    def facts(
        self, package: RawPackage, parts: Parts
    ) -> tuple[LicenseFacts, tuple[Problem, ...]]:
        """Return the licence facts of a package, and what is wrong.

        Those of its sources are in them.
        """
        facts = self._resolver.facts(package)
        if parts.texts:
            facts = self._resolver.with_texts(facts, package, parts.texts)
        found = self._found(package.id)
        if found is not None:
            facts = self._with_files(facts, package, found, parts.components)
        problems = facts.problems
        if found is not None:
            problems += tuple(_problems(facts, package, found))
            problems += tuple(self._contradictions(facts, package, found))
        rubout = self._resolver.rubout(package.id)
        read = found is not None and found.read
        given = found is not None
        placed = tuple(with_place(problems, package, rubout, given=given, read=read))
        sought = read or any(text.notice and text.own for text in parts.texts)
        if sought or parts.components:
            facts = replace(
                facts,
                notices_sought=sought,
                components=parts.components,
                obligations=with_components(facts.obligations, parts.components),
            )
        return facts, placed

    def parts(self, package: RawPackage, src_uri: str, place: Evidence) -> Parts:
        """Return the components by installed files, sources and SRC_URI, at ``place``.

        What the sources say of them is in it.
        """
        named = self._crates(package, src_uri, place)
        found = self._found(package.id)
        files = found.files if found else ()
        if not (package.embedded or named or files):
            return _NO_PARTS
        # Most databases have nothing that tells about components.
        from coos_license.components.source_lists import read_lists  # noqa: PLC0415 (above)
        from coos_license.resolve.component_sources import Reader, joined  # noqa: PLC0415 (above)
        from coos_license.resolve.components import embedded_of  # noqa: PLC0415 (above)
        from coos_license.resolve.missing_components import missing  # noqa: PLC0415 (above)
        from coos_license.resolve.source_facts import list_fault  # noqa: PLC0415 (above)

        embedded = embedded_of(package)
        lists = read_lists(package.id, files, self._content)
        lists = replace(lists, named=(*named, *lists.named))
        reader = Reader(self._identified, self._text)
        components = joined(embedded.components, lists, files, reader)
        faults = (
            *embedded.faults,
            *(list_fault(*fault, package) for fault in lists.faults),
            *missing(package, components),
        )
        return Parts(components, embedded.texts, faults)

    def _crates(
        self, package: RawPackage, src_uri: str, place: Evidence
    ) -> "tuple[Named, ...]":
        """Return the crates that SRC_URI names, where sources were given."""
        if self._sources is None or not src_uri:
            return ()
        from coos_license.components.source_lists import crates_named  # noqa: PLC0415 (with sources)

        return crates_named(distfiles(src_uri, package.use), place)

    def _content(self, sha256: str) -> bytes:
        """Return a file of the sources."""
        return b"" if self._sources is None else self._sources.contents[sha256]

    def _identified(self, sha256: str) -> "Identified":
        """Return what a text of the sources is."""
        return self._resolver.identify(self._content(sha256))

    def _text(self, sha256: str) -> str:
        """Return a text of the sources, cleaned."""
        return clean_bytes(self._content(sha256))[0]

    def _found(self, package: PackageId) -> "PackageSources | None":
        """Return what the sources say of a package, ``None`` where none were given."""
        if self._sources is None:
            return None
        from coos_license.sources.values import PackageSources  # noqa: PLC0415 (with sources)

        return self._sources.packages.get(package) or PackageSources()

    def _with_files(
        self,
        facts: LicenseFacts,
        package: RawPackage,
        found: "PackageSources",
        components: Iterable[Component],
    ) -> LicenseFacts:
        """Return the facts with the texts and notices of the package's sources.

        Those in directories of ``components`` say nothing of the whole.
        """
        from coos_license.resolve.component_sources import foreign_sources, is_below  # noqa: PLC0415 (with sources)
        from coos_license.resolve.source_facts import (  # noqa: PLC0415 (with sources)
            copyrights_of,
            header_uses,
            label_of,
            notice_uses,
            settles,
            text_uses,
            use_of,
        )
        from coos_license.sources.values import PASSED_ON  # noqa: PLC0415 (with sources)

        foreign = foreign_sources(components)
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

    def _contradictions(
        self, facts: LicenseFacts, package: RawPackage, found: "PackageSources"
    ) -> Iterator[Problem]:
        """Yield where licence files and heads of files are not of what LICENSE says."""
        from coos_license.resolve.contradictions import (  # noqa: PLC0415 (with sources)
            contradiction,
            doubtful_files,
            headers_against,
        )

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
        yield from doubtful_files(found, identify, package.id)
        yield from headers_against(found.headers, facts.declared)


def _problems(
    facts: LicenseFacts, package: RawPackage, found: "PackageSources"
) -> Iterator[Problem]:
    """Yield what is wrong with the sources of a package."""
    from coos_license.resolve.source_facts import problems_of, unmatched  # noqa: PLC0415 (with sources)

    owed = Obligation.NOTICE_FILE in facts.obligations
    yield from problems_of(found, package.id, facts.declared, notice_owed=owed)
    if facts.obligations and (missing := unmatched(found)):
        yield missing

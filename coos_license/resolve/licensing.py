# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""The licence facts of a package: what is declared, by which texts, at what cost."""

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from coos_license import findings
from coos_license.errors import ReadError
from coos_license.expression import (
    Claim,
    Declared,
    Expression,
    License,
    leaves,
)
from coos_license.licenses.expressions import (
    category_of,
    obligations_of,
)
from coos_license.licenses.identify import Identified
from coos_license.licenses.names import license_ref
from coos_license.model import (
    Component,
    CopyrightUse,
    ExtractedLicense,
    HeaderUse,
    LicenseCategory,
    LicenseText,
    Obligation,
    PackageId,
    RawPackage,
    TextKind,
    TextUse,
)
from coos_license.resolve.claims import read_license, to_spdx
from coos_license.resolve.copyrights import (
    holds_notice,
    located,
    own_statements,
)
from coos_license.resolve.identification import (
    Identifier,
    label,
    meaning,
    text_problems,
)
from coos_license.resolve.license_problems import license_problems
from coos_license.resolve.placed import merged, placed
from coos_license.resolve.problems import Problem
from coos_license.resolve.texts import Named, TextFinder, license_text

if TYPE_CHECKING:
    from coos_license.resolve.components import ComponentText

#: Categories whose packages own nothing that a licence could cover.
_NEED_NO_LICENSE: Final = ("acct-user", "acct-group", "virtual")
#: What a NOTICE file stands for in outputs, in place of a licence.
_NOTICE: Final = "NOTICE"
#: Where texts of licences come from, and not those of a package.
LICENSE_TEXTS: Final = (TextKind.STOCK, TextKind.OVERLAY, TextKind.SPDX_LIST)


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class LicenseFacts:
    """All that follows from LICENSE, USE and repository; shared by equal packages.

    ``components`` are the parts of the package that have licences of their own.
    """

    names: tuple[str, ...] = ()
    declared: Declared
    uses: tuple[TextUse, ...] = ()
    copyrights: tuple[CopyrightUse, ...] = ()
    category: LicenseCategory
    obligations: tuple[Obligation, ...] = ()
    comment: str = ""
    problems: tuple[Problem, ...] = ()
    notices: tuple[TextUse, ...] = ()
    headers: tuple[HeaderUse, ...] = ()
    notices_sought: bool = False
    components: tuple[Component, ...] = ()


_NOTHING_OWED: Final = LicenseFacts(
    declared=Claim.NONE, category=LicenseCategory.UNENCUMBERED
)
_NOTHING_KNOWN: Final = LicenseFacts(
    declared=Claim.NOASSERTION,
    category=LicenseCategory.UNKNOWN,
    obligations=(Obligation.REVIEW,),
)


class LicenseResolver:
    """Turns LICENSE values into facts.

    Sees all packages once before it answers: a name that has several texts gets
    several LicenseRefs.
    """

    def __init__(self, finder: TextFinder, packages: Iterable[RawPackage]) -> None:
        """Look up every name of every package."""
        self._finder = finder
        self._identify = Identifier(finder.content)
        self._facts: dict[tuple[str, frozenset[str] | None, str], LicenseFacts] = {}
        texts_of: dict[str, set[str | None]] = {}
        for field, use, repository in {_key(package) for package in packages}:
            for name in read_license(field, use).names:
                named = finder.named(name, repository)
                texts_of.setdefault(name, set()).add(named.own)
        self._several = {name for name, texts in texts_of.items() if len(texts) > 1}
        # Distinct names may share a spelling, as `GPL-2+` and `GPL-2-plus` do; case
        # does not tell ids apart (SPDX 2.3 Annex D.2).
        spelled = {name: license_ref(name).lower() for name in texts_of}
        counts = Counter(spelled.values())
        self._clashing = {name for name in texts_of if counts[spelled[name]] > 1}
        self._texts: dict[str, LicenseText] = {}
        self._extracted: dict[str, ExtractedLicense] = {}

    @property
    def texts(self) -> Mapping[str, LicenseText]:
        """Return the texts used so far, in order of sha256."""
        return dict(sorted(self._texts.items()))

    @property
    def extracted(self) -> Mapping[str, ExtractedLicense]:
        """Return the LicenseRefs used so far, in order of id."""
        return dict(sorted(self._extracted.items()))

    def resolve_all(self, packages: Iterable[RawPackage]) -> None:
        """Resolve every LICENSE: from then on a repository's text has its own name.

        Else the first package with an equal file in its sources would name it.
        """
        keys = {_key(package) for package in packages if package.license_field}
        for key in sorted(keys, key=lambda one: (one[0], one[2], sorted(one[1] or ()))):
            if key not in self._facts:
                self._facts[key] = self._resolve(*key)

    def add(
        self, use: TextUse, content: bytes, declared: Declared, name: str | None
    ) -> LicenseText:
        """Return the text that a package brought, under ``name`` or what it is."""
        self._finder.keep(content)
        self._keep(use, name or label(self._identify(use.sha256), declared))
        return self._texts[use.sha256]

    def identify(self, content: bytes) -> Identified:
        """Return what a text is."""
        return self._identify(self._finder.keep(content))

    def rubout(self, package: PackageId) -> str:
        """Return the empty file that stands for the package's notice, else ``""``."""
        return self._finder.rubouts.get(package, "")

    def identified(self, sha256: str) -> Identified:
        """Return what a known text is, or what it is nearest to."""
        return self._identify.nearest(sha256)

    def facts(self, package: RawPackage) -> LicenseFacts:
        """Return the licence facts of a package."""
        if "LICENSE" in package.unreadable:
            return replace(_NOTHING_KNOWN, comment="LICENSE cannot be read")
        if not package.license_field:
            return _without_license(package)
        key = _key(package)
        if key not in self._facts:
            self._facts[key] = self._resolve(*key)
        facts = self._facts[key]
        if facts.declared is Claim.NONE:  # every condition is off: nothing is left
            return _without_license(package)
        if "metapackage" in facts.names and (package.files or len(facts.names) == 1):
            return _metapackage(package, facts)
        facts = self._scanned(facts, package)
        try:
            use = self._finder.attribution(package)
        except ReadError as error:
            problem = Problem(
                findings.UNREADABLE_ENTRY,
                "copyright-attribution",
                f"the copyright-attribution file {error}",
            )
            return replace(facts, problems=(*facts.problems, problem))
        return facts if use is None else self._attributed(facts, use)

    def with_texts(
        self, facts: LicenseFacts, package: RawPackage, texts: "Iterable[ComponentText]"
    ) -> LicenseFacts:
        """Return the facts with the texts that came with components of the package.

        One settles the wanted notice only where the component is the package itself.
        """
        for text in texts:
            sha256 = self._finder.keep(text.content)
            use = TextUse(sha256, package.id.key, TextKind.COMPONENT, text.path)
            if text.notice:
                self._keep(use, _NOTICE)
                facts = replace(facts, notices=(*facts.notices, use))
                continue
            unknown = text.declared is Claim.NOASSERTION
            self._keep(use, str(facts.declared if unknown else text.declared))
            holds = text.own and holds_notice(self._texts[sha256].text)
            facts = self._with_use(facts, use, settled=holds)
        return facts

    def _scanned(self, facts: LicenseFacts, package: RawPackage) -> LicenseFacts:
        """Return the facts with what the licence hook found in the sources.

        A text settles the wanted notice only with a copyright statement in it.
        """
        if package.license_cache is None:
            return facts
        # The hook runs in builds of Chromium OS alone.
        from coos_license.chromiumos.license_cache import parse_license_cache  # noqa: PLC0415 (above)
        from coos_license.resolve.license_caches import cached_uses, check_cache  # noqa: PLC0415 (above)

        try:
            cache = parse_license_cache(*package.license_cache)
        except ReadError as error:
            name = package.license_cache[0]
            problem = Problem(
                findings.UNREADABLE_ENTRY, name, f"{name} {error}", path=name
            )
            return replace(facts, problems=(*facts.problems, problem))
        found = tuple(check_cache(cache, package, facts.names))
        facts = replace(facts, problems=(*facts.problems, *found))
        for use, content in cached_uses(cache, package):
            self._finder.keep(content)
            facts = self._attributed(facts, use, settles=False)
        return facts

    def _attributed(
        self, facts: LicenseFacts, use: TextUse, *, settles: bool = True
    ) -> LicenseFacts:
        """Return the facts with the notice that a text of the package gives.

        ``settles``: the text is the notice, whether it has a statement or not. A
        statement of the licence's own text, such as the GPL's, is not the package's.
        """
        self._keep(use, label(self._identify(use.sha256), facts.declared))
        settled = settles or holds_notice(self._texts[use.sha256].text)
        return self._with_use(facts, use, settled=settled)

    def _with_use(
        self, facts: LicenseFacts, use: TextUse, *, settled: bool
    ) -> LicenseFacts:
        """Return the facts with a text and its statements."""
        text = self._texts[use.sha256]
        of_licenses = (
            self._texts[other.sha256].text
            for other in facts.uses
            if other.kind in LICENSE_TEXTS
        )
        found = placed(text, use.path, own_statements(text.text, of_licenses))
        return replace(
            facts,
            uses=(*facts.uses, use),
            copyrights=merged(facts.copyrights, found),
            problems=tuple(
                problem
                for problem in facts.problems
                if not (settled and problem.kind is findings.MISSING_ATTRIBUTION)
            ),
        )

    def _resolve(
        self, field: str, use: frozenset[str] | None, repository: str
    ) -> LicenseFacts:
        """Return what follows from a LICENSE value in a repository."""
        reading = read_license(field, use)
        named = [self._finder.named(name, repository) for name in reading.names]
        translated = {one.name: self._translate(one) for one in named}
        declared: Declared = reading.claim
        if reading.tree is not None:
            declared = to_spdx(reading.tree, translated.__getitem__)
        owed = [leaf for part in translated.values() for leaf in leaves(part)]
        obligations = obligations_of(owed)
        if declared is Claim.NOASSERTION and Obligation.REVIEW not in obligations:
            obligations = (*obligations, Obligation.REVIEW)
        uses = tuple(dict.fromkeys(use for one in named for use in one.uses))
        facts = LicenseFacts(
            names=reading.names,
            declared=declared,
            uses=uses,
            copyrights=self._copyrights(named),
            category=category_of(declared),
            obligations=obligations,
            comment=reading.problem[2] if reading.problem else "",
        )
        problems = [*license_problems(reading, named, translated, declared)]
        for one in named:
            problems += text_problems(one, translated[one.name], self._identify)
        return replace(facts, problems=tuple(problems))

    def _translate(self, named: Named) -> Expression:
        """Return a name in SPDX terms; note its texts and its LicenseRef."""
        expression = meaning(named, self._identify)
        if expression is None:
            spdx_id = self._reference(named)
            expression = License(spdx_id)
            self._extracted.setdefault(
                spdx_id,
                ExtractedLicense(id=spdx_id, name=named.name, sha256=named.own),
            )
        for use in named.uses:
            if use.sha256 not in self._texts:
                spdx = str(expression) if use.pointed_from is None else None
                self._keep(use, spdx)
        return expression

    def _reference(self, named: Named) -> str:
        """Return the LicenseRef of a name: digits of its text where it needs them."""
        digest = named.own if named.name in self._several else None
        if named.name in self._clashing:
            digest = named.own or hashlib.sha256(named.name.encode()).hexdigest()
        return license_ref(named.name) + (f"-{digest[:8]}" if digest else "")

    def _keep(self, use: TextUse, spdx: str | None) -> None:
        """Remember the text of a use under the id that it stands for."""
        if spdx is None:
            target = self._finder.named(use.name, "")
            row = target.row
            spdx = row.expression if row and row.expression else use.name
        if use.sha256 not in self._texts:
            content = self._finder.content(use.sha256)
            self._texts[use.sha256] = license_text(use.sha256, content, spdx)

    def _copyrights(self, named: Iterable[Named]) -> tuple[CopyrightUse, ...]:
        """Return the statements of the texts that carry their own work's notice."""
        found: list[tuple[CopyrightUse, ...]] = []
        for one in named:
            if one.row is None or one.row.notice != "own":
                continue
            for use in one.uses:
                if use.pointed_from is None:
                    text = self._texts[use.sha256]
                    found.append(placed(text, use.path, located(text.text)))
        return merged(*found)


def _key(package: RawPackage) -> tuple[str, frozenset[str] | None, str]:
    """Return what the licence facts depend on."""
    field = package.license_field or ""
    return field, package.use if "?" in field else None, package.repository


def _without_license(package: RawPackage) -> LicenseFacts:
    """Return the facts of a package that states no licence."""
    if package.id.category in _NEED_NO_LICENSE:
        problem = Problem(
            findings.NO_LICENSE_NEEDED,
            "LICENSE",
            f"{package.id.category} packages own no licensed files",
        )
        return replace(_NOTHING_OWED, problems=(problem,))
    problem = Problem(
        findings.MISSING_LICENSE, "LICENSE", "the entry has no LICENSE, or an empty one"
    )
    return replace(_NOTHING_KNOWN, comment=problem.message, problems=(problem,))


def _metapackage(package: RawPackage, facts: LicenseFacts) -> LicenseFacts:
    """Return the facts of a package whose LICENSE is ``metapackage`` alone."""
    alone = facts.names == ("metapackage",)
    if not package.files and "CONTENTS" in package.unreadable:
        comment = "CONTENTS cannot be read: nothing shows that no files are installed"
        return replace(_NOTHING_KNOWN, names=facts.names, comment=comment)
    if not package.files:
        return replace(_NOTHING_OWED, names=facts.names)
    message = f"it installs {package.files} files or symlinks"
    if package.first_files:
        more = ", ..." if package.files > len(package.first_files) else ""
        message += f": {', '.join(package.first_files)}{more}"
    problem = Problem(
        findings.METAPACKAGE_WITH_FILES, "metapackage", message, "CONTENTS"
    )
    if not alone:
        return replace(facts, problems=(*facts.problems, problem))
    return replace(
        _NOTHING_KNOWN, names=facts.names, comment=problem.message, problems=(problem,)
    )

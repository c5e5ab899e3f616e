# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""What is owed for components that no package database lists: as for packages.

A rule says licence and notices, or which package the component is known from; that
package's texts, statements and NOTICE files are then those of the component, too.
"""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import PurePath
from typing import Final

from coos_license import findings
from coos_license.expression import Claim, License, choices, leaves
from coos_license.licenses.expressions import (
    category_of,
    obligations_of,
    uncategorized,
)
from coos_license.licenses.names import name_rows
from coos_license.model import (
    IMPLICIT,
    ExtractedLicense,
    Finding,
    Implicit,
    Inventory,
    LicenseText,
    Obligation,
    Package,
    PackageId,
    Shipped,
    TextKind,
    TextUse,
)
from coos_license.resolve.copyrights import located
from coos_license.resolve.inventory import list_texts
from coos_license.resolve.license_problems import name_problems
from coos_license.resolve.license_texts import named_by
from coos_license.resolve.placed import merged, placed
from coos_license.resolve.problems import Problem
from coos_license.resolve.texts import Named, TextFinder, license_text

_NOTICE: Final = "NOTICE"


def with_implicit(inventory: Inventory, finder: TextFinder) -> Inventory:
    """Return the inventory with what is owed for the components of its accounting."""
    if inventory.accounting is None:
        return inventory
    known = {one.id.key: one for one in sorted(inventory.packages, key=_id)}
    maker = _Maker(inventory, finder)
    implicit = tuple(
        maker.package(one, known.get(one.package))
        for one in inventory.accounting.components
    )
    return replace(
        inventory,
        implicit=implicit,
        texts=dict(sorted(maker.texts.items())),
        extracted=dict(sorted(maker.extracted.items())),
        defects=(*inventory.defects, *maker.met, *list_texts(implicit)),
    )


def _id(package: Package) -> PackageId:
    """Return what packages are sorted by: the newest of a name is the last."""
    return package.id


class _Maker:
    """Makes packages of components, and keeps the texts that they use."""

    def __init__(self, inventory: Inventory, finder: TextFinder) -> None:
        """Begin with the texts and LicenseRefs of the packages."""
        self._finder = finder
        self.texts: dict[str, LicenseText] = dict(inventory.texts)
        self.extracted: dict[str, ExtractedLicense] = dict(inventory.extracted)
        self.met: list[Finding] = []

    def package(self, component: Implicit, source: Package | None) -> Package:
        """Return a component as a package; ``source`` is the one it is known from."""
        package = _bare(component)
        if source is not None:
            package = _as_known(package, source)
            if not component.is_own:
                package = replace(
                    package,
                    concluded=source.concluded,
                    effective=source.effective,
                    elections=source.elections,
                    curations=source.curations,
                    license_names=source.license_names,
                )
        package = self._with_notices(package, component)
        if component.is_own or source is None:
            package = self._with_licenses(package, source)
        effective = package.effective
        owed = obligations_of(leaves(effective))
        return replace(
            package,
            category=category_of(effective),
            obligations=(
                (Obligation.REVIEW,) if effective is Claim.NOASSERTION else owed
            ),
        )

    def _with_notices(self, package: Package, component: Implicit) -> Package:
        """Return the package with the notices that its rule names."""
        files, copyrights = list(package.notice_files), [package.copyright_evidence]
        for notice in component.notices or ():
            sha256 = self._finder.keep(notice.content)
            text = self._keep(sha256, _NOTICE)
            use = TextUse(sha256, package.id.key, TextKind.ATTRIBUTION, notice.path)
            files.append(use)
            copyrights.append(placed(text, notice.path, located(text.text)))
        evidence = merged(*copyrights)
        stated = (*(one.text for one in evidence), *package.copyrights)
        return replace(
            package,
            notice_files=tuple(dict.fromkeys(files)),
            notices=tuple(dict.fromkeys(use.sha256 for use in files)),
            notices_sought=package.notices_sought or component.notices is not None,
            copyrights=tuple(dict.fromkeys(stated)),
            copyright_evidence=evidence,
        )

    def _with_licenses(self, package: Package, source: Package | None) -> Package:
        """Return the package with the texts of its own licences, and say what lacks."""
        repository = source.repository if source else ""
        every = tuple(dict.fromkeys(leaves(package.declared)))
        there = {self.texts[use.sha256].spdx for use in package.texts}
        uses = list(package.texts)
        for leaf in every:
            named = named_by(leaf, self._finder, repository)
            if str(leaf) not in there:
                uses += self._texts_of(named, leaf)
            self._tell(package, self._problems(package, named, leaf))
        self._tell(package, _open_questions(package))
        names = (str(leaf) for leaf in every if str(leaf) not in there)
        return replace(
            package,
            texts=tuple(dict.fromkeys(uses)),
            license_names=tuple(names),
        )

    def _texts_of(self, named: Named, leaf: License) -> Iterator[TextUse]:
        """Yield the texts of a licence; a LicenseRef is told with its own."""
        for use in named.uses:
            self._keep(use.sha256, _shown_as(use, leaf))
            yield use
        if leaf.id.startswith("LicenseRef-") and leaf.id not in self.extracted:
            own = ExtractedLicense(id=leaf.id, name=leaf.id, sha256=named.own)
            self.extracted[leaf.id] = own

    def _keep(self, sha256: str, spdx: str) -> LicenseText:
        """Return a text; its first name stands."""
        if sha256 not in self.texts:
            content = self._finder.content(sha256)
            self.texts[sha256] = license_text(sha256, content, spdx)
        return self.texts[sha256]

    def _problems(
        self, package: Package, named: Named, leaf: License
    ) -> Iterator[Problem]:
        """Yield what is wrong with the text of a licence, or with its notice."""
        settled = bool(package.notices or package.copyrights)
        backed = {self.texts[use.sha256].spdx for use in package.texts}
        for problem in name_problems(named, leaf):
            is_notice = problem.kind is findings.MISSING_ATTRIBUTION
            is_text = problem.kind is findings.MISSING_LICENSE_TEXT
            if problem.kind is findings.UNKNOWN_LICENSE:
                continue  # a LicenseRef of the rule's own is known by the rule
            if (is_notice and settled) or (is_text and str(leaf) in backed):
                continue
            cure = ": name it under notices of the rule" if is_notice else ""
            yield replace(
                problem,
                message=problem.message + cure,
                licenses=frozenset((leaf.id,)),
            )

    def _tell(self, package: Package, problems: Iterator[Problem]) -> None:
        """Keep what is wrong as findings about the component."""
        for one in problems:
            self.met.append(
                Finding(
                    one.kind,
                    one.subject,
                    one.message,
                    package.id,
                    package.slot,
                    (package.license_evidence,),
                    one.licenses,
                )
            )


def _shown_as(use: TextUse, leaf: License) -> str:
    """Return the id under which a text of a licence is shown."""
    name = PurePath(use.path).name
    if use.kind is TextKind.SPDX_LIST:
        return name
    row = name_rows().get(name) if use.pointed_from else None
    return row.expression if row and row.expression else str(leaf)


def _bare(component: Implicit) -> Package:
    """Return a component as a package of which only its rule is known."""
    return Package(
        id=PackageId(IMPLICIT, component.name, component.version),
        slot="",
        subslot="",
        repository="",
        purl="",
        shipped=Shipped.YES,
        license_field=component.stated or None,
        license_names=(),
        declared=component.declared,
        concluded=component.declared,
        effective=component.declared,
        license_comment="",
        elections=(),
        texts=(),
        copyrights=(),
        notices=(),
        homepage=(),
        description=component.reason,
        download_location="",
        depends_on=(),
        category=category_of(component.declared),
        obligations=(),
        build_time=None,
        files=component.files,
        evidence=component.evidence,
        license_evidence=component.evidence,
        notices_sought=False,
    )


def _as_known(package: Package, source: Package) -> Package:
    """Return the component with what is known of the package that it comes from."""
    return replace(
        package,
        texts=source.texts,
        copyrights=source.copyrights,
        copyright_evidence=source.copyright_evidence,
        notices=source.notices,
        notice_files=source.notice_files,
        notices_sought=source.notices_sought,
        homepage=source.homepage,
    )


def _open_questions(package: Package) -> Iterator[Problem]:
    """Yield choices that nobody has made, and licences that nobody has judged."""
    for choice in choices(package.declared):
        options = " | ".join(str(option) for option in choice.operands)
        yield Problem(findings.CHOICE_UNSET, options, f"not chosen: {options}")
    for spdx in uncategorized(package.declared):
        message = f"no category for {spdx}"
        licenses = frozenset((spdx,))
        kind = findings.UNCATEGORIZED_LICENSE
        yield Problem(kind, spdx, message, licenses=licenses)

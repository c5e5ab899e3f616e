# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""Assembles the inventory from raw packages, texts and the shipping decision."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cmp_to_key, partial
from operator import attrgetter

from coos_license import findings
from coos_license.errors import ParseError
from coos_license.expression import leaves
from coos_license.model import (
    Evidence,
    Finding,
    Image,
    Inventory,
    Package,
    PackageId,
    RawPackage,
    TextKind,
)
from coos_license.portage import depset
from coos_license.portage.installed import Installed
from coos_license.portage.names import compare_versions, purl
from coos_license.portage.repository import Repository
from coos_license.processes import MANY, beside
from coos_license.resolve.from_sources import SourceResolver
from coos_license.resolve.licensing import LicenseFacts, LicenseResolver
from coos_license.resolve.links import resolve_links
from coos_license.resolve.origins import OriginFinder, Origins
from coos_license.resolve.problems import as_finding
from coos_license.resolve.shipping import Shipping
from coos_license.resolve.texts import TextFinder


@dataclass(frozen=True, slots=True)
class _Edges:
    """What a package needs to run, and what it needed to be built."""

    run: tuple[PackageId, ...]
    build: tuple[PackageId, ...]


_BY_VERSION = cmp_to_key(compare_versions)


def build(
    packages: Sequence[RawPackage],
    finder: TextFinder,
    shipping: Shipping,
    image: Image,
    defects: Iterable[Finding] = (),
) -> Inventory:
    """Return the inventory of the packages, sorted by category, name and version.

    ``defects`` are findings met while reading; those met here are added.
    """
    ordered = sorted(packages, key=_order)
    installed = Installed(packages)
    uris = [finder.source_uri(raw) for raw in ordered]
    resolver = LicenseResolver(finder, packages)
    sourced = SourceResolver(resolver, finder.sources, packages)
    met: list[Finding] = [*defects, *shipping.defects]
    resolved: list[Package] = []
    look = partial(_needs_and_origins, ordered, uris, installed, finder.repositories)
    worth = len(ordered) >= MANY and not any(
        one.tree.has_one_bound for one in finder.repositories
    )
    with beside(look, worth=worth) as answer:
        licensed = [
            _licensed(one, sourced, *uri)
            for one, uri in zip(ordered, uris, strict=True)
        ]
        others = answer()
    for raw, (facts, odd), (edges, faults, made_from) in zip(
        ordered, licensed, others, strict=True
    ):
        met += (*raw.faults, *odd, *faults)
        resolved.append(_package(raw, facts, shipping, edges, made_from))
    met += _undecided(packages)
    met += _repository_findings(packages, finder)
    met += list_texts(resolved)
    told = {use.sha256 for package in resolved for use in package.texts}
    told.update(sha256 for package in resolved for sha256 in package.notices)
    used = {leaf.id for package in resolved for leaf in leaves(package.declared)}
    return Inventory(
        image=image,
        packages=tuple(resolved),
        texts={
            sha256: text for sha256, text in resolver.texts.items() if sha256 in told
        },
        extracted={
            spdx_id: extracted
            for spdx_id, extracted in resolver.extracted.items()
            if spdx_id in used
        },
        defects=tuple(met),
        links=resolve_links(packages, installed),
    )


def _licensed(
    raw: RawPackage, sourced: SourceResolver, src_uri: str, place: Evidence
) -> tuple[LicenseFacts, list[Finding]]:
    """Return the licence facts of a package, and what was met on the way."""
    parts = sourced.parts(raw, src_uri, place)
    facts, problems = sourced.facts(raw, parts)
    return facts, [*parts.faults, *(as_finding(one, raw) for one in problems)]


def _needs_and_origins(
    packages: Iterable[RawPackage],
    uris: Iterable[tuple[str, Evidence]],
    installed: Installed,
    repositories: Sequence[Repository],
) -> list[tuple[_Edges, list[Finding], Origins]]:
    """Return what each package needs, with faults, and what it was made from."""
    origins = OriginFinder(repositories)
    return [
        (*_edges(raw, installed), origins.of(raw, src_uri))
        for raw, (src_uri, _) in zip(packages, uris, strict=True)
    ]


def _order(package: RawPackage) -> tuple[str, str, object]:
    """Return the sort key: versions by PMS, not by letters."""
    return package.id.category, package.id.name, _BY_VERSION(package.id.version)


def _package(
    raw: RawPackage,
    facts: LicenseFacts,
    shipping: Shipping,
    edges: _Edges,
    made_from: Origins,
) -> Package:
    """Return the package that the facts make up."""
    return Package(
        id=raw.id,
        slot=raw.slot,
        subslot=raw.subslot,
        repository=raw.repository,
        purl=purl(raw.id),
        shipped=shipping.decided[raw.id],
        shipped_reason=shipping.reasons.get(raw.id, ""),
        license_field=raw.license_field,
        license_names=facts.names,
        declared=facts.declared,
        concluded=facts.declared,
        effective=facts.declared,
        license_comment=facts.comment,
        elections=(),
        texts=facts.uses,
        copyrights=tuple(one.text for one in facts.copyrights),
        copyright_evidence=facts.copyrights,
        notices=tuple(dict.fromkeys(use.sha256 for use in facts.notices)),
        notice_files=facts.notices,
        license_headers=facts.headers,
        notices_sought=facts.notices_sought,
        homepage=raw.homepage,
        description=raw.description,
        download_location=made_from.location,
        depends_on=edges.run,
        built_with=edges.build,
        binary=raw.binary,
        category=facts.category,
        obligations=facts.obligations,
        build_time=raw.build_time,
        files=raw.files,
        evidence=raw.evidence(),
        license_evidence=raw.evidence("LICENSE"),
        fetched=made_from.fetched,
        ebuild=made_from.ebuild,
        patches=made_from.patches,
        use=raw.use,
        cpes=made_from.cpes,
        components=facts.components,
    )


def _edges(raw: RawPackage, installed: Installed) -> tuple[_Edges, list[Finding]]:
    """Return what a package needs to run and to be built, and faults of the variables.

    BDEPEND is answered by the machine that built it (PMS 8.1): by the packages here
    only where that was like the one that it was built for.
    """
    ids: dict[str, dict[PackageId, None]] = {"run": {}, "build": {}}
    faults = []
    for name, text, kind in (
        ("RDEPEND", raw.rdepend, "run"),
        ("PDEPEND", raw.pdepend, "run"),
        ("DEPEND", raw.depend, "build"),
        ("BDEPEND", raw.bdepend, "build"),
    ):
        if not text or (name == "BDEPEND" and not raw.is_native):
            continue
        try:
            found, _ = installed.resolve(text, raw.use)
        except ParseError as error:
            faults.append(_dependency_fault(raw, name, error))
            continue
        ids[kind].update((package.id, None) for package in found)
    for some in ids.values():
        some.pop(raw.id, None)
    run, build = (tuple(sorted(some, key=_cpv)) for some in ids.values())
    # Nothing that was built lacks its flags: an ebuild alone was built with nothing.
    return _Edges(run, build if raw.use is not None else ()), faults


_cpv = attrgetter("cpv")


def _dependency_fault(raw: RawPackage, name: str, error: ParseError) -> Finding:
    """Return the finding for a dependency variable that breaks the grammar."""
    return Finding(
        findings.DEPENDENCY_SYNTAX,
        name,
        f"{name}, column {error.column}: {error.reason}",
        raw.id,
        raw.slot,
        (raw.evidence(name),),
    )


def _undecided(packages: Iterable[RawPackage]) -> Iterator[Finding]:
    """Yield that some packages' dependencies hang on flags that are not known.

    One finding for all: of an ebuild cache it is true of nearly every package.
    """
    some = sorted(
        (raw for raw in packages if raw.use is None and _has_conditions(raw)),
        key=_order,
    )
    if some:
        first, count = some[0].id.cpv, len(some)
        others = f" and {count - 1} more" if count > 1 else ""
        yield Finding(
            findings.UNKNOWN_USE,
            "dependencies",
            f"no USE flags are recorded for {first}{others}: every condition of"
            " their dependencies was followed",
            evidence=(some[0].evidence(),),
        )


def _has_conditions(raw: RawPackage) -> bool:
    """Return whether a dependency of the package has conditions that can be read."""
    for text in (raw.rdepend, raw.pdepend, raw.depend):
        try:
            if "?" in text and depset.has_conditions(depset.parse(text)):
                return True
        except ParseError:
            continue
    return False


def _repository_findings(
    packages: Sequence[RawPackage], finder: TextFinder
) -> Iterator[Finding]:
    """Yield repositories and masters that packages come from and nobody gave."""
    for name in sorted({package.repository for package in packages}):
        if name and name not in finder.repository_names:
            yield Finding(
                findings.MISSING_REPOSITORY,
                name,
                f"packages come from repository {name!r}, which was not given",
            )
    for repository, master in sorted(finder.missing_masters):
        yield Finding(
            findings.MISSING_MASTER,
            f"{repository} {master}",
            f"repository {repository!r} names the master {master!r}, which was not"
            " given",
            evidence=(Evidence(f"{repository}/metadata/layout.conf"),),
        )


def list_texts(packages: Iterable[Package]) -> Iterator[Finding]:
    """Yield one finding for each name whose text is that of the SPDX list."""
    paths: dict[str, set[str]] = {}
    for package in packages:
        for use in package.texts:
            if use.kind is TextKind.SPDX_LIST:
                paths.setdefault(use.name, set()).add(use.path)
    for name, found in sorted(paths.items()):
        yield Finding(
            findings.SPDX_LIST_TEXT,
            name,
            f"the text of {name} is that of the SPDX licence list",
            evidence=tuple(map(Evidence, sorted(found))),
        )

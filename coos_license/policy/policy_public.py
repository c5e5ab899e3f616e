# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""What of an inventory is for the public: the image, without how and where it is made.

Left out are packages that only the build needs, packages of private overlays, and
every mention of either. Private is a repository that was named so, or whose name ends
in ``-private``, as those of Chromium OS in ``src/private-overlays`` do. What is left
out still counts: its findings decide the exit code, and a credited package whose
licence wants something passed on is a finding of its own, for nobody credits it then.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final

from coos_license import findings
from coos_license.accounted import Means, Share
from coos_license.expression import leaves
from coos_license.model import (
    Accounting,
    Evidence,
    Finding,
    InstalledFile,
    Inventory,
    LinkedFile,
    LinkGraph,
    Need,
    Package,
    PackageId,
    TextUse,
)
from coos_license.resolve.licensing import LICENSE_TEXTS

NOTE: Final = (
    "This is the public edition: packages that only the build needs and packages of"
    " private overlays are left out, and no path of the machine that made it is in it."
)
_PRIVATE: Final = "-private"
#: What stands in a path for the name of a private repository.
_UNNAMED: Final = "private-overlay"


@dataclass(frozen=True, slots=True)
class Edition:
    """An inventory for the public.

    ``uncredited`` are the findings for shipped packages that nobody credits then;
    ``secret`` is what nothing for the public may mention.
    """

    inventory: Inventory
    uncredited: tuple[Finding, ...]
    ids: frozenset[PackageId]
    secret: re.Pattern[str]

    def shows(self, finding: Finding) -> bool:
        """Return whether a finding is about what is published, and names no more."""
        if finding.package and finding.package not in self.ids:
            return False
        places = (one.path for one in finding.evidence)
        said = (finding.subject, finding.message, *places)
        return not any(map(self.secret.search, said))


def is_private(repository: str, named: Iterable[str]) -> bool:
    """Return whether the packages of a repository are not for the public."""
    return repository in named or repository.endswith(_PRIVATE)


def publish(inventory: Inventory, named: frozenset[str]) -> Edition:
    """Return the edition for the public; ``named`` are private repositories."""
    private = [one for one in inventory.packages if is_private(one.repository, named)]
    unnamed = {one.id for one in private}
    kept = tuple(
        _unnamed(one, named)
        for one in inventory.packages
        if one.credited and one.id not in unnamed
    )
    keys = {one.id.key for one in private}
    ids = frozenset(one.id for one in kept)
    published = _reduced(
        replace(
            inventory,
            packages=tuple(_among(one, ids) for one in kept),
            links=_linked(inventory.links, ids),
            files=tuple(_installed(inventory.files, ids)),
            accounting=_accounted(inventory.accounting, ids, keys),
            implicit=tuple(_implicit(inventory, keys, named)),
            note=NOTE,
        )
    )
    owing = (one for one in private if one.credited and one.obligations)
    missed = tuple(map(_uncredited, owing))
    shown = ids | {one.id for one in inventory.implicit}
    edition = Edition(published, missed, shown, _secrets(private, named))
    defects = tuple(filter(edition.shows, inventory.defects))
    return replace(edition, inventory=replace(published, defects=defects))


def _secrets(private: Iterable[Package], named: frozenset[str]) -> re.Pattern[str]:
    """Return what no finding for the public may mention.

    A name is not found in a longer one: neither ``a/foo`` in ``a/foo-bar-1``.
    """
    names = named | {one.id.key for one in private}
    words = "|".join(re.escape(name) for name in sorted(names - {""}))
    every = rf"(?<![\w-])(?:{words})(?![\w+]|-[A-Za-z])" if words else r"(?!)"
    return re.compile(rf"{every}|\w{_PRIVATE}\b")


def _uncredited(package: Package) -> Finding:
    """Return that nobody credits a package that is left out."""
    owed = ", ".join(package.obligations)
    return Finding(
        findings.PRIVATE_NOT_CREDITED,
        str(package.effective),
        f"ships and is left out; {package.effective} asks for: {owed}",
        package.id,
        package.slot,
        (package.license_evidence,),
    )


def _unnamed(package: Package, named: frozenset[str]) -> Package:
    """Return the package with texts of private repositories, but not their names."""

    def path(found: str) -> str:
        repository, _, below = found.partition("/")
        return f"{_UNNAMED}/{below}" if is_private(repository, named) else found

    def use(found: TextUse) -> TextUse:
        return replace(found, path=path(found.path))

    def place(found: Evidence) -> Evidence:
        return replace(found, path=path(found.path))

    return replace(
        package,
        texts=tuple(map(use, package.texts)),
        notice_files=tuple(map(use, package.notice_files)),
        copyright_evidence=tuple(
            replace(one, places=tuple(map(place, one.places)))
            for one in package.copyright_evidence
        ),
    )


def _implicit(
    inventory: Inventory, private: set[str], named: frozenset[str]
) -> Iterator[Package]:
    """Yield the implicit components; of a private package only what is owed for it."""
    parts = inventory.accounting.components if inventory.accounting else ()
    for one, part in zip(inventory.implicit, parts, strict=True):
        package = _unnamed(one, named)
        yield _untraced(package) if part.package in private else package


def _untraced(package: Package) -> Package:
    """Return a component without the names of the package that it is known from."""

    def path(found: str) -> str:
        return f"{_UNNAMED}/{found.rpartition('/')[2]}"

    def use(found: TextUse) -> TextUse:
        name = found.name if found.kind in LICENSE_TEXTS else package.id.key
        return replace(found, path=path(found.path), name=name)

    return replace(
        package,
        license_field=None,
        homepage=(),
        elections=(),
        curations=(),
        texts=tuple(map(use, package.texts)),
        notice_files=tuple(map(use, package.notice_files)),
        copyright_evidence=tuple(
            replace(
                one, places=tuple(Evidence(path(at.path), at.line) for at in one.places)
            )
            for one in package.copyright_evidence
        ),
    )


def _among(package: Package, ids: frozenset[PackageId]) -> Package:
    """Return the package with only published packages beside it."""
    return replace(
        package,
        depends_on=tuple(one for one in package.depends_on if one in ids),
        built_with=tuple(one for one in package.built_with if one in ids),
    )


def _reduced(inventory: Inventory) -> Inventory:
    """Return the inventory with only the texts and LicenseRefs that it still uses."""
    packages = (*inventory.packages, *inventory.implicit)
    used = {
        leaf.id
        for one in packages
        for said in (one.declared, one.concluded, one.effective)
        for leaf in leaves(said)
    }
    used |= {
        leaf.id
        for one in packages
        for part in one.components
        for leaf in leaves(part.declared)
    }
    extracted = {name: one for name, one in inventory.extracted.items() if name in used}
    told = {use.sha256 for one in packages for use in one.texts}
    told |= {digest for one in packages for digest in one.notices}
    told |= {one.sha256 for one in extracted.values() if one.sha256}
    texts = {digest: text for digest, text in inventory.texts.items() if digest in told}
    return replace(inventory, extracted=extracted, texts=texts)


def _installed(
    files: Iterable[InstalledFile], ids: frozenset[PackageId]
) -> Iterator[InstalledFile]:
    """Yield the files that published packages own."""
    for file in files:
        owners = tuple(one for one in file.owners if one in ids)
        if owners:
            yield replace(file, owners=owners)


def _accounted(
    accounting: Accounting | None, ids: frozenset[PackageId], private: set[str]
) -> Accounting | None:
    """Return the accounting without the names of packages that are left out.

    ``private`` are those that no component may say that it is known from.
    """
    if accounting is None:
        return None
    cpvs = {one.cpv for one in ids}
    files: Counter[tuple[Means, str]] = Counter()
    for share in accounting.shares:
        named = share.means is Means.IMPLICIT or share.owner in cpvs
        files[share.means, share.owner if named else ""] += share.files
    return replace(
        accounting,
        shares=tuple(sorted(Share(*key, count) for key, count in files.items())),
        components=tuple(
            replace(one, package="", stated="") if one.package in private else one
            for one in accounting.components
        ),
    )


def _linked(links: LinkGraph, ids: frozenset[PackageId]) -> LinkGraph:
    """Return what published packages link among themselves."""

    def among(
        edges: Mapping[PackageId, tuple[PackageId, ...]],
    ) -> dict[PackageId, tuple[PackageId, ...]]:
        return {
            package: tuple(one for one in others if one in ids)
            for package, others in edges.items()
            if package in ids
        }

    files = {
        package: tuple(_file(one, ids) for one in files)
        for package, files in links.files.items()
        if package in ids
    }
    return replace(
        links,
        files=files,
        built_with=among(links.built_with),
        tools=among(links.tools),
    )


def _file(file: LinkedFile, ids: frozenset[PackageId]) -> LinkedFile:
    """Return a file with the needs that published packages meet."""
    needs = (
        Need(
            need.soname,
            tuple(one for one in need.providers if one.package in ids),
        )
        for need in file.needs
    )
    return replace(file, needs=tuple(one for one in needs if one.providers))

# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""One mind: SBOM, credits page and NOTICE against the inventory.

The inventory is the whole model, so each other document is compared with it alone.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from coos_license.bom.ids import IMAGE, component_ref, package_ref
from coos_license.bom.wellformed import multi_line
from coos_license.documents.inventory import implicit_of
from coos_license.documents.pages import OurPage, PageCredit
from coos_license.documents.spdx import (
    IMPLICIT_ID,
    Element,
    elements,
    purls_of,
    relations,
    text,
)
from coos_license.model import IMPLICIT, PackageId, Shipped
from coos_license.render.spdx_packages import NO_VERSION
from coos_license.render.spdx_values import single_line, spdx_id
from coos_license.render.words import printable
from coos_license.trees.text import clean_bytes, in_full
from coos_license.verify.bundle import (
    CREDITS,
    FINDINGS,
    INVENTORY,
    NOTICE,
    SBOM,
    Bundle,
    Problem,
)

CHECK: Final = "agreement"
_IMAGE: Final = spdx_id(IMAGE)
_CLAIMS: Final = ("NONE", "NOASSERTION")
_PACKAGE: Final = "SPDXRef-Package-"
_SHIPPING: Final = {
    Shipped.YES: (_IMAGE, "CONTAINS", ""),
    Shipped.LINKED_UNKNOWN: (_IMAGE, "DEPENDS_ON", ""),
    Shipped.BUILD_TIME: ("", "BUILD_DEPENDENCY_OF", _IMAGE),
}


def check(bundle: Bundle) -> Iterator[Problem]:
    """Yield where the documents do not say the same."""
    inventory = bundle.inventory
    if inventory is None:
        return
    implicit = {one["cpv"]: one for one in implicit_of(inventory)}
    packages = {one["cpv"]: one for one in inventory["packages"]}
    credited = {
        cpv: one for cpv, one in packages.items() if one["shipped"] != "build-time"
    }
    credited |= implicit
    yield from _inventory(inventory, (*inventory["packages"], *implicit.values()))
    if bundle.findings is not None:
        yield from _findings(bundle.findings, packages | implicit)
    if bundle.sbom is not None:
        yield from _sbom(bundle.sbom, packages | implicit)
        yield from _extracted(bundle, inventory)
    if bundle.page is not None:
        yield from _page(bundle.page, credited)
    if bundle.notice is not None:
        said = {cpv: _claimed(words) for cpv, words in bundle.notice.packages.items()}
        yield from _named(NOTICE, said, credited)
        for cpv, words in said.items():
            if cpv in credited:
                wanted = printable(credited[cpv]["declared"])
                yield from _equal(NOTICE, cpv, "declared", words, wanted)
    yield from _texts(bundle)


def _equal(
    file: str, cpv: str, what: str, found: object, wanted: object
) -> Iterator[Problem]:
    """Yield that a package is said to be something else than in the inventory."""
    if found != wanted:
        message = f"{in_full(cpv)}: {what} is {found!r}, and {wanted!r} in {INVENTORY}"
        yield Problem(CHECK, file, message)


def _named(
    file: str, found: Mapping[str, object], wanted: Mapping[str, object]
) -> Iterator[Problem]:
    """Yield packages that only one of two documents has."""
    for cpv in sorted(found.keys() - wanted.keys()):
        yield Problem(CHECK, file, f"{in_full(cpv)} is not a package of {INVENTORY}")
    for cpv in sorted(wanted.keys() - found.keys()):
        yield Problem(CHECK, file, f"{in_full(cpv)} is missing; {INVENTORY} has it")


def _inventory(
    inventory: Mapping[str, Any], packages: Iterable[Mapping[str, Any]]
) -> Iterator[Problem]:
    """Yield texts that a package names and the table of texts has not."""
    for package in packages:
        used = [use["sha256"] for use in package["texts"]] + package["notices"]
        for sha256 in used:
            if sha256 not in inventory["texts"]:
                message = f"{in_full(package['cpv'])}: text {sha256} is not in texts"
                yield Problem(CHECK, INVENTORY, message)


def _findings(
    document: Mapping[str, Any], packages: Mapping[str, object]
) -> Iterator[Problem]:
    """Yield findings about packages that are not there."""
    for finding in elements(dict(document), "findings"):
        cpv = text(finding, "cpv")
        if cpv and cpv not in packages:
            message = f"{in_full(cpv)} is not a package of {INVENTORY}"
            yield Problem(CHECK, FINDINGS, message)


def _sbom(
    document: Element, packages: Mapping[str, Mapping[str, Any]]
) -> Iterator[Problem]:
    """Yield where the SBOM says something else of a package."""
    found = {text(one, "SPDXID"): one for one in elements(document, "packages")}
    ids = {_id(one): one for one in packages.values()}
    for spdx in sorted(found.keys() - ids.keys()):
        if spdx.startswith((_PACKAGE, IMPLICIT_ID)):
            yield Problem(CHECK, SBOM, f"{spdx} is not a package of {INVENTORY}")
    links = set(relations(document))
    for spdx, package in ids.items():
        cpv = package["cpv"]
        if spdx not in found:
            yield Problem(CHECK, SBOM, f"{cpv} is missing; {INVENTORY} has it")
            continue
        element = found[spdx]
        for what, wanted in (
            ("versionInfo", single_line(package["version"]) or NO_VERSION),
            ("licenseDeclared", package["declared"]),
            ("licenseConcluded", package["concluded"]),
        ):
            yield from _equal(SBOM, cpv, what, text(element, what), wanted)
        if package["purl"] and package["purl"] not in purls_of(element):
            yield Problem(CHECK, SBOM, f"{cpv}: no purl is {package['purl']}")
        try:
            start, kind, to = _SHIPPING[Shipped(package["shipped"])]
        except ValueError:
            continue  # the schema says so
        if (start or spdx, kind, to or spdx) not in links:
            message = f"{cpv}: no {kind} says that it is {package['shipped']!r}"
            yield Problem(CHECK, SBOM, message)


def _id(package: Mapping[str, Any]) -> str:
    """Return the SPDXID of a package of the inventory."""
    name = (package["category"], package["name"], package["version"])
    if package["category"] == IMPLICIT and not package["purl"]:
        return spdx_id(component_ref(*name))
    return spdx_id(package_ref(PackageId(*name)))


def _extracted(bundle: Bundle, inventory: Mapping[str, Any]) -> Iterator[Problem]:
    """Yield LicenseRefs with another text than the one in the archive."""
    texts: dict[str, set[str]] = {}
    for sha256, content in _archived(bundle).items():
        known = inventory["texts"].get(sha256)
        if isinstance(known, dict):
            words = multi_line(clean_bytes(content)[0])
            texts.setdefault(str(known.get("spdx")), set()).add(words.strip())
    for one in elements(bundle.sbom or {}, "hasExtractedLicensingInfos"):
        name = text(one, "licenseId")
        if name in texts and text(one, "extractedText").strip() not in texts[name]:
            message = f"{in_full(name)} has another text than licenses/ of the archive"
            yield Problem(CHECK, SBOM, message)


def _archived(bundle: Bundle) -> Mapping[str, bytes]:
    """Return sha256 -> bytes of the texts in the archive."""
    import hashlib  # noqa: PLC0415 (only where an archive is there)

    return {
        hashlib.sha256(content).hexdigest(): content
        for name, content in (bundle.archive or {}).items()
        if name.startswith("licenses/")
    }


def _page(
    page: OurPage, credited: Mapping[str, Mapping[str, Any]]
) -> Iterator[Problem]:
    """Yield where the credits page says something else."""
    found = {one.cpv: one for one in page.packages}
    if len(found) != len(page.packages):
        yield Problem(CHECK, CREDITS, "a package is there twice")
    shown = {printable(cpv): one for cpv, one in credited.items()}
    yield from _named(CREDITS, found, shown)
    for cpv, credit in found.items():
        if cpv in shown:
            yield from _credit(credit, shown[cpv], page)


def _credit(
    credit: PageCredit, package: Mapping[str, Any], page: OurPage
) -> Iterator[Problem]:
    """Yield where the page says something else of one package."""
    declared = printable(package["declared"])
    different = (
        printable(package[key])
        for key in ("effective", "concluded")
        if package[key] != package["declared"]
    )
    for what, said, wanted in (
        ("declared", credit.declared, declared),
        ("elected", credit.elected, next(different, "")),
        ("obligations", list(credit.obligations), package["obligations"]),
        (
            "linking unknown",
            credit.linked_unknown,
            package["shipped"] == Shipped.LINKED_UNKNOWN,
        ),
    ):
        yield from _equal(CREDITS, credit.cpv, what, said, wanted)
    for label in (*credit.texts, *credit.notices):
        if label not in page.texts:
            message = (
                f"{in_full(credit.cpv)}: text {in_full(label)!r} is not on the page"
            )
            yield Problem(CHECK, CREDITS, message)
    own = {use["sha256"] for use in package["texts"]}
    notices = set(package["notices"]) - own
    for what, labels, these in (
        ("number of texts", credit.texts, own),
        ("number of notices", credit.notices, notices),
    ):
        yield from _equal(CREDITS, credit.cpv, what, len(labels), len(these))


def _claimed(words: str) -> str:
    """Return a declared licence of NOTICE; a claim stands before its meaning."""
    first = words.partition(" ")[0]
    return first if first in _CLAIMS else words


def _texts(bundle: Bundle) -> Iterator[Problem]:
    """Yield texts that credits page, NOTICE and archive do not all have."""
    sides = {}
    if bundle.page is not None:
        sides[CREDITS] = {one.strip() for one in bundle.page.texts.values()}
    if bundle.notice is not None:
        sides[NOTICE] = {one.strip() for one in bundle.notice.texts}
    if bundle.archive is not None:
        sides["licenses/ of the archive"] = {
            clean_bytes(content)[0].strip() for content in _archived(bundle).values()
        }
    every = set().union(*sides.values())
    for place, found in sides.items():
        missing = len(every - found)
        if missing:
            noun = "text" if missing == 1 else "texts"
            message = f"{missing} {noun} that the others have is not in {place}"
            yield Problem(CHECK, place if place in bundle.files else NOTICE, message)

# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""What the packages were made from: the files of SRC_URI as elements of the bill.

One file is one element, whatever number of packages was made from it. Files are the
same where name and digests are; without a Manifest the name alone tells.
"""

from collections.abc import Iterable, Iterator
from typing import Final
from urllib.parse import quote

from coos_license.bom.digests import known_digests
from coos_license.bom.ids import source_ref
from coos_license.bom.values import (
    Digest,
    Element,
    ElementKind,
    Purpose,
    Relation,
    Relationship,
)
from coos_license.bom.wellformed import download_location, one_line, purl_locators
from coos_license.model import FetchedFile, Package, PackageId
from coos_license.portage.repository import EBUILD

_MOST_PACKAGES: Final = 3
#: By convention a package of this name was built elsewhere.
_BUILT_ELSEWHERE: Final = "-bin"
_LICENSE_COMMENT: Final = (
    "LICENSE of the package is about what it installs, which may be less or more than "
    "what is in this file."
)


def elements(packages: Iterable[Package]) -> Iterator[Element]:
    """Yield one element for each fetched file, in order of their ids."""
    groups: dict[str, list[tuple[FetchedFile, PackageId]]] = {}
    for package in packages:
        for file in _files(package):
            groups.setdefault(_ref(file), []).append((file, package.id))
    for ref, same in sorted(groups.items()):
        yield _element(ref, same)


def relationships(own: str, package: Package) -> Iterator[Relationship]:
    """Yield what a package, whose id is ``own``, was made from."""
    for ref in sorted({_ref(file) for file in _files(package)}):
        yield Relationship(own, Relation.GENERATED_FROM, ref)


def _files(package: Package) -> tuple[FetchedFile, ...]:
    """Return what a package was made from: what it fetches, else its ebuild alone."""
    own = () if package.ebuild is None else (package.ebuild,)
    return package.fetched or own


def _ref(file: FetchedFile) -> str:
    """Return the id of a file."""
    digests = known_digests(file.digests)
    return source_ref(file.name, digests[-1].value if digests else "")


def _element(ref: str, same: list[tuple[FetchedFile, PackageId]]) -> Element:
    """Return the element of a file that one or more packages were made from."""
    first = same[0][0]
    ids = sorted({package for _, package in same})
    name = one_line(first.name)
    digests = known_digests(first.digests)
    locations = (download_location(file.location) for file, _ in same)
    location = next(filter(None, locations), "")
    prebuilt = all(one.name.endswith(_BUILT_ELSEWHERE) for one in ids)
    return Element(
        kind=ElementKind.SOURCE,
        id=ref,
        name=name,
        version=_version(first.name, ids),
        purpose=Purpose.ARCHIVE if prebuilt else Purpose.SOURCE,
        purls=purl_locators(_purl(name, location, digests)),
        location=location,
        file_name=name,
        digests=digests,
        license_comment=_LICENSE_COMMENT,
        source_info=_source_info(first, ids),
    )


def _version(name: str, ids: Iterable[PackageId]) -> str:
    """Return the version of the packages without revision, if the name has it too."""
    versions = {package.version.partition("-r")[0] for package in ids}
    version = versions.pop()
    return version if not versions and version in name else ""


def _purl(name: str, location: str, digests: tuple[Digest, ...]) -> str:
    """Return the purl of a file: type ``generic``, whose qualifiers these two are.

    Nothing where neither is known: a name alone is none.
    """
    qualifiers = []
    if digests:
        last = digests[-1]
        qualifiers.append(f"checksum={last.algorithm.lower()}:{last.value}")
    if location:
        qualifiers.append(f"download_url={quote(location, safe=':/')}")
    return f"pkg:generic/{quote(name, safe='')}?{'&'.join(qualifiers)}" * bool(
        qualifiers
    )


def _source_info(file: FetchedFile, ids: list[PackageId]) -> str:
    """Return which packages fetch the file, and how long it is."""
    more = len(ids) - _MOST_PACKAGES
    told = ", ".join(package.cpv for package in ids[:_MOST_PACKAGES])
    told = f"{told} and {more} more" if more > 0 else told
    size = "" if file.size_bytes is None else f"; {file.size_bytes} bytes"
    what = "The ebuild" if file.name.endswith(EBUILD) else "Fetched by SRC_URI"
    return f"{what} of {told}{size}"

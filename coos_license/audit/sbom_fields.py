# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""What checkers of SBOMs will miss: fields that they want and nothing tells.

Source: the baseline attributes of CISA's Framing Software Component Transparency, third
edition, section 2.2, and the data fields of BSI TR-03183-2 version 2.1, section 5.2.
"""

from collections.abc import Callable, Iterator
from typing import Final

from coos_license import findings
from coos_license.expression import Claim
from coos_license.model import Finding, Image, Inventory, Package

_MOST_NAMED: Final = 3
_DIGEST: Final = "SHA512"


def missing_fields(inventory: Inventory) -> Iterator[Finding]:
    """Yield one finding for each field that is missing anywhere."""
    yield from _of_the_image(inventory.image)
    components = len(
        {one.key for each in inventory.packages for one in each.components}
    )
    for subject, told, is_missing in _FIELDS:
        without = [one.id.cpv for one in inventory.packages if is_missing(one)]
        # A digest is wanted of a file, and of components no file is named.
        parts = 0 if subject == "digest" else components
        if without or parts:
            message = f"{told}: {_counted(without, parts)}"
            yield Finding(findings.MISSING_SBOM_FIELD, subject, message)


def _of_the_image(image: Image) -> Iterator[Finding]:
    """Yield what is missing of the image as a whole."""
    if image.file is None:
        told = "no file is named that the image is distributed as: --image-file"
        yield Finding(findings.MISSING_SBOM_FIELD, "image-file", told)
    if not _is_address(image.contact or ""):
        told = "no e-mail or web address is known of who answers for the documents"
        yield Finding(findings.MISSING_CONTACT, "image", told)


def _is_address(contact: str) -> bool:
    """Return whether a checker takes it for an address."""
    return "@" in contact or contact.startswith(("http://", "https://"))


def _has_no_copyright(package: Package) -> bool:
    """Return whether no statement is known; a package that holds nothing needs none."""
    holds_nothing = package.files == 0 and package.declared is Claim.NONE
    return not (package.copyrights or holds_nothing)


def _has_no_creator(package: Package) -> bool:
    """Return whether nothing tells who made the package."""
    return not any(uri.startswith(("http://", "https://")) for uri in package.homepage)


def _has_no_file(package: Package) -> bool:
    """Return whether no file is known that it is distributed as."""
    return not (package.binary or package.fetched or package.ebuild)


def _has_no_digest(package: Package) -> bool:
    """Return whether there are files, and no SHA-512 of any."""
    files = (package.binary, *package.fetched, package.ebuild)
    known = [dict(file.digests) for file in files if file is not None]
    return bool(known) and not any(_DIGEST in digests for digests in known)


_FIELDS: Final[tuple[tuple[str, str, Callable[[Package], bool]], ...]] = (
    ("copyright", "no copyright statement is known", _has_no_copyright),
    ("creator", "no home page tells who makes it", _has_no_creator),
    ("file", "no file is known that it is distributed as", _has_no_file),
    ("digest", "no SHA-512 is known of its files", _has_no_digest),
)


def _counted(packages: list[str], components: int) -> str:
    """Return how many there are, and the first few by name."""
    some = ", ".join(packages[:_MOST_NAMED])
    more = len(packages) - _MOST_NAMED
    told = [f"{len(packages):,} packages ({some}{', ...' if more > 0 else ''})"]
    if not packages:
        told = []
    if components:
        told.append(f"{components:,} components of packages")
    return " and ".join(told)

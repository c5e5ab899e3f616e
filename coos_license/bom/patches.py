# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""The patches that ebuilds surely apply, as elements of the bill.

Several versions of a package may apply one: it is one element where the content is.
"""

from collections.abc import Iterable, Iterator

from coos_license.bom.digests import known_digests
from coos_license.bom.ids import patch_ref
from coos_license.bom.values import (
    Element,
    ElementKind,
    Purpose,
    Relation,
    Relationship,
)
from coos_license.bom.wellformed import one_line
from coos_license.model import FetchedFile, Package


def elements(packages: Iterable[Package]) -> Iterator[Element]:
    """Yield one element for each patch, in order of their ids."""
    found = {
        _ref(package, patch): (package, patch)
        for package in packages
        for patch in package.patches
    }
    for ref, (package, patch) in sorted(found.items()):
        name = one_line(patch.name)
        yield Element(
            kind=ElementKind.PATCH,
            id=ref,
            name=name,
            purpose=Purpose.PATCH,
            file_name=name.rpartition("/")[2],
            digests=known_digests(patch.digests),
            source_info=f"Beside the ebuilds of {package.id.key}, in files/",
        )


def relationships(own: str, package: Package) -> Iterator[Relationship]:
    """Yield the patches of a package, whose id is ``own``."""
    for ref in sorted({_ref(package, patch) for patch in package.patches}):
        yield Relationship(own, Relation.PATCHED_BY, ref)


def _ref(package: Package, patch: FetchedFile) -> str:
    """Return the id of a patch."""
    digests = known_digests(patch.digests)
    return patch_ref(package.id.key, patch.name, digests[-1].value if digests else "")

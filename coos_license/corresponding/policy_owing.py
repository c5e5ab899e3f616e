# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""Which packages owe their source to whoever gets the image, and why.

* A shipped package, or one that may be linked into a shipped one, with a licence that
  asks for source, an offer of it, or what relinking needs (``categories.toml``). An
  open choice counts with all its options: nobody has elected yet.
* A package that such a licence reaches over a link that is certain.

Links that are not certain are left to findings of ``audit``; ``--all`` takes every
package that ships.
"""

from typing import Final

from coos_license.audit.owed import owed, reached
from coos_license.corresponding.values import Reason
from coos_license.model import Inventory, Obligation, PackageId
from coos_license.obligations.resolutions import Propagation

#: What is met by passing source on.
MET_BY_SOURCE: Final = frozenset(
    (Obligation.SOURCE, Obligation.SOURCE_OFFER, Obligation.RELINKING)
)


def owing(
    inventory: Inventory, made: Propagation | None
) -> dict[PackageId, tuple[Reason, ...]]:
    """Return why each package that owes source does, packages in their order."""
    found: dict[PackageId, list[Reason]] = {}
    for one in owed(inventory):
        asked = tuple(each for each in one.obligations if each in MET_BY_SOURCE)
        if asked:
            whose = f"licence of {one.of}" if one.of else "its own licence"
            why = f"{whose}, an open choice" if one.is_optional else whose
            reason = Reason(str(one.license), why, asked)
            found.setdefault(one.package.id, []).append(reason)
    for way in reached(inventory, made) if made else ():
        first = way.first
        if first.is_sure and first.obligation in MET_BY_SOURCE and made:
            origin = made.graph.nodes[first.origin]
            why = f"reached over a link from {origin.name}"
            reason = Reason(str(first.license), why, (first.obligation,))
            found.setdefault(way.package.id, []).append(reason)
    return {
        package.id: tuple(found[package.id])
        for package in inventory.credited
        if package.id in found
    }

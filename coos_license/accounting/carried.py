# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""Whether who gets the image gets the texts that its licences ask for.

Asked is for the text of each licence in force whose conditions say that it goes along;
of a choice the texts of one option are enough. A text counts where it is equal to ours
by the matching guidelines of SPDX, holds ours, or is identified as the licence.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from coos_license import findings
from coos_license.expression import And, Claim, Declared, License, Or, leaves
from coos_license.licenses.expressions import license_row
from coos_license.licenses.identify import identify
from coos_license.licenses.matching import words
from coos_license.licenses.names import license_ref, name_rows
from coos_license.model import (
    Finding,
    Inventory,
    Obligation,
    Package,
    PackageId,
    TextUse,
)

_REVISION: Final = re.compile(r"-r[0-9]+\Z")
#: A finding for each package, but not more than a person reads.
MOST_FINDINGS: Final = 50
_MOST_NAMED: Final = 20
_MOST_UNREAD: Final = 3
#: Characters of all texts that are prepared, and that are compared with the whole SPDX
#: list: half a minute each. The page of a whole Chromium OS has 12 million, and most of
#: its texts are equal to ours. What is not looked at does not count.
_MOST_PREPARED: Final = 64_000_000
_MOST_IDENTIFIED: Final = 4_000_000


@dataclass(frozen=True, slots=True)
class Carried:
    """Texts by whose they are: those of ``""`` are for all; see :func:`names_of`.

    ``unread`` are documents that should hold some and cannot be read, with the reason.
    """

    texts: Mapping[str, frozenset[str]]
    unread: tuple[str, ...] = ()

    @classmethod
    def of(
        cls, found: Iterable[tuple[str, str]], unread: Iterable[str] = ()
    ) -> "Carried":
        """Gather texts; each is whose it is, and the text."""
        texts: dict[str, set[str]] = {}
        for name, text in found:
            texts.setdefault(name, set()).add(text.strip())
        every = {name: frozenset(some - {""}) for name, some in texts.items()}
        return cls(every, tuple(unread))

    def with_package(self, package: PackageId) -> tuple[str, ...]:
        """Return the texts that go along with a package."""
        found: dict[str, None] = {}
        for name in (*names_of(package), ""):
            found.update(dict.fromkeys(sorted(self.texts.get(name, ()))))
        return tuple(found)


def names_of(package: PackageId) -> tuple[str, ...]:
    """Return what a page or a directory may call a package, each once.

    The page of chromite lacks category and revision.

    >>> names_of(PackageId("sys-libs", "zlib", "1.3-r1"))[:3]
    ('sys-libs/zlib-1.3-r1', 'zlib-1.3-r1', 'zlib-1.3')
    """
    version = _REVISION.sub("", package.version)
    short = PackageId(package.category, package.name, version)
    every = (package.cpv, package.pf, short.pf, short.cpv, package.key, package.name)
    return tuple(dict.fromkeys(every))


def texts_not_carried(carried: Carried, inventory: Inventory) -> Iterator[Finding]:
    """Yield the packages and implicit components whose texts do not go along."""
    search = _Search(carried, inventory)
    wanted = [one for one in inventory.credited if search.wants(one)]
    lacking = {
        one.id: (one, missing) for one in wanted if (missing := search.lacking(one))
    }
    if not lacking:
        return
    unread = "".join(f"; {one}" for one in carried.unread[:_MOST_UNREAD])
    if not any(carried.texts.values()):
        told = "neither the image nor what is beside it has a text of a licence;"
        told += f" those of {len(wanted):,} packages have to go along{unread}"
        yield Finding(findings.LICENSES_NOT_SHIPPED, "texts", told)
        return
    if len(lacking) > MOST_FINDINGS:
        named = ", ".join(one.cpv for one in [*lacking][:_MOST_NAMED])
        told = f"texts that have to go along with {len(lacking):,} of {len(wanted):,}"
        told += " packages are neither in the image nor beside it: "
        told += f"{named} and {len(lacking) - _MOST_NAMED:,} more{unread}"
        yield Finding(findings.LICENSES_NOT_SHIPPED, "texts", told)
        return
    for package, missing in lacking.values():
        subject = ", ".join(map(str, missing))
        yield Finding(
            findings.LICENSES_NOT_SHIPPED,
            subject,
            f"neither the image nor what is beside it has the text of {subject} for it"
            f"{unread}",
            package.id,
            package.slot,
            (package.license_evidence,),
            frozenset(leaf.id for leaf in missing),
        )


@dataclass
class _Search:
    """Looks for texts among those that go along; each is prepared once."""

    carried: Carried
    inventory: Inventory
    plain: dict[str, str] = field(default_factory=dict)
    ids: dict[str, frozenset[str]] = field(default_factory=dict)
    prepared: int = 0
    identified: int = 0

    def wants(self, package: Package) -> bool:
        """Return whether a text of a licence has to go along with a package."""
        return any(map(_wants_text, _all_leaves(package)))

    def lacking(self, package: Package) -> tuple[License, ...]:
        """Return the licences of a package whose text does not go along."""
        found = self.carried.with_package(package.id)
        lacking = dict.fromkeys(self._lacking(package, package.effective, found))
        for part in package.components:
            # Of a part whose text is not known CL045 says so.
            for leaf in leaves(part.declared):
                if self._ours(package, leaf):
                    lacking.update(dict.fromkeys(self._lacking(package, leaf, found)))
        return tuple(lacking)

    def _lacking(
        self, package: Package, expression: Declared, found: tuple[str, ...]
    ) -> tuple[License, ...]:
        """Return what is lacking of an expression: of a choice, the least."""
        match expression:
            case License():
                is_there = not _wants_text(expression) or self._is_there(
                    package, expression, found
                )
                return () if is_there else (expression,)
            case And(operands):
                parts = (self._lacking(package, one, found) for one in operands)
                return tuple(leaf for part in parts for leaf in part)
            case Or(operands):
                return min(
                    (self._lacking(package, one, found) for one in operands), key=len
                )
            case Claim():
                return ()

    def _is_there(
        self, package: Package, leaf: License, found: tuple[str, ...]
    ) -> bool:
        """Return whether texts are that of a licence, and that of its exception."""
        ours = self._ours(package, leaf)
        more = (
            self._shown_as(package, leaf.exception) if leaf.exception else frozenset()
        )
        return (
            self._holds(found, ours - more)
            or any(leaf.id in self._identified(text) for text in found)
        ) and (not more or self._holds(found, more))

    def _holds(self, found: tuple[str, ...], ours: frozenset[str]) -> bool:
        """Return whether one of the texts is one of ours, or holds it."""
        if ours.intersection(found):
            return True
        prepared = {self._prepared(one) for one in ours} - {""}
        for text in found:
            held = self._prepared(text)
            if any(one in held for one in prepared):
                return True
        return False

    def _ours(self, package: Package, leaf: License) -> frozenset[str]:
        """Return the texts that we have for a licence of a package, no pointers."""
        uses = [use for use in package.texts if self._backs(use, leaf)]
        pointing = {use.pointed_from for use in uses if use.pointed_from}
        terms = [use for use in uses if use.pointed_from or use.name not in pointing]
        return frozenset(self.inventory.texts[use.sha256].text.strip() for use in terms)

    def _shown_as(self, package: Package, spdx: str) -> frozenset[str]:
        """Return the texts of a package that are shown under an id."""
        texts = (self.inventory.texts[use.sha256] for use in package.texts)
        return frozenset(one.text.strip() for one in texts if one.spdx == spdx)

    def _backs(self, use: TextUse, leaf: License) -> bool:
        """Return whether a text is of a licence: by its name, or as it is shown."""
        spdx = str(leaf)
        if self.inventory.texts[use.sha256].spdx in (spdx, leaf.id):
            return True
        for name in (use.name, use.pointed_from):
            if name is not None and (name == spdx or leaf.id in _ids_of(name)):
                return True
        own = self.inventory.extracted.get(leaf.id)
        return own is not None and own.sha256 == use.sha256

    def _prepared(self, text: str) -> str:
        """Return the words of a text that count, with blanks around each."""
        if text not in self.plain:
            self.prepared += len(text)
            counted = words(text) if self.prepared <= _MOST_PREPARED else ()
            self.plain[text] = f" {' '.join(counted)} " if counted else ""
        return self.plain[text]

    def _identified(self, text: str) -> frozenset[str]:
        """Return the licences that a text may be."""
        if text not in self.ids:
            self.identified += len(text)
            may_ask = self.identified <= _MOST_IDENTIFIED
            self.ids[text] = frozenset(identify(text).ids if may_ask else ())
        return self.ids[text]


def _all_leaves(package: Package) -> Iterator[License]:
    """Yield the licences of a package and of its parts."""
    yield from leaves(package.effective)
    for part in package.components:
        yield from leaves(part.declared)


def _wants_text(leaf: License) -> bool:
    """Return whether the text of a licence has to go along."""
    return Obligation.LICENSE_TEXT in license_row(leaf).obligations


def _ids_of(name: str) -> frozenset[str]:
    """Return the ids that a licence name of a repository stands for."""
    row = name_rows().get(name)
    if row is None or not row.expression:
        return frozenset((license_ref(name),))
    return frozenset(re.findall(r"[A-Za-z0-9.-]+", row.expression))

# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""A side from a credits page, ours or chromite's: what ships, and nothing else."""

from collections.abc import Mapping
from typing import Final

from coos_license.compare.from_spdx import digest_of
from coos_license.compare.sides import Entry, Fact, Kind, Side
from coos_license.documents.pages import ChromitePackage, OurPage, PageCredit
from coos_license.model import Obligation, Shipped

_OURS: Final = frozenset(
    {Fact.DECLARED, Fact.EFFECTIVE, Fact.OWED, Fact.TEXTS, Fact.NOTICES}
)
_WORDS: Final = frozenset(Obligation)


def side_of(page: OurPage | tuple[ChromitePackage, ...], kind: Kind) -> Side:
    """Return what a page says; ``kind`` is that of one of ours."""
    if not isinstance(page, OurPage):
        return Side(
            kind=Kind.CHROMITE,
            title="",
            entries=tuple(
                Entry(name=one.name, version=one.version, names=one.licenses)
                for one in page
            ),
            tells=frozenset({Fact.NAMES}),
            revisions=False,
        )
    digests = {label: digest_of(text) for label, text in page.texts.items()}
    return Side(
        kind=kind,
        title=page.title,
        entries=tuple(_entry(one, digests) for one in page.packages),
        tells=_OURS,
        digest="text",
        only_credited=True,
    )


def _entry(credit: PageCredit, digests: Mapping[str, str]) -> Entry:
    """Return one package of our page."""
    linked = credit.linked_unknown
    return Entry(
        name=f"{credit.category}/{credit.name}",
        version=credit.version,
        shipped=Shipped.LINKED_UNKNOWN if linked else Shipped.YES,
        declared=credit.declared,
        effective=credit.elected or credit.declared,
        owed=frozenset(Obligation(one) for one in credit.obligations if one in _WORDS),
        texts=frozenset(digests.get(label, label) for label in credit.texts),
        notices=frozenset(digests.get(label, label) for label in credit.notices),
    )

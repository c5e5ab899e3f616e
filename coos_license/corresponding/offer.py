# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""The file in which a distributor says how source comes to whoever gets the image.

::

    schema = 1
    way = "written-offer"
    offeror = "Example Corporation"
    address = "1 Example Street, 12345 Example City"
    contact = "source@example.com"
    last-distribution = 2027-06-30
    valid-until = 2030-06-30

Source: GPL-2.0 section 3, GPL-3.0 section 6.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from coos_license.errors import PolicyError, ReadError
from coos_license.policy.policy_table import Table
from coos_license.trees.toml_text import parse_toml

_SCHEMA: Final = 1
_YEARS: Final = 3
_CURE: Final = "see docs/corresponding-source.md"


class Way(StrEnum):
    """How source comes along; the sections are of GPL-2.0 and of GPL-3.0."""

    ACCOMPANIED = "accompanied"  # 3(a); 6(a)
    WRITTEN_OFFER = "written-offer"  # 3(b); 6(b)
    SAME_PLACE = "same-place"  # 3, last paragraph; 6(d)


_WAYS: Final = {way.value: way for way in Way}


@dataclass(frozen=True, kw_only=True, slots=True)
class Offer:
    """What a distributor says; ``place`` is where the source is to be had.

    ``until`` is the last day of an offer, ``None`` for a way that is none.
    """

    way: Way
    offeror: str
    address: str
    contact: str
    place: str
    until: date | None


def parse_offer(text: str, where: str) -> Offer:
    """Return what a file says. Raises: PolicyError with file and line."""
    try:
        values = parse_toml(text)
    except ReadError as error:
        raise PolicyError(str(error), where=where, cure=_CURE) from error
    table = Table.of(values, text, where, _CURE)
    must = ("schema", "way", "offeror")
    dates = ("last-distribution", "support-until", "valid-until")
    table.check_keys(must, ("address", "contact", "place", *dates))
    if values["schema"] != _SCHEMA or isinstance(values["schema"], bool):
        raise table.fault("schema", what=f"must say schema = {_SCHEMA}")
    way = table.word("way", _WAYS)
    needed = {
        Way.ACCOMPANIED: (),
        Way.WRITTEN_OFFER: ("address", "last-distribution", "valid-until"),
        Way.SAME_PLACE: ("place",),
    }[way]
    for key in needed:
        if key not in values:
            raise table.fault(what=f"lacks {key}, which {way.value!r} needs")
    texts = {
        key: table.line(key) if key in values else ""
        for key in ("offeror", "address", "contact", "place")
    }
    until = _until(table) if way is Way.WRITTEN_OFFER else None
    return Offer(way=way, until=until, **texts)


def _until(table: Table) -> date:
    """Return the last day of an offer that is good for long enough.

    Three years after the last copy is handed on, and as long as there is support
    (GPL-2.0 3(b), GPL-3.0 6(b)). Raises: PolicyError.
    """
    until, last = table.date("valid-until"), table.date("last-distribution")
    least = _years_later(last, _YEARS)
    if until < least:
        what = f"must be {least} or later, {_YEARS} years after last-distribution"
        raise table.fault("valid-until", what=what)
    if "support-until" in table.values and until < table.date("support-until"):
        what = "must not be before support-until"
        raise table.fault("valid-until", what=what)
    return until


def _years_later(day: date, years: int) -> date:
    """Return the same day some years later; 29 February becomes 1 March."""
    try:
        return day.replace(year=min(day.year + years, date.max.year))
    except ValueError:
        return date(day.year + years, 3, 1)

# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""The credits page: one self-contained HTML file, streamed.

Complete without scripts; nothing is loaded from anywhere, and the page's own
Content-Security-Policy holds it to that, with the hashes of its style and script.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import quote

from coos_license.model import DocumentMeta, Inventory, Obligation
from coos_license.render.blocks import Credit, build
from coos_license.render.words import (
    CLAIM_WORDS,
    LINKED_UNKNOWN,
    OBLIGATION_WORDS,
    Words,
    printable,
)
from coos_license.resources import environment, inline

_CHUNK = 1 << 16
_WEB = re.compile(r"https?://[^\s<>\"'\\]+", re.IGNORECASE)
# What RFC 3986 lets stand in a fragment, but the percent sign.
_IN_FRAGMENT = "/?:@!$&'()*+,;=~"


@dataclass(frozen=True, slots=True)
class Choice:
    """One line of a filter: the value to look for, its words, and how many have it."""

    value: str
    label: str
    count: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    """A package with what only the page needs: the values that its filters compare."""

    credit: Credit
    licenses: str
    obligations: str
    texts: str


def render(inventory: Inventory, meta: DocumentMeta) -> Iterator[bytes]:
    """Yield the page in UTF-8, in pieces of at least 64 KiB but the last."""
    view = build(inventory)
    numbers = {name: str(number) for number, name in enumerate(view.licenses)}
    groups = (
        [_row(credit, numbers) for credit in view.packages if not credit.owes_no_text],
        [_row(credit, numbers) for credit in view.packages if credit.owes_no_text],
    )
    used = {item for credit in view.packages for item in credit.obligations}
    legend = {item: OBLIGATION_WORDS[item] for item in Obligation if item in used}
    yield from chunks(
        environment()
        .get_template("credits.html.j2")
        .generate(
            style=inline("credits.css.j2"),
            script=inline("credits.js.j2"),
            image=_image(inventory),
            note=inventory.note,
            meta=meta,
            view=view,
            groups=groups,
            words=OBLIGATION_WORDS,
            legend=legend,
            license_choices=_license_choices(view.packages, numbers),
            obligation_choices=_obligation_choices(view.packages, legend),
            any_linked_unknown=any(c.linked_unknown for c in view.packages),
            linked_unknown=LINKED_UNKNOWN,
            fragment=fragment,
            is_web=is_web,
        )
    )


def fragment(anchor: str) -> str:
    """Return the link to an id of this page.

    >>> fragment("dev-libs/c++-1%2")
    '#dev-libs/c++-1%252'
    """
    return f"#{quote(anchor, safe=_IN_FRAGMENT)}"


def is_web(address: str) -> bool:
    """Return whether an address of a package may be a link.

    >>> is_web("https://zlib.net/"), is_web("javascript:alert(1)")
    (True, False)
    """
    return _WEB.fullmatch(address) is not None


def _row(credit: Credit, numbers: Mapping[str, str]) -> Row:
    """Return the package with the numbers that the filters compare."""
    blocks = (*credit.texts, *credit.notices)
    return Row(
        credit=credit,
        licenses=" ".join(numbers[name] for name in credit.licenses),
        obligations=" ".join(credit.obligations),
        texts=" ".join(str(block.number) for block in blocks),
    )


def _image(inventory: Inventory) -> dict[str, str]:
    """Return the words of the image for printing; empty where it does not say."""
    image = inventory.image
    return {
        name: printable(getattr(image, name) or "")
        for name in ("name", "version", "board", "supplier", "contact")
    }


def _license_choices(
    credits_: Iterable[Credit], numbers: Mapping[str, str]
) -> tuple[Choice, ...]:
    """Return the filter by licence: in order of name, the two claims last."""
    counts = Counter(name for credit in credits_ for name in credit.licenses)
    return tuple(
        Choice(numbers[name], f"{name}: {CLAIM_WORDS[name]}", counts[name])
        if name in CLAIM_WORDS
        else Choice(numbers[name], name, counts[name])
        for name in sorted(numbers, key=CLAIM_WORDS.__contains__)
    )


def _obligation_choices(
    credits_: Iterable[Credit], legend: Mapping[Obligation, Words]
) -> tuple[Choice, ...]:
    """Return the filter by obligation, in the order of the vocabulary."""
    counts = Counter(item for credit in credits_ for item in credit.obligations)
    return tuple(
        Choice(item, words.title, counts[item]) for item, words in legend.items()
    )


def chunks(pieces: Iterable[str]) -> Iterator[bytes]:
    """Yield the pieces encoded, small ones together."""
    pending: list[str] = []
    size = 0
    for piece in pieces:
        pending.append(piece)
        size += len(piece)
        if size >= _CHUNK:
            yield "".join(pending).encode()
            pending.clear()
            size = 0
    yield "".join(pending).encode()

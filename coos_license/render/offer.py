# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""What people are told about where the source is: an offer, or a notice.

The words are ours; what must be in them is from GPL-2.0 section 3 and GPL-3.0
section 6. Nothing is offered in the name of anybody who is not configured.
"""

import textwrap
from collections.abc import Iterator, Sequence
from typing import Final

from coos_license.corresponding.offer import Offer, Way
from coos_license.model import Image, PackageId

OFFER: Final = "WRITTEN-OFFER.txt"
NOTICE: Final = "SOURCE-NOTICE.txt"
TEMPLATE: Final = "WRITTEN-OFFER.TEMPLATE.txt"
#: Any of these may be there; one is.
NAMES: Final = (OFFER, NOTICE, TEMPLATE)
_WIDTH: Final = 78
_UNUSABLE: Final = (
    "THIS IS A TEMPLATE AND NO OFFER. It must not be distributed: nobody has said who"
    " offers the source, where, and until when. Write a file with these, give it with"
    " --offer, and this file is replaced."
)


def offer_file(
    offer: Offer | None, image: Image, packages: Sequence[PackageId]
) -> tuple[str, bytes]:
    """Return name and content of the file that says how source is to be had."""
    name = TEMPLATE if offer is None else NOTICE
    if offer is not None and offer.way is Way.WRITTEN_OFFER:
        name = OFFER
    paragraphs = [*_paragraphs(offer, image), "The works are the source of:"]
    lines = [line for text in paragraphs for line in (*_filled(text), "")]
    lines += [f"  {package.cpv}" for package in packages]
    return name, "".join(f"{line}\n" for line in lines).encode()


def _filled(text: str) -> list[str]:
    """Return a paragraph as lines; names and addresses are never broken."""
    return textwrap.wrap(text, _WIDTH, break_long_words=False, break_on_hyphens=False)


def _paragraphs(offer: Offer | None, image: Image) -> Iterator[str]:
    """Yield what is said, paragraph by paragraph."""
    what = " ".join(filter(None, (image.name, image.version))) or "this product"
    if offer is None:
        yield _UNUSABLE
        yield from _written("[OFFEROR]", "[ADDRESS]", "[DATE]", what)
        return
    match offer.way:
        case Way.WRITTEN_OFFER:
            address = "; ".join(filter(None, (offer.address, offer.contact)))
            until = str(offer.until)
            yield from _written(offer.offeror, address, until, what, offer.place)
        case Way.SAME_PLACE:
            yield f"SOURCE CODE OF {what}"
            yield (
                f"{offer.offeror} offers the complete corresponding source code of the"
                f" works named below for copying from the same place as {what}, in the"
                f" same way and at no further charge: {offer.place}"
            )
        case Way.ACCOMPANIED:
            yield f"SOURCE CODE OF {what}"
            yield (
                f"{offer.offeror} distributes {what} together with the complete"
                " corresponding machine-readable source code of the works named below,"
                " on a medium customarily used for software interchange."
            )
    if offer.contact and offer.way is not Way.WRITTEN_OFFER:
        yield f"Questions go to: {offer.contact}"


def _written(
    offeror: str, address: str, until: str, what: str, place: str = ""
) -> Iterator[str]:
    """Yield a written offer by GPL-2.0 3(b) and GPL-3.0 6(b)."""
    yield f"WRITTEN OFFER OF THE SOURCE CODE OF {what}"
    yield (
        f"{offeror} offers to give any third party, until {until}, a complete"
        " machine-readable copy of the corresponding source code of the works named"
        " below, on a medium customarily used for software interchange, for a charge"
        " no more than the cost of physically performing the distribution of source."
    )
    yield f"This offer is good for anyone in receipt of it. Write to: {address}"
    yield f"Name the product and its version in the request: {what}."
    if place:
        yield f"The same source may be copied from a server at no charge: {place}"

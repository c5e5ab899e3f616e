# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""The licence of a component in SPDX terms, from the words of its own metadata.

Nothing is guessed: words that are no SPDX expression are shown and assert nothing.
"""

from functools import lru_cache
from typing import Final

from coos_license.components.parts import Part
from coos_license.errors import ParseError
from coos_license.expression import Claim, Declared, License, leaves
from coos_license.licenses.expressions import parse_expression
from coos_license.model import Ecosystem

#: Python's classifiers that mean one licence of the SPDX list; the others name several
#: (``BSD License``) or none. Source: PEP 639, appendix "Mapping license classifiers to
#: SPDX identifiers".
_CLASSIFIERS: Final = {
    f"License :: OSI Approved :: {name}": spdx_id
    for name, spdx_id in (
        ("Boost Software License 1.0 (BSL-1.0)", "BSL-1.0"),
        ("Eclipse Public License 1.0 (EPL-1.0)", "EPL-1.0"),
        ("Eclipse Public License 2.0 (EPL-2.0)", "EPL-2.0"),
        ("European Union Public Licence 1.2 (EUPL 1.2)", "EUPL-1.2"),
        ("GNU Affero General Public License v3", "AGPL-3.0-only"),
        (
            "GNU Affero General Public License v3 or later (AGPLv3+)",
            "AGPL-3.0-or-later",
        ),
        ("GNU General Public License v2 (GPLv2)", "GPL-2.0-only"),
        ("GNU General Public License v2 or later (GPLv2+)", "GPL-2.0-or-later"),
        ("GNU General Public License v3 (GPLv3)", "GPL-3.0-only"),
        ("GNU General Public License v3 or later (GPLv3+)", "GPL-3.0-or-later"),
        (
            "GNU Lesser General Public License v2 or later (LGPLv2+)",
            "LGPL-2.0-or-later",
        ),
        ("GNU Lesser General Public License v3 (LGPLv3)", "LGPL-3.0-only"),
        (
            "GNU Lesser General Public License v3 or later (LGPLv3+)",
            "LGPL-3.0-or-later",
        ),
        ("ISC License (ISCL)", "ISC"),
        ("MIT License", "MIT"),
        ("MIT No Attribution License (MIT-0)", "MIT-0"),
        ("Mozilla Public License 1.0 (MPL)", "MPL-1.0"),
        ("Mozilla Public License 1.1 (MPL 1.1)", "MPL-1.1"),
        ("Mozilla Public License 2.0 (MPL 2.0)", "MPL-2.0"),
        ("The Unlicense (Unlicense)", "Unlicense"),
        ("Universal Permissive License (UPL)", "UPL-1.0"),
        ("Zero-Clause BSD (0BSD)", "0BSD"),
        ("zlib/libpng License", "Zlib"),
    )
}
#: The grammar recurses: nobody nests that deep, or writes that much.
_MOST_NESTED: Final = 32
_LONGEST: Final = 1_000
#: What is shown of words; some projects state their whole licence text.
_SHOWN: Final = 200


def license_of(part: Part) -> tuple[Declared, str]:
    """Return what the part declares, and the words that it states.

    >>> from coos_license.model import Ecosystem, Linkage
    >>> part = Part(Ecosystem.NODE, "a", "1", Linkage.CONTAINED, "", ("SEE LICENSE",))
    >>> license_of(part)
    (<Claim.NOASSERTION: 'NOASSERTION'>, 'SEE LICENSE')
    """
    words = part.licenses or part.classifiers
    stated = _shown("; ".join(words))
    for text in part.licenses:
        declared = _asserted(text)
        if declared is not Claim.NOASSERTION:
            # Of several in npm's oldest form nobody says whether all or one apply.
            several = part.ecosystem is Ecosystem.NODE and len(part.licenses) > 1
            return (Claim.NOASSERTION if several else declared), stated
    known = {_CLASSIFIERS.get(one) for one in part.classifiers}
    if len(known) == 1 and (spdx_id := known.pop()) is not None:
        return License(spdx_id), stated
    return Claim.NOASSERTION, stated


@lru_cache(maxsize=1 << 12)
def _asserted(text: str) -> Declared:
    """Return the SPDX expression that the words are, else ``NOASSERTION``.

    A LicenseRef means what its author has in mind, and comes without a text.
    """
    if len(text) > _LONGEST or text.count("(") > _MOST_NESTED:
        return Claim.NOASSERTION
    try:
        expression = parse_expression(text)
    except ParseError:
        return Claim.NOASSERTION
    if any(
        leaf.id.startswith(("LicenseRef-", "DocumentRef-"))
        for leaf in leaves(expression)
    ):
        return Claim.NOASSERTION
    return expression


def _shown(words: str) -> str:
    """Return the words as they are shown: not more than a line."""
    return words if len(words) <= _SHOWN else f"{words[:_SHOWN]}..."

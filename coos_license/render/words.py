# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""How things are put to people: obligations and claims in words, names fit to print."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from coos_license.expression import Claim
from coos_license.model import Obligation

# Control characters, lone surrogates and non-characters cannot be printed; direction
# marks and the Unicode line separators would let a name disguise itself in one line.
_NOT_IN_FIELD = re.compile(
    r"[\x00-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff"
    r"\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]"
)
_NOT_IN_LABEL = re.compile(r"[^A-Za-z0-9.+_-]")
_LABEL_MAX = 100  # a ustar member name has 100 bytes without its prefix


@dataclass(frozen=True, slots=True)
class Words:
    """How an obligation is put to people: a few words, and one sentence."""

    short: str
    sentence: str

    @property
    def title(self) -> str:
        """Return the few words as they begin a line."""
        return self.short[:1].upper() + self.short[1:]


OBLIGATION_WORDS: Mapping[Obligation, Words] = {
    Obligation.LICENSE_TEXT: Words(
        "include the license text",
        "A copy of the license goes along with the software.",
    ),
    Obligation.COPYRIGHT_NOTICE: Words(
        "keep the copyright notices",
        "The authors' copyright lines are passed on unchanged.",
    ),
    Obligation.NOTICE_FILE: Words(
        "pass on the NOTICE file",
        "The attributions in the authors' NOTICE file are shown to the recipient.",
    ),
    Obligation.ACKNOWLEDGEMENT: Words(
        "acknowledge the authors",
        "Documentation or advertising carries the acknowledgement that the license "
        "words.",
    ),
    Obligation.SOURCE: Words(
        "make the source available",
        "Recipients can get the source code that this build was made from.",
    ),
    Obligation.SOURCE_OFFER: Words(
        "give a written source offer",
        "Where source is not delivered along, a written offer for it is.",
    ),
    Obligation.MODIFIED_FILES_NOTICE: Words(
        "mark modified files",
        "Files that were changed say so, and when.",
    ),
    Obligation.STATE_CHANGES: Words(
        "state the changes",
        "A description of what was changed accompanies the software.",
    ),
    Obligation.RELINKING: Words(
        "allow relinking",
        "Recipients can combine the program with their own version of the library.",
    ),
    Obligation.REVERSE_ENGINEERING_PERMITTED: Words(
        "permit reverse engineering",
        "The terms of the product do not forbid it for debugging such changes.",
    ),
    Obligation.INSTALLATION_INFORMATION: Words(
        "give installation information",
        "For a consumer device: what is needed to install a changed version on it.",
    ),
    Obligation.NO_ENDORSEMENT: Words(
        "no endorsement",
        "The authors' names do not advertise the product without their permission.",
    ),
    Obligation.PATENT_CLAUSE: Words(
        "patent terms",
        "The license grants patent rights, or ends when patents are asserted.",
    ),
    Obligation.REVIEW: Words(
        "needs a review",
        "The tool does not know what this license asks: a person has to read it.",
    ),
}

CLAIM_WORDS: Mapping[str, str] = {
    Claim.NONE: "no license needed",
    Claim.NOASSERTION: "not known",
}

LINKED_UNKNOWN = (
    "Needed to build the image. Whether its code was linked into shipped files is "
    "not known, so it is credited as if it were."
)


def printable(field: str) -> str:
    r"""Return a one-line field with every dangerous character shown by its number.

    >>> printable("Ada\u202eecalevoL")
    'Ada<U+202E>ecalevoL'
    """
    return field if field.isprintable() else _NOT_IN_FIELD.sub(_shown, field)


def file_name(name: str) -> str:
    """Return the name with only the characters every file system takes.

    >>> file_name("../x y"), file_name("BSD-3-Clause")
    ('_..-x-y', 'BSD-3-Clause')
    """
    safe = _NOT_IN_LABEL.sub("-", name)[:_LABEL_MAX]
    return safe if safe[:1].isalnum() else f"_{safe}"


def _shown(match: re.Match[str]) -> str:
    """Return a space for white space, else ``<U+202E>``."""
    character = match[0]
    return " " if character in "\t\n\r" else f"<U+{ord(character):04X}>"

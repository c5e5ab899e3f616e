# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""Digests as they were read, by the names that SBOM formats have for them."""

from typing import Final

from coos_license.bom.values import Algorithm, Digest
from coos_license.model import Digests

#: The names of a Manifest (GLEP 74) and of an index, from the weakest to the strongest,
#: and how many hexadecimal digits each has.
_ALGORITHMS: Final = {
    "MD5": (Algorithm.MD5, 32),
    "SHA1": (Algorithm.SHA1, 40),
    "SHA256": (Algorithm.SHA256, 64),
    "BLAKE2B": (Algorithm.BLAKE2B_512, 128),
    "SHA512": (Algorithm.SHA512, 128),
}
_DIGITS: Final = frozenset("0123456789abcdef")


def known_digests(digests: Digests) -> tuple[Digest, ...]:
    """Return the digests that all formats know, the strongest last.

    >>> [one.algorithm for one in known_digests((("SHA1", "a" * 40), ("RMD160", "ab")))]
    [<Algorithm.SHA1: 'SHA1'>]
    """
    stated = dict(digests)
    return tuple(
        Digest(algorithm, stated[name])
        for name, (algorithm, length) in _ALGORITHMS.items()
        if len(stated.get(name, "")) == length and _DIGITS.issuperset(stated[name])
    )

# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""What a file of the directory must be, and whether it is."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final, Self

from coos_license.errors import CoosLicenseError
from coos_license.model import Digests

#: The digests of a Manifest that are compared, the strongest first. Those of GLEP 74
#: that Python always has; MD5 and SHA1 prove nothing, the rest is not everywhere.
DIGESTS: Final[Mapping[str, str]] = {
    "BLAKE2B": "blake2b",
    "SHA512": "sha512",
    "SHA3_512": "sha3_512",
    "BLAKE2S": "blake2s",
    "SHA3_256": "sha3_256",
    "SHA256": "sha256",
}
_OWN: Final = "SHA256"


class DigestError(CoosLicenseError):
    """A file that is not the one that was expected: the message says in what."""


@dataclass(frozen=True, slots=True)
class Expected:
    """What a file must be; digests as a Manifest names them, ``size`` in bytes."""

    size: int | None = None
    digests: Digests = ()

    @property
    def known(self) -> Digests:
        """Return the digests that can be compared."""
        return tuple(one for one in self.digests if one[0] in DIGESTS)

    def strongest(self) -> Self:
        """Return the same with one digest: the strongest that can be compared."""
        order = list(DIGESTS)
        ranked = sorted(self.known, key=lambda one: order.index(one[0]))
        return replace(self, digests=tuple(ranked[:1]))

    def check_size(self, size: int) -> None:
        """Compare the length of a file in bytes. Raises: DigestError."""
        if self.size is None or size == self.size:
            return
        more = "more than " if size > self.size else f"{size} bytes long, not "
        raise DigestError(f"is {more}the {self.size} bytes of the Manifest")


class Sums:
    """The digests of one file: those that are compared, and SHA-256 for the list."""

    def __init__(self, expected: Expected) -> None:
        """Compute what is expected."""
        self._expected = expected
        names = dict.fromkeys((_OWN, *(name for name, _ in expected.known)))
        self._sums = {name: hashlib.new(DIGESTS[name]) for name in names}

    def feed(self, content: bytes | memoryview) -> None:
        """Take what comes next."""
        for one in self._sums.values():
            one.update(content)

    @property
    def sha256(self) -> str:
        """Return SHA-256 of what came, as hexadecimal digits."""
        return self._sums[_OWN].hexdigest()

    def check(self) -> None:
        """Compare with what is expected. Raises: DigestError."""
        for name, digits in self._expected.known:
            if self._sums[name].hexdigest() != digits.lower():
                raise DigestError(f"has another {name} than its Manifest says")

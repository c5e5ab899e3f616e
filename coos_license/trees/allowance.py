# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""What all archives of one image may take together, however many there are.

Each reader has bounds of its own; a thousand archives, each just within them, would
take days.
"""

from dataclasses import dataclass
from typing import Final, Self

from coos_license.errors import ReadError
from coos_license.trees.base import Content

#: As much as one tar may unpack to: two minutes, where it is holes.
MOST_BYTES: Final = 1 << 35
#: As of any walk.
MOST_NAMES: Final = 2_000_000


@dataclass(slots=True)
class Allowance:
    """What is left: bytes that are read or unpacked, and names."""

    bytes_left: int = MOST_BYTES
    names_left: int = MOST_NAMES

    def take(self, count: int) -> None:
        """Count bytes that were read or unpacked. Raises: ReadError."""
        self.bytes_left -= count
        if self.bytes_left < 0:
            raise ReadError("is past the bound of what is unpacked of one image")

    def take_name(self) -> None:
        """Count a name that was found. Raises: ReadError."""
        self.names_left -= 1
        if self.names_left < 0:
            raise ReadError("is past the bound of names in archives of one image")


@dataclass(frozen=True, slots=True)
class Charged:
    """A file as a :class:`coos_license.trees.base.Content` whose bytes are counted.

    Holes count, too: it takes as long to read them.
    """

    content: Content
    allowance: Allowance

    @property
    def size_bytes(self) -> int:
        """Return how long the file is."""
        return self.content.size_bytes

    def read(self, offset: int, length: int) -> bytes:
        """Return exactly ``length`` bytes. Raises: ReadError."""
        self.allowance.take(length)
        return self.content.read(offset, length)

    def close(self) -> None:
        """Close the file."""
        self.content.close()

    def __enter__(self) -> Self:
        """Return the file."""
        return self

    def __exit__(self, *exc: object) -> None:
        """Close the file."""
        self.close()

# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""The frozen values of what packages were made from, packed into and installed as.

``model`` hands them on.

Digests are (name, hexadecimal digits), the name as where they were read: ``SHA512``,
``BLAKE2B`` of a Manifest, ``MD5``, ``SHA1`` of an index.
"""

from dataclasses import dataclass

from coos_license.identity import PackageId

Digests = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class FetchedFile:
    """One file that SRC_URI fetches, by the name that it is kept under.

    ``location`` is the first place that it can be fetched from, ``""`` where no address
    is known. ``size_bytes`` is ``None`` and ``digests`` empty where no Manifest has it.
    """

    name: str
    location: str
    size_bytes: int | None
    digests: Digests


@dataclass(frozen=True, slots=True)
class BinaryFile:
    """The binary package that was read: its name, and what is recorded of it."""

    name: str
    size_bytes: int | None
    digests: Digests


@dataclass(frozen=True, slots=True)
class InstalledFile:
    """A file that is there and that packages own, with its digests.

    ``path`` is below the root of the image, no slash before it, bytes that are no
    UTF-8 surrogate-escaped. ``owners`` are sorted.
    """

    path: str
    sha1: bytes
    sha256: bytes
    sha512: bytes
    owners: tuple[PackageId, ...]

# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""The installed files as elements of the bill."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping

from coos_license.bom.ids import file_ref
from coos_license.bom.values import FileElement
from coos_license.bom.wellformed import path_shown
from coos_license.model import InstalledFile, PackageId


def elements(
    files: Iterable[InstalledFile], refs: Mapping[PackageId, str]
) -> Iterator[FileElement]:
    """Yield the files, each in the packages that own it."""
    for file in files:
        yield FileElement(
            file_ref(file.path),
            path_shown(file.path),
            file.sha1,
            file.sha256,
            file.sha512,
            tuple(refs[owner] for owner in file.owners if owner in refs),
        )


def verification_codes(files: Iterable[InstalledFile]) -> dict[PackageId, str]:
    """Return the code of each package that has files (SPDX 2.3, clause 7.9).

    It is the SHA-1 of the SHA-1 of all its files, in hexadecimal digits and sorted.
    """
    owned: dict[PackageId, list[str]] = {}
    for file in files:
        for owner in file.owners:
            owned.setdefault(owner, []).append(file.sha1.hex())
    return {
        package: hashlib.sha1(
            "".join(sorted(digests)).encode(), usedforsecurity=False
        ).hexdigest()
        for package, digests in owned.items()
    }

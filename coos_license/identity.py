# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""Which package is meant; ``model`` hands it on."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class PackageId:
    """Category, name and version (with its ``-rN``) of a package (PMS 3.1, 3.2).

    What is in no package database may have no version.
    """

    category: str
    name: str
    version: str

    @property
    def cpv(self) -> str:
        """Return ``category/name-version``."""
        return f"{self.category}/{self.pf}"

    @property
    def pf(self) -> str:
        """Return ``name-version``, the directory name in a vdb."""
        return f"{self.name}-{self.version}" if self.version else self.name

    @property
    def key(self) -> str:
        """Return ``category/name``, which outlives a version bump."""
        return f"{self.category}/{self.name}"

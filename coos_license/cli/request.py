# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""What a person asked for: the options that every reading command takes."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from coos_license.cli.opened import Inside
from coos_license.model import Image


@dataclass(frozen=True, kw_only=True, slots=True)
class Request:
    """What a person asked for."""

    source: Path
    sysroot: str | None
    overlays: tuple[Path, ...]
    licenses: tuple[Path, ...]
    sources: tuple[Path, ...]
    jobs: int | None
    shipped: str | None
    template_texts: bool
    image: Image
    image_file: Path | None
    policy: Path | None
    curations: Path | None
    as_of: date
    color: bool
    verbosity: int
    public: bool = False
    private_overlays: tuple[str, ...] = ()

    @property
    def inside(self) -> Inside:
        """Return which root inside of SOURCE is meant."""
        return Inside(self.sysroot, self.image.board)

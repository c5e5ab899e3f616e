# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""Where everything lies: one work directory, nothing outside of it."""

import os
from dataclasses import dataclass
from pathlib import Path

SOURCE = Path(__file__).resolve().parent.parent
PROJECT = SOURCE.parent.parent


@dataclass(frozen=True, slots=True)
class Work:
    """The work directory, and the place of each thing in it."""

    root: Path

    @property
    def cache(self) -> Path:
        """Made things, each under a key of all that it was made from."""
        return self.root / "cache"

    @property
    def distfiles(self) -> Path:
        """DISTDIR: sources as the package clients brought them."""
        return self.cache / "distfiles"

    @property
    def bin(self) -> Path:
        """The programs that the pipeline adds to PATH."""
        return self.root / "bin"

    @property
    def home(self) -> Path:
        """HOME of the pipeline, so that it never reads the user's own."""
        return self.root / "home"

    @property
    def checkout(self) -> Path:
        """Where the pipeline runs."""
        return self.root / "checkout"

    @property
    def demo(self) -> Path:
        """The checkout that coos-build makes in the demo."""
        return self.root / "demo"

    @property
    def logs(self) -> Path:
        """One file a step."""
        return self.root / "logs"

    @property
    def stamps(self) -> Path:
        """The key under which each step last succeeded."""
        return self.root / "stamps"

    @property
    def environment(self) -> Path:
        """Lines NAME=value: all that the production command lines need."""
        return self.root / "env"


def work_directory() -> Work:
    """`$COOS_MINIATURE`, else `.miniature` in the checkout of the project."""
    named = os.environ.get("COOS_MINIATURE")
    return Work(Path(named).resolve() if named else PROJECT / ".miniature")

# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""PyPI packages by name, through pip."""

import sys
from pathlib import Path

from mini.programs import output
from mini.recipe import Client


def fetch(client: Client, requirement: str, directory: Path) -> Path:
    """Fetch one pinned sdist, or wheel for this machine, into the empty `directory`."""
    kind = {
        Client.SDIST: ["--no-binary", ":all:"],
        Client.WHEEL: ["--only-binary", ":all:"],
    }[client]
    pip = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps"]
    output(
        [*pip, "--disable-pip-version-check", *kind, "-d", str(directory), requirement]
    )
    return next(directory.iterdir())

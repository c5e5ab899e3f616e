# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""PyPI packages by name, through pip."""

import sys
from pathlib import Path

from mini.programs import output
from mini.recipe import Client
from mini.work import SOURCE

#: Backends that tell metadata without a compiler.
BACKENDS = SOURCE / "backends"


def fetch(client: Client, requirement: str, directory: Path) -> Path:
    """Fetch one pinned sdist, or wheel for this machine, into the empty `directory`."""
    kind = {
        Client.SDIST: ["--no-binary", ":all:"],
        Client.RUST_SDIST: ["--no-binary", ":all:", "--no-build-isolation"],
        Client.WHEEL: ["--only-binary", ":all:"],
    }[client]
    backends = {"PYTHONPATH": str(BACKENDS)} if client is Client.RUST_SDIST else {}
    pip = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps"]
    output(
        [*pip, "--disable-pip-version-check", *kind, "-d", str(directory), requirement],
        backends,
    )
    return next(directory.iterdir())

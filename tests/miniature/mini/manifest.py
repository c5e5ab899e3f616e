# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""Manifests of ebuilds, as GLEP 74 and `thin-manifests` want them."""

import hashlib
from collections.abc import Iterable
from pathlib import Path


def manifest(files: Iterable[Path]) -> str:
    """One DIST line a file, sorted by name."""
    return "".join(_line(path) for path in sorted(files, key=lambda path: path.name))


def _line(path: Path) -> str:
    data = path.read_bytes()
    blake = hashlib.blake2b(data).hexdigest()
    sha = hashlib.sha512(data).hexdigest()
    return f"DIST {path.name} {len(data)} BLAKE2B {blake} SHA512 {sha}\n"

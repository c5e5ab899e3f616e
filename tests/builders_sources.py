# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""Source trees for tests, and what is found in them."""

from pathlib import Path

from builders_archives import Files, as_bytes

from coos_license.sources.places import Place, read_place
from coos_license.sources.values import Scan

MIT = "Copyright (c) 2020 Ada Example\n\nPermission is hereby granted\n"
NOTICE = "Example\nCopyright 2021 The Example Authors\n"
TAG = "SPDX-License" + "-Identifier: "
FILES = {
    "foo-1/COPYING": MIT,
    "foo-1/doc/NOTICE": NOTICE,
    "foo-1/LICENSES/ISC.txt": "ISC terms\n",
    "foo-1/license_manager.cc": "int x;\n",
    "foo-1/src/main.c": f"// {TAG}MIT\nint main;\n",
    "foo-1/README": "read me\n",
}


def write_tree(root: Path, files: Files) -> Path:
    """Write the files below a directory; return it."""
    for path, value in files.items():
        file = root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(as_bytes(value))
    return root


def scan_file(tmp_path: Path, name: str, content: bytes) -> Scan:
    """Return what a distfile says."""
    (tmp_path / name).write_bytes(content)
    return read_place(Place(str(tmp_path), name, name, is_file=True))


def scan_tree(tmp_path: Path, files: Files) -> Scan:
    """Return what a source tree says."""
    write_tree(tmp_path, files)
    return read_place(Place(str(tmp_path), ""))


def names(scanned: Scan) -> list[str]:
    """Return the paths that were found."""
    return [file.path for file in scanned.files]


def faults(scanned: Scan) -> list[tuple[str, str]]:
    """Return what was not read, and why."""
    return [(fault.path, fault.reason) for fault in scanned.faults]

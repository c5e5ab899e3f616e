# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""Sysroots for tests whose packages have installed files, and own them in CONTENTS."""

import hashlib
from collections.abc import Mapping
from pathlib import Path

from builders_elf import go_program, rust_program
from builders_vdb import write_entry

METADATA = b"""Metadata-Version: 2.4
Name: Requests
Version: 2.31.0
License-Expression: Apache-2.0
License-File: LICENSE

HTTP for people.
"""
LICENSE = b"Apache License\n\nCopyright 2019 Kenneth Reitz\n"
NOTICE = b"Requests\nCopyright 2019 Kenneth Reitz\n"
SITE = "usr/lib/python3.11/site-packages"
NODE = "usr/lib/node_modules"

DOCKER = {"usr/bin/dockerd": go_program(), "usr/bin/docker": b"#!/bin/sh\n"}
RIPGREP = {"usr/bin/rg": rust_program(), "usr/share/doc/rg/README": b"rg"}
REQUESTS = {
    f"{SITE}/requests-2.31.0.dist-info/METADATA": METADATA,
    f"{SITE}/requests-2.31.0.dist-info/licenses/LICENSE": LICENSE,
    f"{SITE}/requests-2.31.0.dist-info/licenses/NOTICE": NOTICE,
    f"{SITE}/requests/__init__.py": b"",
}
PAGE = {
    f"{NODE}/page/package.json": b'{"name": "page", "version": "2.0.0"}',
    f"{NODE}/page/node_modules/@it/left/package.json": (
        b'{"name": "@it/left", "version": "1.0.0", "license": "MIT"}'
    ),
    f"{NODE}/page/node_modules/@it/left/LICENSE": b"Copyright (c) 2020 It\n\nMIT\n",
    f"{NODE}/page/node_modules/@it/left/dist/package.json": b"{}",
}
PACKAGES = {
    "app-containers/docker-24.0.9": ("Apache-2.0", DOCKER),
    "sys-apps/ripgrep-14.1.0": ("MIT", RIPGREP),
    "dev-python/requests-2.31.0": ("Apache-2.0", REQUESTS),
    "app-misc/page-2.0.0": ("MIT", PAGE),
}


def contents_of(files: Mapping[str, bytes]) -> bytes:
    """Return CONTENTS that owns the files (portage(5))."""
    sums = {
        path: hashlib.md5(data, usedforsecurity=False).hexdigest()
        for path, data in files.items()
    }
    return "".join(f"obj /{path} {md5} 1\n" for path, md5 in sums.items()).encode()


def install(
    root: Path, cpv: str, license_field: str, files: Mapping[str, bytes]
) -> Path:
    """Write a package with its files; return its entry."""
    for path, data in files.items():
        target = root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)
    fields: dict[str, str | bytes]
    fields = {"LICENSE": f"{license_field}\n", "CONTENTS": contents_of(files)}
    return write_entry(root, cpv, fields)


def write_sysroot(root: Path) -> Path:
    """Write a sysroot with a package of every kind of component."""
    for cpv, (license_field, files) in PACKAGES.items():
        install(root, cpv, license_field, files)
    return root

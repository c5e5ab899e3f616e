# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""Sysroots for tests whose packages have installed files, and own them in CONTENTS."""

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from builders_elf import MODULES, go_program, rust_program
from builders_vdb import write_entry
from command import run

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
    root: Path,
    cpv: str,
    license_field: str,
    files: Mapping[str, bytes],
    more: str = "",
) -> Path:
    """Write a package with its files; return its entry.

    ``more`` are further lines of CONTENTS.
    """
    for path, data in files.items():
        target = root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)
    contents = contents_of(files) + more.encode("utf-8", "surrogateescape")
    fields: dict[str, str | bytes]
    fields = {"LICENSE": f"{license_field}\n", "CONTENTS": contents}
    return write_entry(root, cpv, fields)


def install_mit(
    root: Path, cpv: str, files: Mapping[str, bytes], more: str = ""
) -> None:
    """Write a package under the MIT licence with its files, as ``install`` does."""
    install(root, cpv, "MIT", files, more)


def write_sysroot(root: Path) -> Path:
    """Write a sysroot with a package of every kind of component."""
    for cpv, (license_field, files) in PACKAGES.items():
        install(root, cpv, license_field, files)
    return root


def inventory(*arguments: str | Path) -> dict[str, Any]:
    """Return package -> what ``list --format json`` says of it."""
    result = run("list", "--format", "json", "-q", *map(str, arguments))
    assert result.returncode == 0, result.stderr
    return {one["cpv"]: one for one in json.loads(result.stdout)["packages"]}


def components(*arguments: str | Path) -> dict[str, list[Any]]:
    """Return package -> its components."""
    return {cpv: one["components"] for cpv, one in inventory(*arguments).items()}


def only(root: Path, files: dict[str, bytes]) -> Path:
    """Write a sysroot with one package that has the files; return it."""
    install(root, "app-misc/one-1", "MIT", files)
    return root


def hostile(root: Path) -> Path:
    """Write a package whose CONTENTS and files try to lead elsewhere."""
    outside = root.parent / "outside"
    outside.mkdir(exist_ok=True)
    (outside / "go").write_bytes(go_program())
    (root / "usr/bin").mkdir(parents=True)
    (root / "usr/bin/escape").symlink_to(f"../../../{outside.name}/go")
    (root / "usr/bin/loop").symlink_to("loop")
    (root / "usr/bin/directory.egg-info").mkdir()
    (root / "usr/bin/linked").symlink_to("directory.egg-info")
    (root / "usr/bin/\x1b[31m").write_bytes(go_program(""))
    (root / "usr/bin/bin.egg-info").symlink_to("directory.egg-info")
    (root / "usr/bin/directory.egg-info/PKG-INFO").write_bytes(b"Name: x\nVersion: 1\n")
    digest = "0" * 32
    paths = (
        f"/usr/bin/../../../{outside.name}/go",
        "/usr/bin/escape",
        "/usr/bin/loop",
        "/usr/bin/directory.egg-info",
        "/usr/bin/linked",
        "/usr/bin/bin.egg-info",
        "/usr/bin/bin.egg-info/PKG-INFO",
        "/usr/bin/directory.egg-info/PKG-INFO",
        "/usr/bin/\x1b[31m",
        "/usr/bin/absent",
        "//usr/bin/escape",
        "/usr/bin/",
    )
    lines = "".join(f"obj {path} {digest} 1\n" for path in paths)
    write_entry(
        root,
        "app-misc/one-1",
        {
            "LICENSE": "MIT\n",
            "CONTENTS": lines.encode() + b"obj /usr/bin/\xff 0 1\nobj",
        },
    )
    return root


def findings(*arguments: str | Path) -> list[tuple[str, str, str]]:
    """Return package, subject and message of each CL045."""
    result = run("audit", "--format", "json", "-q", *map(str, arguments))
    return [
        (one["cpv"], one["subject"], one["message"])
        for one in json.loads(result.stdout)["findings"]
        if one["code"] == "CL045"
    ]


SILENT = {
    "is a Go program that lists no modules": go_program(""),
    "is a damaged ELF file (a part outside of the file)": go_program()[:-100],
    "has Go build information whose line 2 is damaged": go_program(
        MODULES.replace("path\t", "dep\t", 1)
    ),
    "has a damaged list of Rust crates (name or version)": rust_program([{}]),
}

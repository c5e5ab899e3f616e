# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""What was found in the packages' own sources, as files of a snapshot and back.

``sources/index.json`` says of each package what a scan said; the files found are
``sources/files/<sha256>``, each distinct one once. Sources themselves are large, and a
snapshot holds what the other commands read.
"""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any, Final

from coos_license.errors import ReadError
from coos_license.model import PackageId
from coos_license.portage.names import package_id
from coos_license.portage.repository import TEXT_LIMIT
from coos_license.snapshot.databases import Item
from coos_license.snapshot.layout import (
    SOURCES,
    SOURCES_INDEX,
    SOURCES_INDEX_LIMIT,
)
from coos_license.sources.values import (
    Fault,
    Header,
    LeftOut,
    PackageSources,
    Role,
    SourceFile,
    Sources,
)
from coos_license.trees.base import FileTree
from coos_license.trees.text import show

_INDEX: Final = f"{SOURCES}/{SOURCES_INDEX}"
_FILES: Final = "files"
_SCHEMA: Final = 1
#: As of a source's evidence path: printable and no longer.
_LONGEST: Final = 8192


def source_items(sources: Sources) -> Iterator[Item]:
    """Yield the items of a snapshot that hold what the sources say."""
    packages = {
        f"{package.category}/{package.pf}": asdict(found)
        for package, found in sorted(sources.packages.items())
    }
    value = {"schema": _SCHEMA, "packages": packages}
    index = json.dumps(value, indent=1, ensure_ascii=False).encode()
    yield Item(_INDEX, content=index + b"\n")
    for sha256, content in sources.contents.items():
        yield Item(f"{SOURCES}/{_FILES}/{sha256}", content=content)


def read_sources(tree: FileTree) -> Sources:
    """Return what a snapshot's ``sources/`` says. Raises: ReadError."""
    try:
        value = json.loads(tree.read(SOURCES_INDEX, SOURCES_INDEX_LIMIT))
    except (ValueError, RecursionError) as error:
        raise ReadError(f"{_INDEX} is no JSON") from error
    try:
        if value["schema"] != _SCHEMA:
            shown = show(str(value["schema"]))
            raise ReadError(f"{_INDEX} is of schema {shown}, not {_SCHEMA}")
        packages = dict(
            _package(name, found) for name, found in value["packages"].items()
        )
    except (TypeError, KeyError, ValueError, AttributeError) as error:
        raise ReadError(f"{_INDEX} does not say what it must") from error
    used = {file.sha256 for found in packages.values() for file in found.files}
    return Sources(
        packages, {sha256: _content(tree, sha256) for sha256 in sorted(used)}
    )


def _content(tree: FileTree, sha256: str) -> bytes:
    """Return a file by its digest. Raises: ReadError where it is another."""
    content = tree.read(f"{_FILES}/{sha256}", TEXT_LIMIT)
    if hashlib.sha256(content).hexdigest() != sha256:
        raise ReadError(f"{SOURCES}/{_FILES}/{sha256} has another content")
    return content


def _package(name: str, found: dict[str, Any]) -> tuple[PackageId, PackageSources]:
    """Return what the index says of a package.

    Raises: TypeError, KeyError, ValueError where it does not say what it must.
    """
    category, _, pf = name.partition("/")
    package = package_id(category, pf)
    if package is None:
        raise ValueError(name)
    return package, PackageSources(
        files=tuple(
            SourceFile(_path(one["path"]), Role(one["role"]), _digest(one["sha256"]))
            for one in found["files"]
        ),
        headers=tuple(
            Header(
                _line(one["expression"]),
                _count(one["files"]),
                _path(one["path"]),
                _count(one["line"]),
            )
            for one in found["headers"]
        ),
        faults=tuple(
            Fault(_path(one["path"]), _line(one["reason"])) for one in found["faults"]
        ),
        left_out=tuple(
            LeftOut(_path(one["path"]), Role(one["role"]), _line(one["reason"]))
            for one in found["left_out"]
        ),
        named=tuple((_path(path), _line(file)) for path, file in found["named"]),
        missing=tuple(map(_line, found["missing"])),
        unlocated=_line(found["unlocated"]),
        read=found["read"] is True,
    )


def _line(value: str) -> str:
    """Return a printable line. Raises: TypeError, ValueError."""
    if len(value) > _LONGEST or not value.isprintable():
        raise ValueError(value)
    return value


def _path(value: str) -> str:
    """Return an evidence path. Raises: TypeError, ValueError."""
    if not _line(value).startswith(f"{SOURCES}/") or ".." in value.split("/"):
        raise ValueError(value)
    return value


def _digest(value: str) -> str:
    """Return a SHA-256 in hexadecimal digits. Raises: TypeError, ValueError."""
    if (
        len(bytes.fromhex(value)) != hashlib.sha256().digest_size
        or value.lower() != value
    ):
        raise ValueError(value)
    return value


def _count(value: int) -> int:
    """Return a number that counts from 1. Raises: ValueError."""
    if type(value) is not int or value < 1:
        raise ValueError(value)
    return value

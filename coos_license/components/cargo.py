# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""What Cargo's files say: ``Cargo.lock``, ``Cargo.toml``, and names of crate files.

Source: The Cargo Book, "The Manifest Format" and "Workspaces"; of the lock file, whose
formats 1 to 4 differ in where checksums stand, cargo's ``resolver/encode.rs``.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from coos_license.errors import ReadError
from coos_license.trees.text import clean, clean_bytes
from coos_license.trees.toml_text import parse_toml

#: The longest lock files met have 0.5 MB.
MOST_BYTES: Final = 1 << 22
_FORMATS: Final = range(1, 5)
_PACKAGE: Final = re.compile(r"[ \t]*\[\[[ \t]*package[ \t]*\]\]")
#: tomllib takes time that grows with the square of the parts of one dotted key.
_MOST_DOTS: Final = 200
_CRATE: Final = re.compile(
    r"(?P<name>[A-Za-z0-9_][A-Za-z0-9_-]*?)-(?P<version>\d+\.\d+\.\d+[A-Za-z0-9.+-]*)"
    r"\.crate"
)
_LONGEST_NAME: Final = 255


@dataclass(frozen=True, slots=True)
class Locked:
    """A crate that a lock file names.

    ``local`` are those without a source: members of the workspace, or directories.
    ``checksum`` is the SHA-256 of its crate file, empty where the lock has none.
    ``line`` is where its entry begins, ``None`` where that cannot be told.
    """

    name: str
    version: str
    local: bool
    checksum: str
    line: int | None


@dataclass(frozen=True, slots=True)
class Stated:
    """Fields of ``[package]`` or ``[workspace.package]``; empty where not stated."""

    version: str = ""
    license: str = ""
    license_file: str = ""


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a Cargo.toml says.

    ``name`` is empty where it is that of a workspace alone. ``inherited`` are the
    fields that the workspace states in its place; ``workspace`` is ``None`` where it is
    no workspace's.
    """

    name: str
    stated: Stated
    inherited: frozenset[str]
    workspace: Stated | None


def parse_cargo_lock(content: bytes) -> tuple[Locked, ...]:
    r"""Return the crates of a lock file, in its order. Raises: ReadError.

    >>> parse_cargo_lock(b'[[package]]\nname = "a"\nversion = "1.0.0"\n')
    (Locked(name='a', version='1.0.0', local=True, checksum='', line=1),)
    """
    text, value = _toml(content)
    if value.get("version", 1) not in _FORMATS:
        raise ReadError(f"is a Cargo.lock of format {_word(value.get('version'))!r}")
    packages = value.get("package", [])
    if not isinstance(packages, list):
        raise ReadError("is no Cargo.lock: [[package]] is no list")
    lines = [
        number
        for number, line in enumerate(text.split("\n"), start=1)
        if _PACKAGE.match(line)
    ]
    # A string of several lines may hold such a line too: then no number is right.
    told = lines if len(lines) == len(packages) else [None] * len(packages)
    checksums = _first_checksums(value.get("metadata"))
    return tuple(
        _locked(package, checksums, line)
        for package, line in zip(packages, told, strict=True)
    )


def _first_checksums(metadata: object) -> Mapping[str, object]:
    """Return the checksums where format 1 has them: ``checksum NAME VERSION (SOURCE)``.

    Formats 2 and later have none there.
    """
    return metadata if isinstance(metadata, dict) else {}


def _locked(
    package: object, checksums: Mapping[str, object], line: int | None
) -> Locked:
    """Return one entry. Raises: ReadError where it has no name or version."""
    if not isinstance(package, dict):
        raise ReadError("is no Cargo.lock: a package is no table")
    name, version = _word(package.get("name")), _word(package.get("version"))
    if not (name and version):
        raise ReadError("is no Cargo.lock: a package has no name or version")
    source = _word(package.get("source"))
    checksum = _word(package.get("checksum")) or _word(
        checksums.get(f"checksum {name} {version} ({source})")
    )
    digest = checksum if re.fullmatch("[0-9a-f]{64}", checksum) else ""
    return Locked(name, version, not source, digest, line)


def parse_cargo_toml(content: bytes) -> Manifest:
    r"""Return what a manifest says. Raises: ReadError.

    >>> parse_cargo_toml(b'[package]\nname = "a"\nlicense = "MIT"\n').stated.license
    'MIT'
    """
    _, value = _toml(content)
    package, workspace = value.get("package"), value.get("workspace")
    if package is None:
        package = value.get("project")  # its name before 2015
    fields = package if isinstance(package, dict) else {}
    shared = workspace.get("package") if isinstance(workspace, dict) else None
    return Manifest(
        _word(fields.get("name")),
        _stated(fields),
        frozenset(
            field
            for field in ("version", "license", "license-file")
            if isinstance(fields.get(field), dict)
            and fields[field].get("workspace") is True
        ),
        _stated(shared if isinstance(shared, dict) else {})
        if isinstance(workspace, dict)
        else None,
    )


def _stated(fields: Mapping[str, object]) -> Stated:
    """Return the fields that are strings."""
    return Stated(
        *(_word(fields.get(name)) for name in ("version", "license", "license-file"))
    )


def inherit(manifest: Manifest, workspace: Stated | None) -> Stated:
    """Return what a manifest states, with what it has from its workspace."""
    own, shared = manifest.stated, workspace or Stated()
    return Stated(
        shared.version if "version" in manifest.inherited else own.version,
        shared.license if "license" in manifest.inherited else own.license,
        shared.license_file
        if "license-file" in manifest.inherited
        else own.license_file,
    )


def expression_words(license_: str) -> str:
    """Return the ``license`` field with a slash as what it means: a choice.

    >>> expression_words("MIT/Apache-2.0")
    'MIT OR Apache-2.0'
    """
    return " OR ".join(part.strip() for part in license_.split("/"))


def crates_of(distfiles: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Yield name and version of the crates among the files that SRC_URI fetches.

    ``CRATES`` of an ebuild becomes these names (cargo.eclass).

    >>> list(crates_of(["foo-1.0.tar.gz", "serde-derive-1.0.2-rc.1.crate"]))
    [('serde-derive', '1.0.2-rc.1')]
    """
    for name in distfiles:
        match = _CRATE.fullmatch(name) if len(name) <= _LONGEST_NAME else None
        if match:
            yield match["name"], match["version"]


def _toml(content: bytes) -> tuple[str, dict[str, Any]]:
    """Return text and value of a TOML file. Raises: ReadError."""
    if len(content) > MOST_BYTES:
        raise ReadError(f"is longer than the {MOST_BYTES} bytes that are read")
    text = clean_bytes(content)[0]
    if any(line.count(".") > _MOST_DOTS for line in text.split("\n")):
        raise ReadError(f"has a line with more than {_MOST_DOTS} dots")
    return text, parse_toml(text)


def _word(value: object) -> str:
    """Return a string as one clean line, empty for anything else."""
    return " ".join(clean(value).split()) if isinstance(value, str) else ""

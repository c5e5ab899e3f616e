# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""Binary packages for tests: byte by byte, so that they can lie."""

import hashlib
import struct
from collections.abc import Mapping
from pathlib import Path
from typing import Self

import zstandard
from builders_archives import tar

from coos_license.trees.content import Memory

FIXTURES = Path(__file__).parent / "fixtures/binpkgs"
Values = Mapping[str, str | bytes]


def encoded(values: Values) -> dict[str, bytes]:
    """Return the values as bytes, text with a line end."""
    return {
        name: value if isinstance(value, bytes) else f"{value}\n".encode()
        for name, value in values.items()
    }


def stated(cpv: str, **values: str) -> dict[str, str]:
    """Return the values of a package, those that every one has included."""
    category, _, pf = cpv.partition("/")
    names = {"CATEGORY": category, "PF": pf, "SLOT": "0", "USE": ""}
    return {**names, "BUILD_TIME": "1700000000", "repository": "kinds", **values}


def entry(name: bytes, offset: int, length: int) -> bytes:
    """Return one entry of an index of an xpak."""
    return struct.pack(">I", len(name)) + name + struct.pack(">II", offset, length)


def framed(index: bytes, data: bytes) -> bytes:
    """Return an xpak and the end of its file around an index and data."""
    head = b"XPAKPACK" + struct.pack(">II", len(index), len(data))
    whole = head + index + data + b"XPAKSTOP"
    return whole + struct.pack(">I", len(whole)) + b"STOP"


def make_xpak(values: Values, archive: bytes = b"") -> bytes:
    """Return a ``.tbz2`` of the values."""
    index, data = b"", b""
    for name, value in encoded(values).items():
        index += entry(name.encode(), len(data), len(value))
        data += value
    return archive + framed(index, data)


def metadata_tar(values: Values) -> bytes:
    """Return the metadata archive of a gpkg, not packed."""
    members = ((f"metadata/{name}", value) for name, value in encoded(values).items())
    return tar(("metadata", None), *members)


def row(name: str, content: bytes, size: int | None = None) -> str:
    """Return a row of a Manifest."""
    length = len(content) if size is None else size
    sha = hashlib.sha512(content).hexdigest()
    return f"DATA {name} {length} SHA512 {sha}\n"


def make_gpkg(
    values: Values, archive: bytes = b"", *, manifest: str | None = None
) -> bytes:
    """Return a ``.gpkg.tar`` of the values."""
    members = {
        "gpkg-1": b"",
        "metadata.tar.zst": zstandard.compress(metadata_tar(values)),
        "image.tar": archive or tar(),
    }
    rows = "".join(row(name, content) for name, content in members.items())
    return outer(members, rows if manifest is None else manifest)


def outer(members: Mapping[str, bytes], manifest: str) -> bytes:
    """Return the outer tar of a gpkg."""
    named = [(f"pkg-1/{name}", content) for name, content in members.items()]
    return tar(*named, ("pkg-1/Manifest", manifest.encode()))


def put(directory: Path, path: str, content: bytes) -> Path:
    """Write a package into a directory of them; return the directory."""
    place = directory / path
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes(content)
    return directory


class Guarded:
    """Bytes as a file of which some must not be asked for."""

    def __init__(self, content: bytes, hidden: range) -> None:
        """Hide a range of the content."""
        self._content = Memory(content)
        self._hidden = hidden
        self.size_bytes = len(content)

    def read(self, offset: int, length: int) -> bytes:
        """Return what is asked for, if that is allowed."""
        hidden = self._hidden
        assert offset + length <= hidden.start or offset >= hidden.stop
        return self._content.read(offset, length)

    def close(self) -> None:
        """Do nothing."""

    def __enter__(self) -> Self:
        """Return the file."""
        return self

    def __exit__(self, *exc: object) -> None:
        """Do nothing."""

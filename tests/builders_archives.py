# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""Archives for tests, made of a mapping from paths to content, and read back."""

import io
import tarfile
import zipfile
from collections.abc import Mapping

from coos_license.trees.content import Memory
from coos_license.trees.packed import packing_of, walk

Files = Mapping[str, str | bytes]


def as_bytes(value: str | bytes) -> bytes:
    """Return text as UTF-8."""
    return value if isinstance(value, bytes) else value.encode()


def make_tar(files: Files, packing: str = "gz") -> bytes:
    """Return a tar of the files, packed as ``tarfile`` names it; ``""`` is plain."""
    sink = io.BytesIO()
    mode = f"w:{packing}"
    with tarfile.open(fileobj=sink, mode=mode) as archive:  # type: ignore[call-overload]  # the mode is a literal there
        for path, value in files.items():
            member = tarfile.TarInfo(path)
            content = as_bytes(value)
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    return sink.getvalue()


def make_odd_tar(*members: tuple[tarfile.TarInfo, bytes]) -> bytes:
    """Return a gzip-packed tar of just these members."""
    sink = io.BytesIO()
    with tarfile.open(fileobj=sink, mode="w:gz") as archive:
        for member, content in members:
            archive.addfile(member, io.BytesIO(content))
    return sink.getvalue()


def make_zip(files: Files, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """Return a zip of the files."""
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w", method) as archive:
        for path, value in files.items():
            archive.writestr(path, value)
    return sink.getvalue()


def make_ar(files: Files) -> bytes:
    """Return an ar archive, as Debian packages are (deb(5))."""
    parts = [b"!<arch>\n"]
    for name, value in files.items():
        content = as_bytes(value)
        parts.append(b"%-16s%-12d%-6d%-6d%-8o%-10d`\n" % (
            name.encode(), 0, 0, 0, 0o100644, len(content)
        ))  # fmt: skip
        parts.append(content + b"\n" * (len(content) % 2))
    return b"".join(parts)


def members_of(content: bytes) -> dict[str, bytes]:
    """Return path -> bytes of every file of an archive, as the readers have it."""
    source = Memory(content)
    found = walk(source, packing_of(source))
    return {one.path: one.read(1 << 20) for one in found if one.kind == "file"}

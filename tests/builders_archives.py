# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""Archives for tests, made of a mapping from paths to content, and read back."""

import gzip
import io
import lzma
import tarfile
import zipfile
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager

import lz4.frame
import zstandard

from coos_license.errors import ReadError
from coos_license.trees.archive import TarTree
from coos_license.trees.content import Memory
from coos_license.trees.packed import packing_of, walk
from coos_license.trees.unpack import Form

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


PACKERS: dict[Form, Callable[[bytes], bytes]] = {
    Form.TAR: bytes,
    Form.TAR_GZ: gzip.compress,
    Form.TAR_XZ: lzma.compress,
    Form.TAR_ZST: zstandard.ZstdCompressor().compress,
    Form.TAR_LZ4: lambda content: lz4.frame.compress(content, content_checksum=True),
}
PACKED = [form for form in PACKERS if form is not Form.TAR]
#: LZ4 cannot say more than 255 bytes with one, and 300 are allowed.
BOMBS = [form for form in PACKED if form is not Form.TAR_LZ4]


def tar(
    *members: tuple[str, bytes | str | None], form: int = tarfile.PAX_FORMAT
) -> bytes:
    """Return an archive: bytes make a file, text a symlink, ``None`` a directory."""
    sink = io.BytesIO()
    with tarfile.open(fileobj=sink, mode="w", format=form) as packed:
        for name, content in members:
            one = tarfile.TarInfo(name)
            if content is None:
                one.type = tarfile.DIRTYPE
            elif isinstance(content, str):
                one.type, one.linkname = tarfile.SYMTYPE, content
            else:
                one.size = len(content)
            packed.addfile(
                one, io.BytesIO(content if isinstance(content, bytes) else b"")
            )
    return sink.getvalue()


def special(name: str, kind: bytes, target: str = "", size: int = 0) -> bytes:
    """Return one member of any type, without data and without an end mark."""
    one = tarfile.TarInfo(name)
    one.type, one.linkname, one.size = kind, target, size
    return one.tobuf(tarfile.GNU_FORMAT)


END = bytes(1024)


def keep_all(path: tuple[str, ...]) -> int:
    """Keep everything of 1 MB at most."""
    del path
    return 1 << 20


Open = Callable[[bytes], TarTree]


def answer(ask: Callable[..., object], *arguments: object) -> object:
    """Return what a tree says, an error as its words."""
    try:
        return ask(*arguments)
    except ReadError as error:
        return type(error), str(error)


def nothing() -> AbstractContextManager[io.BufferedReader]:
    """Return the content of what is never opened."""
    raise AssertionError


def link(path: str, target: str, kind: bytes = tarfile.SYMTYPE) -> tarfile.TarInfo:
    """Return a member that leads to another."""
    member = tarfile.TarInfo(path)
    member.type, member.linkname = kind, target
    return member


def plain(path: str, size: int = 0) -> tarfile.TarInfo:
    """Return a member that is a file of that many bytes."""
    member = tarfile.TarInfo(path)
    member.size = size
    return member

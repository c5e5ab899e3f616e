# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""A snapshot as the bytes of a ``.tar.gz``: equal items give equal bytes."""

import gzip
import io
import tarfile
from collections.abc import Iterable, Iterator
from pathlib import PurePosixPath
from typing import Final

from coos_license.snapshot.databases import Item
from coos_license.trees.base import Kind
from coos_license.trees.tar_members import FAULT

#: As of the NOTICE bundle; the vdb packs to a fortieth with any level.
_COMPRESSION: Final = 6
_CHUNK: Final = 1 << 16
_TYPES: Final = {
    Kind.FILE: tarfile.REGTYPE,
    Kind.DIRECTORY: tarfile.DIRTYPE,
    Kind.SYMLINK: tarfile.SYMTYPE,
    # What else it was does not matter, and a FIFO is what anybody may unpack.
    Kind.OTHER: tarfile.FIFOTYPE,
}


def render(items: Iterable[Item], epoch: int) -> Iterator[bytes]:
    """Yield the archive of the items, which are sorted by path.

    Every directory that something lies in has a member of its own.
    """
    sink = io.BytesIO()
    made: set[str] = set()
    with (
        # No file name and no time in the header: they would tell one run from another.
        gzip.GzipFile("", "wb", _COMPRESSION, sink, mtime=0) as packed,
        tarfile.open(fileobj=packed, mode="w", format=tarfile.PAX_FORMAT) as archive,
    ):
        for item in items:
            for parent in _parents(item.name):
                if parent not in made:
                    made.add(parent)
                    _add(archive, Item(parent, Kind.DIRECTORY), epoch)
            if item.name not in made:
                made |= {item.name} if item.kind is Kind.DIRECTORY else set()
                _add(archive, item, epoch)
            archive.members.clear()  # type: ignore[attr-defined]
            if sink.tell() >= _CHUNK:
                yield _taken(sink)
    yield _taken(sink)


def _parents(name: str) -> list[str]:
    """Return the directories that a path lies in, from the top.

    >>> _parents("a/b/c")
    ['a', 'a/b']
    """
    return [str(one) for one in PurePosixPath(name).parents][-2::-1]


def _taken(sink: io.BytesIO) -> bytes:
    """Return what was written so far, and empty the sink."""
    content = sink.getvalue()
    sink.seek(0)
    sink.truncate()
    return content


def _add(archive: tarfile.TarFile, item: Item, epoch: int) -> None:
    """Add one member, owned by nobody named."""
    member = tarfile.TarInfo(item.name)
    member.type = _TYPES[item.kind]
    member.mode = 0o755 if item.kind is Kind.DIRECTORY else 0o644
    member.mtime = epoch
    member.size = len(item.content)
    if item.kind is Kind.SYMLINK:
        member.linkname = "."  # where it led is not read
    if item.fault:
        member.pax_headers = {FAULT: item.fault}
    archive.addfile(member, io.BytesIO(item.content))

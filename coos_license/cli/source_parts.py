# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""``--split``: the bundle as parts of one tar, for hosts that limit files."""

import re
from collections.abc import Iterator, Sequence
from typing import Final

import click

from coos_license.corresponding.values import Kept
from coos_license.output import CHECKSUMS
from coos_license.render.checksums import checksum_lines
from coos_license.render.tar_parts import cut, tar_of
from coos_license.store.directory import Store

PARTS: Final = "parts"
_PART: Final = re.compile(r"parts/source\.tar\.\d{3,}")
_MOST_PARTS: Final = 10_000
_UNITS: Final = {"": 1, "K": 10**3, "M": 10**6, "G": 10**9}
_SIZE: Final = re.compile(r"([1-9][0-9]{0,14})([KMG]?)")
_LEAST_PART: Final = 1 << 16


def size_of(
    ctx: click.Context, param: click.Parameter, value: str | None
) -> int | None:
    """Return a size in bytes; K, M and G are of a thousand. Raises: BadParameter."""
    if value is None:
        return None
    match = _SIZE.fullmatch(value)
    size = int(match[1]) * _UNITS[match[2]] if match else 0
    if size < _LEAST_PART:
        what = f"{value!r} is no size of 66K or more, such as 2G"
        raise click.BadParameter(what, ctx, param)
    return size


def write_parts(
    store: Store, kept: Sequence[Kept], sums_bytes: int, size: int | None, epoch: int
) -> list[str]:
    """Write the parts of the bundle's tar; return their names. Raises: OutputError."""
    if size is None:
        return []
    files = [(CHECKSUMS, sums_bytes), *((one.path, one.size_bytes) for one in kept)]
    names: list[str] = []
    sums: list[tuple[str, str]] = []
    for number, part in enumerate(cut(tar_of(files, store.read, epoch), size)):
        if number >= _MOST_PARTS:
            raise click.UsageError(f"--split makes more than {_MOST_PARTS} parts")
        name = f"source.tar.{number:03}"
        stored = store.put(f"{PARTS}/{name}", part)
        names.append(stored.path)
        sums.append((name, stored.sha256))
    stored = store.put(f"{PARTS}/{CHECKSUMS}", iter((checksum_lines(sums),)))
    names.append(stored.path)
    for stray in _stale(store, frozenset(names)):
        store.remove(stray)
    return names


def _stale(store: Store, names: frozenset[str]) -> Iterator[str]:
    """Yield the parts that an earlier run made more of."""
    yield from [one for one in store.others(names) if _PART.fullmatch(one)]

# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""Checksums: which files are missing, which are too many, which were changed."""

import hashlib
import re
from collections.abc import Collection, Iterator, Mapping
from typing import Final

from coos_license.trees.text import in_full
from coos_license.verify.bundle import CHECKSUMS, NEEDED, Bundle, Problem

CHECK: Final = "checksums"
_LINE = re.compile(r"([0-9a-f]{64}) [ *](\S.*)")


def check(bundle: Bundle, beside: Collection[str] = ()) -> Iterator[Problem]:
    """Yield what does not fit ``SHA256SUMS``; files ``beside`` need not be in it."""
    for name, reason in bundle.odd.items():
        if name not in beside:
            yield Problem(CHECK, in_full(name), f"extra: {reason}")
    for name in NEEDED:
        if name not in bundle.files:
            yield Problem(CHECK, name, "missing: it belongs to every bundle")
    if CHECKSUMS in bundle.files:
        given = {
            name: content
            for name, content in bundle.files.items()
            if name != CHECKSUMS and name not in beside
        }
        yield from compare(bundle.files[CHECKSUMS], given, CHECKSUMS, "")


def compare(
    sums: bytes, files: Mapping[str, bytes], name: str, place: str
) -> Iterator[Problem]:
    """Yield how files differ from the sums in a file; ``place`` is before each name."""
    stated: dict[str, str] = {}
    for number, line in enumerate(sums.decode("utf-8", "replace").splitlines(), 1):
        match = _LINE.fullmatch(line)
        if match is None or match[2] in stated:
            reason = "is no checksum" if match is None else "names a file again"
            yield Problem(CHECK, f"{place}{name}", f"line {number} {reason}")
        else:
            stated[match[2]] = match[1]
    for file, digest in stated.items():
        where = f"{place}{in_full(file)}"
        if file not in files:
            if file not in NEEDED or place:
                yield Problem(CHECK, where, f"missing: {name} lists it")
        elif hashlib.sha256(files[file]).hexdigest() != digest:
            yield Problem(CHECK, where, f"changed: its sha256 is not that of {name}")
    for file in sorted(files.keys() - stated.keys()):
        yield Problem(
            CHECK, f"{place}{in_full(file)}", f"extra: {name} does not list it"
        )

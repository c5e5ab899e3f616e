# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""A bundle against what its SOURCE gives today, file by file.

Of the archive the members are compared, not the packed bytes: those depend on the
version of zlib.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Final

from coos_license.trees.members import read_members
from coos_license.trees.text import in_full
from coos_license.verify.bundle import ARCHIVE, Bundle, Problem

CHECK: Final = "regenerated"


def check(
    bundle: Bundle, fresh: Mapping[str, Callable[[], Iterable[bytes]]]
) -> Iterator[Problem]:
    """Yield the files that differ; ``fresh`` renders by name what comes now."""
    for name, render in fresh.items():
        content = b"".join(render())
        if name not in bundle.files:
            yield Problem(CHECK, name, "is not in the bundle, and is written today")
        elif name == ARCHIVE:
            members = read_members(content)
            yield from _members(bundle.archive or {}, members)
        elif bundle.files[name] != content:
            line = _first_difference(bundle.files[name], content)
            yield Problem(CHECK, name, f"differs from line {line} on")


def _members(old: Mapping[str, bytes], new: Mapping[str, bytes]) -> Iterator[Problem]:
    """Yield the members that differ."""
    for name in sorted(old.keys() | new.keys()):
        if old.get(name) != new.get(name):
            word = "differs"
            if name not in old or name not in new:
                word = "is new" if name in new else "is not written today"
            yield Problem(CHECK, ARCHIVE, f"member {in_full(name)} {word}")


def _first_difference(old: bytes, new: bytes) -> int:
    """Return the first line that differs, counted from 1."""
    lines = zip(old.split(b"\n"), new.split(b"\n"), strict=False)
    number = 0
    for number, (left, right) in enumerate(lines, start=1):  # noqa: B007 (the last one counts)
        if left != right:
            break
    return max(number, 1)

# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""Every name of a source, with those of an archive at its top, and links within it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from coos_license.errors import ReadError
from coos_license.trees.base import Kind
from coos_license.trees.found import Found
from coos_license.trees.packed import walk_nested, walk_zip_member
from coos_license.trees.text import show

#: Deeper members are test data: an archive in an archive lies at its top.
_NESTED_DEPTH: Final = 2
_NESTED: Final = tuple(
    f".{end}"
    for end in ("tar", "tar.gz", "tgz", "tar.bz2", "tbz2", "tar.xz", "txz", "tar.zst")
)

Path = tuple[str, ...]
Walk = Callable[[], Iterator[Found]]
Blame = Callable[[str, str], None]


@dataclass(frozen=True, slots=True)
class Name:
    """A name of a source at ``path``; ``root`` is the archive in it that it is of."""

    root: Path
    path: Path
    found: Found

    def target(self) -> Path | None:
        """Return where a link leads, ``None`` where that is outside of its archive.

        The target of a hard link counts from the top, that of a symbolic one from
        where it lies.
        """
        stated = self.found.target or ""
        if stated.startswith("/"):
            return None
        inside = self.path[len(self.root) :]
        parts = list(inside[:-1] if self.found.kind is Kind.SYMLINK else ())
        for part in stated.split("/"):
            if part == "..":
                if not parts:
                    return None
                parts.pop()
            elif part not in ("", "."):
                parts.append(part)
        return (*self.root, *parts)


def every(walk: Walk, blame: Blame, *, archive: bool) -> Iterator[Name]:
    """Yield all names but those of directories; ``blame`` is told what is not read.

    In an ``archive``, a tar at its top is gone into; anywhere, a module of Go as the
    module cache keeps it. A fault of the source as a whole ends the walk.
    """
    try:
        yield from _names(walk(), (), blame, (archive, True))
    except ReadError as error:
        blame("", str(error))


def _names(
    walk: Iterator[Found], root: Path, blame: Blame, into: tuple[bool, bool]
) -> Iterator[Name]:
    """Yield the names of one tree or archive, which lies at ``root``.

    ``into``: whether tars, and whether modules, are gone into. Raises: ReadError where
    it is broken.
    """
    tars, modules = into
    told = False
    for found in walk:
        parts = tuple(part for part in found.path.split("/") if part not in ("", "."))
        if ".." in parts or found.path.startswith("/"):
            if not told:  # once: many such names shall not drown what else is wrong
                name = show(found.path)
                reason = "has a member whose name leads outside, which is not read"
                blame("/".join(root), f"{reason}: {name!r}")
                told = True
        elif found.kind is Kind.DIRECTORY:
            if found.fault:
                blame("/".join((*root, *parts)), found.fault)
        elif parts:
            name_ = Name(root, (*root, *parts), found)
            yield name_
            if tars and _is_nested(found, parts):
                yield from _inside(found, name_.path, blame)
            elif modules and _is_module(found, parts):
                yield from _in_module(found, name_.path, blame)


def _inside(found: Found, root: Path, blame: Blame) -> Iterator[Name]:
    """Yield the names of an archive within an archive; its faults are its own."""
    try:
        with found.open() as stream:
            members = walk_nested(stream, found.size or 0)
            yield from _names(members, root, blame, (False, True))
    except ReadError as error:
        blame("/".join(root), str(error))


def _in_module(found: Found, root: Path, blame: Blame) -> Iterator[Name]:
    """Yield the names of a module's zip; its faults are its own."""
    try:
        with found.open() as stream:
            members = walk_zip_member(stream)
        yield from _names(members, root, blame, (False, False))
    except ReadError as error:
        blame("/".join(root), str(error))


def _is_module(found: Found, parts: Path) -> bool:
    """Return whether a file is ``.../@v/VERSION.zip`` of Go's module cache."""
    return (
        found.kind is Kind.FILE
        and not found.fault
        and parts[-2:-1] == ("@v",)
        and parts[-1].endswith(".zip")
    )


def _is_nested(found: Found, parts: Path) -> bool:
    """Return whether a member is an archive that is looked into."""
    return (
        found.kind is Kind.FILE
        and not found.fault
        and len(parts) <= _NESTED_DEPTH
        and parts[-1].lower().endswith(_NESTED)
    )

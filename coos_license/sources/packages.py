# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""What the sources of each package say, put together from its places."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from coos_license.model import PackageId
from coos_license.sources.places import Place
from coos_license.sources.values import (
    Fault,
    Header,
    LeftOut,
    PackageSources,
    Scan,
    SourceFile,
    Sources,
)
from coos_license.trees.text import in_full


@dataclass(frozen=True, slots=True)
class Located:
    """Where the sources of a package lie, and which distfiles of it are missing.

    ``unlocated`` is why its place in a checkout is not known.
    """

    places: tuple[Place, ...]
    missing: tuple[str, ...] = ()
    unlocated: str = ""


def assemble(
    located: Mapping[PackageId, Located], scans: Mapping[tuple[str, ...], Scan]
) -> Sources:
    """Return what the packages' places say; ``scans`` holds that by their keys."""
    contents: dict[str, bytes] = {}
    for one in scans.values():
        contents.update(one.contents)
    packages = {
        package: _package(package, where, scans) for package, where in located.items()
    }
    return Sources(packages, dict(sorted(contents.items())))


def _package(
    package: PackageId, where: Located, scans: Mapping[tuple[str, ...], Scan]
) -> PackageSources:
    """Return what the places of one package say, with paths as evidence has them."""
    top = f"sources/{package.category}/{package.pf}"
    parts = [_prefixed(scans[place.key], place, top) for place in where.places]
    return PackageSources(
        files=tuple(sorted({one for part in parts for one in part.files})),
        headers=merged(one for part in parts for one in part.headers),
        faults=tuple(sorted({one for part in parts for one in part.faults})),
        left_out=tuple(sorted({one for part in parts for one in part.left_out})),
        named=tuple(sorted({one for part in parts for one in part.named})),
        missing=where.missing,
        unlocated=where.unlocated,
        read=bool(where.places)
        and all(_was_read(scans[place.key]) for place in where.places),
    )


def _was_read(scanned: Scan) -> bool:
    """Return whether a place was read to its end."""
    return all(fault.path for fault in scanned.faults)


def _prefixed(scanned: Scan, place: Place, top: str) -> Scan:
    """Return what a place says, with the place before each path."""
    above = f"{top}/{in_full(place.name)}" if place.name else top

    def at(path: str) -> str:
        return above if path in ("", place.name) else f"{above}/{path}"

    return Scan(
        files=tuple(SourceFile(at(f.path), f.role, f.sha256) for f in scanned.files),
        headers=tuple(
            Header(h.expression, h.files, at(h.path), h.line) for h in scanned.headers
        ),
        faults=tuple(Fault(at(one.path), one.reason) for one in scanned.faults),
        left_out=tuple(
            LeftOut(at(one.path), one.role, one.reason) for one in scanned.left_out
        ),
        named=tuple((at(path), name) for path, name in scanned.named),
    )


def merged(headers: Iterable[Header]) -> tuple[Header, ...]:
    """Return the headers, each expression once with all of its files."""
    found: dict[str, Header] = {}
    for one in headers:
        before = found.get(one.expression)
        if before is None:
            found[one.expression] = one
            continue
        first = min(before, one, key=lambda each: (each.path, each.line))
        total = before.files + one.files
        found[one.expression] = Header(one.expression, total, first.path, first.line)
    return tuple(found[expression] for expression in sorted(found))

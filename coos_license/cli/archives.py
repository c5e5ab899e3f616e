# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""A SOURCE that is an archive: a tar of a root, or a snapshot."""

from contextlib import ExitStack
from pathlib import Path

from coos_license.cli.opened import Inside, Opened
from coos_license.components.reading import tells_something
from coos_license.errors import ReadError
from coos_license.portage.sysroot import find_roots
from coos_license.snapshot.layout import (
    COMPONENTS,
    MANIFEST,
    MANIFEST_LIMIT,
    ROOT,
    SOURCES,
    keep_limit,
    parse_manifest,
)
from coos_license.trees.archive import TarTree
from coos_license.trees.base import AbsentError
from coos_license.trees.text import show
from coos_license.trees.unpack import Form


def open_archive(path: Path, form: Form, inside: Inside, trees: ExitStack) -> Opened:
    """Return what an archive is, from the root that it holds.

    Raises: OSError, ReadError.
    """
    archive = TarTree.open(
        path, form, keep_limit, tells_something, digests=inside.files
    )
    tree = trees.enter_context(archive)
    return _opened(tree, form) if inside.sysroot is None else Opened(tree, form)


def _opened(archive: TarTree, form: Form) -> Opened:
    """Return an archive, from the root that it holds. Raises: ReadError."""
    roots = find_roots(archive)
    if len(roots) > 1:
        shown = f"{_named(roots[0])} and {_named(roots[1])}"
        message = f"holds more than one package database: below {shown}"
        raise ReadError(message)
    try:
        content = archive.read(MANIFEST, MANIFEST_LIMIT)
    except AbsentError:
        return Opened(archive.rooted(roots[0]) if roots else archive, form)
    if roots and roots != (ROOT,):
        message = f"holds {MANIFEST}, but its package database is not below {ROOT}"
        raise ReadError(message)
    manifest = parse_manifest(content)
    try:
        return Opened(
            archive.rooted(ROOT),
            "snapshot",
            tuple(
                (place, archive.rooted(place)) for place in manifest.repository_places()
            ),
            tuple(archive.rooted(place) for place in manifest.license_places()),
            built=_rooted(archive, COMPONENTS),
            sources=_rooted(archive, SOURCES),
            ships_all=manifest.ships_all,
        )
    except AbsentError as error:
        message = f"{MANIFEST} names a directory that is not there"
        raise ReadError(message) from error


def _rooted(archive: TarTree, place: str) -> TarTree | None:
    """Return what lies at a place of an archive, ``None`` where nothing does."""
    try:
        return archive.rooted(place)
    except AbsentError:
        return None


def _named(root: str) -> str:
    """Return a root so that a message can name it."""
    return repr(show(root)) if root else "its top"

# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""From a path that a person named to one side of a comparison."""

from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Final

from coos_license.cli.reading import Loaded, load
from coos_license.cli.request import Request
from coos_license.compare import from_inventory, from_pages, from_spdx
from coos_license.compare.sides import Kind, Side
from coos_license.documents import cyclonedx, inventory, pages, spdx, spdx3
from coos_license.errors import InputError, ReadError
from coos_license.portage.sysroot import find_vdb
from coos_license.trees.archive import TarTree
from coos_license.trees.directory import DirectoryTree
from coos_license.trees.unpack import Form, sniff
from coos_license.trees.whole import first_block, read_whole

#: The first member of our notice bundle, and the page in it.
_NOTICE: Final = b"NOTICE\0"
_PAGE: Final = "credits.html"
_CURE: Final = (
    "give any SOURCE, what generate wrote, an SPDX 2 document or a credits page"
)
_SBOM_CURE: Final = (
    "give an SPDX 2 document, JSON or tag-value, or one of SPDX 3 or CycloneDX that"
    " generate wrote"
)


def open_side(request: Request, path: Path) -> tuple[Side, Loaded | None]:
    """Return what a path says, and what was read of it where it is a SOURCE.

    Raises: InputError.
    """
    try:
        form, block = first_block(path)
        if form is Form.DIRECTORY:
            side = _bundle(path)
        elif form is Form.TAR:
            side = _notice_bundle(path) if block.startswith(_NOTICE) else None
        else:
            side = _document(path, block)
    except OSError as error:
        what = error.strerror or str(error)
        raise InputError(what, where=str(path), cure=_CURE) from error
    except ReadError as error:
        raise InputError(str(error), where=str(path), cure=_CURE) from error
    if side is not None:
        return side, None
    loaded = load(replace(request, source=path), links=True)
    return from_inventory.side_of(loaded.inventory, loaded.propagation), loaded


def open_sbom(path: Path) -> Side:
    """Return what an SBOM says. Raises: InputError where the file is none."""
    try:
        content = read_whole(path, spdx.LIMIT)
        if spdx.looks_like_tag_value(content):
            return from_spdx.side_of(spdx.parse_spdx(content))
        return _sbom(spdx.parse_object(content))
    except OSError as error:
        what = error.strerror or str(error)
        raise InputError(what, where=str(path), cure=_SBOM_CURE) from error
    except ReadError as error:
        raise InputError(str(error), where=str(path), cure=_SBOM_CURE) from error


def _bundle(path: Path) -> Side | None:
    """Return what a directory of outputs says, ``None`` where it is none.

    A tree with a package database is a SOURCE, whatever else lies in it. Raises:
    ReadError, OSError.
    """
    with ExitStack() as trees:
        tree = trees.enter_context(DirectoryTree.open(path))
        names = {entry.name for entry in tree.entries()}
        if inventory.NAME not in names or find_vdb(tree) is not None:
            return None
        content = tree.read(inventory.NAME, inventory.LIMIT)
    document = inventory.parse_inventory(content)
    return from_inventory.side_of_json(document, Kind.BUNDLE)


def _notice_bundle(path: Path) -> Side | None:
    """Return what a notice bundle says. Raises: ReadError, OSError."""
    archive = TarTree.open(
        path, sniff(path), lambda parts: pages.LIMIT if list(parts) == [_PAGE] else -1
    )
    page = pages.parse_page(archive.read(_PAGE, pages.LIMIT))
    return from_pages.side_of(page, Kind.NOTICE_BUNDLE)


def _document(path: Path, block: bytes) -> Side | None:
    """Return what a file says, ``None`` where it is a SOURCE. Raises: ReadError."""
    if pages.looks_like_page(block):
        page = pages.parse_page(read_whole(path, pages.LIMIT))
        return from_pages.side_of(page, Kind.CREDITS)
    if block.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{"):
        return _json(read_whole(path, spdx.LIMIT))
    if spdx.looks_like_tag_value(block):
        return from_spdx.side_of(spdx.parse_spdx(read_whole(path, spdx.LIMIT)))
    return None


def _json(content: bytes) -> Side | None:
    """Return what a JSON file says, ``None`` where it is a list of packages.

    Raises: ReadError.
    """
    document = spdx.parse_object(content)
    if "schema" in document and "packages" in document:
        return from_inventory.side_of_json(inventory.parse_inventory(content))
    if any(key.lower().endswith("packages") for key in document) and (
        "spdxVersion" not in document
    ):
        return None
    return _sbom(document)


def _sbom(document: spdx.Element) -> Side:
    """Return what an SBOM in JSON says. Raises: ReadError."""
    if spdx3.looks_like_spdx3(document):
        return from_spdx.side_of(spdx3.from_spdx3(document), Kind.SPDX3)
    if cyclonedx.looks_like_cyclonedx(document):
        return from_spdx.side_of(cyclonedx.from_cyclonedx(document), Kind.CYCLONEDX)
    return from_spdx.side_of(spdx.checked(document))

# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""A directory of outputs, read once: the bytes of its files, and what they say."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, TypeVar

from coos_license.documents.inventory import parse_inventory
from coos_license.documents.notice import Notice, parse_notice
from coos_license.documents.pages import OurPage, parse_page
from coos_license.documents.spdx import (
    Element,
    parse_object,
    parse_spdx,
    parse_spdx_json,
)
from coos_license.errors import ReadError
from coos_license.trees.base import FileTree, Kind
from coos_license.trees.members import read_members

#: The longest file met is the SBOM of 60,000 files, with 60 MB.
LIMIT: Final = 1 << 28
CHECKSUMS: Final = "SHA256SUMS"
INVENTORY: Final = "inventory.json"
FINDINGS: Final = "findings.json"
SBOM: Final = "sbom.spdx.json"
TAG_VALUE: Final = "sbom.spdx"
#: These two need not be there.
SBOM_3: Final = "sbom.spdx3.json"
CYCLONEDX: Final = "sbom.cdx.json"
CREDITS: Final = "credits.html"
NOTICE: Final = "NOTICE"
ARCHIVE: Final = "notice-bundle.tar.gz"
#: What a bundle has at least; other formats may lie beside.
NEEDED: Final = (
    *(NOTICE, CHECKSUMS, CREDITS, FINDINGS, INVENTORY, ARCHIVE, TAG_VALUE, SBOM),
)
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One thing that is wrong: which check says it, of which file, and what.

    A note is admitted, or cannot be otherwise: it decides nothing.
    """

    check: str
    file: str
    message: str
    is_note: bool = False


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Bundle:
    """The files of a directory; a document is ``None`` where it cannot be read.

    ``odd`` is name -> why something is no file that was read; ``faults`` are the
    documents that cannot be read. ``archive`` is member -> bytes of the notice bundle.
    """

    files: Mapping[str, bytes]
    odd: Mapping[str, str]
    faults: tuple[Problem, ...]
    inventory: dict[str, Any] | None
    findings: dict[str, Any] | None
    sbom: Element | None
    tag_value: Element | None
    page: OurPage | None
    notice: Notice | None
    archive: Mapping[str, bytes] | None


def pages_of(bundle: Bundle) -> tuple[tuple[str, bytes], ...]:
    """Return name and bytes of the documents that hold the licence texts."""
    names = (name for name in (CREDITS, NOTICE) if name in bundle.files)
    return tuple((name, bundle.files[name]) for name in names)


def read_bundle(tree: FileTree) -> Bundle:
    """Return what lies in a directory. Raises: ReadError where it has no names."""
    files: dict[str, bytes] = {}
    odd: dict[str, str] = {}
    for entry in tree.entries():
        if entry.kind is not Kind.FILE:
            odd[entry.name] = f"is a {entry.kind}"
            continue
        try:
            files[entry.name] = tree.read(entry.name, LIMIT)
        except ReadError as error:
            odd[entry.name] = str(error)
    faults: list[Problem] = []

    def parsed(name: str, parse: Callable[[bytes], _T]) -> _T | None:
        try:
            return parse(files[name]) if name in files else None
        except ReadError as error:
            faults.append(Problem("readable", name, str(error)))
            return None

    return Bundle(
        files=files,
        odd=odd,
        inventory=parsed(INVENTORY, parse_inventory),
        findings=parsed(FINDINGS, parse_object),
        sbom=parsed(SBOM, parse_spdx_json),
        tag_value=parsed(TAG_VALUE, parse_spdx),
        page=parsed(CREDITS, _our_page),
        notice=parsed(NOTICE, _notice),
        archive=parsed(ARCHIVE, read_members),
        faults=tuple(faults),
    )


def _our_page(content: bytes) -> OurPage:
    """Return our credits page. Raises: ReadError."""
    page = parse_page(content)
    if isinstance(page, OurPage):
        return page
    raise ReadError("is a credits page of another tool")


def _notice(content: bytes) -> Notice:
    """Return our NOTICE. Raises: ReadError."""
    try:
        return parse_notice(content.decode())
    except UnicodeDecodeError as error:
        raise ReadError("is no UTF-8") from error

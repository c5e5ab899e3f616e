# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""The licence texts that go along with an image: in it, beside it, or in a bundle."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final

from coos_license.errors import ReadError

if TYPE_CHECKING:
    from coos_license.accounting.carried import Carried
    from coos_license.accounting.mounts import Mounts

#: Pages with texts, by name: ours, that of ``build_image``, and where Chromium OS
#: installs it; it may be packed.
NAMES: Final = (
    *("credits.html", "NOTICE", "about_os_credits.html", "license_credits.html"),
    *("credits.html.gz", "NOTICE.gz", "about_os_credits.html.gz"),
)
_CREDITS: Final = "credits"
#: The page of a whole Chromium OS has 12 MB.
PAGE_LIMIT: Final = 1 << 26
#: More files of these names are no pages about the image.
MOST_PAGES: Final = 50
#: A licence is a tenth as long.
_FILE_LIMIT: Final = 1 << 20
_MOST_FILES: Final = 20_000
#: All that is read for this: a hostile image has many large ones.
_MOST_BYTES: Final = 1 << 27


class _Reader:
    """Reads files of an image until there was too much of them."""

    def __init__(self, mounts: "Mounts") -> None:
        """Begin with nothing read."""
        self._mounts = mounts
        self._left = _MOST_BYTES

    def read(self, path: str, limit: int) -> bytes:
        """Return a file, unpacked. Raises: ReadError."""
        with self._mounts.open_file(path) as file:
            if file.size_bytes > min(limit, self._left):
                raise ReadError("is longer than what is read")
            content = _plain(file.read(0, file.size_bytes), min(limit, self._left))
        self._left -= len(content)
        return content


def _plain(content: bytes, limit: int) -> bytes:
    """Return a file that may be packed, of ``limit`` bytes. Raises: ReadError."""
    from coos_license.trees.packed import unpacked  # noqa: PLC0415 (only with --accounting)

    content = unpacked(content, limit + 1)
    if len(content) > limit:
        raise ReadError(f"unpacks to more than {limit} bytes")
    return content


def carried_texts(
    names: Sequence[str],
    mounts: "Mounts",
    image: Path,
    bundle: Iterable[tuple[str, bytes]] | None,
) -> "Carried":
    """Return the texts in an image, and beside it or, where given, in a bundle."""
    from coos_license.accounting.carried import Carried  # noqa: PLC0415 (only with --accounting)

    reader = _Reader(mounts)
    beside = _pages_beside(image) if bundle is None else bundle
    unread: list[str] = []
    found = (
        *_of_files(names, reader),
        *_of_pages(_pages_in(names, reader), unread),
        *_of_pages(beside, unread),
    )
    return Carried.of(found, unread)


def _of_pages(
    pages: Iterable[tuple[str, bytes]], unread: list[str]
) -> Iterator[tuple[str, str]]:
    """Yield the texts of pages; say which of them cannot be read."""
    from coos_license.documents.carried import texts_of  # noqa: PLC0415 (only with --accounting)
    from coos_license.trees.text import show  # noqa: PLC0415 (only with --accounting)

    for name, content in pages:
        try:
            yield from texts_of(content)
        except ReadError as error:
            # A NOTICE in the image may be that of a package, and none of ours.
            if _CREDITS in name:
                unread.append(f"{show(name)} {error}")


def _of_files(names: Sequence[str], reader: _Reader) -> Iterator[tuple[str, str]]:
    """Yield the texts in files of single packages, and of all."""
    from coos_license.documents.carried import owners_of  # noqa: PLC0415 (only with --accounting)
    from coos_license.trees.text import clean_bytes  # noqa: PLC0415 (only with --accounting)

    count = 0
    for path in names:
        owners = owners_of(path)
        if owners and count < _MOST_FILES:
            count += 1
            with suppress(ReadError):
                text = clean_bytes(reader.read(path, _FILE_LIMIT))[0]
                yield from ((owner, text) for owner in owners)


def _pages_in(names: Sequence[str], reader: _Reader) -> Iterator[tuple[str, bytes]]:
    """Yield the pages in the image that may hold licence texts."""
    ends = tuple(f"/{name}" for name in NAMES)
    for path in [one for one in names if one.endswith(ends)][:MOST_PAGES]:
        with suppress(ReadError):
            yield path, reader.read(path, PAGE_LIMIT)


def _pages_beside(image: Path) -> Iterator[tuple[str, bytes]]:
    """Yield the pages beside an image, or in ``attribution/`` there."""
    from coos_license.trees.directory import DirectoryTree  # noqa: PLC0415 (only with --accounting)

    with DirectoryTree.open(image.resolve().parent) as tree:
        for name in (*NAMES, *(f"attribution/{name}" for name in NAMES)):
            with suppress(ReadError):
                yield name, _plain(tree.read(name, PAGE_LIMIT), PAGE_LIMIT)

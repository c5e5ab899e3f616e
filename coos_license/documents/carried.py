# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""Licence texts in documents and in files of an image, by the packages they are for.

Documents are credits pages, ours and chromite's, and our NOTICE. Files are those that
Linux distributions install: ``/usr/share/licenses/NAME/`` (Arch, Fedora, Flatcar),
``/usr/share/doc/NAME/copyright`` (Debian) and ``COPYING`` and the like there (Gentoo),
with texts for all in ``/usr/share/licenses/common/`` and
``/usr/share/common-licenses/``.
"""

import re
from collections.abc import Iterator
from typing import Final

from coos_license.documents.notice import parse_notice
from coos_license.documents.pages import OurPage, looks_like_page, parse_page
from coos_license.model import PackageId

_LICENSES: Final = "usr/share/licenses/"
_DOC: Final = "usr/share/doc/"
_COMMON: Final = ("usr/share/common-licenses/", f"{_LICENSES}common/")
_OF_DOC: Final = re.compile(
    r"(?:copyright|copying|licen[cs]e|unlicense|notice)(?:[._-].*)?", re.IGNORECASE
)


def texts_of(content: bytes) -> Iterator[tuple[str, str]]:
    """Yield the texts of a credits page or NOTICE: for which package, and the text.

    Raises: ReadError where it is neither.
    """
    if not looks_like_page(content):
        notice = parse_notice(content.decode("utf-8", "replace"))
        for cpv, texts in notice.uses.items():
            yield from ((cpv, text) for text in texts)
        return
    page = parse_page(content)
    if isinstance(page, OurPage):
        for credit in page.packages:
            for label in (*credit.texts, *credit.notices):
                if label in page.texts:
                    yield credit.cpv, page.texts[label]
        return
    for package in page:
        name = PackageId("", package.name, package.version).pf
        yield from ((name, text) for text in package.texts)


def owners_of(path: str) -> tuple[str, ...]:
    """Return for which package a file of an image is a text; of no other any.

    >>> owners_of("usr/share/licenses/zlib/LICENSE")
    ('zlib',)
    >>> owners_of("usr/share/doc/zlib-1.3/copyright")
    ('zlib-1.3',)
    >>> owners_of("usr/share/common-licenses/GPL-2")
    ('',)
    >>> owners_of("usr/share/doc/x/README")
    ()
    """
    if path.startswith(_COMMON):
        return ("",)
    place = next((one for one in (_LICENSES, _DOC) if path.startswith(one)), None)
    if place is None:
        return ()
    *directories, name = path.removeprefix(place).split("/")
    if not directories:
        return ("",) if place == _LICENSES else ()
    if place == _DOC and not _OF_DOC.fullmatch(name):
        return ()
    return tuple(dict.fromkeys((directories[0], "/".join(directories[:2]))))

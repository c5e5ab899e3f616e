# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""``.modinfo``: what a kernel module says of itself, its licence in MODULE_LICENSE.

Values ``key=value`` with NUL behind each. Source: ``include/linux/module.h`` and
``include/linux/moduleparam.h`` of the Linux kernel.
"""

from typing import Final

from coos_license.components.elf import Elf, Section
from coos_license.errors import ReadError
from coos_license.trees.text import clean_line

SECTION: Final = b".modinfo"
_KEY: Final = b"license="
#: Firmware names and aliases fill some kilobytes; a driver of graphics has 100 KB.
_LIMIT: Final = 1 << 20
_MOST: Final = 16


def read_licenses(elf: Elf, section: Section) -> bytes:
    """Return the words of MODULE_LICENSE, one a line. Raises: ReadError."""
    values = elf.bytes_of(section, _LIMIT).split(b"\0")
    stated = [one.removeprefix(_KEY) for one in values if one.startswith(_KEY)]
    return b"\n".join(clean_line(one).encode() for one in stated[:_MOST])


def parse_licenses(content: bytes) -> tuple[str, ...]:
    """Return the words of MODULE_LICENSE, as :func:`read_licenses` keeps them.

    Raises: ReadError where they are too long to be any.
    """
    if len(content) > _LIMIT:
        raise ReadError("has a MODULE_LICENSE that is too long")
    return tuple(filter(None, map(clean_line, content.split(b"\n"))))

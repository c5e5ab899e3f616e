# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
r"""How a file of an image is named while it is accounted for.

A path of the root file system has no slash before it; one of another partition is
``//NAME/path``, which no root can hold. What is in an archive has the path of the
archive, a NUL and its own: no name can hold that. People see ``/usr/bin/x``,
``STATE:/home``, ``/boot/initramfs.img!/init``.
"""

from typing import Final

from coos_license.trees.text import show

INSIDE: Final = "\0"
_PARTITION: Final = "//"
#: The longest path that Linux takes, thrice: an archive in an archive.
_MOST_SHOWN: Final = 3 * 4096


def of_partition(name: str) -> str:
    """Return what the paths of a partition begin with."""
    return f"{_PARTITION}{name.replace('/', '_')}/"


def directory_of(path: str) -> str:
    r"""Return the directory or archive that a path is in, with what ends it.

    >>> directory_of("usr/bin/x"), directory_of("a/b\0x"), directory_of("x")
    ('usr/bin/', 'a/b\x00', '')
    """
    return path[: max(path.rfind("/"), path.rfind(INSIDE)) + 1]


def shown(path: str) -> str:
    r"""Return a path as people see it: escaped, and otherwise exact.

    >>> shown("usr/bin/a\nb"), shown("//STATE/home"), shown("boot/i.img\0bin/sh")
    ('/usr/bin/a\\nb', 'STATE:/home', '/boot/i.img!/bin/sh')
    """
    if path.startswith(_PARTITION):
        name, _, path = path[len(_PARTITION) :].partition("/")
        begin = f"{name}:/"
    else:
        begin = "/"
    inside = f"!{begin[-1:]}".join(path.split(INSIDE))
    return show(f"{begin}{inside}", _MOST_SHOWN)

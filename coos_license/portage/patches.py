# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""Which patches an ebuild applies, as far as its text alone shows it.

``PATCHES`` at the top level is applied by ``src_prepare`` (PMS 9.1.5, EAPI 6 on), of
eclasses too by convention. An ebuild is a program and is not run: what a condition
adds, a name with an unknown variable or a pattern in it, and all of an ebuild with a
``src_prepare`` of its own is not told.
"""

import re
from collections.abc import Iterator
from typing import Final

from coos_license.model import PackageId

_ARRAY: Final = re.compile(r"^PATCHES=\((?P<words>[^()]*)\)", re.MULTILINE)
_ASSIGNED: Final = re.compile(r"\bPATCHES=")
_OWN_PHASE: Final = re.compile(r"^\s*(?:function\s+)?src_prepare\s*\(\)", re.MULTILINE)
_EAPI: Final = re.compile(r"^EAPI=[\"']?(\d{1,3})[\"']?\s*$", re.MULTILINE)
_COMMENT: Final = re.compile(r"(?:^|(?<=\s))#.*$", re.MULTILINE)
_VARIABLE: Final = re.compile(r"\$(?:\{(\w+)\}|(\w+))")
#: A name below ``files/``, without anything that the shell would look at.
_NAME: Final = re.compile(r"(?:[A-Za-z0-9_+.@~=-]+/)*[A-Za-z0-9_+.@~=-]+")
_FIRST_EAPI: Final = 6
_MOST: Final = 200
_HERE: Final = "\0/"


def applied_patches(ebuild: str, package: PackageId) -> tuple[str, ...]:
    r"""Return the names below ``files/`` of the patches that are surely applied.

    >>> applied_patches(
    ...     'EAPI=8\nPATCHES=( "${FILESDIR}"/${P}-a.patch "${FILESDIR}/$1" )\n',
    ...     PackageId("app-misc", "foo", "1.2-r3"),
    ... )
    ('foo-1.2-a.patch',)
    """
    eapi, arrays = _EAPI.search(ebuild), list(_ARRAY.finditer(ebuild))
    if (
        eapi is None
        or int(eapi[1]) < _FIRST_EAPI
        or len(arrays) != 1
        or len(_ASSIGNED.findall(ebuild)) != 1
        or _OWN_PHASE.search(ebuild)
    ):
        return ()
    words = _COMMENT.sub("", arrays[0]["words"]).split()
    return tuple(dict.fromkeys(_names(words[:_MOST], package)))


def _names(words: list[str], package: PackageId) -> Iterator[str]:
    """Yield the names that words of the array mean."""
    version, _, revision = package.version.partition("-r")
    values = {
        "FILESDIR": _HERE.rstrip("/"),
        "P": f"{package.name}-{version}",
        "PF": package.pf,
        "PN": package.name,
        "PR": f"r{revision or 0}",
        "PV": version,
        "PVR": package.version,
    }
    for word in words:
        bare = word.replace('"', "")
        meant = _VARIABLE.sub(
            lambda match: values.get(match[1] or match[2], match[0]), bare
        )
        name = meant.removeprefix(_HERE)
        if name != meant and _NAME.fullmatch(name) and ".." not in name.split("/"):
            yield name

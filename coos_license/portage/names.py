# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""Names and versions as the Package Manager Specification (PMS) defines them."""

import re
from functools import lru_cache
from itertools import zip_longest
from typing import Final
from urllib.parse import quote

from coos_license.model import PackageId

VERSION: Final = r"\d+(?:\.\d+)*[a-z]?(?:_(?:alpha|beta|pre|rc|p)\d*)*(?:-r\d+)?"
_CATEGORY = re.compile(r"[A-Za-z0-9_][A-Za-z0-9+_.-]*", re.ASCII)
_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9+_-]*", re.ASCII)
_NAME_VERSION = re.compile(
    rf"(?P<name>[A-Za-z0-9_][A-Za-z0-9+_-]*?)-(?P<version>{VERSION})", re.ASCII
)
_ENDS_IN_VERSION = re.compile(rf".*-{VERSION}", re.ASCII)
_SLOT = re.compile(r"[A-Za-z0-9_][A-Za-z0-9+_.-]*", re.ASCII)
_LICENSE = re.compile(r"[A-Za-z0-9_][A-Za-z0-9+_.-]*", re.ASCII)
_REPOSITORY = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_-]*", re.ASCII)
_PARTS = re.compile(
    r"(?P<numbers>\d+(?:\.\d+)*)(?P<letter>[a-z]?)"
    r"(?P<suffixes>(?:_(?:alpha|beta|pre|rc|p)\d*)*)(?:-r(?P<revision>\d+))?",
    re.ASCII,
)
#: A name that percent-encoding leaves as it is.
_PLAIN = re.compile(r"[A-Za-z0-9._-]+/[A-Za-z0-9._-]+@[A-Za-z0-9._-]+", re.ASCII)
_SUFFIX = re.compile(r"_(alpha|beta|pre|rc|p)(\d*)", re.ASCII)
_SUFFIX_ORDER: Final = {"alpha": -4, "beta": -3, "pre": -2, "rc": -1, "p": 1}


def is_category(text: str) -> bool:
    """Return whether the text is a category name (PMS 3.1.1)."""
    return _CATEGORY.fullmatch(text) is not None


def is_package_name(text: str) -> bool:
    """Return whether the text is a package name: no version at its end (PMS 3.1.2)."""
    return _NAME.fullmatch(text) is not None and not _ENDS_IN_VERSION.fullmatch(text)


def is_slot(text: str) -> bool:
    """Return whether the text is a slot name (PMS 3.1.3)."""
    return _SLOT.fullmatch(text) is not None


def is_license_name(text: str) -> bool:
    """Return whether the text is a licence name (PMS 3.1.7)."""
    return _LICENSE.fullmatch(text) is not None


def is_repository_name(text: str) -> bool:
    """Return whether the text is a repository name (PMS 3.1.5)."""
    return _REPOSITORY.fullmatch(text) is not None


@lru_cache(maxsize=1 << 15)
def split_pf(text: str) -> tuple[str, str] | None:
    """Return name and version of ``name-version[-rN]``, ``None`` where it is neither.

    The name may not itself end in something that looks like a version (PMS 3.1.2),
    so the first hyphen before a digit is not always the right one.

    >>> split_pf("font-adobe-100dpi-1.0.3-r2")
    ('font-adobe-100dpi', '1.0.3-r2')
    >>> split_pf("foo-1-2") is None
    True
    """
    match = _NAME_VERSION.fullmatch(text)
    if match is None or _ENDS_IN_VERSION.fullmatch(match["name"]):
        return None
    return match["name"], match["version"]


def package_id(category: str, pf: str) -> PackageId | None:
    """Return the id of a vdb entry, ``None`` where PMS knows no such name."""
    parts = split_pf(pf)
    if parts is None or not is_category(category):
        return None
    return PackageId(category, *parts)


def purl(package: PackageId) -> str:
    """Return ``pkg:ebuild/category/name@version``, percent-encoded.

    The type ``ebuild`` is not registered with the purl specification; the form
    follows its general rules. ``+`` and the like are encoded, ``.``, ``-``, ``_``
    and ``~`` are not.

    >>> purl(PackageId("dev-libs", "libsigc++", "2.12.1"))
    'pkg:ebuild/dev-libs/libsigc%2B%2B@2.12.1'
    """
    name = f"{package.category}/{package.name}@{package.version}"
    if _PLAIN.fullmatch(name):
        return f"pkg:ebuild/{name}"
    parts = (package.category, package.name, package.version)
    category, name, version = (quote(part, safe="") for part in parts)
    return f"pkg:ebuild/{category}/{name}@{version}"


def _whole(digits: str) -> tuple[int, str]:
    """Return what orders whole numbers of any length; int() takes 4,300 digits."""
    significant = digits.lstrip("0")
    return len(significant), significant


def _compare_numbers(left: str, right: str, *, first: bool) -> int:
    """Compare one numeric component (PMS 3.3, algorithms 3.2 and 3.3)."""
    if first or not (left.startswith("0") or right.startswith("0")):
        a, b = _whole(left), _whole(right)
        return (a > b) - (a < b)
    x, y = left.rstrip("0"), right.rstrip("0")
    return (x > y) - (x < y)


def _compare_suffixes(left: str, right: str) -> int:
    """Compare ``_alpha1_p2`` and the like (PMS 3.3, algorithms 3.5 and 3.6)."""
    none = ("", "")
    for a, b in zip_longest(
        _SUFFIX.findall(left), _SUFFIX.findall(right), fillvalue=none
    ):
        x = (_SUFFIX_ORDER.get(a[0], 0), _whole(a[1]))
        y = (_SUFFIX_ORDER.get(b[0], 0), _whole(b[1]))
        if x != y:
            return 1 if x > y else -1
    return 0


@lru_cache(maxsize=1 << 14)
def compare_versions(left: str, right: str) -> int:
    """Return -1, 0 or 1: how PMS 3.3 orders two versions.

    Raises: ValueError where one of them is no version.

    >>> compare_versions("1.10", "1.9"), compare_versions("1.01", "1.1")
    (1, -1)
    """
    a, b = _PARTS.fullmatch(left), _PARTS.fullmatch(right)
    if a is None or b is None:
        message = f"no version: {left if a is None else right}"
        raise ValueError(message)
    xs, ys = a["numbers"].split("."), b["numbers"].split(".")
    for index, (x, y) in enumerate(zip(xs, ys, strict=False)):
        if order := _compare_numbers(x, y, first=index == 0):
            return order
    if len(xs) != len(ys):
        return 1 if len(xs) > len(ys) else -1
    if a["letter"] != b["letter"]:
        return 1 if a["letter"] > b["letter"] else -1
    if order := _compare_suffixes(a["suffixes"], b["suffixes"]):
        return order
    x, y = _whole(a["revision"] or ""), _whole(b["revision"] or "")
    return (x > y) - (x < y)

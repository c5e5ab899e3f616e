# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""Who an image is, by its own os-release and lsb-release."""

from typing import Final

from coos_license.errors import ReadError
from coos_license.model import Image
from coos_license.trees.base import FileTree
from coos_license.trees.text import clean_line

_OS_RELEASE: Final = ("etc/os-release", "usr/lib/os-release")
_LSB_RELEASE: Final = ("etc/lsb-release",)
RELEASE_FILES: Final = (*_OS_RELEASE, *_LSB_RELEASE)
RELEASE_LIMIT: Final = 1 << 16
#: COS states the milestone as VERSION_ID and the version people cite as BUILD_ID.
_VERSION_IS_BUILD_ID: Final = frozenset({"cos", "chromeos", "chromiumos"})


def read_release(tree: FileTree) -> Image:
    """Return what the image says of itself; absent facts are ``None``.

    Source: os-release(5); ``CHROMEOS_RELEASE_*`` of Chromium OS's lsb-release.
    """
    os_release = _pairs(tree, _OS_RELEASE)
    lsb_release = _pairs(tree, _LSB_RELEASE)
    is_cos = os_release.get("ID") == "cos"
    by_build = os_release.get("ID") in _VERSION_IS_BUILD_ID
    return Image(
        name=os_release.get("NAME") or lsb_release.get("CHROMEOS_RELEASE_NAME"),
        version=(os_release.get("BUILD_ID") if by_build else None)
        or lsb_release.get("CHROMEOS_RELEASE_VERSION")
        or os_release.get("VERSION_ID")
        or os_release.get("BUILD_ID"),
        board=lsb_release.get("CHROMEOS_RELEASE_BOARD"),
        milestone=os_release.get("VERSION_ID") if is_cos else None,
    )


def _pairs(tree: FileTree, paths: tuple[str, ...]) -> dict[str, str]:
    """Return the assignments of the first of the files that can be read."""
    for path in paths:
        try:
            content = tree.read(path, RELEASE_LIMIT)
        except ReadError:
            continue
        pairs = {}
        for line in content.splitlines():
            key, equals, value = clean_line(line).partition("=")
            if equals and not key.startswith("#"):
                pairs[key.strip()] = value.strip().strip("\"'")
        return {key: value for key, value in pairs.items() if value}
    return {}

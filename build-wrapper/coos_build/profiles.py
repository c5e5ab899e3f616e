# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""The profiles: which sources are built, and with whose commands, as data.

Source of seed-2020: the notes of June 2020 (board lakitu, R85). In one place they
wrote ``--repo-ref``; the option is ``--repo-rev``, and ``repo`` refuses the other.
Source of cos: "Building from open source" of the Container-Optimized OS documents.
"""

from collections.abc import Mapping
from typing import Final

from coos_build.model import Era

Value = str | int | bool | tuple[str, ...] | None

_REPO: Final = "https://chromium.googlesource.com/external/repo.git"
_COS: Final = "https://cos.googlesource.com/cos"

PROFILES: Final[Mapping[str, Mapping[str, Value]]] = {
    "seed-2020": {
        "manifest_url": "https://chromium.googlesource.com/chromiumos/manifest.git",
        "manifest_branch": "stable",
        "groups": "minilayout",
        "repo_url": _REPO,
        "repo_rev": "stable",
        "package_options": ("--nowithdebug",),
        "jobs": -1,
        "image_types": ("dev",),
        "disk_gib": 120,
    },
    "cos": {
        "manifest_url": f"{_COS}/manifest.git",
        "manifest_branch": "release-R125",
        "repo_url": _REPO,
        "package_options": ("--nowithautotest",),
        "image_types": ("base", "test"),
        "disk_gib": 120,
    },
    # A released build: the tag of the build number is given as manifest_branch.
    "pinned": {
        "manifest_url": f"{_COS}/manifest-snapshots.git",
        "manifest_name": "snapshot.xml",
        "repo_url": _REPO,
        "package_options": ("--nowithautotest",),
        "image_types": ("base", "test"),
        "disk_gib": 120,
    },
}

#: Whose commands a profile expects; the checkout has the last word.
ERAS: Final[Mapping[str, Era]] = {
    "seed-2020": Era.SCRIPTS,
    "cos": Era.CHROMITE,
    "pinned": Era.CHROMITE,
}

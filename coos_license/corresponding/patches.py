# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""The patches of a package, in the order in which its ebuild applies them.

``PATCHES`` is what ``eapply`` is called with (PMS 9.1.10); the saved environment has
its value, an ebuild often. A patch that it does not name is one that the ebuild applies
in some other way, or not at all.
"""

import re
from collections.abc import Sequence
from typing import Final

from coos_license.corresponding.values import Patch, Piece
from coos_license.model import PackageId
from coos_license.portage.assignments import assignments
from coos_license.portage.patches import applied_patches
from coos_license.trees.text import clean_bytes

_PATCHES: Final = frozenset({"PATCHES"})
_NAME: Final = re.compile(r".+\.(?:patch|diff)(?:\.(?:gz|bz2|xz|zst))?", re.DOTALL)
_FILES: Final = "/files/"


def patches_of(
    package: PackageId,
    saved: bytes | None,
    ebuild: bytes | None,
    beside: Sequence[Piece],
) -> tuple[Patch, ...]:
    """Return the patches among the files beside an ebuild: numbered ones first."""
    below = {_below(one): one for one in beside}
    order: list[str] = []
    for name in _named(package, saved, ebuild):
        order += [name] if name in below else _in_directory(name, below)
    order = list(dict.fromkeys(order))
    rest = sorted(name for name in below if name not in order and _NAME.match(name))
    return (
        *(Patch(below[name].path, at) for at, name in enumerate(order, start=1)),
        *(Patch(below[name].path, None) for name in rest),
    )


def _below(piece: Piece) -> str:
    """Return the path of a file below ``files/``."""
    return piece.source.partition(_FILES)[2]


def _named(
    package: PackageId, saved: bytes | None, ebuild: bytes | None
) -> tuple[str, ...]:
    """Return what PATCHES names below ``files/``, in order."""
    if saved is not None:
        text = clean_bytes(saved)[0]
        values = assignments(text, _PATCHES, {}).get("PATCHES")
        if values:
            words = values if len(values) > 1 else values[0].split()
            return tuple(word.rpartition(_FILES)[2] for word in words if _FILES in word)
    return applied_patches(clean_bytes(ebuild or b"")[0], package)


def _in_directory(name: str, below: dict[str, Piece]) -> list[str]:
    """Return the patches in a directory of patches, by name as ``eapply`` has it."""
    top = f"{name.rstrip('/')}/"
    return sorted(one for one in below if one.startswith(top) and _NAME.match(one))

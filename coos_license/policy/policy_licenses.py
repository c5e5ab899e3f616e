# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""Which licences the words of a policy mean: SPDX ids, and names of ebuilds."""

from collections.abc import Iterable
from fnmatch import fnmatchcase
from functools import cache, lru_cache
from typing import Final

from coos_license.expression import License, leaves
from coos_license.licenses import spdx_list
from coos_license.licenses.categories import is_categorized
from coos_license.licenses.expressions import parse_expression
from coos_license.licenses.names import license_ref, name_rows
from coos_license.policy.policy_table import near

_REFERENCE: Final = "LicenseRef-"
_MAGIC: Final = frozenset("*?[")


@cache
def _names() -> dict[str, tuple[str, ...]]:
    """Return the Gentoo names of each licence, as an expression of one licence."""
    found: dict[str, list[str]] = {}
    for name, row in name_rows().items():
        found.setdefault(row.expression or license_ref(name), []).append(name)
    return {spdx: tuple(names) for spdx, names in found.items()}


@lru_cache(maxsize=1 << 12)
def names_of(leaf: License) -> tuple[str, ...]:
    """Return all that a licence is called: as a whole, its id, its Gentoo names."""
    whole = str(leaf)
    return tuple(dict.fromkeys((whole, leaf.id, *_names().get(whole, ()))))


def is_meant(leaf: License, globs: Iterable[str]) -> bool:
    """Return whether one of the globs means a licence."""
    return any(fnmatchcase(name, glob) for name in names_of(leaf) for glob in globs)


@cache
def _known() -> frozenset[str]:
    """Return all names that a glob may mean."""
    references = {license_ref(name) for name in name_rows()}
    return frozenset(
        {*spdx_list.license_ids(), *name_rows(), *references}
        - spdx_list.deprecated_ids()
    )


def license_fault(glob: str) -> str:
    """Return what is wrong with the glob of a licence, ``""`` where nothing is.

    It must mean at least one that is known; a whole LicenseRef is taken as it is.
    """
    if glob.count("[") != glob.count("]"):
        return f"{glob!r} is no glob"
    if _MAGIC & set(glob):
        known = any(fnmatchcase(name, glob) for name in _known())
        return "" if known else f"no known licence is meant by {glob!r}"
    plain = glob.partition(" WITH ")[0]
    if plain in _known() or plain.startswith(_REFERENCE) or is_categorized(plain):
        return ""
    return f"there is no licence {glob!r}{near(plain, _known())}"


@lru_cache(maxsize=1 << 12)
def licenses_named(name: str) -> frozenset[License]:
    """Return the licences that a Gentoo name stands for."""
    row = name_rows().get(name)
    text = license_ref(name) if row is None or not row.expression else row.expression
    return frozenset(leaves(parse_expression(text)))

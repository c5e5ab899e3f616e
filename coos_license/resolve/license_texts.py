# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""Which text backs an SPDX licence that no LICENSE names: by the names that mean it.

Packages name licences as repositories do, and rules for implicit components as SPDX
does. The text is the same: that of the repository, else that of the SPDX list.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Final

from coos_license.expression import License
from coos_license.licenses.identify import identify_file
from coos_license.licenses.names import NameRow, license_ref, name_rows
from coos_license.model import TextUse
from coos_license.resolve.texts import Named, TextFinder

_REF: Final = "LicenseRef-"
_PLUS: Final = "-plus"
_GENTOO_REF: Final = license_ref("")


def named_by(leaf: License, finder: TextFinder, repository: str) -> Named:
    """Return what is known of a licence, under its own name in SPDX.

    ``repository`` is where texts are looked for first, ``""`` for no preference.
    """
    spdx = str(leaf)
    is_ref = leaf.id.startswith(_REF)
    names = _ref_names(leaf.id) if is_ref else _names().get(spdx, ())
    if leaf.exception and not names:
        found = named_by(License(leaf.id), finder, repository)
        more = _exception_text(leaf, finder)
        found = replace(found, uses=(*found.uses, *more) if more else ())
    else:
        known = [finder.named(name, repository) for name in names]
        found = _best(known, leaf, finder) or _of_list(spdx, finder)
    return replace(found, name=spdx, uses=_renamed(found, spdx))


def _best(known: Sequence[Named], leaf: License, finder: TextFinder) -> Named | None:
    """Return the name with a repository's text, else with any, else the first."""
    for one in known:
        if one.own and _is_of(one.own, leaf, finder):
            return one
    return next((one for one in known if one.uses), known[0] if known else None)


def _of_list(spdx: str, finder: TextFinder) -> Named:
    """Return a licence that no name means: its text is that of the list, or none."""
    row = NameRow(spdx, spdx, "license", (), "own", "", "")
    searched = finder.named(spdx, "").searched
    return Named(spdx, row, tuple(finder.list_texts(spdx, row)), None, (), searched, ())


def _exception_text(leaf: License, finder: TextFinder) -> tuple[TextUse, ...]:
    """Return the list's text of the exception of a licence."""
    spdx = str(leaf)
    row = NameRow(spdx, spdx, "license", (), "", "", "")
    return tuple(
        use
        for use in finder.list_texts(spdx, row)
        if use.path.endswith(f"/{leaf.exception}")
    )


def _renamed(found: Named, spdx: str) -> tuple[TextUse, ...]:
    """Return the texts as ones of the licence, those that it points at among them."""
    return tuple(
        replace(use, name=spdx, pointed_from=spdx if use.pointed_from else None)
        for use in found.uses
    )


@lru_cache(maxsize=1)
def _names() -> dict[str, tuple[str, ...]]:
    """Return the names that stand for each SPDX licence alone, the shortest first.

    Not those whose text carries the notice of another work.
    """
    found: dict[str, list[str]] = {}
    for row in name_rows().values():
        if row.kind == "license" and row.notice != "own" and row.expression:
            found.setdefault(row.expression, []).append(row.name)
    return {
        spdx: tuple(sorted(names, key=lambda name: (len(name), name)))
        for spdx, names in found.items()
    }


def _ref_names(spdx: str) -> tuple[str, ...]:
    """Return the names that a LicenseRef may stand for.

    >>> _ref_names("LicenseRef-gentoo-linux-fw-redistributable")
    ('linux-fw-redistributable',)
    >>> _ref_names("LicenseRef-Vendor")
    ('Vendor',)
    """
    if not spdx.startswith(_GENTOO_REF):
        return (spdx.removeprefix(_REF),)
    bare = spdx.removeprefix(_GENTOO_REF)
    return tuple(dict.fromkeys(_spelled(spdx, bare)))


def _spelled(spdx: str, bare: str) -> Iterator[str]:
    """Yield the names whose LicenseRef is ``spdx``; some name in any case."""
    for name in (bare.replace(_PLUS, "+"), *name_rows()):
        if license_ref(name) == spdx:
            yield name
    yield bare


def _is_of(sha256: str, leaf: License, finder: TextFinder) -> bool:
    """Return whether a text is not that of another licence."""
    ids = identify_file(sha256, finder.content(sha256)).ids
    return not ids or leaf.id in ids or leaf.id.startswith(_REF)

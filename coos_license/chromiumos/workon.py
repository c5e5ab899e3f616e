# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""Where in a checkout the sources of a cros-workon package lie.

Source: chromiumos-overlay, ``eclass/cros-workon.eclass`` (``get_paths``,
``array_vars_autocomplete``), editions of 2012 to 2022.
"""

import posixpath
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from coos_license.errors import ReadError
from coos_license.model import PackageId
from coos_license.portage.assignments import Values, assignments

_PREFIX: Final = "CROS_WORKON_"
_NAMES: Final = ("PROJECT", "SRCPATH", "LOCALNAME", "SUBTREE", "DESTDIR", "SUBDIR")
_WANTED: Final = frozenset(f"{_PREFIX}{name}" for name in _NAMES)
#: Any of these makes a package one that is built from a checkout.
_MARKS: Final = ("PROJECT", "SRCPATH", "LOCALNAME")
#: Categories whose names are relative to ``src``; all others are of third parties.
_OWN: Final = ("chromeos-base", "brillo-base")
#: Where the sources of a package are put, which ``DESTDIR`` is below of.
_S: Final = "/S"


@dataclass(frozen=True, slots=True)
class Project:
    """A project that a package is built from.

    ``places`` are the directories of a checkout that it may lie in, the first one
    counts; ``subtree`` what of it is used, all where empty. ``name`` is its place
    among the package's sources, ``""`` where it is all of them.
    """

    places: tuple[str, ...]
    subtree: tuple[str, ...]
    name: str


def projects_of(text: str, package: PackageId) -> tuple[Project, ...]:
    """Return the projects of a package by its ebuild or its saved environment.

    None where it is not built from a checkout. Raises: ReadError where they cannot be
    told.
    """
    values = assignments(text, _WANTED, _known(package))
    if not any(f"{_PREFIX}{name}" in values for name in _MARKS):
        return ()
    given = {name: _given(values, name) for name in _NAMES}
    count = max(len(given["PROJECT"]), len(given["SRCPATH"]), 1)
    return tuple(_project(given, at, count, package) for at in range(count))


def _known(package: PackageId) -> dict[str, str]:
    """Return the variables that an ebuild may use in its own (PMS 11.1)."""
    version, _, revision = package.version.partition("-r")
    return {
        "CATEGORY": package.category,
        "PN": package.name,
        "PV": version,
        "PR": f"r{revision or 0}",
        "PVR": package.version,
        "P": f"{package.name}-{version}",
        "PF": package.pf,
        "S": _S,
        "WORKDIR": posixpath.dirname(_S),
    }


def _given(values: Mapping[str, Values], name: str) -> tuple[str, ...]:
    """Return the values of a variable, none where it has none. Raises: ReadError.

    Where sources are put only says how they are shown.
    """
    found = values.get(f"{_PREFIX}{name}", ())
    if found is None:
        if name == "DESTDIR":
            return ()
        message = f"{_PREFIX}{name} is computed, which is not done here"
        raise ReadError(message)
    return found if any(found) else ()


def _project(
    given: Mapping[str, tuple[str, ...]], at: int, count: int, package: PackageId
) -> Project:
    """Return one project of a package. Raises: ReadError."""
    source = _value(given, "SRCPATH", at, count)
    local = _value(given, "LOCALNAME", at, count) or package.name
    below = _value(given, "SUBDIR", at, count)
    base = "src" if package.category in _OWN else "src/third_party"
    if source:
        places = [source]
    else:
        places = [f"{base}/{local}/{below}", f"{base}/platform/{local}/{below}"]
    subtree = _value(given, "SUBTREE", at, count).split()
    name = _value(given, "DESTDIR", at, count).removeprefix(_S).strip("/")
    if count > 1 and not name:
        name = posixpath.basename((source or local).rstrip("/"))
    return Project(
        tuple(_inside(place) for place in places),
        tuple(_inside(one) for one in subtree),
        _inside(name) if name else "",
    )


def _value(given: Mapping[str, tuple[str, ...]], name: str, at: int, count: int) -> str:
    """Return a variable's value for one project; a single value is for all.

    Raises: ReadError.
    """
    values = given[name]
    if len(values) > 1 and len(values) != count:
        message = f"{_PREFIX}{name} has {len(values)} values for {count} projects"
        raise ReadError(message)
    if not values:
        return ""
    return values[at] if len(values) > 1 else values[0]


def _inside(path: str) -> str:
    """Return a path without ``..``. Raises: ReadError where it leads outside."""
    normal = posixpath.normpath(path)
    if normal.startswith(("../", "/")) or normal == "..":
        message = f"{_PREFIX}variables lead out of the checkout"
        raise ReadError(message)
    return normal

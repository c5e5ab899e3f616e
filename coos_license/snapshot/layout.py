# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""Where a snapshot has what, and which members of any archive are worth keeping.

``root/`` is SOURCE, ``components/`` what is read of its programs,
``repos/<repo_name>/`` the repositories, ``licenses/``, ``licenses-2/`` and so on the
``--licenses`` directories, as evidence paths name them.
``snapshot.json`` says in which order they were given:
``{"schema": 1, "repositories": ["portage-stable"], "licenses": 0}``. With
``"ships": "all"`` the root is that of an image although its vdb is that of a sysroot.
``sources/`` is what was found in the packages' own sources: ``snapshot/sources.py``.
"""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from coos_license.chromiumos.databases import BINARIES
from coos_license.chromiumos.package_info import LIMIT as PACKAGE_LIST_LIMIT
from coos_license.chromiumos.package_info import PLACES as PACKAGE_LISTS
from coos_license.chromiumos.release import RELEASE_FILES, RELEASE_LIMIT
from coos_license.components.places import may_be_program_below, plain_limit
from coos_license.components.reading import built_limit
from coos_license.errors import ReadError
from coos_license.portage.binary_package import KEYS, OUTER, OUTER_LIMIT
from coos_license.portage.binhost import SUFFIXES
from coos_license.portage.entry import ALL_FILES, LIMITS
from coos_license.portage.names import is_repository_name, package_id
from coos_license.portage.package_index import INDEX, INDEX_LIMIT
from coos_license.portage.repository import (
    BESIDE_EBUILDS,
    CACHE,
    CACHE_LIMIT,
    EBUILD,
    EBUILD_LIMIT,
    PATCH_LIMIT,
    SMALL_FILES,
    SMALL_LIMIT,
    TEXT_LIMIT,
)
from coos_license.portage.repository import (
    FILES as EBUILD_FILES,
)
from coos_license.portage.search_path import CONF, CONF_DIRECTORY, CONF_LIMIT
from coos_license.trees.nodes import IN_PART, UNREAD
from coos_license.trees.text import show

ROOT: Final = "root"
COMPONENTS: Final = "components"
REPOSITORIES: Final = "repos"
SOURCES: Final = "sources"
SOURCES_INDEX: Final = "index.json"
#: Of 750 packages with their sources it has 1 MB.
SOURCES_INDEX_LIMIT: Final = 1 << 26
MANIFEST: Final = "snapshot.json"
MANIFEST_LIMIT: Final = 1 << 16
_SCHEMA: Final = 1
_ALL: Final = "all"
_MOST_LICENSES: Final = 999
_TEXTS: Final = re.compile(r"licenses(?:-[0-9]+)?")
#: Other files of a vdb entry are kept where they are short: a wanted one may be a hard
#: link to them (``DEPEND`` and ``BDEPEND`` are often equal, and some stores merge what
#: is equal).
_SHORT: Final = 1 << 12
_RELEASE: Final = frozenset(tuple(path.split("/")) for path in RELEASE_FILES)
_SEARCH_PATH: Final = tuple(CONF.split("/"))
_SEARCH_PATHS: Final = tuple(CONF_DIRECTORY.split("/"))
_PACKAGE_LISTS: Final = frozenset(tuple(path.split("/")) for path in PACKAGE_LISTS)
_SMALL: Final = frozenset(tuple(path.split("/")) for path in SMALL_FILES)
_CACHE: Final = tuple(CACHE.split("/"))
#: Parts of ``<category>/<name>/Manifest``.
_BESIDE: Final = 3


@dataclass(frozen=True, slots=True)
class Manifest:
    """The names of the repositories, and how many text directories, in order.

    ``ships_all``: the packages are those of an image, and the vdb's place does not say.
    """

    repositories: tuple[str, ...]
    licenses: int
    ships_all: bool = False

    def repository_places(self) -> tuple[str, ...]:
        """Return where the repositories lie."""
        return tuple(f"{REPOSITORIES}/{name}" for name in self.repositories)

    def license_places(self) -> tuple[str, ...]:
        """Return where the text directories lie."""
        return tuple(license_place(number) for number in range(1, self.licenses + 1))


def license_place(number: int) -> str:
    """Return the place of a ``--licenses`` directory, counted from 1.

    >>> license_place(1), license_place(2)
    ('licenses', 'licenses-2')
    """
    return "licenses" if number == 1 else f"licenses-{number}"


def write_manifest(manifest: Manifest) -> bytes:
    """Return ``snapshot.json``."""
    value: dict[str, object] = {
        "schema": _SCHEMA,
        "repositories": manifest.repositories,
        "licenses": manifest.licenses,
    }
    if manifest.ships_all:
        value["ships"] = _ALL
    return f"{json.dumps(value, indent=2)}\n".encode()


def parse_manifest(content: bytes) -> Manifest:
    """Return what ``snapshot.json`` says. Raises: ReadError."""
    try:
        value = json.loads(content)
    except (ValueError, RecursionError) as error:
        message = f"{MANIFEST} is no JSON"
        raise ReadError(message) from error
    if not isinstance(value, dict):
        value = {}
    schema = value.get("schema")
    if schema != _SCHEMA:
        message = f"{MANIFEST} is of schema {show(str(schema))}, not {_SCHEMA}"
        raise ReadError(message)
    names, count = value.get("repositories"), value.get("licenses")
    if not (
        isinstance(names, list)
        and all(isinstance(name, str) and is_repository_name(name) for name in names)
        and len(set(names)) == len(names)
        and type(count) is int
        and 0 <= count <= _MOST_LICENSES
    ):
        message = f"{MANIFEST} does not name repositories and count text directories"
        raise ReadError(message)
    ships = value.get("ships")
    if ships is not None and ships != _ALL:
        message = f"{MANIFEST} says that {show(str(ships))!r} ships, not {_ALL!r}"
        raise ReadError(message)
    return Manifest(tuple(names), count, ships == _ALL)


def keep_limit(path: Sequence[str]) -> int:
    """Return how many bytes of an archive's file are kept; ``UNREAD``, ``IN_PART``.

    The root may lie at any depth, so a file counts by the end of its path; what only
    snapshots hold counts from the top.

    >>> keep_limit(("root", "var", "db", "pkg", "app-misc", "foo-1", "USE"))
    1048576
    >>> keep_limit(("root", "usr", "share", "foo"))
    -1
    >>> keep_limit(("root", "usr", "lib", "foo-1.dist-info", "METADATA"))
    1048576
    """
    component = built_limit(path) if path[0] == COMPONENTS else plain_limit(path)
    if component is not None:
        return component
    anywhere = _sysroot_limit(path)
    limit = _snapshot_limit(tuple(path)) if anywhere is None else anywhere
    return IN_PART if limit == UNREAD and may_be_program_below(path) else limit


def _sysroot_limit(path: Sequence[str]) -> int | None:
    """Return how many bytes are kept of a file of a sysroot, ``None`` for any other."""
    name = path[-1]
    if _is_entry_file(path):
        return LIMITS.get(name, LIMITS[""]) if name in ALL_FILES else _SHORT
    if tuple(path[-2:]) in _RELEASE or tuple(path[-3:]) in _RELEASE:
        return RELEASE_LIMIT
    if tuple(path[-2:]) == _SEARCH_PATH or tuple(path[-3:-1]) == _SEARCH_PATHS:
        return CONF_LIMIT
    if tuple(path[-2:]) in _PACKAGE_LISTS:
        return PACKAGE_LIST_LIMIT
    if ("db", "pkg") in (tuple(path[-3:-1]), tuple(path[-4:-2])):
        return 0  # a stray file: that it is there is all that counts
    return None


def _snapshot_limit(path: tuple[str, ...]) -> int:
    """Return how many bytes are kept of a file that only snapshots have."""
    top, *_ = path
    if top == ROOT:
        return _root_limit(path[1:])
    if top == REPOSITORIES:
        return _repository_limit(path[2:])
    if top == SOURCES:
        is_index = path[1:] == (SOURCES_INDEX,)
        return SOURCES_INDEX_LIMIT if is_index else TEXT_LIMIT
    if _TEXTS.fullmatch(top):
        return TEXT_LIMIT
    return MANIFEST_LIMIT if path == (MANIFEST,) else UNREAD


def _root_limit(path: tuple[str, ...]) -> int:
    """Return how many bytes are kept of a file of a SOURCE that is no sysroot."""
    if path[:2] == _CACHE:
        return CACHE_LIMIT
    if path in _SMALL:
        return SMALL_LIMIT
    return _binary_limit(path) if path[:1] == (BINARIES,) else UNREAD


def _binary_limit(path: tuple[str, ...]) -> int:
    """Return how many bytes of a file among the binary packages are kept at most.

    Of what is odd there the name is all that counts.
    """
    name = path[-1]
    if path == (BINARIES, INDEX):
        return INDEX_LIMIT
    if not path[-2:-1] or not path[-2].endswith(SUFFIXES):
        return 0
    if name == OUTER:
        return OUTER_LIMIT
    return LIMITS.get(name, LIMITS[""]) if name in KEYS else UNREAD


def _is_entry_file(path: Sequence[str]) -> bool:
    """Return whether the path ends in a metadata file of a vdb entry."""
    name = path[-1]
    return (
        (name in ALL_FILES or name.isupper())
        and len(path) > 2  # noqa: PLR2004 (category, entry, file)
        and package_id(path[-3], path[-2]) is not None
    )


def _repository_limit(path: tuple[str, ...]) -> int:
    """Return how many bytes of a repository's file are kept at most."""
    if path[:1] == ("licenses",):
        return TEXT_LIMIT
    if path[: len(_CACHE)] == _CACHE:
        return CACHE_LIMIT
    if len(path) == _BESIDE and path[-1] in BESIDE_EBUILDS:
        return BESIDE_EBUILDS[path[-1]]
    if len(path) == _BESIDE and path[-1].endswith(EBUILD):
        return EBUILD_LIMIT
    if len(path) > _BESIDE and path[_BESIDE - 1] == EBUILD_FILES:
        return PATCH_LIMIT
    return SMALL_LIMIT if path in _SMALL else UNREAD

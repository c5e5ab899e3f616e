# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""``license.yaml`` and ``license.json``: what Chromium OS's licence hook found.

The hook runs after ``src_install`` of each package and leaves its result in the
package database, the texts that it found in the package's sources among them. Source:
chromite ``licensing/licenses_lib.py``; the YAML is a dump of pairs with Python tags.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from coos_license.chromiumos.dumped_yaml import load_dumped_yaml
from coos_license.errors import ReadError
from coos_license.trees.text import in_full

#: The head of a scanned text: its origin, and where it lay.
_HEAD: Final = re.compile(
    r"(?:Scanned Source|Copyright Attribution) License (?P<path>[^\n]*):\n\n?"
)
#: A path that is shown; more is no path that a source archive has.
_PATH_CHARACTERS: Final = 1024


@dataclass(frozen=True, slots=True)
class ScannedText:
    """A text that the hook found; ``path`` is below the source tree or a repository.

    ``content`` is UTF-8, without the head that the hook put before it.
    """

    path: str
    content: bytes


@dataclass(frozen=True, kw_only=True, slots=True)
class LicenseCache:
    """What a cache says; ``None`` and empty where it says nothing.

    ``version`` is without revision, ``revision`` without ``r``, ``0`` where none is.
    ``license_names`` are those that the hook settled on, fewer or other than those of
    LICENSE.
    """

    category: str | None
    name: str | None
    version: str | None
    revision: str
    license_names: frozenset[str]
    scanned: tuple[ScannedText, ...]
    skip: bool
    tainted: bool


def parse_license_cache(name: str, content: bytes) -> LicenseCache:
    """Return what the cache file ``name`` says. Raises: ReadError."""
    value = _load_json(content) if name.endswith(".json") else _load_yaml(content)
    return LicenseCache(
        category=_text(value, "category"),
        name=_text(value, "name"),
        version=_text(value, "version"),
        revision=_text(value, "revision") or "0",
        license_names=frozenset(_texts(value, "license_names")),
        scanned=tuple(map(_scanned, _texts(value, "license_text_scanned"))),
        skip=value.get("skip") is True,
        tainted=value.get("tainted") is True,
    )


def _load_json(content: bytes) -> Mapping[str, object]:
    """Return the object of a license.json. Raises: ReadError."""
    import orjson  # noqa: PLC0415 - few sources have such a cache

    try:
        value = orjson.loads(content)
    except orjson.JSONDecodeError as error:
        message = f"is no JSON (line {error.lineno})"
        raise ReadError(message) from error
    if not isinstance(value, dict):
        message = "is no JSON object"
        raise ReadError(message)
    return value


def _load_yaml(content: bytes) -> Mapping[str, object]:
    """Return the pairs of a license.yaml. Raises: ReadError."""
    value = load_dumped_yaml(content)
    if not isinstance(value, tuple):
        message = "is no list of pairs"
        raise ReadError(message)
    pairs: dict[str, object] = {}
    for pair in value:
        match pair:
            case (str(key), item):
                pairs[key] = item
            case _:
                message = "is no list of pairs"
                raise ReadError(message)
    return pairs


def _text(value: Mapping[str, object], key: str) -> str | None:
    """Return a text or a number of the cache. Raises: ReadError."""
    match value.get(key):
        case None:
            return None
        case str(text):
            return text
        case int(number) if not isinstance(number, bool):
            return str(number)
        case _:
            message = f"holds no text as {key}"
            raise ReadError(message)


def _texts(value: Mapping[str, object], key: str) -> tuple[str, ...]:
    """Return the texts of a list or set. Raises: ReadError."""
    items = value.get(key)
    if items is None:
        return ()
    if isinstance(items, list | tuple) and all(isinstance(item, str) for item in items):
        return tuple(items)
    message = f"holds no list of texts as {key}"
    raise ReadError(message)


def _scanned(text: str) -> ScannedText:
    r"""Return a scanned text and where it came from.

    >>> _scanned("Scanned Source License wget-1.20.3/COPYING:\n\nGNU GENERAL")
    ScannedText(path='wget-1.20.3/COPYING', content=b'GNU GENERAL')
    """
    head = _HEAD.match(text)
    path = head["path"][:_PATH_CHARACTERS] if head else ""
    parts = [part for part in in_full(path).split("/") if part not in ("", ".", "..")]
    body = text[head.end() :] if head else text
    return ScannedText("/".join(parts), body.encode(errors="replace"))

# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""Name, version and licence of an installed npm package.

Source: npm's ``package.json`` documentation, field ``license`` with its older forms:
an object with ``type``, and ``licenses``, a list of such objects.
"""

import json
from dataclasses import dataclass
from typing import Any, Final

from coos_license.errors import ReadError
from coos_license.trees.text import clean

_BOM: Final = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True)
class NodePackage:
    """What package.json says; ``licenses`` has several only in its oldest form."""

    name: str
    version: str
    licenses: tuple[str, ...]


def parse_package_json(content: bytes) -> NodePackage:
    """Return what package.json says. Raises: ReadError where it says no name.

    >>> parse_package_json(b'{"name": "@a/b", "version": "1.0.0", "license": "MIT"}')
    NodePackage(name='@a/b', version='1.0.0', licenses=('MIT',))
    """
    try:
        value = json.loads(content.removeprefix(_BOM))
    except (ValueError, RecursionError) as error:
        raise ReadError("is no JSON") from error
    name = _word(value.get("name")) if isinstance(value, dict) else ""
    if not name:
        raise ReadError("states no name of a package")
    many = value.get("licenses")
    stated = [value.get("license"), *(many if isinstance(many, list) else [many])]
    return NodePackage(
        name,
        _word(value.get("version")),
        tuple(dict.fromkeys(filter(None, map(_license, stated)))),
    )


def _license(stated: Any) -> str:  # noqa: ANN401 (any JSON value)
    """Return one licence as stated, empty where it is not."""
    return _word(stated.get("type") if isinstance(stated, dict) else stated)


def _word(value: Any) -> str:  # noqa: ANN401 (any JSON value)
    """Return a string as one clean line, empty for anything else."""
    return " ".join(clean(value).split()) if isinstance(value, str) else ""

# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""Name, version and licence of an installed Python distribution.

Source: Core metadata specifications of the Python Packaging User Guide, versions 1.0
to 2.4 (PEP 639). A reader of its own: ``email`` takes longer to import than a thousand
of these files to read.
"""

from dataclasses import dataclass
from typing import Final

from coos_license.errors import ReadError
from coos_license.trees.text import clean_bytes

_LICENSE_CLASSIFIER: Final = "License :: "
#: What setuptools wrote where nothing was stated.
_NOTHING: Final = "UNKNOWN"


@dataclass(frozen=True, slots=True)
class Distribution:
    """What METADATA or PKG-INFO says; empty where it does not."""

    name: str
    version: str
    expression: str
    license: str
    classifiers: tuple[str, ...]


def parse_metadata(content: bytes) -> Distribution:
    r"""Return what the headers say. Raises: ReadError where they do not say a name.

    >>> parse_metadata(b"Name: Foo\nVersion: 1\nLicense: BSD\n\nName: no header").name
    'Foo'
    """
    fields = _fields(clean_bytes(content)[0])
    stated = {key: values[0] for key, values in fields.items()}
    name = stated.get("name", "")
    if not name:
        raise ReadError("states no name of a distribution")
    return Distribution(
        name,
        stated.get("version", ""),
        stated.get("license-expression", ""),
        stated.get("license", ""),
        tuple(
            value
            for value in dict.fromkeys(fields.get("classifier", ()))
            if value.startswith(_LICENSE_CLASSIFIER)
        ),
    )


def _fields(text: str) -> dict[str, list[str]]:
    """Return field in lower case -> its values, up to the first empty line.

    A line that begins with white space belongs to the one before.
    """
    lines: list[list[str]] = []
    for line in text.split("\n"):
        if not line:
            break
        if line[0] in " \t" and lines:
            lines[-1].append(line.strip())
        else:
            lines.append([line])
    fields: dict[str, list[str]] = {}
    for first, *more in lines:
        name, colon, value = first.partition(":")
        words = " ".join(" ".join((value, *more)).split())
        if colon and words and words != _NOTHING:
            fields.setdefault(name.strip().lower(), []).append(words)
    return fields

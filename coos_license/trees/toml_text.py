# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""TOML from outside, within bounds that the standard library's parser lacks."""

import re
import tomllib
from typing import Any, Final

from coos_license.errors import ReadError

#: tomllib takes memory that grows with the square of the parts of one dotted key:
#: 2 GB for 20,000 parts. Our own files have three at most, lock files of Cargo five.
_MOST_PARTS: Final = 16
_PART: Final = r"""(?:[A-Za-z0-9_-]+|"[^"\n]*"|'[^'\n]*')"""
_LONG_KEY: Final = re.compile(
    rf"(?:^|[\[{{,])[ \t]*{_PART}(?:[ \t]*\.[ \t]*{_PART}){{{_MOST_PARTS}}}",
    re.MULTILINE,
)


def parse_toml(text: str) -> dict[str, Any]:
    """Return the top table of a TOML document.

    Raises: ReadError, where it is no TOML, nests too deep for the parser, has an
    integer that is longer than Python reads, or a key of too many parts.
    """
    if _LONG_KEY.search(text):
        raise ReadError(f"is no TOML: a key has more than {_MOST_PARTS} parts")
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ReadError(f"is no TOML: {error}") from error
    except RecursionError as error:
        raise ReadError("is no TOML: values are nested too deep") from error
    except ValueError as error:
        # The one other error of it: int() takes 4,300 digits, TOML wants 64 bits.
        raise ReadError("is no TOML: a number is too long") from error

# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""JSON objects with long lists in them, written a few hundred members at a time."""

from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import Any, Final

_AT_ONCE: Final = 500


def json_object(values: Mapping[str, Any]) -> Iterator[bytes]:
    """Yield the object indented by two, as UTF-8 that ends in a line feed.

    A value that is an iterator becomes a list, whose members are asked for as they are
    written: the whole is never in memory.
    """
    import orjson  # noqa: PLC0415 (heavy: only when a document is written)

    between = b"{\n  "
    for key, value in values.items():
        yield between + orjson.dumps(key) + b": "
        between = b",\n  "
        if isinstance(value, Iterator):
            yield from _json_list(value)
        else:
            yield _indented(orjson.dumps(value, option=orjson.OPT_INDENT_2))
    yield b"\n}\n"


def _json_list(members: Iterable[Any]) -> Iterator[bytes]:
    """Yield a list that is the value of a key."""
    import orjson  # noqa: PLC0415 (as above)

    begin = b"["
    left = iter(members)
    while some := list(islice(left, _AT_ONCE)):
        # The list's own brackets go; its members already stand at the right depth.
        yield begin + _indented(orjson.dumps(some, option=orjson.OPT_INDENT_2)[1:-2])
        begin = b","
    yield b"\n  ]" if begin == b"," else b"[]"


def _indented(content: bytes) -> bytes:
    """Return JSON one level deeper; strings hold no line feeds."""
    return content.replace(b"\n", b"\n  ")

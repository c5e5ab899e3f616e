# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""YAML as Python's dumper writes plain values, read without making Python objects.

It is read as events, so that no tag can name a constructor and no alias can unfold;
what is not a list, a mapping or a scalar of the tags below is refused.
"""

import base64
import binascii
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from coos_license.errors import ReadError
from coos_license.trees.text import decode, show

if TYPE_CHECKING:
    import yaml

_STANDARD: Final = "tag:yaml.org,2002:"
_SEQUENCES: Final = frozenset((None, f"{_STANDARD}seq", f"{_STANDARD}python/tuple"))
_MAPPINGS: Final = frozenset((None, f"{_STANDARD}map"))
_SET: Final = f"{_STANDARD}set"
_BINARY: Final = f"{_STANDARD}binary"
_TEXTS: Final = frozenset((f"{_STANDARD}str", f"{_STANDARD}python/unicode"))
_SCALARS: Final = frozenset(
    (None, "!", *(f"{_STANDARD}{name}" for name in ("bool", "float", "int", "null")))
)
#: YAML 1.1 spellings that the dumper uses for values that are no text.
_CONSTANTS: Final = {"null": None, "~": None, "": None, "true": True, "false": False}
_DEEPEST: Final = 8
_MOST_VALUES: Final = 100_000

_TOO_MUCH: Final = "is nested too deep or holds too many values"


def load_dumped_yaml(content: bytes) -> object:
    """Return the one document: ``str``, ``bool``, ``None``, ``tuple`` or ``dict``.

    Lists, tuples and sets come as tuples in the order written; a number as its text.
    Raises: ReadError.
    """
    import yaml  # noqa: PLC0415 - few sources have such a cache

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        return _Reader(yaml.parse(content, Loader=loader)).document()
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f" (line {mark.line + 1})" if mark else ""
        message = f"is no YAML{where}"
        raise ReadError(message) from error


class _Reader:
    """Turns the events of one document into values, no more and no deeper than fits."""

    def __init__(self, events: Iterator["yaml.Event"]) -> None:
        """Read from ``events``."""
        self._events = events
        self._left = _MOST_VALUES

    def document(self) -> object:
        """Return the value of the only document. Raises: ReadError."""
        from yaml import events as kinds  # noqa: PLC0415 - as the parser

        value: object = None
        seen = False
        for event in self._events:
            if isinstance(event, kinds.NodeEvent):
                if seen:
                    message = "holds more than one document"
                    raise ReadError(message)
                value, seen = self._value(event, _DEEPEST), True
        return value

    def _value(self, event: "yaml.Event", deepest: int) -> object:
        """Return the value that begins with an event. Raises: ReadError."""
        from yaml import events as kinds  # noqa: PLC0415 - as the parser

        self._left -= 1
        if self._left < 0 or deepest < 0:
            raise ReadError(_TOO_MUCH)
        match event:
            case kinds.ScalarEvent():
                return _scalar(event.tag, event.value, plain=not event.style)
            case kinds.SequenceStartEvent(tag=tag) if tag in _SEQUENCES:
                return tuple(self._items(deepest - 1))
            case kinds.MappingStartEvent(tag=tag) if tag in _MAPPINGS:
                items = list(self._items(deepest - 1))
                keys = [str(key) for key in items[::2]]
                return dict(zip(keys, items[1::2], strict=True))
            case kinds.MappingStartEvent(tag=tag) if tag == _SET:
                return tuple(self._items(deepest - 1))[::2]
            case kinds.AliasEvent():
                message = "holds an alias, which is not followed"
                raise ReadError(message)
            case _:
                raise _refused(getattr(event, "tag", None))

    def _items(self, deepest: int) -> Iterator[object]:
        """Yield the values up to the end of the collection that was begun."""
        from yaml import events as kinds  # noqa: PLC0415 - as the parser

        for event in self._events:
            if isinstance(event, kinds.CollectionEndEvent):
                return
            yield self._value(event, deepest)


def _scalar(tag: str | None, text: str, *, plain: bool) -> object:
    """Return a scalar; only a plain one may be a constant. Raises: ReadError."""
    if tag in _TEXTS:
        return text
    if tag == _BINARY:
        try:
            return decode(base64.b64decode(text.encode(), validate=False))[0]
        except (binascii.Error, UnicodeEncodeError) as error:
            message = "holds binary that is no base64"
            raise ReadError(message) from error
    if tag not in _SCALARS:
        raise _refused(tag)
    return _CONSTANTS.get(text, text) if plain else text


def _refused(tag: str | None) -> ReadError:
    """Return the error for a tag that would make another kind of value."""
    return ReadError(f"holds the tag {show(str(tag))!r}, which is not read")

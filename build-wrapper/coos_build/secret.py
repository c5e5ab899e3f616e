# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""The shared user's password: fed to standard input, shown nowhere."""

import os
import sys
from typing import Final

from coos_build.errors import BuildError

_LIMIT: Final = 1024


class Secret:
    """A password that does not show itself; :meth:`line` is the only way to it."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        """Keep it. Raises: BuildError where it could not be typed at a login."""
        if not text or not text.isprintable() or len(text) > _LIMIT:
            message = "is empty, too long, or holds a character that cannot be typed"
            cure = "give one line of text"
            raise BuildError(message, where="password", cure=cure)
        self._text = text

    def __repr__(self) -> str:
        """Hide it."""
        return "Secret(***)"

    __str__ = __repr__

    def line(self) -> bytes:
        """Return it as a script reads it."""
        return self._text.encode() + b"\n"

    def reveal(self) -> str:
        """Return it for the login of a virtual machine."""
        return self._text


def read_secret(descriptor: int) -> Secret:
    """Return the first line of a descriptor. Raises: BuildError."""
    content = b""
    try:
        while b"\n" not in content and len(content) <= _LIMIT:
            chunk = os.read(descriptor, _LIMIT)
            if not chunk:
                break
            content += chunk
        return Secret(content.split(b"\n")[0].removesuffix(b"\r").decode())
    except OSError as error:
        message = f"cannot be read: {error.strerror}"
        where = f"descriptor {descriptor}"
        raise BuildError(message, where=where, cure="open it for reading") from error
    except UnicodeDecodeError as error:
        raise BuildError(
            "is no UTF-8", where="password", cure="give one line of text"
        ) from error


def can_ask() -> bool:
    """Return whether there is a person to ask."""
    return sys.stdin.isatty()

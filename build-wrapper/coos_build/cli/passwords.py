# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""Where the shared user's password comes from: a descriptor, or a person."""

import getpass
import sys

from coos_build.errors import BuildError
from coos_build.secret import Secret, can_ask, read_secret


def obtain_secret(*, from_stdin: bool, descriptor: int | None) -> Secret:
    """Return the password; asked twice of a person. Raises: BuildError."""
    if from_stdin:
        return read_secret(sys.stdin.fileno())
    if descriptor is not None:
        return read_secret(descriptor)
    if not can_ask():
        message = "is needed for the shared user, and there is no terminal to ask at"
        cure = "give --password-stdin, --password-fd N, or --no-set-password"
        raise BuildError(message, where="password", cure=cure)
    first = getpass.getpass("Password for the shared user of the image: ")
    if first != getpass.getpass("Once more: "):
        raise BuildError("differs", where="password", cure="type the same twice")
    return Secret(first)

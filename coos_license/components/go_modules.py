# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""The lists of modules that lie in the sources of a Go program.

Source: the Go Modules Reference, sections "go.mod files", "go.sum files", "Vendoring"
and "Module cache" (names of directories in it).
"""

import re
from dataclasses import dataclass
from typing import Final

from coos_license.components.go_build import Module
from coos_license.errors import ReadError
from coos_license.trees.text import clean_bytes

_GO_MOD: Final = "/go.mod"
_ARROW: Final = "=>"
_UPPER: Final = re.compile(r"[A-Z]")
_LOCAL: Final = ("./", "../", "/")
_LOCAL_NAMES: Final = (".", "..")
_SUM_FIELDS: Final = 3


@dataclass(frozen=True, slots=True)
class Sum:
    """That a line of go.sum gives the checksum of a module's files."""

    path: str
    version: str
    checksum: str
    line: int


@dataclass(frozen=True, slots=True)
class Vendored:
    """A module whose packages lie below ``vendor/<directory>``.

    ``module`` is what was taken: what replaces the module of that name, where it is
    replaced.
    """

    directory: str
    module: Module
    line: int


@dataclass(frozen=True, slots=True)
class GoMod:
    """What a go.mod says: its module's path, and the directories that replace others.

    ``local`` holds (path of the replaced module, directory as written).
    """

    path: str
    local: tuple[tuple[str, str], ...] = ()


def parse_go_sum(content: bytes) -> tuple[Sum, ...]:
    r"""Return the checksums of modules; those of their go.mod files alone are none.

    Raises: ReadError for a line that is no checksum.

    >>> parse_go_sum(b"a.example/b v1.0.0 h1:A=\na.example/b v1.0.0/go.mod h1:B=\n")
    (Sum(path='a.example/b', version='v1.0.0', checksum='h1:A=', line=1),)
    """
    sums = []
    for number, line in enumerate(clean_bytes(content)[0].split("\n"), start=1):
        fields = line.split()
        if not fields:
            continue
        if len(fields) != _SUM_FIELDS:
            raise ReadError(f"is no go.sum: line {number}")
        path, version, checksum = fields
        if not version.endswith(_GO_MOD):
            sums.append(Sum(path, version, checksum, number))
    return tuple(sums)


def parse_modules_txt(content: bytes) -> tuple[Vendored, ...]:
    r"""Return the modules of which packages are vendored.

    One without packages is named there for its version alone: nothing of it is in
    ``vendor/``. Raises: ReadError for a module line that is none.

    >>> parse_modules_txt(b"# a.example/b v1.0.0\n## explicit\na.example/b/c\n")[0].line
    1
    """
    found: list[Vendored] = []
    head: Vendored | None = None
    for number, line in enumerate(clean_bytes(content)[0].split("\n"), start=1):
        if line.startswith("# "):
            head = _vendored(line[2:].split(), number)
        elif line.strip() and not line.startswith("#") and head is not None:
            found.append(head)
            head = None
    return tuple(found)


def _vendored(fields: list[str], line: int) -> Vendored | None:
    """Return the module of a line; none where only a replacement is recorded.

    Raises: ReadError.
    """
    at = fields.index(_ARROW) if _ARROW in fields else len(fields)
    old, new = fields[:at], fields[at + 1 :]
    if len(old) == 1 and new:
        return None
    if len(old) != 2 or (at < len(fields) and len(new) not in (1, 2)):  # noqa: PLR2004 (path, version)
        raise ReadError(f"is no list of vendored modules: line {line}")
    path, version = old
    if not _is_path(path) or (new and not is_local(new[0]) and not _is_path(new[0])):
        raise ReadError(f"is no list of vendored modules: line {line}")
    if not new:
        return Vendored(path, Module(path, version), line)
    if is_local(new[0]):
        return Vendored(path, Module(path, "", replaces=path), line)
    if len(new) == 1:
        raise ReadError(f"is no list of vendored modules: line {line}")
    return Vendored(path, Module(new[0], new[1], replaces=path), line)


def _is_path(path: str) -> bool:
    """Return whether a module may be called so: its name is a path that leads down."""
    return not {"", ".", ".."} & set(path.split("/"))


def is_local(path: str) -> bool:
    """Return whether what replaces a module is a directory.

    >>> is_local("./staging/api"), is_local("a.example/fork")
    (True, False)
    """
    return path.startswith(_LOCAL) or path in _LOCAL_NAMES


def parse_go_mod(content: bytes) -> GoMod:
    r"""Return what a go.mod says. Raises: ReadError where it names no module.

    >>> parse_go_mod(b"module a.example/b // us\nreplace c.example/d v1 => ./d\n")
    GoMod(path='a.example/b', local=(('c.example/d', './d'),))
    """
    path, block = "", ""
    local: dict[tuple[str, str], None] = {}
    for line in clean_bytes(content)[0].split("\n"):
        words = [word.strip('"`') for word in line.partition("//")[0].split()]
        if words == [")"]:
            block = ""
        elif words[1:] == ["("]:
            block = words[0]
        else:
            verb, rest = (block, words) if block else ("".join(words[:1]), words[1:])
            if verb == "module" and rest and not path:
                path = rest[0]
            if verb == "replace" and _ARROW in rest:
                replacement = rest[rest.index(_ARROW) + 1 :]
                if len(replacement) == 1 and is_local(replacement[0]):
                    local[rest[0], replacement[0]] = None
    if not path:
        raise ReadError("names no module")
    return GoMod(path, tuple(local))


def escaped(name: str) -> str:
    """Return a module path or version as names of files have it.

    >>> escaped("github.com/Azure/x")
    'github.com/!azure/x'
    """
    return _UPPER.sub(lambda match: f"!{match[0].lower()}", name)

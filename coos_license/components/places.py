# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""Which installed files may tell about components, by name and place alone."""

import re
from collections.abc import Iterator, Sequence
from typing import Final

from coos_license.model import EvidenceKind

#: An ``obj`` line of CONTENTS has path, MD5 and time (portage(5)); paths hold spaces.
_OBJECT: Final = b"obj /"
_BEHIND_PATH: Final = 2
#: Where programs, libraries and what belongs to them are.
_TOPS: Final = (b"usr/", b"opt/", b"bin/", b"sbin/", b"lib")
_PROGRAMS: Final = re.compile(
    r"(?:usr/(?:local/)?)?(?:s?bin|lib(?:exec|32|64|x32)?)/|opt/"
)
_ANY_TOP: Final = re.compile(r"(?:^|(?<=/))(?=((?:usr|opt|s?bin|lib[a-z0-9]*)/))")
_NO_PROGRAMS: Final = re.compile(
    r"(?:usr/)?lib(?:32|64)?/(?:firmware|modules|debug|udev/hwdb)/"
)
#: How ``make modules_install`` and ``linux-mod-r1.eclass`` pack modules.
_PACKED_ENDS: Final = (".ko.gz", ".ko.xz", ".ko.zst")
_MODULE_ENDS: Final = (".ko", *_PACKED_ENDS)
_MODULE: Final = re.compile(r"(?:usr/)?lib/modules/.+")
#: What ends in one of these is no program; a version (``.so.1``, ``3.11``) is none.
_NOT_PROGRAMS: Final = frozenset(
    # One word a line would be two screens: ruff may not make it so.
    """
    a bak bz2 c cc cfg cmake conf cpp css csv ctl cxx dat db desktop dll el elc
    exe f fw gif go gz h hh hpp html hwdb inc ini jar jpg js json jsx key ko la lua
    m4 make map md mjs mo mount network o path pc pem pl pm png po pod prl ps1 pxd py
    pyc pyi pyo pyx r rb rst rules service sh slice socket supp svg target tcl
    template tex timer tmpl toml ts tsv ttf txt typelib vim wasm whl woff woff2 xml xsd
    xsl xz yaml yml zip zst
    """.split()  # noqa: SIM905 (see above)
)
#: What PEP 639 takes for licence files where a project does not say.
_TEXT_NAME: Final = re.compile(r"(?:LICEN[CS]E|COPYING|NOTICE|AUTHORS)", re.IGNORECASE)
_NOTICE_NAME: Final = re.compile(r"NOTICE", re.IGNORECASE)
#: Asked first, for a whole image names 300,000 files.
_MAY_BE_PLAIN: Final = re.compile(r"\.(?:dist|egg)-info|/node_modules/")
_NOT_NAMES: Final = frozenset(("", ".", ".."))
_DIST_INFO: Final = ".dist-info"
_EGG_INFO: Final = ".egg-info"
_NODE_MODULES: Final = "node_modules"
METADATA_LIMIT: Final = 1 << 20
TEXT_LIMIT: Final = 1 << 20
_LIMITS: Final = {
    EvidenceKind.PYTHON_METADATA: METADATA_LIMIT,
    EvidenceKind.NODE_PACKAGE: METADATA_LIMIT,
    EvidenceKind.TEXT: TEXT_LIMIT,
}


def candidates(
    contents: bytes, *, modules: bool = False
) -> Iterator[tuple[str, EvidenceKind]]:
    """Yield path and kind of the files that CONTENTS names and that may tell something.

    Paths have no leading slash. A path that no file can have, such as one with ``..``,
    is passed over. Kernel modules count where they are asked for: a kernel has
    thousands.
    """
    for line in contents.split(b"\n"):
        name, *behind = line[len(_OBJECT) :].rsplit(b" ", _BEHIND_PATH)
        if len(behind) < _BEHIND_PATH or not (
            line.startswith(_OBJECT) and name.startswith(_TOPS)
        ):
            continue
        path = name.decode("utf-8", "surrogateescape")
        parts = path.split("/")
        if not _NOT_NAMES.isdisjoint(parts):
            continue
        kind = plain_kind(parts) if _MAY_BE_PLAIN.search(path) else None
        if kind is not None:
            yield path, kind
        elif _may_be_program(path, parts[-1]) or (modules and _is_module(path)):
            yield path, EvidenceKind.ELF


def plain_kind(parts: Sequence[str]) -> EvidenceKind | None:
    """Return what a file is that is read as it is, ``None`` where it is none.

    >>> plain_kind(("site-packages", "idna-3.4.dist-info", "METADATA"))
    <EvidenceKind.PYTHON_METADATA: 'python-metadata'>
    """
    name = parts[-1]
    parent = parts[-2] if len(parts) > 1 else ""
    if name == "METADATA" and parent.endswith(_DIST_INFO):
        return EvidenceKind.PYTHON_METADATA
    if name.endswith(_EGG_INFO) or (name == "PKG-INFO" and parent.endswith(_EGG_INFO)):
        return EvidenceKind.PYTHON_METADATA
    if name == "package.json":
        return EvidenceKind.NODE_PACKAGE if _in_node_package(parts) else None
    return EvidenceKind.TEXT if _is_text(parts) else None


def may_be_program_below(parts: Sequence[str]) -> bool:
    """Return whether a file may be a program below whatever the root is.

    >>> may_be_program_below(("build", "lakitu", "usr", "bin", "dockerd"))
    True
    """
    path = "/".join(parts)
    return any(
        _may_be_program(path[match.start(1) :], parts[-1])
        or _is_module(path[match.start(1) :])
        for match in _ANY_TOP.finditer(path)
    )


def plain_limit(parts: Sequence[str]) -> int | None:
    """Return how many bytes of such a file are read at most."""
    kind = plain_kind(parts)
    return None if kind is None else _LIMITS[kind]


def is_notice(path: str) -> bool:
    """Return whether a text is a NOTICE file by its name."""
    return _NOTICE_NAME.match(path.rpartition("/")[2]) is not None


def component_directory(path: str) -> str:
    """Return the directory whose texts belong to the component of a file.

    >>> component_directory("lib/idna-3.4.dist-info/licenses/doc/LICENSE.md")
    'lib/idna-3.4.dist-info'
    """
    parts = path.split("/")
    for index, part in enumerate(parts):
        if part.endswith((_DIST_INFO, _EGG_INFO)):
            return "/".join(parts[: index + 1])
    return "/".join(parts[:-1])


def _is_text(parts: Sequence[str]) -> bool:
    """Return whether a file is a text of a Python distribution or an npm package."""
    named = _TEXT_NAME.match(parts[-1]) is not None
    for index, part in enumerate(parts[:-1]):
        if part.endswith(_DIST_INFO):
            first, *more = parts[index + 1 :]
            return bool(more) if first == "licenses" else named and not more
    return named and _in_node_package(parts)


def _in_node_package(parts: Sequence[str]) -> bool:
    """Return whether a file lies at the top of a package: ``node_modules/[@scope/]x``.

    Deeper ones are parts of it, and say nothing of their own.
    """
    if len(parts) > 2 and parts[-3] == _NODE_MODULES:  # noqa: PLR2004 (.., x, file)
        return not parts[-2].startswith("@")
    return (
        len(parts) > 3  # noqa: PLR2004 (.., @scope, x, file)
        and parts[-4] == _NODE_MODULES
        and parts[-3].startswith("@")
    )


def _may_be_program(path: str, name: str) -> bool:
    """Return whether a file may be a program or library by name and place."""
    return (
        name.lstrip(".").partition(".")[2].rpartition(".")[2].lower()
        not in _NOT_PROGRAMS
        and _PROGRAMS.match(path) is not None
        and _NO_PROGRAMS.match(path) is None
    )


def _is_module(path: str) -> bool:
    """Return whether a file is a kernel module, packed or not."""
    return path.endswith(_MODULE_ENDS) and _MODULE.fullmatch(path) is not None


def packed_module(contents: bytes) -> bytes:
    """Return the first line of CONTENTS that names a packed kernel module, if any."""
    ends = tuple(f"{end} ".encode() for end in _PACKED_ENDS)
    for line in contents.split(b"\n"):
        name = line.rsplit(b" ", _BEHIND_PATH)[0]
        if (name + b" ").endswith(ends) and list(candidates(line, modules=True)):
            return line
    return b""

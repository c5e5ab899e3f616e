# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""How portage was configured for a root: its profile and its main repository.

A package database records neither. Source: portage(5), ``make.profile`` and
``repos.conf``; a board's sysroot has both in its own ``etc``.
"""

import configparser
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from coos_license.errors import ReadError
from coos_license.trees.base import FileTree, Kind
from coos_license.trees.text import decode

_DIRECTORIES: Final = ("etc/portage", "etc")
_PROFILE: Final = "make.profile"
_REPOSITORIES: Final = "etc/portage/repos.conf"
_LIMIT: Final = 1 << 16
_MOST_FILES: Final = 100


@dataclass(frozen=True, slots=True)
class ConfigRoot:
    """What is recorded; paths are of the machine that built, and are not told.

    ``profile`` is where ``make.profile`` leads, ``main`` a repository's name, each
    ``""`` where it is not recorded; ``places`` are directories of repositories.
    """

    profile: str = ""
    main: str = ""
    places: Mapping[str, str] = field(default_factory=dict)


def read_config_root(tree: FileTree) -> ConfigRoot:
    """Return how portage was configured for a root, as far as it is recorded."""
    sections = _sections(tree)
    places = {
        name: section["location"].rstrip("/")
        for name, section in sections.items()
        if "location" in section
    }
    main = sections.get("DEFAULT", {}).get("main-repo", "")
    return ConfigRoot(_profile(tree), main, places)


def _profile(tree: FileTree) -> str:
    """Return where ``make.profile`` leads."""
    for name in _DIRECTORIES:
        try:
            with tree.at(name) as directory:
                return directory.link(_PROFILE).rstrip("/")
        except ReadError:
            continue
    return ""


def _sections(tree: FileTree) -> dict[str, dict[str, str]]:
    """Return the sections of ``repos.conf``, which is a file or a directory of them."""
    parser = configparser.RawConfigParser(strict=False)
    for path in _files(tree):
        try:
            parser.read_string(decode(tree.read(path, _LIMIT))[0])
        except (ReadError, configparser.Error):
            continue
    found = {name: dict(parser[name]) for name in parser.sections()}
    return {"DEFAULT": dict(parser.defaults()), **found}


def _files(tree: FileTree) -> list[str]:
    """Return the files of ``repos.conf`` in the order in which they count."""
    try:
        with tree.at(_REPOSITORIES) as directory:
            names = [
                entry.name
                for entry in directory.entries()
                if entry.kind is Kind.FILE and entry.name[0] not in ".#"
            ]
    except ReadError:
        return [_REPOSITORIES]
    return [f"{_REPOSITORIES}/{name}" for name in names[:_MOST_FILES]]

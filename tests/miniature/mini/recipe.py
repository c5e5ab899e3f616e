# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""`sources.toml` as values."""

import tomllib
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path


class Client(StrEnum):
    """How a file is asked for; the values are the words of `sources.toml`."""

    SOURCE = "source"
    BINARY = "binary"
    METAPACKAGE = "metapackage"
    CRATE = "crate"
    MODULE = "module"
    SDIST = "sdist"
    RUST_SDIST = "rust-sdist"
    WHEEL = "wheel"


@dataclass(frozen=True, slots=True, order=True)
class Item:
    """One name to ask a package client for."""

    client: Client
    name: str


@dataclass(frozen=True, slots=True)
class SourceText:
    """A license text inside the sources of a package."""

    package: str
    member: str


@dataclass(frozen=True, slots=True)
class Recipe:
    """All that `sources.toml` says."""

    debian: str
    portage: str
    sdk: tuple[str, ...]
    packages: dict[str, tuple[Item, ...]]
    licenses: dict[str, tuple[str, ...]]
    source_licenses: dict[str, SourceText]
    attributions: dict[str, str]

    @property
    def items(self) -> tuple[Item, ...]:
        """Every name to ask for, sorted, each once."""
        return tuple(
            sorted({item for items in self.packages.values() for item in items})
        )


def read_recipe(path: Path) -> Recipe:
    """Read `sources.toml`; a word that it does not know is a `ValueError`."""
    data = tomllib.loads(path.read_text(encoding="utf-8"))
    return Recipe(
        debian=data["debian"],
        portage=data["portage"],
        sdk=tuple(data["sdk"]),
        packages={
            package: tuple(
                Item(Client(client), name)
                for client, names in clients.items()
                for name in names
            )
            for package, clients in data["packages"].items()
        },
        licenses={name: tuple(parts) for name, parts in data["licenses"].items()},
        source_licenses={
            name: SourceText(**place)
            for name, place in data["licenses-of-sources"].items()
        },
        attributions=data["attributions"],
    )

# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""DISTDIR: every file that an ebuild builds from."""

import json
import re
import shutil
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from mini import apt as debian
from mini import pypi
from mini.keys import key_of, made_whole
from mini.module_files import crate_name, module_name, write_module
from mini.recipe import Client, Item, Recipe
from mini.work import Work

APT_KINDS = {
    Client.SOURCE: "source",
    Client.CRATE: "source",
    Client.MODULE: "source",
    Client.BINARY: "download",
    Client.METAPACKAGE: "download",
}
UPSTREAM_VERSION = re.compile(r"\d+(\.\d+)*[a-z]?")
DEBIAN_REVISION = re.compile(r"-(\d+)(?:\.\d+)*(?:\+deb\d+u(\d+))?_")


@dataclass(frozen=True, slots=True)
class Distfiles:
    """The files of each package, in the order of the recipe."""

    directory: Path
    names: dict[str, tuple[str, ...]]

    def of(self, package: str) -> list[Path]:
        """The files of one package."""
        return [self.directory / name for name in self.names[package]]


def ebuild_version(file: str) -> str:
    """The version that an ebuild of this file has: upstream's, Debian's as revision.

    A binary package of Debian changes without a new upstream version, and portage
    rebuilds only what has a new revision: `2022.83-1+deb12u3` is `2022.83-r103`.
    """
    is_debian = file.endswith(".deb") or ".orig.tar." in file
    _, rest = re.split(r"_(?=\d)" if is_debian else r"-(?=\d)", file, maxsplit=1)
    version = UPSTREAM_VERSION.match(rest)
    if version is None:
        raise ValueError(f"{file}: no version in the name")
    found = DEBIAN_REVISION.search(rest)
    if not file.endswith(".deb") or found is None:
        return version[0]
    return f"{version[0]}-r{int(found[1]) * 100 + int(found[2] or 0)}"


def obtain(work: Work, recipe: Recipe, *, refresh: bool) -> Distfiles:
    """Every file of the recipe, from the cache or from the package clients.

    What apt offered when a file was first fetched stays in force until `refresh`, so
    that a cached set needs no network.
    """
    ledger = work.cache / f"offers-{key_of(map(repr, recipe.items))}.json"
    if ledger.exists() and not refresh:
        found = json.loads(ledger.read_text(encoding="utf-8"))
        if all((work.distfiles / name).is_file() for name in found.values()):
            return _distfiles(work, recipe, found)
    work.distfiles.mkdir(parents=True, exist_ok=True)
    found = _from_debian(work, recipe) | _from_pypi(work, recipe)
    with made_whole(ledger) as place:
        place.write_text(json.dumps(found, indent=1, sort_keys=True), encoding="utf-8")
    return _distfiles(work, recipe, found)


def _label(item: Item) -> str:
    return f"{item.client} {item.name}"


def _distfiles(work: Work, recipe: Recipe, found: dict[str, str]) -> Distfiles:
    names = {
        package: tuple(found[_label(item)] for item in items)
        for package, items in recipe.packages.items()
    }
    return Distfiles(work.distfiles, names)


def _from_debian(work: Work, recipe: Recipe) -> dict[str, str]:
    apt = debian.private_apt(work.root / "apt", recipe.debian)
    debian.update(apt)
    asked = {
        item: _name_of(apt, item) for item in recipe.items if item.client in APT_KINDS
    }
    found: dict[str, str] = {}
    for kind in ("source", "download"):
        names = {n for item, n in asked.items() if APT_KINDS[item.client] == kind}
        offers = debian.offered_files(apt, kind, names)
        _fetch_missing(work, apt, kind, offers)
        found |= {
            _label(item): _made_of(work, item, offers[name].split()[0])
            for item, name in asked.items()
            if APT_KINDS[item.client] == kind
        }
    return found


def _name_of(apt: debian.Apt, item: Item) -> str:
    """The package that apt is asked for: of a module, what stands before its path."""
    if item.client is Client.METAPACKAGE:
        return debian.dependency(apt, item.name)
    return item.name.partition(" ")[0]


def _made_of(work: Work, item: Item, file: str) -> str:
    """The name in DISTDIR of what an item gives; crates and modules are made here."""
    source = work.distfiles / debian.plain_name(file)
    module = item.name.partition(" ")[2]
    if item.client is Client.CRATE:
        target = work.distfiles / crate_name(source)
        with made_whole(target) as place:
            shutil.copyfile(source, place)
    elif item.client is Client.MODULE:
        target = work.distfiles / module_name(module)
        with made_whole(target) as place:
            write_module(source, module, place)
    else:
        target = source
    return target.name


def _fetch_missing(
    work: Work, apt: debian.Apt, kind: str, offers: dict[str, str]
) -> None:
    files = {name: offer.split()[0] for name, offer in offers.items()}
    missing = [
        name
        for name, file in files.items()
        if not (work.distfiles / debian.plain_name(file)).is_file()
    ]
    with tempfile.TemporaryDirectory(dir=work.cache, prefix=".fetching-") as place:
        debian.fetch(apt, kind, missing, Path(place))
        _keep(work, (Path(place) / files[name] for name in missing))


def _from_pypi(work: Work, recipe: Recipe) -> dict[str, str]:
    return {
        _label(item): _pinned(work, item)
        for item in recipe.items
        if item.client not in APT_KINDS
    }


def _pinned(work: Work, item: Item) -> str:
    """The file of a pinned requirement; what is cached under its version is it."""
    stem = item.name.replace("==", "-")
    suffix = ".whl" if item.client is Client.WHEEL else ".tar.gz"
    for path in sorted(work.distfiles.glob(f"{stem}*{suffix}")):
        return path.name
    with tempfile.TemporaryDirectory(dir=work.cache, prefix=".fetching-") as place:
        path = pypi.fetch(item.client, item.name, Path(place))
        _keep(work, [path])
        return path.name


def _keep(work: Work, files: Iterable[Path]) -> None:
    for path in files:
        path.chmod(0o644)
        path.rename(work.distfiles / debian.plain_name(path.name))

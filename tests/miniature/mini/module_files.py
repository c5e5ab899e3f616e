# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""Sources of crates and Go modules, as cargo.eclass and go-module.eclass name them.

Debian's upstream tarball of a crate is the crate file itself. That of a module has
what the module's zip has, below another directory.
"""

import tarfile
import zipfile
from pathlib import Path

from mini.errors import MiniatureError

#: The oldest time that a zip can state: it shall not depend on when it was made.
TIME = (1980, 1, 1, 0, 0, 0)


def crate_name(tarball: Path) -> str:
    """The name of the crate file that an upstream tarball is: `fnv-1.0.7.crate`."""
    with tarfile.open(tarball) as archive:
        names = {name.partition("/")[0] for name in archive.getnames()}
    if len(names) != 1:
        raise MiniatureError(f"{tarball.name} is no crate")
    return f"{names.pop()}.crate"


def module_name(module: str) -> str:
    """The name of a module's zip in DISTDIR (go-module.eclass, EGO_SUM).

    >>> module_name("example.org/a@v1.0.0")
    'example.org%2Fa%2F@v%2Fv1.0.0.zip'
    """
    path, _, version = module.partition("@")
    return f"{path}/@v/{version}.zip".replace("/", "%2F")


def write_module(tarball: Path, module: str, target: Path) -> None:
    """Make the zip of a module out of its upstream tarball.

    Raises:
        MiniatureError: The tarball is of another version.
    """
    version = module.rpartition("@v")[2]
    if f"_{version}.orig." not in tarball.name:
        raise MiniatureError(f"{tarball.name} is not version {version} of {module}")
    with (
        tarfile.open(tarball) as archive,
        zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as made,
    ):
        for member in sorted(archive.getmembers(), key=lambda one: one.name):
            stream = archive.extractfile(member)
            if stream and member.isfile():
                name = f"{module}/{member.name.partition('/')[2]}"
                made.writestr(zipfile.ZipInfo(name, TIME), stream.read())

# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""A bundled database with all that checkers want: sources, Manifests and ebuilds."""

import hashlib
import io
import shutil
import tarfile
from collections.abc import Iterator
from pathlib import Path

from builders_sources import MIT, write_tree
from command import IDENTITY, MINI

from coos_license.portage.names import package_id

#: What the miniature's packages fetch nothing for.
WITHOUT_DISTFILES = frozenset(
    {"chromeos-base/chromeos", "chromeos-base/lakitu-init", "virtual/target-os"}
)
WITHOUT_FILES = frozenset({"chromeos-base/chromeos", "virtual/target-os"})
REPOSITORIES = {
    "portage-stable": "portage-stable",
    "chromiumos": "chromiumos-overlay",
    "lakitu": "overlay-lakitu",
}


def with_sources(root: Path, tmp_path: Path) -> list[str]:
    """Return SOURCE and options for a bundled database with sources and an identity.

    The sources are made up, for those of the packages are too large to be kept here.
    """
    repositories, sources = tmp_path / "repos", tmp_path / "distfiles"
    for name in REPOSITORIES.values():
        shutil.copytree(MINI / "repos" / name, repositories / name)
    sources.mkdir()
    for category, pf, repository in _entries(root):
        _add(repositories / REPOSITORIES[repository], sources, category, pf)
    image = tmp_path / "image.bin"
    image.write_bytes(b"no real image")
    overlays = [
        part
        for name in REPOSITORIES.values()
        for part in ("--overlay", str(repositories / name))
    ]
    return [
        *(str(root), *overlays, "--sources", str(sources), *IDENTITY),
        *("--contact", "oss@example.org", "--image-file", str(image)),
    ]


def _entries(root: Path) -> Iterator[tuple[str, str, str]]:
    """Yield category, PF and repository of the entries of a database."""
    for entry in sorted((root / "var/db/pkg").glob("*/*")):
        repository = (entry / "repository").read_text("utf-8").strip()
        yield entry.parent.name, entry.name, repository


def _add(repository: Path, sources: Path, category: str, pf: str) -> None:
    """Write what a package was made from."""
    package = package_id(category, pf)
    assert package is not None
    key, version = package.key, package.version.partition("-r")[0]
    source = f"{package.name}-{version}"
    if key not in WITHOUT_FILES:
        license_text = MIT.replace("Ada Example", f"the authors of {package.name}")
    if key in WITHOUT_DISTFILES:
        write_tree(repository, {f"{key}/{pf}.ebuild": f"# {pf}\nEAPI=8\n"})
        if key not in WITHOUT_FILES:
            tree = {f"{category}/{source}/COPYING": license_text}
            write_tree(sources, tree)
        return
    content = _tarball(f"{source}/COPYING", license_text.encode())
    (sources / f"{source}.tar.gz").write_bytes(content)
    digests = (
        f"BLAKE2B {hashlib.blake2b(content).hexdigest()} "
        f"SHA512 {hashlib.sha512(content).hexdigest()}"
    )
    write_tree(
        repository,
        {
            f"{key}/Manifest": f"DIST {source}.tar.gz {len(content)} {digests}\n",
            f"metadata/md5-cache/{category}/{pf}": (
                f"SRC_URI=https://example.org/{source}.tar.gz\n"
            ),
        },
    )


def _tarball(name: str, content: bytes) -> bytes:
    """Return a packed archive of one file."""
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as archive:
        member = tarfile.TarInfo(name)
        member.size = len(content)
        archive.addfile(member, io.BytesIO(content))
    return packed.getvalue()

# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""A sysroot whose packages owe source, its repositories and its distfiles."""

import bz2
import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from builders_sources import write_tree
from builders_vdb import write_entry, write_repository
from command import run

BUSYBOX = "busybox-1.36.1.tar.bz2"
CPV = "sys-apps/busybox-1.36.1"
TARBALL = b"busybox source\n" * 5_000
LGPL_TARBALL = b"libcap source\n" * 100
EBUILD = """EAPI=8
inherit toolchain-funcs
SRC_URI="https://example.org/${P}.tar.bz2"
PATCHES=( "${FILESDIR}/${P}-second.patch" "${FILESDIR}/first.patch" )
"""
ENVIRONMENT = """declare -x A="busybox-1.36.1.tar.bz2"
declare -x CFLAGS="-O2 -L/home/ada/lib -ffile-prefix-map=/home/ada/secret=."
declare -x GITHUB_TOKEN="ghp_donottell"
declare -x HOME="/home/ada"
declare -a PATCHES=([0]="/build/x/tmp/portage/sys-apps/busybox-1.36.1/files/\
busybox-1.36.1-second.patch" \
[1]="/build/x/tmp/portage/sys-apps/busybox-1.36.1/files/first.patch")
src_compile ()
{
    CFLAGS="inside a function"
}
"""
OFFER = """schema = 1
way = "written-offer"
offeror = "Example Corporation"
address = "1 Example Street, Example City"
contact = "source@example.com"
last-distribution = 2096-06-30
valid-until = 2099-06-30
"""


@dataclass(frozen=True)
class Places:
    """What a run of ``sources`` is given."""

    sysroot: Path
    overlay: Path
    master: Path
    distdir: Path
    offer: Path
    out: Path

    def arguments(self, *more: str) -> list[str]:
        """Return the words of the command."""
        overlays = ["--overlay", str(self.overlay), "--overlay", str(self.master)]
        where = ["-o", str(self.out), "--distdir", str(self.distdir)]
        offer = ["--offer", str(self.offer)]
        return ["sources", str(self.sysroot), *where, *overlays, *offer, *more]


def manifest(files: dict[str, bytes]) -> str:
    """Return the Manifest of distfiles."""
    lines = []
    for name, content in sorted(files.items()):
        blake = hashlib.blake2b(content).hexdigest()
        sha = hashlib.sha512(content).hexdigest()
        lines.append(f"DIST {name} {len(content)} BLAKE2B {blake} SHA512 {sha}\n")
    return "".join(lines)


def write_places(tmp_path: Path) -> Places:
    """Write a sysroot of three packages: GPL, LGPL and MIT."""
    places = Places(
        tmp_path / "sysroot",
        tmp_path / "overlay",
        tmp_path / "master",
        tmp_path / "distdir",
        tmp_path / "offer.toml",
        tmp_path / "out",
    )
    write_entry(
        places.sysroot,
        "sys-apps/busybox-1.36.1",
        {
            "LICENSE": "GPL-2\n",
            "repository": "own\n",
            "INHERITED": "toolchain-funcs multilib\n",
            "USE": "static\n",
            "CHOST": "x86_64-cros-linux-gnu\n",
            "busybox-1.36.1.ebuild": EBUILD,
            "environment.bz2": bz2.compress(ENVIRONMENT.encode()),
        },
    )
    lib = {"LICENSE": "LGPL-2.1\n", "repository": "own\n"}
    write_entry(places.sysroot, "sys-libs/libx-2.0-r1", lib)
    write_entry(
        places.sysroot, "dev-libs/mit-1", {"LICENSE": "MIT\n", "repository": "own\n"}
    )
    texts = {"GPL-2": "GPL text\n", "LGPL-2.1": "LGPL text\n"}
    write_repository(places.overlay, "own", texts, masters="base")
    write_repository(places.master, "base", {"MIT": "MIT text\n"})
    busybox, libx = BUSYBOX, "libx-2.0.tar.gz"
    write_tree(
        places.overlay,
        {
            "sys-apps/busybox/busybox-1.36.1.ebuild": EBUILD,
            "sys-apps/busybox/Manifest": manifest({busybox: TARBALL}),
            "sys-apps/busybox/files/first.patch": "--- a\n+++ b\n",
            "sys-apps/busybox/files/busybox-1.36.1-second.patch": "--- c\n+++ d\n",
            "sys-apps/busybox/files/init.sh": "#!/bin/sh\n",
            "eclass/multilib.eclass": "# own multilib\n",
            "sys-libs/libx/libx-2.0-r1.ebuild": "EAPI=8\ninherit outer\n",
            "sys-libs/libx/Manifest": manifest({libx: LGPL_TARBALL}),
            "metadata/md5-cache/sys-libs/libx-2.0-r1": (
                "SRC_URI=https://example.org/libx-2.0.tar.gz\n_md5_=00\n"
            ),
        },
    )
    write_tree(
        places.master,
        {
            "eclass/multilib.eclass": "# multilib of the master\n",
            "eclass/toolchain-funcs.eclass": "# tools\n",
            "eclass/outer.eclass": "inherit inner\n",
            "eclass/inner.eclass": "# inner\n",
            "profiles/base/make.defaults": 'ARCH="amd64"\n',
        },
    )
    write_tree(places.distdir, {busybox: TARBALL, libx: LGPL_TARBALL})
    places.offer.write_text(OFFER, encoding="utf-8")
    return places


def bundle(places: Places, *more: str, code: int = 0) -> dict[str, Any]:
    """Run the command; return the index."""
    result = run(*places.arguments(*more))
    assert result.returncode == code, (result.stdout, result.stderr)
    index: dict[str, Any] = json.loads((places.out / "index.json").read_bytes())
    return index


def package(index: dict[str, Any], cpv: str = CPV) -> dict[str, Any]:
    (found,) = [one for one in index["packages"] if one["cpv"] == cpv]
    return dict(found)


def errors(places: Places) -> list[tuple[str, str, str]]:
    """Return code, package and message of each error."""
    value = json.loads((places.out / "findings.json").read_bytes())
    return [
        (one["code"], one["cpv"], one["message"])
        for one in value["findings"]
        if one["severity"] == "error"
    ]


def files(root: Path) -> dict[str, bytes]:
    found = (path for path in sorted(root.rglob("*")) if path.is_file())
    return {str(path.relative_to(root)): path.read_bytes() for path in found}

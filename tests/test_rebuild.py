# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""A package is built again by portage, offline and from a source bundle alone."""

import grp
import os
import pwd
import shutil
import subprocess
import sys
from pathlib import Path

from builders_archives import make_tar
from builders_corresponding import Places, manifest, write_places
from builders_sources import write_tree
from command import run

FILE = "busybox-1.36.1.tar.gz"
TARBALL = make_tar({"busybox-1.36.1/hello.txt": "old\n"}, "gz")
EBUILD = """EAPI=8
inherit toolchain-funcs
DESCRIPTION="An example"
HOMEPAGE="https://example.org"
SRC_URI="https://example.org/${P}.tar.gz"
LICENSE="GPL-2"
SLOT="0"
KEYWORDS="amd64"
PATCHES=( "${FILESDIR}/${P}-second.patch" )
src_compile() { tc-say > said.txt; }
src_install() { insinto /usr/share/x; doins hello.txt said.txt; }
"""
PATCH = "--- a/hello.txt\n+++ b/hello.txt\n@@ -1 +1 @@\n-old\n+new\n"
#: Portage calls the tools of GNU so.
GNU_NAMES = {"gtar": "tar", "gpatch": "patch", "gmake": "make", "gfind": "find"}
NO_SANDBOX = (
    "-sandbox -usersandbox -userpriv -userfetch -network-sandbox -ipc-sandbox"
    " -pid-sandbox -mount-sandbox -cgroup"
)


def write_buildable(places: Places) -> None:
    """Make one package of the sysroot a package that can be built."""
    entry = places.sysroot / "var/db/pkg/sys-apps/busybox-1.36.1"
    (entry / "environment.bz2").unlink()
    write_tree(
        entry, {"busybox-1.36.1.ebuild": EBUILD, "INHERITED": "toolchain-funcs\n"}
    )
    own = "sys-apps/busybox"
    write_tree(
        places.overlay,
        {
            f"{own}/busybox-1.36.1.ebuild": EBUILD,
            f"{own}/files/busybox-1.36.1-second.patch": PATCH,
            f"{own}/Manifest": manifest({FILE: TARBALL}),
            "metadata/layout.conf": "masters = base\nthin-manifests = true\n",
            "metadata/md5-cache/sys-apps/busybox-1.36.1": f"SRC_URI=https://e/{FILE}\n",
            "profiles/categories": "sys-apps\nsys-libs\n",
        },
    )
    write_tree(
        places.master,
        {
            "eclass/toolchain-funcs.eclass": "tc-say() { echo by the eclass; }\n",
            "profiles/arch.list": "amd64\n",
            "profiles/base/make.defaults": 'ARCH="amd64"\nACCEPT_KEYWORDS="amd64"\n',
        },
    )
    write_tree(places.distdir, {FILE: TARBALL})


def configure(root: Path, bundle: Path) -> dict[str, str]:
    """Write what portage needs beside the bundle; return the environment of a run."""
    repos = "[DEFAULT]\nmain-repo = base\n" + "".join(
        f"[{name}]\nlocation = {bundle}/repos/{name}\n" for name in ("base", "own")
    )
    conf = write_tree(
        root / "conf/etc/portage",
        {
            "repos.conf": repos,
            "make.conf": f'DISTDIR="{bundle}/distfiles"\n'
            f'PORTAGE_TMPDIR="{root}/build"\nFEATURES="{NO_SANDBOX} strict"\n'
            'FETCHCOMMAND="/bin/false"\nRESUMECOMMAND="/bin/false"\n',
        },
    )
    (conf / "make.profile").symlink_to(bundle / "repos/base/profiles/base")
    for name in ("build", "root", "bin"):
        (root / name).mkdir()
    for name, real in GNU_NAMES.items():
        found = shutil.which(real)
        assert found is not None, f"{real} is needed to build anything"
        (root / "bin" / name).symlink_to(found)
    user = {
        "PORTAGE_USERNAME": pwd.getpwuid(os.getuid()).pw_name,
        "PORTAGE_GRPNAME": grp.getgrgid(os.getgid()).gr_name,
    }
    return {
        **user,
        "PATH": f"{root}/bin:{Path(sys.executable).parent}:{os.environ['PATH']}",
        "PORTAGE_CONFIGROOT": str(root / "conf"),
        "ROOT": str(root / "root"),
        "HOME": str(root),
    }


def test_portage_builds_a_package_from_the_bundle_alone(tmp_path: Path) -> None:
    places = write_places(tmp_path / "given")
    write_buildable(places)
    result = run(*places.arguments())
    assert result.returncode == 0, result.stdout
    bundle = places.out.rename(tmp_path / "bundle")
    shutil.rmtree(tmp_path / "given")
    ebuild = bundle / "repos/own/sys-apps/busybox/busybox-1.36.1.ebuild"
    done = subprocess.run(
        ["ebuild", str(ebuild), "install"],
        env=configure(tmp_path, bundle),
        check=False,
        capture_output=True,
        timeout=300,
    )
    assert done.returncode == 0, (done.stdout[-3000:], done.stderr[-3000:])
    image = tmp_path / "build/portage/sys-apps/busybox-1.36.1/image"
    # Below the prefix of the portage that runs, which is that of the tests.
    built = {
        path.name: path.read_text(encoding="utf-8") for path in image.rglob("*.txt")
    }
    assert built == {"hello.txt": "new\n", "said.txt": "by the eclass\n"}

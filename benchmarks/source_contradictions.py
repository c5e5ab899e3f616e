# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""Count how often real sources contradict LICENSE, as it is and where it is wrong.

The sources are those of ``source_names.py``, and fetched as it says; DIR are the
directories that they are in. ``--overlay`` names repositories with licence texts::

    python benchmarks/source_contradictions.py DIR... --overlay REPOSITORY...

The numbers are in docs/identification.md.
"""

import argparse
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Final

from source_names import archives

from coos_license import findings
from coos_license.model import Finding, Image, PackageId, RawPackage
from coos_license.portage.entry import parse_package
from coos_license.portage.repository import Repository, read_repository
from coos_license.resolve.inventory import build
from coos_license.resolve.shipping import ship_all
from coos_license.resolve.texts import TextFinder
from coos_license.sources.packages import Located, assemble
from coos_license.sources.places import Place, read_place
from coos_license.sources.values import Scan, Sources
from coos_license.trees.directory import DirectoryTree

#: LICENSE of these sources in Flatcar's portage-stable of August 2026, all conditions
#: on; of apr, click, commons-io, grpc, pyelftools and thrift what the project says.
LICENSES: Final = {
    "acl": "LGPL-2.1+ GPL-2",
    "apr": "Apache-2.0",
    "attr": "LGPL-2.1+",
    "bash": "GPL-3+",
    "busybox": "GPL-2",
    "bzip2": "BZIP2",
    "certifi": "MPL-2.0",
    "chardet": "LGPL-2.1",
    "charset_normalizer": "MIT",
    "click": "BSD",
    "commons-io": "Apache-2.0",
    "containerd": "Apache-2.0",
    "curl": "BSD curl ISC",
    "dbus": "|| ( AFL-2.1 GPL-2+ ) Apache-2.0 BSD GPL-2+ LGPL-2.1+ MIT tcltk",
    "diffutils": "GPL-2",
    "docker.io": "Apache-2.0",
    "e2fsprogs": "GPL-2 BSD",
    "expat": "MIT",
    "file": "BSD-2",
    "gawk": "GPL-3+",
    "glibc": "LGPL-2.1+ BSD HPND ISC inner-net rc PCRE",
    "golang-google-grpc": "Apache-2.0",
    "gzip": "GPL-3+",
    "idna": "BSD",
    "iproute2": "GPL-2",
    "jinja2": "BSD",
    "jq": "MIT CC-BY-3.0",
    "kmod": "LGPL-2.1+ GPL-2+",
    "less": "|| ( GPL-3 BSD-2 )",
    "libarchive": "BSD BSD-2 BSD-4 public-domain",
    "libseccomp": "LGPL-2.1",
    "libyaml": "MIT",
    "libzstd": "|| ( BSD GPL-2 )",
    "markupsafe": "BSD",
    "msgpack": "Apache-2.0",
    "nano": "GPL-3+ LGPL-2.1+ || ( GPL-3+ FDL-1.2+ )",
    "ncurses": "MIT",
    "openssl": "Apache-2.0",
    "packaging": "|| ( Apache-2.0 BSD-2 )",
    "pcre2": "BSD",
    "popt": "MIT",
    "procps": "GPL-2+ LGPL-2+ LGPL-2.1+",
    "pyelftools": "public-domain",
    "readline": "GPL-3+",
    "requests": "Apache-2.0",
    "runc": "Apache-2.0 BSD-2 BSD MIT",
    "sed": "GPL-3+",
    "setuptools": "MIT",
    "shadow": "BSD GPL-2",
    "six": "MIT",
    "tar": "GPL-3+",
    "thrift": "Apache-2.0",
    "tini": "MIT",
    "urllib3": "MIT",
    "xz-utils": "0BSD LGPL-2.1+ GPL-2+",
    "zlib": "ZLIB",
}
#: A licence that none of them has.
WRONG: Final = "Sleepycat"


def package(name: str, field: str) -> RawPackage:
    """Return a package with this LICENSE."""
    files = {"LICENSE": field.encode(), "repository": b"portage-stable"}
    one = PackageId("app-misc", name.replace(".", "-"), "1")
    return parse_package(one, f"root/{name}", files, {})


def read(directories: Iterable[Path]) -> tuple[list[RawPackage], Sources]:
    """Return a package for each source, and what its archives say."""
    located: dict[PackageId, Located] = {}
    scans: dict[tuple[str, ...], Scan] = {}
    packages = []
    for label, files in archives(directories).items():
        name = label.partition("/")[2]
        upstream = [path for path in files if ".debian." not in path.name]
        places = tuple(
            Place(str(path.parent), path.name, path.name, is_file=True)
            for path in upstream
            if path.suffix != ".dsc" and not path.name.endswith(".diff.gz")
        )
        if name not in LICENSES or not places:
            continue
        one = package(name, LICENSES[name])
        packages.append(one)
        located[one.id] = Located(places)
        scans |= {place.key: read_place(place) for place in places}
    return packages, assemble(located, scans)


def told(
    packages: list[RawPackage], sources: Sources, repositories: list[Repository]
) -> Iterator[Finding]:
    """Yield what is found about texts and contradictions."""
    finder = TextFinder(repositories, sources=sources)
    kinds = (findings.SOURCES_CONTRADICT_LICENSE, findings.TEXT_NEEDS_REVIEW)
    for one in build(packages, finder, ship_all(packages), Image()).defects:
        if one.kind in kinds:
            yield one


def main() -> None:
    """Print the findings with the real LICENSE, and how many a wrong one makes."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("directories", nargs="+", type=Path)
    parser.add_argument("--overlay", action="append", type=Path, default=[])
    given = parser.parse_args()
    with ExitStack() as trees:
        opened = (trees.enter_context(DirectoryTree.open(one)) for one in given.overlay)
        repositories = [one for one in map(read_repository, opened) if one]
        packages, sources = read(given.directories)
        print(f"{len(packages)} packages, LICENSE as it is")
        for one in told(packages, sources, repositories):
            print(one.kind.code, one.package.pf if one.package else "", one.message)
        wrong = [replace(one, license_field=WRONG) for one in packages]
        found = [*told(wrong, sources, repositories)]
    against = [one for one in found if one.kind == findings.SOURCES_CONTRADICT_LICENSE]
    by_file = {one.package for one in against if "no licence file" in one.message}
    every = {one.package for one in against}
    print(f"{WRONG}: {len(every)} packages, {len(by_file)} of them by a file")


if __name__ == "__main__":
    main()

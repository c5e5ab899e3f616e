# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""Ebuild caches: what portage reads, and what cannot be known of an ebuild."""

import json
import os
import shutil
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

import pytest
from builders_binpkg import FIXTURES
from builders_inventory import problems
from command import run
from hypothesis import given
from hypothesis import strategies as st
from portage.cache.flat_hash import md5_database
from portage.dep import use_reduce

from coos_license.chromiumos.databases import DatabaseKind, find_database, read_database
from coos_license.expression import Claim
from coos_license.model import Finding, Image, RawPackage
from coos_license.portage.installed import Installed
from coos_license.portage.repository import read_repository
from coos_license.resolve.inventory import build
from coos_license.resolve.shipping import ship_all
from coos_license.resolve.texts import TextFinder
from coos_license.trees.directory import DirectoryTree

REPO = FIXTURES / "repo"
CACHE = "metadata/md5-cache"


def read(directory: Path) -> tuple[list[RawPackage], list[Finding]]:
    """Return the ebuilds and all findings of reading them."""
    with DirectoryTree.open(directory) as tree:
        database = find_database(tree)
        assert database is not None
        assert database.kind is DatabaseKind.EBUILDS
        packages, odd = read_database(tree, database, "root")
    found = [*odd, *(fault for package in packages for fault in package.faults)]
    return list(packages), found


def assert_as_portage_reads(repository: Path) -> int:
    """Compare every entry with portage's own reader; return how many there are."""
    packages, found = read(repository)
    assert found == []
    keys = ("LICENSE", "RDEPEND", "PDEPEND", "DEPEND", "SLOT", "HOMEPAGE", "IUSE")
    theirs = md5_database(str(repository), CACHE, [*keys, "DESCRIPTION", "SRC_URI"])
    assert {package.id.cpv for package in packages} == set(theirs)
    for package in packages:
        entry = theirs[package.id.cpv]
        assert (package.license_field or "") == entry.get("LICENSE", "")
        assert package.rdepend == " ".join(entry.get("RDEPEND", "").split())
        assert package.pdepend == " ".join(entry.get("PDEPEND", "").split())
        assert package.depend == " ".join(entry.get("DEPEND", "").split())
        assert package.src_uri == " ".join(entry.get("SRC_URI", "").split())
        assert package.homepage == tuple(entry.get("HOMEPAGE", "").split())
        assert package.slot == entry["SLOT"].partition("/")[0]
        flags = {flag.lstrip("+-") for flag in entry.get("IUSE", "").split()}
        assert package.iuse == flags
        assert package.use is None
        assert package.files is None
    return len(packages)


def test_portage_reads_the_same() -> None:
    assert assert_as_portage_reads(REPO) == 3


@pytest.mark.slow
def test_portage_reads_the_same_of_real_caches(
    unpack: Callable[[str], Path],
) -> None:
    repositories = unpack("flatcar-sysroot") / "flatcar-repos"
    counts = [
        assert_as_portage_reads(repositories / name)
        for name in ("portage-stable", "coreos-overlay")
    ]
    assert sum(counts) == 1871


@pytest.mark.slow
def test_real_licences_without_conditions_are_exact_and_others_are_the_union(
    unpack: Callable[[str], Path],
) -> None:
    repository = unpack("flatcar-sysroot") / "flatcar-repos/portage-stable"
    result = run("list", str(repository), "--format", "json")
    assert result.returncode == 0, result.stderr
    packages = json.loads(result.stdout)["packages"]
    conditional = 0
    for package in packages:
        field = package["license_field"] or ""
        names = use_reduce(field, matchall=True, flat=True)
        wanted = {name for name in names if name != "||"}
        assert set(package["license_names"]) == wanted
        if "?" in field:
            conditional += 1
            assert package["declared"] == "NOASSERTION"
            assert "review" in package["obligations"]
    assert (len(packages), conditional > 50) == (1761, True)


def test_evidence_is_a_line_of_the_entry() -> None:
    packages, _ = read(REPO)
    hello = next(one for one in packages if one.id.name == "hello")
    evidence = hello.evidence("LICENSE")
    assert evidence.path == f"kinds/{CACHE}/app-misc/hello-1.0-r1"
    lines = (REPO / CACHE / "app-misc/hello-1.0-r1").read_text("utf-8").splitlines()
    assert lines[(evidence.line or 0) - 1].startswith("LICENSE=")


def test_what_the_flags_decide_is_not_asserted_and_owed_as_a_whole() -> None:
    packages, _ = read(REPO)
    with ExitStack() as trees:
        repository = read_repository(trees.enter_context(DirectoryTree.open(REPO)))
        assert repository is not None
        finder = TextFinder((repository,))
        found = build(packages, finder, ship_all(packages), Image())
    hello, meta, plain = found.packages
    assert hello.declared is Claim.NOASSERTION
    assert hello.license_names == ("BSD", "GPL-2", "MIT")
    assert [use.path for use in hello.texts] == [
        "kinds/licenses/BSD",
        "kinds/licenses/GPL-2",
        "kinds/licenses/MIT",
    ]
    assert {"source-offer", "copyright-notice", "review"} <= set(hello.obligations)
    assert [one.cpv for one in hello.depends_on] == [
        "app-misc/meta-1",
        "app-misc/plain-2",
    ]
    assert meta.declared is Claim.NONE
    assert str(plain.declared) == "Zlib"
    told = {one for one in problems(found) if one[0] == "unknown-use"}
    assert told == {("unknown-use", "dependencies"), ("unknown-use", "LICENSE")}


@pytest.mark.parametrize("below", [CACHE, "metadata"])
def test_a_cache_without_its_repository_does_not_say_whose_it_is(below: str) -> None:
    packages, _ = read(REPO / below)
    assert {package.repository for package in packages} == {""}
    assert packages[0].place == f"root/{CACHE}/app-misc/hello-1.0-r1"


def test_several_versions_are_several_ebuilds(tmp_path: Path) -> None:
    repository = Path(shutil.copytree(REPO, tmp_path / "repo"))
    cache = repository / CACHE / "app-misc"
    shutil.copy(cache / "plain-2", cache / "plain-3")
    packages, _ = read(repository)
    versions = [one.id.version for one in packages if one.id.name == "plain"]
    assert versions == ["2", "3"]
    best = Installed(packages).resolve("app-misc/plain", None)[0]
    assert [one.id.version for one in best] == ["3"]


def test_entries_that_cannot_be_read(tmp_path: Path) -> None:
    repository = Path(shutil.copytree(REPO, tmp_path / "repo"))
    cache = repository / CACHE
    (cache / "app-misc/long-1").write_bytes(b"A=" + b"x" * (1 << 20))
    (cache / "app-misc/out-1").symlink_to("/etc/hostname")
    os.mkfifo(cache / "app-misc/pipe-1")
    (cache / "app-misc/dir-1").mkdir()
    (cache / "app-misc/Manifest.gz").touch()
    (cache / "app-misc/no version").touch()
    (cache / "bad category").mkdir()
    (cache / "stray").touch()
    (cache / "Manifest.gz").touch()
    packages, found = read(repository)
    assert len(packages) == 4
    says = {one.evidence[0].path.removeprefix(f"kinds/{CACHE}/"): one for one in found}
    assert {path: one.kind.name for path, one in says.items()} == {
        "app-misc/dir-1": "unreadable-entry",
        "app-misc/long-1": "unreadable-entry",
        "app-misc/no version": "unreadable-entry",
        "app-misc/out-1": "unreadable-entry",
        "app-misc/pipe-1": "unreadable-entry",
        "bad category": "unreadable-entry",
        "stray": "stray-entry",
    }
    (long,) = (one for one in packages if one.id.name == "long")
    assert long.license_field is None
    assert "LICENSE" in long.unreadable


def test_lines_that_say_nothing_are_told(tmp_path: Path) -> None:
    repository = Path(shutil.copytree(REPO, tmp_path / "repo"))
    entry = repository / CACHE / "app-misc/plain-2"
    entry.write_bytes(
        entry.read_bytes() + b"nonsense\nLICENSE=MIT\nUSE=doc\nCONTENTS=obj /x\n"
    )
    packages, found = read(repository)
    (plain,) = (one for one in packages if one.id.name == "plain")
    assert [one.message for one in found] == [
        "line 9: this is no 'KEY=value'",
        "line 10: LICENSE is there twice; the last counts",
    ]
    assert (plain.license_field, plain.use, plain.files) == ("MIT", None, None)


@given(st.lists(st.binary(max_size=60), max_size=5))
def test_no_bytes_make_a_defect(
    tmp_path_factory: pytest.TempPathFactory, contents: list[bytes]
) -> None:
    base = tmp_path_factory.mktemp("cache")
    cache = base / CACHE / "a"
    cache.mkdir(parents=True)
    (cache / "known-1").write_bytes(b"_md5_=x\n")
    for number, content in enumerate(contents):
        (cache / f"p-{number}").write_bytes(content)
    packages, _ = read(base)
    assert len(packages) == len(contents) + 1
    shutil.rmtree(base)

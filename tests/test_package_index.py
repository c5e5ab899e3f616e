# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""``Packages``: what portage reads, with a line for everything."""

import io
import shutil
from pathlib import Path

import pytest
from builders_binpkg import FIXTURES
from hypothesis import given
from hypothesis import strategies as st
from portage.getbinpkg import PackageIndex

from coos_license.chromiumos.databases import DatabaseKind, find_database
from coos_license.errors import ReadError
from coos_license.portage import package_index
from coos_license.portage.binhost import read_binhost
from coos_license.portage.builds import newest
from coos_license.portage.package_index import (
    index_problems,
    listed_builds,
    looks_like_index,
    read_index,
)
from coos_license.trees.directory import DirectoryTree

LAYOUTS = ("xpak", "xpak-multi", "gpkg", "quick")
PLACE = "root/packages/Packages"


def theirs(content: bytes) -> PackageIndex:
    """Return what portage reads, set up as its ``binarytree`` does."""
    index = PackageIndex(
        default_pkg_data={"LICENSE": "", "RDEPEND": "", "SLOT": "0", "USE": ""},
        inherited_keys=["CHOST", "repository"],
        translated_keys=(("DESCRIPTION", "DESC"), ("repository", "REPO")),
    )
    index.read(io.StringIO(content.decode()))
    return index


@pytest.mark.parametrize("layout", LAYOUTS)
def test_portage_reads_the_same(layout: str) -> None:
    content = (FIXTURES / layout / "Packages").read_bytes()
    index = read_index(content, PLACE)
    assert looks_like_index(content)
    assert list(index_problems(index)) == []
    expected = theirs(content)
    assert len(index.packages) == len(expected.packages)
    for build, wanted in zip(listed_builds(index), expected.packages, strict=True):
        package = build.package
        assert package.id.cpv == wanted["CPV"]
        assert (package.license_field or "") == wanted["LICENSE"]
        assert package.use == frozenset(wanted["USE"].split())
        assert package.rdepend == wanted["RDEPEND"]
        assert package.repository == wanted["repository"]
        assert f"{package.slot}/{package.subslot}".startswith(wanted["SLOT"])
        assert str(package.build_time) == wanted["BUILD_TIME"]
        assert str(build.build_id or "") == wanted.get("BUILD_ID", "")


@pytest.mark.parametrize("layout", LAYOUTS)
def test_an_index_says_what_its_packages_say(layout: str, tmp_path: Path) -> None:
    alone = tmp_path / "alone"
    alone.mkdir()
    shutil.copy(FIXTURES / layout / "Packages", alone)
    with DirectoryTree.open(alone) as tree:
        database = find_database(tree)
        assert database is not None
        assert database.kind is DatabaseKind.INDEX
        listed, odd = read_binhost(tree, "root/packages")
    with DirectoryTree.open(FIXTURES / layout) as tree:
        packages, told = read_binhost(tree, "root/packages")
    assert [one.kind for one in odd] == [one.kind for one in told]
    assert [one.id for one in listed] == [one.id for one in packages]
    for one, other in zip(listed, packages, strict=True):
        for name in ("license_field", "use", "slot", "subslot", "repository"):
            assert getattr(one, name) == getattr(other, name)
        for name in ("rdepend", "pdepend", "depend", "build_time"):
            assert getattr(one, name) == getattr(other, name)
        assert one.files is None


def test_a_value_is_evidence_with_its_line() -> None:
    content = b"VERSION: 0\n\n\nCPV: a/b-1\nLICENSE: MIT\n\nCPV: a/c-1\n"
    packages, _ = newest(listed_builds(read_index(content, PLACE)))
    lines = content.splitlines()
    for package, key, line in (
        (packages[0], "", b"CPV: a/b-1"),
        (packages[0], "LICENSE", b"LICENSE: MIT"),
        (packages[1], "", b"CPV: a/c-1"),
    ):
        evidence = package.evidence(key)
        assert evidence.path == PLACE
        assert lines[(evidence.line or 0) - 1] == line
    assert packages[1].evidence("LICENSE").line is None


def test_what_is_not_said_is_the_default() -> None:
    content = b"REPO: kinds\nVERSION: 0\n\nCPV: a/b-1\n"
    (build,) = listed_builds(read_index(content, PLACE))
    package = build.package
    assert package.use == frozenset()
    assert (package.slot, package.repository) == ("0", "kinds")
    assert (package.license_field, package.files) == (None, None)
    assert (build.build_id, package.build_time) == (None, None)


def test_lines_that_say_nothing_are_told() -> None:
    content = b"VERSION: 0\n\nCPV: a/b-1\nnonsense\nUSE: x\nUSE: y\n\nCPV: ../x\n"
    index = read_index(content, PLACE)
    assert [one.message for one in index_problems(index)] == [
        f"{PLACE}, line 4: this is no 'KEY: value'",
        f"{PLACE}, line 6: USE is there twice; the last counts",
        f"{PLACE}, line 8: '../x' is no package (PMS 3.1)",
    ]
    (build,) = listed_builds(index)
    assert build.package.use == frozenset({"y"})


def test_many_lines_that_say_nothing_are_a_hundred_findings() -> None:
    index = read_index(b"VERSION: 0\n\nCPV: a/b-1\n" + b"x\n" * 5000, PLACE)
    assert len(list(index_problems(index))) == 100


def test_an_index_of_very_many_packages_is_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(package_index, "_MOST_PACKAGES", 3)
    content = b"VERSION: 0\n" + b"\nCPV: a/b-1\n" * 3
    assert len(read_index(content, PLACE).packages) == 3
    with pytest.raises(ReadError, match="lists more than 3 packages"):
        read_index(content + b"\nCPV: a/b-1\n", PLACE)


def test_keys_that_nobody_reads_take_no_memory() -> None:
    lines = b"".join(b"K%d: x\n" % number for number in range(100_000))
    index = read_index(b"VERSION: 0\n\nCPV: a/b-1\n" + lines, PLACE)
    assert index.packages[0].values == {"CPV": b"a/b-1"}


def test_an_image_that_holds_an_index_is_none() -> None:
    content = (FIXTURES / "xpak/Packages").read_bytes()
    for image in (bytes(1024) + content, b"x\n" + content, b"A: \0\n" + content):
        assert not looks_like_index(image)


@pytest.mark.parametrize("version", ["1", "x", "", "-1", "9" * 5000])
def test_a_version_that_is_not_known_is_refused(version: str) -> None:
    content = f"VERSION: {version}\n\nCPV: a/b-1\n".encode()
    with pytest.raises(ReadError, match="is of version"):
        read_index(content, PLACE)


@given(st.binary(max_size=200))
def test_no_bytes_make_a_defect(content: bytes) -> None:
    looks_like_index(content)
    index = read_index(b"VERSION: 0\n\n" + content, PLACE)
    list(listed_builds(index))
    list(index_problems(index))


LINES = st.lists(
    st.sampled_from(
        ["CPV: a/b-1", "CPV: a/c-2", "", "USE: x y", "REPO: r", "LICENSE: || ( A B )"]
    )
)


@given(LINES)
def test_paragraphs_are_those_that_portage_sees(lines: list[str]) -> None:
    content = "\n".join(["VERSION: 0", "", *lines, ""]).encode()
    ours = [one.text("CPV") for one in read_index(content, PLACE).packages]
    # Portage stops at two empty lines, which it never writes.
    theirs_ = [one["CPV"] for one in theirs(content).packages]
    assert ours[: len(theirs_)] == theirs_

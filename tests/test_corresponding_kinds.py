# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""Kinds of packages: of each it is told what of its source is there and what is not."""

import bz2
import shutil
from collections.abc import Mapping
from pathlib import Path

import pytest
from builders_corresponding import (
    Places,
    bundle,
    errors,
    files,
    manifest,
    package,
    write_places,
)
from builders_sources import write_tree
from builders_vdb import write_entry
from command import run

CPV = "app-misc/x-1"
TARBALL = b"x source\n"
CACHED = "SRC_URI=https://example.org/x-1.tar.gz\n_md5_=00\n"


@pytest.fixture
def places(tmp_path: Path) -> Places:
    """A sysroot without packages."""
    made = write_places(tmp_path)
    shutil.rmtree(made.sysroot / "var/db/pkg")
    return made


def install(
    places: Places,
    *,
    cpv: str = CPV,
    ebuild: str = "EAPI=8\n",
    cached: str = CACHED,
    fetched: Mapping[str, bytes] | None = None,
    **recorded: str,
) -> None:
    """Install a package under the GPL, with its ebuild in the repository."""
    category, _, pf = cpv.partition("/")
    key = f"{category}/{pf.rpartition('-')[0]}"
    values: dict[str, str | bytes] = {"LICENSE": "GPL-2\n", "repository": "own\n"}
    values |= recorded
    write_entry(places.sysroot, cpv, values)
    tree = {f"{key}/{pf}.ebuild": ebuild}
    if cached:
        tree[f"metadata/md5-cache/{cpv}"] = cached
    if fetched:
        tree[f"{key}/Manifest"] = manifest(dict(fetched))
        write_tree(places.distdir, dict(fetched))
    write_tree(places.overlay, tree)


def save_environment(places: Places, content: bytes) -> None:
    """Keep the environment of the build in the database entry of the package."""
    entry = places.sysroot / "var/db/pkg" / CPV
    (entry / "environment.bz2").write_bytes(bz2.compress(content))


def the_error(places: Places) -> tuple[str, str]:
    """Return code and message of the one error."""
    bundle(places, code=1)
    ((code, _, message),) = errors(places)
    return code, message


def test_a_renamed_distfile_is_known_by_its_new_name(places: Places) -> None:
    cached = "SRC_URI=mirror://gentoo/v1.tar.gz -> x-1.tar.gz\n_md5_=00\n"
    install(places, cached=cached, fetched={"x-1.tar.gz": TARBALL})
    bundle(places)
    assert files(places.out)["distfiles/x-1.tar.gz"] == TARBALL


def test_of_files_by_use_flag_those_that_were_fetched_are_taken(
    places: Places,
) -> None:
    cached = "SRC_URI=a? ( https://h/a.gz ) !a? ( https://h/b.gz )\nIUSE=a\n_md5_=0\n"
    found = {"a.gz": b"a", "b.gz": b"b"}
    install(places, cached=cached, fetched=found, USE="a\n", IUSE="a\n")
    bundle(places)
    written = files(places.out)
    assert "distfiles/a.gz" in written
    assert "distfiles/b.gz" not in written


def test_a_file_that_must_be_fetched_by_hand_is_taken(places: Places) -> None:
    cached = "SRC_URI=x-1.tar.gz\nRESTRICT=fetch\n_md5_=0\n"
    install(places, cached=cached, fetched={"x-1.tar.gz": TARBALL}, RESTRICT="fetch\n")
    bundle(places)
    assert files(places.out)["distfiles/x-1.tar.gz"] == TARBALL


@pytest.mark.parametrize(
    "ebuild",
    [
        'SRC_URI="https://example.org/x-1.tar.gz"\n',
        '  SRC_URI+=" https://example.org/x-1.tar.gz"\n',
        'SRC_URI="\n\thttps://example.org/x-1.tar.gz\n"\n',
        'SRC_URI="${CARGO_CRATE_URIS}"\n',
    ],
)
@pytest.mark.parametrize("saved", [b"", b'declare -x CFLAGS="-O2"\n'])
def test_a_package_that_fetches_what_nobody_recorded_is_not_complete(
    places: Places, ebuild: str, saved: bytes
) -> None:
    install(places, ebuild=f"EAPI=8\n{ebuild}", cached="")
    if saved:
        save_environment(places, saved)
    code, message = the_error(places)
    assert code == "CL090"
    assert message.startswith("distfile SRC_URI: neither the package database nor")


@pytest.mark.parametrize(
    "ebuild", ["", 'SRC_URI=""\n', "SRC_URI=\n", "SRC_URI='' # none\n", "#SRC_URI=x\n"]
)
def test_a_package_that_fetches_nothing_is_complete(
    places: Places, ebuild: str
) -> None:
    install(places, ebuild=f"EAPI=8\n{ebuild}", cached="")
    bundle(places)


@pytest.mark.parametrize("eclass", ["git-r3", "golang-vcs", "subversion", "git"])
def test_what_an_eclass_fetched_while_unpacking_is_missing(
    places: Places, eclass: str
) -> None:
    write_tree(places.master, {f"eclass/{eclass}.eclass": "# fetches\n"})
    install(places, cached="", INHERITED=f"{eclass}\n")
    code, message = the_error(places)
    assert code == "CL090"
    assert f"was fetched by {eclass}.eclass" in message


@pytest.mark.parametrize("where", ["recorded", "saved"])
def test_what_an_ebuild_fetched_while_unpacking_is_missing(
    places: Places, where: str
) -> None:
    if where == "saved":
        install(places, cached="")
        save_environment(places, b'declare -x PROPERTIES="live"\n')
    else:
        install(places, cached="", PROPERTIES="live\n")
    code, message = the_error(places)
    assert code == "CL090"
    assert "was fetched while it was unpacked (PROPERTIES has live)" in message


@pytest.mark.parametrize(
    ("cpv", "ebuild", "inherited", "sign"),
    [
        ("app-misc/x-bin-1", "", "", "its name ends in -bin"),
        (CPV, 'QA_PREBUILT="opt/x/*"\n', "", "QA_PREBUILT names files"),
        (CPV, "", "cros-binary\n", "it inherits cros-binary"),
    ],
)
def test_the_archive_of_what_was_built_elsewhere_is_not_taken_for_its_source(
    places: Places, cpv: str, ebuild: str, inherited: str, sign: str
) -> None:
    write_tree(places.master, {"eclass/cros-binary.eclass": "# takes it as it is\n"})
    install(
        places,
        cpv=cpv,
        ebuild=f"EAPI=8\n{ebuild}",
        cached="SRC_URI=https://example.org/x-1.tar.gz\n_md5_=0\n",
        fetched={"x-1.tar.gz": b"\x7fELF"},
        INHERITED=inherited,
    )
    code, message = the_error(places)
    assert code == "CL092"
    assert message.endswith(f"and not its source: {sign}")
    assert "distfiles/x-1.tar.gz" in files(places.out)


def test_firmware_owes_no_source_whoever_built_it(places: Places) -> None:
    install(
        places,
        ebuild='EAPI=8\nQA_PREBUILT="*"\n',
        fetched={"x-1.tar.gz": b"blob"},
        LICENSE="linux-fw-redistributable\n",
    )
    assert bundle(places)["packages"] == []
    told = package(bundle(places, "--all"), CPV)
    assert told["missing"] == []


@pytest.mark.parametrize(
    ("license_names", "restrict", "is_told"),
    [
        ("Example-EULA\n", "fetch\n", True),
        ("Example-EULA\n", "strip mirror\n", True),
        ("Example-EULA\n", "strip test\n", False),
        ("GPL-2\n", "mirror\n", False),
    ],
)
def test_with_all_it_is_told_what_may_not_be_for_passing_on(
    places: Places, license_names: str, restrict: str, *, is_told: bool
) -> None:
    install(
        places,
        fetched={"x-1.tar.gz": b"blob"},
        LICENSE=license_names,
        RESTRICT=restrict,
    )
    told = run(*places.arguments("--all")).stderr
    remark = f"their files may not be for passing on (RESTRICT): {CPV}; see".encode()
    assert (remark in told) is is_told


def test_a_long_assignment_is_soon_seen_through(places: Places) -> None:
    """A pattern with two ways to pass over blanks would take hours."""
    blanks = " " * 400_000
    install(places, ebuild=f"EAPI=8\nSRC_URI={blanks}x\n{blanks}", cached="")
    assert the_error(places)[0] == "CL090"

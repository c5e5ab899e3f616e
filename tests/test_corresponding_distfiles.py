# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""Distfiles of a bundle: found, checked against Manifests, or missed."""

import hashlib
import os
from dataclasses import replace
from pathlib import Path

import pytest
from builders_corresponding import (
    BUSYBOX,
    CPV,
    TARBALL,
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
from command import one_line, run
from portage.manifest import Manifest


@pytest.fixture
def places(tmp_path: Path) -> Places:
    return write_places(tmp_path)


def test_a_missing_distfile_is_one_error_with_package_file_and_digest(
    places: Places,
) -> None:
    (places.distdir / BUSYBOX).unlink()
    index = bundle(places, code=1)
    digest = hashlib.blake2b(TARBALL).hexdigest()
    message = f"distfile {BUSYBOX}: is in no --distdir; BLAKE2B {digest}"
    assert errors(places) == [("CL090", CPV, message)]
    assert not index["complete"]
    assert package(index)["missing"][0]["digests"]["BLAKE2B"] == digest


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (TARBALL[:512], "is 512 bytes long, not the 75000 bytes of the Manifest"),
        (TARBALL + b"more", "is more than the 75000 bytes of the Manifest"),
        (TARBALL[::-1], "has another BLAKE2B than its Manifest says"),
    ],
    ids=["truncated", "longer", "changed"],
)
def test_a_distfile_that_differs_is_an_error_and_not_in_the_bundle(
    places: Places, content: bytes, reason: str
) -> None:
    (places.distdir / BUSYBOX).write_bytes(content)
    bundle(places, code=1)
    ((code, cpv, message),) = errors(places)
    assert (code, cpv) == ("CL091", CPV)
    assert reason in message
    assert [name for name in files(places.out) if "busybox-1.36.1.tar" in name] == []


def test_the_first_directory_with_the_right_file_counts(places: Places) -> None:
    other = places.distdir.with_name("other")
    other.mkdir()
    (other / BUSYBOX).write_bytes(b"wrong")
    result = run(*replace(places, distdir=other).arguments(), "--distdir", "missing")
    assert "missing" in one_line(result)
    bundle(replace(places, distdir=other), "--distdir", str(places.distdir))


def test_a_fifo_in_the_place_of_a_distfile_is_an_error(places: Places) -> None:
    (places.distdir / BUSYBOX).unlink()
    os.mkfifo(places.distdir / BUSYBOX)
    bundle(places, code=1)
    ((code, _, message),) = errors(places)
    assert code == "CL090"
    assert "is not a regular file" in message


def test_a_symlink_out_of_the_distdir_is_not_followed(places: Places) -> None:
    outside = places.distdir.with_name("outside")
    (places.distdir / BUSYBOX).rename(outside)
    (places.distdir / BUSYBOX).symlink_to(outside)
    bundle(places, code=1)
    assert [code for code, _, _ in errors(places)] == ["CL090"]


def test_a_distfile_without_a_digest_is_an_error_and_in_the_bundle(
    places: Places,
) -> None:
    (places.overlay / "sys-apps/busybox/Manifest").unlink()
    bundle(places, code=1)
    assert [code for code, _, _ in errors(places)] == ["CL092"]
    assert files(places.out)[f"distfiles/{BUSYBOX}"] == TARBALL


@pytest.mark.parametrize("is_first", [True, False], ids=["first", "last"])
def test_lines_of_a_manifest_that_contradict_each_other_verify_nothing(
    places: Places, *, is_first: bool
) -> None:
    path = places.overlay / "sys-apps/busybox/Manifest"
    right = path.read_text(encoding="utf-8")
    wrong = right.replace("BLAKE2B ", "BLAKE2B 00")
    path.write_text(right + wrong if is_first else wrong + right, encoding="utf-8")
    bundle(places, code=1)
    ((code, _, message),) = errors(places)
    assert code == "CL092"
    assert "or one lists it twice and differently" in message


def test_a_line_of_a_manifest_that_is_there_twice_is_one(places: Places) -> None:
    path = places.overlay / "sys-apps/busybox/Manifest"
    path.write_text(path.read_text(encoding="utf-8") * 2, encoding="utf-8")
    bundle(places)


def test_unknown_sources_are_an_error(places: Places) -> None:
    (places.overlay / "metadata/md5-cache/sys-libs/libx-2.0-r1").unlink()
    bundle(places, code=1)
    ((code, cpv, message),) = errors(places)
    assert (code, cpv) == ("CL090", "sys-libs/libx-2.0-r1")
    assert message.startswith("distfile SRC_URI: neither the package database")


def test_distfiles_may_lie_in_a_directory_of_sources(places: Places) -> None:
    arguments = places.arguments("--sources", str(places.distdir))
    at = arguments.index("--distdir")
    del arguments[at : at + 2]
    assert run(*arguments).returncode == 0


def test_the_bundle_is_a_distdir_to_portage(places: Places) -> None:
    bundle(places)
    package_directory = places.out / "repos/own/sys-apps/busybox"
    read = Manifest(str(package_directory), str(places.out / "distfiles"), thin=True)
    assert list(read.fhashdict["DIST"]) == [BUSYBOX]
    read.checkTypeHashes("DIST")


def test_two_files_of_one_name_are_both_kept(places: Places) -> None:
    other = b"another busybox\n"
    values = {"LICENSE": "GPL-2\n", "repository": "base\n"}
    values["SRC_URI"] = f"https://e.example/{BUSYBOX}\n"
    write_entry(places.sysroot, "dev-libs/other-1", values)
    write_tree(
        places.master,
        {
            "dev-libs/other/other-1.ebuild": "EAPI=8\n",
            "dev-libs/other/Manifest": manifest({BUSYBOX: other}),
        },
    )
    second = write_tree(places.out.with_name("second"), {BUSYBOX: other})
    assert bundle(places, "--distdir", str(second))["complete"]
    written = files(places.out)
    assert written[f"distfiles/{BUSYBOX}"] == other  # the first package by name
    assert written[f"packages/{CPV}/distfiles/{BUSYBOX}"] == TARBALL


def test_what_was_fetched_from_a_repository_is_an_error(places: Places) -> None:
    write_tree(places.master, {"eclass/git-r3.eclass": "# fetches\n"})
    entry = places.sysroot / "var/db/pkg/dev-libs/live-9999"
    values = {"LICENSE": "GPL-2\n", "repository": "own\n", "INHERITED": "git-r3\n"}
    write_entry(places.sysroot, f"dev-libs/{entry.name}", values)
    write_tree(entry, {"live-9999.ebuild": "inherit git-r3\n"})
    bundle(places, code=1)
    ((code, cpv, message),) = errors(places)
    assert (code, cpv) == ("CL090", "dev-libs/live-9999")
    assert "was fetched by git-r3.eclass" in message


def test_use_that_is_not_recorded_leaves_distfiles_unknown(places: Places) -> None:
    cache = places.overlay / "metadata/md5-cache/sys-libs/libx-2.0-r1"
    cache.write_text("SRC_URI=x? ( https://e/libx-2.0.tar.gz )\n", encoding="utf-8")
    (places.sysroot / "var/db/pkg/sys-libs/libx-2.0-r1/USE").unlink()
    bundle(places, code=1)
    ((code, _, message),) = errors(places)
    assert code == "CL090"
    assert message.endswith("hangs on USE flags that are not recorded")


def contradict(places: Places) -> None:
    """Have the Manifest name the right BLAKE2B and a wrong SHA512."""
    path = places.overlay / "sys-apps/busybox/Manifest"
    good = hashlib.sha512(TARBALL).hexdigest()
    text = path.read_text(encoding="utf-8").replace(good, "0" * 128)
    path.write_text(text, encoding="utf-8")


def test_the_strongest_digest_alone_is_compared(places: Places) -> None:
    contradict(places)
    assert bundle(places)["complete"]


def test_a_manifest_that_contradicts_itself_is_found_by_all_digests(
    places: Places,
) -> None:
    contradict(places)
    bundle(places, "--all-digests", code=1)
    ((code, cpv, message),) = errors(places)
    assert (code, cpv) == ("CL091", CPV)
    assert "has another SHA512 than its Manifest says" in message
    assert not (places.out / f"distfiles/{BUSYBOX}").exists()


def test_a_file_of_an_earlier_run_is_not_believed(places: Places) -> None:
    bundle(places)
    path = places.out / f"distfiles/{BUSYBOX}"
    status = path.stat()
    path.write_bytes(TARBALL[::-1])
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))
    bundle(places)
    assert path.read_bytes() == TARBALL

# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""Ebuilds, eclasses, patches and records of the build in a bundle."""

import bz2
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
    package,
    write_places,
)
from builders_sources import write_tree
from builders_vdb import write_entry


@pytest.fixture
def places(tmp_path: Path) -> Places:
    return write_places(tmp_path)


def test_the_bundle_has_what_portage_needs(places: Places) -> None:
    bundle(places)
    written = files(places.out)
    assert written[f"distfiles/{BUSYBOX}"] == TARBALL
    for name in (
        "repos/own/profiles/repo_name",
        "repos/own/metadata/layout.conf",
        "repos/own/sys-apps/busybox/busybox-1.36.1.ebuild",
        "repos/own/sys-apps/busybox/Manifest",
        "repos/own/sys-apps/busybox/files/init.sh",
        "repos/own/licenses/GPL-2",
        "repos/base/profiles/base/make.defaults",
    ):
        assert name in written


def test_eclasses_come_from_the_repository_that_counts(places: Places) -> None:
    bundle(places)
    written = files(places.out)
    assert written["repos/own/eclass/multilib.eclass"] == b"# own multilib\n"
    assert "repos/base/eclass/multilib.eclass" not in written


def test_eclasses_that_eclasses_inherit_are_found(places: Places) -> None:
    paths = [
        one["path"] for one in package(bundle(places), "sys-libs/libx-2.0-r1")["files"]
    ]
    assert "repos/base/eclass/inner.eclass" in paths


def test_the_ebuild_that_was_built_counts(places: Places) -> None:
    ebuild = places.overlay / "sys-apps/busybox/busybox-1.36.1.ebuild"
    ebuild.write_text("EAPI=8\n# changed since\n", encoding="utf-8")
    bundle(places, code=1)
    written = files(places.out)["repos/own/sys-apps/busybox/busybox-1.36.1.ebuild"]
    assert b"changed since" not in written
    ((code, cpv, message),) = errors(places)
    assert (code, cpv) == ("CL091", CPV)
    assert message.startswith("ebuild busybox-1.36.1.ebuild: is another one")


def test_no_secret_and_no_path_of_the_builder_gets_in(places: Places) -> None:
    bundle(places)
    everything = b"".join(files(places.out).values())
    for secret in (b"ghp_donottell", b"/home/ada", str(places.sysroot).encode()):
        assert secret not in everything
    told = (places.out / f"packages/{CPV}/build.env").read_text(encoding="utf-8")
    assert "CFLAGS='-O2 -L<path> -ffile-prefix-map=<path>=.'\n" in told
    assert "USE='static'\n" in told


def test_patches_are_in_the_order_of_the_build(places: Places) -> None:
    found = package(bundle(places, "--patches"))["patches"]
    names = [(one["number"], one["path"].rpartition("/")[2]) for one in found]
    assert names == [(1, "busybox-1.36.1-second.patch"), (2, "first.patch")]
    series = places.out / f"packages/{CPV}/patches/series"
    assert series.read_text(encoding="utf-8").splitlines() == [
        "0001-busybox-1.36.1-second.patch",
        "0002-first.patch",
    ]


def test_patches_of_an_ebuild_alone_are_in_order_too(places: Places) -> None:
    (places.sysroot / f"var/db/pkg/{CPV}/environment.bz2").unlink()
    cache = places.overlay / f"metadata/md5-cache/{CPV}"
    cache.parent.mkdir(parents=True)
    cache.write_text(f"SRC_URI=https://e.example/{BUSYBOX}\n", encoding="utf-8")
    found = package(bundle(places))["patches"]
    assert [one["number"] for one in found] == [1, 2]


def test_a_directory_of_patches_is_in_the_order_of_names(places: Places) -> None:
    entry = places.sysroot / f"var/db/pkg/{CPV}/environment.bz2"
    text = 'declare -a PATCHES=([0]="/t/busybox-1.36.1/files/set")\ndeclare -x A=""\n'
    entry.write_bytes(bz2.compress(text.encode()))
    beside = places.overlay / "sys-apps/busybox/files"
    write_tree(beside, {"set/b.patch": "b", "set/a.patch": "a", "set/README": "r"})
    found = package(bundle(places))["patches"]
    numbered = [one["path"][-11:] for one in found if one["number"]]
    assert numbered == ["set/a.patch", "set/b.patch"]


def test_an_eclass_that_nobody_has_is_an_error(places: Places) -> None:
    (places.master / "eclass/inner.eclass").unlink()
    bundle(places, code=1)
    message = "eclass inner.eclass: is in no repository given"
    assert errors(places) == [("CL090", "sys-libs/libx-2.0-r1", message)]


def test_the_metadata_cache_names_eclasses(places: Places) -> None:
    cache = places.overlay / "metadata/md5-cache/sys-libs/libx-2.0-r1"
    with cache.open("a", encoding="utf-8") as file:
        file.write("_eclasses_=inner\t00\tmultilib\t00\n")
    found = package(bundle(places), "sys-libs/libx-2.0-r1")
    eclasses = [one["path"] for one in found["files"] if one["role"] == "eclass"]
    assert eclasses == [
        "repos/base/eclass/inner.eclass",
        "repos/own/eclass/multilib.eclass",
    ]


def test_a_kernel_without_its_configuration_is_an_error(places: Places) -> None:
    kernel = "sys-kernel/own-kernel-6_1-6.1.1"
    values = {"LICENSE": "GPL-2\n", "repository": "own\n"}
    write_entry(places.sysroot, kernel, {**values, "own-kernel-6_1-6.1.1.ebuild": "#"})
    bundle(places, code=1)
    ((code, cpv, _),) = errors(places)
    assert (code, cpv) == ("CL090", kernel)
    (places.sysroot / "boot").mkdir()
    (places.sysroot / "boot/config-6.1.1").write_text("CONFIG_X=y\n", encoding="utf-8")
    index = bundle(places)
    paths = [one["path"] for one in package(index, kernel)["files"]]
    assert f"packages/{kernel}/kernel/config-6.1.1" in paths


def test_an_environment_that_cannot_be_read_is_an_error(places: Places) -> None:
    entry = places.sysroot / f"var/db/pkg/{CPV}/environment.bz2"
    entry.write_bytes(entry.read_bytes()[:40])
    bundle(places, code=1)
    told = [message for _, _, message in errors(places)]
    assert [
        one for one in told if one.startswith("record of the build environment.bz2")
    ]


def test_names_with_line_breaks_do_not_get_in_the_way(places: Places) -> None:
    (places.distdir / "a\nb").write_bytes(b"")
    odd = places.overlay / "sys-apps/busybox/files/odd\nname"
    odd.write_bytes(b"")
    bundle(places, code=1)
    ((code, _, message),) = errors(places)
    assert code == "CL090"
    assert "has a name with control characters" in message


def test_masks_of_the_image_are_told_as_they_are(places: Places) -> None:
    entry = places.sysroot / f"var/db/pkg/{CPV}/environment.bz2"
    text = bz2.decompress(entry.read_bytes()).decode()
    text += 'declare -x INSTALL_MASK="/usr/share/man/* *.la"\n'
    entry.write_bytes(bz2.compress(text.encode()))
    bundle(places)
    told = (places.out / f"packages/{CPV}/build.env").read_text(encoding="utf-8")
    assert "INSTALL_MASK='/usr/share/man/* *.la'\n" in told


# --- what changes a build from outside of the ebuild ----------------------------------


def test_fragments_of_any_repository_come_with_the_patches_beside_them(
    places: Places,
) -> None:
    """Chromium OS keeps them in one overlay, wherever the ebuild lies."""
    write_tree(
        places.master,
        {
            "sys-apps/busybox/busybox.bashrc": "cros_pre_src_prepare_x() { :; }\n",
            "sys-apps/busybox/busybox-1.36.1.bashrc": "# of this version\n",
            "sys-apps/busybox/busybox-1.35.bashrc": "# of another version\n",
            "sys-apps/busybox/files/cros.patch": "--- e\n+++ f\n",
            "sys-apps/busybox/files/first.patch": "--- of the fragment\n",
            "coreos/config/env/sys-apps/busybox-1.36.1-r0": "# old place\n",
            "chromeos/config/env/sys-apps/busybox": "# older place\n",
        },
    )
    told = package(bundle(places, "--patches"))
    paths = {one["path"] for one in told["files"]}
    written = files(places.out)
    for name in (
        "sys-apps/busybox/busybox.bashrc",
        "sys-apps/busybox/busybox-1.36.1.bashrc",
        "sys-apps/busybox/files/cros.patch",
        "sys-apps/busybox/files/first.patch",
        "coreos/config/env/sys-apps/busybox-1.36.1-r0",
        "chromeos/config/env/sys-apps/busybox",
    ):
        assert f"repos/base/{name}" in paths
        assert written[f"repos/base/{name}"]
    assert "repos/base/sys-apps/busybox/busybox-1.35.bashrc" not in paths
    patches = f"packages/{CPV}/patches"
    assert b"+++ b" in written[f"{patches}/0002-first.patch"]
    assert f"{patches}/unordered/cros.patch" in written


def test_files_of_a_package_without_fragments_stay_in_their_repository(
    places: Places,
) -> None:
    write_tree(places.master, {"sys-apps/busybox/files/other.patch": "--- g\n"})
    bundle(places)
    assert "repos/base/sys-apps/busybox/files/other.patch" not in files(places.out)


def test_patches_of_whoever_builds_are_applied_last(places: Places) -> None:
    top = "etc/portage/patches/sys-apps"
    write_tree(
        places.sysroot,
        {
            f"{top}/busybox-1.36.1-r0/b.patch": "--- most special\n",
            f"{top}/busybox/b.patch": "--- of all versions\n",
            f"{top}/busybox:0/a.diff": "--- of the slot\n",
            f"{top}/busybox-1.36.1/taken-away.patch": "",
            f"{top}/busybox/taken-away.patch": "--- not applied\n",
            f"{top}/busybox/README": "no patch\n",
            f"{top}/busybox:9/c.patch": "--- of another slot\n",
        },
    )
    index = bundle(places, "--patches")
    written = files(places.out)
    users = f"packages/{CPV}/user-patches/"
    assert {
        name.removeprefix(users): content
        for name, content in written.items()
        if name.startswith(users)
    } == {"a.diff": b"--- of the slot\n", "b.patch": b"--- most special\n"}
    series = written[f"packages/{CPV}/patches/series"].decode().split()
    assert series[2:] == ["0003-a.diff", "0004-b.patch"]
    assert f"{users}b.patch" in {one["path"] for one in package(index)["files"]}


def test_a_patch_of_whoever_builds_that_cannot_be_read_is_missing(
    places: Places,
) -> None:
    folder = places.sysroot / "etc/portage/patches/sys-apps/busybox"
    folder.mkdir(parents=True)
    (folder / "a.patch").symlink_to("nowhere")
    bundle(places, code=1)
    ((code, cpv, message),) = errors(places)
    assert (code, cpv) == ("CL090", CPV)
    assert "patch etc/portage/patches/sys-apps/busybox/a.patch: " in message

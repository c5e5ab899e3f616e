# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""``sources``: the corresponding source of what is owed, and what is missing of it."""

import bz2
import hashlib
import json
import os
import re
import subprocess
from dataclasses import replace
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
from builders_corresponding import (
    LGPL_TARBALL,
    TARBALL,
    Places,
    manifest,
    write_places,
)
from builders_sources import write_tree
from builders_vdb import write_entry, write_repository
from command import ROOT, one_line, run
from portage.manifest import Manifest

from coos_license.store.directory import PART

BUSYBOX = "busybox-1.36.1.tar.bz2"
CPV = "sys-apps/busybox-1.36.1"


@pytest.fixture
def places(tmp_path: Path) -> Places:
    return write_places(tmp_path)


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


def test_only_packages_that_owe_source_are_taken(places: Places) -> None:
    index = bundle(places)
    assert [one["cpv"] for one in index["packages"]] == [CPV, "sys-libs/libx-2.0-r1"]
    assert index["complete"]


def test_all_takes_what_ships(places: Places) -> None:
    index = bundle(places, "--all", code=1)  # of dev-libs/mit-1 nothing is at hand
    assert package(index, "dev-libs/mit-1")["owed"] == []


def test_a_policy_that_elects_decides_what_is_owed(places: Places) -> None:
    license_file = places.sysroot / f"var/db/pkg/{CPV}/LICENSE"
    license_file.write_text("|| ( GPL-2 MIT )\n", encoding="utf-8")
    policy = places.out.with_name("policy.toml")
    policy.write_text('schema = 1\nprefer = ["MIT"]\n', encoding="utf-8")
    index = bundle(places, "--policy", str(policy))
    assert [one["cpv"] for one in index["packages"]] == ["sys-libs/libx-2.0-r1"]


def test_an_open_choice_counts_as_owed(places: Places) -> None:
    license_file = places.sysroot / f"var/db/pkg/{CPV}/LICENSE"
    license_file.write_text("|| ( GPL-2 MIT )\n", encoding="utf-8")
    (reason,) = package(bundle(places))["owed"]
    assert reason["why"] == "its own licence, an open choice"


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


def test_names_with_line_breaks_do_not_get_in_the_way(places: Places) -> None:
    (places.distdir / "a\nb").write_bytes(b"")
    odd = places.overlay / "sys-apps/busybox/files/odd\nname"
    odd.write_bytes(b"")
    bundle(places, code=1)
    ((code, _, message),) = errors(places)
    assert code == "CL090"
    assert "has a name with control characters" in message


def test_a_distfile_without_a_digest_is_an_error_and_in_the_bundle(
    places: Places,
) -> None:
    (places.overlay / "sys-apps/busybox/Manifest").unlink()
    bundle(places, code=1)
    assert [code for code, _, _ in errors(places)] == ["CL092"]
    assert files(places.out)[f"distfiles/{BUSYBOX}"] == TARBALL


def test_an_eclass_that_nobody_has_is_an_error(places: Places) -> None:
    (places.master / "eclass/inner.eclass").unlink()
    bundle(places, code=1)
    message = "eclass inner.eclass: is in no repository given"
    assert errors(places) == [("CL090", "sys-libs/libx-2.0-r1", message)]


def test_unknown_sources_are_an_error(places: Places) -> None:
    (places.overlay / "metadata/md5-cache/sys-libs/libx-2.0-r1").unlink()
    bundle(places, code=1)
    ((code, cpv, message),) = errors(places)
    assert (code, cpv) == ("CL090", "sys-libs/libx-2.0-r1")
    assert message.startswith("distfile SRC_URI: neither the package database")


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


def test_a_second_run_writes_nothing(places: Places) -> None:
    bundle(places, "--patches", "--split", "66K")
    before = {path: path.stat().st_mtime_ns for path in places.out.rglob("*")}
    result = run(*places.arguments("--patches", "--split", "66K"))
    assert b"; 0 written" in result.stderr
    files_then = {path: at for path, at in before.items() if path.is_file()}
    for path, at in files_then.items():
        assert path.stat().st_mtime_ns == at, path


def test_a_second_run_needs_no_distfile_that_is_there(places: Places) -> None:
    bundle(places)
    (places.distdir / BUSYBOX).unlink()
    assert bundle(places)["complete"]


def test_a_run_goes_on_where_another_was_stopped(places: Places) -> None:
    bundle(places)
    whole = files(places.out)
    (places.out / f"distfiles/{BUSYBOX}").write_bytes(TARBALL[:100])
    (places.out / PART).write_bytes(b"half")
    (places.out / "index.json").unlink()
    bundle(places)
    assert files(places.out) == whole


def test_two_runs_write_the_same_bytes(places: Places) -> None:
    bundle(places, "--split", "66K")
    other = replace(places, out=places.out.with_name("again"))
    bundle(other, "--split", "66K")
    assert files(places.out) == files(other.out)


def test_checksums_are_good_and_whole(places: Places) -> None:
    bundle(places)
    listed = (places.out / "SHA256SUMS").read_text(encoding="utf-8").splitlines()
    assert len(listed) == len(files(places.out)) - 1
    check = ["sha256sum", "--check", "--strict", "--quiet", "SHA256SUMS"]
    subprocess.run(check, cwd=places.out, check=True, capture_output=True)


def test_parts_are_one_tar_of_the_bundle(places: Places, tmp_path: Path) -> None:
    bundle(places, "--split", "66K")
    parts = sorted((places.out / "parts").glob("source.tar.*"))
    assert len(parts) == 2
    assert all(part.stat().st_size <= 66_000 for part in parts)
    check = ["sha256sum", "--check", "--strict", "--quiet", "SHA256SUMS"]
    subprocess.run(check, cwd=places.out / "parts", check=True, capture_output=True)
    whole = b"".join(part.read_bytes() for part in parts)
    subprocess.run(["tar", "xf", "-"], input=whole, cwd=tmp_path, check=True)
    kept = files(places.out)
    expected = {name: one for name, one in kept.items() if not name.startswith("parts")}
    assert files(tmp_path / "source") == expected


def test_parts_of_an_earlier_run_do_not_stay(places: Places) -> None:
    bundle(places, "--split", "66K")
    bundle(places, "--split", "1M")
    names = [path.name for path in (places.out / "parts").iterdir()]
    assert sorted(names) == ["SHA256SUMS", "source.tar.000"]


def test_what_is_not_of_the_bundle_is_named_and_left_alone(places: Places) -> None:
    bundle(places)
    (places.out / "notes.txt").write_text("mine", encoding="utf-8")
    result = run(*places.arguments())
    assert b"not of this bundle, left alone: notes.txt" in result.stderr
    assert (places.out / "notes.txt").exists()


@pytest.mark.parametrize("size", ["5", "x", "-1", "1T", ""])
def test_a_size_that_is_none_is_refused(places: Places, size: str) -> None:
    line = one_line(run(*places.arguments("--split", size)))
    assert "such as 2G" in line


def test_a_symlink_in_the_bundle_is_not_written_through(places: Places) -> None:
    outside = places.out.with_name("elsewhere")
    outside.mkdir()
    places.out.mkdir()
    (places.out / "distfiles").symlink_to(outside)
    assert "is a symbolic link" in one_line(run(*places.arguments()))
    assert list(outside.iterdir()) == []


def test_the_index_keeps_to_its_schema(places: Places) -> None:
    (places.distdir / BUSYBOX).unlink()
    index = bundle(places, "--patches", "--all", code=1)
    schema = json.loads((ROOT / "docs/schema/sources.schema.json").read_bytes())
    assert not list(jsonschema_rs.Draft202012Validator(schema).iter_errors(index))


def test_the_page_links_only_to_files_that_are_there(places: Places) -> None:
    bundle(places, "--patches")
    page = (places.out / "index.html").read_text(encoding="utf-8")
    links = re.findall(r'href="\./([^"]+)"', page)
    assert "distfiles/libx-2.0.tar.gz" in links
    for link in links:
        assert (places.out / link).is_file()


def test_a_waiver_of_the_policy_holds(places: Places) -> None:
    (places.distdir / BUSYBOX).unlink()
    policy = places.out.with_name("policy.toml")
    policy.write_text(
        'schema = 1\n[[waivers]]\nfinding = "source-missing"\n'
        'package = "sys-apps/busybox"\nreason = "on the medium"\n'
        'owner = "legal@example.com"\nexpires = 2099-01-01\n',
        encoding="utf-8",
    )
    bundle(places, "--policy", str(policy))
    assert errors(places) == []
    audit = run("audit", str(places.sysroot), "--policy", str(policy))
    assert b"unused-waiver" not in audit.stdout


def test_a_waiver_that_meets_nothing_is_a_finding_of_sources_alone(
    places: Places,
) -> None:
    policy = places.out.with_name("policy.toml")
    policy.write_text(
        'schema = 1\n[[waivers]]\nfinding = "source-missing"\n'
        'package = "sys-apps/busybox"\nreason = "on the medium"\n'
        'owner = "legal@example.com"\nexpires = 2099-01-01\n',
        encoding="utf-8",
    )
    assert b"unused-waiver" in run(*places.arguments("--policy", str(policy))).stdout


def test_distfiles_may_lie_in_a_directory_of_sources(places: Places) -> None:
    arguments = places.arguments("--sources", str(places.distdir))
    at = arguments.index("--distdir")
    del arguments[at : at + 2]
    assert run(*arguments).returncode == 0


def test_lgpl_without_recorded_links_is_an_open_duty(places: Places) -> None:
    (duty,) = [
        one for one in bundle(places)["duties"] if one["obligation"] == "relinking"
    ]
    assert not duty["met"]
    assert duty["packages"] == ["sys-libs/libx-2.0-r1"]


def test_lgpl_that_is_loaded_can_be_relinked(places: Places) -> None:
    for cpv, record in (
        ("dev-libs/mit-1", "X86_64;/usr/bin/mit;;;libx.so.2;x86_64"),
        ("sys-libs/libx-2.0-r1", "X86_64;/usr/lib64/libx.so.2;libx.so.2;;;x86_64"),
    ):
        needed = places.sysroot / f"var/db/pkg/{cpv}/NEEDED.ELF.2"
        needed.write_text(f"{record}\n", encoding="utf-8")
    (duty,) = [
        one for one in bundle(places)["duties"] if one["obligation"] == "relinking"
    ]
    assert duty["met"]


def test_the_bundle_is_a_distdir_to_portage(places: Places) -> None:
    bundle(places)
    package_directory = places.out / "repos/own/sys-apps/busybox"
    read = Manifest(str(package_directory), str(places.out / "distfiles"), thin=True)
    assert list(read.fhashdict["DIST"]) == [BUSYBOX]
    read.checkTypeHashes("DIST")


def test_gpl3_asks_for_installation_information(places: Places) -> None:
    license_file = places.sysroot / f"var/db/pkg/{CPV}/LICENSE"
    license_file.write_text("GPL-3\n", encoding="utf-8")
    duties = {one["obligation"]: one for one in bundle(places)["duties"]}
    assert duties["installation-information"]["packages"] == [CPV]
    assert not duties["installation-information"]["met"]


def test_lgpl_source_is_there(places: Places) -> None:
    bundle(places)
    assert files(places.out)["distfiles/libx-2.0.tar.gz"] == LGPL_TARBALL


def test_public_is_refused(places: Places) -> None:
    assert "--public hides packages" in one_line(run(*places.arguments("--public")))


def test_a_private_overlay_that_nothing_is_from_stays_out(places: Places) -> None:
    private = write_repository(places.out.with_name("private"), "secret-private", {})
    bundle(places, "--overlay", str(private))
    assert not (places.out / "repos/secret-private").exists()


def test_the_session_of_the_page_is_real(places: Places) -> None:
    page = (ROOT / "docs/corresponding-source.md").read_text(encoding="utf-8")
    ((call, shown),) = re.findall(
        r"^\$ coos-license (.+)\n([^`]+)```", page, re.MULTILINE
    )
    (places.distdir / "libx-2.0.tar.gz").unlink()
    result = run(*call.split(), cwd=places.out.parent)
    assert result.stdout.decode() == f"{shown}\n"
    assert result.returncode == 1


def test_what_a_licence_reaches_owes_source_too(places: Places) -> None:
    (places.sysroot / "var/db/pkg/sys-libs/libx-2.0-r1/LICENSE").write_text(
        "GPL-2\n", encoding="utf-8"
    )
    for cpv, record in (
        ("dev-libs/mit-1", "X86_64;/usr/bin/mit;;;libx.so.2;x86_64"),
        ("sys-libs/libx-2.0-r1", "X86_64;/usr/lib64/libx.so.2;libx.so.2;;;x86_64"),
    ):
        needed = places.sysroot / f"var/db/pkg/{cpv}/NEEDED.ELF.2"
        needed.write_text(f"{record}\n", encoding="utf-8")
    found = package(bundle(places, code=1), "dev-libs/mit-1")
    assert [one["why"] for one in found["owed"]] == [
        "reached over a link from /usr/lib64/libx.so.2"
    ]


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


def test_a_directory_of_patches_is_in_the_order_of_names(places: Places) -> None:
    entry = places.sysroot / f"var/db/pkg/{CPV}/environment.bz2"
    text = 'declare -a PATCHES=([0]="/t/busybox-1.36.1/files/set")\ndeclare -x A=""\n'
    entry.write_bytes(bz2.compress(text.encode()))
    beside = places.overlay / "sys-apps/busybox/files"
    write_tree(beside, {"set/b.patch": "b", "set/a.patch": "a", "set/README": "r"})
    found = package(bundle(places))["patches"]
    numbered = [one["path"][-11:] for one in found if one["number"]]
    assert numbered == ["set/a.patch", "set/b.patch"]


def test_use_that_is_not_recorded_leaves_distfiles_unknown(places: Places) -> None:
    cache = places.overlay / "metadata/md5-cache/sys-libs/libx-2.0-r1"
    cache.write_text("SRC_URI=x? ( https://e/libx-2.0.tar.gz )\n", encoding="utf-8")
    (places.sysroot / "var/db/pkg/sys-libs/libx-2.0-r1/USE").unlink()
    bundle(places, code=1)
    ((code, _, message),) = errors(places)
    assert code == "CL090"
    assert message.endswith("hangs on USE flags that are not recorded")


def test_an_environment_that_cannot_be_read_is_an_error(places: Places) -> None:
    entry = places.sysroot / f"var/db/pkg/{CPV}/environment.bz2"
    entry.write_bytes(entry.read_bytes()[:40])
    bundle(places, code=1)
    told = [message for _, _, message in errors(places)]
    assert [
        one for one in told if one.startswith("record of the build environment.bz2")
    ]

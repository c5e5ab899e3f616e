# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""What packages were made from, built with and linked to, and their names elsewhere."""

import json
import re
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import replace
from hashlib import sha512
from pathlib import Path
from typing import Any

import pytest
from builders_binpkg import FIXTURES
from builders_inventory import inventory, opened
from builders_sources import write_tree
from builders_vdb import raw, write_repository
from command import assert_same, run, snapshot
from packageurl import PackageURL
from spdx_builders import inventory as made
from spdx_builders import (
    json_bytes,
    package,
    read_json,
    read_tag_value,
    tag_value_bytes,
    validation_messages,
)

from coos_license.model import BinaryFile, FetchedFile, Package, PackageId, RawPackage
from coos_license.portage.patches import applied_patches
from coos_license.portage.source_uri import fetched_files

BLAKE2B, SHA512 = "ab" * 64, "cd" * 64
MANIFEST = f"DIST foo-1.tar.gz 7 BLAKE2B {BLAKE2B} SHA512 {SHA512}\nEBUILD x 1\n"
GNU_FOO = '<p><upstream><remote-id type="cpe">cpe:/a:gnu:foo</remote-id></upstream></p>'


def repository(root: Path, files: Mapping[str, str], name: str = "main") -> Path:
    """Return an ebuild repository with these files beside its ebuilds."""
    write_repository(root, name, {"MIT": "MIT"})
    return write_tree(root, files)


def resolved(paths: Sequence[Path], *packages: RawPackage) -> tuple[Package, ...]:
    """Return the packages of an inventory made with these repositories."""
    with ExitStack() as trees:
        return inventory(opened(paths, trees), *packages).packages


def document(*packages: Package) -> Any:
    """Return the JSON of the packages, which spdx-tools accepts in both formats."""
    found = made(packages)
    content = json_bytes(found)
    read = read_json(content)
    assert validation_messages(read) == []
    assert read_tag_value(tag_value_bytes(found)) == read
    return json.loads(content)


def edges(value: Any, kind: str) -> list[tuple[str, str]]:
    """Return the ends of the relationships of one type."""
    ends = ("spdxElementId", "relatedSpdxElement")
    return [
        (one[ends[0]].removeprefix("SPDXRef-"), one[ends[1]].removeprefix("SPDXRef-"))
        for one in value["relationships"]
        if one["relationshipType"] == kind
    ]


# --- the files that SRC_URI fetches


@pytest.mark.parametrize(
    ("src_uri", "expected"),
    [
        ("https://a.example/x/a.gz", (("a.gz", "https://a.example/x/a.gz"),)),
        ("https://a.example/a.gz -> b.gz", (("b.gz", "https://a.example/a.gz"),)),
        ("mirror+https://a.example/a.gz", (("a.gz", "https://a.example/a.gz"),)),
        ("mirror://gnu/x/a.gz", (("a.gz", "https://gnu.example/x/a.gz"),)),
        ("mirror://nobody/a.gz", (("a.gz", ""),)),
        (
            "mirror://nobody/a.gz http://b.example/a.gz",
            (("a.gz", "http://b.example/a.gz"),),
        ),
        ("a.gz", (("a.gz", ""),)),
        ("on? ( a.gz ) off? ( b.gz ) !off? ( c.gz )", (("a.gz", ""), ("c.gz", ""))),
        ("https://a.example/dir/", ()),
        ("broken? ( a.gz", ()),
        ("", ()),
    ],
)
def test_the_files_of_src_uri(
    src_uri: str, expected: tuple[tuple[str, str], ...]
) -> None:
    mirrors = {"gnu": ("https://gnu.example/", "https://other.example")}
    assert fetched_files(src_uri, frozenset({"on"}), mirrors) == expected


def test_without_recorded_flags_a_condition_is_not_guessed() -> None:
    assert fetched_files("on? ( a.gz ) b.gz", None, {}) == ()
    assert fetched_files("b.gz", None, {}) == (("b.gz", ""),)


def test_digests_are_those_of_the_manifest(tmp_path: Path) -> None:
    main = repository(tmp_path, {"app-misc/foo/Manifest": MANIFEST})
    uris = "https://a.example/foo-1.tar.gz https://a.example/more.gz"
    [found] = resolved([main], raw("app-misc/foo-1", src_uri=uris, repository="main"))
    assert found.fetched == (
        FetchedFile(
            "foo-1.tar.gz",
            "https://a.example/foo-1.tar.gz",
            7,
            (("BLAKE2B", BLAKE2B), ("SHA512", SHA512)),
        ),
        FetchedFile("more.gz", "https://a.example/more.gz", None, ()),
    )


def test_the_uri_may_be_in_the_cache_and_the_mirror_in_a_master(tmp_path: Path) -> None:
    cache = "metadata/md5-cache/app-misc/foo-1"
    own = repository(
        tmp_path / "own", {cache: "SRC_URI=mirror://gnu/foo-1.tar.gz\n_md5_=0\n"}, "own"
    )
    mirrors = "# names\ngnu https://gnu.example/pub\n"
    main = repository(tmp_path / "main", {"profiles/thirdpartymirrors": mirrors})
    entry = raw("app-misc/foo-1", repository="own")
    [found] = resolved([own, main], entry)
    [file] = found.fetched
    assert file.location == "https://gnu.example/pub/foo-1.tar.gz"


def test_a_source_is_one_element_and_says_what_was_made_from_it() -> None:
    digests = (("BLAKE2B", BLAKE2B), ("SHA512", SHA512), ("WHIRLPOOL", "0" * 128))
    file = FetchedFile("foo-1.tar.gz", "https://a.example/foo+1.gz", 7, digests)
    other = FetchedFile("b c&d", "", None, ())
    found = document(
        package("app-misc", "foo", "1-r1", fetched=(file, other)),
        package("app-misc", "foo-libs", "1", fetched=(file,)),
    )
    first, second = (
        "Source-b..x000020c..x000026d",
        f"Source-foo-1.tar.gz..v{SHA512[:16]}",
    )
    sources = {one["SPDXID"]: one for one in found["packages"][3:]}
    assert list(sources) == [f"SPDXRef-{first}", f"SPDXRef-{second}"]
    source = sources[f"SPDXRef-{second}"]
    assert source["versionInfo"] == "1"
    assert source["primaryPackagePurpose"] == "SOURCE"
    assert source["packageFileName"] == "foo-1.tar.gz"
    assert source["downloadLocation"] == "https://a.example/foo+1.gz"
    assert source["licenseDeclared"] == "NOASSERTION"
    assert source["checksums"] == [
        {"algorithm": "BLAKE2b-512", "checksumValue": BLAKE2B},
        {"algorithm": "SHA512", "checksumValue": SHA512},
    ]
    [purl] = source["externalRefs"]
    parsed = PackageURL.from_string(purl["referenceLocator"])
    assert (parsed.type, parsed.name) == ("generic", "foo-1.tar.gz")
    assert parsed.qualifiers == {
        "checksum": f"sha512:{SHA512}",
        "download_url": "https://a.example/foo+1.gz",
    }
    assert parsed.to_string() == purl["referenceLocator"]
    assert sources[f"SPDXRef-{first}"]["versionInfo"] == "unknown"
    assert "externalRefs" not in sources[f"SPDXRef-{first}"]
    assert edges(found, "GENERATED_FROM") == [
        ("Package-app-misc.foo-1-r1", first),
        ("Package-app-misc.foo-1-r1", second),
        ("Package-app-misc.foo-libs-1", second),
    ]


def test_equal_names_with_unlike_digests_are_two_files() -> None:
    files = [
        FetchedFile("a.gz", "", 1, (("SHA512", digit * 128),)) for digit in ("a", "b")
    ]
    found = document(
        package("a", "b", "1", fetched=tuple(files[:1])),
        package("a", "c", "1", fetched=tuple(files[1:])),
    )
    assert len({one["SPDXID"] for one in found["packages"]}) == 5


def test_what_a_bin_package_fetches_is_no_source() -> None:
    file = FetchedFile("foo.tar.gz", "", None, ())
    found = document(package("www-client", "foo-bin", "1", fetched=(file,)))
    assert found["packages"][2]["primaryPackagePurpose"] == "ARCHIVE"


# --- what it was built with, and links


def test_depend_is_what_a_package_was_built_with(tmp_path: Path) -> None:
    main = repository(tmp_path, {})
    headers = raw("sys-kernel/headers-6")
    foo = raw("app-misc/foo-1", depend="sys-kernel/headers", use="")
    found, _ = resolved([main], headers, foo)
    assert found.built_with == (headers.id,)
    assert found.depends_on == ()


@pytest.mark.parametrize(("builder", "count"), [("x86_64", 1), ("aarch64", 0)])
def test_bdepend_counts_where_the_builder_was_alike(
    tmp_path: Path, builder: str, count: int
) -> None:
    main = repository(tmp_path, {})
    values = {"bdepend": "dev-build/cmake", "cbuild": builder, "chost": "x86_64"}
    found = resolved(
        [main], raw("app-misc/foo-1", use="", **values), raw("dev-build/cmake-4")
    )
    assert len(found[0].built_with) == count


def test_an_ebuild_was_built_with_nothing(tmp_path: Path) -> None:
    main = repository(tmp_path, {})
    foo = raw("app-misc/foo-1", depend="sys-kernel/headers")
    found, _ = resolved([main], foo, raw("sys-kernel/headers-6"))
    assert found.built_with == ()


def test_the_relationships_of_building() -> None:
    other = PackageId("dev-build", "cmake", "4")
    found = document(
        package("app-misc", "foo", "1", built_with=(other,)),
        package("dev-build", "cmake", "4"),
    )
    cmake, foo = "Package-dev-build.cmake-4", "Package-app-misc.foo-1"
    assert edges(found, "BUILD_DEPENDENCY_OF") == [(cmake, foo)]


# --- binary packages


def test_a_binary_package_has_its_name_and_digests() -> None:
    binary = BinaryFile("foo-1.tbz2", 3, (("MD5", "a" * 32), ("SHA1", "b" * 40)))
    found = document(package("app-misc", "foo", "1", binary=binary))
    assert found["packages"][1]["packageFileName"] == "foo-1.tbz2"
    assert [one["algorithm"] for one in found["packages"][1]["checksums"]] == [
        "MD5",
        "SHA1",
    ]


@pytest.mark.parametrize("index_only", [False, True])
def test_digests_are_those_of_the_index(tmp_path: Path, *, index_only: bool) -> None:
    source = FIXTURES / "xpak"
    if index_only:
        source = write_tree(tmp_path, {"Packages": (source / "Packages").read_bytes()})
    arguments = ("list", str(source), "--overlay", str(FIXTURES / "repo"))
    listed = json.loads(run(*arguments, "--format", "json").stdout)
    binaries = [one["binary_package"] for one in listed["packages"]]
    assert [one["name"] for one in binaries] == [
        "hello-1.0-r1.tbz2",
        "meta-1.tbz2",
        "plain-2.tbz2",
    ]
    assert all(set(one["digests"]) == {"MD5", "SHA1"} for one in binaries)
    assert all(one["bytes"] > 0 for one in binaries)


# --- CPE


def test_the_cpe_is_in_both_formats(tmp_path: Path) -> None:
    main = repository(tmp_path, {"app-misc/foo/metadata.xml": GNU_FOO})
    [found] = resolved([main], raw("app-misc/foo-1.5_p2", repository="main"))
    assert found.cpes == ("cpe:2.3:a:gnu:foo:1.5:p2:*:*:*:*:*:*",)
    references = document(found)["packages"][1]["externalRefs"]
    assert references[1] == {
        "referenceCategory": "SECURITY",
        "referenceType": "cpe23Type",
        "referenceLocator": found.cpes[0],
    }


# --- a snapshot keeps all of it


def test_a_snapshot_keeps_what_lies_beside_the_ebuilds(
    tmp_path: Path, installed_sysroot: Path
) -> None:
    [entry, *_] = sorted((installed_sysroot / "var/db/pkg").glob("*/*"))
    key = f"{entry.parent.name}/{re.sub('-[0-9].*', '', entry.name)}"
    overlay = repository(
        tmp_path / "repo",
        {
            f"metadata/md5-cache/{entry.parent.name}/{entry.name}": (
                "SRC_URI=mirror://gnu/foo-1.tar.gz\n_md5_=0\n"
            ),
            "profiles/thirdpartymirrors": "gnu https://gnu.example\n",
            f"{key}/Manifest": MANIFEST,
            f"{key}/{entry.name}.ebuild": EBUILD,
            f"{key}/files/{key.partition('/')[2]}/b+c.patch": "patch",
            f"{key}/metadata.xml": GNU_FOO,
        },
        (entry / "repository").read_text("utf-8").strip(),
    )
    kept = tmp_path / "kept.tar.gz"
    live = [str(installed_sysroot), "--overlay", str(overlay)]
    snapshot(kept, *live)
    assert_same(tmp_path, live, [str(kept)])
    listed = json.loads(run("list", str(kept), "--format", "json").stdout)
    [found] = [one for one in listed["packages"] if one["fetched"]]
    assert found["fetched"][0]["digests"]["SHA512"] == SHA512
    assert found["cpes"]
    assert "SHA512" in found["patches"][1]["digests"]


# --- patches

EBUILD = """EAPI=8
PATCHES=(
\t"${FILESDIR}"/${P}-a.patch # the first
\t"${FILESDIR}/${PN}/b+c.patch"
\t"${WORKDIR}/d.patch" "${FILESDIR}"/e-*.patch "${FILESDIR}/$f.patch"
\t"${FILESDIR}/../g.patch" "${FILESDIR}"
)
use x && PATCHES+=( "${FILESDIR}"/h.patch )
"""


@pytest.mark.parametrize(
    ("ebuild", "expected"),
    [
        (EBUILD, ("foo-1.2-a.patch", "foo/b+c.patch")),
        (EBUILD.replace("EAPI=8", "EAPI=5"), ()),
        (EBUILD.replace("EAPI=8", ""), ()),
        (f"{EBUILD}src_prepare() {{\n\teapply_user\n}}\n", ()),
        (f"{EBUILD}PATCHES=( x )\n", ()),
        (f"{EBUILD}unset x; PATCHES=()\n", ()),
        (EBUILD.replace("\nPATCHES=(", "\nif x; then PATCHES=("), ()),
        ("EAPI=8\n", ()),
    ],
)
def test_only_patches_that_are_surely_applied_are_told(
    ebuild: str, expected: tuple[str, ...]
) -> None:
    package_ = PackageId("app-misc", "foo", "1.2-r1")
    assert applied_patches(ebuild, package_) == expected


def test_a_patch_is_an_element_with_its_digest(tmp_path: Path) -> None:
    files = {
        "app-misc/foo/foo-1.2-r1.ebuild": EBUILD,
        "app-misc/foo/files/foo-1.2-a.patch": "--- a\n+++ b\n",
    }
    main = repository(tmp_path, files)
    [found] = resolved([main], raw("app-misc/foo-1.2-r1", repository="main"))
    value = document(replace(found, ebuild=None))
    patches = {one["name"]: one for one in value["packages"][2:]}
    assert set(patches) == {"foo-1.2-a.patch", "foo/b+c.patch"}
    digest = sha512(b"--- a\n+++ b\n").hexdigest()
    assert patches["foo-1.2-a.patch"]["checksums"] == [
        {"algorithm": "SHA512", "checksumValue": digest}
    ]
    assert "checksums" not in patches["foo/b+c.patch"]
    assert edges(value, "PATCH_APPLIED") == [
        (
            f"Patch-app-misc..sfoo..sfoo-1.2-a.patch..v{digest[:16]}",
            "Package-app-misc.foo-1.2-r1",
        ),
        ("Patch-app-misc..sfoo..sfoo..sb..plusc.patch", "Package-app-misc.foo-1.2-r1"),
    ]

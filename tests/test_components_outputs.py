# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""Components in the SBOM, on the credits page, in NOTICE, ``list`` and ``explain``."""

import json
import string
import tarfile
from pathlib import Path

from builders_elf import go_program
from builders_installed import SITE, install
from builders_sources import NOTICE as SOURCE_NOTICE
from builders_sources import write_tree
from command import assert_same, run, snapshot
from hypothesis import given
from hypothesis import strategies as st
from spdx_builders import read_json, read_tag_value, validation_messages

from coos_license.bom.ids import component_ref

ID_CHARACTERS = frozenset(string.ascii_letters + string.digits + ".-")
ANY = st.text(st.characters(codec="utf-8"), max_size=6) | st.text(
    "./@_+-a1", max_size=6
)


def test_both_sboms_are_valid_and_equal(installed_outputs: Path) -> None:
    document = read_json((installed_outputs / "sbom.spdx.json").read_bytes())
    assert validation_messages(document) == []
    assert read_tag_value((installed_outputs / "sbom.spdx").read_bytes()) == document


def test_the_minimum_elements_are_there(installed_outputs: Path) -> None:
    from ntia_conformance_checker import NTIAChecker  # noqa: PLC0415 (heavy)

    checker = NTIAChecker(str(installed_outputs / "sbom.spdx.json"), validate=False)
    assert checker.compliant, checker.get_components_without_versions()


def test_a_component_is_one_element_and_relationships_say_where(tmp_path: Path) -> None:
    for name in ("one", "two"):
        files = {f"usr/bin/{name}": go_program()}
        install(tmp_path / "root", f"app-misc/{name}-1", "MIT", files)
    out = tmp_path / "out"
    run("generate", str(tmp_path / "root"), "-o", str(out))
    document = json.loads((out / "sbom.spdx.json").read_bytes())
    fork = "SPDXRef-Component-golang..sexample.org..sfork..vv0.2.0..plusincompatible"
    (element,) = (one for one in document["packages"] if one["SPDXID"] == fork)
    assert element == {
        "SPDXID": fork,
        "name": "example.org/fork",
        "versionInfo": "v0.2.0+incompatible",
        "supplier": "NOASSERTION",
        "downloadLocation": "NOASSERTION",
        "filesAnalyzed": False,
        "sourceInfo": "Named by root/usr/bin/one, root/usr/bin/two; go.sum h1:BBB=",
        "licenseConcluded": "NOASSERTION",
        "licenseDeclared": "NOASSERTION",
        "licenseComments": "Neither installed files nor sources state its license.",
        "copyrightText": "NOASSERTION",
        "externalRefs": [
            {
                "referenceCategory": "PACKAGE-MANAGER",
                "referenceType": "purl",
                "referenceLocator": "pkg:golang/example.org/fork@v0.2.0%2Bincompatible",
            }
        ],
    }
    related = [
        (one["spdxElementId"].removeprefix("SPDXRef-Package-"), one["relationshipType"])
        for one in document["relationships"]
        if one["relatedSpdxElement"] == fork
    ]
    assert related == [
        ("app-misc.one-1", "CONTAINS"),
        ("app-misc.one-1", "STATIC_LINK"),
        ("app-misc.two-1", "CONTAINS"),
        ("app-misc.two-1", "STATIC_LINK"),
    ]


@given(st.tuples(ANY, ANY), st.tuples(ANY, ANY))
def test_no_two_components_share_an_id(
    one: tuple[str, str], other: tuple[str, str]
) -> None:
    ids = {component_ref("npm", *pair) for pair in (one, other)}
    assert (len(ids) == 1) == (one == other)
    assert all(id_.isascii() and set(id_) <= ID_CHARACTERS for id_ in ids)


def test_credits_and_notice_list_what_a_package_contains(
    installed_outputs: Path,
) -> None:
    notice = (installed_outputs / "NOTICE").read_text("utf-8")
    assert (
        "    Contains:    5 Go modules, license not stated:\n"
        "                 example.org/fork v0.2.0+incompatible\n"
        "                 example.org/tool\n"
    ) in notice
    page = (installed_outputs / "credits.html").read_text("utf-8")
    assert 'parts"><summary>5 Go modules, <span class="missing">license not' in page
    assert '<li>github.com/Azure/x <span class="version">v1.2.0</span></li>' in page


def test_list_counts_the_components(installed_sysroot: Path) -> None:
    table = run("list", str(installed_sysroot), "-q").stdout.decode()
    assert "Apache-2.0  (+5 components)\n" in table
    assert "Apache-2.0  (+1 component)\n" in table
    lines = run("list", str(installed_sysroot), "-q", "--format", "csv").stdout.decode()
    assert [line.rpartition(",")[2] for line in lines.splitlines()] == [
        *("components", "5", "2", "1", "2")
    ]


def test_explain_names_each_component_and_its_file(installed_sysroot: Path) -> None:
    said = run("explain", str(installed_sysroot), "docker", "-q").stdout.decode()
    assert (
        "  components  5: 4 linked statically, 5 without a known licence\n"
        "  component   pkg:golang/example.org/fork@v0.2.0%2Bincompatible"
        "  static  NOASSERTION\n"
        "              root/usr/bin/dockerd\n"
        "              h1:BBB=\n"
    ) in said


PACKAGES = (("one", "MIT"), ("two", "ISC"), ("three", "MIT"), ("four", "MIT"))


def test_packages_that_do_not_agree_on_a_licence_assert_nothing(tmp_path: Path) -> None:
    root = tmp_path / "root"
    for name, license_ in PACKAGES:
        text = json.dumps({"name": "x", "version": "1", "license": license_}).encode()
        place = f"usr/share/{name}/node_modules/x/package.json"
        install(root, f"app-misc/{name}-1", "MIT", {place: text})
    out = tmp_path / "out"
    run("generate", str(root), "-o", str(out))
    (element,) = (
        one
        for one in json.loads((out / "sbom.spdx.json").read_bytes())["packages"]
        if one["SPDXID"].startswith("SPDXRef-Component-")
    )
    assert element["licenseDeclared"] == "NOASSERTION"
    assert element["licenseComments"] == (
        "The files that name it do not agree: ISC, MIT."
    )
    place = "root/usr/share/{}/node_modules/x/package.json"
    assert element["sourceInfo"] == (
        f"Named by {place.format('four')}, {place.format('one')},"
        f" {place.format('three')} and 1 more"
    )


def test_explain_shows_notices_and_what_is_stated(
    tmp_path: Path, installed_sysroot: Path
) -> None:
    said = run("explain", str(installed_sysroot), "requests", "-q").stdout.decode()
    assert "  notice      NOTICE file, to be passed on whole\n" in said
    assert "dist-info/licenses/NOTICE  sha256 " in said
    text = b'{"name": "x", "version": "1", "license": "see \\u001b[1m here"}'
    files = {"usr/share/x/node_modules/x/package.json": text}
    install(tmp_path, "app-misc/one-1", "MIT", files)
    said = run("explain", str(tmp_path), "one", "-q").stdout.decode()
    assert "pkg:npm/x@1  contained  NOASSERTION (stated: see [1m here)" in said


def test_notices_of_sources_come_before_those_of_components(
    tmp_path: Path, installed_sysroot: Path
) -> None:
    folder = "dev-python/requests-2.31.0"
    sources = write_tree(tmp_path / "sources", {f"{folder}/doc/NOTICE": SOURCE_NOTICE})
    live = [str(installed_sysroot), "--sources", str(sources)]
    archive = snapshot(tmp_path / "packed.tar.gz", *live)
    assert_same(tmp_path, live, [str(archive)])
    found = json.loads((tmp_path / "packed/inventory.json").read_bytes())
    requests = next(one for one in found["packages"] if one["name"] == "requests")
    assert [one["path"] for one in requests["notice_files"]] == [
        f"sources/{folder}/doc/NOTICE",
        f"root/{SITE}/requests-2.31.0.dist-info/licenses/NOTICE",
    ]
    hashes = [one["sha256"] for one in requests["notice_files"]]
    assert requests["notices"] == hashes
    with tarfile.open(tmp_path / "packed/notice-bundle.tar.gz") as bundle:
        own = [
            name.rpartition("/")[2]
            for name in bundle.getnames()
            if name.startswith(f"packages/{folder}/NOTICE")
        ]
        top = bundle.extractfile(f"packages/{folder}/NOTICE")
        assert top is not None
        assert top.read().decode() == SOURCE_NOTICE
    assert own == ["NOTICE", f"NOTICE-{hashes[1][:8]}"]

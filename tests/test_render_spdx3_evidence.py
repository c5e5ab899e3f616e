# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""SPDX 3.0.1 of what sources, links and installed files add to a bill."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import orjson
from bom_builders import FILE, GLIBC, MODULE, PATCH, TARBALL, ZSTD, full_bom
from spdx_builders import META
from test_files import generated, sysroot

from coos_license.bom.values import Algorithm, Bom, Digest
from coos_license.render.json_lists import json_object
from coos_license.render.spdx3_json import graph
from coos_license.render.spdx3_values import CONTEXT
from coos_license.verify.spdx3 import faults

NAMESPACE = f"{META.namespace}#"


def objects(bom: Bom) -> dict[str, Any]:
    """Return the objects of the document by the last part of their ids."""
    return {
        str(one.get("spdxId", "")).removeprefix(NAMESPACE): one for one in graph(bom)
    }


def to(one: dict[str, Any]) -> list[str]:
    """Return where a relationship leads."""
    return [other.removeprefix(NAMESPACE) for other in one["to"]]


def test_with_all_that_there_may_be_the_document_is_sound() -> None:
    content = json_object({"@context": CONTEXT, "@graph": graph(full_bom())})
    assert faults(b"".join(content)) == ()


def test_a_distfile_is_a_file_with_digests_and_a_place() -> None:
    one = objects(full_bom())[TARBALL]
    assert (one["type"], one["name"]) == ("software_File", "zstd-1.5.6.tar.gz")
    assert one["software_primaryPurpose"] == "source"
    assert {told["algorithm"]: told["hashValue"] for told in one["verifiedUsing"]} == {
        "blake2b512": "0b" * 64,
        "sha512": "05" * 64,
    }
    (place,) = one["externalRef"]
    assert place["externalRefType"] == "sourceArtifact"
    assert place["locator"] == ["https://example.org/zstd-1.5.6.tar.gz"]


def test_a_package_is_generated_from_its_distfile_and_distributed_in_it() -> None:
    found = objects(full_bom())
    generates = found[f"Relationship-generated-from-{TARBALL}"]
    assert generates["relationshipType"] == "generates"
    assert to(generates) == [ZSTD]
    artifact = found[f"Relationship-hasDistributionArtifact-{ZSTD}"]
    assert to(artifact) == [TARBALL]
    assert "has no file of its own" in artifact["comment"]


def test_a_binary_package_is_the_file_that_a_package_is_distributed_in() -> None:
    bom = full_bom()
    digest = Digest(Algorithm.SHA512, "0a" * 64)
    elements = [
        replace(one, file_name="zstd.gpkg.tar", digests=(digest,))
        if one.id == ZSTD
        else one
        for one in bom.elements
    ]
    found = objects(replace(bom, elements=tuple(elements)))
    (ref,) = to(found[f"Relationship-hasDistributionArtifact-{ZSTD}"])
    assert found[ref]["name"] == "zstd.gpkg.tar"
    assert found[ref]["verifiedUsing"][0]["hashValue"] == "0a" * 64


def test_a_patch_is_a_file_that_was_applied_in_the_build() -> None:
    found = objects(full_bom())
    patched = found[f"Relationship-patched-by-{ZSTD}"]
    assert (patched["relationshipType"], patched["scope"]) == ("patchedBy", "build")
    assert to(patched) == [PATCH]
    assert found[PATCH]["software_primaryPurpose"] == "patch"


def test_what_was_linked_and_when() -> None:
    found = objects(full_bom())
    static = found[f"Relationship-static-link-{ZSTD}"]
    assert (static["relationshipType"], static["scope"]) == ("hasStaticLink", "build")
    assert to(static) == [MODULE]
    dynamic = found[f"Relationship-dynamic-link-{ZSTD}"]
    assert dynamic["relationshipType"] == "hasDynamicLink"
    assert (dynamic["scope"], dynamic["comment"]) == ("runtime", "libc.so.6")
    assert to(dynamic) == [GLIBC]


def test_an_installed_file_has_three_digests_and_an_owner() -> None:
    found = objects(full_bom())
    assert found[FILE]["name"] == "usr/bin/zstd"
    algorithms = [one["algorithm"] for one in found[FILE]["verifiedUsing"]]
    assert algorithms == ["sha1", "sha256", "sha512"]
    assert to(found[f"Relationship-contains-files-{ZSTD}"]) == [FILE]
    assert found[ZSTD]["verifiedUsing"] == [
        {
            "type": "PackageVerificationCode",
            "algorithm": "sha1",
            "hashValue": "d6a770ba38583ed4bb4525bd96e50461655d2758",
        }
    ]


def test_other_names_of_a_package_are_identifiers() -> None:
    one = objects(full_bom())[ZSTD]
    assert one["software_packageUrl"] == "pkg:ebuild/app-arch/zstd@1.5.6_p1-r1"
    assert [
        (told["externalIdentifierType"], told["identifier"])
        for told in one["externalIdentifier"]
    ] == [
        ("packageUrl", "pkg:ebuild/app-arch/zstd@1.5.6_p1-r1"),
        ("packageUrl", "pkg:generic/zstd@1.5.6"),
        ("cpe23", "cpe:2.3:a:facebook:zstandard:1.5.6:*:*:*:*:*:*:*"),
    ]


def test_a_decision_is_an_annotation() -> None:
    one = objects(full_bom())[f"Annotation-1-{ZSTD}"]
    assert one["subject"] == f"{NAMESPACE}{ZSTD}"
    assert one["statement"] == "Elected BSD-3-Clause."


def test_the_bytes_do_not_depend_on_how_much_is_written_at_once() -> None:
    bom = full_bom()
    content = b"".join(json_object({"@context": CONTEXT, "@graph": graph(bom)}))
    assert orjson.loads(content)["@graph"] == list(graph(bom))


def test_a_build_says_what_went_in_and_what_came_out() -> None:
    found = objects(full_bom())
    assert found["Document"]["profileConformance"][-1] == "build"
    build = found[f"Build-{ZSTD}"]
    assert build["build_buildEndTime"] == "2026-01-31T00:00:00Z"
    assert build["build_configSourceEntrypoint"] == [
        "app-arch/zstd/zstd-1.5.6_p1-r1.ebuild"
    ]
    told = {one["key"]: one["value"] for one in build["build_parameter"]}
    assert told == {"USE": "lzma zlib", "repository": "portage-stable"}
    assert to(found[f"Relationship-hasInput-{ZSTD}"]) == [TARBALL]
    assert to(found[f"Relationship-hasOutput-{ZSTD}"]) == [ZSTD]


def test_of_what_nothing_says_that_it_was_built_there_is_no_build() -> None:
    assert f"Build-{GLIBC}" not in objects(full_bom())


def test_the_files_of_a_real_sysroot_are_sound_and_in_their_packages(
    tmp_path: Path,
) -> None:
    out = generated(sysroot(tmp_path / "sysroot"), tmp_path / "out")
    content = (out / "sbom.spdx3.json").read_bytes()
    assert faults(content) == ()
    graph_ = orjson.loads(content)["@graph"]
    files = {
        one["spdxId"]: one["name"]
        for one in graph_
        if one["type"] == "software_File" and "verifiedUsing" in one
    }
    contained = {
        files[other]
        for one in graph_
        if one.get("relationshipType") == "contains"
        for other in one["to"]
        if other in files
    }
    assert contained == set(files.values()) != set()

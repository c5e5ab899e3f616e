# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""CycloneDX 1.6: strictly valid and reproducible, whatever the packages hold."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from bom_builders import GLIBC, MODULE, ZSTD, full_bom
from builders_elf import go_program
from builders_installed import install
from command import IDENTITY, OVERLAYS, ROOT, SYSROOT, one_line, run
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from spdx_builders import HOSTILE, META, hostile_inventory, inventory, rich_inventory

from coos_license.bom.values import Bom, Relation, Relationship
from coos_license.model import Image, Inventory
from coos_license.render import cyclonedx_json

Json = dict[str, Any]


def cyclonedx_bytes(found: Inventory) -> bytes:
    """Return the document as written to a file."""
    return b"".join(cyclonedx_json.render(found, META))


def of_bom(bom: Bom) -> bytes:
    """Return the document of a bill."""
    return b"".join(cyclonedx_json.pieces(bom))


def by_ref(content: bytes) -> dict[str, Json]:
    """Return the components by their references, nested ones too."""
    document = json.loads(content)
    waiting = [document["metadata"]["component"], *document["components"]]
    found = {}
    while waiting:
        one = waiting.pop()
        assert one["bom-ref"] not in found
        found[one["bom-ref"]] = one
        waiting += one.get("components", [])
    return found


def properties(one: Json) -> list[tuple[str, str]]:
    """Return the properties without the beginning of their names."""
    return [
        (told["name"].removeprefix("coos-license:"), told["value"])
        for told in one.get("properties", [])
    ]


def assert_valid(content: bytes) -> None:
    """Have the official schema accept the document, no unknown property in it."""
    error = JsonStrictValidator(SchemaVersion.V1_6).validate_str(content.decode())
    assert error is None, error


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(cyclonedx_bytes(rich_inventory()), id="every field"),
        pytest.param(cyclonedx_bytes(rich_inventory(Image())), id="no identity"),
        pytest.param(cyclonedx_bytes(inventory([])), id="no packages"),
        pytest.param(of_bom(full_bom()), id="sources, links and parts"),
        pytest.param(
            cyclonedx_bytes(hostile_inventory(list(HOSTILE))), id="hostile words"
        ),
    ],
)
def test_the_document_is_strictly_valid(content: bytes) -> None:
    assert_valid(content)


def test_two_runs_write_the_same_and_the_order_of_the_input_does_not_matter() -> None:
    found = rich_inventory()
    turned = Inventory(
        image=found.image,
        packages=tuple(reversed(found.packages)),
        texts=found.texts,
        extracted=found.extracted,
    )
    first = cyclonedx_bytes(found)
    assert cyclonedx_bytes(turned) == first == cyclonedx_bytes(rich_inventory())
    document = json.loads(first)
    assert document["serialNumber"] == "urn:uuid:b456ca37-e359-5c32-bc88-ce8b32ca7b79"
    assert document["metadata"]["timestamp"] == "2026-01-31T00:00:00+00:00"


def test_every_component_has_its_dependencies_and_each_leads_to_one() -> None:
    content = of_bom(full_bom())
    known = set(by_ref(content))
    graph = {
        one["ref"]: one.get("dependsOn", [])
        for one in json.loads(content)["dependencies"]
    }
    assert set(graph) == known
    assert {other for some in graph.values() for other in some} <= known
    assert graph[ZSTD] == [f"{ZSTD}/{MODULE}", GLIBC]
    assert ZSTD in graph["Image"]


def test_concluded_is_the_license_and_declared_the_evidence() -> None:
    zstd = by_ref(cyclonedx_bytes(rich_inventory()))[ZSTD]
    assert zstd["licenses"] == [
        {"acknowledgement": "concluded", "expression": "BSD-3-Clause"}
    ]
    assert zstd["evidence"] == {
        "copyright": [
            {"text": "Copyright (c) Meta Platforms"},
            {"text": "Copyright 2020 Jörg"},
        ],
        "licenses": [
            {
                "acknowledgement": "declared",
                "expression": "BSD-3-Clause OR GPL-2.0-only",
            }
        ],
    }


def test_what_nobody_concluded_otherwise_is_declared() -> None:
    glibc = by_ref(cyclonedx_bytes(rich_inventory()))[GLIBC]
    assert glibc["licenses"] == [
        {
            "acknowledgement": "declared",
            "expression": "LGPL-2.1-or-later AND BSD-3-Clause",
        }
    ]


def test_no_license_and_an_unknown_one_are_told_apart() -> None:
    found = by_ref(cyclonedx_bytes(rich_inventory()))
    nothing, unknown = (
        found["Package-virtual.libc-1"],
        found["Package-sys-firmware.blob-2"],
    )
    assert ("license-declared", "NONE") in properties(nothing)
    assert ("license-declared", "NOASSERTION") in properties(unknown)
    assert not {"licenses", "evidence"} & (set(nothing) | set(unknown))


def test_the_text_of_a_license_reference_is_a_property_of_the_document() -> None:
    texts = dict(properties(json.loads(cyclonedx_bytes(rich_inventory()))))
    assert texts == {
        "text:LicenseRef-gentoo-lost": "NOASSERTION",
        "text:LicenseRef-gentoo-unicode": "Unicode terms\n\n  apply ©.\n",
    }


def test_a_package_names_its_sources_with_their_digests() -> None:
    zstd = by_ref(of_bom(full_bom()))[ZSTD]
    (source,) = (
        one
        for one in zstd["externalReferences"]
        if one["type"] == "source-distribution"
    )
    assert source["url"] == "https://example.org/zstd-1.5.6.tar.gz"
    assert {one["alg"] for one in source["hashes"]} == {"BLAKE2b-512", "SHA-512"}
    assert zstd["cpe"] == "cpe:2.3:a:facebook:zstandard:1.5.6:*:*:*:*:*:*:*"
    assert zstd["pedigree"]["notes"] == "fix.patch"


def test_a_part_is_nested_and_what_is_linked_is_said() -> None:
    zstd = by_ref(of_bom(full_bom()))[ZSTD]
    (part,) = zstd["components"]
    assert part["purl"] == "pkg:golang/example.org/lib@1.2"
    links = dict(properties(zstd))
    assert links["static-link"] == part["bom-ref"]
    assert links["dynamic-link"] == GLIBC


def test_a_part_of_two_packages_is_in_both(tmp_path: Path) -> None:
    for name in ("one", "two"):
        files = {f"usr/bin/{name}": go_program()}
        install(tmp_path / "root", f"app-misc/{name}-1", "MIT", files)
    out = tmp_path / "out"
    run("generate", str(tmp_path / "root"), "--cyclonedx", "-o", str(out))
    content = (out / "sbom.cdx.json").read_bytes()
    assert_valid(content)
    found = by_ref(content)
    parts = [
        {one["purl"] for one in found[f"Package-app-misc.{name}-1"]["components"]}
        for name in ("one", "two")
    ]
    assert parts[0] == parts[1] != set()


# --- the option


def test_the_option_adds_the_file_its_checksum_and_the_check(tmp_path: Path) -> None:
    arguments = ["generate", SYSROOT, *OVERLAYS, *IDENTITY, "-o", str(tmp_path), "-q"]
    assert run(*arguments).returncode in {0, 1}
    assert not (tmp_path / "sbom.cdx.json").exists()
    assert run(*arguments, "--cyclonedx").returncode in {0, 1}
    assert_valid((tmp_path / "sbom.cdx.json").read_bytes())
    assert b"  sbom.cdx.json\n" in (tmp_path / "SHA256SUMS").read_bytes()
    assert run(*arguments, "--cyclonedx", "--check").stdout == b""
    (tmp_path / "sbom.cdx.json").write_bytes(b"{}")
    told = run(*arguments, "--cyclonedx", "--check").stdout
    assert told == b"would change: sbom.cdx.json\n"


def test_without_the_library_one_line_says_what_to_install(tmp_path: Path) -> None:
    absent = tmp_path / "cyclonedx.py"
    absent.write_text("raise ModuleNotFoundError(name='cyclonedx')\n", "utf-8")
    path = f"{tmp_path}:{ROOT}"
    out = tmp_path / "out"
    result = run("generate", SYSROOT, "--cyclonedx", "-o", str(out), PYTHONPATH=path)
    assert one_line(result) == (
        "coos-license: error: --cyclonedx: needs a library that is not installed: "
        "cyclonedx; install the extra: pip install 'coos-license[cyclonedx]'"
    )
    assert not out.exists()


def test_what_the_image_alone_holds_is_a_component_of_its_own() -> None:
    bom = full_bom()
    (part,) = (one for one in bom.elements if one.id == MODULE)
    lonely = replace(part, id="Component-implicit..sboot..v1", name="boot", purls=())
    inside = Relationship(bom.image.id, Relation.CONTAINS, lonely.id)
    found = by_ref(
        of_bom(
            replace(
                bom,
                elements=(*bom.elements, lonely),
                relationships=(*bom.relationships, inside),
            )
        )
    )
    assert (found[lonely.id]["name"], found[lonely.id]["scope"]) == ("boot", "required")

# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""SPDX 3 and CycloneDX documents of ours as sides of ``diff``."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from bom_builders import full_bom
from builders_vdb import write_entry
from command import one_line, run

from coos_license.bom.values import Bom, ElementKind
from coos_license.compare.difference import difference
from coos_license.compare.from_spdx import side_of
from coos_license.compare.sides import Fact, Side
from coos_license.documents.cyclonedx import from_cyclonedx
from coos_license.documents.spdx import Element, parse_object
from coos_license.documents.spdx3 import from_spdx3
from coos_license.errors import ReadError
from coos_license.expression import Claim, Declared, License
from coos_license.render import cyclonedx_json, spdx, spdx3_json
from coos_license.render.json_lists import json_object
from coos_license.render.spdx3_values import CONTEXT

Write = Callable[[Bom], Element]


def spdx2(bom: Bom) -> Element:
    return spdx.document_of(bom)


def spdx3(bom: Bom) -> Element:
    graph = {"@context": CONTEXT, "@graph": spdx3_json.graph(bom)}
    return parse_object(b"".join(json_object(graph)))


def cyclonedx(bom: Bom) -> Element:
    return parse_object(b"".join(cyclonedx_json.pieces(bom)))


def read(document: Element) -> Side:
    """Return the side that a document of any of the three kinds is."""
    if "@graph" in document:
        return side_of(from_spdx3(document))
    if "bomFormat" in document:
        return side_of(from_cyclonedx(document))
    return side_of(document)


def concluded(bom: Bom) -> Bom:
    """Return the bill with every pair of declared and concluded that may be."""
    pairs: list[tuple[Declared, Declared]] = [
        (License("MIT"), License("ISC")),
        (License("MIT"), Claim.NOASSERTION),
        (Claim.NOASSERTION, License("MIT")),
        (Claim.NONE, License("MIT")),
        (License("MIT"), Claim.NONE),
        (Claim.NONE, Claim.NONE),
        (Claim.NONE, Claim.NOASSERTION),
        (Claim.NOASSERTION, Claim.NONE),
    ]
    elements = [
        replace(one, declared=declared, concluded=said)
        for one, (declared, said) in zip(
            bom.elements, pairs * len(bom.elements), strict=False
        )
    ]
    return replace(bom, elements=tuple(elements))


@pytest.mark.parametrize("write", [spdx3, cyclonedx])
@pytest.mark.parametrize("change", [lambda bom: bom, concluded])
def test_each_document_says_what_the_spdx_2_document_says(
    write: Write, change: Callable[[Bom], Bom]
) -> None:
    bom = change(full_bom())
    old, new = read(spdx2(bom)), read(write(bom))
    assert {Fact.SHIPPED, Fact.NOTICES, Fact.COMPONENTS} <= old.tells == new.tells
    assert sorted(old.entries, key=str) == sorted(new.entries, key=str)
    assert difference(old, new).is_empty


@pytest.mark.parametrize("write", [spdx3, cyclonedx])
def test_another_licence_is_a_difference(write: Write) -> None:
    bom = full_bom()
    first, *others = bom.elements
    changed = replace(bom, elements=(replace(first, declared=License("X11")), *others))
    (found,) = difference(read(write(bom)), read(write(changed))).changes
    assert found.fields[0] == "declared"


@pytest.mark.parametrize("write", [spdx2, spdx3, cyclonedx])
def test_the_first_component_of_an_image_is_told(write: Write) -> None:
    """A document of ours without a component says that there is none."""
    bom = full_bom()
    parts = {one.id for one in bom.elements if one.kind is ElementKind.COMPONENT}
    without = replace(
        bom,
        elements=tuple(one for one in bom.elements if one.id not in parts),
        relationships=tuple(
            one for one in bom.relationships if one.target not in parts
        ),
    )
    found = difference(read(write(without)), read(write(bom)))
    assert [one.change for one in found.changes] == ["added"] * len(parts)


def test_what_no_package_database_lists_is_the_same_in_all(tmp_path: Path) -> None:
    image, rules = tmp_path / "image", tmp_path / "rules.toml"
    write_entry(image, "app-misc/b-1", {"LICENSE": "BSD", "CONTENTS": ""})
    (image / "usr/lib64").mkdir(parents=True)
    (image / "usr/lib64/libgcc_s.so.1").write_bytes(b"library")
    rules.write_text(
        'schema = 1\n[[implicit]]\ncomponent = "gcc-runtime"\n'
        'paths = ["/usr/lib64/libgcc_s.so.{version}"]\nlicense = "GPL-3.0-only"\n'
        'reason = "comes with the toolchain"\nsource = "build_image"\n',
        "utf-8",
    )
    out = tmp_path / "out"
    options = ("--accounting", "--implicit", str(rules), "--cyclonedx", "-q")
    assert run("generate", str(image), *options, "-o", str(out)).returncode == 1
    for name in ("sbom.spdx3.json", "sbom.cdx.json", "inventory.json"):
        done = run("diff", str(out / "sbom.spdx.json"), str(out / name))
        assert done.returncode == 0, done.stdout
        assert b"2 packages" in done.stdout


def foreign_spdx3() -> Element:
    document = spdx3(full_bom())
    for one in document["@graph"]:
        if one["type"] == "Tool":
            one["name"] = "other-1"
    return document


def foreign_cyclonedx() -> Element:
    document = cyclonedx(full_bom())
    document["metadata"]["tools"]["components"][0]["name"] = "syft"
    return document


def nested() -> Element:
    document = cyclonedx(full_bom())
    whole = next(one for one in document["components"] if "components" in one)
    whole["components"][0]["components"] = []
    return document


def nameless() -> Element:
    document = cyclonedx(full_bom())
    del document["components"][0]["bom-ref"]
    return document


def twice() -> Element:
    document = cyclonedx(full_bom())
    document["components"].append(document["components"][0])
    return document


def listless() -> Element:
    return cyclonedx(full_bom()) | {"components": {}}


def of_words() -> Element:
    document = cyclonedx(full_bom())
    whole = next(one for one in document["components"] if "components" in one)
    whole["components"][0] = "zlib"
    return document


def graphless() -> Element:
    return spdx3(full_bom()) | {"@graph": {}}


@pytest.mark.parametrize(
    ("document", "told"),
    [
        (listless, "'components' is no list of objects"),
        (of_words, "'components' is no list of objects"),
        (graphless, "'@graph' is no list of objects"),
        (foreign_spdx3, "SPDX 3 of another tool"),
        (foreign_cyclonedx, "CycloneDX of another tool"),
        (nested, "nests components more than twice"),
        (nameless, "has a component without bom-ref"),
        (twice, "has two components of the bom-ref"),
    ],
)
def test_what_could_lose_packages_is_refused(
    document: Callable[[], Element], told: str, tmp_path: Path
) -> None:
    with pytest.raises(ReadError, match=told):
        read(document())
    path = tmp_path / "x"
    path.write_text(json.dumps(document()), "utf-8")
    assert told in one_line(run("diff", str(path), str(path)))
    assert told in one_line(run("diff", "--base-sbom", str(path), str(path)))


@pytest.mark.parametrize(
    ("write", "kind"), [(spdx3, "spdx3"), (cyclonedx, "cyclonedx")]
)
def test_either_is_a_side_and_a_base(write: Write, kind: str, tmp_path: Path) -> None:
    path, other = tmp_path / "a", tmp_path / "b"
    path.write_text(json.dumps(write(full_bom())), "utf-8")
    other.write_text(json.dumps(spdx2(full_bom())), "utf-8")
    for sides in ((str(path),), ("--base-sbom", str(path))):
        done = run("diff", *sides, str(other), "--format", "json", "-q")
        assert done.returncode == 0, done.stderr
        assert json.loads(done.stdout)["old"]["kind"] == kind


# What is not told, and how far copyleft reaches.


def test_what_a_format_cannot_say_is_told() -> None:
    found = difference(read(spdx2(full_bom())), read(cyclonedx(full_bom())))
    assert dict(found.left_out) == {
        Fact.EFFECTIVE: "neither tells it",
        Fact.OWED: "neither tells it",
        Fact.TEXTS: "neither tells it",
        Fact.REACH: "neither tells it",
    }


def sysroot(root: Path, license_field: str) -> str:
    """Write a program and the library that it links; return the sysroot."""
    library = "X86_64;/usr/lib64/liba.so.1;liba.so.1;;;x86_64"
    program = "X86_64;/usr/bin/b;;;liba.so.1;x86_64"
    fields = {"LICENSE": license_field, "NEEDED.ELF.2": library}
    write_entry(root, "dev-libs/a-1", fields)
    write_entry(root, "app-misc/b-1", {"LICENSE": "BSD", "NEEDED.ELF.2": program})
    return str(root)


def compared(*sides: str) -> dict[str, Any]:
    """Return the JSON of a comparison."""
    found: dict[str, Any]
    found = json.loads(run("diff", *sides, "--format", "json", "-q").stdout)
    return found


def test_a_package_that_copyleft_newly_reaches_is_told(tmp_path: Path) -> None:
    old = sysroot(tmp_path / "old", "MIT")
    new = sysroot(tmp_path / "new", "GPL-2")
    found = compared(old, new)
    assert "copyleft reach" in found["compared"]
    assert "copyleft of others newly reaches 1 package" in found["headline"]
    changed = {one["name"]: one for one in found["packages"]}
    assert changed["app-misc/b"]["fields"] == ["copyleft reach"]
    assert changed["app-misc/b"]["new"]["reached"] == ["source for GPL-2.0-only"]
    text = run("diff", new, old, "-q").stdout.decode()
    assert "      copyleft reach: -source for GPL-2.0-only -> none\n" in text
    assert "copyleft of others no longer reaches 1 package\n" in text


def test_reach_is_compared_only_where_both_sides_record_links(tmp_path: Path) -> None:
    old = sysroot(tmp_path / "old", "GPL-2")
    write_entry(tmp_path / "new", "dev-libs/a-1", {"LICENSE": "GPL-2"})
    write_entry(tmp_path / "new", "app-misc/b-1", {"LICENSE": "BSD"})
    found = compared(old, str(tmp_path / "new"))
    reason = {"fact": "copyleft reach", "reason": "new does not tell it"}
    assert reason in found["not_compared"]
    assert not [line for line in found["headline"] if "reaches" in line]
    assert found["packages"] == []


def test_element_whose_type_is_no_string_is_passed() -> None:
    graph = [{"type": "Tool", "name": "coos-license-1"}, {"type": []}]
    assert from_spdx3({"@context": CONTEXT, "@graph": graph})["packages"] == []

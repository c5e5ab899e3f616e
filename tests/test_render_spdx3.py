# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""SPDX 3.0.1: sound, whatever the packages hold, and what it says of them."""

import json
from collections.abc import Iterator

import pytest
from spdx_builders import (
    HOSTILE,
    IMAGE,
    META,
    NAMESPACE,
    Json,
    calls_of,
    hostile_inventory,
    inventory,
    license_text,
    many_packages,
    package,
    rich_inventory,
    spdx3_bytes,
)

from coos_license.expression import Claim, License
from coos_license.findings import UNMATCHED_DEPENDENCY
from coos_license.model import (
    ExtractedLicense,
    Finding,
    Image,
    Inventory,
    PackageId,
    Shipped,
)
from coos_license.verify.spdx3 import faults

ZSTD = "Package-app-arch.zstd-1.5.6-p1-r1"
GLIBC = "Package-sys-libs.glibc-2.38-r10"


def objects(found: Inventory) -> dict[str, Json]:
    """Return the objects of the document by what follows the namespace in their ids."""
    document = json.loads(spdx3_bytes(found))
    return {
        str(one.get("spdxId", one.get("@id"))).removeprefix(NAMESPACE): one
        for one in document["@graph"]
    }


def without_frame(one: Json) -> Json:
    """Return what an object says, without what all of them have."""
    frame = ("creationInfo", "spdxId", "type")
    return {key: value for key, value in one.items() if key not in frame}


def related(found: dict[str, Json], word: str) -> list[tuple[str, list[str]]]:
    """Return (from, to) of the relationships of a type, ids without the namespace."""
    return [
        (
            one["from"].removeprefix(NAMESPACE),
            [other.removeprefix(NAMESPACE) for other in one["to"]],
        )
        for one in found.values()
        if one.get("relationshipType") == word
    ]


# --- sound


@pytest.mark.parametrize(
    "found",
    [
        pytest.param(rich_inventory(), id="every field"),
        pytest.param(rich_inventory(Image()), id="no identity"),
        pytest.param(inventory([]), id="no packages"),
        pytest.param(hostile_inventory(list(HOSTILE)), id="hostile words"),
        pytest.param(many_packages(600), id="more than are written at once"),
    ],
)
def test_the_document_is_sound(found: Inventory) -> None:
    assert faults(spdx3_bytes(found)) == ()


def test_the_bytes_are_those_that_a_json_writer_makes() -> None:
    content = spdx3_bytes(rich_inventory())
    indented = json.dumps(json.loads(content), indent=2, ensure_ascii=False)
    assert content.decode() == indented + "\n"


def test_the_order_of_the_input_does_not_matter() -> None:
    found = rich_inventory()
    turned = Inventory(
        image=found.image,
        packages=tuple(reversed(found.packages)),
        texts=found.texts,
        extracted={key: found.extracted[key] for key in sorted(found.extracted)},
    )
    assert spdx3_bytes(turned) == spdx3_bytes(found)


@pytest.mark.slow
def test_the_work_grows_with_the_packages_and_no_faster() -> None:
    small, large = many_packages(500), many_packages(5_000)
    few = calls_of(lambda: spdx3_bytes(small))
    assert calls_of(lambda: spdx3_bytes(large)) < 11 * few


# --- what it says


def test_who_wrote_the_document_with_what_and_when() -> None:
    found = objects(rich_inventory())
    info = found["_:creation-info"]
    (author,) = info["createdBy"]
    (tool,) = info["createdUsing"]
    assert (info["specVersion"], info["created"]) == ("3.0.1", META.created)
    assert found[tool.removeprefix(NAMESPACE)]["name"] == "coos-license-0.1.0"
    assert found[author.removeprefix(NAMESPACE)]["type"] == "Person"
    assert without_frame(found[author.removeprefix(NAMESPACE)]) == {
        "name": "Jane Doe",
        "externalIdentifier": [
            {
                "type": "ExternalIdentifier",
                "externalIdentifierType": "email",
                "identifier": "oss@example.org",
            }
        ],
    }


def test_without_a_name_the_tool_answers_for_the_document() -> None:
    found = objects(rich_inventory(Image()))
    (author,) = found["_:creation-info"]["createdBy"]
    one = found[author.removeprefix(NAMESPACE)]
    assert (one["type"], one["name"]) == ("SoftwareAgent", "coos-license-0.1.0")


@pytest.mark.parametrize(
    ("contact", "kind"),
    [
        ("oss@example.org", "email"),
        ("https://example.org/oss", "urlScheme"),
        ("room 7", None),
    ],
)
def test_a_contact_is_an_address_or_left_out(contact: str, kind: str | None) -> None:
    image = Image(name="os", version="1", supplier="Example", contact=contact)
    found = objects(rich_inventory(image))
    (author,) = found["_:creation-info"]["createdBy"]
    told = found[author.removeprefix(NAMESPACE)].get("externalIdentifier", [])
    assert [one["externalIdentifierType"] for one in told] == ([kind] if kind else [])


def test_the_root_of_the_document_is_an_sbom_of_the_image() -> None:
    found = objects(rich_inventory())
    document, sbom = found["Document"], found["Sbom"]
    assert document["rootElement"] == [sbom["spdxId"]]
    assert sbom["rootElement"] == [f"{NAMESPACE}Image"]
    assert sbom["software_sbomType"] == ["build"]
    others = set(found) - {"Document", "Sbom", "_:creation-info"}
    assert {one.removeprefix(NAMESPACE) for one in sbom["element"]} == others


def test_a_package_says_all_that_is_known() -> None:
    found = objects(rich_inventory())
    supplier = found["Image"]["suppliedBy"]
    one = without_frame(found[ZSTD])
    (maker,) = one.pop("originatedBy")
    assert one == {
        "name": "app-arch/zstd",
        "software_packageVersion": "1.5.6_p1-r1",
        "suppliedBy": supplier,
        "software_downloadLocation": "https://example.org/zstd-1.5.6.tar.gz",
        "software_homePage": "https://facebook.github.io/zstd/",
        "software_copyrightText": "Copyright (c) Meta Platforms\nCopyright 2020 Jörg",
        "comment": "Shipped: the package is in the image.",
        "summary": "zstd fast compression library",
        "software_sourceInfo": "Read from root/var/db/pkg/app-arch/zstd-1.5.6_p1-r1; "
        "ebuild repository portage-stable; slot 0/1",
        "software_packageUrl": "pkg:ebuild/app-arch/zstd@1.5.6_p1-r1",
        "externalIdentifier": [
            {
                "type": "ExternalIdentifier",
                "externalIdentifierType": "packageUrl",
                "identifier": "pkg:ebuild/app-arch/zstd@1.5.6_p1-r1",
            }
        ],
        "software_attributionText": ["Zstandard NOTICE\n"],
        "builtTime": "2026-01-31T00:00:00Z",
    }
    told = found[maker.removeprefix(NAMESPACE)]["externalIdentifier"]
    assert [one["identifier"] for one in told] == ["https://facebook.github.io/zstd/"]


def test_who_made_a_package_without_a_home_page_is_not_said() -> None:
    assert "originatedBy" not in objects(rich_inventory())[GLIBC]


def license_of(found: dict[str, Json], ref: str, word: str) -> str:
    """Return the expression that a package has, or the individual."""
    (target,) = found[f"Relationship-{word}-{ref}"]["to"]
    one = found.get(target.removeprefix(NAMESPACE))
    return str(one["simplelicensing_licenseExpression"] if one else target)


def test_declared_and_concluded_are_told_apart_and_the_reason_is_there() -> None:
    found = objects(rich_inventory())
    declared = license_of(found, ZSTD, "hasDeclaredLicense")
    assert declared == "BSD-3-Clause OR GPL-2.0-only"
    assert license_of(found, ZSTD, "hasConcludedLicense") == "BSD-3-Clause"
    comment = found[f"Relationship-hasConcludedLicense-{ZSTD}"]["comment"]
    assert "by policy line 12: fewest obligations" in comment


def test_an_expression_is_one_element_however_many_packages_have_it() -> None:
    found = objects(many_packages(100))
    expressions = [
        one["simplelicensing_licenseExpression"]
        for one in found.values()
        if one["type"] == "simplelicensing_LicenseExpression"
    ]
    assert len(expressions) == len(set(expressions)) == 7 + 2


def test_a_license_reference_leads_to_its_text() -> None:
    found = objects(rich_inventory())
    (target,) = found[
        "Relationship-hasDeclaredLicense-Package-dev-cpp.gtk..plus..umm-1.0"
    ]["to"]
    expression = found[target.removeprefix(NAMESPACE)]
    (entry,) = expression["simplelicensing_customIdToUri"]
    assert entry["key"] == "LicenseRef-gentoo-unicode"
    text = found[entry["value"].removeprefix(NAMESPACE)]
    assert text["simplelicensing_licenseText"] == "Unicode terms\n\n  apply ©.\n"
    assert text["name"] == "unicode"


def test_a_missing_text_is_said_and_never_made_up() -> None:
    empty = license_text(" \n", "LicenseRef-empty")
    found = objects(
        inventory(
            [package("a", "b", "1", declared=License("LicenseRef-uncollected"))],
            [empty],
            [
                ExtractedLicense(
                    id="LicenseRef-empty", name="empty", sha256=empty.sha256
                )
            ],
        )
    )
    for name in ("LicenseRef-uncollected", "LicenseRef-empty"):
        assert found[name]["simplelicensing_licenseText"] == "NOASSERTION"
        assert "was not found" in found[name]["comment"]


def test_nothing_known_and_nothing_there_are_told_apart() -> None:
    found = objects(rich_inventory())
    unknown = license_of(found, "Package-sys-firmware.blob-2", "hasDeclaredLicense")
    assert unknown == "expandedlicensing_NoAssertionLicense"
    nothing = license_of(found, "Package-virtual.libc-1", "hasDeclaredLicense")
    assert nothing == "LicenseRef-coos-license-nothing-to-license"


def test_the_image_is_under_the_licenses_of_what_is_in_it() -> None:
    found = objects(
        inventory(
            [
                package("a", "b", "1", concluded=License("MIT")),
                package("a", "c", "1", concluded=License("ISC")),
                package("a", "d", "1", concluded=Claim.NONE, declared=Claim.NONE),
                package(
                    *("a", "e", "1"),
                    concluded=License("Zlib"),
                    shipped=Shipped.BUILD_TIME,
                ),
            ]
        )
    )
    targets = found["Relationship-hasConcludedLicense-Image"]["to"]
    assert {
        found[one.removeprefix(NAMESPACE)]["simplelicensing_licenseExpression"]
        for one in targets
    } == {"MIT", "ISC"}


def test_one_unknown_license_makes_that_of_the_image_unknown() -> None:
    found = objects(rich_inventory())
    targets = found["Relationship-hasConcludedLicense-Image"]["to"]
    assert targets == ["expandedlicensing_NoAssertionLicense"]


def test_how_packages_belong_to_the_image() -> None:
    found = objects(rich_inventory())
    (contains,) = related(found, "contains")
    assert contains[0] == "Image"
    assert ZSTD in contains[1]
    assert "Package-sys-devel.gcc-13.3.1" not in contains[1]
    built = found["Relationship-built-with-Image"]
    assert built["type"] == "LifecycleScopedRelationship"
    assert (built["relationshipType"], built["scope"]) == ("dependsOn", "build")
    assert built["to"] == [f"{NAMESPACE}Package-sys-devel.gcc-13.3.1"]
    linked = found["Relationship-may-contain-Image"]
    assert linked["relationshipType"] == "dependsOn"
    assert "may be linked statically" in linked["comment"]


def completeness(found: Inventory) -> Iterator[tuple[str, str]]:
    """Yield (package, completeness) of the dependencies at run time."""
    for one in objects(found).values():
        if one.get("scope") == "runtime":
            yield one["from"].rpartition(".")[2], one["completeness"]


def test_dependencies_say_whether_they_are_complete() -> None:
    zlib = PackageId("s", "zlib", "1")
    missing = PackageId("s", "missing", "1")
    found = Inventory(
        image=IMAGE,
        packages=(
            package("s", "all", "1", depends_on=(zlib,)),
            package("s", "missing", "1", depends_on=(zlib,)),
            package("s", "tool", "1", depends_on=(zlib,), shipped=Shipped.BUILD_TIME),
            package("s", "zlib", "1"),
        ),
        texts={},
        extracted={},
        defects=(Finding(UNMATCHED_DEPENDENCY, "x/y", "no x/y", missing),),
    )
    assert dict(completeness(found)) == {
        "all-1": "complete",
        "missing-1": "incomplete",
        "tool-1": "noAssertion",
    }

# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""SPDX 2.3: what the document says of the image and of each package."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from spdx_builders import (
    HOSTILE,
    IMAGE,
    META,
    assert_valid_and_equal,
    calls_of,
    hostile_inventory,
    inventory,
    json_bytes,
    license_text,
    many_packages,
    only_package,
    package,
    rich_inventory,
    tag_value_bytes,
)

from coos_license.expression import License
from coos_license.model import ExtractedLicense, Image, Inventory
from coos_license.render import spdx
from coos_license.render.spdx_tag_value import render as render_tag_value


def element(document: Any, id_: str) -> Any:
    """Return the package of the JSON document with this id."""
    return next(one for one in document["packages"] if one["SPDXID"] == id_)


# --- what the document says


def test_the_image_and_what_belongs_to_it() -> None:
    document = json.loads(json_bytes(rich_inventory()))
    assert document["name"] == "cos-18244.151.14"
    assert document["creationInfo"]["creators"] == [
        "Person: Jane Doe (oss@example.org)",
        "Tool: coos-license-0.1.0",
    ]
    assert document["creationInfo"]["licenseListVersion"] == "3.29"
    assert "Not legal advice" in document["comment"]
    image = element(document, "SPDXRef-Image")
    assert image["primaryPackagePurpose"] == "OPERATING_SYSTEM"
    assert "Board: lakitu." in image["comment"]
    related = [
        (one["spdxElementId"], one["relationshipType"], one["relatedSpdxElement"])
        for one in document["relationships"]
    ]
    zstd = "SPDXRef-Package-app-arch.zstd-1.5.6-p1-r1"
    gcc = "SPDXRef-Package-sys-devel.gcc-13.3.1"
    glibc = "SPDXRef-Package-sys-libs.glibc-2.38-r10"
    gtk = "SPDXRef-Package-dev-cpp.gtk..plus..umm-1.0"
    assert related == [
        ("SPDXRef-DOCUMENT", "DESCRIBES", "SPDXRef-Image"),
        ("SPDXRef-Image", "CONTAINS", zstd),
        ("SPDXRef-Image", "DEPENDS_ON", gtk),
        (gcc, "BUILD_DEPENDENCY_OF", "SPDXRef-Image"),
        ("SPDXRef-Image", "CONTAINS", "SPDXRef-Package-sys-firmware.blob-2"),
        ("SPDXRef-Image", "CONTAINS", glibc),
        ("SPDXRef-Image", "CONTAINS", "SPDXRef-Package-virtual.libc-1"),
        (zstd, "DEPENDS_ON", glibc),
        (gcc, "DEPENDS_ON", zstd),
        (gcc, "DEPENDS_ON", glibc),
    ]


def test_a_package_says_all_that_is_known() -> None:
    document = json.loads(json_bytes(rich_inventory()))
    assert element(document, "SPDXRef-Package-app-arch.zstd-1.5.6-p1-r1") == {
        "SPDXID": "SPDXRef-Package-app-arch.zstd-1.5.6-p1-r1",
        "name": "app-arch/zstd",
        "versionInfo": "1.5.6_p1-r1",
        "supplier": "Organization: Example GmbH",
        "downloadLocation": "https://example.org/zstd-1.5.6.tar.gz",
        "filesAnalyzed": False,
        "homepage": "https://facebook.github.io/zstd/",
        "sourceInfo": "Read from root/var/db/pkg/app-arch/zstd-1.5.6_p1-r1; "
        "ebuild repository portage-stable; slot 0/1",
        "licenseConcluded": "BSD-3-Clause",
        "licenseDeclared": "BSD-3-Clause OR GPL-2.0-only",
        "licenseComments": 'LICENSE="|| ( BSD GPL-2 )"\n'
        "Elected BSD-3-Clause out of BSD-3-Clause, GPL-2.0-only, "
        "by policy line 12: fewest obligations",
        "copyrightText": "Copyright (c) Meta Platforms\nCopyright 2020 Jörg",
        "summary": "zstd fast compression library",
        "comment": "Shipped: the package is in the image.",
        "externalRefs": [
            {
                "referenceCategory": "PACKAGE-MANAGER",
                "referenceType": "purl",
                "referenceLocator": "pkg:ebuild/app-arch/zstd@1.5.6_p1-r1",
            }
        ],
        "attributionTexts": ["Zstandard NOTICE\n"],
        "builtDate": "2026-01-31T00:00:00Z",
        "annotations": [
            {
                "annotationDate": META.created,
                "annotationType": "OTHER",
                "annotator": "Person: Jane Doe (oss@example.org)",
                "comment": "Elected BSD-3-Clause out of BSD-3-Clause, GPL-2.0-only, "
                "by policy line 12: fewest obligations",
            }
        ],
    }


def test_what_is_unknown_is_not_guessed() -> None:
    bare = package("a-b", "c", "1", purl="", repository="", slot="", subslot="")
    assert only_package(bare) == {
        "SPDXID": "SPDXRef-Package-a-b.c-1",
        "name": "a-b/c",
        "versionInfo": "1",
        "supplier": "Organization: Example GmbH",
        "downloadLocation": "NOASSERTION",
        "filesAnalyzed": False,
        "sourceInfo": "Read from root/var/db/pkg/a-b/c-1",
        "licenseConcluded": "MIT",
        "licenseDeclared": "MIT",
        "licenseComments": 'LICENSE="MIT"',
        "copyrightText": "NOASSERTION",
        "comment": "Shipped: the package is in the image.",
    }


@pytest.mark.parametrize(
    ("category", "purpose"),
    [("dev-libs", "LIBRARY"), ("sys-firmware", "FIRMWARE"), ("app-misc", None)],
)
def test_the_purpose_is_the_one_that_the_category_promises(
    category: str, purpose: str | None
) -> None:
    one = only_package(package(category, "a", "1"))
    assert one.get("primaryPackagePurpose") == purpose


def test_concluded_is_never_other_than_declared_without_a_word() -> None:
    document = json.loads(json_bytes(rich_inventory()))
    comments = {
        one["SPDXID"]: one["licenseComments"].splitlines()[1:]
        for one in document["packages"]
        if one["licenseConcluded"] != one["licenseDeclared"]
    }
    assert len(comments) == 2
    assert all(comments.values())


def test_a_missing_text_is_said_and_never_made_up() -> None:
    empty = license_text(" \n", "LicenseRef-empty")
    found = inventory(
        [package("a", "b", "1", declared=License("LicenseRef-uncollected"))],
        [empty],
        [
            ExtractedLicense(id="LicenseRef-none", name="none", sha256=None),
            ExtractedLicense(id="LicenseRef-empty", name="empty", sha256=empty.sha256),
        ],
    )
    extracted = json.loads(json_bytes(found))["hasExtractedLicensingInfos"]
    assert [one["licenseId"] for one in extracted] == [
        "LicenseRef-empty",
        "LicenseRef-none",
        "LicenseRef-uncollected",
    ]
    assert {one["extractedText"] for one in extracted} == {"NOASSERTION"}
    assert all("was not found" in one["comment"] for one in extracted)
    assert_valid_and_equal(found)


# --- the minimum elements of the NTIA


def ntia_report(tmp_path: Path, image: Image) -> Any:
    from ntia_conformance_checker import NTIAChecker  # noqa: PLC0415

    # Every package of the checked document needs its version and supplier.
    path = tmp_path / "sbom.spdx.json"
    path.write_bytes(json_bytes(rich_inventory(image)))
    return NTIAChecker(str(path))


def test_with_an_identity_the_minimum_elements_are_there(tmp_path: Path) -> None:
    checker = ntia_report(tmp_path, IMAGE)
    assert checker.validation_messages == []
    assert checker.compliant


def test_without_an_identity_the_supplier_and_version_are_missing(
    tmp_path: Path,
) -> None:
    checker = ntia_report(tmp_path, Image())
    assert not checker.compliant
    assert [said for said, passed in checker.table_elements if not passed] == [
        "All component versions provided?",
        "All component suppliers provided?",
    ]


# --- determinism and growth


def test_the_order_of_the_input_does_not_matter() -> None:
    found = rich_inventory()
    turned = Inventory(
        image=found.image,
        packages=tuple(reversed(found.packages)),
        texts={key: found.texts[key] for key in sorted(found.texts, reverse=True)},
        extracted={
            key: found.extracted[key] for key in sorted(found.extracted, reverse=True)
        },
    )
    assert json_bytes(turned) == json_bytes(found)
    assert tag_value_bytes(turned) == tag_value_bytes(found)


def test_the_files_end_in_one_line_feed_and_hold_no_carriage_return() -> None:
    found = hostile_inventory(list(HOSTILE))
    for content in (json_bytes(found), tag_value_bytes(found)):
        assert content.endswith(b"\n")
        assert not content.endswith(b"\n\n")
        assert b"\r" not in content
        assert b"\x00" not in content


def test_the_tag_value_comes_in_pieces() -> None:
    pieces: Iterator[bytes] = render_tag_value(rich_inventory(), META)
    assert next(pieces).startswith(b"## Document Information\nSPDXVersion: SPDX-2.3\n")
    assert len(list(pieces)) > len(rich_inventory().packages)


@pytest.mark.slow
def test_the_work_grows_with_the_packages_and_no_faster() -> None:
    small, large = many_packages(500), many_packages(5_000)
    for work in (
        spdx.document,
        lambda found, meta: list(render_tag_value(found, meta)),
    ):
        few = calls_of(lambda work=work: work(small, META))  # type: ignore[misc]
        many = calls_of(lambda work=work: work(large, META))  # type: ignore[misc]
        assert many < 11 * few

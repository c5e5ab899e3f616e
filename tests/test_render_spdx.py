# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""SPDX 2.3: valid, equal in both formats, whatever the packages hold.

spdx-tools is the oracle: it reads both formats and judges both.
"""

import json
import re
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from types import FrameType
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from spdx_builders import (
    IMAGE,
    META,
    inventory,
    json_bytes,
    license_text,
    package,
    read_json,
    read_tag_value,
    rich_inventory,
    tag_value_bytes,
    validation_messages,
)
from spdx_tools_setup import prepare

from coos_license.bom.ids import package_ref
from coos_license.bom.wellformed import (
    agent,
    download_location,
    purl_locators,
    timestamp,
    web_page,
)
from coos_license.expression import License
from coos_license.licenses.spdx_list import exception_ids, license_ids
from coos_license.model import (
    ExtractedLicense,
    Image,
    Inventory,
    Package,
    PackageId,
    Shipped,
)
from coos_license.portage.names import VERSION, is_package_name
from coos_license.render import spdx
from coos_license.render.spdx_tag_value import render as render_tag_value
from coos_license.render.spdx_values import actor, single_line

HOSTILE = (
    "a </text> b",
    "</TEXT>",
    "<text>",
    "x</text>\nPackageName: injected\nSPDXID: SPDXRef-injected",
    "first\nLicenseID: LicenseRef-injected\nlast",
    "a\r\nb\rRelationship: SPDXRef-DOCUMENT DESCRIBES SPDXRef-x",
    "<script>alert(1)</script>",
    "{{ 7 * 7 }} {% raw %}",
    "nul \x00 bell \x07 escape \x1b[31m form\x0cfeed delete \x7f",
    "bidi \u202e override \u2066 isolate",
    "lone surrogate \ud800 end",
    "separators \u2028 \u2029 \x85 end",
    "NONE",
    "NOASSERTION",
    "PackageName",
    "Tool: x",
    "Person: y (z)",
    "SHA1: abc",
    "2026-01-31T00:00:00Z",
    "# not a comment",
    ": colon first",
    " \t ",
    "()",
    "(only parentheses)",
    'quote " and \\ backslash',
)


def hostile_inventory(texts: list[str]) -> Inventory:
    """Return an inventory with each text in every place that takes words."""
    packages, found, extracted = [], [], []
    for number, text in enumerate(texts):
        ref = f"LicenseRef-hostile-{number}"
        one = license_text(text, ref)
        notice = license_text(f"NOTICE {text}", "")
        found += [one, notice]
        extracted.append(ExtractedLicense(id=ref, name=text, sha256=one.sha256))
        packages.append(
            package(
                *("dev-libs", "hostile", str(number)),
                declared=License(ref),
                concluded=License("MIT"),
                license_field=text,
                license_comment=text,
                copyrights=(text,),
                notices=(notice.sha256,),
                homepage=(text, f"javascript:{text}"),
                description=text,
                download_location=text,
                purl=f"pkg:ebuild/{text}",
                repository=text,
                slot=text,
            )
        )
        packages.append(package(text, text, text))
    return inventory(packages, found, extracted)


def as_tag_value_holds_it(value: Any) -> Any:
    """Return the JSON value with every ``</text>`` broken, as tag-value needs."""
    match value:
        case dict():
            return {key: as_tag_value_holds_it(one) for key, one in value.items()}
        case list():
            return [as_tag_value_holds_it(one) for one in value]
        case str():
            return re.sub("</(text>)", r"</ \1", value, flags=re.IGNORECASE)
        case _:
            return value


def assert_valid_and_equal(found: Inventory) -> None:
    """Have spdx-tools accept both formats and find them equal."""
    content = json_bytes(found)
    tag_value = read_tag_value(tag_value_bytes(found))
    assert validation_messages(read_json(content)) == []
    assert validation_messages(tag_value) == []
    broken = json.dumps(as_tag_value_holds_it(json.loads(content)))
    assert read_json(broken.encode()) == tag_value


def element(document: Any, id_: str) -> Any:
    """Return the package of the JSON document with this id."""
    return next(one for one in document["packages"] if one["SPDXID"] == id_)


def only_package(changed: Package) -> Any:
    """Return the JSON element of the one package of a document."""
    return json.loads(json_bytes(inventory([changed])))["packages"][1]


# --- the oracle accepts both formats, and finds them equal


@pytest.mark.parametrize("image", [IMAGE, Image(), Image(name="cos", creator="()")])
def test_both_formats_are_valid_and_equal(image: Image) -> None:
    assert_valid_and_equal(rich_inventory(image))


def test_an_empty_inventory_is_valid() -> None:
    assert_valid_and_equal(inventory([]))


def test_the_json_is_what_the_converter_of_spdx_tools_makes() -> None:
    from spdx_tools.spdx.jsonschema.document_converter import (  # noqa: PLC0415
        DocumentConverter,
    )

    content = json_bytes(rich_inventory())
    converted = DocumentConverter().convert(read_json(content))  # type: ignore[no-untyped-call]
    for one in converted["packages"]:
        for reference in one.get("externalRefs", ()):
            # The schema of 2.3 knows the hyphen only, the library the underscore.
            assert reference["referenceCategory"] == "PACKAGE_MANAGER"
            reference["referenceCategory"] = "PACKAGE-MANAGER"
    assert json.loads(content) == converted


def test_every_id_of_our_list_is_valid() -> None:
    licenses = sorted(license_ids())
    exceptions = sorted(exception_ids())
    found = inventory(
        [
            *(
                package("l", f"n{number}", "1", declared=License(id_))
                for number, id_ in enumerate([*licenses[::9], "eCos-2.0"])
            ),
            *(
                package("e", f"n{number}", "1", declared=License("GPL-2.0-only", id_))
                for number, id_ in enumerate(exceptions[::3])
            ),
        ]
    )
    document = read_json(json_bytes(found))
    assert validation_messages(document) == []
    declared = {str(one.license_declared) for one in document.packages}
    assert {str(one.declared) for one in found.packages} <= declared


def test_a_license_ref_is_not_rewritten_and_needs_its_text() -> None:
    apache = package("a", "b", "1", declared=License("LicenseRef-Apache"))
    content = json_bytes(inventory([apache]))
    assert str(read_json(content).packages[1].license_declared) == "LicenseRef-Apache"
    without = json.loads(content) | {"hasExtractedLicensingInfos": []}
    assert validation_messages(read_json(json.dumps(without).encode())) != []


def test_what_is_changed_in_spdx_tools_is_still_there() -> None:
    """A new release may move it: then the setup would change nothing, in silence."""
    from spdx_tools.common import spdx_licensing  # noqa: PLC0415
    from spdx_tools.spdx.parser.tagvalue import parser  # noqa: PLC0415
    from spdx_tools.spdx.validation import (  # noqa: PLC0415
        license_expression_validator as validator,
    )

    prepare()
    shared = spdx_licensing.spdx_licensing
    assert vars(validator)["spdx_licensing"] is shared
    assert "get_spdx_licensing" in parser.Parser.p_license.__code__.co_names
    assert vars(parser)["get_spdx_licensing"]() is shared
    assert set(shared.known_symbols) == license_ids() | exception_ids()


# --- values from outside


def test_hostile_words_stay_words() -> None:
    found = hostile_inventory(list(HOSTILE))
    assert_valid_and_equal(found)
    document = json.loads(json_bytes(found))
    ids = [one["SPDXID"] for one in document["packages"]]
    assert len(ids) == len(set(ids)) == 1 + 2 * len(HOSTILE)
    assert not [id_ for id_ in ids if "injected" in id_ and "x00000a" not in id_]


@pytest.mark.slow
@settings(max_examples=20)
@given(
    st.lists(
        st.one_of(
            st.text(st.characters(codec=None, exclude_categories=()), max_size=40),
            st.lists(st.sampled_from((*HOSTILE, "\n", " ", "a", "<", "/"))).map(
                "".join
            ),
        ),
        min_size=1,
        max_size=6,
        unique=True,
    )
)
def test_any_words_stay_words(texts: list[str]) -> None:
    assert_valid_and_equal(hostile_inventory(texts))


@pytest.mark.parametrize("word", HOSTILE)
def test_a_hostile_identity_is_valid(word: str) -> None:
    image = Image(
        name=word, version=word, board=word, supplier=word, creator=word, contact=word
    )
    assert_valid_and_equal(inventory([package("a", "b", "1")], image=image))


def test_the_end_mark_of_a_text_is_kept_in_json_and_broken_in_tag_value() -> None:
    text = license_text("Keep </text>\nand </Text>.\n", "LicenseRef-x")
    found = inventory(
        [package("a", "b", "1", declared=License("LicenseRef-x"))],
        [text],
        [ExtractedLicense(id="LicenseRef-x", name="x", sha256=text.sha256)],
    )
    [extracted] = json.loads(json_bytes(found))["hasExtractedLicensingInfos"]
    assert extracted["extractedText"] == text.text
    assert "a space was put" in extracted["comment"]
    [read] = read_tag_value(tag_value_bytes(found)).extracted_licensing_info
    assert read.extracted_text == "Keep </ text>\nand </ Text>.\n"
    assert read.comment == extracted["comment"]


def test_the_tag_value_has_one_line_for_each_thing_said() -> None:
    """No value starts a line of its own but within its text."""
    content = tag_value_bytes(hostile_inventory(list(HOSTILE))).decode()
    bare = re.sub(r"<text>.*?</text>", "", content, flags=re.DOTALL)
    assert {line.split(":")[0] for line in bare.splitlines()} <= {
        *("", "## Document Information", "## Creation Information", "## Relationships"),
        *("## Package Information", "## License Information"),
        *("SPDXVersion", "DataLicense", "SPDXID", "DocumentName", "DocumentNamespace"),
        *("DocumentComment", "LicenseListVersion", "Creator", "Created"),
        *("PackageName", "PackageVersion", "PackageSupplier", "FilesAnalyzed"),
        *("PackageDownloadLocation", "PackageSourceInfo", "PackageLicenseConcluded"),
        *("PackageLicenseDeclared", "PackageLicenseComments", "PackageCopyrightText"),
        *("PackageSummary", "PackageComment", "PackageAttributionText"),
        *("PrimaryPackagePurpose", "ExternalRef", "LicenseID", "ExtractedText"),
        *("LicenseName", "LicenseComment", "Relationship", "CreatorComment"),
    }


def test_a_value_without_a_form_in_tag_value_is_a_defect() -> None:
    from coos_license.render.spdx_tag_value import _value  # noqa: PLC0415

    with pytest.raises(TypeError, match="PackageName cannot hold 3"):
        _value("PackageName", 3)


# --- SPDXIDs

ENCODED = r"(?:[A-Za-z0-9-]|\.\.plus|\.\.u|\.\.dot|\.\.x[0-9a-f]{6})"
ID = re.compile(
    rf"Package-({ENCODED}*)\.({ENCODED}*)-(\.\.v{ENCODED}*|\d[A-Za-z0-9.-]*)"
)


def unescaped(part: str) -> str:
    part = re.sub(r"\.\.x([0-9a-f]{6})", lambda m: chr(int(m[1], 16)), part)
    return part.replace("..plus", "+").replace("..u", "_").replace("..dot", ".")


def read_back(id_: str) -> PackageId:
    """Return the package that an SPDXID was made from: so no two can share one."""
    match = ID.fullmatch(id_)
    assert match is not None
    version = match[3]
    if version.startswith("..v"):
        version = unescaped(version.removeprefix("..v"))
    else:
        version = re.sub(r"-(?=alpha|beta|pre|rc|p)", "_", version)
    return PackageId(unescaped(match[1]), unescaped(match[2]), version)


legal = st.builds(
    PackageId,
    st.from_regex(
        re.compile(r"[A-Za-z0-9_][A-Za-z0-9+_.-]*", re.ASCII), fullmatch=True
    ),
    st.from_regex(
        re.compile(r"[A-Za-z0-9_][A-Za-z0-9+_-]*", re.ASCII), fullmatch=True
    ).filter(is_package_name),
    st.from_regex(re.compile(VERSION, re.ASCII), fullmatch=True),
)


@settings(max_examples=200)
@given(legal)
def test_an_spdxid_reads_back(id_: PackageId) -> None:
    assert read_back(package_ref(id_)) == id_


# No dots: an escape in a text would be read back as what it escapes.
words = st.text(
    st.characters(codec=None, exclude_categories=(), exclude_characters=".")
)


@settings(max_examples=500)
@given(st.builds(PackageId, words, words, words))
def test_an_spdxid_of_illegal_names_reads_back(id_: PackageId) -> None:
    assert re.fullmatch("[A-Za-z0-9.-]+", package_ref(id_))
    assert read_back(package_ref(id_)) == id_


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (("dev-cpp", "gtk+", "1"), ("dev-cpp", "gtk-plus", "1")),
        (("dev-cpp", "gtk+", "1"), ("dev-cpp", "gtk_", "1")),
        (("a", "b-c", "1"), ("a-b", "c", "1")),
        (("a.b", "c", "1"), ("a", "b.c", "1")),
        (("a", "b", "1_p1"), ("a", "b", "1-p1")),
        (("a", "b", "1_rc1"), ("a", "b", "1-r1")),
        (("a", "b-1", "2"), ("a", "b", "1-2")),
    ],
)
def test_like_names_get_unlike_ids(
    one: tuple[str, str, str], other: tuple[str, str, str]
) -> None:
    assert package_ref(PackageId(*one)) != package_ref(PackageId(*other))


# --- single values


@pytest.mark.parametrize(
    "uri",
    [
        "javascript:alert(1)",
        "ftp://example.org/",
        "example.org",
        "http://localhost/",
        "https://user:secret@example.org/",
        "https://example.org/a b",
        'https://example.org/"><script>',
        "https://example.org/%zz",
        "https://bücher.example/",
        "https://example.org/\n",
        "",
    ],
)
def test_what_is_no_web_page_is_left_out(uri: str) -> None:
    assert web_page((uri,)) == ""
    assert "homepage" not in only_package(package("a", "b", "1", homepage=(uri,)))


def test_the_first_web_page_is_taken() -> None:
    pages = ("irc://example.org", "HTTPS://Example.ORG:80/~a?b=c#d", "http://b.org")
    assert web_page(pages) == "HTTPS://Example.ORG:80/~a?b=c#d"


@pytest.mark.parametrize(
    ("uri", "expected"),
    [
        ("https://example.museum/a-1.tar.gz", None),
        ("ftp://ftp.example.org/a.tar", None),
        ("git+https://example.org/a.git@0123abcd#sub", None),
        ("NONE", None),
        ("mirror://gnu/a.tar.gz", ""),
        ("", ""),
        ("https://example.org/a\nPackageName: x", ""),
    ],
)
def test_download_location(uri: str, expected: str | None) -> None:
    taken = uri if expected is None else expected
    found = inventory([package("a", "b", "1", download_location=uri)])
    assert download_location(uri) == taken
    assert_valid_and_equal(found)
    written = json.loads(json_bytes(found))["packages"][1]["downloadLocation"]
    assert written == (taken or "NOASSERTION")


@pytest.mark.parametrize(
    ("name", "email", "expected"),
    [
        (None, None, None),
        ("", "a@b.org", None),
        ("( )", None, None),
        ("Organization:", None, None),
        ("Example: Tools", None, "Organization: Example: Tools"),
        ("Person: Jane Doe (j@b.org)", "a@b.org", "Person: Jane Doe (j@b.org)"),
        ("Example", "https://example.org", "Organization: Example"),
        ("Example", "a@b.org", "Organization: Example (a@b.org)"),
        ("a\nCreator: Tool: b", None, "Organization: a Creator: Tool: b"),
    ],
)
def test_actor(name: str | None, email: str | None, expected: str | None) -> None:
    found = agent(name, email)
    assert (actor(found) if found else None) == expected


def test_single_values() -> None:
    assert single_line("2026-01-31T00:00:00Z") == '"2026-01-31T00:00:00Z"'
    assert single_line("SPDX") == "SPDX"
    purls = ("pkg:ebuild/a/b c@1", "pkg:ebuild/a/b%20c@1")
    assert purl_locators(*purls) == purls[1:]
    assert timestamp(-1) == ""
    assert timestamp(10**12) == ""
    assert timestamp(253_402_300_799) == "9999-12-31T23:59:59Z"


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


@pytest.mark.parametrize(
    ("image", "purl"),
    [
        (replace(IMAGE, milestone="105"), "pkg:cos/zstd@18244.151.14?distro=cos-105"),
        (replace(IMAGE, milestone="105", version=None), None),
        (IMAGE, None),
    ],
)
def test_what_is_in_cos_has_the_purl_proposed_for_it(
    image: Image, purl: str | None
) -> None:
    found = inventory(
        [
            package("app-arch", "zstd", "1"),
            package("sys-devel", "gcc", "1", shipped=Shipped.BUILD_TIME),
        ],
        image=image,
    )
    document = json.loads(json_bytes(found))
    purls = [
        [one["referenceLocator"] for one in found["externalRefs"]]
        for found in document["packages"][1:]
    ]
    expected = ["pkg:ebuild/app-arch/zstd@1"]
    assert purls == [
        [*expected, *([purl] if purl else [])],
        ["pkg:ebuild/sys-devel/gcc@1"],
    ]
    assert ('"cos" is a proposal' in document["comment"]) is (
        image.milestone is not None
    )
    assert_valid_and_equal(found)


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


def many_packages(count: int) -> Inventory:
    ids = [PackageId("cat", f"n{number:05}", "1") for number in range(count)]
    return inventory(
        package(
            *(id_.category, id_.name, id_.version),
            declared=License(f"LicenseRef-{number % 7}"),
            shipped=tuple(Shipped)[number % 3],
            depends_on=tuple(ids[max(0, number - 5) : number]),
        )
        for number, id_ in enumerate(ids)
    )


def calls_of(work: Callable[[], object]) -> int:
    """Return how many functions the work calls, those in C included."""
    count = 0

    def counted(_frame: FrameType, event: str, _argument: object) -> None:
        nonlocal count
        count += event in {"call", "c_call"}

    before = sys.getprofile()
    sys.setprofile(counted)
    try:
        work()
    finally:
        sys.setprofile(before)
    return count


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

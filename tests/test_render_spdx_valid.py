# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""SPDX 2.3: the documents are valid, and equal in both formats.

spdx-tools is the oracle: it reads both formats and judges both.
"""

import json
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from spdx_builders import (
    HOSTILE,
    IMAGE,
    assert_valid_and_equal,
    hostile_inventory,
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

from coos_license.expression import License
from coos_license.licenses.spdx_list import exception_ids, license_ids
from coos_license.model import ExtractedLicense, Image


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

# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""The table of categories: complete, closed, and right where copyleft is concerned."""

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

from coos_license.licenses import categories as categories_module
from coos_license.licenses import spdx_list
from coos_license.licenses.categories import (
    exception_category,
    is_categorized,
    license_category,
)
from coos_license.licenses.names import license_ref, name_rows
from coos_license.model import LicenseCategory, Obligation

PATH = Path(categories_module.__file__).parent / "categories.toml"
SPDX_TOKENS = re.compile(r"[^ ()]+")
OPERATORS = {"AND", "OR", "WITH"}


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    return tomllib.loads(PATH.read_text(encoding="utf-8"))


def ids_of_the_names() -> set[str]:
    expressions = " ".join(row.expression for row in name_rows().values())
    return set(SPDX_TOKENS.findall(expressions)) - OPERATORS


def test_file_has_the_tables_of_schema_1(document: dict[str, Any]) -> None:
    assert document["schema"] == 1
    assert list(document) == ["schema", "categories", "licenses", "exceptions"]


def test_each_category_is_explained(document: dict[str, Any]) -> None:
    assert set(document["categories"]) == set(LicenseCategory)
    for row in document["categories"].values():
        assert set(row) == {"obligations", "meaning"}
        assert set(row["obligations"]) <= set(Obligation)


def test_rows_are_sorted(document: dict[str, Any]) -> None:
    assert list(document["licenses"]) == sorted(document["licenses"])
    assert list(document["exceptions"]) == sorted(document["exceptions"])


def test_loader_reads_what_the_whole_file_says(document: dict[str, Any]) -> None:
    """The loader parses single lines; each must be one row of the whole."""
    for spdx_id, row in document["licenses"].items():
        read = license_category(spdx_id)
        assert set(row) == {"category", "obligations", "reason", "source"}
        assert (read.category, list(read.obligations)) == (
            row["category"],
            row["obligations"],
        )
        assert (read.reason, read.source) == (row["reason"], row["source"])
        assert all([row["reason"], row["source"]])
        assert row["obligations"] == [o for o in Obligation if o in row["obligations"]]


def test_keys_are_ids_or_references(document: dict[str, Any]) -> None:
    references = {license_ref(name) for name in name_rows()}
    current = spdx_list.license_ids() - spdx_list.deprecated_ids()
    assert set(document["licenses"]) <= current | references
    assert set(document["exceptions"]) <= spdx_list.exception_ids() | references


def test_a_reference_has_a_row_only_where_its_name_has_no_expression(
    document: dict[str, Any],
) -> None:
    mapped = {license_ref(row.name) for row in name_rows().values() if row.expression}
    assert not mapped & set(document["licenses"])


def test_every_id_of_the_names_has_a_row() -> None:
    ids = ids_of_the_names()
    exceptions = ids & spdx_list.exception_ids()
    assert not {spdx_id for spdx_id in ids - exceptions if not is_categorized(spdx_id)}
    assert None not in {exception_category(spdx_id) for spdx_id in exceptions}


def test_bare_exceptions_have_both_rows() -> None:
    for row in name_rows().values():
        if row.kind == "exception":
            assert is_categorized(license_ref(row.name)), row.name
            assert exception_category(license_ref(row.name)) is not None, row.name


def test_missing_row_is_unknown_and_asks_for_review() -> None:
    row = license_category("LicenseRef-nobody-has-read-this")
    assert row.category is LicenseCategory.UNKNOWN
    assert row.obligations == (Obligation.LICENSE_TEXT, Obligation.REVIEW)
    assert not is_categorized("LicenseRef-nobody-has-read-this")
    assert exception_category("nobody-has-read-this") is None


@pytest.mark.parametrize(
    ("category", "ids"),
    [
        ("unencumbered", "CC0-1.0 Unlicense LicenseRef-gentoo-public-domain"),
        ("permissive", "0BSD MIT-0 Zlib BSL-1.0 BSD-1-Clause"),
        ("notice", "MIT ISC BSD-2-Clause BSD-3-Clause Apache-2.0 OpenSSL PSF-2.0"),
        ("notice", "CC-BY-4.0 AFL-3.0 CECILL-B LicenseRef-gentoo-Ms-PL"),
        ("reciprocal", "MPL-1.1 MPL-2.0 NPL-1.1 CDDL-1.0 EPL-2.0 IPL-1.0 CPL-1.0"),
        ("reciprocal", "OFL-1.1 LPPL-1.3c Artistic-1.0-Perl Artistic-2.0 MS-RL Vim"),
        ("reciprocal", "LicenseRef-gentoo-CDDL-Schily IPA Nokia Ruby"),
        ("restricted-if-static", "LGPL-2.0-only LGPL-2.1-or-later LGPL-3.0-only"),
        ("restricted-if-static", "CECILL-C"),
        ("restricted", "GPL-1.0-only GPL-2.0-only GPL-3.0-or-later CECILL-2.1"),
        ("restricted", "GFDL-1.3-only CC-BY-SA-4.0 QPL-1.0 Sleepycat ODbL-1.0"),
        ("network-restricted", "AGPL-3.0-only SSPL-1.0 OSL-3.0 EUPL-1.2 RPSL-1.0"),
        ("by-exception-only", "CC-BY-NC-4.0 CC-BY-ND-4.0 JSON BUSL-1.1 UnRAR"),
        ("proprietary", "LicenseRef-gentoo-Google-TOS LicenseRef-gentoo-intel-ucode"),
        ("not-allowed", "LicenseRef-gentoo-TAINTED"),
    ],
)
def test_categories_of_well_known_licenses(category: str, ids: str) -> None:
    assert {license_category(spdx_id).category for spdx_id in ids.split()} == {category}


@pytest.mark.parametrize(
    ("spdx_id", "obligations"),
    [
        ("MIT", "license-text copyright-notice"),
        ("0BSD", ""),
        (
            "Apache-2.0",
            (
                "license-text copyright-notice notice-file modified-files-notice"
                " patent-clause"
            ),
        ),
        (
            "GPL-2.0-only",
            "license-text copyright-notice source source-offer modified-files-notice",
        ),
        (
            "GPL-3.0-only",
            (
                "license-text copyright-notice source source-offer"
                " modified-files-notice installation-information patent-clause"
            ),
        ),
        (
            "LGPL-2.1-only",
            (
                "license-text copyright-notice acknowledgement source source-offer"
                " modified-files-notice relinking reverse-engineering-permitted"
            ),
        ),
        (
            "BSD-4-Clause",
            "license-text copyright-notice acknowledgement no-endorsement",
        ),
    ],
)
def test_obligations_are_complete(spdx_id: str, obligations: str) -> None:
    assert " ".join(license_category(spdx_id).obligations) == obligations


def test_copyleft_asks_for_source(document: dict[str, Any]) -> None:
    """Licenses of documents, fonts and art, which are their own source, need not."""
    without = {
        spdx_id
        for spdx_id, row in document["licenses"].items()
        if "restricted" in row["category"] or row["category"] == "reciprocal"
        if Obligation.SOURCE not in row["obligations"]
    }
    families = ("CC-", "LAL-", "Linux-man-pages-", "OFL-", "OPUBL-", "Ubuntu-font-")
    assert {spdx_id for spdx_id in without if not spdx_id.startswith(families)} == set()


@pytest.mark.parametrize(
    ("exception_id", "category"),
    [
        ("Classpath-exception-2.0", LicenseCategory.RECIPROCAL),
        ("GCC-exception-3.1", LicenseCategory.RECIPROCAL),
        ("LLVM-exception", LicenseCategory.UNKNOWN),
        ("cryptsetup-OpenSSL-exception", LicenseCategory.UNKNOWN),
    ],
)
def test_category_of_a_pair(exception_id: str, category: LicenseCategory) -> None:
    """UNKNOWN means that the pair stays in the category of the license."""
    row = exception_category(exception_id)
    assert row is not None
    assert row.category is category
    assert row.obligations == ()

# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""The table of license names: shape, vocabularies, expressions, known traps."""

import csv
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from license_expression import ExpressionInfo, LicenseSymbol, Licensing

from coos_license.licenses import names as names_module
from coos_license.licenses import spdx_list
from coos_license.licenses.names import NameRow, license_ref, name_rows

SHARED_NAMES = Path(__file__).parents[2] / "shared" / "data" / "license-names.tsv"
KINDS = {
    "license",
    "exception",
    "collection",
    "metapackage",
    "taint",
    "not-a-license",
}
NOTICES = {"own", "template", ""}
ORIGINS = {
    "text-read",
    "scanned",
    "spdx-same-text",
    "gentoo-mapping",
    "name-only",
    "no-text",
    "unreviewed",
}
#: What a license name may hold (PMS 3.1.6), with the escape's own words left out.
GENTOO_NAMES = st.from_regex(r"[A-Za-z0-9_][A-Za-z0-9+_.-]*", fullmatch=True)
ESCAPED = re.compile(r"-plus|-x[0-9a-f]{2}")


def data_lines() -> list[str]:
    path = Path(names_module.__file__).parent / "gentoo-names.tsv"
    lines = path.read_text(encoding="utf-8").splitlines()
    return [line for line in lines if not line.startswith("#")]


@pytest.fixture(scope="module")
def licensing() -> Licensing:
    return Licensing(
        [LicenseSymbol(spdx_id) for spdx_id in sorted(spdx_list.license_ids())]
        + [
            LicenseSymbol(spdx_id, is_exception=True)
            for spdx_id in sorted(spdx_list.exception_ids())
        ]
    )


def test_header_names_the_fields() -> None:
    assert tuple(data_lines()[0].split("\t")) == NameRow._fields


def test_rows_are_sorted_and_unique() -> None:
    listed = [line.split("\t")[0] for line in data_lines()[1:]]
    assert listed == sorted(set(listed))
    assert listed == list(name_rows())


def test_vocabularies_are_closed() -> None:
    rows = name_rows().values()
    assert {row.kind for row in rows} == KINDS
    assert {row.notice for row in rows} == NOTICES
    assert {row.origin for row in rows} == ORIGINS


def test_points_to_known_names() -> None:
    for row in name_rows().values():
        assert set(row.points_to) <= name_rows().keys() - {row.name}, row


def test_only_licenses_and_collections_have_an_expression() -> None:
    with_expression = {row.kind for row in name_rows().values() if row.expression}
    assert with_expression <= {"license", "collection"}


def test_a_decision_gives_its_reason() -> None:
    for row in name_rows().values():
        if row.expression or row.origin in {"text-read", "scanned"}:
            assert row.note, row
        if row.origin in {"unreviewed", "no-text"}:
            assert not row.expression, row


@pytest.mark.parametrize(
    "expression", sorted({row.expression for row in name_rows().values()} - {""})
)
def test_expression_is_valid_on_our_list(licensing: Licensing, expression: str) -> None:
    info: ExpressionInfo = licensing.validate(expression, strict=True)
    assert info.errors == []
    assert info.normalized_expression == expression
    assert not set(info.normalized_expression.split()) & spdx_list.deprecated_ids()


@pytest.mark.parametrize(
    ("name", "expression"),
    [
        ("GPL-2", "GPL-2.0-only"),
        ("GPL-2+", "GPL-2.0-or-later"),
        ("LGPL-3", "LGPL-3.0-only"),
        ("FDL-1.3+", "GFDL-1.3-or-later"),
        ("Apache-2.0-with-LLVM-exceptions", "Apache-2.0 WITH LLVM-exception"),
        ("GPL-3+-with-font-exception", "GPL-3.0-or-later WITH Font-exception-2.0"),
        ("libgcc", "GPL-2.0-or-later WITH GCC-exception-2.0"),
        ("BSD", "BSD-3-Clause"),
        ("BSD-Google", "BSD-3-Clause"),
        ("BSD-Intel+patent-grant", ""),
        ("SOF", "BSD-3-Clause AND MIT"),
        ("Artistic", ""),
        ("CDDL", "CDDL-1.0"),
        ("CDDL-Schily", ""),
        ("CPL-0.5", ""),
        ("FLEX", ""),
        ("Ms-PL", ""),
        ("OPENLDAP", ""),
        ("PCRE", ""),
        ("PSF-2.4", "Python-2.0.1"),
        ("PYTHON", ""),
        ("QPL", ""),
        ("Ruby", ""),
        ("W3C", ""),
        ("WTFPL", ""),
        ("WTFPL-2", "WTFPL"),
        ("public-domain", ""),
    ],
)
def test_traps(name: str, expression: str) -> None:
    assert name_rows()[name].expression == expression


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("LLVM-exception", "exception"),
        ("gcc-runtime-library-exception-3.1", "exception"),
        ("GPL-2-with-exceptions", "collection"),
        ("linux-fw-redistributable", "collection"),
        ("metapackage", "metapackage"),
        ("TAINTED", "taint"),
        ("AS-IS", "not-a-license"),
        ("GPLv3", "not-a-license"),
    ],
)
def test_kinds(name: str, kind: str) -> None:
    assert name_rows()[name].kind == kind


@pytest.mark.parametrize(
    ("name", "points_to"),
    [
        ("GPL-1+", ("GPL-1", "GPL-2", "GPL-3")),
        ("GPL-2+", ("GPL-2", "GPL-3")),
        ("AGPL-3+", ("AGPL-3",)),
        ("LGPL-2+", ("LGPL-2", "LGPL-2.1", "LGPL-3")),
        ("LGPL-3", ("GPL-3",)),
        ("FDL-1.1+", ("FDL-1.1", "FDL-1.2", "FDL-1.3")),
        ("GPL-2", ()),
    ],
)
def test_pointer_texts(name: str, points_to: tuple[str, ...]) -> None:
    assert name_rows()[name].points_to == points_to


def test_stock_templates_never_pass_for_a_notice() -> None:
    templates = ["BSD", "BSD-1", "BSD-2", "BSD-4", "HPND", "ISC", "MIT", "ZLIB", "rc"]
    assert {name_rows()[name].notice for name in templates} == {"template"}
    holders = ["BSD-Google", "BSD-Infineon", "PCRE", "curl", "icu"]
    assert {name_rows()[name].notice for name in holders} == {"own"}


def test_license_refs_of_known_names_are_distinct() -> None:
    refs = {license_ref(name) for name in name_rows()}
    assert len(refs) == len(name_rows())


@given(st.text(min_size=1))
def test_license_ref_is_legal_spdx(name: str) -> None:
    assert re.fullmatch(r"LicenseRef-[A-Za-z0-9.-]+", license_ref(name))


@given(GENTOO_NAMES, GENTOO_NAMES)
def test_license_ref_keeps_names_apart(one: str, other: str) -> None:
    """Unless a name holds the escape's own words, as ``GPL-2-plus`` would."""
    if ESCAPED.search(one) or ESCAPED.search(other):
        return
    assert (license_ref(one) == license_ref(other)) == (one == other)


def test_license_ref_is_not_injective_for_escape_words() -> None:
    """The given spelling cannot tell these legal names apart; none of them exists."""
    assert license_ref("GPL-2-plus") == license_ref("GPL-2+")
    assert license_ref("a-x5fb") == license_ref("a_b")
    assert not {"GPL-2-plus", "a-x5fb"} & name_rows().keys()


def test_every_name_met_in_real_trees_has_a_row() -> None:
    if not SHARED_NAMES.is_file():
        pytest.skip("the shared list of names met is not beside this repository")
    with SHARED_NAMES.open(encoding="utf-8", newline="") as stream:
        met = csv.DictReader(stream, delimiter="\t", quoting=csv.QUOTE_NONE)
        assert {row["name"] for row in met} <= name_rows().keys()

# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""Names and versions, against portage's own functions."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from portage.dep import isvalidatom
from portage.versions import catpkgsplit, pkgsplit, vercmp

from coos_license.model import PackageId
from coos_license.portage import names

_NUMBER = st.integers(0, 120).map(str) | st.sampled_from(
    ["0", "00", "01", "010", "1.10"]
)
_SUFFIX = st.tuples(
    st.sampled_from(["alpha", "beta", "pre", "rc", "p"]),
    st.sampled_from(["", "0", "1", "2", "10", "20200101"]),
).map(lambda pair: f"_{pair[0]}{pair[1]}")
VERSIONS = st.builds(
    lambda numbers, letter, suffixes, revision: (
        ".".join(numbers) + letter + "".join(suffixes) + revision
    ),
    st.lists(_NUMBER, min_size=1, max_size=4),
    st.sampled_from(["", "", "a", "b", "z"]),
    st.lists(_SUFFIX, max_size=3),
    st.sampled_from(["", "", "-r0", "-r1", "-r12"]),
)
_WORD = st.text("ab1+_-", min_size=1, max_size=6)


@given(VERSIONS, VERSIONS)
def test_versions_are_ordered_as_portage_orders_them(left: str, right: str) -> None:
    expected = vercmp(left, right)
    assert names.compare_versions(left, right) == (expected > 0) - (expected < 0)


@given(_WORD, VERSIONS)
def test_pf_is_split_where_portage_splits_it(name: str, version: str) -> None:
    expected = pkgsplit(f"{name}-{version}")
    actual = names.split_pf(f"{name}-{version}")
    if expected is None:
        assert actual is None
    else:
        revision = "" if expected[2] == "r0" else f"-{expected[2]}"
        assert actual is not None
        assert actual[0] == expected[0]
        assert actual[1].removesuffix("-r0") == f"{expected[1]}{revision}"


@given(st.text("abz019.+_-r", min_size=1, max_size=14))
def test_any_text_is_split_as_portage_splits_it(text: str) -> None:
    split = catpkgsplit(f"cat/{text}")
    assert (names.split_pf(text) is None) == (split is None)


@given(st.text("aB9+_-.", min_size=1, max_size=8))
def test_a_package_name_is_one_that_portage_takes_as_an_atom(text: str) -> None:
    assert names.is_package_name(text) == bool(isvalidatom(f"cat/{text}"))


@pytest.mark.parametrize(
    ("pf", "expected"),
    [
        ("font-adobe-100dpi-1.0.3", ("font-adobe-100dpi", "1.0.3")),
        ("foo-bar-1.2_p3-r4", ("foo-bar", "1.2_p3-r4")),
        ("lakitu-kernel-6_1-6.1.192-r1", ("lakitu-kernel-6_1", "6.1.192-r1")),
        ("chromeos-0-r2", ("chromeos", "0-r2")),
        ("tool-9999", ("tool", "9999")),
        ("noversion", None),
        ("foo-1-2", None),
        ("-1", None),
        ("foo-1.2-r", None),
        ("foo-1.2\n", None),
    ],
)
def test_split_pf(pf: str, expected: tuple[str, str] | None) -> None:
    assert names.split_pf(pf) == expected


@pytest.mark.parametrize("pattern", ["{}", "1.{}", "1_p{}", "1-r{}"])
def test_numbers_of_any_length_are_ordered(pattern: str) -> None:
    """Python reads 4,300 digits; an atom of a dependency may have more."""
    low, high = pattern.format("8" * 5_000), pattern.format("9" * 5_000)
    assert names.compare_versions(low, high) == -1
    assert names.compare_versions(high, low) == 1
    assert names.compare_versions(high, high[:-1]) == 1
    assert names.compare_versions(high, high) == 0


@pytest.mark.parametrize(
    ("left", "right"), [("007", "7"), ("1_p", "1_p0"), ("1-r00", "1"), ("00", "0")]
)
def test_leading_zeros_of_whole_numbers_do_not_count(left: str, right: str) -> None:
    assert names.compare_versions(left, right) == 0


@pytest.mark.parametrize("version", ["", "a", "1..2", "1-r", "1_x"])
def test_comparing_what_is_no_version_is_an_error(version: str) -> None:
    with pytest.raises(ValueError, match="no version"):
        names.compare_versions(version, "1")


@pytest.mark.parametrize(
    "category", ["-cat", ".cat", "ca t", "cat/x", "../x", "", "cät", "a\n"]
)
def test_what_is_no_category_makes_no_package(category: str) -> None:
    assert names.package_id(category, "foo-1") is None


def test_purl_is_percent_encoded() -> None:
    assert names.purl(PackageId("c+c", "a+b", "1_p2+x")) == (
        "pkg:ebuild/c%2Bc/a%2Bb@1_p2%2Bx"
    )


@pytest.mark.parametrize("name", ["../x", "GPL-2,MIT", "-x", "+x", "", "a b", "MIT\n"])
def test_what_is_no_license_name(name: str) -> None:
    assert not names.is_license_name(name)


def test_repository_and_slot_names() -> None:
    assert names.is_repository_name("portage-stable")
    assert not names.is_repository_name("../x")
    assert names.is_slot("0.2+x")
    assert not names.is_slot("")

# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""An SPDXID reads back to the one package that it was made from."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coos_license.bom.ids import package_ref
from coos_license.model import PackageId
from coos_license.portage.names import VERSION, is_package_name

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

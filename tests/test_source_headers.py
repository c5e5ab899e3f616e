# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""Licence lines in the heads of source files, and fields of Python metadata."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coos_license.sources.headers import header_of, license_fields

TAG = b"SPDX-License" + b"-Identifier: "


@pytest.mark.parametrize(
    ("line", "expression"),
    [
        (b"// %sMIT", "MIT"),
        (b"/* %sGPL-2.0 WITH Linux-syscall-note */", "GPL-2.0 WITH Linux-syscall-note"),
        (b"/* %s(GPL-2.0+ OR MIT) */ int x;", "(GPL-2.0+ OR MIT)"),
        (b"<!-- %sCC0-1.0 -->", "CC0-1.0"),
        (b"# %sApache-2.0   OR  MIT", "Apache-2.0 OR MIT"),
        (b"{# %sMIT #}", "MIT"),
        (b'MODULE_LICENSE("%sMIT");', "MIT"),
        (b"(* %sISC *)", "ISC"),
    ],
)
def test_comment_is_no_part_of_the_expression(line: bytes, expression: str) -> None:
    assert header_of(b"first\n" + line.replace(b"%s", TAG)) == (expression, 2)


@pytest.mark.parametrize(
    "head",
    [
        b"no such line",
        TAG,
        TAG + b"<expression>",
        b"\x7fELF\0\0" + TAG + b"MIT",
        TAG + b"M" * 300,
        TAG + b"\x1b[31m",
    ],
)
def test_what_holds_no_expression_says_nothing(head: bytes) -> None:
    assert header_of(head) is None


@given(st.binary(max_size=600))
def test_any_bytes_give_a_short_printable_answer(tail: bytes) -> None:
    found = header_of(TAG + tail)
    assert found is None or (found[0].isprintable() and len(found[0]) <= 200)


def test_metadata_names_files_and_an_expression() -> None:
    content = (
        b"Metadata-Version: 2.4\nLicense-Expression: MIT OR ISC\n"
        b"License-File: LICENSE\nLicense-File: NOTICE\n\nLicense-File: not-a-field\n"
    )
    assert license_fields(content) == (("LICENSE", "NOTICE"), ("MIT OR ISC", 2))


def test_metadata_without_licence_fields_says_nothing() -> None:
    assert license_fields(b"Name: x\nLicense: BSD\n") == ((), None)

# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""Bytes become text once, at the border."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coos_license.trees.text import clean, clean_bytes, clean_line, decode, show


@pytest.mark.parametrize(
    ("content", "text", "encoding"),
    [
        (b"plain", "plain", "utf-8"),
        ("J\u00f6rg".encode(), "J\u00f6rg", "utf-8"),
        (b"J\xf6rg", "J\u00f6rg", "cp1252"),
        (b"\x93quoted\x94", "\u201cquoted\u201d", "cp1252"),
        (b"\x81\xf6", "\x81\u00f6", "latin-1"),
        (b"\xef\xbb\xbfbom", "bom", "utf-8-sig"),
        ("wide".encode("utf-16"), "wide", "utf-16"),
        (b"\xfe\xff\x00w", "w", "utf-16"),
        ("wide".encode("utf-32"), "wide", "utf-32"),
        (b"\xff\xfeodd", "\u00ff\u00feodd", "cp1252"),
    ],
)
def test_decode(content: bytes, text: str, encoding: str) -> None:
    assert decode(content) == (text, encoding)


def test_clean_ends_lines_and_drops_what_acts() -> None:
    assert clean("a\r\nb\rc\fd\te") == "a\nb\nc\nd\te"
    assert clean("x\x00\x1b[1m\x7f\x9b\u202ey\ufffe\ud800") == "x[1my"


@given(st.binary(max_size=200))
def test_cleaned_text_is_legal_xml_and_inert_in_a_terminal(content: bytes) -> None:
    text, _ = clean_bytes(content)
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]", text)
    assert text.encode("utf-8").decode("utf-8") == text
    assert clean(text) == text


@given(st.binary(max_size=80))
def test_a_line_is_one_line(content: bytes) -> None:
    line = clean_line(content)
    assert line == " ".join(line.split())


@given(st.text(max_size=300))
def test_shown_names_are_printable_and_bounded(name: str) -> None:
    shown = show(name)
    assert shown.isprintable()
    assert len(shown) <= 2_003

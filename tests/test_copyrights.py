# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""Copyright statements: what is one, where it ends, and how many are found."""

import json
import time
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coos_license.resolve.copyrights import (
    Statement,
    holds_notice,
    located,
    own_statements,
    statements,
)
from coos_license.trees.text import clean_bytes

ROOT = Path(__file__).parent
LABELS = ROOT / "copyrights" / "labels.json"
FILES = ROOT.parent / ".labelled-files"
PARTS = ("development", "held-out", "second held-out")


@pytest.mark.parametrize(
    ("line", "statement"),
    [
        ("Copyright (c) 2010 The Authors", "Copyright (c) 2010 The Authors"),
        (
            " * Copyright 1999 A. Body <a@b.example>",
            "Copyright 1999 A. Body <a@b.example>",
        ),
        ("/* (C) 2003 Somebody */", "(C) 2003 Somebody"),
        ("# © 2020 Somebody", "© 2020 Somebody"),
        ("dnl Copr. 1988 Bell Labs dnl", "Copr. 1988 Bell Labs dnl"),
        ('.\\" Copyright 1991 The Regents', "Copyright 1991 The Regents"),
        ("<!-- Copyright 2001 W3C -->", "Copyright 2001 W3C"),
        (
            "// SPDX-FileCopyrightText: 2023 nobody <n@example.org>",
            "SPDX-FileCopyrightText: 2023 nobody <n@example.org>",
        ),
        (
            "Portions Copyright (c) 1994, Regents of the University of California",
            "Portions Copyright (c) 1994, Regents of the University of California",
        ),
        (
            "all documentation, are copyright (C) 1996-2019 Julian R Seward.",
            "copyright (C) 1996-2019 Julian R Seward.",
        ),
        (
            "Some changes copyright 2021-present Jane Doe, licensed under MIT.",
            "copyright 2021-present Jane Doe",
        ),
        (
            "Copyright 2020 Jane. Permission is hereby granted, free of charge",
            "Copyright 2020 Jane.",
        ),
        ("Copyright the Example Authors.", "Copyright the Example Authors."),
        ("Copyright (c) eXample Inc.", "Copyright (c) eXample Inc."),
        ("(c) Jane Doe <jane@example.org>", "(c) Jane Doe <jane@example.org>"),
        ('__copyright__ = "Copyright Jane Doe"', "Copyright Jane Doe"),
        (
            ":copyright: Copyright 2006 by the team",
            "copyright: Copyright 2006 by the team",
        ),
        ("Copyright 1990-20xx Example Inc.", "Copyright 1990-20xx Example Inc."),
        ("Copyright (c) On Semiconductor", "Copyright (c) On Semiconductor"),
    ],
)
def test_a_statement_is_taken_word_for_word(line: str, statement: str) -> None:
    assert located(f"before\n\n{line}\n\nafter") == (Statement(statement, 3),)


@pytest.mark.parametrize(
    "line",
    [
        "Copyright (c) <year> <copyright holders>",
        "Copyright (c) 2026 <copyright holders>",
        "Copyright [yyyy] [name of copyright owner]",
        "Copyright (c) 4-digit year, Company or Person's Name",
        "Copyright (C) <year>  <name of author>",
        "Copyright (C) year name of author",
        "Copyright (C) 19yy  Your Name",
        '__copyright__ = "Copyright 2001 {0}".format(author)',
        "copyright notice and this permission notice appear",
        "THE COPYRIGHT HOLDERS AND CONTRIBUTORS",
        "the name of the Copyright Holder may not be used",
        "Copyright Notice",
        "Format: https://www.debian.org/doc/copyright-format/1.0/",
        "it does not fall under any copyright.  Everything",
        "Copyright: public-domain",
        "(c) You must retain, in the Source form",
        "#define CHR(c) ((c) - 'A')",
        "under Clause 52.227.19 (c) (2).  If you",
        "Last modified: 2007-10-14",
    ],
)
def test_what_says_nothing_of_a_holder_is_no_statement(line: str) -> None:
    assert located(f"before\n{line}\nafter") == ()


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (
            " Copyright (c) 2000\n   The Regents of X.\n All rights reserved.\n",
            ["Copyright (c) 2000 The Regents of X."],
        ),
        (
            "* Copyright (c) 2014, Example\n* Corporation.  All Rights Reserved.\n",
            ["Copyright (c) 2014, Example Corporation.  All Rights Reserved."],
        ),
        (
            "Copyright 2002, Jane\nDoe <jane@example.org>\n",
            ["Copyright 2002, Jane Doe <jane@example.org>"],
        ),
        (
            "copyright (C) 2006 Jane Doe <j@example.org>\nbased on other work\n",
            ["copyright (C) 2006 Jane Doe <j@example.org>"],
        ),
        (
            "Copyright: 2010 Jane\n           2011 John\nLicense: MIT\n",
            ["Copyright: 2010 Jane", "2011 John"],
        ),
        ("Copyright:\n 2010 Jane\n 2011 John\n", ["Copyright: 2010 Jane", "2011 John"]),
        ("Copyright: Jane\n John\n Joan\n", ["Copyright: Jane John Joan"]),
        (
            "# Copyright (C) 2022 Jane\nfrom __future__ import x\n",
            ["Copyright (C) 2022 Jane"],
        ),
        (
            "%%Copyright: Copyright 1990 Example\n%%Copyright: Neither the name of\n",
            ["Copyright 1990 Example"],
        ),
        ("© 1999 A\n© 2000 B\n", ["© 1999 A", "© 2000 B"]),
    ],
)
def test_a_statement_ends_where_the_holder_ends(text: str, found: list[str]) -> None:
    assert list(statements(text)) == found


def test_equal_statements_are_one_with_the_first_line() -> None:
    text = "Copyright 2000  A\n\nx\nCopyright 2000 A\n"
    assert located(text) == (Statement("Copyright 2000  A", 1),)


def test_many_statements_of_one_line_are_found() -> None:
    line = " ".join(
        f"/* Copyright 20{number} Holder {number} */" for number in range(10, 30)
    )
    assert len(located(line)) == 20


def test_a_notice_within_a_sentence_is_held() -> None:
    assert holds_notice("This program is copyrighted by the Regents of Example.")
    assert not holds_notice("See the file COPYRIGHT for details.")


def test_advice_of_a_licence_about_works_of_others_is_no_statement() -> None:
    gpl = "For software which is copyrighted by the Free\nSoftware Foundation, write"
    assert located(gpl) == ()


def test_the_licences_own_statement_is_not_the_packages() -> None:
    gpl = "Copyright (C) 1989, 1991 Free Software Foundation, Inc.\n51 Franklin St\n"
    text = (
        "Copyright (C) 1989, 1991 Free Software Foundation, Inc., 675 Mass Ave\n\n"
        "Copyright (C) 2001 Free Software Foundation, Inc.\n"
    )
    assert own_statements(text, [gpl]) == (
        Statement("Copyright (C) 2001 Free Software Foundation, Inc.", 3),
    )


HOSTILE = (
    *("copyright ", "(c) ", "© ", " ", "\n", "\t", "*", "#", "<", "[name", '"', "{"),
    *("copyright (c) 2000 ", "copyright: 2000\n", "copyright (c) 2000,\n"),
    *("Copyright:\n", "Copyright:\n x, \n", "Copyright: A\n B\n", "A <a@b.c>\n"),
    *("copyright by by ", "copyright,,,,,,,,,", "permission is ", "%%", "dnl "),
    *("copyright 2000 " + "<" * 50, "(c) " + "A" * 100 + "<", "Copyright 2000 A b\n"),
)


@pytest.mark.parametrize("unit", HOSTILE, ids=repr)
def test_a_megabyte_of_anything_takes_seconds_at_most(unit: str) -> None:
    size = 1_000_000
    text = (unit * (size // len(unit) + 1))[:size]
    before = time.process_time()
    located(text)
    assert time.process_time() - before < 8


@given(st.text(max_size=400))
def test_any_text_is_read_and_each_statement_is_of_it(text: str) -> None:
    for found in located(text):
        assert 1 <= found.line <= text.count("\n") + 1
        assert found.text.split()[0] in text


@given(
    st.integers(1970, 2039),
    st.from_regex(r"[A-Z][a-z]{2,9} [A-Z][a-z]{2,9}", fullmatch=True),
    st.sampled_from(["Copyright", "Copyright (c)", "©", "(C)", "Copr."]),
)
def test_a_plain_statement_is_found_whole(year: int, holder: str, mark: str) -> None:
    statement = f"{mark} {year} {holder}"
    assert statements(f"# {statement}\n#\n") == (statement,)


def labels() -> list[dict[str, Any]]:
    """Return the labelled files."""
    found: list[dict[str, Any]] = json.loads(LABELS.read_text("utf-8"))["files"]
    return found


def test_no_file_is_labelled_twice() -> None:
    found = labels()
    assert len({one["sha256"] for one in found}) == len(found) == 299
    assert {one["part"] for one in found} == set(PARTS)


@pytest.mark.parametrize("part", PARTS)
def test_statements_of_real_files_are_found(part: str) -> None:
    """Holds what docs/copyrights.md records, over the files that are at hand."""
    counts: Counter[str] = Counter()
    for label in labels():
        path = FILES / label["sha256"]
        if label["part"] != part or not path.is_file():
            continue
        text = clean_bytes(path.read_bytes())[0]
        found = {f"{one.line}: {' '.join(one.text.split())}" for one in located(text)}
        wanted = set(label["statements"])
        counts["right"] += len(found & wanted)
        counts["found"] += len(found)
        counts["wanted"] += len(wanted)
    if not counts["wanted"]:
        pytest.skip("no .labelled-files: run tools/fetch_labelled_files.py")
    assert counts["right"] / counts["found"] > 0.98
    assert counts["right"] / counts["wanted"] > 0.98

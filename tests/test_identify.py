# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""Which licence a text is: what is asserted, what is not, and in what time."""

import hashlib
import importlib.util
import sys
import textwrap
import time
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coos_license.licenses import spdx_index, spdx_list
from coos_license.licenses.identify import (
    MOST_CHARACTERS,
    Identified,
    identify,
    identify_file,
)
from coos_license.licenses.matching import gaps, words
from coos_license.trees.text import clean_bytes

ROOT = Path(__file__).parents[1]
DATA = Path(spdx_list.__file__).parent
NEAR = "the nearest is told"


def listed(spdx_id: str) -> str:
    """Return the list's text of a licence."""
    content = spdx_list.list_text(spdx_id)
    assert content is not None
    return content.decode()


def tool(name: str) -> ModuleType:
    """Return a script of tools/ as a module."""
    spec = importlib.util.spec_from_file_location(name, ROOT / "tools" / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


MIT = listed("MIT")
BSD3 = listed("BSD-3-Clause")


@pytest.mark.parametrize(
    "spdx_id", ["MIT", "BSD-3-Clause", "Apache-2.0", "ISC", "Zlib", "CDDL-1.0", "X11"]
)
def test_a_text_of_the_list_is_that_licence(spdx_id: str) -> None:
    assert identify(listed(spdx_id)) == Identified((spdx_id,), 1.0, (spdx_id,), "equal")


def test_every_text_of_the_list_is_itself_or_one_of_equal_words() -> None:
    """All but the placeholders, whatever their length."""
    for ids in spdx_index.index().families:
        text = words(listed(ids[0]))
        if len(text) >= 12:
            assert spdx_index.equal(text) == ids


@pytest.mark.parametrize(
    "change",
    [
        str.upper,
        lambda text: textwrap.fill(text, 50),
        lambda text: textwrap.indent(text, " * "),
        lambda text: textwrap.indent(text, "# ", lambda _: True),
        lambda text: text.replace('"', "\u201c").replace("'", "\u2019"),
        lambda text: text.replace("\n", "\r\n").replace("\r", ""),
        lambda text: f"Copyright \u00a9 1999-2026 Jane Doe <jane@example.org>\n{text}",
    ],
    ids=["case", "wrapped", "starred", "hashed", "quotes", "line ends", "notice"],
)
def test_what_the_guidelines_ignore_makes_no_other_licence(
    change: Callable[[str], str],
) -> None:
    assert identify(change(BSD3)).spdx == "BSD-3-Clause"


def test_a_holders_name_may_stand_where_the_list_lets_it() -> None:
    text = BSD3.replace("the copyright holder nor", "Example Inc. nor")
    found = identify(text)
    assert found.spdx == "BSD-3-Clause"
    assert found.method == "template"


def test_only_and_or_later_are_not_told_apart_by_the_text() -> None:
    found = identify(listed("GPL-2.0-only"))
    assert found.ids == ("GPL-2.0-only", "GPL-2.0-or-later")
    assert found.spdx is None


def test_a_clause_more_is_another_licence_and_the_difference_is_told() -> None:
    clause = "4. Redistributions must be blessed by the holder of the copyright.\n"
    text = BSD3.replace("THIS SOFTWARE IS", f"{clause}\nTHIS SOFTWARE IS", 1)
    found = identify(text)
    assert found.ids == ()
    assert found.method == "review"
    assert found.nearest == ("BSD-3-Clause",), NEAR
    assert any("blessed" in one.extra for one in found.differences)


def test_a_clause_less_is_another_licence() -> None:
    text = BSD3.replace(BSD3[BSD3.index("3. Neither") : BSD3.index("THIS")], "")
    assert identify(text).ids == ("BSD-2-Clause",)


def test_a_warranty_cut_off_is_not_asserted() -> None:
    found = identify(MIT[: MIT.index("THE SOFTWARE IS")])
    assert found.ids == ()
    assert found.nearest == ("MIT",), NEAR


def test_another_version_is_another_licence() -> None:
    text = listed("CPL-1.0").replace("1.0", "0.5").replace("Version 1", "Version 0.5")
    assert identify(text).ids == ()


def test_two_licences_in_one_file_are_none() -> None:
    assert identify(MIT + "\n\n" + listed("Zlib")).ids == ()
    assert identify(listed("GPL-2.0-only") + "\n\n" + MIT).ids == ()


def test_an_exception_before_the_gpl_is_not_the_plain_gpl() -> None:
    exception = spdx_list.exception_text("Classpath-exception-2.0")
    assert exception is not None
    assert identify(exception.decode() + listed("GPL-2.0-only")).ids == ()


@pytest.mark.parametrize(
    "words_more", ["for noncommercial use only", "except where prohibited by law"]
)
def test_a_few_words_that_restrict_are_a_clause(words_more: str) -> None:
    text = MIT.replace("of charge, to", f"of charge, {words_more}, to")
    assert text != MIT
    assert identify(text).ids == ()


def test_a_bracketed_paragraph_is_with_or_without() -> None:
    x11 = (
        "[Except as contained in this notice, the name of <copyright holders>\n"
        "shall not be used in advertising or otherwise to promote the sale, use\n"
        "or other dealings in this Software without prior written authorization\n"
        "from <copyright holders>.]\n"
    )
    assert identify(f"{MIT}\n{x11}").ids == ("MIT", "X11")
    assert identify(f"{MIT}\n{x11.strip('[').replace('.]', '.')}").ids == ("X11",)


def test_what_gentoo_notes_of_a_file_is_not_of_the_licence() -> None:
    note = "---\n\nGentoo license note: We must not tell these apart,\nand do not.\n"
    assert identify(f"{MIT}\n{note}").spdx == "MIT"


@pytest.mark.parametrize("text", ["", "See COPYING.\n", "GPL\n", "public domain"])
def test_a_few_words_are_nothing(text: str) -> None:
    assert identify(text).method == "short"


def test_prose_is_like_no_licence() -> None:
    prose = "The quick brown fox jumps over a lazy dog while it rains in spring. " * 9
    assert identify(prose) == Identified((), 0.0, (), "nothing")


def test_a_huge_text_is_not_looked_at() -> None:
    assert identify("a" * (MOST_CHARACTERS + 1)).method == "long"
    content = b"a" * (MOST_CHARACTERS + 1)
    assert identify_file(hashlib.sha256(content).hexdigest(), content).method == "long"


HOSTILE = {
    "one word": "a",
    "notices": "copyright (c) ",
    "blanks": " ",
    "lines": "\n",
    "brackets": "[",
    "bracketed lines": "[a\n",
    "stars": "*/",
    "numbers": "1.",
    "notes": "Gentoo license note:\n",
    "an unfinished stop": "copyright 2020 permissio",
    "addresses": "59 temple place ",
    "quotes": "'",
    "one pair": "the software ",
    "licences": MIT,
}


@pytest.mark.parametrize("unit", HOSTILE.values(), ids=HOSTILE)
def test_a_megabyte_of_anything_takes_seconds_at_most(unit: str) -> None:
    text = (unit * (MOST_CHARACTERS // len(unit) + 1))[:MOST_CHARACTERS]
    before = time.process_time()
    identify(text)
    assert time.process_time() - before < 8


WORDS = st.lists(st.sampled_from("abcdef"), max_size=60)


@given(WORDS, WORDS)
def test_gaps_are_all_that_differs(one: list[str], other: list[str]) -> None:
    """What is outside of the gaps is equal, and the gaps are in order."""
    a = b = 0
    for gap in gaps(one, other):
        assert one[a : gap.a_start] == other[b : gap.b_start]
        assert gap.a_start >= a
        assert gap.b_start >= b
        a, b = gap.a_end, gap.b_end
    assert one[a:] == other[b:]


@given(st.text(max_size=300))
def test_any_text_is_answered(text: str) -> None:
    found = identify(text)
    assert 0 <= found.score <= 1
    assert set(found.ids) <= spdx_list.license_ids()


@given(st.integers(0, 40), st.integers(1, 12))
def test_a_run_left_out_is_never_another_licence(start: int, size: int) -> None:
    """What is cut out of MIT is MIT, or nothing that is asserted."""
    text = MIT.split()
    at = start * len(text) // 41
    found = identify(" ".join(text[:at] + text[at + size :]))
    assert found.ids in ((), ("MIT",))


def test_the_packaged_index_is_what_the_tool_makes_of_the_texts() -> None:
    maker = tool("make_spdx_index")
    made = maker.index_bytes(maker.texts(), spdx_index.flexible())
    assert made == (DATA / "spdx-index.bin").read_bytes()


def test_the_packaged_spans_lie_within_their_texts() -> None:
    for spdx_id, spans in spdx_index.flexible().items():
        length = len(words(listed(spdx_id)))
        assert all(0 <= one.start <= one.start + one.size <= length for one in spans)


def test_the_expressions_of_the_list_become_spans() -> None:
    maker = tool("make_spdx_index")
    text = [
        "my",
        "license",
        "permission",
        "is",
        "granted",
        "to",
        "the",
        "holder",
        "of",
        "it",
    ]
    expression = (
        "[ ]*(|my license)[ ]*(?P<copyright>.{0,5000})[ ]*permission is granted to[ ]*"
        "(?P<holder>.+)[ ]*of it"
    )
    assert maker.spans(text, [expression]) == (
        spdx_index.Span(0, 2, 0),
        spdx_index.Span(2, 0, 60),
        spdx_index.Span(6, 2, 25),
    )


@pytest.mark.slow
def test_well_known_files_are_answered_as_any_other(
    unpack: Callable[[str], Path],
) -> None:
    base = unpack("license-texts")
    checked = 0
    for path in sorted(base.glob("*/licenses/*")):
        content = path.read_bytes() if path.is_file() else b""
        digest = hashlib.sha256(content).hexdigest()
        if not content or int(digest[:2], 16) % 16:  # one file in sixteen
            continue
        found = identify(clean_bytes(content)[0])
        known = identify_file(digest, content)
        assert (known.ids, known.method) == (found.ids, found.method), path
        checked += 1
    assert checked > 100


@pytest.mark.slow
def test_cddl_schily_is_not_cddl(unpack: Callable[[str], Path]) -> None:
    """It is CDDL-1.0 but for the law that governs it."""
    files = sorted(unpack("license-texts").glob("*/licenses/CDDL-Schily"))
    assert files
    for path in files:
        found = identify(clean_bytes(path.read_bytes())[0])
        assert found.ids == ()
        assert found.nearest == ("CDDL-1.0",), NEAR

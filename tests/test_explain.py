# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""``explain``: what it says of texts, statements and files, and that it stays small."""

import pytest
from builders import make_package, make_text, make_use
from command import OVERLAYS, SYSROOT, run

from coos_license.licenses.identify import Identified, identify
from coos_license.licenses.spdx_list import list_text
from coos_license.model import CopyrightUse, Curated, Evidence, LicenseText, TextKind
from coos_license.render.explanation import explanation

BSD = (list_text("BSD-3-Clause") or b"").decode()
PATH = "sources/a/b-1/b-1/COPYING"


def explained(text: LicenseText, identified: Identified | None = None) -> str:
    """Return what is said of a package with one text."""
    use = make_use(text, "a/b", TextKind.SOURCE, PATH)
    package = make_package(("a", "b", "1"), texts=(use,))
    found = {text.sha256: identified or identify(text.text)}
    return "\n".join(explanation(package, (), found))


def test_text_that_is_sure_is_named() -> None:
    said = explained(make_text(BSD, "BSD-3-Clause"))
    assert "              is BSD-3-Clause by its words" in said
    assert "needs review" not in said


def test_text_that_is_not_sure_shows_the_nearest_licence_and_the_words() -> None:
    clause = "You must also send a postcard from where you live to the author, always."
    said = explained(make_text(f"{BSD}\n{clause}\n", "MIT"))
    assert "needs review: nearest to BSD-3-Clause (0.9" in said
    start = said.index("--- BSD-3-Clause")
    shown = [line.strip() for line in said[start:].splitlines()]
    assert shown[1] == f"+++ {PATH}"
    assert shown[2] == "@@"
    assert shown[3] == f"+{clause.lower().replace(',', '').removesuffix('.')}"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("See the file.\n", "is too short to tell a licence by"),
        ("pear plum fig " * 30, "is like no text of the SPDX list"),
        ("word " * 200_001, "is longer than any licence: not compared"),
    ],
)
def test_text_that_cannot_be_compared_says_why(text: str, said: str) -> None:
    assert said in explained(make_text(text, "MIT"))


def test_differences_are_bounded_and_reach_no_terminal_as_commands() -> None:
    hostile = BSD.replace("provided that", "\x1b[31m" + "x" * 100_000 + "\u202e")
    said = explained(make_text(hostile + "spam " * 5_000, "MIT"))
    assert "needs review" in said
    assert "\x1b" not in said
    assert "\u202e" not in said
    assert len(said) < 10_000


def test_statement_with_many_places_shows_the_first() -> None:
    places = tuple(Evidence(f"sources/a/b-1/{name}", 3) for name in range(8))
    use = CopyrightUse("Copyright 2020 Ada", places)
    package = make_package(
        ("a", "b", "1"), copyrights=(use.text,), copyright_evidence=(use,)
    )
    said = "\n".join(explanation(package, (), {}))
    assert said.count("sources/a/b-1/") == 5
    assert "sources/a/b-1/4:3\n              and 3 more places" in said


def test_statement_of_a_curation_names_the_curation() -> None:
    line = "Copyright 2020 Ada"
    curated = Curated(
        id="cur-1",
        concluded=None,
        elected=None,
        copyrights=(line,),
        reason="missing-notice",
        comment="",
        owner="Bea",
        evidence=("https://example.org",),
    )
    package = make_package(("a", "b", "1"), copyrights=(line,), curations=(curated,))
    said = "\n".join(explanation(package, (), {}))
    assert f"  copyright   {line}\n              cur-1" in said


def test_file_of_the_image_is_told_its_owner_and_licence() -> None:
    said = run("explain", SYSROOT, *OVERLAYS, "/usr/lib64/libz.so.1.2.13", "-q")
    first, owner, place, *_ = said.stdout.decode().splitlines()
    assert first == "/usr/lib64/libz.so.1.2.13"
    assert owner == "  owned by    sys-libs/zlib-1.2.13-r1: Zlib"
    contents, _, line = place.strip().rpartition(":")
    assert contents == "root/var/db/pkg/sys-libs/zlib-1.2.13-r1/CONTENTS"
    assert int(line) >= 1

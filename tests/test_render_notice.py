# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""NOTICE: complete, each text once and unchanged, fit for a terminal."""

import re
import unicodedata
from dataclasses import replace

import pytest
from builders import (
    META,
    make_inventory,
    make_package,
    make_rich_inventory,
    make_text,
    make_use,
)

from coos_license.expression import Claim, License, any_of
from coos_license.model import (
    Election,
    Image,
    Inventory,
    Obligation,
    Shipped,
    TextKind,
)
from coos_license.render import notice

BSD = make_text("Redistribution and use in source\nare permitted.\n", "BSD-3-Clause")
GPL = make_text("GNU GENERAL PUBLIC LICENSE\n\n  Version 2\n", "GPL-2.0-only")


def rendered(inventory: Inventory) -> str:
    return b"".join(notice.render(inventory, META)).decode()


def entry(text: str, title: str) -> str:
    """Return what stands under a package's line, up to the next empty line."""
    return text.partition(f"\n{title}\n")[2].partition("\n\n")[0]


def test_whole_file() -> None:
    inventory = make_inventory(
        [
            make_package(
                ("app-arch", "zstd", "1.5.7-r1"),
                any_of([License("BSD-3-Clause"), License("GPL-2.0-only")]),
                effective=License("BSD-3-Clause"),
                elections=(Election(("a", "b"), "a", "policy", "enough"),),
                texts=(make_use(BSD, "BSD"), make_use(GPL, "GPL-2")),
                copyrights=("Copyright (c)  Meta", "Copyright (c) Ada"),
                obligations=(Obligation.LICENSE_TEXT, Obligation.COPYRIGHT_NOTICE),
                license_names=("BSD", "GPL-2"),
            ),
            make_package(("acct-group", "audio", "0-r3"), Claim.NONE),
        ],
        [BSD, GPL],
    )
    rule, double = "-" * 80, "=" * 80
    assert (
        rendered(inventory)
        == f"""\
NOTICE Example OS 101.1
=======================

Image:       Example OS
Version:     101.1
Board:       example
Date:        2026-01-31
Made by:     coos-license 1.2.3

This file credits the 2 packages of this image, the 3 licenses that they come
under, and holds the 2 distinct license texts and NOTICE files that go with
them. Each text stands here once and unchanged; the number in brackets leads
from a package to its texts and back.

It was derived from package metadata by a program. It is not legal advice, and
it does not change the terms of any license.

Contents
    1. Packages (1)
    2. Packages that owe no text (1)
    3. License texts and NOTICE files (2)


{double}
1. Packages
{double}

app-arch/zstd-1.5.7-r1
    License:     BSD-3-Clause OR GPL-2.0-only
    Elected:     BSD-3-Clause
    Copyright:   Copyright (c)  Meta
                 Copyright (c) Ada
    Texts:       [1] BSD-3-Clause, [2] GPL-2.0-only
    Obligations: include the license text, keep the copyright notices


{double}
2. Packages that owe no text
{double}

acct-group/audio-0-r3: NONE (no license needed)

{double}
3. License texts and NOTICE files
{double}

{rule}
[1] BSD-3-Clause
For license: BSD
Used by:     app-arch/zstd-1.5.7-r1
Lines:       2
{rule}

Redistribution and use in source
are permitted.


{rule}
[2] GPL-2.0-only
For license: GPL-2
Used by:     app-arch/zstd-1.5.7-r1
Lines:       3
{rule}

GNU GENERAL PUBLIC LICENSE

  Version 2


{double}
End of NOTICE
"""
    )


def test_every_text_stands_once_and_unchanged() -> None:
    inventory = make_rich_inventory()
    text = rendered(inventory)
    for source in inventory.texts.values():
        assert text.count(source.text) == 1


def test_every_credited_package_is_named_and_no_other() -> None:
    inventory = make_rich_inventory()
    lines = rendered(inventory).splitlines()
    for package in inventory.packages:
        title = package.id.cpv
        named = [
            line for line in lines if re.fullmatch(f"{re.escape(title)}(:.*)?", line)
        ]
        assert len(named) == (1 if package.credited else 0), title


def test_only_names_make_our_lines_wider_than_a_terminal() -> None:
    packages = [
        make_package(("dev-libs", f"name-{n}", "1"), texts=(make_use(BSD, "BSD"),))
        for n in range(300)
    ]
    text = rendered(make_inventory(packages, [BSD]))
    assert max(map(len, text.splitlines())) <= 80
    assert "dev-libs/name-299-1" in text


def test_a_word_wider_than_the_line_is_not_cut() -> None:
    word = "x" * 300
    inventory = make_inventory([make_package(("a", "b", "1"), copyrights=(word,))])
    assert word in rendered(inventory)


def test_notice_files_are_linked_and_marked() -> None:
    file = make_text("This product includes software\n", "NOTICE")
    inventory = make_inventory(
        [make_package(("dev-java", "x", "1"), notices=(file.sha256,))], [file]
    )
    text = rendered(inventory)
    assert "    NOTICE:      [1] NOTICE\n" in text
    assert "[1] NOTICE file\nUsed by:     dev-java/x-1\n" in text


def test_text_that_a_package_brought_is_not_called_by_its_name() -> None:
    text = make_text("Permission is granted\n", "MIT")
    use = make_use(text, "dev-libs/x", TextKind.SOURCE, "sources/dev-libs/x-1/COPYING")
    package = make_package(("dev-libs", "x", "1"), texts=(use,))
    inventory = make_inventory([package], [text])
    assert "For license" not in rendered(inventory)


def test_says_what_is_missing_or_unknown() -> None:
    inventory = make_inventory(
        [
            make_package(
                ("app-misc", "gone", "1"),
                "LicenseRef-gentoo-Gone",
                license_names=("Gone", "BSD"),
                texts=(make_use(BSD, "BSD"),),
                obligations=(Obligation.LICENSE_TEXT,),
            ),
            make_package(
                ("app-misc", "odd", "1"), Claim.NOASSERTION, license_field="|| ( x"
            ),
            make_package(
                ("app-misc", "silent", "1"),
                Claim.NOASSERTION,
                license_field=None,
                shipped=Shipped.LINKED_UNKNOWN,
            ),
            make_package(
                ("app-misc", "curated", "1"),
                Claim.NOASSERTION,
                concluded=License("MIT"),
                effective=License("MIT"),
            ),
        ],
        [BSD],
    )
    text = rendered(inventory)
    assert "No text for: Gone: it was not found." in entry(text, "app-misc/gone-1")
    assert "not known: its LICENSE says '|| ( x'" in entry(text, "app-misc/odd-1")
    assert "it states no license" in entry(text, "app-misc/silent-1")
    assert "Note:        Needed to build" in entry(text, "app-misc/silent-1")
    assert "\napp-misc/curated-1: NOASSERTION" in text


def test_the_name_whose_text_points_elsewhere_is_told() -> None:
    use = replace(make_use(GPL, "GPL-2"), pointed_from="GPL-2+")
    package = make_package(
        ("a", "b", "1"),
        "GPL-2.0-or-later",
        texts=(use,),
        license_names=("GPL-2+",),
        obligations=(Obligation.LICENSE_TEXT,),
    )
    text = rendered(make_inventory([package], [GPL]))
    assert "For license: GPL-2, GPL-2+\n" in text
    assert "No text for" not in text


@pytest.mark.parametrize(
    ("elected", "missing"), [("BSD-3-Clause", False), ("GPL-2.0-only", True)]
)
def test_after_an_election_only_the_elected_text_is_owed(
    elected: str, missing: bool
) -> None:
    package = make_package(
        ("a", "b", "1"),
        any_of([License("BSD-3-Clause"), License("GPL-2.0-only")]),
        effective=License(elected),
        elections=(Election(("a", "b"), elected, "policy", ""),),
        texts=(make_use(BSD, "BSD"),),
        license_names=("BSD", "GPL-2"),
        obligations=(Obligation.LICENSE_TEXT,),
    )
    assert ("No text for" in rendered(make_inventory([package], [BSD]))) is missing


def test_nothing_to_say_is_said() -> None:
    text = rendered(make_inventory([], image=Image()))
    assert text.startswith("NOTICE\n======\n")
    assert text.count("\nNone.\n") == 3
    assert text.endswith("\nEnd of NOTICE\n")


def test_hostile_fields_cannot_act_on_a_terminal() -> None:
    evil = "\x1b]0;owned\x07\r\napp\u202e\u2028\x9b31m\ud800"
    text_ = make_text(f"a{evil}b\n", evil, content=b"evil")
    package = make_package(
        ("a", evil, "1"),
        Claim.NOASSERTION,
        license_field=evil,
        texts=(make_use(text_, evil),),
        copyrights=(evil,),
        license_names=(evil,),
        obligations=(Obligation.LICENSE_TEXT,),
    )
    text = rendered(make_inventory([package], [text_], Image(name=evil, contact=evil)))
    bad = {c for c in text if unicodedata.category(c) in {"Cc", "Cs", "Zl", "Cf"}}
    assert bad == {"\n", "\u2028"}, "the latter only in the body, where it is text"
    assert "<U+202E>" in text


def test_comes_in_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = rendered(make_rich_inventory())
    monkeypatch.setattr(notice, "_CHUNK", 1)
    pieces = list(notice.render(make_rich_inventory(), META))
    assert len(pieces) > 10
    assert b"".join(pieces).decode() == whole

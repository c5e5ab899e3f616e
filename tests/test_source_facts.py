# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""What follows for a package from its sources: texts, notices, findings."""

import hashlib
from collections.abc import Mapping

import pytest
from builders_sources import MIT, NOTICE
from builders_vdb import raw

from coos_license import findings
from coos_license.audit.policy_gate import audit
from coos_license.licenses.spdx_list import list_text
from coos_license.model import (
    CopyrightUse,
    Evidence,
    Finding,
    Image,
    Inventory,
    Package,
    RawPackage,
    Severity,
    TextKind,
)
from coos_license.resolve.header_lines import uncovered
from coos_license.resolve.inventory import build
from coos_license.resolve.shipping import ship_all
from coos_license.resolve.texts import TextFinder
from coos_license.sources.names import role_of
from coos_license.sources.values import (
    EMPTY,
    Fault,
    Header,
    LeftOut,
    PackageSources,
    Role,
    SourceFile,
    Sources,
)

TOP = "sources/app-misc/foo-1"
GPL = (list_text("GPL-2.0-only") or b"").decode()


def package(license_field: str = "MIT") -> RawPackage:
    return raw("app-misc/foo-1-r2", license=license_field, repository="main")


def sources(
    one: RawPackage, files: Mapping[str, str] | None = None, **more: object
) -> Sources:
    """Return sources of one package that hold the files."""
    contents = {
        hashlib.sha256(text.encode()).hexdigest(): text.encode()
        for text in (files or {}).values()
    }
    found = []
    for path, text in sorted((files or {}).items()):
        role = role_of(tuple(path.split("/")))
        assert role is not None
        digest = hashlib.sha256(text.encode()).hexdigest()
        found.append(SourceFile(f"{TOP}/{path}", role, digest))
    values = {"files": tuple(found), "read": True, **more}
    return Sources({one.id: PackageSources(**values)}, contents)  # type: ignore[arg-type]  # a builder takes any field


def built(one: RawPackage, given: Sources | None) -> Inventory:
    return build([one], TextFinder((), sources=given), ship_all([one]), Image())


def only(inventory: Inventory) -> Package:
    (one,) = inventory.packages
    return one


def named(inventory: Inventory, name: str) -> list[Finding]:
    return [one for one in inventory.defects if one.kind.name == name]


def test_terms_are_shown_as_what_they_are() -> None:
    one = package("MIT BSD")
    isc = (list_text("ISC") or b"").decode()
    files = {"COPYING": isc, "LICENSE": "Ask me.\n", "NOTICE": NOTICE}
    inventory = built(one, sources(one, files))
    texts = inventory.texts
    shown = {
        use.path: texts[use.sha256].spdx
        for use in only(inventory).texts
        if use.kind is TextKind.SOURCE
    }
    declared = "MIT AND BSD-3-Clause"
    assert shown == {f"{TOP}/COPYING": "ISC", f"{TOP}/LICENSE": declared}
    assert [texts[sha256].spdx for sha256 in only(inventory).notices] == ["NOTICE"]


def test_terms_are_credited_with_their_place_and_their_statement() -> None:
    one = package()
    found = only(built(one, sources(one, {"COPYING": MIT, "AUTHORS": "Ada\n"})))
    assert [(use.kind, use.path) for use in found.texts] == [
        (TextKind.SOURCE, f"{TOP}/AUTHORS"),
        (TextKind.SOURCE, f"{TOP}/COPYING"),
    ]
    assert found.copyrights == ("Copyright (c) 2020 Ada Example",)


def test_equal_statements_are_one_with_every_place() -> None:
    one = package()
    other = "Notes\n\nCopyright (c)  2020 Ada Example\nCopyright (c) 2021 Bea\n"
    found = only(built(one, sources(one, {"COPYING": MIT, "COPYRIGHT": other})))
    assert found.copyright_evidence == (
        CopyrightUse(
            "Copyright (c) 2020 Ada Example",
            (Evidence(f"{TOP}/COPYING", 1), Evidence(f"{TOP}/COPYRIGHT", 3)),
        ),
        CopyrightUse("Copyright (c) 2021 Bea", (Evidence(f"{TOP}/COPYRIGHT", 4),)),
    )
    texts = tuple(use.text for use in found.copyright_evidence)
    assert found.copyrights == texts


def test_line_of_a_statement_is_that_of_the_file_as_editors_count() -> None:
    one = package()
    text = "Terms\n\f\nCopyright (c) 2020 Ada Example\n"
    found = only(built(one, sources(one, {"COPYING": text})))
    assert found.copyright_evidence[0].places == (Evidence(f"{TOP}/COPYING", 3),)


def test_notice_in_the_sources_settles_the_wanted_notice() -> None:
    one = package()
    assert (
        named(built(one, sources(one, {"COPYING": MIT})), "missing-attribution") == []
    )


@pytest.mark.parametrize(
    "files",
    [
        {},
        {"AUTHORS": "Ada\n"},
        {"COPYING": GPL},
        {"LICENSE.GPL": "Copyright (c) 1999 Somebody\n"},
        {"license.gpl": GPL},
        {"LICENSE": "Copyright (c) <year> <owner>\n\nPermission is granted\n"},
    ],
)
def test_sources_without_a_notice_make_it_an_error_that_names_the_file_to_add(
    files: dict[str, str],
) -> None:
    one = package()
    (finding,) = named(built(one, sources(one, files)), "missing-attribution")
    assert finding.kind.severity is Severity.ERROR
    assert finding.message == (
        "MIT wants the package's copyright notice; none is in its sources: add"
        " main/licenses/copyright-attribution/app-misc/foo, or foo-1-r2 or foo-1 beside"
        " it for this version alone, which comes first"
    )


def test_without_sources_it_is_a_warning() -> None:
    (finding,) = named(built(package(), None), "missing-attribution")
    assert finding.kind.severity is Severity.WARNING
    assert "none is at hand: add main/licenses/" in finding.message


def test_sources_that_are_not_there_make_it_an_error_too() -> None:
    (finding,) = named(built(package(), Sources()), "missing-attribution")
    assert finding.kind.severity is Severity.ERROR
    assert "none is at hand" in finding.message


def test_statement_within_a_sentence_settles() -> None:
    one = package()
    text = 'This program, "x", is copyright (C) 1996-2019 Julian Seward.\n'
    found = built(one, sources(one, {"LICENSE": text}))
    assert named(found, "missing-attribution") == []


def test_line_of_the_gpl_itself_is_no_statement_of_the_package() -> None:
    one = package("MIT GPL-2")
    found = only(built(one, sources(one, {"COPYING": GPL, "LICENSE": MIT})))
    assert found.copyrights == ("Copyright (c) 2020 Ada Example",)


def test_removing_the_only_notice_names_the_claim_that_falls() -> None:
    one = package("BSD")
    with_notice = {"LICENSE": MIT, "doc/x.txt.license": "terms\n"}
    assert named(built(one, sources(one, with_notice)), "missing-attribution") == []
    del with_notice["LICENSE"]
    (finding,) = named(built(one, sources(one, with_notice)), "missing-attribution")
    assert finding.subject == "BSD"


def test_notice_files_are_whole_and_the_nearest_is_first() -> None:
    one = package("Apache-2.0")
    files = {"vendor/x/NOTICE": "other\n", "NOTICE": NOTICE, "vendor/y/NOTICE": NOTICE}
    inventory = built(one, sources(one, files))
    found = only(inventory)
    contents = [inventory.texts[sha256].content for sha256 in found.notices]
    assert contents == [NOTICE.encode(), b"other\n"]
    assert [use.path for use in found.notice_files] == [
        f"{TOP}/NOTICE",
        f"{TOP}/vendor/x/NOTICE",
        f"{TOP}/vendor/y/NOTICE",
    ]
    assert "Copyright 2021 The Example Authors" in found.copyrights
    assert found.notices[0] not in {use.sha256 for use in found.texts}


def sought(inventory: Inventory) -> list[str]:
    """The messages that say where nobody looked for NOTICE files."""
    found = audit(inventory, epoch_known=True)
    return [one.message for one in found if one.kind is findings.MISSING_NOTICE]


def test_notices_that_were_not_looked_for_are_one_finding() -> None:
    one = package("Apache-2.0")
    damaged = sources(one, faults=(Fault(TOP, "is truncated"),), read=False)
    for given in (None, Sources(), sources(one, read=False), damaged):
        (message,) = sought(built(one, given))
        assert message.endswith(f"not all sources were read: {one.id.cpv}")


def test_notice_that_was_looked_for_and_is_not_there_is_none() -> None:
    one = package("Apache-2.0")
    assert sought(built(one, sources(one))) == []


def test_licence_without_such_a_clause_wants_no_notice_file() -> None:
    assert sought(built(package("MIT"), None)) == []


def test_notice_that_is_left_out_has_its_reason() -> None:
    one = package("Apache-2.0")
    left_out = (
        LeftOut(f"{TOP}/foo-1/NOTICE", Role.NOTICE, "it is no text"),
        LeftOut(f"{TOP}/foo-1/AUTHORS", Role.AUTHORS, "it is no text"),
    )
    (finding,) = named(built(one, sources(one, left_out=left_out)), "missing-notice")
    assert finding.message == f"{TOP}/foo-1/NOTICE is left out: it is no text"
    assert finding.subject == "foo-${PV}/NOTICE"


@pytest.mark.parametrize(
    ("license_field", "reason"), [("Apache-2.0", EMPTY), ("MIT", "it is no text")]
)
def test_notice_that_nobody_owes_is_no_finding(license_field: str, reason: str) -> None:
    one = package(license_field)
    left_out = (LeftOut(f"{TOP}/foo-1/NOTICE", Role.NOTICE, reason),)
    assert named(built(one, sources(one, left_out=left_out)), "missing-notice") == []


def test_removing_a_notice_that_the_metadata_names_is_a_finding() -> None:
    one = package("Apache-2.0")
    named_files = ((f"{TOP}/PKG-INFO", "NOTICE"),)
    given = sources(one, {"LICENSE": MIT}, named=named_files)
    (finding,) = named(built(one, given), "missing-notice")
    assert finding.subject == "NOTICE"
    assert finding.message == (
        f"{TOP}/PKG-INFO names the licence file NOTICE, which is not there"
    )


def test_fault_of_a_source_is_an_error_whose_fingerprint_has_no_version() -> None:
    one = package()
    fault = Fault(f"{TOP}/foo-1.tar.gz", "is truncated")
    (finding,) = named(built(one, sources(one, faults=(fault,))), "unusable-source")
    assert finding.kind.severity is Severity.ERROR
    assert finding.subject == "foo-${PV}.tar.gz"
    assert finding.evidence[0].path == f"{TOP}/foo-1.tar.gz"


@pytest.mark.parametrize(
    ("missing", "read", "message"),
    [
        ("a", False, "1 distfile is not in --sources: a"),
        ("ab", True, "2 distfiles are not in --sources: a, b; others are"),
        (
            "abcdefg",
            False,
            "7 distfiles are not in --sources: a, b, c, d, e and 2 more",
        ),
        ("", False, "--sources has no directory of it, and its SRC_URI names no file"),
    ],
)
def test_sources_that_are_missing_are_counted(
    missing: str, read: bool, message: str
) -> None:
    one = package()
    given = sources(one, missing=tuple(missing), read=read)
    (finding,) = named(built(one, given), "unmatched-sources")
    assert finding.message == message


def test_package_that_owes_nothing_needs_no_sources() -> None:
    one = raw("virtual/libc-1")
    assert named(built(one, Sources()), "unmatched-sources") == []


def test_source_that_cannot_be_read_is_not_missing_too() -> None:
    one = package()
    given = sources(one, faults=(Fault(TOP, "is truncated"),), read=False)
    assert named(built(one, given), "unmatched-sources") == []


def test_header_that_license_does_not_cover_is_a_finding_for_each_licence() -> None:
    one = package("MIT")
    headers = (
        Header("ISC", 2, f"{TOP}/b.c", 3),
        Header("ISC AND Zlib", 1, f"{TOP}/a.c", 1),
        Header("MIT", 9, f"{TOP}/m.c", 1),
    )
    inventory = built(one, sources(one, headers=headers))
    found = named(inventory, "undeclared-header")
    assert [(one.subject, one.message) for one in found] == [
        ("ISC", "3 source files name ISC, which LICENSE does not"),
        ("Zlib", "1 source file names Zlib, which LICENSE does not"),
    ]
    assert (found[0].evidence[0].path, found[0].evidence[0].line) == (f"{TOP}/a.c", 1)
    uses = [(use.expression, use.files) for use in only(inventory).license_headers]
    assert uses == [("MIT", 9), ("ISC", 2), ("ISC AND Zlib", 1)]


def test_headers_are_held_against_nothing_where_nothing_is_declared() -> None:
    one = package("|| ( MIT")
    headers = (Header("ISC", 1, f"{TOP}/a.c", 1),)
    found = built(one, sources(one, headers=headers))
    assert named(found, "undeclared-header") == []


@pytest.mark.parametrize(
    ("header", "declared", "left"),
    [
        ("MIT", "MIT", []),
        ("GPL-2.0", "GPL-2.0-only", []),
        ("GPL-2.0+", "GPL-2.0-only", []),
        ("GPL-2.0-or-later", "GPL-2.0-or-later", []),
        ("GPL-2.0-only", "GPL-2.0-or-later", ["GPL-2.0-only"]),
        ("GPL-2.0 WITH Linux-syscall-note", "GPL-2.0-only", []),
        ("(GPL-2.0 WITH Linux-syscall-note) OR MIT", "MIT", []),
        ("MIT OR ISC", "Zlib", ["ISC", "MIT"]),
        ("MIT AND (ISC OR Zlib)", "Zlib", ["MIT"]),
        ("mit", "MIT", []),
        ("LicenseRef-x", "MIT", ["LicenseRef-x"]),
        ("Nothing known", "MIT", ["Nothing known"]),
    ],
)
def test_header_is_covered(header: str, declared: str, left: list[str]) -> None:
    assert sorted(uncovered(header, frozenset((declared,)))) == left

# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""What LICENSE values declare and owe, and what is wrong with them."""

import pytest
from builders_inventory import inventory, one, problems, result
from builders_vdb import raw

from coos_license.errors import ReadError
from coos_license.portage.entry import parse_package
from coos_license.portage.names import package_id
from coos_license.portage.repository import Repository


@pytest.mark.parametrize(
    ("field", "declared"),
    [
        ("MIT", "MIT"),
        ("|| ( GPL-2 BSD )", "GPL-2.0-only OR BSD-3-Clause"),
        ("|| ( GPL-2 BSD ) MIT", "(GPL-2.0-only OR BSD-3-Clause) AND MIT"),
        ("MIT || ( GPL-2 BSD )", "MIT AND (GPL-2.0-only OR BSD-3-Clause)"),
        ("|| ( ( MIT BSD ) GPL-2 )", "(MIT AND BSD-3-Clause) OR GPL-2.0-only"),
        ("|| ( MIT || ( BSD GPL-2 ) )", "MIT OR BSD-3-Clause OR GPL-2.0-only"),
        ("MIT ( BSD ( ISC ) ) MIT", "MIT AND BSD-3-Clause AND ISC"),
        ("|| ( MIT MIT )", "MIT"),
        ("|| ( MIT ( MIT ISC ) )", "MIT OR (MIT AND ISC)"),
        ("GPL-2+", "GPL-2.0-or-later"),
        ("BSD-Google", "BSD-3-Clause"),
        ("Apache-2.0-with-LLVM-exceptions", "Apache-2.0 WITH LLVM-exception"),
        ("public-domain", "LicenseRef-gentoo-public-domain"),
        ("Weird_name+", "LicenseRef-gentoo-Weird-x5fname-plus"),
        ("x? ( BSD ) MIT", "BSD-3-Clause AND MIT"),
        ("!x? ( BSD ) MIT", "MIT"),
        ("( " * 50_000 + "MIT" + " )" * 50_000, "MIT"),
    ],
)
def test_declared(
    repositories: tuple[Repository, ...], field: str, declared: str
) -> None:
    package = one(repositories, field, use="x")
    assert str(package.declared) == declared
    assert package.concluded == package.effective == package.declared
    assert package.license_field == field.strip()


@pytest.mark.parametrize(
    ("field", "finding"),
    [
        ("|| ( MIT", "license-syntax"),
        ("GPL-2,MIT", "license-syntax"),
        ("../../etc/passwd", "license-syntax"),
        ("MIT\x00", "license-syntax"),
        ("|| ( __const__/empty-any-of ) MIT", "empty-any-of"),
        ("|| ( x? ( MIT ) )", "empty-any-of"),
        ("TAINTED", "tainted"),
        ("TAINTED MIT", "tainted"),
        ("|| ( A ( B " * 2_000 + "C" + " ) )" * 2_000, "license-syntax"),
        ("^^ ( MIT BSD )", "license-syntax"),
        ("@FREE", "license-syntax"),
    ],
)
def test_nothing_is_declared_where_nothing_can_be(
    repositories: tuple[Repository, ...], field: str, finding: str
) -> None:
    found = result(repositories, field, use="")
    (package,) = found.packages
    assert str(package.declared) == "NOASSERTION"
    assert package.license_comment
    assert "review" in package.obligations
    assert finding in [name for name, _ in problems(found)]


def test_a_mark_has_no_text_that_could_be_missing(
    repositories: tuple[Repository, ...],
) -> None:
    assert problems(result(repositories, "TAINTED")) == [("tainted", "TAINTED")]


def test_conditions_without_recorded_flags(
    repositories: tuple[Repository, ...],
) -> None:
    found = result(repositories, "x? ( GPL-2 ) MIT")
    (package,) = found.packages
    assert str(package.declared) == "NOASSERTION"
    assert ("unknown-use", "LICENSE") in problems(found)
    assert "source" in package.obligations


@pytest.mark.parametrize("category", ["acct-user", "acct-group", "virtual"])
@pytest.mark.parametrize("field", [None, ""])
def test_packages_that_need_no_license(
    repositories: tuple[Repository, ...], category: str, field: str | None
) -> None:
    found = result(repositories, field, cpv=f"{category}/x-1")
    assert problems(found) == [("no-license-needed", "LICENSE")]
    assert str(found.packages[0].declared) == "NONE"
    assert found.packages[0].obligations == ()


@pytest.mark.parametrize("field", [None, ""])
def test_a_package_without_license(
    repositories: tuple[Repository, ...], field: str | None
) -> None:
    found = result(repositories, field)
    assert problems(found) == [("missing-license", "LICENSE")]
    assert str(found.packages[0].declared) == "NOASSERTION"


@pytest.mark.parametrize(
    ("contents", "declared", "expected"),
    [
        ("", "NONE", []),
        ("dir /usr\n", "NONE", []),
        ("obj /x 0 1\n", "NOASSERTION", ["metapackage-with-files"]),
        ("dir /usr\nsym /x -> /y 1\n", "NOASSERTION", ["metapackage-with-files"]),
    ],
)
def test_metapackages(
    repositories: tuple[Repository, ...],
    contents: str,
    declared: str,
    expected: list[str],
) -> None:
    found = result(repositories, "metapackage", contents=contents)
    assert str(found.packages[0].declared) == declared
    assert [name for name, _ in problems(found)] == expected


@pytest.mark.parametrize(
    ("contents", "named"),
    [
        ("obj /a b 0 1\nsym /c d -> /e 1\n", "2 files or symlinks: /a b, /c d"),
        ("sym /\x1b -> /e 1\n", "1 files or symlinks: /\\x1b"),
        (
            "".join(f"dir /d\nobj /{number} 0 1\n" for number in range(9)),
            "9 files or symlinks: /0, /1, /2, ...",
        ),
    ],
)
def test_the_first_files_of_a_metapackage_are_named(
    repositories: tuple[Repository, ...], contents: str, named: str
) -> None:
    (problem,) = result(repositories, "metapackage", contents=contents).defects
    assert problem.message == f"it installs {named}"


def test_a_license_that_cannot_be_read_is_not_a_license_that_is_not_needed(
    repositories: tuple[Repository, ...],
) -> None:
    for category in ("virtual", "app-misc"):
        package = package_id(category, "x-1")
        assert package is not None
        failed = {"LICENSE": ReadError("is not a regular file")}
        broken = parse_package(package, "root/var/db/pkg/x", {}, failed)
        found = inventory(repositories, broken)
        assert str(found.packages[0].declared) == "NOASSERTION"
        assert found.packages[0].obligations == ("review",)
        assert problems(found)[0] == ("unreadable-entry", "LICENSE")


def test_a_metapackage_whose_files_are_not_known_is_not_none(
    repositories: tuple[Repository, ...],
) -> None:
    package = package_id("app-misc", "x-1")
    assert package is not None
    failed = {"CONTENTS": ReadError("is not a regular file")}
    values = {"LICENSE": b"metapackage\n"}
    broken = parse_package(package, "root/var/db/pkg/x", values, failed)
    found = inventory(repositories, broken)
    assert str(found.packages[0].declared) == "NOASSERTION"
    assert problems(found) == [("unreadable-entry", "CONTENTS")]


def test_a_license_with_every_condition_off_is_missing(
    repositories: tuple[Repository, ...],
) -> None:
    found = result(repositories, "x? ( MIT )", use="")
    assert str(found.packages[0].declared) == "NOASSERTION"
    assert problems(found) == [("missing-license", "LICENSE")]


def test_a_metapackage_among_others_may_have_no_files_either(
    repositories: tuple[Repository, ...],
) -> None:
    found = result(repositories, "metapackage GPL-2", contents="obj /x 0 1\n")
    assert ("metapackage-with-files", "metapackage") in problems(found)


def test_choices_are_told(repositories: tuple[Repository, ...]) -> None:
    found = result(repositories, "|| ( GPL-2 BSD ) || ( MIT ISC )")
    subjects = [text for name, text in problems(found) if name == "choice-unset"]
    assert subjects == ["GPL-2.0-only | BSD-3-Clause", "MIT | ISC"]


def test_obligations_are_those_of_every_option_the_category_that_of_the_least(
    repositories: tuple[Repository, ...],
) -> None:
    package = one(repositories, "|| ( GPL-2 BSD )")
    assert package.category == "notice"
    assert "source" in package.obligations
    assert one(repositories, "GPL-2 BSD").category == "restricted"


def test_a_broken_dependency_is_a_finding(
    repositories: tuple[Repository, ...],
) -> None:
    found = result(
        repositories, "GPL-2", rdepend="|| ( a/b", pdepend="nonsense", depend="( )"
    )
    assert [pair for pair in problems(found) if pair[0] == "dependency-syntax"] == [
        ("dependency-syntax", "RDEPEND"),
        ("dependency-syntax", "PDEPEND"),
        ("dependency-syntax", "DEPEND"),
    ]


def test_edges_name_installed_packages_but_not_oneself(
    repositories: tuple[Repository, ...],
) -> None:
    packages = [
        raw("a/b-1", license="GPL-2", rdepend="a/b a/c", pdepend="a/d"),
        raw("a/c-1", license="GPL-2"),
        raw("a/d-1", license="GPL-2"),
    ]
    found = inventory(repositories, *packages)
    assert [one.cpv for one in found.packages[0].depends_on] == ["a/c-1", "a/d-1"]


def test_packages_are_sorted_by_name_and_by_version_as_pms_orders_them(
    repositories: tuple[Repository, ...],
) -> None:
    cpvs = ["b/x-1.10", "b/x-1.9", "a/y-1", "b/x-1.9_rc1"]
    found = inventory(repositories, *(raw(cpv, license="GPL-2") for cpv in cpvs))
    assert [package.id.cpv for package in found.packages] == [
        "a/y-1",
        "b/x-1.9_rc1",
        "b/x-1.9",
        "b/x-1.10",
    ]

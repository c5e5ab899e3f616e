# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""Which text backs a name, and whose notice it carries."""

from contextlib import ExitStack
from pathlib import Path

import pytest
from builders_inventory import GPL2, STOCK, inventory, one, opened, problems, result
from builders_vdb import raw, write_repository

from coos_license.licenses import spdx_list
from coos_license.portage.repository import Repository, search_order
from coos_license.resolve.copyrights import statements


def test_texts_are_kept_even_where_nothing_is_declared(
    repositories: tuple[Repository, ...],
) -> None:
    package = one(repositories, "|| ( GPL-2 BSD")
    assert [use.name for use in package.texts] == ["GPL-2", "BSD"]


def test_a_pointer_text_brings_what_it_points_to(
    repositories: tuple[Repository, ...],
) -> None:
    package = one(repositories, "GPL-2+")
    assert [(use.name, use.pointed_from) for use in package.texts] == [
        ("GPL-2+", None),
        ("GPL-2", "GPL-2+"),
        ("GPL-3", "GPL-2+"),
    ]
    assert package.texts[1].path == "portage-stable/licenses/GPL-2"


def test_an_unlisted_pointer_is_recognised_by_its_words(tmp_path: Path) -> None:
    texts = {"Own-1": "See GPL-2 for the full text.\n", "GPL-2": GPL2}
    path = write_repository(tmp_path / "r", "portage-stable", texts)
    with ExitStack() as trees:
        package = one(opened([path], trees), "Own-1")
    assert [use.name for use in package.texts] == ["Own-1", "GPL-2"]


def test_what_no_repository_holds_comes_from_the_spdx_list_and_says_so(
    repositories: tuple[Repository, ...],
) -> None:
    found = result(repositories, "Boost-1.0")
    (use,) = found.packages[0].texts
    assert use.kind == "spdx-list"
    assert use.path == f"spdx-list-{spdx_list.LIST_VERSION}/BSL-1.0"
    assert problems(found) == [("spdx-list-text", "Boost-1.0")]


def test_the_list_does_not_stand_for_a_notice_unless_asked(
    repositories: tuple[Repository, ...],
) -> None:
    package = raw("app-misc/x-1", license="BSD-2", repository="portage-stable")
    found = inventory(repositories, package)
    assert ("missing-license-text", "BSD-2") in problems(found)
    found = inventory(repositories, package, template_texts=True)
    assert ("missing-license-text", "BSD-2") not in problems(found)
    assert ("missing-attribution", "BSD-2") in problems(found)


def test_an_unknown_name_keeps_its_reference_and_no_text(
    repositories: tuple[Repository, ...],
) -> None:
    found = result(repositories, "Nope-1")
    (package,) = found.packages
    assert str(package.declared) == "LicenseRef-gentoo-Nope-1"
    assert found.extracted["LicenseRef-gentoo-Nope-1"].sha256 is None
    names = [name for name, _ in problems(found)]
    assert "unknown-license" in names
    assert "missing-license-text" in names
    (message,) = (
        defect.message
        for defect in found.defects
        if defect.kind.name == "missing-license-text"
    )
    assert "portage-stable/licenses, chromiumos/licenses" in message


def test_owners_files_are_no_licenses(repositories: tuple[Repository, ...]) -> None:
    found = result(repositories, "OWNERS")
    assert ("unknown-license", "OWNERS") in problems(found)
    assert found.packages[0].texts == ()


def test_a_bare_exception_is_a_reference_with_its_text_and_a_finding(
    repositories: tuple[Repository, ...],
) -> None:
    name = "gcc-runtime-library-exception-3.1"
    found = result(repositories, f"|| ( GPL-3 {name} )")
    (package,) = found.packages
    assert str(package.declared) == f"GPL-3.0-only OR LicenseRef-gentoo-{name}"
    assert ("bare-exception", name) in problems(found)
    assert found.extracted[f"LicenseRef-gentoo-{name}"].sha256 is not None


def test_one_name_with_two_texts_gets_two_references(tmp_path: Path) -> None:
    paths = [
        write_repository(tmp_path / name, name, {"Own-1": f"text of {name}\n"})
        for name in ("one", "two")
    ]
    paths.append(write_repository(tmp_path / "three", "three", {}))
    with ExitStack() as trees:
        found = inventory(
            opened(paths, trees),
            *(
                raw(f"app-misc/{name}-1", license="Own-1", repository=name)
                for name in ("one", "two", "three")
            ),
        )
    declared = {one.id.name: str(one.declared) for one in found.packages}
    for name in ("one", "two"):
        digest = next(
            use.sha256
            for package in found.packages
            for use in package.texts
            if package.id.name == name
        )
        assert declared[name] == f"LicenseRef-gentoo-Own-1-{digest[:8]}"
    # The third repository has none of its own: it finds the first in order.
    assert declared["three"] == declared["one"]
    assert set(found.extracted) == set(declared.values())


def test_two_names_of_one_spelling_get_two_references(tmp_path: Path) -> None:
    texts = {"Own+": "one\n", "Own-plus": "two\n", "Case-1": "a\n", "case-1": "b\n"}
    path = write_repository(tmp_path / "r", "portage-stable", texts)
    with ExitStack() as trees:
        names = "Own+ Own-plus Gone+ Gone-plus Case-1 case-1"
        found = result(opened([path], trees), names)
    assert len({spdx_id.lower() for spdx_id in found.extracted}) == 6
    assert {one.name for one in found.extracted.values()} == {
        "Own+",
        "Own-plus",
        "Gone+",
        "Gone-plus",
        "Case-1",
        "case-1",
    }


def test_bsd_google_carries_its_notice_and_bsd_does_not(
    repositories: tuple[Repository, ...],
) -> None:
    found = result(repositories, "BSD-Google", repository="chromiumos")
    assert found.packages[0].copyrights == (
        "Copyright 2010, Google Inc. All rights reserved. ...",
    )
    assert "missing-attribution" not in [name for name, _ in problems(found)]
    found = result(repositories, "BSD MIT")
    subjects = [text for name, text in problems(found) if name == "missing-attribution"]
    assert subjects == ["BSD", "MIT"]
    assert found.packages[0].copyrights == ()
    # The notice of one licence does not serve another.
    found = result(repositories, "BSD-Google MIT", repository="chromiumos")
    assert ("missing-attribution", "MIT") in problems(found)


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({"x": "own"}, "x"),
        ({"x": "own", "x-1.2": "version"}, "x-1.2"),
        ({"x": "own", "x-1.2": "version", "x-1.2-r3": "exact"}, "x-1.2-r3"),
        ({"x": "own", "x-1.2": "", "y": "other"}, None),
        ({"y": "other"}, None),
    ],
)
def test_a_copyright_attribution_file_gives_the_notice(
    tmp_path: Path, files: dict[str, str], expected: str | None
) -> None:
    path = write_repository(tmp_path / "r", "portage-stable", STOCK)
    directory = path / "licenses/copyright-attribution/app-misc"
    directory.mkdir(parents=True)
    for name, word in files.items():
        text = f"Copyright 2020 {word} Authors\nMIT terms\n" if word else ""
        (directory / name).write_text(text, "utf-8")
    with ExitStack() as trees:
        repositories = opened([path], trees)
        found = result(repositories, "MIT", cpv="app-misc/x-1.2-r3")
    (package,) = found.packages
    missing = ("missing-attribution", "MIT") in problems(found)
    assert missing == (expected is None)
    if expected is not None:
        use = package.texts[-1]
        assert use.kind == "attribution"
        assert use.path == (
            f"portage-stable/licenses/copyright-attribution/app-misc/{expected}"
        )
        assert package.copyrights == (f"Copyright 2020 {files[expected]} Authors",)


def test_an_attribution_file_that_leads_nowhere_is_told(tmp_path: Path) -> None:
    path = write_repository(tmp_path / "r", "portage-stable", STOCK)
    directory = path / "licenses/copyright-attribution/app-misc"
    directory.mkdir(parents=True)
    (directory / "x").symlink_to("x")
    with ExitStack() as trees:
        found = result(opened([path], trees), "MIT")
    assert ("unreadable-entry", "copyright-attribution") in problems(found)
    assert ("missing-attribution", "MIT") in problems(found)


def test_an_empty_text_is_no_text(tmp_path: Path) -> None:
    first = write_repository(tmp_path / "one", "one", {"GPL-2": "", "MIT": " \n\0\n"})
    second = write_repository(tmp_path / "two", "two", {"GPL-2": GPL2})
    with ExitStack() as trees:
        found = result(opened([first, second], trees), "GPL-2 MIT", repository="one")
    assert [use.path for use in found.packages[0].texts] == ["two/licenses/GPL-2"]
    assert ("missing-license-text", "MIT") in problems(found)


def test_pointers_are_followed_to_their_end(tmp_path: Path) -> None:
    texts = {
        "LGPL-2.1+": "See LGPL-2.1 or LGPL-3 for the full text.\n",
        "LGPL-2.1": "LGPL 2.1 terms\n" * 60,
        "LGPL-3": "LGPL 3 terms\n" * 60,
        "GPL-3": "GPL 3 terms\n" * 60,
    }
    path = write_repository(tmp_path / "r", "portage-stable", texts)
    with ExitStack() as trees:
        package = one(opened([path], trees), "LGPL-2.1+")
    assert {use.name for use in package.texts} == set(texts)


def test_a_pointer_to_a_pointer_brings_the_terms(tmp_path: Path) -> None:
    texts = {"Own-1": "See GPL-2+ for the full text.\n", **STOCK}
    path = write_repository(tmp_path / "r", "portage-stable", texts)
    with ExitStack() as trees:
        names = [use.name for use in one(opened([path], trees), "Own-1").texts]
    assert names == ["Own-1", "GPL-2+", "GPL-2", "GPL-3"]


def test_search_order_is_own_masters_then_the_rest(tmp_path: Path) -> None:
    layout = {"a": "", "b": "a", "c": "b x", "d": ""}
    paths = [
        write_repository(tmp_path / name, name, {}, masters)
        for name, masters in layout.items()
    ]
    with ExitStack() as trees:
        order, missing = search_order(opened(paths[::-1], trees), "c")
    assert [repository.name for repository in order] == ["c", "b", "a", "d"]
    assert missing == (("c", "x"),)


def test_missing_repositories_and_masters_are_told(
    repositories: tuple[Repository, ...],
) -> None:
    found = inventory(
        repositories,
        raw("a/b-1", license="GPL-2", repository="chromiumos"),
        raw("a/c-1", license="GPL-2", repository="elsewhere"),
    )
    assert [pair for pair in problems(found) if "missing" in pair[0]] == [
        ("missing-repository", "elsewhere"),
        ("missing-master", "chromiumos eclass-overlay"),
    ]


def test_an_unreadable_text_is_a_finding_and_the_search_goes_on(
    tmp_path: Path,
) -> None:
    first = write_repository(tmp_path / "one", "one", {})
    (first / "licenses/Own-1").mkdir()
    (first / "licenses/Leak-1").symlink_to("/etc/passwd")
    second = write_repository(tmp_path / "two", "two", {"Own-1": "text\n"})
    with ExitStack() as trees:
        found = result(opened([first, second], trees), "Own-1 Leak-1", repository="one")
    (package,) = found.packages
    assert [use.path for use in package.texts] == ["two/licenses/Own-1"]
    assert ("unreadable-entry", "one/licenses/Own-1") in problems(found)
    assert ("missing-license-text", "Leak-1") in problems(found)


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("Copyright (c) 2010 The Authors", True),
        (" * Copyright 1999-2004 A. Body <a@b.example>", True),
        ("(C) 2003 Somebody", True),
        ("© 2020 Somebody", True),
        ("Copyright (c) <year> <copyright holders>", False),
        ("Copyright [yyyy] [name of copyright owner]", False),
        ("Copyright (c) 4-digit year, Company or Person's Name", False),
        ("copyright notice and this permission notice appear", False),
        ("THE COPYRIGHT HOLDERS", False),
    ],
)
def test_statements_are_not_templates(line: str, expected: bool) -> None:
    assert bool(statements(f"before\n{line}\nafter")) == expected

# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""From LICENSE values and repositories to claims, texts and findings."""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path

import pytest
from builders_vdb import raw, write_repository

from coos_license.errors import InputError, ReadError
from coos_license.licenses import spdx_list
from coos_license.model import Image, Inventory, Package, RawPackage, Shipped
from coos_license.portage.atoms import Installed
from coos_license.portage.names import package_id
from coos_license.portage.repository import Repository, read_repository, search_order
from coos_license.portage.vdb import parse_package
from coos_license.resolve.copyrights import statements
from coos_license.resolve.inventory import build
from coos_license.resolve.shipping import (
    Shipping,
    merged,
    ship_all,
    ship_closure,
    ship_default,
    ship_set,
)
from coos_license.resolve.texts import TextFinder
from coos_license.trees.directory import DirectoryTree

GPL2 = "GNU GENERAL PUBLIC LICENSE Version 2 ...\n"
STOCK: Mapping[str, str | bytes] = {
    "GPL-2": GPL2,
    "GPL-3": "GNU GENERAL PUBLIC LICENSE Version 3 ...\n",
    "GPL-2+": "GPL, version 2 or later.\nSee GPL-2 or GPL-3 for the full text.\n",
    "BSD": "Copyright (c) <year> <owner>. All rights reserved. ...\n",
    "MIT": "Copyright (c) <year> <copyright holders> ...\n",
    "ISC": "Copyright (c) <year> <owner> ...\n",
    "Apache-2.0": "Apache License Version 2.0 ...\n",
    "public-domain": "Public domain.\n",
    "gcc-runtime-library-exception-3.1": "GCC RUNTIME LIBRARY EXCEPTION ...\n",
    "OWNERS": "somebody\n",
}


@pytest.fixture
def repositories(tmp_path: Path) -> Iterable[tuple[Repository, ...]]:
    """A stock repository and an overlay of it."""
    stock = write_repository(tmp_path / "stock", "portage-stable", STOCK)
    google = {"BSD-Google": "Copyright 2010, Google Inc. All rights reserved. ...\n"}
    overlay = write_repository(
        tmp_path / "overlay", "chromiumos", google, "portage-stable eclass-overlay"
    )
    with ExitStack() as trees:
        yield opened([stock, overlay], trees)


def opened(paths: Sequence[Path], trees: ExitStack) -> tuple[Repository, ...]:
    """Return the repositories at the paths."""
    found = []
    for path in paths:
        tree = trees.enter_context(DirectoryTree.open(path))
        repository = read_repository(tree)
        assert repository is not None
        found.append(repository)
    return tuple(found)


def inventory(
    repositories: Sequence[Repository],
    *packages: RawPackage,
    template_texts: bool = False,
) -> Inventory:
    """Return the inventory of the packages, all shipped."""
    finder = TextFinder(repositories, template_texts=template_texts)
    shipping = ship_all(packages)
    return build(packages, finder, shipping, Image())


def one(repositories: Sequence[Repository], field: str | None, **files: str) -> Package:
    """Return the one package with this LICENSE."""
    (package,) = result(repositories, field, **files).packages
    return package


def result(
    repositories: Sequence[Repository], field: str | None, **files: str
) -> Inventory:
    """Return the inventory of one package with this LICENSE."""
    if field is not None:
        files["license"] = field
    files.setdefault("repository", "portage-stable")
    return inventory(repositories, raw(files.pop("cpv", "app-misc/x-1"), **files))


def problems(found: Inventory) -> list[tuple[str, str]]:
    """Return name and subject of the findings."""
    return [(defect.kind.name, defect.subject) for defect in found.defects]


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


def test_texts_are_kept_even_where_nothing_is_declared(
    repositories: tuple[Repository, ...],
) -> None:
    package = one(repositories, "|| ( GPL-2 BSD")
    assert [use.name for use in package.texts] == ["GPL-2", "BSD"]


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


def test_a_license_with_every_condition_off_is_missing(
    repositories: tuple[Repository, ...],
) -> None:
    found = result(repositories, "x? ( MIT )", use="")
    assert str(found.packages[0].declared) == "NOASSERTION"
    assert problems(found) == [("missing-license", "LICENSE")]


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


def test_a_metapackage_among_others_may_have_no_files_either(
    repositories: tuple[Repository, ...],
) -> None:
    found = result(repositories, "metapackage GPL-2", contents="obj /x 0 1\n")
    assert ("metapackage-with-files", "metapackage") in problems(found)


def test_needs_under_unknown_flags_prove_nothing_to_stay_out(
    repositories: tuple[Repository, ...],
) -> None:
    packages = (
        raw("a/root-1", rdepend="f? ( a/b ) !f? ( a/c )", license="GPL-2"),
        raw("a/b-1", license="GPL-2"),
        raw("a/d-1", license="GPL-2"),
    )
    shipping = ship_closure(packages, Installed(packages), "a/root")
    assert decided(shipping)["b"] is decided(shipping)["d"] is Shipped.LINKED_UNKNOWN
    assert ("unknown-use", "RDEPEND") in problems(inventory(repositories, *packages))


def test_a_broken_dependency_proves_nothing_to_stay_out() -> None:
    for variable in ("depend", "rdepend", "pdepend"):
        packages = (raw("a/root-1", **{variable: "( a/b"}), raw("a/b-1"), raw("a/c-1"))
        shipping = ship_closure(packages, Installed(packages), "a/root")
        assert decided(shipping)["b"] is Shipped.LINKED_UNKNOWN
        assert decided(shipping)["c"] is Shipped.LINKED_UNKNOWN


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


SYSROOT = (
    raw("virtual/target-os-1", rdepend="a/run"),
    raw("a/run-1", depend="a/static a/tool"),
    raw("a/static-1", rdepend="a/deep"),
    raw("a/deep-1"),
    raw("a/tool-1"),
    raw("a/builder-1"),
)


def decided(shipping: Shipping) -> dict[str, Shipped]:
    """Return the decision by package name."""
    return {package.name: shipped for package, shipped in shipping.decided.items()}


def test_what_ships_by_closure() -> None:
    shipping = ship_closure(SYSROOT, Installed(SYSROOT), "a/run")
    assert decided(shipping) == {
        "target-os": Shipped.BUILD_TIME,
        "run": Shipped.YES,
        "static": Shipped.LINKED_UNKNOWN,
        "deep": Shipped.LINKED_UNKNOWN,
        "tool": Shipped.LINKED_UNKNOWN,
        "builder": Shipped.BUILD_TIME,
    }


def test_what_ships_by_default() -> None:
    shipping = ship_default(SYSROOT, Installed(SYSROOT))
    assert shipping.rule == "closure:virtual/target-os"
    assert decided(shipping)["target-os"] is Shipped.YES
    rest = SYSROOT[1:]
    assert set(decided(ship_default(rest, Installed(rest))).values()) == {Shipped.YES}


@pytest.mark.parametrize("atom", ["a/absent", "not an atom", ">=a/run-2"])
def test_a_closure_of_nothing_is_an_error(atom: str) -> None:
    with pytest.raises(InputError, match="--shipped closure:"):
        ship_closure(SYSROOT, Installed(SYSROOT), atom)


def test_the_set_of_an_image_and_its_facts_win() -> None:
    image = (raw("a/run-1", license="MIT"), raw("a/only-1", license="ISC"))
    source = (raw("a/run-1", license="GPL-2", depend="a/lib"), raw("a/lib-1"))
    packages = merged(source, image)
    assert [one.license_field for one in packages] == ["MIT", "ISC", None]
    assert packages[0].depend == "a/lib"
    shipping = ship_set(packages, Installed(packages), image)
    assert decided(shipping) == {
        "run": Shipped.YES,
        "only": Shipped.YES,
        "lib": Shipped.LINKED_UNKNOWN,
    }


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

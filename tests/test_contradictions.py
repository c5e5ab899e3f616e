# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""Where sources contradict LICENSE, and which of their texts are in doubt."""

from datetime import date
from pathlib import Path

import pytest
from builders_vdb import write_repository
from test_source_facts import TOP, built, named, only, package, sources

from coos_license.licenses.spdx_list import list_text
from coos_license.model import Evidence, Image, Severity, TextKind
from coos_license.policy.curate import curate
from coos_license.policy.policy_curations import parse_curations
from coos_license.policy.suggest import suggestions
from coos_license.portage.repository import read_repository
from coos_license.resolve.inventory import build
from coos_license.resolve.shipping import ship_all
from coos_license.resolve.texts import TextFinder
from coos_license.sources.values import Header
from coos_license.trees.directory import DirectoryTree

CODE = "sources-contradict-license"
REVIEW = "text-needs-review"


def text(name: str) -> str:
    return (list_text(name) or b"").decode()


GPL3 = text("GPL-3.0-only")
MIT = text("MIT")
APART = f"{MIT}\nYou must also send a postcard to the author, always.\n"


def test_project_under_another_licence_is_a_warning_with_its_file() -> None:
    one = package("MIT")
    (found,) = named(built(one, sources(one, {"foo-1/COPYING": GPL3})), CODE)
    assert found.kind.severity is Severity.WARNING
    assert found.subject == "GPL-3.0-only"
    assert found.evidence == (Evidence(f"{TOP}/foo-1/COPYING"),)
    assert found.message == (
        f"{TOP}/foo-1/COPYING is GPL-3.0-only or GPL-3.0-or-later, and no licence file"
        " of the project is MIT"
    )


@pytest.mark.parametrize(
    ("license_field", "files"),
    [
        ("MIT", {"COPYING": MIT}),
        ("MIT", {"COPYING": GPL3, "LICENSE": MIT}),
        ("MIT GPL-3", {"COPYING": GPL3}),
        ("|| ( MIT GPL-3+ )", {"COPYING": GPL3}),
        ("GPL-2+", {"COPYING": GPL3}),
        ("LGPL-3", {"COPYING": GPL3}),
        ("MIT", {"foo-1/COPYING": APART, "foo-1/COPYING.GPL": GPL3}),
        ("MIT", {"foo-1/tests/data/COPYING": GPL3}),
        ("MIT", {"tests/COPYING": GPL3, "doc/COPYING": GPL3}),
        ("MIT", {"foo-1/COPYING": MIT, "foo-1/m4/COPYING": GPL3}),
        ("MIT", {"LICENSE": "See the file README.\n"}),
        ("MIT", {"bar.tar.gz/bar/COPYING": GPL3, "foo-1.tar.gz/foo/COPYING": MIT}),
        ("", {"COPYING": GPL3}),
    ],
)
def test_what_license_implies_or_does_not_cover_is_no_contradiction(
    license_field: str, files: dict[str, str]
) -> None:
    one = package(license_field)
    assert named(built(one, sources(one, files)), CODE) == []


@pytest.mark.parametrize(
    ("license_field", "path", "licence"),
    [
        ("GPL-2", "COPYING", "GPL-3.0-only"),
        ("LGPL-2.1+", "COPYING", "GPL-3.0-only"),
        ("MIT", "foo-1.tar.gz/foo-1/LICENSE", "GPL-3.0-only"),
        ("MIT", "bar.tar.gz/bar/LICENSE", "GPL-3.0-only"),
    ],
)
def test_what_license_does_not_imply_is_a_contradiction(
    license_field: str, path: str, licence: str
) -> None:
    one = package(license_field)
    (found,) = named(built(one, sources(one, {path: text(licence)})), CODE)
    assert found.subject == licence


def test_text_of_the_repository_says_what_a_name_means(tmp_path: Path) -> None:
    root = write_repository(tmp_path, "main", {"house": f"{GPL3}"})
    one = package("house")
    given = sources(one, {"COPYING": GPL3})
    with DirectoryTree.open(root) as tree:
        repository = read_repository(tree)
        assert repository is not None
        finder = TextFinder((repository,), sources=given)
        inventory = build([one], finder, ship_all([one]), Image())
    assert named(inventory, CODE) == []


@pytest.mark.parametrize("concluded", ["GPL-3.0-only", "MIT"])
def test_what_a_person_concludes_cures_it(concluded: str) -> None:
    one = package("MIT")
    found = built(one, sources(one, {"foo-1/COPYING": GPL3}))
    entry = f"""
schema = 1
[[curations]]
id = "foo"
package = "{one.id.key}"
license = "MIT"
conclude = "{concluded}"
reason = "incorrect-license"
owner = "Ada"
evidence = ["foo-1/COPYING"]
expires = 2027-01-01
"""
    curated = curate(found, parse_curations(entry, "curations.toml"))
    assert named(curated, CODE) == []
    assert named(curated, "curation-unused") == []
    assert [done.id for done in only(curated).curations] == ["foo"]


def test_curation_is_suggested_for_it() -> None:
    one = package("MIT")
    found = built(one, sources(one, {"foo-1/COPYING": GPL3}))
    lines = list(suggestions(found, found.defects, "Ada", date(2026, 1, 1)))
    assert any(line.startswith("# CL053 ") for line in lines)
    assert 'reason = "incorrect-license"' in lines


@pytest.mark.parametrize(("others", "told"), [(4, True), (3, False), (2, False)])
def test_most_heads_of_source_files_contradict(others: int, told: bool) -> None:
    one = package("MIT")
    headers = (
        Header("MIT", 3, f"{TOP}/m.c", 1),
        Header("ISC", others, f"{TOP}/i.c", 2),
    )
    found = named(built(one, sources(one, headers=headers)), CODE)
    assert bool(found) == told
    if told:
        assert found[0].message == (
            "4 of the 7 source files with a licence line name others than MIT, most"
            " often ISC"
        )
        assert found[0].evidence == (Evidence(f"{TOP}/i.c", 2),)


def test_few_heads_tell_nothing() -> None:
    one = package("MIT")
    headers = (Header("ISC", 4, f"{TOP}/i.c", 2),)
    assert named(built(one, sources(one, headers=headers)), CODE) == []


def test_text_in_doubt_names_the_nearest_licence_and_how_near() -> None:
    one = package("MIT")
    files = {"foo-1/COPYING": APART, "foo-1/lib/LICENSE": APART}
    inventory = built(one, sources(one, files))
    (found,) = named(inventory, REVIEW)
    assert found.subject == "foo-${PV}/COPYING"
    start = f"{TOP}/foo-1/COPYING is nearest to MIT (0.9"
    assert found.message.startswith(start)
    assert found.message.endswith(" of the words agree), and is not that for sure")
    kinds = [use.kind for use in only(inventory).texts]
    assert kinds == [TextKind.SOURCE] * 2


def test_text_like_none_of_the_list_says_so() -> None:
    one = package("MIT")
    given = sources(one, {"LICENSE": "pear plum fig " * 30})
    (found,) = named(built(one, given), REVIEW)
    assert found.message == f"{TOP}/LICENSE is like no licence of the SPDX list"


@pytest.mark.parametrize("said", [MIT, "See the file README.\n"])
def test_text_that_is_sure_or_only_points_needs_no_review(said: str) -> None:
    one = package("MIT")
    assert named(built(one, sources(one, {"LICENSE": said})), REVIEW) == []


def test_name_that_nobody_has_looked_at_is_in_doubt_by_its_text(tmp_path: Path) -> None:
    root = write_repository(tmp_path, "main", {"house": APART})
    one = package("house")
    with DirectoryTree.open(root) as tree:
        repository = read_repository(tree)
        assert repository is not None
        finder = TextFinder((repository,))
        inventory = build([one], finder, ship_all([one]), Image())
    (found,) = named(inventory, REVIEW)
    assert found.subject == "house"
    assert "main/licenses/house is nearest to MIT (0.9" in found.message
    assert found.evidence[1] == Evidence("main/licenses/house")


def test_empty_attribution_file_is_named_where_the_notice_is_missing(
    tmp_path: Path,
) -> None:
    root = write_repository(tmp_path, "main", {"MIT": MIT})
    empty = root / "licenses/copyright-attribution/app-misc/foo-1"
    empty.parent.mkdir(parents=True)
    empty.write_text("", "utf-8")
    one = package("MIT")
    with DirectoryTree.open(root) as tree:
        repository = read_repository(tree)
        assert repository is not None
        finder = TextFinder((repository,))
        inventory = build([one], finder, ship_all([one]), Image())
    (found,) = named(inventory, "missing-attribution")
    assert found.message.endswith(
        ": main/licenses/copyright-attribution/app-misc/foo-1 is empty and rubs out"
        " any other: fill or remove it"
    )

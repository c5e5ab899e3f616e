# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""The audit page in Chromium: with scripts, without, on paper, on a phone, large."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from browsing import CONTRAST, WIDTHS, watched
from builders import make_inventory, make_package, make_rich_inventory
from builders_report import FOUND, make_hostile_report, make_report, with_baseline

from coos_license.accounted import Accounting, Means, Share
from coos_license.audit.report import Report
from coos_license.model import Election, PackageId
from coos_license.render import audit_html

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

playwright = pytest.importorskip(
    "playwright.sync_api", reason="needs playwright, which drives the browser"
)

pytestmark = pytest.mark.browser

Open = Callable[..., "Page"]
OPEN_ALL = "for (const d of document.querySelectorAll('details')) d.open = true"


@pytest.fixture
def visit(browser: "Browser", tmp_path: Path) -> Iterator[Open]:
    """Open the page of a report; at the end nothing was asked for or complained."""
    file = tmp_path / "audit.html"
    with watched(browser, file) as open_file:

        def open_page(report: Report, fragment: str = "", **options: Any) -> "Page":
            file.write_bytes(b"".join(audit_html.render(report)))
            return open_file(fragment, **options)

        yield open_page


def rich_report() -> Report:
    """Every part of the page: findings old, new and resolved, debts, decisions."""
    inventory = make_rich_inventory()
    elected = Election(("MIT", "ISC"), "MIT", "policy elections[0]", "legal-1")
    packages = [
        *inventory.packages,
        make_package(("a", "elected", "1"), elections=(elected,)),
    ]
    whole = make_inventory(packages, inventory.texts.values())
    gone = replace(FOUND[0], slot="9")
    report = with_baseline(make_report(), [FOUND[0], gone])
    return replace_inventory(report, whole)


def replace_inventory(report: Report, inventory: Any) -> Report:
    return make_report(report.findings, baseline=report.baseline, inventory=inventory)


def test_tables_sort_up_and_down(visit: Open) -> None:
    page = visit(rich_report())
    table = page.locator("table.sortable.wide")
    packages = table.get_by_role("button", name="Packages")
    packages.click()
    counts = "rows => rows.map(row => row.cells[3].innerText.split(' ')[0])"
    rows = table.locator("tbody tr")
    assert rows.evaluate_all(counts) == sorted(rows.evaluate_all(counts), key=int)
    head = table.locator("th[aria-sort]")
    assert head.get_attribute("aria-sort") == "ascending"
    before = rows.evaluate_all(counts)
    packages.click()
    assert rows.evaluate_all(counts) == before[::-1] or len(set(before)) < len(before)
    assert head.get_attribute("aria-sort") == "descending"
    table.get_by_role("button", name="Category").click()
    first = rows.first.locator("td").first.inner_text()
    assert first == "permissive"


def test_a_link_to_a_kind_opens_it(visit: Open) -> None:
    page = visit(rich_report())
    page.get_by_role("link", name="CL010 choice-unset").click()
    section = page.locator("[id='CL010-info']")
    playwright.expect(section.get_by_text("not chosen")).to_be_visible()


@pytest.mark.parametrize("scripts", [True, False])
def test_all_is_there_without_scripts(visit: Open, scripts: bool) -> None:
    page = visit(rich_report(), "#CL010-info", java_script_enabled=scripts)
    section = page.locator("[id='CL010-info']")
    playwright.expect(section.get_by_text("not chosen")).to_be_visible()
    for name in ("At a glance", "Findings", "What is owed", "Decisions"):
        assert page.get_by_role("region", name=name, exact=True).count() == 1, name
    page.locator("[id='CL003-error'] details.path summary").click()
    evidence = page.get_by_text("root/var/db/pkg/app-shells/bash-5.2_p37/LICENSE:1")
    assert evidence.is_visible()


def test_charts_can_be_read_without_seeing_them(visit: Open) -> None:
    page = visit(rich_report())
    bar = page.get_by_role("img", name="Findings: 3 errors, 1 warning, 1 info")
    assert bar.count() == 1
    chart = page.get_by_role("table", name="Findings against the baseline")
    rows = chart.get_by_role("row").all_inner_texts()[1:]
    assert [row.split("\t")[1] for row in rows] == ["4", "0", "1", "1"]
    widths = chart.locator("rect:not(.rail)").evaluate_all(
        "all => all.map(one => Number(one.getAttribute('width')))"
    )
    assert widths == [1000, 0, 250, 250]


def test_what_is_owed_counts_packages_and_components_apart(visit: Open) -> None:
    names = [("a", "b", "1"), ("a", "c", "1"), ("implicit", "glibc", "2.36")]
    whole = make_inventory([make_package(name, "ISC") for name in names])
    page = visit(replace_inventory(rich_report(), whole))
    told = page.locator("summary", has_text="component").all_inner_texts()
    assert told == ["2 packages and 1 component"]


def test_colours_of_the_tree_map_are_explained(visit: Open) -> None:
    shares = (Share(Means.COPY, "a/b-1", 1), Share(Means.IMPLICIT, "accounts", 2))
    found = Accounting(files=3, accounted=3, shares=shares)
    page = visit(
        replace_inventory(rich_report(), replace(make_inventory([]), accounting=found))
    )
    colours, explained = (
        page.evaluate(
            """where => [...document.querySelectorAll(where)]
                 .map(e => getComputedStyle(e).fill)""",
            where,
        )
        for where in ("svg[role=img] .tile", ".legend rect")
    )
    assert sorted(colours) == sorted(explained)
    assert len(set(explained)) == 2
    assert page.locator(".legend").inner_text().split("\n") == [
        "in archives, equal to files of packages",
        "of declared components",
    ]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_contrast_is_enough(visit: Open, scheme: str) -> None:
    page = visit(rich_report(), color_scheme=scheme)
    page.evaluate(OPEN_ALL)
    dark = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert (dark == "rgb(20, 21, 23)") is (scheme == "dark")
    assert page.evaluate(CONTRAST) == []


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("make", [rich_report, make_hostile_report])
def test_nothing_scrolls_sideways(
    visit: Open, make: Callable[[], Report], width: str
) -> None:
    wide, high = WIDTHS[width]
    page = visit(make(), viewport={"width": wide, "height": high})
    page.evaluate(OPEN_ALL)
    assert page.evaluate("document.documentElement.scrollWidth") <= wide


def test_on_paper_every_finding_is_open(visit: Open) -> None:
    page = visit(rich_report())
    page.emulate_media(media="print")
    for found in page.locator("article li, article tbody td").all():
        assert (found.bounding_box() or {"height": 0})["height"] > 5
    assert page.get_by_role("navigation").is_hidden()


def test_hostile_findings_stay_inert(visit: Open) -> None:
    page = visit(make_hostile_report())
    page.evaluate(OPEN_ALL)
    assert page.locator("script").count() == 1
    assert page.locator("img, iframe, object, embed").count() == 0
    assert page.get_by_text("<script>alert(1)</script>").count() > 0


def test_headings_do_not_skip_a_level(visit: Open) -> None:
    page = visit(rich_report())
    levels = page.locator("h1, h2, h3").evaluate_all(
        "headings => headings.map(heading => Number(heading.tagName[1]))"
    )
    assert levels[0] == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))
    for role in ("banner", "navigation", "main", "contentinfo"):
        assert page.get_by_role(role).count() == 1, role


@pytest.mark.slow
def test_an_image_of_five_thousand_packages_stays_handy(visit: Open) -> None:
    """Three findings a package, every fourth package under a licence of its own."""
    found = [
        replace(
            FOUND[0],
            package=PackageId("app-misc", f"package-{number}", "1.2.3"),
            subject=f"L-{kind}",
        )
        for number in range(5_000)
        for kind in range(3)
    ]
    packages = [
        make_package(
            ("app-misc", f"package-{number}", "1.2.3"),
            f"LicenseRef-{number}" if number % 4 == 0 else "MIT",
        )
        for number in range(5_000)
    ]
    report = make_report(found, inventory=make_inventory(packages))
    assert sum(map(len, audit_html.render(report))) < 10_000_000
    page = visit(report)
    page.locator("details.rows summary").first.click()
    page.get_by_role("button", name="Package", exact=True).first.click()
    sorted_ = page.locator("th[aria-sort='ascending']")
    playwright.expect(sorted_).to_have_count(1)
    assert page.locator("[id='CL003-error'] tbody tr").count() == len(found)

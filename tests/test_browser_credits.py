# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""The credits page in Chromium: with scripts, without, on paper, on a phone."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from browsing import CONTRAST, WIDTHS, watched
from builders import META, make_hostile_inventory, make_rich_inventory

from coos_license.model import IMPLICIT, Inventory, PackageId
from coos_license.render import credits as credits_page

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

playwright = pytest.importorskip(
    "playwright.sync_api", reason="needs playwright, which drives the browser"
)

pytestmark = pytest.mark.browser

Open = Callable[..., "Page"]


@pytest.fixture
def visit(browser: "Browser", tmp_path: Path) -> Iterator[Open]:
    """Open a page of an inventory; at the end nothing was asked for or complained."""
    file = tmp_path / "credits.html"
    with watched(browser, file) as open_file:

        def open_page(
            inventory: Inventory, fragment: str = "", **options: Any
        ) -> "Page":
            file.write_bytes(b"".join(credits_page.render(inventory, META)))
            return open_file(fragment, **options)

        yield open_page


def shown(page: "Page", kind: str = "package") -> list[str]:
    elements = page.locator(f".{kind}:visible").all()
    return [element.get_attribute("id") or "" for element in elements]


def count(page: "Page", expected: str) -> None:
    playwright.expect(page.get_by_role("status")).to_have_text(expected)


def test_search_narrows_and_announces(visit: Open) -> None:
    page = visit(make_rich_inventory())
    count(page, "7 packages")
    page.get_by_label("Search").fill("ZSTD meta")
    count(page, "1 of 7 packages")
    assert shown(page) == ["app-arch/zstd-1.5.7-r1"]
    assert shown(page, "text") == ["text/BSD-3-Clause", "text/GPL-2.0-only"]
    assert page.get_by_text("Filtered: 2 of 5 texts.").is_visible()
    page.get_by_label("Search").fill("nothing has this")
    count(page, "0 of 7 packages")
    assert page.get_by_text("No package matches.").is_visible()
    assert page.get_by_text("owe no text").is_hidden()


def test_other_components_are_no_packages_to_the_filter(visit: Open) -> None:
    inventory = make_rich_inventory()
    first = inventory.packages[0]
    component = replace(first, id=PackageId(IMPLICIT, "boot-loader", ""))
    page = visit(replace(inventory, implicit=(component,)))
    count(page, "7 packages and 1 other component")
    page.get_by_label("Search").fill("boot-loader")
    count(page, "1 of 7 packages and 1 other component")


def test_filters_combine_and_clear(visit: Open) -> None:
    page = visit(make_rich_inventory())
    page.get_by_label("License", exact=True).select_option(label="GPL-2.0-only (2)")
    count(page, "2 of 7 packages")
    page.get_by_label("Obligation", exact=True).select_option(
        label="Make the source available (2)"
    )
    count(page, "1 of 7 packages")
    assert shown(page) == ["sys-apps/kmod-33"]
    page.get_by_label("Search").fill("zstd")
    count(page, "0 of 7 packages")
    page.get_by_role("button", name="Clear filters").click()
    count(page, "7 packages")
    assert len(shown(page)) == 7
    assert page.evaluate("document.activeElement.id") == "search"
    assert page.get_by_role("button", name="Clear filters").is_hidden()


def test_keys(visit: Open) -> None:
    page = visit(make_rich_inventory())
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent").startswith("Skip")
    page.keyboard.press("/")
    page.keyboard.type("bash/")
    assert page.get_by_label("Search").input_value() == "bash/"
    page.keyboard.press("Escape")
    count(page, "7 packages")
    page.locator("[id='app-shells/bash-5.2_p37'] summary").focus()
    page.keyboard.press("Enter")
    assert page.get_by_text("No text was found for GPL-3+.").is_visible()


@pytest.mark.parametrize("scripts", [True, False])
@pytest.mark.parametrize(
    ("fragment", "said"),
    [
        ("#dev-libs/c++-lib-1.0", "http://example.org/a?b=c&d"),
        ("#text/GPL-2.0-only", "GNU GENERAL PUBLIC LICENSE"),
    ],
)
def test_deep_link_shows_what_it_names(
    visit: Open, fragment: str, said: str, scripts: bool
) -> None:
    page = visit(make_rich_inventory(), fragment, java_script_enabled=scripts)
    target = page.locator(f"[id='{fragment[1:]}']")
    body = target.get_by_text(said)
    playwright.expect(body).to_be_visible()
    playwright.expect(body).to_be_in_viewport()


def test_link_into_what_a_filter_hides(visit: Open) -> None:
    page = visit(make_rich_inventory())
    page.get_by_label("Search").fill("zstd")
    count(page, "1 of 7 packages")
    page.locator("[id='app-arch/zstd-1.5.7-r1'] summary").click()
    page.get_by_role("link", name="GPL-2.0-only").click()
    text = page.locator("[id='text/GPL-2.0-only']")
    playwright.expect(text.locator("pre")).to_be_in_viewport()
    text.get_by_role("link", name="sys-apps/kmod-33").click()
    count(page, "7 packages")
    package = page.locator("[id='sys-apps/kmod-33']")
    playwright.expect(package.locator("dl")).to_be_in_viewport()
    package.locator("summary").click()
    playwright.expect(package.locator("dl")).to_be_hidden()
    page.evaluate("document.querySelector('[id=\"text/GPL-2.0-only\"] a').click()")
    page.evaluate(
        "document.querySelector('[id=\"text/GPL-2.0-only\"] li:last-child a').click()"
    )
    playwright.expect(package.locator("dl")).to_be_visible()


def test_without_scripts_all_is_there(visit: Open) -> None:
    inventory = make_rich_inventory()
    page = visit(inventory, java_script_enabled=False)
    assert page.get_by_label("Search").is_hidden(), "it could do nothing"
    assert page.locator(".package:visible").count() == len(inventory.credited)
    texts = page.locator(".text")
    assert texts.count() == len(inventory.texts)
    for text in texts.all():
        text.locator("summary").first.click()
        assert text.locator("pre").is_visible()
    shown_texts = sorted(texts.locator("pre").all_text_contents())
    assert shown_texts == sorted(text.text for text in inventory.texts.values())


@pytest.mark.parametrize("scripts", [True, False])
def test_on_paper_every_text_is_open(visit: Open, scripts: bool) -> None:
    page = visit(make_rich_inventory(), java_script_enabled=scripts)
    page.emulate_media(media="print")
    for found in (*page.locator("pre").all(), *page.locator(".package dl").all()):
        assert found.is_visible()
        assert (found.bounding_box() or {"height": 0})["height"] > 10
    cut = "e => getComputedStyle(e).overflow"
    assert page.locator(".expression").first.evaluate(cut) == "visible"
    assert page.get_by_role("navigation").is_hidden()
    assert page.locator("#search").is_hidden()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_contrast_is_enough(visit: Open, scheme: str) -> None:
    page = visit(make_rich_inventory(), color_scheme=scheme)
    page.evaluate("for (const d of document.querySelectorAll('details')) d.open = true")
    page.get_by_label("Search").fill("a")
    count(page, "7 of 7 packages")
    dark = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert (dark == "rgb(20, 21, 23)") is (scheme == "dark")
    assert page.evaluate(CONTRAST) == []


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize(
    "make", [make_rich_inventory, make_hostile_inventory], ids=["rich", "hostile"]
)
def test_nothing_scrolls_sideways(
    visit: Open, make: Callable[[], Inventory], width: str
) -> None:
    wide, high = WIDTHS[width]
    page = visit(make(), viewport={"width": wide, "height": high})
    page.evaluate("for (const d of document.querySelectorAll('details')) d.open = true")
    assert page.evaluate("document.documentElement.scrollWidth") <= wide
    cut = page.evaluate(
        """wide => [...document.querySelectorAll("main *, header *, footer *")]
             .filter(e => e.checkVisibility() && e.getBoundingClientRect().right > wide)
             .map(e => e.tagName)""",
        wide,
    )
    assert cut == []


def test_words_under_the_numbers_are_not_broken(visit: Open) -> None:
    page = visit(make_rich_inventory(), viewport={"width": 320, "height": 800})
    heights = page.evaluate(
        """[...document.querySelectorAll(".numbers dt")].map(e => e.offsetHeight)"""
    )
    assert len(set(heights)) == 1
    assert heights[0] < 30, "one line each"


def test_hostile_image_stays_inert(visit: Open) -> None:
    page = visit(make_hostile_inventory())
    page.evaluate("for (const d of document.querySelectorAll('details')) d.open = true")
    for term in ("<script>", "alert(1)", "(", "\\"):
        page.get_by_label("Search").fill(term)
    count(page, "0 of 3 packages")
    assert page.locator("script").count() == 1
    assert page.locator("img, svg, iframe, object, embed").count() == 0
    assert page.locator("[onerror], [onfocus], [onmouseover], [autofocus]").count() == 0
    assert page.locator("a[href^='#']").count() == page.locator("a").count()


def test_every_anchor_of_a_hostile_image_opens(visit: Open) -> None:
    page = visit(make_hostile_inventory())
    for href in page.locator("article li a").evaluate_all(
        "links => links.map(link => link.getAttribute('href'))"
    ):
        page.evaluate("href => { location.hash = href; }", href)
        target = page.locator("article:target")
        playwright.expect(target.locator(".facts")).to_be_visible()


def test_a_fragment_that_is_nothing_is_ignored(visit: Open) -> None:
    for fragment in ("#nothing", "#%", "#search", "#"):
        count(visit(make_rich_inventory(), fragment), "7 packages")


def test_landmarks_and_names(visit: Open) -> None:
    page = visit(make_rich_inventory())
    for role in ("banner", "navigation", "main", "search", "contentinfo"):
        assert page.get_by_role(role).count() == 1, role
    for name in ("Packages", "License texts", "Obligations explained"):
        assert page.get_by_role("region", name=name).count() == 1, name
    levels = page.locator("h1, h2, h3").evaluate_all(
        "headings => headings.map(heading => Number(heading.tagName[1]))"
    )
    assert levels[0] == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))


def test_less_motion_where_it_is_asked_for(visit: Open) -> None:
    page = visit(make_rich_inventory(), reduced_motion="reduce")
    moving = page.evaluate(
        """() => [...document.querySelectorAll("*")].filter(e =>
             ["", "::before"].some(part =>
               getComputedStyle(e, part || null).transitionDuration !== "0s" ||
               getComputedStyle(e, part || null).animationName !== "none")).length"""
    )
    assert moving == 0

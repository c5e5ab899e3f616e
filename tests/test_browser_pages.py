# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""The index of a source bundle and the report of a build in Chromium, on a phone."""

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from browsing import CONTRAST, watched
from builders_corresponding import bundle, write_places
from coos_build.report import make_report
from coos_build.report_html import render
from test_wrapper_report import HISTORY

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1280])
def test_the_index_of_sources_does_not_scroll_sideways(
    scheme: str, width: int, browser: "Browser", tmp_path: Path
) -> None:
    places = write_places(tmp_path)
    bundle(places)
    with watched(browser, places.out / "index.html") as visit:
        page = visit(viewport={"width": width, "height": 800}, color_scheme=scheme)
        # A file that is reached over a link has a long path beside its reason.
        page.evaluate(
            "document.querySelector('.badge').textContent += '/usr/lib'.repeat(9)"
        )
        across = page.evaluate("document.documentElement.scrollWidth")
        faint = page.evaluate(CONTRAST)
    assert across <= width
    assert faint == []


def test_rows_of_the_build_report_stay_low_on_a_phone(
    browser: "Browser", tmp_path: Path
) -> None:
    file = tmp_path / "report.html"
    far = replace(
        HISTORY,
        attempts=tuple(
            replace(one, log=f"/{'c/' * 40}x.log") for one in HISTORY.attempts
        ),
    )
    file.write_text(render(make_report(far, "/c", "lakitu")), encoding="utf-8")
    with watched(browser, file) as visit:
        page = visit(viewport={"width": 390, "height": 800})
        heights = page.evaluate(
            "[...document.querySelectorAll('tr')].map(e => e.offsetHeight)"
        )
        across = page.evaluate("document.documentElement.scrollWidth")
    assert across <= 390
    assert max(heights) < 200


def test_texts_of_one_chart_stay_off_the_other(
    browser: "Browser", tmp_path: Path
) -> None:
    file = tmp_path / "report.html"
    file.write_text(render(make_report(HISTORY, "/c", "lakitu")), encoding="utf-8")
    with watched(browser, file) as visit:
        page = visit(viewport={"width": 1280, "height": 800})
        axis = page.evaluate(
            "document.querySelectorAll('.axis')[1].getBoundingClientRect().x"
        )
        ends = page.evaluate(
            """[...document.querySelectorAll(".other + text")]
                 .map(e => e.getBoundingClientRect().right)"""
        )
    assert len(ends) == 5
    assert max(ends) < axis

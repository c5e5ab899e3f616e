# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""The report of ``diff`` in Chromium: light, dark, and on a phone."""

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from browsing import CONTRAST, watched
from builders import make_inventory, make_package

from coos_license.compare.difference import difference
from coos_license.compare.from_inventory import side_of
from coos_license.model import LicenseCategory
from coos_license.render.diff import html

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = pytest.mark.browser


def write_page(path: Path) -> None:
    """Write a report with a package of every kind, one with a long name."""
    gpl = {"category": LicenseCategory.RESTRICTED}
    old = make_inventory(
        [
            make_package(("app-misc", "gone", "1"), "GPL-2.0-only", **gpl),
            make_package(("app-misc", "same" * 30, "1.0")),
        ]
    )
    new = make_inventory(
        [
            make_package(("app-misc", "come", "1"), "GPL-3.0-only", **gpl),
            make_package(("app-misc", "same" * 30, "1.1"), "ISC", notices=("0" * 64,)),
        ]
    )
    found = difference(side_of(old), side_of(new))
    path.write_bytes(b"".join(html(found)))


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1280])
def test_the_report_is_readable_and_asks_for_nothing(
    scheme: str, width: int, browser: "Browser", tmp_path: Path
) -> None:
    file = tmp_path / "diff.html"
    write_page(file)
    with watched(browser, file) as visit:
        viewport = {"width": width, "height": 800}
        page = visit(viewport=viewport, color_scheme=scheme)
        shown = page.evaluate("document.body.innerText")
        across = page.evaluate("document.documentElement.scrollWidth")
        faint = page.evaluate(CONTRAST)
    assert "adds 1 restricted shipped package" in shown
    assert across <= width
    assert faint == []

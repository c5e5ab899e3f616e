# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""What licences ask for beside source."""

from pathlib import Path

import pytest
from builders_corresponding import CPV, Places, bundle, write_places


@pytest.fixture
def places(tmp_path: Path) -> Places:
    return write_places(tmp_path)


def test_lgpl_without_recorded_links_is_an_open_duty(places: Places) -> None:
    (duty,) = [
        one for one in bundle(places)["duties"] if one["obligation"] == "relinking"
    ]
    assert not duty["met"]
    assert duty["packages"] == ["sys-libs/libx-2.0-r1"]


def test_lgpl_that_is_loaded_can_be_relinked(places: Places) -> None:
    for cpv, record in (
        ("dev-libs/mit-1", "X86_64;/usr/bin/mit;;;libx.so.2;x86_64"),
        ("sys-libs/libx-2.0-r1", "X86_64;/usr/lib64/libx.so.2;libx.so.2;;;x86_64"),
    ):
        needed = places.sysroot / f"var/db/pkg/{cpv}/NEEDED.ELF.2"
        needed.write_text(f"{record}\n", encoding="utf-8")
    (duty,) = [
        one for one in bundle(places)["duties"] if one["obligation"] == "relinking"
    ]
    assert duty["met"]


def test_gpl3_asks_for_installation_information(places: Places) -> None:
    license_file = places.sysroot / f"var/db/pkg/{CPV}/LICENSE"
    license_file.write_text("GPL-3\n", encoding="utf-8")
    duties = {one["obligation"]: one for one in bundle(places)["duties"]}
    assert duties["installation-information"]["packages"] == [CPV]
    assert not duties["installation-information"]["met"]

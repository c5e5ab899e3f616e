# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""The index of a bundle, as JSON and as a page."""

import json
import re
from pathlib import Path

import jsonschema_rs
import pytest
from builders_corresponding import BUSYBOX, Places, bundle, write_places
from command import ROOT, run


@pytest.fixture
def places(tmp_path: Path) -> Places:
    return write_places(tmp_path)


def test_the_index_keeps_to_its_schema(places: Places) -> None:
    (places.distdir / BUSYBOX).unlink()
    index = bundle(places, "--patches", "--all", code=1)
    schema = json.loads((ROOT / "docs/schema/sources.schema.json").read_bytes())
    assert not list(jsonschema_rs.Draft202012Validator(schema).iter_errors(index))


def test_the_page_links_only_to_files_that_are_there(places: Places) -> None:
    bundle(places, "--patches")
    page = (places.out / "index.html").read_text(encoding="utf-8")
    links = re.findall(r'href="\./([^"]+)"', page)
    assert "distfiles/libx-2.0.tar.gz" in links
    for link in links:
        assert (places.out / link).is_file()


def test_the_session_of_the_page_is_real(places: Places) -> None:
    page = (ROOT / "docs/corresponding-source.md").read_text(encoding="utf-8")
    ((call, shown),) = re.findall(
        r"^\$ coos-license (.+)\n([^`]+)```", page, re.MULTILINE
    )
    (places.distdir / "libx-2.0.tar.gz").unlink()
    result = run(*call.split(), cwd=places.out.parent)
    assert result.stdout.decode() == f"{shown}\n"
    assert result.returncode == 1

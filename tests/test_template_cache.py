# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""Compiled templates are kept beside their sources, and never in the way."""

import sys
from pathlib import Path

import pytest
from jinja2 import Environment, FileSystemLoader

from coos_license.template_cache import compiled


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    (tmp_path / "page.j2").write_text("Hello {{ name }}", "utf-8")
    return tmp_path


def page(place: Path, *, trim_blocks: bool = False) -> str:
    loader = FileSystemLoader(place)
    environment = Environment(loader=loader, autoescape=True, trim_blocks=trim_blocks)
    environment.bytecode_cache = compiled(place, environment)
    return environment.get_template("page.j2").render(name="<World>")


def kept(place: Path) -> list[Path]:
    return sorted((place / "__pycache__").iterdir())


def test_second_environment_takes_what_the_first_compiled(place: Path) -> None:
    expected = page(place)
    (file,) = kept(place)
    before = file.stat().st_mtime_ns
    assert page(place) == expected == "Hello &lt;World&gt;"
    assert file.stat().st_mtime_ns == before


def test_changed_template_is_compiled_again(place: Path) -> None:
    page(place)
    (place / "page.j2").write_text("Bye {{ name }}", "utf-8")
    assert page(place) == "Bye &lt;World&gt;"


def test_options_that_are_compiled_in_tell_files_apart(place: Path) -> None:
    page(place)
    page(place, trim_blocks=True)
    assert len(kept(place)) == 2


def test_damaged_file_is_compiled_again(place: Path) -> None:
    page(place)
    (file,) = kept(place)
    file.write_bytes(file.read_bytes()[:60])
    assert page(place) == "Hello &lt;World&gt;"


def test_directory_in_place_of_a_file_is_passed_over(place: Path) -> None:
    page(place)
    (file,) = kept(place)
    file.unlink()
    file.mkdir()
    assert page(place) == "Hello &lt;World&gt;"


def test_directory_that_others_can_write_is_not_trusted(place: Path) -> None:
    (place / "__pycache__").mkdir()
    (place / "__pycache__").chmod(0o777)
    assert page(place) == "Hello &lt;World&gt;"
    assert kept(place) == []


def test_link_in_place_of_the_directory_is_not_trusted(
    place: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    (place / "__pycache__").symlink_to(elsewhere)
    assert page(place) == "Hello &lt;World&gt;"
    assert list(elsewhere.iterdir()) == []


def test_file_in_place_of_the_directory_is_passed_over(place: Path) -> None:
    (place / "__pycache__").write_text("", "utf-8")
    assert page(place) == "Hello &lt;World&gt;"


def test_nothing_is_kept_where_python_keeps_nothing(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    page(place)
    assert not (place / "__pycache__").exists()

# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""The index of a bundle, as JSON and as a page."""

import json
import re
from pathlib import Path

import jsonschema_rs
import pytest
from builders_corresponding import BUSYBOX, Places, bundle, write_places
from builders_sources import write_tree
from command import ROOT, run

from coos_license.portage.config_root import ConfigRoot, read_config_root
from coos_license.trees.directory import DirectoryTree


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


def configure(places: Places, profile: str, repositories: str = "") -> None:
    """Write what portage is configured by for the sysroot."""
    directory = places.sysroot / "etc/portage"
    directory.mkdir(parents=True)
    (directory / "make.profile").symlink_to(profile)
    if repositories:
        (directory / "repos.conf").write_text(repositories, encoding="utf-8")


def test_the_index_says_what_to_build_with(places: Places) -> None:
    configure(places, "/home/ada/src/base/profiles/base")
    assert bundle(places)["build"] == {
        "main_repository": "base",
        "profile": "repos/base/profiles/base",
        "repositories": [
            {"name": "base", "masters": []},
            {"name": "own", "masters": ["base"]},
        ],
    }
    assert (places.out / "repos/base/profiles/base").is_dir()
    page = (places.out / "index.html").read_text(encoding="utf-8")
    assert "repos/base/profiles/base" in page
    assert "/home/ada" not in page


def test_the_repository_of_a_profile_is_the_one_that_was_configured(
    places: Places,
) -> None:
    write_tree(places.overlay, {"profiles/base/make.defaults": "X=1\n"})
    places_named = "[DEFAULT]\nmain-repo = own\n[own]\nlocation = /mnt/src/x/\n"
    configure(places, "/mnt/src/x/profiles/base", places_named)
    build = bundle(places)["build"]
    assert build["profile"] == "repos/own/profiles/base"
    assert build["main_repository"] == "own"


@pytest.mark.parametrize(
    "profile",
    [
        *("/mnt/x/profiles/base", "/mnt/x/profiles/none", "/mnt/x/profiles/../eclass"),
        *("/elsewhere", "base"),
    ],
)
def test_a_profile_that_is_not_known_is_not_guessed(
    places: Places, profile: str
) -> None:
    write_tree(places.overlay, {"profiles/base/make.defaults": "X=1\n"})
    configure(places, profile, "no section\n")
    assert bundle(places)["build"]["profile"] is None


def test_without_a_record_nothing_is_said_of_the_profile(places: Places) -> None:
    assert bundle(places)["build"]["profile"] is None
    page = (places.out / "index.html").read_text(encoding="utf-8")
    assert "not recorded" in page


@pytest.mark.parametrize("place", ["etc/portage/repos.conf", "etc/portage"])
def test_a_config_root_is_read_from_a_file_or_a_directory(
    tmp_path: Path, place: str
) -> None:
    text = "[DEFAULT]\nmain-repo = base\n[base]\nlocation = /var/db/base/\n"
    name = "etc/portage/repos.conf"
    write_tree(tmp_path, {f"{name}/a.conf" if place == name else name: text})
    (tmp_path / "etc/make.profile").symlink_to("../base/profiles/x")
    with DirectoryTree.open(tmp_path) as tree:
        found = read_config_root(tree)
    assert found == ConfigRoot("../base/profiles/x", "base", {"base": "/var/db/base"})

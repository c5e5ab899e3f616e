# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""Which repositories of a checkout a board is built from."""

import os
from pathlib import Path

import pytest
from builders_checkout import add_repository

from coos_license.chromiumos.checkout import find_overlays, is_checkout
from coos_license.errors import InputError
from coos_license.trees.directory import DirectoryTree


def names(checkout: Path, board: str = "lakitu") -> list[str]:
    """Return the names of the repositories of a board."""
    with DirectoryTree.open(checkout) as tree:
        return [one.name for one in find_overlays(tree, board, "co").found]


def missing(checkout: Path) -> tuple[str, ...]:
    """Return the masters that are not there."""
    with DirectoryTree.open(checkout) as tree:
        return find_overlays(tree, "lakitu", "co").missing


def refusal(checkout: Path, board: str = "lakitu") -> str:
    """Return the error that there are no repositories to tell."""
    with (
        DirectoryTree.open(checkout) as tree,
        pytest.raises(InputError) as error,
    ):
        find_overlays(tree, board, "co")
    return str(error.value)


def test_a_checkout_is_told_by_repo_or_by_its_projects(tmp_path: Path) -> None:
    layouts = {
        "repo": [".repo"],
        "projects": ["src/third_party", "chromite"],
        "no-chromite": ["src/third_party"],
        "no-src": ["chromite"],
    }
    for name, directories in layouts.items():
        for one in directories:
            (tmp_path / name / one).mkdir(parents=True)
        with DirectoryTree.open(tmp_path / name) as tree:
            assert is_checkout(tree) is (name in {"repo", "projects"}), name


def test_masters_come_first_and_each_once(tmp_path: Path) -> None:
    add_repository(tmp_path, "src/overlays/overlay-lakitu", "lakitu", "b a")
    add_repository(tmp_path, "src/third_party/x", "a", "base")
    add_repository(tmp_path, "src/third_party/y", "b", "base a")
    add_repository(tmp_path, "src/third_party/z", "base")
    assert names(tmp_path) == ["base", "a", "b", "lakitu"]


@pytest.mark.parametrize(
    "place",
    [
        "projects",
        "src/overlays",
        "src/private-overlays",
        "src/project",
        "src/projects",
        "src/third_party",
    ],
)
def test_every_place_for_repositories_is_looked_at(tmp_path: Path, place: str) -> None:
    add_repository(tmp_path, f"{place}/any", "lakitu")
    assert names(tmp_path) == ["lakitu"]


def test_what_no_master_names_does_not_count(tmp_path: Path) -> None:
    add_repository(tmp_path, "src/overlays/overlay-lakitu", "lakitu", "base")
    add_repository(tmp_path, "src/third_party/z", "base")
    add_repository(tmp_path, "src/overlays/overlay-other", "other", "base lakitu")
    add_repository(tmp_path, "src/overlays/overlay-lakitu-next", "lakitu-next", "base")
    add_repository(tmp_path, "src/private-overlays/overlay-other-private", "o-private")
    add_repository(tmp_path, "src/overlays/deep/overlay-deep", "deep")
    assert names(tmp_path) == ["base", "lakitu"]


def test_private_companions_follow_their_public_repository(tmp_path: Path) -> None:
    add_repository(tmp_path, "src/overlays/overlay-lakitu", "lakitu", "base")
    add_repository(tmp_path, "src/third_party/z", "base")
    private = "src/private-overlays"
    add_repository(tmp_path, f"{private}/a", "base-private", "extra")
    add_repository(tmp_path, f"{private}/b", "lakitu-private", "lakitu")
    add_repository(tmp_path, f"{private}/c", "extra")
    expected = ["base", "extra", "base-private", "lakitu", "lakitu-private"]
    assert names(tmp_path) == expected


def test_a_board_may_be_private_alone(tmp_path: Path) -> None:
    place = "src/private-overlays/overlay-lakitu-private"
    add_repository(tmp_path, place, "lakitu-private")
    assert names(tmp_path) == ["lakitu-private"]


def test_a_directory_tells_the_board_where_no_name_does(tmp_path: Path) -> None:
    add_repository(tmp_path, "src/overlays/overlay-lakitu", "old-name", "base")
    add_repository(tmp_path, "src/private-overlays/overlay-lakitu-private", "secret")
    add_repository(tmp_path, "src/third_party/overlay-lakitu", "base")
    assert names(tmp_path) == ["base", "old-name", "secret"]


def test_the_name_of_layout_conf_wins(tmp_path: Path) -> None:
    place = add_repository(tmp_path, "src/overlays/x", "other")
    (place / "metadata/layout.conf").write_text("repo-name = lakitu\n", "utf-8")
    assert names(tmp_path) == ["lakitu"]


def test_masters_in_a_cycle_end(tmp_path: Path) -> None:
    add_repository(tmp_path, "src/overlays/a", "lakitu", "one lakitu")
    add_repository(tmp_path, "src/overlays/b", "one", "two")
    add_repository(tmp_path, "src/overlays/c", "two", "lakitu one")
    assert names(tmp_path) == ["two", "one", "lakitu"]


def test_a_missing_master_is_named(tmp_path: Path) -> None:
    add_repository(tmp_path, "src/overlays/a", "lakitu", "gone base")
    add_repository(tmp_path, "src/overlays/b", "base", "lost gone")
    assert names(tmp_path) == ["base", "lakitu"]
    assert missing(tmp_path) == ("gone", "lost")


def test_two_repositories_of_one_name_are_both_named(tmp_path: Path) -> None:
    add_repository(tmp_path, "src/overlays/a", "lakitu", "base")
    add_repository(tmp_path, "src/third_party/one", "base")
    add_repository(tmp_path, "src/third_party/two", "base")
    line = refusal(tmp_path)
    assert "'base': src/third_party/one and src/third_party/two" in line
    assert "--overlay" in line


def test_a_name_twice_where_no_master_leads_is_no_matter(tmp_path: Path) -> None:
    add_repository(tmp_path, "src/overlays/a", "lakitu")
    add_repository(tmp_path, "src/third_party/one", "base")
    add_repository(tmp_path, "src/third_party/two", "base")
    assert names(tmp_path) == ["lakitu"]


def test_a_board_without_a_repository_is_refused(tmp_path: Path) -> None:
    add_repository(tmp_path, "src/overlays/a", "other")
    assert "no ebuild repository of the board 'lakitu'" in refusal(tmp_path)
    assert "\x1b" not in refusal(tmp_path, "..\x1b")


def test_a_name_with_control_characters_is_none(tmp_path: Path) -> None:
    add_repository(tmp_path, "src/overlays/a", "lakitu")
    add_repository(tmp_path, "src/overlays/b", "lak\x1bitu")
    layout = add_repository(tmp_path, "src/overlays/c", "x") / "metadata/layout.conf"
    layout.write_text("repo-name = lak\x1bitu\n", "utf-8")
    assert names(tmp_path) == ["lakitu"]
    assert "no ebuild repository" in refusal(tmp_path, "lak\x1bitu")


def test_the_first_line_of_repo_name_counts(tmp_path: Path) -> None:
    place = add_repository(tmp_path, "src/overlays/a", "lakitu")
    (place / "profiles/repo_name").write_bytes(b"lakitu\r\nand more\n")
    assert names(tmp_path) == ["lakitu"]


def test_a_long_layout_that_is_wanted_is_an_error(tmp_path: Path) -> None:
    add_repository(tmp_path, "src/overlays/a", "lakitu", "base")
    place = add_repository(tmp_path, "src/third_party/big", "base")
    (place / "metadata/layout.conf").write_bytes(b"# x\n" * (10 << 18))
    line = refusal(tmp_path)
    assert "co/src/third_party/big" in line
    assert "10485760 bytes long" in line


def test_a_long_layout_that_nobody_needs_is_no_matter(tmp_path: Path) -> None:
    add_repository(tmp_path, "src/overlays/a", "lakitu")
    place = add_repository(tmp_path, "src/third_party/big", "base")
    (place / "metadata/layout.conf").write_bytes(b"# x\n" * (10 << 18))
    assert names(tmp_path) == ["lakitu"]


def test_links_out_of_the_checkout_are_not_followed(tmp_path: Path) -> None:
    checkout = tmp_path / "co"
    add_repository(checkout, "src/overlays/a", "lakitu", "outside")
    add_repository(tmp_path, "outside", "outside")
    for number, target in enumerate((tmp_path / "outside", Path("../../../outside"))):
        (checkout / f"src/overlays/link{number}").symlink_to(target)
    (checkout / "src/overlays/loop").symlink_to("loop")
    (checkout / "src/overlays/root").symlink_to("/")
    assert names(checkout) == ["lakitu"]
    assert missing(checkout) == ("outside",)


def test_a_place_for_repositories_behind_a_link_out_is_not_read(tmp_path: Path) -> None:
    checkout = tmp_path / "co"
    (checkout / "src").mkdir(parents=True)
    add_repository(tmp_path, "outside/overlay-lakitu", "lakitu")
    (checkout / "src/overlays").symlink_to(tmp_path / "outside")
    assert "no ebuild repository" in refusal(checkout)


def test_links_inside_the_checkout_are_followed(tmp_path: Path) -> None:
    add_repository(tmp_path, "src/overlays/a", "lakitu", "base")
    add_repository(tmp_path, "elsewhere/base", "base")
    (tmp_path / "src/third_party").mkdir()
    (tmp_path / "src/third_party/x").symlink_to("../../elsewhere/base")
    assert names(tmp_path) == ["base", "lakitu"]


def test_odd_names_of_directories_do_no_harm(tmp_path: Path) -> None:
    add_repository(tmp_path, "src/overlays/a b\n\x1b[1m", "lakitu", "base")
    add_repository(
        tmp_path, f"src/third_party/{os.fsdecode(b'x-' + bytes([255]))}", "base"
    )
    (tmp_path / "src/overlays/.hidden").mkdir()
    add_repository(tmp_path, "src/overlays/.git", "lakitu")
    (tmp_path / "src/overlays/README").touch()
    os.mkfifo(tmp_path / "src/overlays/pipe")
    assert names(tmp_path) == ["base", "lakitu"]


def test_a_chain_of_masters_is_bounded(tmp_path: Path) -> None:
    add_repository(tmp_path, "src/overlays/a", "lakitu", "m1")
    for number in range(1, 1_100):
        place = tmp_path / f"src/third_party/m{number}/metadata"
        place.mkdir(parents=True)
        layout = f"repo-name = m{number}\nmasters = m{number + 1}\n"
        (place / "layout.conf").write_text(layout, "utf-8")
    assert "1100 repositories, more than the 256 allowed" in refusal(tmp_path)

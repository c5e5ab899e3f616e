# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""What a repository is called, and in which order its masters are searched."""

from pathlib import Path

import pytest
from builders_vdb import write_repository

from coos_license.portage.repository import Repository, read_repository, search_order
from coos_license.trees.directory import DirectoryTree


@pytest.mark.parametrize(
    ("stated", "name"),
    [
        (b"lakitu\n", "lakitu"),
        (b"lakitu\r\nand what follows\n", "lakitu"),
        (b"  lakitu  ", "lakitu"),
        (b"\nlakitu\n", None),
        (b"lak\x1bitu\n", None),
        (b"two words\n", None),
        (b"../lakitu\n", None),
        (b"", None),
    ],
)
def test_the_first_line_of_repo_name_is_the_name(
    tmp_path: Path, stated: bytes, name: str | None
) -> None:
    """None where it is no name by PMS 3.1.5; cleaning must not make it one."""
    place = write_repository(tmp_path / "x", "x", {})
    (place / "profiles/repo_name").write_bytes(stated)
    with DirectoryTree.open(place) as tree:
        repository = read_repository(tree)
        assert (repository.name if repository else None) == name


def test_a_chain_of_masters_may_be_longer_than_the_stack(tmp_path: Path) -> None:
    with DirectoryTree.open(tmp_path) as tree:
        chain = [
            Repository(f"m{number}", (f"m{number + 1}",), tree, "", "")
            for number in range(5_000)
        ]
        order, missing = search_order(chain[::-1], "m0")
    assert list(order) == chain
    assert missing == (("m4999", "m5000"),)

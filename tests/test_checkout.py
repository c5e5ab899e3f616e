# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""A checkout with ``--board`` as SOURCE: which sysroot, and equal outputs."""

import json
import shutil
from contextlib import ExitStack
from pathlib import Path

import pytest
from builders_checkout import (
    BOARD,
    PLACES,
    add_repository,
    assert_same_outputs,
    by_hand,
    listed,
    make_checkout,
    refusal,
)
from builders_vdb import write_entry
from command import OVERLAYS, one_line, run

from coos_license.chromiumos.checkout import Overlay, Overlays
from coos_license.cli.opened import Inside
from coos_license.cli.sources import find_repositories, read_source
from coos_license.errors import InputError

# --- equal outputs ------------------------------------------------------------------


def test_outputs_equal_those_of_the_same_named_by_hand(
    checkout: Path, tmp_path: Path
) -> None:
    assert_same_outputs(tmp_path, [str(checkout)], by_hand(checkout))


def test_a_snapshot_equals_that_of_the_same_named_by_hand(
    checkout: Path, tmp_path: Path
) -> None:
    for name, arguments in (
        ("one", [str(checkout), *BOARD]),
        ("other", by_hand(checkout)),
    ):
        options = ("-o", str(tmp_path / name))
        assert run("snapshot", *arguments, *options).returncode == 0
    assert (tmp_path / "one").read_bytes() == (tmp_path / "other").read_bytes()


def test_outputs_of_a_checkout_and_of_its_snapshot_agree(
    checkout: Path, tmp_path: Path
) -> None:
    archive = str(tmp_path / "co.tar.gz")
    assert run("snapshot", str(checkout), *BOARD, "-o", archive).returncode == 0
    assert_same_outputs(tmp_path, [str(checkout)], [archive])


def test_every_reading_command_takes_a_checkout(checkout: Path) -> None:
    hand = [*by_hand(checkout), *BOARD]
    for command, what in (
        ("list", ()),
        ("audit", ()),
        ("explain", ("libcap",)),
        ("explain", ("/bin/busybox",)),
    ):
        one = run(command, str(checkout), *BOARD, *what)
        other = run(command, *hand, *what)
        assert one.returncode == other.returncode == 0, one.stderr
        assert one.stdout == other.stdout


def test_the_board_is_that_of_the_image(checkout: Path) -> None:
    inventory = json.loads(listed(str(checkout), *BOARD))
    assert inventory["image"]["board"] == "lakitu"
    assert {one["shipped"] for one in inventory["packages"]} == {"yes"}


def test_a_checkout_ships_what_a_sysroot_does(tmp_path: Path) -> None:
    """The closure of virtual/target-os, and not all of the sysroot."""
    source = make_checkout(tmp_path / "co")
    sysroot = source / "chroot/build/lakitu"
    write_entry(sysroot, "dev-build/tool-1", {"LICENSE": "MIT"})
    inventory = json.loads(listed(str(source), *BOARD))
    shipped = {one["cpv"]: one["shipped"] for one in inventory["packages"]}
    assert shipped["dev-build/tool-1"] == "build-time"


def test_what_was_found_is_said(checkout: Path) -> None:
    said = run("list", str(checkout), *BOARD).stderr.decode().splitlines()
    assert said[0].endswith(
        "checkout, sysroot chroot/build/lakitu, 15 packages in var/db/pkg"
    )
    assert said[1].endswith("repositories searched: portage-stable, chromiumos, lakitu")


def test_a_board_without_a_checkout_is_a_name_only(checkout: Path) -> None:
    sysroot = str(checkout / "chroot/build/lakitu")
    inventory = json.loads(listed(sysroot, "--board", "anything"))
    assert inventory["image"]["board"] == "anything"


# --- repositories -------------------------------------------------------------------


def test_a_text_of_an_unrelated_overlay_is_not_found(tmp_path: Path) -> None:
    """The rule of chromite for what is out of the board's repositories ("OOR")."""
    source = make_checkout(tmp_path / "co")
    sysroot = source / "chroot/build/lakitu"
    write_entry(sysroot, "app-misc/odd-1", {"LICENSE": "Odd-1", "repository": "lakitu"})
    add_repository(source, "src/overlays/overlay-x", "x", "lakitu", **{"Odd-1": "odd"})
    audited = run("audit", str(source), *BOARD)
    assert audited.returncode == 1
    assert b"CL003" in audited.stdout
    (source / "src/overlays/overlay-lakitu/metadata/layout.conf").write_text(
        "repo-name = lakitu\nmasters = portage-stable chromiumos x\n", "utf-8"
    )
    assert run("audit", str(source), *BOARD).returncode == 0


def test_overlays_that_are_given_replace_the_defaults(checkout: Path) -> None:
    one = ("--overlay", str(checkout / PLACES["portage-stable"]))
    live = listed(str(checkout), *BOARD, *one)
    assert live == listed(*by_hand(checkout)[:1], *BOARD, *one)
    assert live != listed(str(checkout), *BOARD)


def test_overlays_that_are_given_need_no_repository_of_the_board(
    tmp_path: Path,
) -> None:
    source = make_checkout(tmp_path / "co")
    shutil.rmtree(source / "src")
    assert "--overlay" in refusal(source)
    assert listed(str(source), *BOARD, *OVERLAYS)


def test_a_package_of_a_repository_that_is_not_reached_is_a_finding(
    tmp_path: Path,
) -> None:
    source = make_checkout(tmp_path / "co")
    entry = {"LICENSE": "MIT", "repository": "other"}
    write_entry(source / "chroot/build/lakitu", "app-misc/odd-1", entry)
    add_repository(source, "src/overlays/overlay-other", "other")
    assert b"CL020" in run("audit", str(source), *BOARD).stdout


def test_a_missing_master_is_said_and_is_a_finding(tmp_path: Path) -> None:
    source = make_checkout(tmp_path / "co")
    (source / "src/overlays/overlay-lakitu/metadata/layout.conf").write_text(
        "repo-name = lakitu\nmasters = portage-stable chromiumos gone\n", "utf-8"
    )
    result = run("audit", str(source), *BOARD)
    assert b"masters that are not there: gone" in result.stderr
    assert b"CL019" in result.stdout


def test_a_repository_whose_texts_cannot_be_listed_is_named(tmp_path: Path) -> None:
    source = make_checkout(tmp_path / "co")
    texts = source / PLACES["chromiumos"] / "licenses"
    shutil.rmtree(texts)
    texts.touch()
    line = one_line(run("list", str(source), *BOARD))
    assert f"{source / PLACES['chromiumos']}: licenses/" in line


def test_the_image_says_what_ships_where_it_is_given(tmp_path: Path) -> None:
    source = make_checkout(tmp_path / "co")
    image = source / "src/build/images/lakitu/R1-a1"
    write_entry(image, "sys-libs/libcap-2.66", {"LICENSE": "GPL-2"})
    image.with_name("latest").symlink_to(image.name)
    latest = ("--shipped", str(image.with_name("latest")))
    hand = listed(*by_hand(source), *BOARD, *latest)
    assert listed(str(source), *BOARD, *latest) == hand
    assert hand != listed(str(source), *BOARD)


def test_a_repository_that_goes_away_is_named(
    checkout: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between the look at its name and the look at its texts."""
    gone = Overlays((Overlay("gone", (), "src/third_party/gone"),), ())
    find = "coos_license.cli.checkout.find_overlays"
    monkeypatch.setattr(find, lambda *_: gone)
    with ExitStack() as trees:
        source = read_source(checkout, trees, "root", inside=Inside(board="lakitu"))
        with pytest.raises(InputError, match="src/third_party/gone: is not there"):
            find_repositories(source, checkout, (), trees)
